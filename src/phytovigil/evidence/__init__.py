"""Published evidence: dated, cited rows from data files, checked for contradictions when they are loaded."""
