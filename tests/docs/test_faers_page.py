"""The page about FAERS ASCII names every column, code and unit that the program knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from phytovigil.sources.faers_layouts import READ
from phytovigil.sources.tables import read_table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "faers-ascii.md"
TEXT = PAGE.read_text(encoding="utf-8")
NOT_KEPT = [
    "I_F_COD",
    "FOLL_SEQ",
    "IMAGE",
    "MFR_DT",
    "REPT_DT",
    "DEATH_DT",
    "TO_MFR",
    "CONFID",
    "E_SUB",
    "EXP_DT",
    "VAL_VBM",
]
COLUMN = {
    "role": "ROLE_COD",
    "sex": "SEX, GNDR_COD",
    "age_group": "AGE_GRP",
    "reporter": "OCCP_COD",
    "report_type": "REPT_COD",
    "dechallenge": "DECHAL",
    "rechallenge": "RECHAL",
    "outcome": "OUTC_COD",
    "origin": "RPSR_COD",
}


def table_rows(columns: int) -> list[list[str]]:
    """Rows of the tables of the page that have so many columns."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line[:1] == "|"]
    return [row for row in cells if len(row) == columns]


@pytest.mark.parametrize("table", READ)
def test_every_column_that_is_read_says_what_it_is_kept_as(table: str) -> None:
    rows = [row for row in table_rows(3) if row[0] == table.upper() and row[2] != "not kept"]
    named = {name for row in rows for name in re.findall(r"[A-Z][A-Z_0-9]+", row[1])}
    aside = {"PRIMARYID"} if table != "demo" else set()
    assert {name.upper() for name in READ[table]} - aside <= named


def test_columns_that_are_not_kept_are_not_read() -> None:
    rows = [row for row in table_rows(3) if row[2] == "not kept"]
    named = [name for row in rows for name in row[1].split(", ")]
    assert named == NOT_KEPT
    assert not {name.lower() for name in named} & {name for columns in READ.values() for name in columns}


def test_every_code_has_its_meaning() -> None:
    rows = dict(row for row in table_rows(2) if row[0] in COLUMN.values())
    for row in read_table("faers_codes"):
        said = f"`{row['code']}` {row['meaning'] or 'unknown (null)'}"
        assert said in rows[COLUMN[row["field"]]].split(", "), row
    assert len(read_table("faers_codes")) == sum(len(cell.split(", ")) for cell in rows.values())


@pytest.mark.parametrize(
    ("column", "table", "value"),
    [
        ("AGE_COD", "age_units", "years"),
        ("WT_COD", "weight_units", "kg"),
        ("DUR_COD", "duration_units", "days"),
    ],
)
def test_every_unit_has_its_size(column: str, table: str, value: str) -> None:
    row = next(row for row in table_rows(3) if row[:2] == [column, value])
    known = {each["unit"].upper(): float(each[value]) for each in read_table(table)}
    said = {}
    for unit, above, below in re.findall(r"`(\w+)` ([\d.]+)(?:/([\d.]+))?", row[2]):
        said[unit] = float(above) / float(below or 1)
    assert said == pytest.approx({unit: known[unit] for unit in said})
    coded = {
        each["unit"].upper() for each in read_table(table) if column in each["source"] or table == "duration_units"
    }
    assert set(said) == coded
