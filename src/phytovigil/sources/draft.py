"""A batch while it is being filled; it keeps the ledger balanced by construction."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import repeat
from typing import Any

from phytovigil.schema.reports import QUARANTINE, Batch, Columns
from phytovigil.sources.reasons import Fault, Reason

BATCH_ROWS = 20_000
"""Raw rows in a batch."""

LONGEST_RAW = 10_000
"""Characters of raw text that the quarantine keeps of one row or value."""

REACTION_COLUMNS = ("case_id", "version", "term")


class Draft:
    """Rows of one batch of one raw file.

    report_columns, product_columns : what the tuples given to `add_report` and `add_product` hold, in order.
    """

    def __init__(self, file: str, report_columns: tuple[str, ...], product_columns: tuple[str, ...]) -> None:
        self._file, self._report_columns, self._product_columns = file, report_columns, product_columns
        self._clear()

    def _clear(self) -> None:
        self._kept = self._refused = 0
        self._reports: list[tuple[Any, ...]] = []
        self._products: list[tuple[Any, ...]] = []
        self._reactions: list[tuple[str, int, str]] = []
        self._quarantine: list[tuple[str, int, str, str, str, str]] = []

    @property
    def is_full(self) -> bool:
        """Whether it is time to hand the batch over."""
        return self._kept + self._refused >= BATCH_ROWS

    def keep_row(self, line: int, faults: Iterable[Fault]) -> None:
        """Count a raw row as kept, without the values that its faults name."""
        self._kept += 1
        for reason, field, raw in faults:
            self._note(line, "value", reason, field, raw)

    def refuse_row(self, line: int, reason: Reason, raw: str, field: str = "") -> None:
        """Count a raw row as quarantined."""
        self._refused += 1
        self._note(line, "row", reason, field, raw)

    def _note(self, line: int, scope: str, reason: Reason, field: str, raw: str) -> None:
        self._quarantine.append((self._file, line, scope, reason.code, field, raw[:LONGEST_RAW]))

    def add_report(self, row: tuple[Any, ...]) -> None:
        """Add a row of `report`."""
        self._reports.append(row)

    def add_product(self, row: tuple[Any, ...]) -> None:
        """Add a row of `report_product`."""
        self._products.append(row)

    def add_reactions(self, case_id: str, version: int, terms: tuple[str, ...]) -> None:
        """Add rows of `report_reaction`."""
        self._reactions.extend(zip(repeat(case_id), repeat(version), terms))

    def take(self, bytes_read: int) -> Batch:
        """Hand over what was gathered and start anew."""
        tables = {
            "report": as_columns(self._report_columns, self._reports),
            "report_product": as_columns(self._product_columns, self._products),
            "report_reaction": as_columns(REACTION_COLUMNS, self._reactions),
            "quarantine": as_columns(tuple(QUARANTINE), self._quarantine),
        }
        batch = Batch(tables, self._kept + self._refused, self._kept, self._refused, bytes_read)
        self._clear()
        return batch


def as_columns(names: tuple[str, ...], rows: list[Any]) -> Columns:
    """Turn rows into named columns.

    >>> as_columns(("a", "b"), [(1, "x"), (2, "y")])
    {'a': [1, 2], 'b': ['x', 'y']}
    """
    if not rows:
        return {name: [] for name in names}
    return {name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}
