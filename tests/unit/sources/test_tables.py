"""The tables of units, outcomes and terms hold what their sources define."""

from __future__ import annotations

import pytest

from phytovigil.sources.outcomes import is_serious, outcome_order, read_outcomes
from phytovigil.sources.tables import read_table
from phytovigil.sources.terms import split_terms
from phytovigil.sources.values import age_units, read_age, weight_units

YEAR = 365.25
IN_YEARS = {
    1: ("year(s)", "yr"),
    10: ("decade(s)", "dec"),
    1 / 12: ("month(s)", "mon", "mth"),
    7 / YEAR: ("week(s)", "wk", "week"),
    1 / YEAR: ("day(s)", "dy", "day"),
    1 / YEAR / 24: ("hour(s)", "hr"),
    1 / YEAR / 24 / 60: ("minute(s)", "min"),
    1 / YEAR / 24 / 3600: ("sec",),
}


def test_every_unit_of_age() -> None:
    expected = {unit: years for years, units in IN_YEARS.items() for unit in units}
    assert age_units() == pytest.approx(expected, rel=1e-12)


def test_every_unit_of_weight() -> None:
    assert weight_units() == {"kg": 1, "kgs": 1, "lbs": 0.45359237, "lb": 0.45359237, "gms": 0.001}


@pytest.mark.parametrize(
    ("amount", "kept"), [("122", 122.0), ("122.5", None), ("0", 0.0), ("-0.1", None), ("nan", None)]
)
def test_the_bounds_of_age(amount: str, kept: float | None) -> None:
    assert read_age(amount, "Year(s)")[0] == kept


@pytest.mark.parametrize("row", read_table("outcomes"), ids=lambda row: row["reported"])
def test_every_outcome(row: dict[str, str]) -> None:
    outcomes, faults = read_outcomes(f" {row['reported'].lower()} ", ",")
    assert outcomes == ((row["outcome"],) if row["outcome"] else ())
    assert faults == ()
    assert is_serious(outcomes) is (row["serious"] == "yes")


def test_outcomes_are_ordered_by_gravity() -> None:
    assert list(outcome_order()) == [
        "death", "life-threatening", "hospitalisation", "disability", "congenital anomaly", "intervention required",
        "other serious", "serious injury", "emergency visit", "health-care visit", "other", "non-serious",
    ]  # fmt: skip


@pytest.mark.parametrize("row", read_table("comma_terms"), ids=lambda row: row["term"])
def test_every_term_that_holds_a_comma(row: dict[str, str]) -> None:
    term = row["term"]
    assert split_terms(f"NAUSEA, {term.title()}, RASH") == ("NAUSEA", term, "RASH")
    cut_everywhere = ",".join(part.strip() for part in term.split(","))
    assert split_terms(f"{cut_everywhere},RASH") == (term, "RASH")


def test_a_tail_whose_head_could_be_two_terms_is_left_alone() -> None:
    assert split_terms("OBSTRUCTIVE, INGUINAL HERNIA, GASTRIC ULCER") == (
        "OBSTRUCTIVE", "INGUINAL HERNIA", "GASTRIC ULCER",
    )  # fmt: skip
