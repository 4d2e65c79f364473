"""Statements about the colour of a site: verdicts, names, what the difference hides, and what weakens them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from phytovigil.errors import InvalidRequest
from phytovigil.followup.change import describe_all_skin, describe_skin
from phytovigil.followup.change.colour_distance import load_formula, shift_distance
from phytovigil.followup.change.pair_rule import judge_rise, later_noise, plan_looks
from phytovigil.schema.change import (
    BROWNER,
    CHANGE,
    GREYER,
    LIGHTER,
    NO_CHANGE,
    NOT_NAMED,
    TOO_FEW,
    YELLOWER,
    LeftOut,
    SkinSeries,
)
from phytovigil.simulation.person import PersonSettings, PigmentChange, SkinSettings, simulate_diary

START = date(2026, 1, 1)
ZERO = (0.0, 0.0, 0.0)
BASELINE, FOLLOW, CHANGED = 8, 20, 10


def make(
    exposed: tuple[float, ...] = ZERO,
    covered: tuple[float, ...] | None = ZERO,
    baseline: int = BASELINE,
    marked: bool = True,
    seed: int = 4,
) -> SkinSeries:
    """Baseline days one after another, then weekly photos; from the eleventh of these on the sites are shifted."""
    draw = np.random.default_rng(seed)
    number = baseline + FOLLOW
    days = [START + timedelta(days=place) for place in range(baseline)]
    days += [days[-1] + timedelta(days=7 * week) for week in range(1, FOLLOW + 1)]
    later = (np.arange(number) >= baseline + CHANGED)[:, None]
    light = draw.normal(0, (1.0, 0.5, 0.8), (number, 3))
    own = np.array([62.0, 11, 17]) + light + draw.normal(0, (0.8, 0.5, 0.6), (number, 3)) + later * np.array(exposed)
    other = np.array([68.0, 8, 16]) + light + draw.normal(0, (0.8, 0.5, 0.6), (number, 3))
    pairs = () if covered is None else tuple(map(tuple, other + later * np.array(covered)))
    flags = tuple(marked and place < baseline for place in range(number))
    return SkinSeries("hand", "" if covered is None else "arm", tuple(days), tuple(map(tuple, own)), pairs, flags)


END = make().days[-1]


@pytest.mark.parametrize(("shift", "name"), [((-10, -3, -12), GREYER), ((-10, 3, 5), BROWNER), ((11, -3, -1), LIGHTER)])
def test_a_clear_change_is_told_named_and_dated(shift: tuple[float, ...], name: str) -> None:
    found = describe_skin(make(shift), END)
    assert found.verdict == CHANGE
    assert found.direction is not None
    assert found.direction.name == name
    assert found.first_told == make().days[BASELINE + CHANGED + 1]
    assert found.difference is not None
    assert [one.channel for one in found.difference.channels] == ["L*", "a*", "b*"]
    for one, by in zip(found.difference.channels, shift, strict=True):
        assert one.change == pytest.approx(by, abs=2.5)
        assert one.low < one.change < one.high
    assert name in found.said
    assert "two photo days in a row exceed" in found.said
    assert "No size of change of skin colour is published as important" in found.said
    assert found.probability > 0.999


def test_no_change_is_said_with_the_noise() -> None:
    found = describe_skin(make(), END)
    assert (found.verdict, found.direction, found.first_told) == (NO_CHANGE, None, None)
    assert found.difference is not None
    assert found.difference.smallest_detectable == pytest.approx(1.96 * np.sqrt(2) * found.difference.sem)
    assert found.difference.limit >= found.difference.smallest_detectable


def test_sem_is_that_of_the_own_baseline() -> None:
    """Root mean square ΔE00 of the baseline's differences around their mean, by the library and by hand."""
    series = make()
    differences = (np.array(series.colours) - np.array(series.covered_colours))[:BASELINE]
    centre = np.array(series.colours)[:BASELINE].mean(axis=0)
    residuals = differences - differences.mean(axis=0)
    squares = [float(load_formula()(centre, centre + one)) ** 2 for one in residuals]
    found = describe_skin(series, END)
    assert found.difference is not None
    assert found.difference.sem == pytest.approx(np.sqrt(sum(squares) / (BASELINE - 1)))


