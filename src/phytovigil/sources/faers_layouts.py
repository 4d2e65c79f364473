"""The seven tables of a FAERS quarter in every layout since 2004: told by their headers, never by position or name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from phytovigil.sources.records import BYTE_ORDER_MARK
from phytovigil.sources.tables import squeeze

KEY = "primaryid"
"""What ties the tables: PRIMARYID, in the legacy quarters ISR."""

SEQUENCE = "drug_seq"

ALIASES = {
    "isr": KEY, "case": "caseid", "gndrcod": "sex", "ifcod": "i_f_code", "lotnbr": "lot_num", "outccode": "outc_cod",
    "dsgdrugseq": SEQUENCE, "indidrugseq": SEQUENCE, "drugseq": SEQUENCE,
}  # fmt: skip
"""Headings of other layouts, squeezed, and the name that this program knows them by."""

READ = {
    "demo": (
        KEY, "caseid", "caseversion", "event_dt", "init_fda_dt", "fda_dt", "rept_cod", "auth_num", "mfr_num",
        "mfr_sndr", "lit_ref", "age", "age_cod", "age_grp", "sex", "wt", "wt_cod", "occp_cod", "reporter_country",
        "occr_country",
    ),
    "drug": (
        KEY, SEQUENCE, "role_cod", "drugname", "prod_ai", "route", "dose_vbm", "cum_dose_chr", "cum_dose_unit",
        "dechal", "rechal", "lot_num", "nda_num", "dose_amt", "dose_unit", "dose_form", "dose_freq",
    ),
    "reac": (KEY, "pt", "drug_rec_act"),
    "outc": (KEY, "outc_cod"),
    "rpsr": (KEY, "rpsr_cod"),
    "ther": (KEY, SEQUENCE, "start_dt", "end_dt", "dur", "dur_cod"),
    "indi": (KEY, SEQUENCE, "indi_pt"),
}  # fmt: skip
"""Columns that are read of each table, in this program's names."""

NEEDED = {
    "demo": (KEY, "caseid", "fda_dt", "mfr_num"),
    "drug": (KEY, SEQUENCE, "role_cod", "drugname"),
    "reac": (KEY, "pt"),
    "outc": (KEY, "outc_cod"),
    "rpsr": (KEY, "rpsr_cod"),
    "ther": (KEY, SEQUENCE, "start_dt"),
    "indi": (KEY, SEQUENCE, "indi_pt"),
}
"""Columns by which a table is told, and without which it cannot be read."""

KNOWN = {squeeze(name): name for columns in READ.values() for name in columns} | ALIASES

ROLES = frozenset(("PS", "SS", "C", "I"))

NUMBER = re.compile(r"\d{5,12}", re.ASCII)
SEQUENCE_NUMBER = re.compile(r"\d{1,10}", re.ASCII)
QUARTER = re.compile(r"(?<!\d)(?:20)?(\d\d)q([1-4])(?!\d)", re.ASCII | re.IGNORECASE)
DELETED_NAME = re.compile(r"delet", re.IGNORECASE)
DELETED_LINES = re.compile(
    rb"(?:[ \t]*+(?:caseid|case)?+[ \t]*+\$?+[ \t]*+\r?+(?:\n|\Z))?+"
    rb"(?:[ \t]*+(?:\d{5,12}+)?+[ \t]*+\$?+[ \t]*+\r?+\n)*+(?:[ \t]*+\d{5,12}+[ \t]*+\$?+[ \t]*+\r?+)?+",
    re.IGNORECASE,
)
"""A heading, which may be a blank or missing, case numbers and empty lines; possessive, as a file may hold anything."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A table as one file has it.

    table : one of READ. columns : this program's name of each column of the file, "" for one that is not read.
    width : columns that the header names; data rows may end in a delimiter more.
    """

    table: str
    columns: tuple[str, ...]

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.columns)

    def place(self, column: str) -> int:
        """Where a column stands."""
        return self.columns.index(column)

    def starts_row(self, fields: list[str]) -> bool:
        """Whether text, cut at its delimiters, begins as a row of this table does; strict enough to part rows by."""
        if len(fields) <= self.deepest or not NUMBER.fullmatch(fields[0]):
            return False
        if (self.has_case or self.is_legacy) and not is_number_of(fields[0], fields[1], legacy=self.is_legacy):
            return False
        if SEQUENCE in self.columns and not SEQUENCE_NUMBER.fullmatch(fields[self.place(SEQUENCE)]):
            return False
        return self.table != "drug" or fields[self.place("role_cod")] in ROLES

    @property
    def is_legacy(self) -> bool:
        """Whether report and case have numbers of their own (ISR and CASE)."""
        return self.table == "demo" and "caseversion" not in self.columns

    @property
    def has_case(self) -> bool:
        """Whether a row's number is followed by the case number that it begins with, as in every table since 2012Q4."""
        return self.columns[1] in ("", "caseid") and not self.is_legacy

    @property
    def deepest(self) -> int:
        """The last place that `starts_row` looks at."""
        looked_at = [self.place(name) for name in (SEQUENCE, "role_cod") if name in self.columns]
        return max(1, *looked_at, min(self.width, 3) - 1)


def is_number_of(number: str, case: str, *, legacy: bool) -> bool:
    """Whether a report's number can belong to a case: since 2012Q4 it is the case's number and the version.

    >>> is_number_of("100046943", "10004694", legacy=False), is_number_of("20702", "10004694", legacy=False)
    (True, False)
    """
    if not NUMBER.fullmatch(case):
        return False
    return legacy or (number.startswith(case) and 1 <= len(number) - len(case) <= 3)


def read_layout(head: bytes) -> Layout | None:
    """The layout that a file's first line names, or None if it is no FAERS table."""
    line = head.removeprefix(BYTE_ORDER_MARK).split(b"\n", 1)[0]
    if b"$" not in line:
        return None
    names = [KNOWN.get(squeeze(name), "") for name in line.decode("latin-1").strip("\r\n").split("$")]
    names = names[:-1] if names[-1] == "" and line.rstrip(b"\r\n").endswith(b"$") else names
    table = next((table for table, needed in NEEDED.items() if set(needed) <= set(names)), None)
    if table is None or names[0] != KEY:
        return None
    return Layout(table, tuple(name if name in READ[table] else "" for name in without_repeats(names)))


def without_repeats(names: Iterable[str]) -> list[str]:
    """Names, with the second and later of the same left empty."""
    seen: set[str] = set()
    kept = []
    for name in names:
        kept.append("" if name in seen else name)
        seen.add(name)
    return kept


def is_deletion_list(name: str, head: bytes) -> bool:
    """Whether a file lists deleted cases: called so, and nothing but case numbers below a blank heading."""
    start = head.removeprefix(BYTE_ORDER_MARK)
    whole = start[: start.rfind(b"\n") + 1] or start
    return bool(DELETED_NAME.search(PurePosixPath(name).name)) and bool(DELETED_LINES.fullmatch(whole))


def quarter_of(name: str) -> tuple[int, int] | None:
    """Year and number of the quarter in a file's name, or in that of the folder or archive that holds it.

    >>> quarter_of("faers_ascii_2022Q4.zip/ASCII/DEMO22Q4.txt"), quarter_of("_demo_sample.txt")
    ((2022, 4), None)
    """
    for part in reversed(PurePosixPath(name).parts):
        found = QUARTER.search(part)
        if found:
            return 2000 + int(found[1]), int(found[2])
    return None
