"""Claims as people state them, set against what each line of evidence carries, by rules that are printed."""
