"""The reporting guideline READUS-PV, filled from a run as far as a program can, and its methods as a text."""
