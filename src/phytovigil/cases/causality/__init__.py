"""Causality of one case: instruments that a person fills, and what remains open in each.

Every total is a range over the answers that are not known. No instrument is averaged with another.
"""
