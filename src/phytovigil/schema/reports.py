"""The canonical tables that every source is read into, and the batches in which readers hand them over.

A reader yields `Batch`es of columns. Rows of one report are tied together by `key`, a number that the reader
chooses: FAERS ties its seven files by one, other readers derive one from case and version. The store turns words into
integers and keeps one row of each report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Columns = dict[str, list[object]]


class ArrowTable(Protocol):
    """Columns as an Arrow table (`pyarrow.Table`): how readers of large files hand them over."""

    @property
    def column_names(self) -> list[str]:
        """Names of the columns."""
        ...

    @property
    def num_rows(self) -> int:
        """Rows, the same of every column."""
        ...

    def column(self, i: str) -> Any:
        """One column by its name."""
        ...


ROLES = ("primary suspect", "suspect", "interacting", "concomitant")
"""Roles of a product in a report, strongest first; the position is the integer that the store keeps.

Sources that mark no suspect as the primary one use "suspect" alone.
"""

SEXES = ("female", "male")
"""Sexes as stored; anything else that a source writes is unknown (null)."""

AGE_GROUPS = ("neonate", "infant", "child", "adolescent", "adult", "elderly")
"""Age groups that a reporter states instead of, or beside, an age."""

REPORT: Mapping[str, str] = {
    "key": "BIGINT",  # ties the rows of a report together within its release; the store does not keep it
    "case_id": "VARCHAR",  # the regulator's number, as text
    "version": "INTEGER",  # 0 where the source has no versions
    "number": "BIGINT",  # the regulator's number of this version (FAERS primaryid, legacy ISR), where it has one
    "received": "DATE",  # first received by the regulator
    "revised": "DATE",  # this version received; null where the source does not say
    "event_date": "VARCHAR",  # ISO, as precise as reported: 2015, 2015-03 or 2015-03-04
    "sex": "VARCHAR",
    "age_years": "DOUBLE",
    "age_group": "VARCHAR",  # of AGE_GROUPS
    "weight_kg": "DOUBLE",
    "country": "VARCHAR",  # where it happened, else of the reporter; ISO 3166 alpha-2 where the source gives it
    "reporter": "VARCHAR",
    "report_type": "VARCHAR",
    "serious": "BOOLEAN",
    "outcomes": "VARCHAR[]",  # null where the source lists them in a file of their own: see REPORT_OUTCOME
    "sender": "VARCHAR",
    "control_number": "VARCHAR",
    "authority_number": "VARCHAR",
    "literature": "VARCHAR",
    "line": "BIGINT",  # where a reviewer finds it in the raw file (1-based; first line of the case)
}
"""Columns of `report`: one row per version of a case, with DuckDB types."""

REPORT_PRODUCT: Mapping[str, str] = {
    "key": "BIGINT",
    "seq": "INTEGER",  # the source's own number of the product in the report; null where it has none
    "role": "VARCHAR",
    "verbatim": "VARCHAR",
    "ingredient": "VARCHAR",
    "category": "VARCHAR",  # the source's own product class, as "code name"
    "route": "VARCHAR",
    "dose": "VARCHAR",
    "dose_amount": "VARCHAR",
    "dose_unit": "VARCHAR",
    "dose_form": "VARCHAR",
    "dose_frequency": "VARCHAR",
    "cumulative_dose": "VARCHAR",
    "application": "VARCHAR",  # number of the marketing application
    "lot": "VARCHAR",
    "dechallenge": "VARCHAR",  # positive, negative, unknown, does not apply
    "rechallenge": "VARCHAR",
}
"""Columns of `report_product`: one row per product named in a report."""

REPORT_INDICATION: Mapping[str, str] = {
    "key": "BIGINT",
    "seq": "INTEGER",  # of the product that it belongs to
    "indication": "VARCHAR",
}
"""Columns of `report_indication`: one row per reason for use of one product."""

REPORT_THERAPY: Mapping[str, str] = {
    "key": "BIGINT",
    "seq": "INTEGER",  # of the product that it belongs to
    "start": "VARCHAR",  # ISO, as precise as reported
    "end": "VARCHAR",
    "duration_days": "DOUBLE",
}
"""Columns of `report_therapy`: one row per period of use of one product."""

REPORT_REACTION: Mapping[str, str] = {
    "key": "BIGINT",
    "term": "VARCHAR",  # upper case, single blanks
    "outcome": "VARCHAR",
    "recurrence": "VARCHAR",  # what came back when the product was taken again
}
"""Columns of `report_reaction`: one row per reaction named in a report."""

REPORT_OUTCOME: Mapping[str, str] = {"key": "BIGINT", "outcome": "VARCHAR"}
"""Columns of `report_outcome`: outcomes of a report, where the source lists them in a file of their own."""

REPORT_ORIGIN: Mapping[str, str] = {"key": "BIGINT", "origin": "VARCHAR"}
"""Columns of `report_origin`: where a report comes from (literature, study, consumer), one row each."""

DELETION: Mapping[str, str] = {"case_id": "VARCHAR", "line": "BIGINT"}
"""Columns of `deletion`: cases that the regulator withdraws from everything it published before this release."""

QUARANTINE: Mapping[str, str] = {
    "file": "VARCHAR",
    "line": "BIGINT",
    "scope": "VARCHAR",  # of SCOPES
    "reason": "VARCHAR",
    "field": "VARCHAR",
    "raw": "VARCHAR",
}
"""Columns of `quarantine`: one row per raw row or single value that could not be read, or that was repaired."""

SCOPES = ("row", "value", "repair")
"""row: nothing of it was kept. value: the row was kept without this one value. repair: the row was kept, mended."""

TABLES: Mapping[str, Mapping[str, str]] = {
    "report": REPORT,
    "report_product": REPORT_PRODUCT,
    "report_indication": REPORT_INDICATION,
    "report_therapy": REPORT_THERAPY,
    "report_reaction": REPORT_REACTION,
    "report_outcome": REPORT_OUTCOME,
    "report_origin": REPORT_ORIGIN,
    "deletion": DELETION,
    "quarantine": QUARANTINE,
}
"""The tables that a reader fills, by name."""


def empty_columns(table: str) -> Columns:
    """Empty column lists of one canonical table.

    >>> sorted(empty_columns("report_reaction"))
    ['key', 'outcome', 'recurrence', 'term']
    """
    return {name: [] for name in TABLES[table]}


@dataclass(frozen=True, slots=True)
class Batch:
    """Part of a raw file, read: rows of the canonical tables and the part's ledger.

    tables : per table name, columns of equal length, as lists or as an Arrow table. A column that is all null may
        be left out.
    rows_read, rows_kept, rows_quarantined : raw rows of this part; kept + quarantined = read.
    bytes_read : bytes of the raw file consumed so far, for progress.
    """

    tables: Mapping[str, Columns | ArrowTable]
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
            unknown = set(names_of(columns)) - set(TABLES[table])
            if unknown:
                raise ValueError(f"{table} has no column {sorted(unknown)}")
            if rows_of(columns) and "key" in TABLES[table] and "key" not in names_of(columns):
                raise ValueError(f"rows of {table} have no key")
            if isinstance(columns, dict) and len({len(values) for values in columns.values()}) > 1:
                raise ValueError(f"columns of {table} differ in length")


def names_of(columns: Columns | ArrowTable) -> Sequence[str]:
    """Names of the columns of a batch's table."""
    return list(columns) if isinstance(columns, dict) else columns.column_names


def rows_of(columns: Columns | ArrowTable) -> int:
    """Rows of a batch's table.

    >>> rows_of({"term": ["NAUSEA", "RASH"]}), rows_of({})
    (2, 0)
    """
    if not isinstance(columns, dict):
        return columns.num_rows
    return len(next(iter(columns.values()))) if columns else 0


@dataclass(frozen=True, slots=True)
class Source:
    """A regulator's data set: one number space of cases, whatever file formats it is published in.

    label : what a sentence calls it.
    complete : True where the files hold every report of the data set, so that a 2×2 table has a complement.
        False for a listing that was selected by product or reaction: numerators only, never a measure.
    missing : fields of `report` that this source never records; a table says so instead of "unknown".
    marks_primary : whether it tells the primary suspect from other suspects.
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
    marks_primary: bool = False
