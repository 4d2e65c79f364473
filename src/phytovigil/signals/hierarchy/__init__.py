"""Scanning a hierarchy of reactions: which node of the tree stands out, adjusted for looking at all of them."""
