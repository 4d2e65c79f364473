"""All specifications of a curve as rows of a table, a row for each."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

COLUMNS = ("a", "b", "c", "d", "expected", "estimate", "low", "high", "ic025", "above", "signal")
"""Columns after those of the choices, as in the findings."""

Value = str | int | float | bool | None


def specification_rows(curve: Mapping[str, Any]) -> tuple[list[str], list[list[Value]]]:
    """Heading and rows: the place of the specification, its level in words for each choice, and its numbers.

    curve : one of `specification_curve` of the findings. Nothing is computed: the specifications stand in the order of
    all combinations of levels, the last choice changing fastest. None where there is no number.

    >>> choice = {"name": "role", "title": "Role", "main": "any", "levels": [{"name": "any", "title": "any role"}]}
    >>> columns = {name: [1] for name in COLUMNS}
    >>> specification_rows({"choices": [choice], "columns": columns})[1]
    [[1, 'any role', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]]
    """
    choices, columns = curve["choices"], curve["columns"]
    header = ["specification", *(choice["title"] for choice in choices), *COLUMNS]
    combinations = product(*([level["title"] for level in choice["levels"]] for choice in choices))
    rows: list[list[Value]] = [
        [place + 1, *levels, *(columns[name][place] for name in COLUMNS)] for place, levels in enumerate(combinations)
    ]
    return header, rows
