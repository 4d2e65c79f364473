"""`examine trend` and `examine sequential` on the real data, beside counts made in plain Python, and at their edges."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

Ask = Callable[..., dict[str, Any]]
KRATOM = ("--product", "kratom", "--reaction", "JAUNDICE", "--role", "any", "--source", "caers")


@pytest.fixture(scope="module")
def trend(ask: Ask, store: Path) -> dict[str, Any]:
    return ask("examine", "trend", *KRATOM, "--store", store)


def quarter_of(day: date) -> str:
    return f"{day.year}Q{(day.month + 2) // 3}"


def test_every_quarter_is_that_of_the_raw_file(trend: dict[str, Any], caers: Any) -> None:
    """All 54 quarters of CAERS 2004 to 2017, counted by going through every case."""
    quarters = [f"{year}Q{number}" for year in range(2004, 2018) for number in range(1, 5)][:54]
    by_quarter: dict[str, set[str]] = {quarter: set() for quarter in quarters}
    for number, case in caers.cases.items():
        by_quarter[quarter_of(case.received)].add(number)
    assert [row["period"] for row in trend["periods"]] == quarters
    for row in trend["periods"]:
        expected = caers.count(
            ["KRATOM", "MITRAGYNA", "MITRAGYNINE"], ["JAUNDICE"], population=by_quarter[row["period"]]
        )
        assert tuple(row[cell] for cell in "abcd") == expected


def test_the_last_cumulative_row_is_the_answer_of_count(trend: dict[str, Any], ask: Ask, store: Path) -> None:
    count, last = ask("count", *KRATOM, "--store", store), trend["periods"][-1]["cumulative"]
    assert [last[cell] for cell in "abcd"] == [count[cell] for cell in "abcd"]
    assert last["estimates"] == {name: count["estimates"][name] for name in last["estimates"]}
    assert last["expected"] == count["expected"]


def test_first_signal_is_found_by_counting_up_to_then(trend: dict[str, Any], ask: Ask, store: Path) -> None:
    """The IC's rule, re-read from the cumulative rows."""
    first = next(
        row["period"]
        for row in trend["periods"]
        if row["cumulative"]["a"] >= 3 and row["cumulative"]["estimates"]["ic"]["low"] > 0
    )
    rule = next(rule for rule in trend["rules"] if rule["rule"] == "ic025")
    assert (rule["first_period"], rule["first_a"], rule["held_since"]) == (first, 4, first)


def test_rise_of_reporting_is_flagged(trend: dict[str, Any]) -> None:
    """Kratom: 2 cases before 2014, 32 from then on."""
    (step,) = trend["changes"]["product"]["steps"]
    assert (step["period"], step["before"]["cases"], step["after"]["cases"]) == ("2014Q1", 2, 32)
    assert step["ratio"]["low"] > 2
    assert step["text"] in trend["flags"]
    assert "attention" in step["text"]


def test_years_add_up_to_the_quarters(trend: dict[str, Any], ask: Ask, store: Path) -> None:
    years = ask("examine", "trend", *KRATOM, "--period", "year", "--store", store)
    assert len(years["periods"]) == 14
    assert years["periods"][-1]["cumulative"]["n"] == trend["periods"][-1]["cumulative"]["n"] == 64_517
    assert not years["periods"][-1]["complete"]
    assert "2017 is not complete" in " ".join(years["notes"])


def test_sequential_expects_quarter_by_quarter(trend: dict[str, Any], ask: Ask, store: Path) -> None:
    found = ask("examine", "sequential", *KRATOM, "--store", store)
    expected = 0.0
    observed = 0
    for row, look in zip(trend["periods"], found["looks"], strict=True):
        observed += row["a"]
        expected += row["with_product"] * row["with_reaction"] / row["n"]
        assert look["observed"] == observed
        assert look["expected"] == pytest.approx(expected, rel=1e-9, abs=1e-15)
        if observed > expected:
            ratio = expected - observed + observed * math.log(observed / expected)
            assert look["llr"] == pytest.approx(ratio, rel=1e-9)
    assert found["limit"] == {"kind": "whole", "expected": found["looks"][-1]["expected"]}


def test_the_boundary_is_reached_with_the_fourth_case(ask: Ask, store: Path) -> None:
    """So little is expected that the minimum is the boundary."""
    for method in ("maxsprt", "group"):
        found = ask("examine", "sequential", *KRATOM, "--method", method, "--store", store)
        assert (found["crossed"], found["first_crossed"]) == (True, "2016Q1")
        assert found["boundary"]["type_one_error"] < 1e-3


def test_from_and_yearly_looks(ask: Ask, store: Path) -> None:
    found = ask("examine", "sequential", *KRATOM, "--from", "2015Q3", "--look", "year", "--store", store)
    assert [look["period"] for look in found["looks"]] == ["2015", "2016", "2017"]
    assert [look["observed"] for look in found["looks"]] == [2, 4, 4]


