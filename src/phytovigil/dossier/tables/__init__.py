"""The tables of a dossier as files: CSV at full precision, and HTML that goes into a word processor."""

from phytovigil.dossier.tables.files import make_tables, table_files
from phytovigil.dossier.tables.table import Column, Table

__all__ = ["Column", "Table", "make_tables", "table_files"]
