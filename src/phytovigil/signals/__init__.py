"""Counts to estimates: one measure per file, arrays in, arrays out, no input or output."""