def test_planned_limit(ask: Ask, store: Path) -> None:
    """Looks beyond the limit are listed and not tested; the boundary is the one that was printed for T = 1, M = 1."""
    found = ask("examine", "sequential", *KRATOM, "--limit", "1", "--minimum-events", "1", "--store", store)
    assert found["boundary"]["critical_value"] == pytest.approx(2.85393700326128, abs=1e-9)
    assert all(look["tested"] for look in found["looks"])
    short = ask("examine", "sequential", *KRATOM, "--limit", "0.05", "--store", store)
    assert [look["tested"] for look in short["looks"]].index(False) == 42
    assert short["looks"][-1]["crossed"] is None
    assert short["crossed"] is False


def test_nothing_seen_withholds_nothing_silently(ask: Ask, store: Path) -> None:
    pair = ("--product", "kratom", "--reaction", "JAUNDICE", "--years", "2010", "--source", "caers", "--store", store)
    trend = ask("examine", "trend", *pair)
    assert "names the product" in " ".join(trend["notes"])
    assert trend["changes"]["product"]["notes"] == ["There is no case, so there is nothing to look for a change in."]
    assert {rule["first_period"] for rule in trend["rules"]} == {None}
    found = ask("examine", "sequential", *pair)
    assert (found["boundary"], found["crossed"]) == (None, None)
    assert "no test" in found["why"]


def test_one_quarter_only(ask: Ask, three_cases: Path) -> None:
    pair = ("--product", "kava", "--reaction", "JAUNDICE", "--store", three_cases)
    found = ask("examine", "trend", *pair)
    assert [row["period"] for row in found["periods"]] == ["2015Q1"]
    assert "Fewer than four periods" in " ".join(found["changes"]["product"]["notes"])
    watched = ask("examine", "sequential", *pair, "--minimum-events", "1")
    assert [(look["observed"], look["expected"]) for look in watched["looks"]] == [(1, pytest.approx(2 / 3))]
    assert watched["crossed"] is False
    assert "1 case observed" in watched["why"]


def test_watching_from_after_the_end(ask: Ask, store: Path) -> None:
    found = ask("examine", "sequential", *KRATOM, "--from", "2030Q1", "--store", store)
    assert (found["looks"], found["from"], found["crossed"]) == ([], None, None)


@pytest.mark.parametrize(
    ("code", "arguments", "said"),
    [
        (2, ("trend", *KRATOM, "--period", "month"), "quarter or year"),
        (2, ("sequential", *KRATOM, "--method", "sprt"), "maxsprt or group"),
        (2, ("sequential", *KRATOM, "--spending", "even"), "obf or pocock"),
        (2, ("sequential", *KRATOM, "--look", "day"), "quarter or year"),
        (2, ("sequential", *KRATOM, "--alpha", "5"), "0.05 for 5 per cent"),
        (2, ("sequential", *KRATOM, "--minimum-events", "0"), "at least 1"),
        (2, ("sequential", *KRATOM, "--limit", "-1"), "above 0"),
        (2, ("sequential", *KRATOM, "--limit", "1000000"), "at most"),
        (2, ("sequential", *KRATOM, "--from", "2010Q5"), "2010Q1 or 2010"),
        (2, ("sequential", *KRATOM, "--from", "0000"), "2010Q1 or 2010"),
        (3, ("trend", "--product", "kratm", "--reaction", "JAUNDICE", "--source", "caers"), "kratom"),
        (7, ("trend", "--product", "kratom", "--reaction", "jaundice", "--source", "faers-dashboard"), "numerators"),
        (7, ("sequential", "--product", "kratom", "--reaction", "itch", "--source", "faers-dashboard"), "numerators"),
    ],
    ids=lambda value: " ".join(value[-2:]) if isinstance(value, tuple) else None,
)
def test_refusals(refuse: Callable[..., str], store: Path, code: int, arguments: tuple[str, ...], said: str) -> None:
    assert said in refuse(code, "examine", *arguments, "--store", store)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("trend",), ["by quarter of first receipt", "2016Q1", "First signal", "FLAGGED. Reporting of kratom rose"]),
        (("sequential",), ["MaxSPRT", "first reached in 2016Q1", "no denominator", "reached"]),
        (
            ("sequential", "--method", "group", "--look", "year"),
            ["O'Brien-Fleming", "2017*", "chance of a false alarm"],
        ),
    ],
    ids=["trend", "maxsprt", "group"],
)
def test_text_says_what_the_json_says(
    run: Callable[..., Any], store: Path, arguments: tuple[str, ...], said: list[str]
) -> None:
    done = run("examine", *arguments, *KRATOM, "--store", store)
    assert done.code == 0
    for part in said:
        assert part in done.out
