"""Steps of a series beside brute force, statsmodels and simulation with known truth."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.proportion import proportion_confint

from phytovigil.errors import InvalidCounts, InvalidRequest
from phytovigil.signals.time import change_points
from phytovigil.signals.time.change_points import LONGEST, SHORTEST, best_segmentations, find_changes, ratio_interval

Array = np.ndarray[Any, Any]


def fit_glm(counts: Array, offset: Array, borders: tuple[int, ...]) -> Any:
    """Poisson regression on the stretches, as statsmodels does it."""
    stretch = np.searchsorted(borders[1:-1], np.arange(len(counts)), side="right")
    design = np.eye(len(borders) - 1)[stretch]
    return sm.GLM(counts, design, family=sm.families.Poisson(), offset=np.log(offset)).fit()


def series(length: int, seed: int) -> tuple[Array, Array]:
    random = np.random.default_rng(seed)
    offset = random.integers(200, 900, length).astype(float)
    return random.poisson(offset * 0.02).astype(float) + 1, offset


@pytest.mark.parametrize("seed", range(3))
def test_best_places_beside_brute_force(seed: int) -> None:
    """Every way to place 1 and 2 changes in 11 periods, each fitted by statsmodels."""
    counts, offset = series(11, seed)
    deviances, borders = best_segmentations(counts, offset, 2)
    for number in (0, 1, 2):
        tried = {
            (0, *places, 11): fit_glm(counts, offset, (0, *places, 11)).deviance
            for places in combinations(range(1, 11), number)
            if min(np.diff((0, *places, 11))) >= SHORTEST
        }
        best = min(tried, key=lambda place: tried[place])
        assert deviances[number] == pytest.approx(tried[best], rel=1e-9)
        assert tuple(borders[number]) == best


def test_dispersion_is_that_of_statsmodels() -> None:
    counts, offset = series(30, 5)
    counts[::3] *= 3
    found = find_changes(counts, offset)
    borders = (0, *(step.position for step in found.changes), 30)
    fitted = fit_glm(counts, offset, borders)
    assert found.dispersion == pytest.approx(max(1, fitted.pearson_chi2 / fitted.df_resid), rel=1e-6)
    assert found.dispersion > 2
    residuals = fitted.resid_pearson
    expected = (residuals[1:] * residuals[:-1]).sum() / (residuals**2).sum()
    assert found.autocorrelation == pytest.approx(expected, rel=1e-6)


def test_ratio_beside_statsmodels() -> None:
    """Given all 40 cases, those after are binomial; Jeffreys' interval of the share gives that of the ratio."""
    low, high = proportion_confint(30, 40, method="jeffreys")
    found = ratio_interval(10, 200, 30, 100)
    np.testing.assert_allclose(found, (6, low / (1 - low) * 2, high / (1 - high) * 2), rtol=1e-9)


def test_overdispersion_widens_the_interval() -> None:
    """As if each count were φ times smaller."""
    np.testing.assert_allclose(ratio_interval(20, 1, 60, 1, dispersion=2), ratio_interval(10, 1, 30, 1))


def test_ratio_of_a_side_without_a_case() -> None:
    point, low, high = ratio_interval(0, 100, 9, 100)
    assert (point, high) == (np.inf, np.inf)
    assert low > 1
    assert ratio_interval(9, 100, 0, 100)[:2] == (0, 0)
    assert np.isnan(ratio_interval(0, 100, 0, 100)).all()


def test_simulated_series_have_the_mean_and_variance_of_the_model() -> None:
    means = np.array([0.4, 5.0, 60.0])
    for dispersion in (1.0, 3.0):
        drawn = change_points._simulate(means, dispersion, 60_000, np.random.default_rng(2))
        np.testing.assert_allclose(drawn.mean(axis=0), means, rtol=0.03)
        np.testing.assert_allclose(drawn.var(axis=0) / means, dispersion, rtol=0.06)


def test_known_step_is_found_where_it_is() -> None:
    random = np.random.default_rng(9)
    offset = np.linspace(1_000, 3_000, 54).round()
    rate = np.where(np.arange(54) < 30, 0.002, 0.010)
    (step,) = find_changes(random.poisson(rate * offset), offset).changes
    assert abs(step.position - 30) <= 1
    assert step.low < 5 < step.high
    assert step.p_value == 0.001


def test_rise_that_ends_is_found_as_two_steps() -> None:
    counts = np.array([2, 1, 3, 2, 2, 1, 2, 3, 2, 1, 2, 2, 9, 11, 8, 10, 2, 3, 1, 2, 2, 1, 3, 2, 2, 2, 1, 2])
    found = find_changes(counts, np.full(28, 1000))
    assert [step.position for step in found.changes] == [12, 16]
    assert [step.ratio > 1 for step in found.changes] == [True, False]


