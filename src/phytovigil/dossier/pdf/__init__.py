"""The dossier as a tagged PDF (PDF/UA-1), made from the HTML page so that both say the same."""

from phytovigil.dossier.pdf.writing import write_pdf

__all__ = ["write_pdf"]
