"""Statements about a series: verdicts, what was looked at, what is said, and that later values are not seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.errors import InvalidRequest
from phytovigil.followup.change import describe_change
from phytovigil.followup.change.importance import IMPORTANCE, importance_of, reaches_importance
from phytovigil.schema.change import CHANGE, DOWN, IMPORTANT, NO_CHANGE, TOO_FEW, UP, VERDICTS, LeftOut, Series

START = date(2026, 1, 1)


def series(values: list[float], every: int = 1, name: str = "pain") -> Series:
    days = tuple(START + timedelta(days=every * place) for place in range(len(values)))
    return Series(name, "average pain", "points (0–10)", days, tuple(values))


def noisy(levels: list[tuple[int, float]], seed: int = 1, spread: float = 0.8) -> list[float]:
    """Whole points around levels that hold for so many days."""
    draw = np.random.default_rng(seed)
    means = np.concatenate([np.full(days, level) for days, level in levels])
    return [float(value) for value in np.clip(np.round(means + draw.normal(0, spread, len(means))), 0, 10)]


STEADY = series(noisy([(180, 5.0)]))
FALLEN = series(noisy([(120, 6.0), (60, 2.0)]))
END = START + timedelta(days=179)


def test_no_change_is_said_with_its_noise() -> None:
    found = describe_change(STEADY, END)
    assert found.verdict == NO_CHANGE
    assert found.first_told is None
    assert found.said.startswith("Average pain: no change beyond noise.")
    assert "smallest detectable change" in found.said
    assert found.baseline is not None
    assert found.baseline.values == 28
    assert found.baseline.first == START + timedelta(days=14)
    assert found.smallest_detectable == pytest.approx(1.96 * np.sqrt(2) * found.baseline.sd)


def test_a_large_fall_is_told_as_important_and_dated() -> None:
    found = describe_change(FALLEN, END)
    assert (found.verdict, found.direction, found.important) == (IMPORTANT, DOWN, True)
    assert found.change == pytest.approx(-4, abs=0.6)
    assert found.limit is not None
    assert abs(found.change) > found.limit
    assert found.low < found.change < found.high < 0
    assert found.probability > 0.999
    assert found.first_told is not None
    assert START + timedelta(days=120) < found.first_told <= START + timedelta(days=148)
    assert "lower than at the baseline, beyond noise, and large enough to count as important" in found.said
    assert "Farrar" in found.said


def test_a_rise_is_told_too_and_one_without_published_size_is_never_important() -> None:
    risen = series(noisy([(120, 2.0), (60, 7.0)]), name="withdrawal")
    found = describe_change(risen, END)
    assert (found.verdict, found.direction, found.important) == (CHANGE, UP, None)
    assert "No size of change is published" in found.said


def test_a_change_that_went_away_is_remembered() -> None:
    back = series(noisy([(100, 6.0), (60, 2.0), (60, 6.0)]))
    found = describe_change(back, START + timedelta(days=219))
    assert found.verdict == NO_CHANGE
    assert found.first_told is not None
    assert f"One was told on {found.first_told}; it no longer shows." in found.said


@pytest.mark.parametrize(("days", "needed"), [(0, 11), (10, 11), (16, 9), (21, 4), (22, 1), (43, 2), (45, 0)])
def test_too_few_values_say_how_many_more(days: int, needed: int) -> None:
    short = series(noisy([(days, 5.0)]) if days else [])
    found = describe_change(short, START + timedelta(days=max(days - 1, 0)))
    assert (found.verdict == TOO_FEW) == (needed > 0)
    if days not in (22, 43):
        assert found.needed == needed
    if needed:
        assert "too few values to say" in found.said
        assert found.change is None


def test_values_after_the_day_are_not_seen() -> None:
    cut = Series("pain", STEADY.label, STEADY.unit, FALLEN.days[:130], FALLEN.values[:130])
    as_of = START + timedelta(days=129)
    assert describe_change(FALLEN, as_of) == describe_change(cut, as_of)


def test_the_first_day_told_is_that_of_weekly_looks() -> None:
    """One call finds what a call each week would have found."""
    first = describe_change(FALLEN, END).first_told
    looks = [START + timedelta(days=41 + 7 * week) for week in range(1, 20)]
    told = [look for look in looks if describe_change(FALLEN, look).verdict in (CHANGE, IMPORTANT)]
    assert told[0] == first


def test_a_bad_beginning_is_left_out() -> None:
    """Who begins in a bad fortnight gets better by themself: with the run-in nothing is told, without it a fall is."""
    bad = series(noisy([(14, 9.0), (166, 4.0)], spread=0.6))
    assert describe_change(bad, END).first_told is None
    without = describe_change(bad, END, run_in_days=0, baseline_days=14)
    assert (without.verdict, without.direction) == (IMPORTANT, DOWN)


def test_a_stated_baseline_is_taken() -> None:
    stated = (START + timedelta(days=60), START + timedelta(days=90))
    found = describe_change(STEADY, END, baseline=stated)
    assert found.baseline is not None
    assert (found.baseline.first, found.baseline.last) == stated
    assert "the stated days 2026-03-02 to 2026-04-01" in found.said


def test_weekly_values_get_a_longer_baseline() -> None:
    found = describe_change(series(noisy([(30, 5.0)]), every=7), START + timedelta(days=203))
    assert found.baseline is not None
    assert found.baseline.values == 8
    assert found.present_values == 4


def test_several_values_of_a_day_count_once() -> None:
    twice = Series("pain", "average pain", "points", tuple(d for d in STEADY.days for _ in (0, 1)),
                   tuple(v for v in STEADY.values for _ in (0, 1)))  # fmt: skip
    once, double = describe_change(STEADY, END), describe_change(twice, END)
    assert double.change == once.change
    assert double.limit == once.limit


def test_equal_values_have_the_noise_of_rounding() -> None:
    found = describe_change(series([5.0] * 180), END)
    assert found.change == pytest.approx(0)
    assert found.limit is not None
    assert found.limit > 0.3
    assert found.direction in ("", UP, DOWN)


def test_gaps_old_values_and_left_out_ones_are_said() -> None:
    values = noisy([(60, 5.0)])
    days = tuple(START + timedelta(days=place + (20 if place > 50 else 0)) for place in range(60))
    gappy = Series("pain", "average pain", "points", days, tuple(values), left_out=(LeftOut("7", "no upper limit"),))
    found = describe_change(gappy, days[-1] + timedelta(days=90))
    assert [gap.days for gap in found.gaps] == [21, 90]
    assert found.verdict == TOO_FEW
    assert "2 missing stretches; the longest is 90 days." in found.said
    assert "The newest value is 90 days old." in found.said
    assert "1 value was left out: no upper limit." in found.said


@pytest.mark.parametrize(
    ("change", "baseline", "important"),
    [(-2.0, 8.0, True), (-1.9, 8.0, False), (-1.5, 5.0, True), (1.9, 2.0, False), (2.0, 2.0, True)],
)
def test_importance_of_pain(change: float, baseline: float, important: bool) -> None:
    assert reaches_importance(importance_of("pain"), change, baseline) is important


def test_every_importance_has_a_source() -> None:
    assert all(one.source for one in IMPORTANCE.values())
    assert IMPORTANCE["skin"].size is None
    assert (IMPORTANCE["peg"].size, IMPORTANCE["itch"].size) == (1.75, 3.0)


@pytest.mark.parametrize(
    "settings", [{"run_in_days": -1}, {"baseline_days": 0}, {"alpha": 0.0}, {"baseline": (END, START)}]
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        describe_change(STEADY, END, **settings)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 10), min_size=0, max_size=90), st.sampled_from([1, 2, 7]), st.floats(-3, 3))
def test_any_series_gets_a_statement(values: list[int], every: int, by: float) -> None:
    """A verdict, a sentence, and figures that agree with one another; shifted values shift, the change does not."""
    one = series([float(value) for value in values], every)
    end = START + timedelta(days=every * len(values))
    found = describe_change(one, end)
    assert found.verdict in VERDICTS
    assert found.said
    assert (found.change is None) == (found.verdict == TOO_FEW) == (found.needed > 0)
    moved = describe_change(replace(one, values=tuple(value + by for value in one.values)), end)
    assert moved.verdict == TOO_FEW or moved.change == pytest.approx(found.change, abs=1e-6)
