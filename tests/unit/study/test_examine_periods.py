"""Periods, plans and the sentences of the looks at time, without a store."""

from __future__ import annotations

from datetime import date

import pytest

from phytovigil.errors import InvalidRequest
from phytovigil.signals.time.change_points import Change, Changes
from phytovigil.study.examining.periods import Period, Series
from phytovigil.study.examining.sequential import (
    Looks,
    Plan,
    draw_boundary,
    looks_within,
    read_start,
    take_looks,
    untested,
)
from phytovigil.study.examining.trend import describe_changes, describe_gaps, describe_in_words, describe_rules

UNDATED = (1, 2, 3, 4)


def make_series(*cells: tuple[int, int, int, int], undated: tuple[int, int, int, int] = (0, 0, 0, 0)) -> Series:
    starts = [date(2015 + place // 4, 3 * (place % 4) + 1, 1) for place in range(len(cells))]
    return Series(tuple(Period.beginning(start, "quarter") for start in starts), cells, undated)


@pytest.mark.parametrize(
    ("start", "kind", "end", "label"),
    [
        (date(2016, 1, 1), "quarter", date(2016, 3, 31), "2016Q1"),
        (date(2015, 10, 1), "quarter", date(2015, 12, 31), "2015Q4"),
        (date(2016, 1, 1), "year", date(2016, 12, 31), "2016"),
    ],
)
def test_period(start: date, kind: str, end: date, label: str) -> None:
    period = Period.beginning(start, kind)
    assert (period.end, period.label) == (end, label)
    assert period.describe(end.isoformat())["complete"]
    assert not period.describe("2015-01-01")["complete"]


def test_cases_without_a_date_are_said() -> None:
    series = make_series((1, 1, 1, 9), undated=UNDATED)
    assert series.describe_undated() == {"n": 10, "with_product": 3, "with_reaction": 4, "a": 1}
    said = " ".join(describe_gaps(series, "2015-03-31"))
    assert "10, of them 3 with the product and 1 with both" in said


@pytest.mark.parametrize(
    ("cells", "said"),
    [((0, 0, 2, 9), "names the product"), ((0, 2, 0, 9), "names the reaction"), ((0, 2, 2, 9), "names both")],
)
def test_what_is_never_reported_is_said(cells: tuple[int, int, int, int], said: str) -> None:
    assert said in " ".join(describe_gaps(make_series(cells), "2015-03-31"))


def test_nothing_dated_at_all() -> None:
    empty = Series((), (), UNDATED)
    assert "No case of this population has a date of receipt." in describe_gaps(empty, "2015-03-31")
    assert {rule["first_period"] for rule in describe_rules(empty)} == {None}
    assert looks_within(take_looks(empty, "quarter"), Plan()) == 0


def test_rule_that_is_lost_again() -> None:
    rules = {rule["rule"]: rule for rule in describe_rules(make_series((5, 5, 5, 985), (0, 0, 990, 10)))}
    assert (rules["ic025"]["first_period"], rules["ic025"]["first_a"]) == ("2015Q1", 5)
    assert rules["ic025"]["held_since"] is None


def test_yearly_looks_add_up_the_quarters() -> None:
    series = make_series(*[(1, 9, 9, 81)] * 6)
    looks = take_looks(series, "year")
    assert [period.label for period in looks.periods] == ["2015", "2016"]
    assert (looks.observed, looks.expected) == ((4, 6), (4.0, 6.0))


@pytest.mark.parametrize(
    ("method", "limit", "tested"),
    [
        ("maxsprt", None, 4), ("maxsprt", 2.0, 2), ("maxsprt", 2.5, 2), ("maxsprt", 0.5, 0), ("maxsprt", 9.0, 4),
        ("group", 2.0, 2), ("group", 2.5, 3), ("group", 0.5, 1), ("group", 9.0, 4),
    ],
)  # fmt: skip
def test_looks_within_the_limit(method: str, limit: float | None, tested: int) -> None:
    looks = take_looks(make_series(*[(1, 9, 9, 81)] * 4), "quarter")
    assert looks_within(looks, Plan(method, limit=limit)) == tested


def test_group_boundary_over_its_limit_spends_all_that_is_left() -> None:
    looks = Looks((), (1, 2, 3), (1.0, 2.0, 3.0))
    rows = draw_boundary(looks, 3, Plan("group", limit=2.5))["rows"]
    assert rows[-1]["spent"] == pytest.approx(0.05)
    assert rows[-1]["information"] == 1.2


def test_every_look_has_the_same_fields() -> None:
    rows = untested([{"needed": 4, "crossed": False}], 2)
    assert rows[0].keys() == rows[1].keys()
    assert (rows[0]["needed"], rows[1]["needed"], rows[1]["crossed"]) == (4, None, None)


def test_start() -> None:
    assert read_start("2010q3") == date(2010, 7, 1)
    for text in ("2010Q5", "0000", "0000Q1", "10", "2010-01"):
        with pytest.raises(InvalidRequest):
            read_start(text)


def step(before: float, after: float, ratio: float) -> Change:
    return Change(1, before, 100, after, 200, ratio, ratio / 2, ratio * 2, 0.01)


def test_words_of_a_change() -> None:
    assert "rose 3.0-fold from 2016Q1 (95 % interval 1.5 to 6.0)" in describe_in_words("X", step(2, 12, 3), "2016Q1")
    assert "fell to 0.25" in describe_in_words("X", step(8, 4, 0.25), "2016Q1")
    assert "set in with" in describe_in_words("X", step(0, 4, float("inf")), "2016Q1")
    assert "stopped with" in describe_in_words("X", step(4, 0, 0), "2016Q1")


def test_doubts_about_changes() -> None:
    series = make_series(*[(1, 9, 9, 81)] * 8)
    described = describe_changes("X", Changes((), 1.5, (0.001,), 0.9, complete=False), series)
    assert any("autocorrelation 0.90" in note for note in described["notes"])
    assert any("may be more" in note for note in described["notes"])
    assert describe_changes("X", "why not", series)["notes"] == ["why not"]
