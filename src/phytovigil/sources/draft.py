"""A batch while it is being filled; it keeps the ledger balanced by construction."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from phytovigil.schema.reports import (
    QUARANTINE,
    REPORT_INDICATION,
    REPORT_REACTION,
    REPORT_THERAPY,
    Batch,
    Columns,
)
from phytovigil.sources.reasons import Fault, Reason

BATCH_ROWS = 20_000
"""Raw rows in a batch."""

LONGEST_RAW = 10_000
"""Characters of raw text that the quarantine keeps of one row or value."""

IDENTITY = ("case_id", "version")
"""What the rows given to a draft begin with; the draft turns it into the report's key."""


class Draft:
    """Rows of one batch of one raw file.

    report_columns, product_columns : what the tuples given to `add_report` and `add_product` hold, in order; both
        begin with case_id and version.
    """

    def __init__(self, file: str, report_columns: tuple[str, ...], product_columns: tuple[str, ...]) -> None:
        self._file = file
        self._columns = {
            "report": ("key", *report_columns),
            "report_product": ("key", *product_columns[len(IDENTITY) :]),
            "report_indication": tuple(REPORT_INDICATION),
            "report_therapy": tuple(REPORT_THERAPY),
            "report_reaction": tuple(REPORT_REACTION),
            "quarantine": tuple(QUARANTINE),
        }
        self._clear()

    def _clear(self) -> None:
        self._kept = self._refused = 0
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in self._columns}

    def key(self, case_id: str, version: int) -> int:
        """What ties the rows of a report: a number that follows from its case and version."""
        return number_of(case_id, version)

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

    def note_repair(self, line: int, reason: Reason, raw: str) -> None:
        """Say that a row was kept after a repair; it is counted by `keep_row`."""
        self._note(line, "repair", reason, "", raw)

    def _note(self, line: int, scope: str, reason: Reason, field: str, raw: str) -> None:
        self._rows["quarantine"].append((self._file, line, scope, reason.code, field, raw[:LONGEST_RAW]))

    def add_report(self, row: tuple[Any, ...]) -> None:
        """Add a row of `report`."""
        self._rows["report"].append((self.key(row[0], row[1]), *row))

    def add_product(self, row: tuple[Any, ...]) -> None:
        """Add a row of `report_product`."""
        self._rows["report_product"].append((self.key(row[0], row[1]), *row[2:]))

    def add_indication(self, case_id: str, version: int, seq: int, indication: str) -> None:
        """Add a reason for use of the product of this number."""
        self._rows["report_indication"].append((self.key(case_id, version), seq, indication))

    def add_therapy(
        self, case_id: str, version: int, seq: int, start: str | None, end: str | None, duration_days: float | None
    ) -> None:
        """Add a period of use of the product of this number."""
        self._rows["report_therapy"].append((self.key(case_id, version), seq, start, end, duration_days))

    def add_reactions(self, case_id: str, version: int, terms: tuple[str, ...]) -> None:
        """Add reactions of which the source says nothing but the term."""
        key = self.key(case_id, version)
        self._rows["report_reaction"].extend((key, term, None, None) for term in terms)

    def add_reaction(self, case_id: str, version: int, term: str, outcome: str | None, recurrence: str | None) -> None:
        """Add one reaction with its outcome."""
        self._rows["report_reaction"].append((self.key(case_id, version), term, outcome, recurrence))

    def take(self, bytes_read: int) -> Batch:
        """Hand over what was gathered and start anew."""
        tables = {name: as_columns(columns, self._rows[name]) for name, columns in self._columns.items()}
        batch = Batch(tables, self._kept + self._refused, self._kept, self._refused, bytes_read)
        self._clear()
        return batch


@lru_cache(maxsize=256)
def number_of(case_id: str, version: int) -> int:
    """63 bits of the hash of a case and version: the same in every row, and nothing to remember.

    Two of a hundred thousand reports meet with a chance below 1 in 10⁹.
    """
    digest = blake2b(f"{case_id}\x1f{version}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def as_columns(names: tuple[str, ...], rows: list[Any]) -> Columns:
    """Turn rows into named columns.

    >>> as_columns(("a", "b"), [(1, "x"), (2, "y")])
    {'a': [1, 2], 'b': ['x', 'y']}
    """
    if not rows:
        return {name: [] for name in names}
    return {name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}