def test_a_yellowing_of_both_sites_is_raised_although_the_difference_hides_it() -> None:
    found = describe_skin(make((0, 1, 12), (0, 1, 12)), END)
    assert found.verdict == CHANGE
    assert found.difference is not None
    assert not found.difference.told
    assert found.yellowing is not None
    assert found.yellowing.told
    assert found.direction is not None
    assert (found.direction.name, found.direction.pigment, found.direction.jaundice_like) == (YELLOWER, False, True)
    assert "which is not pigment" in found.said


def test_a_covered_site_that_changes_too_is_said() -> None:
    found = describe_skin(make((-14, 1, 0), (-14, 1, 0)), END)
    assert found.verdict == CHANGE
    assert found.direction is not None
    assert found.direction.covered_too
    assert "The covered site changed too" in found.said


def test_pigment_with_a_yellow_eye_is_not_called_pigment() -> None:
    found = describe_skin(make((-10, -3, -12)), END, sclera_yellow=True)
    assert found.direction is not None
    assert (found.direction.name, found.direction.jaundice_like) == (NOT_NAMED, True)


def test_a_site_alone_is_warned_of_light() -> None:
    found = describe_skin(make((-10, -3, -12), None), END)
    assert found.verdict == CHANGE
    assert found.difference is None
    assert [site.what for site in found.sites] == ["site"]
    assert "There is no covered site" in found.said


def test_one_photo_beyond_is_not_enough() -> None:
    series = make((-10, -3, -12))
    first = series.days[BASELINE + CHANGED]
    assert describe_skin(series, first).verdict == NO_CHANGE
    assert describe_skin(series, series.days[BASELINE + CHANGED + 1]).verdict == CHANGE


def test_later_photos_are_not_seen_and_one_call_finds_what_weekly_calls_find() -> None:
    series = make((-10, -3, -12))
    told = [day for day in series.days[BASELINE + 1 :] if describe_skin(series, day).verdict == CHANGE]
    assert describe_skin(series, END).first_told == told[0]
    rows = slice(0, BASELINE + 12)
    cut = replace(
        series,
        days=series.days[rows],
        colours=series.colours[rows],
        covered_colours=series.covered_colours[rows],
        baseline=series.baseline[rows],
    )
    assert describe_skin(series, cut.days[-1]) == describe_skin(cut, cut.days[-1])


@pytest.mark.parametrize(("rows", "needed"), [(0, 7), (3, 4), (5, 2), (6, 2), (8, 2), (9, 1), (10, 0)])
def test_too_few_photos_say_how_many_more(rows: int, needed: int) -> None:
    series = make()
    as_of = series.days[rows - 1] if rows else START - timedelta(days=1)
    found = describe_skin(series, as_of)
    assert found.needed == needed
    assert (found.verdict == TOO_FEW) == (needed > 0)
    if needed:
        assert "photos of one day share one light" in found.said


def test_a_short_baseline_is_filled_up_and_said() -> None:
    found = describe_skin(make(baseline=3), END)
    assert found.baseline_values == 5
    assert found.baseline_how == "3 days marked as baseline and the next 2"
    assert "took in 2 later days" in found.said
    assert "With 5 baseline days only a large change can be told; 8 or more" in found.said


def test_without_marks_the_first_eight_days_are_the_baseline() -> None:
    found = describe_skin(make(marked=False), END)
    assert found.baseline_values == 8
    assert "since none is marked" in found.baseline_how


