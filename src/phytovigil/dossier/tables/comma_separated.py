"""A table as CSV that Excel opens rightly and that runs nothing."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from phytovigil.dossier.tables.table import Table

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as another alphabet."""

FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
"""A text that begins so is run as a formula by spreadsheets (CWE-1236), full-width signs too."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Signs that no text needs and that end or break files."""


def write_csv(table: Table) -> bytes:
    """The table as UTF-8 with a byte order mark, lines and quotes as RFC 4180 has them.

    Numbers keep every digit. A text that a spreadsheet would run gets an apostrophe in front.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([make_safe(title) for column in table.columns for title in column.headings])
    for row in table.rows:
        writer.writerow([write_cell(value) for column in table.columns for value in column.export(row)])
    return (BYTE_ORDER_MARK + text.getvalue()).encode("utf-8")


def write_cell(value: Any) -> str:
    """A number with every digit, or a safe text.

    >>> write_cell(-0.5), write_cell(64517), write_cell("-0.5"), write_cell(None)
    ('-0.5', '64517', "'-0.5", '')
    """
    if value is None:
        return ""
    return make_safe(value) if isinstance(value, str) else repr(value)


def make_safe(text: str) -> str:
    """A text that no spreadsheet runs.

    >>> make_safe('=HYPERLINK("http://example.org")'), make_safe("KRATOM")
    ('\\'=HYPERLINK("http://example.org")', 'KRATOM')
    """
    plain = CONTROL.sub("\ufffd", text)
    return f"'{plain}" if FORMULA.match(plain) else plain
