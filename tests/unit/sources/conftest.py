from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from phytovigil.schema.reports import Batch, names_of
from phytovigil.sources import match_inputs

TODAY = date(2026, 11, 22)

CAERS_HEADER = (
    "RA_Report #,RA_CAERS Created Date,AEC_Event Start Date,PRI_Product Role,PRI_Reported Brand/Product Name,"
    "PRI_FDA Industry Code,PRI_FDA Industry Name,CI_Age at Adverse Event,CI_Age Unit,CI_Gender,"
    "AEC_One Row Outcomes,SYM_One Row Coded Symptoms"
)


Tables = dict[str, dict[str, list[Any]]]


@dataclass
class Whole:
    """All batches of a file in one. Rows that are tied to a report by their key tell its case_id and version too."""

    tables: Tables
    read: int
    kept: int
    quarantined: int
    batches: int

    def rows(self, table: str, *columns: str) -> list[Any]:
        chosen = [self.tables[table].get(column) or [] for column in columns]
        return chosen[0] if len(columns) == 1 else list(zip(*chosen, strict=True))

    @property
    def reasons(self) -> list[tuple[int, str, str]]:
        return self.rows("quarantine", "line", "scope", "reason")


def gather(tables: Tables, batch: Batch) -> None:
    for table, columns in batch.tables.items():
        for column in names_of(columns):
            values = columns[column] if isinstance(columns, dict) else columns.column(column).to_pylist()
            tables[table][column].extend(values)


def tie_rows(tables: Tables) -> None:
    """Write the case and version of its report beside each row; a row without a report has None."""
    report = tables["report"]
    cases = dict(zip(report["key"], zip(report["case_id"], report["version"], strict=True), strict=True))
    for table, columns in tables.items():
        if "key" in columns and table != "report":
            found = [cases.get(key, (None, None)) for key in columns["key"]]
            columns["case_id"], columns["version"] = [case for case, _ in found], [version for _, version in found]


def read_whole(*paths: Path, source: str | None = None) -> Whole:
    tables: Tables = defaultdict(lambda: defaultdict(list))
    read = kept = quarantined = batches = 0
    for release in match_inputs(list(paths), source).releases:
        tied: Tables = defaultdict(lambda: defaultdict(list))
        for raw in release.files:
            for batch in release.reader.read(raw, today=TODAY):
                batches += 1
                read, kept = read + batch.rows_read, kept + batch.rows_kept
                quarantined += batch.rows_quarantined
                gather(tied, batch)
        tie_rows(tied)
        for table, columns in tied.items():
            for column, values in columns.items():
                tables[table][column].extend(values)
    row_scope = [scope for scope in tables["quarantine"]["scope"] if scope == "row"]
    assert read == kept + quarantined
    assert len(row_scope) == quarantined
    return Whole(tables, read, kept, quarantined, batches)


@pytest.fixture(scope="session")
def whole() -> Callable[..., Whole]:
    return read_whole


@pytest.fixture
def caers(tmp_path: Path) -> Callable[..., Whole]:
    """Read rows of our own under the header of 2004-2017Q2."""

    def read(*lines: str | bytes, header: str = CAERS_HEADER, end: bytes = b"\r\n", start: bytes = b"") -> Whole:
        content = [line.encode() if isinstance(line, str) else line for line in (header, *lines)]
        file = tmp_path / "caers.csv"
        file.write_bytes(start + end.join(content) + end)
        return read_whole(file)

    return read


@pytest.fixture
def zipped(tmp_path: Path) -> Callable[..., Path]:
    """Write members into an archive."""

    def write(name: str, members: dict[str, bytes | str]) -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return path

    return write


def caers_row(**cells: str) -> str:
    """One CSV row of 2004-2017Q2 with the given cells changed."""
    usual = {
        "case": "65333", "received": "1/2/2004", "event": "12/30/2003", "role": "Suspect",
        "product": "KAVA ROOT", "code": "54", "class": "Vit/Min/Prot/Unconv Diet(Human/Animal)",
        "age": "36", "unit": "Year(s)", "sex": "Female", "outcomes": "HOSPITALIZATION", "terms": "JAUNDICE",
    }  # fmt: skip
    return ",".join('"' + value.replace('"', '""') + '"' for value in (usual | cells).values())


@pytest.fixture
def row() -> Callable[..., str]:
    return caers_row


@pytest.fixture
def today() -> date:
    return TODAY