def test_photos_before_the_baseline_are_left_out() -> None:
    series = make()
    marks = tuple(4 <= place < 12 for place in range(len(series.days)))
    named = tuple(f"photo {place}" for place in range(len(series.days)))
    found = describe_skin(replace(series, baseline=marks, entries=named), END)
    assert found.baseline_values == 8
    assert found.left_out == tuple(LeftOut(f"photo {place}", "before the baseline") for place in range(4))


def test_noisier_later_photos_raise_the_limit_and_are_said() -> None:
    series = make()
    draw = np.random.default_rng(9)
    colours = np.array(series.colours)
    colours[BASELINE:] += draw.normal(0, 5, (FOLLOW, 3))
    found = describe_skin(replace(series, colours=tuple(map(tuple, colours))), END)
    assert found.difference is not None
    assert found.difference.noise > 1.5 * found.difference.sem
    assert "the limit was raised" in found.said


def test_equal_photos_have_a_least_noise() -> None:
    series = make()
    same = replace(series, colours=(series.colours[0],) * 28, covered_colours=(series.covered_colours[0],) * 28)
    found = describe_skin(same, END)
    assert found.verdict == NO_CHANGE
    assert found.difference is not None
    assert found.difference.sem == pytest.approx(0.2)


def test_gaps_and_old_photos_are_said() -> None:
    found = describe_skin(make(), END + timedelta(days=100))
    assert found.gaps[-1].days == 100
    assert "The newest photo is 100 days old." in found.said


def test_alpha_must_be_a_share() -> None:
    with pytest.raises(InvalidRequest, match="alpha"):
        describe_skin(make(), END, alpha=5.0)


def test_distances_are_ciede2000() -> None:
    """Constructed changes with their printed ΔE00."""
    for base, after, distance in [
        ((65, 10, 18), (55, 7, 6), 11.93),
        ((60, 12, 20), (53, 8, 6), 11.21),
        ((65, 10, 18), (57, 12, 22), 7.29),
        ((65, 10, 18), (65, 11, 26), 4.25),
        ((40, 11, 14), (34, 7, 4), 8.99),
    ]:
        colour = np.array(base, dtype=float)
        assert shift_distance(colour, np.array([after]) - colour)[0] == pytest.approx(distance, abs=0.005)
    assert len(shift_distance(colour, np.zeros((0, 3)))) == 0


def test_looks_of_a_year() -> None:
    weekly = plan_looks(np.arange(0.0, 7 * 200, 7))
    assert set(weekly) == {52, 104}
    assert weekly[:52] == [52] * 52
    assert max(plan_looks(np.arange(0.0, 400))) == 416


def test_later_noise_is_a_trimmed_mean_of_differences() -> None:
    steps = np.abs(np.random.default_rng(2).normal(size=39))
    found = later_noise(steps, 40)
    assert (found[:12] == 0).all()
    known = np.sort(steps[:18] ** 2)[:-1]
    assert found[20] == pytest.approx(np.sqrt(known.mean() / 2))


def test_a_fall_is_no_rise() -> None:
    draw = np.random.default_rng(5)
    follow = np.concatenate([draw.normal(size=10), draw.normal(size=10) - 20])
    judged = judge_rise(draw.normal(size=8), follow, np.arange(0.0, 140, 7), 0.05)
    assert not judged.told.any()


def test_from_a_diary_to_the_statement() -> None:
    """Alpha is shared among the exposed sites; entries lead to the same statement as their series."""
    change = PigmentChange("step", (-12, -4, -13), start=60)
    diary = simulate_diary(PersonSettings(skin=SkinSettings(change=change, follow=20), pain_days=1), seed=11)
    (found,) = describe_all_skin(diary, START + timedelta(days=140))
    assert (found.exposed, found.covered) == ("back of the hand", "inner upper arm")
    assert found.verdict == CHANGE
    assert found.direction is not None
    assert found.direction.name == GREYER
    assert found.looks.alpha == 0.05