def test_growth_of_everything_is_no_change() -> None:
    """Cases tripled because all reports tripled."""
    offset = np.repeat([1_000.0, 3_000.0], 15)
    counts = np.random.default_rng(4).poisson(0.01 * offset)
    assert find_changes(counts, offset).changes == ()


def test_first_cases_after_none() -> None:
    counts = np.r_[np.zeros(20), [3, 2, 4, 1, 3, 2]]
    (step,) = find_changes(counts, np.full(26, 500)).changes
    assert (step.position, step.before, step.after, step.ratio) == (20, 0, 15, np.inf)


def test_periods_without_any_report_carry_no_weight() -> None:
    counts, offset = np.array([1, 0, 2, 1, 2, 1, 9, 0, 12, 8, 11]), np.full(11, 100.0)
    offset[[1, 7]] = 0
    (step,) = find_changes(counts, offset).changes
    assert step.position == 6
    assert step.before_all == 500


@pytest.mark.parametrize("length", [0, 1, 3])
def test_too_short_a_series_has_no_change(length: int) -> None:
    found = find_changes(np.ones(length), np.full(length, 10))
    assert (found.changes, found.number_p_values) == ((), ())


def test_no_case_at_all() -> None:
    assert find_changes(np.zeros(20), np.full(20, 100)).changes == ()


def test_a_perfect_fit_needs_no_change() -> None:
    assert find_changes(np.full(12, 4), np.full(12, 100)).changes == ()


def test_noiseless_step_is_found() -> None:
    (step,) = find_changes([2, 2, 2, 2, 2, 2, 8, 8, 8, 8, 8, 8], np.full(12, 100)).changes
    assert (step.position, step.ratio) == (6, 4)


def test_huge_counts() -> None:
    offset = np.full(40, 4e9)
    counts = np.random.default_rng(4).poisson(np.where(np.arange(40) < 20, 1e8, 2e8)).astype(float)
    (step,) = find_changes(counts, offset).changes
    assert step.position == 20
    assert step.ratio == pytest.approx(2, rel=1e-3)


def test_same_seed_same_answer() -> None:
    counts, offset = series(40, 8)
    assert find_changes(counts, offset) == find_changes(counts, offset)


def test_refusals() -> None:
    for cases, total in (([1, -1], [5, 5]), ([1, np.nan], [5, 5]), ([6, 1], [5, 5]), ([1], [5, 5])):
        with pytest.raises(InvalidCounts):
            find_changes(cases, total)
    with pytest.raises(InvalidCounts, match="periods"):
        find_changes(np.ones(LONGEST + 1), np.full(LONGEST + 1, 9))
    with pytest.raises(InvalidRequest):
        find_changes([1, 2], [5, 5], alpha=5)
    with pytest.raises(InvalidRequest):
        find_changes([1, 2], [5, 5], level=95)


def false_positives(draw: Any, runs: int) -> float:
    """Share of series without a step in which one is found, at alpha 0.05."""
    offset = np.round(1_000 * np.exp(np.linspace(0, 1.5, 54)))
    found = 0
    for seed in range(runs):
        counts = np.minimum(draw(np.random.default_rng(seed), offset / offset.mean()), offset)
        found += bool(find_changes(counts, offset, simulations=199, seed=seed).changes)
    return found / runs


def overdispersed(random: np.random.Generator, means: Array) -> Array:
    return random.poisson(random.gamma(means / 2, 2.0)).astype(float)


@pytest.mark.parametrize(
    "draw",
    [
        lambda random, size: random.poisson(2 * size).astype(float),
        lambda random, size: overdispersed(random, 5 * size),
    ],
    ids=["Poisson", "three times the variance"],
)
def test_false_positives_are_as_rare_as_asked(draw: Any) -> None:
    """120 series: more than 13 of them at a true rate of 5 % would happen once in 200 times."""
    assert false_positives(draw, 120) <= 13 / 120


@pytest.mark.slow
@pytest.mark.parametrize("mean", [0.3, 20])
@pytest.mark.parametrize("kind", ["Poisson", "overdispersed"])
def test_false_positive_rate(mean: float, kind: str) -> None:
    """400 series each: more than 32 of them at a true rate of 5 % would happen once in 200 times."""

    def draw(random: np.random.Generator, size: Array) -> Array:
        return random.poisson(mean * size).astype(float) if kind == "Poisson" else overdispersed(random, mean * size)

    assert false_positives(draw, 400) <= 32 / 400
