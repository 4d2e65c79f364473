"""Times to onset and interactions at their edges: what is refused, what is withheld, and why."""

from __future__ import annotations

import math

import numpy as np
import pytest

from phytovigil.errors import InvalidCounts, InvalidRequest
from phytovigil.signals.interactions.baselines import interaction_contrast, ratio_of_odds_ratios, reri
from phytovigil.signals.interactions.omega import omega, why_not_estimable
from phytovigil.signals.interactions.triples import TripleCounts
from phytovigil.signals.time.onset import EARLY, MINIMUM_CASES, RISING, fit_onset, pattern, spread
from phytovigil.signals.time.two_samples import compare_samples
from phytovigil.signals.time.weibull import Times, fit_weibull

# ---------------------------------------------------------------------------------------------------- time to onset


@pytest.mark.parametrize("days", [[], [-1], [0.5], [math.nan], [math.inf], [[1, 2]]])
def test_days_that_cannot_be_are_refused(days: list[float]) -> None:
    with pytest.raises(InvalidCounts):
        spread(days)
    with pytest.raises(InvalidCounts):
        fit_onset(days)


def test_too_few_days_give_no_distribution() -> None:
    days = [0, 1, 2, 5, 9, 14, 30, 60, 90, 200]
    assert len(days) == MINIMUM_CASES
    assert fit_onset(days) is not None
    assert fit_onset(days[1:]) is None


@pytest.mark.parametrize("days", [[0] * 12, [7] * 30, [0] * 6 + [1] * 6, [3] * 5 + [4] * 9])
def test_days_that_every_steeper_distribution_fits_better_give_none(days: list[int]) -> None:
    assert fit_onset(days) is None


def test_truncation_so_tight_that_any_scale_would_do_gives_none() -> None:
    """Times spread evenly up to the end of the window: the longer the scale, the better it does that."""
    days = np.repeat(np.arange(20), 5)
    assert fit_onset(days, np.full(days.size, 40)) is not None
    assert fit_onset(days, np.full(days.size, 19)) is None


def test_day_beyond_its_window_is_refused() -> None:
    with pytest.raises(InvalidCounts, match="window"):
        fit_onset(np.arange(12), np.full(12, 10))


@pytest.mark.parametrize(
    ("lower", "upper"), [([0.0], [0.0]), ([2.0], [1.0]), ([-1.0], [1.0]), ([math.inf], [math.inf]), ([1.0], [1.0, 2.0])]
)
def test_times_that_cannot_be_are_refused(lower: list[float], upper: list[float]) -> None:
    with pytest.raises(InvalidCounts):
        Times.of(lower, upper)


def test_weights_are_repetitions() -> None:
    days = np.array([1.0, 2.0, 5.0, 9.0])
    once = fit_weibull(Times.of(np.repeat(days, [3, 1, 4, 2]), np.repeat(days, [3, 1, 4, 2]) + 1))
    weighted = fit_weibull(Times.of(days, days + 1, weight=[3, 1, 4, 2]))
    assert once is not None
    assert weighted is not None
    assert weighted.shape.point == pytest.approx(once.shape.point, rel=1e-7)
    assert weighted.median.high == pytest.approx(once.median.high, rel=1e-6)


def test_nothing_observed_but_bounds_gives_none() -> None:
    assert fit_weibull(Times.of([1.0, 2.0, 3.0], [math.inf] * 3)) is None


@pytest.mark.parametrize("factor", [1e-3, 1.0, 1e4])
def test_unit_of_time_changes_the_scale_alone(factor: float) -> None:
    times = np.array([2.0, 3.0, 5.0, 8.0, 30.0, 70.0])
    here, there = fit_weibull(Times.of(times, times)), fit_weibull(Times.of(factor * times, factor * times))
    assert here is not None
    assert there is not None
    assert there.shape.high == pytest.approx(here.shape.high, rel=1e-5)
    assert there.scale.low == pytest.approx(factor * here.scale.low, rel=1e-5)


def test_pattern_is_named_only_where_the_interval_excludes_one() -> None:
    early = fit_onset(np.floor(20 * np.random.default_rng(1).weibull(0.5, 200)))
    rising = fit_onset(np.floor(200 * np.random.default_rng(1).weibull(2.0, 200)))
    assert early is not None
    assert rising is not None
    assert (pattern(early), pattern(rising)) == (EARLY, RISING)


def test_wider_level_gives_wider_interval_and_a_wrong_one_is_refused() -> None:
    days = [0, 0, 1, 3, 4, 8, 20, 30, 55, 80, 100, 300]
    narrow, wide = fit_onset(days, level=0.8), fit_onset(days, level=0.99)
    assert narrow is not None
    assert wide is not None
    assert wide.shape.low < narrow.shape.low < narrow.shape.point < narrow.shape.high < wide.shape.high
    with pytest.raises(InvalidRequest):
        fit_onset(days, level=95)


# ------------------------------------------------------------------------------------------------------ two samples


def test_same_seed_gives_the_same_p_value_and_another_may_not() -> None:
    first, second = [0, 1, 1, 4, 9], [2, 2, 3, 7, 8, 30]
    assert compare_samples(first, second, seed=3) == compare_samples(first, second, seed=3)
    found = {compare_samples(first, second, seed=seed, permutations=50).ks_p for seed in range(5)}
    assert len(found) > 1


