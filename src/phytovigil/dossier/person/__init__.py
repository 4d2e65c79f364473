"""The summary of one person's diary for a clinician: two pages, as HTML and PDF."""

from phytovigil.dossier.person.writing import make_summary, write_summary

__all__ = ["make_summary", "write_summary"]
