"""Quarters as they are written, the tables they must hold, and the addresses of their files."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from phytovigil.errors import InvalidRequest
from phytovigil.sources.faers_addresses import check_pattern, list_addresses
from phytovigil.sources.quarters import TABLES, Quarter, parse_quarter, parse_quarters
from phytovigil.sources.tables import read_table

TODAY = date(2026, 2, 14)
SITE = "https://fis.fda.gov/content/Exports"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2019Q1", ["2019Q1"]),
        (" 2019q1 ", ["2019Q1"]),
        ("2019Q3,2019Q1", ["2019Q1", "2019Q3"]),
        ("2019", ["2019Q1", "2019Q2", "2019Q3", "2019Q4"]),
        ("2018Q3..2019Q2", ["2018Q3", "2018Q4", "2019Q1", "2019Q2"]),
        ("2018Q3 .. 2018Q3", ["2018Q3"]),
        ("2018..2018Q2", ["2018Q1", "2018Q2"]),
        ("2019Q1, 2019, 2019Q4", ["2019Q1", "2019Q2", "2019Q3", "2019Q4"]),
        ("2025Q4", ["2025Q4"]),
    ],
)
def test_quarters_that_are_meant(text: str, meant: list[str]) -> None:
    assert [str(quarter) for quarter in parse_quarters(text, today=TODAY)] == meant


def test_all_quarters_there_are() -> None:
    every = parse_quarters("2004Q1..2025Q4", today=TODAY)
    assert len(every) == 88
    assert list(every) == sorted(every)
    assert all(quarter.next().previous() == quarter for quarter in every)


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("", "“” is no quarter", "2004Q1..2012Q3"),
        ("2019Q5", "“2019Q5” is no quarter", "2019Q1,2019Q3"),
        ("2019Q0", "“2019Q0” is no quarter", "2019Q1"),
        ("19Q1", "“19Q1” is no quarter", "2019Q1"),
        ("2019-1", "“2019-1” is no quarter", "2019Q1"),
        ("٢٠١٩Q1", "is no quarter", "2019Q1"),
        ("0000", "“0000” is no quarter", "2019Q1"),
        ("2019Q1,", "“” is no quarter", "2019Q1"),
        ("2019Q1..", "“” is no quarter", "2019Q1"),
        ("2019Q1..2019Q2..2019Q3", "is no quarter", "2019Q1"),
        ("one\ntwo", "“one two” is no quarter", "2019Q1"),
        ("x" * 500, f"“{'x' * 40}…” is no quarter", "2019Q1"),
        ("2019Q2..2019Q1", "runs backwards", "2019Q1..2019Q2"),
        ("2020..2019", "runs backwards", "2019..2020"),
        ("2003Q4", "2003Q4 is before 2004Q1", "2019Q1"),
        ("2003..2005", "2003Q1 is before 2004Q1", "2019Q1"),
        ("2026Q1", "2026Q1 is not over yet", "2025Q4"),
        ("2004Q1..9999Q4", "9999Q4 is not over yet", "2025Q4"),
    ],
)
def test_quarters_that_cannot_be(text: str, said: str, hint: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_quarters(text, today=TODAY)
    assert said in caught.value.message
    assert hint in caught.value.hint
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("today", "newest"),
    [(date(2026, 3, 31), "2025Q4"), (date(2026, 4, 1), "2026Q1"), (date(2026, 12, 31), "2026Q3")],
)
def test_the_newest_quarter_that_can_be(today: date, newest: str) -> None:
    quarter = parse_quarter(newest)
    assert parse_quarters(newest, today=today) == (quarter,)
    with pytest.raises(InvalidRequest, match="is not over yet"):
        parse_quarters(str(quarter.next()), today=today)


@pytest.mark.parametrize(("year", "number"), [(2019, 0), (2019, 5), (0, 1), (-1, 1), (10_000, 1)])
def test_a_quarter_that_is_none(year: int, number: int) -> None:
    with pytest.raises(InvalidRequest, match="There is no quarter"):
        Quarter(year, number)


def test_a_year_is_not_one_quarter() -> None:
    with pytest.raises(InvalidRequest, match="is a whole year"):
        parse_quarter("2019")


@pytest.mark.parametrize(
    ("archive", "quarter", "lacking"),
    [
        ("2004q1_and_2017q2_sample/aers_ascii_2004q1.zip", "2004Q1", []),
        ("2004q1_and_2017q2_sample/faers_ascii_2017q2.zip", "2017Q2", []),
        ("2004q1_and_2017q2_sample/faers_ascii_2017q2.zip", "2017Q1", list(TABLES)),
        ("2022q4_sample/faers_ascii_2022Q4.zip", "2022Q4", []),
        ("2015q1-q4_example/faers_ascii_2015q4_example.zip", "2015Q4", ["OUTC", "RPSR", "THER"]),
    ],
)
def test_tables_of_real_archives(shared_data: Path, archive: str, quarter: str, lacking: list[str]) -> None:
    with zipfile.ZipFile(shared_data / "faers_ascii" / archive) as opened:
        members = [(member.filename, member.file_size) for member in opened.infolist()]
    assert parse_quarter(quarter).lacking_tables(members) == lacking


def test_what_is_no_table() -> None:
    members = [(f"ascii/{table}22Q4.txt", 1) for table in TABLES[2:]]
    members += [("ASCII/DEMO22Q4.pdf", 9), ("DEMO22Q3.txt", 9), ("ascii/DRUG22Q4.txt", 0), ("DRUG22Q4.txt/", 9)]
    assert Quarter(2022, 4).lacking_tables(members) == ["DEMO", "DRUG"]


@pytest.mark.parametrize(
    ("quarter", "first"),
    [
        ("2004Q1", "aers_ascii_2004q1.zip"),
        ("2012Q3", "aers_ascii_2012q3.zip"),
        ("2012Q4", "faers_ascii_2012q4.zip"),
        ("2018Q4", "faers_ascii_2018q4.zip"),
        ("2019Q1", "faers_ascii_2019Q1.zip"),
        ("2021Q4", "faers_ascii_2021Q4.zip"),
        ("2022Q2", "faers_ascii_2022q2.zip"),
        ("2022Q3", "faers_ascii_2022Q3.zip"),
        ("2023Q1", "faers_ascii_2023q1.zip"),
        ("2023Q4", "faers_ascii_2023Q4.zip"),
        ("2024Q2", "faers_ascii_2024q2.zip"),
        ("2025Q4", "faers_ascii_2025q4.zip"),
    ],
)
def test_addresses_in_order(quarter: str, first: str) -> None:
    addresses = list_addresses(parse_quarter(quarter))
    assert addresses[0] == f"{SITE}/{first}"
    assert set(addresses) == {f"{SITE}/{first}", f"{SITE}/{first[:-6]}{first[-6].swapcase()}{first[-5:]}"}


def test_every_row_of_the_table_of_addresses() -> None:
    for row in read_table("faers_addresses"):
        assert check_pattern(row["pattern"]) == row["pattern"]
        assert row["source"]
        assert parse_quarter(row["first"]) <= parse_quarter(row["last"] or "9999Q4")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("https://mirror.example/faers.zip", "needs {year} and {number}"),
        ("https://mirror.example/{year}.zip", "needs {year} and {number}"),
        ("https://mirror.example/{year}q{quarter}.zip", "needs {year} and {number}"),
        ("https://mirror.example/{year}q{number}{}.zip", "needs {year} and {number}"),
        ("https://mirror.example/{year.real}q{number}", "needs {year} and {number}"),
        ("https://mirror.example/{year:>9999}q{number}", "needs {year} and {number}"),
        ("https://mirror.example/{year!r}q{number}", "needs {year} and {number}"),
        ("https://mirror.example/{year}q{number", "cannot be read"),
        ("https://[mirror/{year}q{number}", "cannot be read"),
        ("ftp://mirror.example/{year}q{number}", "is no web address"),
        ("file:///tmp/{year}q{number}", "is no web address"),
        ("mirror/{year}q{number}", "is no web address"),
        ("https:///{year}q{number}", "is no web address"),
        ("https://{year}.example/{number}", "is no web address"),
        ("", "needs {year} and {number}"),
    ],
)
def test_patterns_that_lead_nowhere(pattern: str, said: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        list_addresses(Quarter(2019, 1), pattern)
    assert said in caught.value.message
    assert "faers_ascii_{year}q{number}.zip" in caught.value.hint
