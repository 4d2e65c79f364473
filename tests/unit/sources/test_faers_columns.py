"""Columns of FAERS text: codes, partial dates, ages, weights and durations, each distinct value read once."""

from __future__ import annotations

from typing import Any

import pyarrow
import pytest

from phytovigil.schema.reports import AGE_GROUPS, ROLES, SEXES
from phytovigil.sources.countries import read_country
from phytovigil.sources.faers_columns import (
    Table,
    code_reader,
    codes,
    date_reader,
    duration_units,
    is_blank,
    parse_rows,
    read_duration,
    read_faers_age,
    read_faers_date,
    read_faers_weight,
    read_term,
)
from phytovigil.sources.faers_layouts import read_layout
from phytovigil.sources.reasons import Reason
from phytovigil.sources.tables import read_table

CODES = {
    "role": {"PS": "primary suspect", "SS": "suspect", "I": "interacting", "C": "concomitant"},
    "sex": {"F": "female", "M": "male", "UNK": None, "NS": None},
    "age_group": {
        "N": "neonate", "I": "infant", "C": "child", "T": "adolescent", "A": "adult", "E": "elderly",
    },
    "reporter": {
        "MD": "physician", "PH": "pharmacist", "OT": "other health professional", "LW": "lawyer", "CN": "consumer",
        "HP": "health professional", "RN": "registered nurse",
    },
    "report_type": {
        "EXP": "expedited", "PER": "periodic", "DIR": "direct", "5DAY": "5-day", "30DAY": "30-day",
    },
    "dechallenge": {"Y": "positive", "N": "negative", "U": "unknown", "D": "does not apply"},
    "rechallenge": {"Y": "positive", "N": "negative", "U": "unknown", "D": "does not apply"},
    "outcome": {
        "DE": "death", "LT": "life-threatening", "HO": "hospitalisation", "DS": "disability",
        "CA": "congenital anomaly", "RI": "intervention required", "OT": "other serious",
    },
    "origin": {
        "FGN": "foreign", "SDY": "study", "LIT": "literature", "CSM": "consumer", "HP": "health professional",
        "UF": "user facility", "CR": "company representative", "DT": "distributor", "OTH": "other",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "code", "meaning"), [(field, *pair) for field, pairs in CODES.items() for pair in pairs.items()]
)
def test_every_code(field: str, code: str, meaning: str | None) -> None:
    read = code_reader(field)
    assert read(code) == read(code.lower()) == read(f" {code} ") == (meaning, None)


def test_no_code_beside_them() -> None:
    assert {(row["field"], row["code"]) for row in read_table("faers_codes")} == {
        (field, code) for field, pairs in CODES.items() for code in pairs
    }
    assert all(row["source"].startswith("FAERS") for row in read_table("faers_codes"))


def test_codes_mean_what_the_schema_knows() -> None:
    assert set(codes("role").values()) == set(ROLES)
    assert set(codes("sex").values()) - {""} == set(SEXES)
    assert list(codes("age_group").values()) == list(AGE_GROUPS)


@pytest.mark.parametrize("field", CODES)
def test_other_codes_are_put_aside_as_written(field: str) -> None:
    for text in ("XX", "??", "P S", "PSS", "0"):
        assert code_reader(field)(text) == (None, (Reason.UNKNOWN_CODE, field, text))
    assert code_reader(field)(" ") == (None, None)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("20141226", "2014-12-26"), ("201412", "2014-12"), ("2014", "2014"), (" 20141226 ", "2014-12-26"),
        ("20141226.0", "2014-12-26"), ("201412.0", "2014-12"), ("2014.0", "2014"), ("20160229", "2016-02-29"),
        ("20150229", None), ("20141301", None), ("201413", None), ("20140100", "2014-01"), ("20140000", "2014"),
        ("2014122", None), ("14", None),
        ("20141226.5", None), ("201412261", None), ("2014 12 26", None), ("19000101", "1900-01-01"), ("0", None),
    ],
)  # fmt: skip
def test_dates_are_as_precise_as_they_were_reported(text: str, written: str | None) -> None:
    assert read_faers_date(text) == written


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("20200101", "2020-01-01"), ("2020", "2020"), ("202011", "2020-11"), ("20201122", "2020-11-22"),
        ("20201123", False), ("202012", False), ("2021", False), ("19000101", "1900-01-01"), ("18991231", False),
        ("", None), (" ", None), ("NA", None), ("00000000", False), ("UNKNOWN", False),
    ],
)  # fmt: skip
def test_dates_between_the_earliest_and_the_latest(text: str, found: str | bool | None) -> None:
    read = date_reader(Reason.IMPOSSIBLE_EVENT_DATE, "event_date", "2020-11-22")
    fault = (Reason.IMPOSSIBLE_EVENT_DATE, "event_date", text) if found is False else None
    assert read(text) == (found or None, fault)


