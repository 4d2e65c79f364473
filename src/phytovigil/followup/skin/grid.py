"""Names of places around the card: letters across, numbers down, in squares of 10 mm."""

from __future__ import annotations

import re

from phytovigil.errors import InvalidRequest

CELL = 10.0
COLUMNS = "ABCDEFGHIJKLMNOPQRSTUVWXY"
ROWS = 25
"""The middle square M13 holds the centre of the card; the grid reaches 125 mm to each side."""


def parse_grid(name: str) -> tuple[float, float]:
    """Centre of a square of the grid, in mm from the centre of the card. Raises InvalidRequest for another text.

    >>> parse_grid("M13"), parse_grid("d4"), parse_grid("M20")
    ((0.0, 0.0), (-90.0, -90.0), (0.0, 70.0))
    """
    found = re.fullmatch(r"\s*([A-Za-z])\s*([0-9]{1,2})\s*", name)
    column = COLUMNS.find(found[1].upper()) if found else -1
    row = int(found[2]) if found else 0
    if column < 0 or not 1 <= row <= ROWS:
        raise InvalidRequest(f"“{name}” is no square of the grid.", f"Squares are A1 to Y{ROWS}; the window is M13.")
    return (column - len(COLUMNS) // 2) * CELL, (row - 1 - ROWS // 2) * CELL


def name_square(x: float, y: float) -> str:
    """The square that holds a place, empty beyond the grid.

    >>> name_square(0, 0), name_square(4.9, 68), name_square(200, 0)
    ('M13', 'M20', '')
    """
    column, row = round(x / CELL) + len(COLUMNS) // 2, round(y / CELL) + ROWS // 2
    inside = 0 <= column < len(COLUMNS) and 0 <= row < ROWS
    return f"{COLUMNS[column]}{row + 1}" if inside else ""