def test_samples_that_lie_apart_have_no_interval_but_a_p_value() -> None:
    found = compare_samples([1, 2, 3, 4, 5, 6], [10, 11, 12, 13, 14, 15], seed=1)
    assert (found.ks, found.delta) == (1.0, -1.0)
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert found.delta_p < 0.01


def test_samples_all_of_one_value_do_not_differ() -> None:
    found = compare_samples([3, 3, 3], [3, 3, 3, 3], seed=1)
    assert (found.ks, found.ks_p, found.delta, found.delta_p) == (0, 1, 0, 1)


def test_exchanging_the_samples_turns_the_sign() -> None:
    first, second = [0, 1, 1, 4, 9, 9], [2, 2, 3, 7, 8, 30, 31]
    here, there = compare_samples(first, second, seed=1), compare_samples(second, first, seed=1)
    assert here.delta == -there.delta
    assert (here.low, here.high) == (pytest.approx(-there.high), pytest.approx(-there.low))


@pytest.mark.parametrize("sample", [[], [math.nan], [math.inf, 1.0]])
def test_samples_that_cannot_be_compared_are_refused(sample: list[float]) -> None:
    with pytest.raises(InvalidCounts):
        compare_samples(sample, [1.0], seed=1)
    with pytest.raises(InvalidCounts):
        compare_samples([1.0], sample, seed=1)


def test_large_samples_are_reshuffled_in_blocks() -> None:
    generator = np.random.default_rng(1)
    found = compare_samples(generator.integers(0, 9_000, 60), generator.integers(0, 9_000, 40_000), seed=1)
    assert 0.001 < found.ks_p <= 1


# ------------------------------------------------------------------------------------------------------ interactions


@pytest.mark.parametrize(
    "cells", [(-1, 0, 0, 0, 0, 0, 0, 0), (0.5, 0, 0, 0, 0, 0, 0, 0), (math.nan, 0, 0, 0, 0, 0, 0, 0), (1, 2, 3)]
)
def test_cells_that_cannot_be_are_refused(cells: tuple[float, ...]) -> None:
    with pytest.raises(InvalidCounts):
        TripleCounts.of(*cells)


WITHHELD = {
    (0, 0, 1, 9, 1, 9, 5, 900): "No case names both products.",
    (1, 9, 0, 0, 1, 9, 5, 900): "No case names the first product without the second.",
    (1, 9, 1, 9, 0, 0, 5, 900): "No case names the second product without the first.",
    (1, 9, 1, 9, 1, 9, 0, 0): "Every case names one of the products: there is no background.",
    (1, 9, 4, 0, 1, 9, 5, 900): "Every case of the first product alone has the reaction.",
    (1, 9, 1, 9, 4, 0, 5, 900): "Every case of the second product alone has the reaction.",
    (1, 9, 1, 9, 1, 9, 5, 0): "Every case of neither product has the reaction.",
    (0, 9, 0, 9, 0, 9, 0, 900): "No case has the reaction.",
    (0, 0, 0, 0, 0, 0, 0, 0): "No case names both products.",
}


@pytest.mark.parametrize("cells", WITHHELD, ids=str)
def test_omega_is_withheld_with_its_reason(cells: tuple[int, ...]) -> None:
    counts = TripleCounts.of(*cells)
    assert why_not_estimable(counts) == [WITHHELD[cells]]
    found = omega(counts)
    assert np.isnan([found.point[0], found.low[0], found.high[0]]).all()


def test_no_case_of_both_with_the_reaction_is_an_estimate() -> None:
    counts = TripleCounts.of(0, 40, 3, 50, 4, 60, 20, 9000)
    assert why_not_estimable(counts) == [""]
    assert omega(counts).point[0] < 0
    assert np.isfinite(interaction_contrast(counts).low[0])
    assert np.isnan(reri(counts).point[0])
    assert np.isnan(ratio_of_odds_ratios(counts).point[0])


def test_triples_do_not_change_each_other() -> None:
    tables = [(3, 40, 11, 400, 25, 900, 300, 60_000), (0, 0, 1, 9, 1, 9, 5, 900), (10, 13, 1, 15, 9, 1457, 20, 3978)]
    together = TripleCounts.of(*zip(*tables, strict=True))
    for measure in (omega, interaction_contrast, reri, ratio_of_odds_ratios):
        found = measure(together)
        for place, cells in enumerate(tables):
            alone = measure(TripleCounts.of(*cells))
            np.testing.assert_array_equal(
                [found.point[place], found.low[place], found.high[place]], [alone.point[0], alone.low[0], alone.high[0]]
            )


def test_counts_beyond_thirty_one_bits() -> None:
    counts = TripleCounts.of(2**33, 2**40, 2**32, 2**40, 2**32, 2**40, 2**35, 2**45)
    found = omega(counts)
    assert np.isfinite([found.low[0], found.high[0]]).all()
    assert found.low[0] < found.point[0] < found.high[0]


def test_first_and_second_product_may_be_exchanged() -> None:
    one = TripleCounts.of(3, 40, 11, 400, 25, 900, 300, 60_000)
    other = TripleCounts.of(3, 40, 25, 900, 11, 400, 300, 60_000)
    for measure in (omega, interaction_contrast, reri, ratio_of_odds_ratios):
        assert measure(one).low[0] == pytest.approx(measure(other).low[0], rel=1e-12)