@pytest.mark.parametrize(
    ("amount", "unit", "years"),
    [
        ("36", "YR", 36), ("3", "DEC", 30), ("6", "MON", 0.5), ("4", "WK", 4 * 7 / 365.25), ("10", "DY", 10 / 365.25),
        ("12", "HR", 12 / 24 / 365.25), ("30", "MIN", 30 / 1440 / 365.25), ("20", "SEC", 20 / 86400 / 365.25),
        ("0", "YR", 0), ("122", "YR", 122), ("12.2", "DEC", 122), ("61.0", " yr ", 61), ("36.5", "YR", 36.5),
        ("", "YR", None), ("NA", "NA", None), (" ", "", None),
    ],
)  # fmt: skip
def test_ages(amount: str, unit: str, years: float | None) -> None:
    age, fault = read_faers_age(amount, unit)
    assert fault is None
    assert age == (None if years is None else pytest.approx(years, rel=1e-9))


@pytest.mark.parametrize(
    ("amount", "unit", "reason"),
    [
        ("-1", "YR", Reason.IMPOSSIBLE_AGE), ("123", "YR", Reason.IMPOSSIBLE_AGE), ("13", "DEC", Reason.IMPOSSIBLE_AGE),
        ("forty", "YR", Reason.IMPOSSIBLE_AGE), ("1e9", "SEC", None), ("1e10", "SEC", Reason.IMPOSSIBLE_AGE),
        ("40", "", Reason.UNKNOWN_AGE_UNIT), ("40", "XX", Reason.UNKNOWN_AGE_UNIT),
        ("nan", "YR", Reason.IMPOSSIBLE_AGE), ("inf", "YR", Reason.IMPOSSIBLE_AGE),
        ("1_0", "YR", Reason.IMPOSSIBLE_AGE),
    ],
)  # fmt: skip
def test_impossible_ages(amount: str, unit: str, reason: Reason | None) -> None:
    fault = (reason, "age_years", f"{amount} {unit}".strip()) if reason else None
    assert read_faers_age(amount, unit)[1] == fault


@pytest.mark.parametrize(
    ("amount", "unit", "kilograms"),
    [
        ("70", "KG", 70), ("70", "KGS", 70), ("100", "LBS", 45.359), ("100", "LB", 45.359), ("3500", "GMS", 3.5),
        ("635", "KG", 635), ("70.5", "kg", 70.5), ("", "KG", None), ("NA", "NA", None), (" ", "", None),
    ],
)  # fmt: skip
def test_weights(amount: str, unit: str, kilograms: float | None) -> None:
    assert read_faers_weight(amount, unit) == (kilograms, None)


@pytest.mark.parametrize(
    ("amount", "unit", "reason"),
    [
        ("0", "KG", Reason.IMPOSSIBLE_WEIGHT), ("-70", "KG", Reason.IMPOSSIBLE_WEIGHT),
        ("636", "KG", Reason.IMPOSSIBLE_WEIGHT), ("1401", "LBS", Reason.IMPOSSIBLE_WEIGHT),
        ("heavy", "KG", Reason.IMPOSSIBLE_WEIGHT), ("70", "IB", Reason.UNKNOWN_WEIGHT_UNIT),
        ("70", "MG", Reason.UNKNOWN_WEIGHT_UNIT), ("70", "", Reason.UNKNOWN_WEIGHT_UNIT),
    ],
)  # fmt: skip
def test_impossible_weights(amount: str, unit: str, reason: Reason) -> None:
    weight, fault = read_faers_weight(amount, unit)
    assert weight is None
    assert fault is not None
    assert (fault.reason, fault.field, fault.raw.strip()) == (reason, "weight_kg", f"{amount} {unit}".strip())


@pytest.mark.parametrize(
    ("amount", "unit", "days"),
    [
        ("1", "YR", 365.25), ("1", "MON", 365.25 / 12), ("2", "WK", 14), ("3", "DAY", 3), ("3", "DY", 3),
        ("12", "HR", 0.5), ("720", "MIN", 0.5), ("43200", "SEC", 0.5), ("0", "DAY", 0), ("122", "YR", 122 * 365.25),
        ("", "DAY", None), ("NA", "NA", None),
    ],
)  # fmt: skip
def test_durations(amount: str, unit: str, days: float | None) -> None:
    duration, fault = read_duration(amount, unit)
    assert fault is None
    assert duration == (None if days is None else pytest.approx(days, rel=1e-12))


