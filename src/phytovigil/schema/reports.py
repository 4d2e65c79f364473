"""The canonical tables that every source is read into, and the batches in which readers hand them over.

A reader yields `Batch`es of columns (lists of equal length). The store turns words into integers and collapses
what a source repeats; a reader therefore never needs to remember more than the row it is at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Columns = dict[str, list[object]]

ROLES = ("suspect", "interacting", "concomitant")
"""Roles of a product in a report, strongest first; the position is the integer that the store keeps."""

SEXES = ("female", "male")
"""Sexes as stored; anything else that a source writes is unknown (null)."""

REPORT: Mapping[str, str] = {
    "case_id": "VARCHAR",  # the regulator's number, as text
    "version": "INTEGER",  # 0 where the source has no versions
    "received": "DATE",  # first received by the regulator
    "revised": "DATE",  # this version received; null where the source does not say
    "event_date": "VARCHAR",  # ISO, as precise as reported: 2015, 2015-03 or 2015-03-04
    "sex": "VARCHAR",
    "age_years": "DOUBLE",
    "weight_kg": "DOUBLE",
    "country": "VARCHAR",  # ISO 3166 alpha-2 where the source gives it
    "reporter": "VARCHAR",
    "serious": "BOOLEAN",
    "outcomes": "VARCHAR[]",
    "sender": "VARCHAR",
    "control_number": "VARCHAR",
    "literature": "VARCHAR",
    "line": "BIGINT",  # where a reviewer finds it in the raw file (1-based; first line of the case)
}
"""Columns of `report`: one row per version of a case, with DuckDB types."""

REPORT_PRODUCT: Mapping[str, str] = {
    "case_id": "VARCHAR",
    "version": "INTEGER",
    "seq": "INTEGER",
    "role": "VARCHAR",
    "verbatim": "VARCHAR",
    "ingredient": "VARCHAR",
    "category": "VARCHAR",  # the source's own product class, as "code name"
    "indication": "VARCHAR",
    "route": "VARCHAR",
    "dose": "VARCHAR",
    "start": "VARCHAR",
    "end": "VARCHAR",
    "dechallenge": "VARCHAR",
    "rechallenge": "VARCHAR",
}
"""Columns of `report_product`: one row per product named in a report."""

REPORT_REACTION: Mapping[str, str] = {
    "case_id": "VARCHAR",
    "version": "INTEGER",
    "term": "VARCHAR",  # upper case, single blanks
    "outcome": "VARCHAR",
}
"""Columns of `report_reaction`: one row per reaction named in a report."""

QUARANTINE: Mapping[str, str] = {
    "file": "VARCHAR",
    "line": "BIGINT",
    "scope": "VARCHAR",  # "row": nothing of it was kept; "value": the row was kept without this one value
    "reason": "VARCHAR",
    "field": "VARCHAR",
    "raw": "VARCHAR",
}
"""Columns of `quarantine`: one row per raw row, or single value, that could not be read."""

TABLES: Mapping[str, Mapping[str, str]] = {
    "report": REPORT,
    "report_product": REPORT_PRODUCT,
    "report_reaction": REPORT_REACTION,
    "quarantine": QUARANTINE,
}
"""The tables that a reader fills, by name."""


def empty_columns(table: str) -> Columns:
    """Empty column lists of one canonical table.

    >>> sorted(empty_columns("report_reaction"))
    ['case_id', 'outcome', 'term', 'version']
    """
    return {name: [] for name in TABLES[table]}


@dataclass(frozen=True, slots=True)
class Batch:
    """Part of a raw file, read: rows of the canonical tables and the part's ledger.

    tables : per table name, columns of equal length. A column that is all null may be left out.
    rows_read, rows_kept, rows_quarantined : raw rows of this part; kept + quarantined = read.
    bytes_read : bytes of the raw file consumed so far, for progress.
    """

    tables: Mapping[str, Columns]
    rows_read: int
    rows_kept: int
    rows_quarantined: int
    bytes_read: int = 0

    def __post_init__(self) -> None:
        if self.rows_kept + self.rows_quarantined != self.rows_read:
            raise ValueError(
                f"ledger does not balance: {self.rows_kept} kept + {self.rows_quarantined} quarantined "
                f"is not {self.rows_read} read"
            )
        for table, columns in self.tables.items():
            unknown = set(columns) - set(TABLES[table])
            if unknown:
                raise ValueError(f"{table} has no column {sorted(unknown)}")
            if len({len(values) for values in columns.values()}) > 1:
                raise ValueError(f"columns of {table} differ in length")


@dataclass(frozen=True, slots=True)
class Source:
    """A regulator's data set: one number space of cases, whatever file formats it is published in.

    label : what a sentence calls it.
    complete : True where the files hold every report of the data set, so that a 2×2 table has a complement.
        False for a listing that was selected by product or reaction: numerators only, never a measure.
    missing : fields of `report` that this source never records; a table says so instead of "unknown".
    """

    name: str
    label: str
    title: str
    publisher: str
    complete: bool
    unit: str
    note: str
    url: str
    missing: tuple[str, ...] = field(default=())
