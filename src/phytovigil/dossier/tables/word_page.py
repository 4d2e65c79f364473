"""A table as a small HTML page that a word processor takes over with its borders."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from phytovigil.dossier.tables.comma_separated import CONTROL
from phytovigil.dossier.tables.table import Column, Row, Table

TABLE = (
    '<table border="1" cellspacing="0" cellpadding="4" style="border-collapse: collapse; font: 9pt Arial, sans-serif">'
)
"""Borders as attributes: word processors drop most style sheets when a table is pasted."""


def write_page(table: Table) -> bytes:
    """The table with its caption and notes. No script, no style sheet, nothing from elsewhere."""
    columns = [column for column in table.columns if not column.csv_only]
    body = "\n".join(
        [
            f"<p><b>{clean(table.caption)}</b></p>",
            TABLE,
            f"<thead><tr>{''.join(write_heading(column) for column in columns)}</tr></thead>",
            "<tbody>",
            *(write_row(columns, row) for row in table.rows),
            "</tbody>",
            "</table>",
            *(f"<p><small>{clean(note)}</small></p>" for note in table.notes),
        ]
    )
    return wrap_page(table.caption, body)


def wrap_page(title: str, body: str) -> bytes:
    """A page of its own around some markup."""
    head = f'<head><meta charset="utf-8"><title>{clean(title)}</title></head>'
    return f'<!doctype html>\n<html lang="en">\n{head}\n<body>\n{body}\n</body>\n</html>\n'.encode()


def write_heading(column: Column) -> str:
    """The heading of a column."""
    return f'<th scope="col"{align(column).removesuffix(" nowrap")} valign="bottom">{clean(column.title)}</th>'


def write_row(columns: Sequence[Column], row: Row) -> str:
    """A row; its first cell names it."""
    first, *others = columns
    head = f'<th scope="row" align="left" valign="top">{clean(first.print(row))}</th>'
    cells = [f'<td{align(column)} valign="top">{clean(column.print(row))}</td>' for column in others]
    return f"<tr>{head}{''.join(cells)}</tr>"


def align(column: Column) -> str:
    """Numbers flush right and unbroken, texts flush left."""
    return ' align="right" nowrap' if column.number or column.estimate else ' align="left"'


def clean(text: str) -> str:
    """A text as HTML; paragraphs of a cell become lines.

    >>> clean("<b> & co\\n\\nnext")
    '&lt;b&gt; &amp; co<br><br>next'
    """
    return escape(CONTROL.sub("\ufffd", text)).replace("\r\n", "\n").replace("\n", "<br>")