@pytest.mark.parametrize(("amount", "unit"), [("-1", "DAY"), ("123", "YR"), ("long", "DAY"), ("3", ""), ("3", "XX")])
def test_impossible_durations(amount: str, unit: str) -> None:
    raw = f"{amount} {unit}".strip()
    assert read_duration(amount, unit) == (None, (Reason.IMPOSSIBLE_DURATION, "duration_days", raw))


def test_every_unit_of_duration_has_a_source() -> None:
    assert set(duration_units()) == {"YR", "MON", "WK", "DAY", "DY", "HR", "MIN", "SEC"}
    assert all(row["source"] for row in read_table("duration_units"))


def test_blanks_terms_and_countries() -> None:
    assert [is_blank(text) for text in ("", " ", "NA", " NA ", "na", "0", "N/A")] == [True] * 4 + [False] * 3
    assert read_term(" Skin  discolouration ") == ("SKIN DISCOLOURATION", None)
    assert read_term("  ") == (None, None)
    assert (read_country("NA"), read_country("Namibia")) == (("NA", None), ("NA", None))


def table_of(content: str, header: str = "primaryid$caseid$fda_dt$mfr_num$age$age_cod", delimiters: int = 5) -> Table:
    layout = read_layout(header.encode())
    assert layout is not None
    return Table(parse_rows(content.encode(), layout, delimiters))


def test_rows_as_columns() -> None:
    table = table_of('1$ a $$"$"$#\n2$  $$x\'$NA$\n3$É$$$$\n')
    assert table.rows == 3
    assert table.text("caseid").to_pylist() == ["a", None, "É"]
    assert table.text("caseid").cast(pyarrow.string()).null_count == 1
    assert table.text("fda_dt").to_pylist() == [None] * 3
    assert table.text("mfr_num").to_pylist() == ['"', "x'", None]
    assert table.text("age").to_pylist() == ['"', "NA", None]
    assert table.text("lit_ref").to_pylist() == [None] * 3


def test_trailing_delimiters_and_columns_that_are_not_read() -> None:
    table = table_of("1$x$Rash$y$$\n", "primaryid$caseid$pt$unknown$caseid", 5)
    assert table.text("pt").to_pylist() == ["Rash"]


def test_keys() -> None:
    numbers, whole = table_of("".join(f"{key}$$$$$\n" for key in ("100000011", " 7 ", "", "x", "1.0", "9" * 19))).keys()
    assert numbers.to_pylist() == [100000011, 7, None, None, None, None]
    assert whole.tolist() == [True, True, False, False, False, False]


def test_each_distinct_value_is_read_once_and_each_row_of_a_fault_is_noted() -> None:
    asked: list[str] = []

    def read(text: str) -> tuple[Any, Any]:
        asked.append(text)
        return (None, (Reason.UNKNOWN_CODE, "x", text)) if text == "b" else (len(text), None)

    table = table_of("".join(f"{row}${text}$$$$\n" for row, text in enumerate(["aa", "b", "", "aa", "b", "c"])))
    assert table.read("caseid", read, pyarrow.int64()).to_pylist() == [2, None, None, 2, None, 1]
    assert sorted(asked) == ["aa", "b", "c"]
    assert [row for row, _ in table.faults] == [1, 4]


def test_pairs_are_read_together() -> None:
    rows = [("3", "DEC"), ("", "YR"), ("40", "YR"), ("40", ""), ("3", "DEC"), ("x", "YR"), ("40", "YR")]
    table = table_of("".join(f"1$$$${amount}${unit}\n" for amount, unit in rows))
    ages = table.read_pair("age", "age_cod", read_faers_age, pyarrow.float64())
    assert ages.to_pylist() == [30, None, 40, None, 30, None, 40]
    assert sorted((row, fault.raw) for row, fault in table.faults) == [(3, "40"), (5, "x YR")]
    assert table.read_pair("wt", "wt_cod", read_faers_weight, pyarrow.float64()).to_pylist() == [None] * 7


def test_many_blocks_of_the_parser_make_one_column() -> None:
    """The parser gives each of its blocks a dictionary of its own."""
    count = 120_000
    table = table_of("".join(f"{row}$case {row % 7}$20200101$AT-FIRM-NUMBER-{row}$$\n" for row in range(count)))
    assert table.rows == count
    assert table.text("caseid").to_pylist()[-8:] == [f"case {row % 7}" for row in range(count - 8, count)]
    assert table.keys()[0].to_pylist() == list(range(count))
