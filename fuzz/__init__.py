"""Fuzzing of every reader of raw files; see README.md."""
