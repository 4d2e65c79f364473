"""MaxSPRT beside SciPy, direct enumeration and simulation, and at its edges."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.special import kl_div
from scipy.stats import hypergeom, poisson

from phytovigil.errors import InvalidCounts, InvalidRequest
from phytovigil.signals.time.max_sprt import (
    LONGEST,
    boundary_of_looks,
    cases_needed,
    continuous_boundary,
    continuous_error,
    latest_signal,
    log_likelihood_ratio,
    looks_error,
    signals_at,
)
from phytovigil.signals.time.poisson_walk import crossing_chances

LOOKS = np.array([0.4, 1.0, 2.5, 4.0])


def test_ratio_is_the_divergence_of_scipy() -> None:
    observed, expected = np.array([1.0, 4, 9, 2_500_000_000]), np.array([0.2, 1.5, 8.9, 2_400_000_000])
    np.testing.assert_allclose(log_likelihood_ratio(observed, expected), kl_div(observed, expected), rtol=1e-9)


def test_ratio_is_none_of_a_deficit() -> None:
    assert log_likelihood_ratio([0, 1, 3], [0.0, 1.0, 5.0]).tolist() == [0, 0, 0]
    assert log_likelihood_ratio([1], [0.0]).tolist() == [np.inf]


def test_latest_signal_inverts_the_ratio() -> None:
    cases = np.array([1.0, 4, 50, 3000])
    np.testing.assert_allclose(log_likelihood_ratio(cases, latest_signal(cases, 2.7)), 2.7, rtol=1e-9)


def enumerated_crossing(expected: np.ndarray, needed: np.ndarray, most: int = 25) -> float:
    """Chance of crossing, by going through every path of counts up to `most` a step."""
    steps = np.diff(expected, prepend=0)
    below = 0.0
    for path in product(range(most), repeat=len(steps)):
        if (np.cumsum(path) < needed).all():
            below += float(np.prod(poisson.pmf(path, steps)))
    return 1 - below


@pytest.mark.parametrize("needed", [[3, 4, 7, 9], [2, 2, 6, np.inf], [1, 9, 9, 9]])
def test_crossing_beside_enumeration(needed: list[float]) -> None:
    bounds = np.array(needed)
    found = crossing_chances(LOOKS[:3], bounds[:3])
    assert found.sum() == pytest.approx(enumerated_crossing(LOOKS[:3], bounds[:3], 12), abs=1e-9)


def test_one_look_is_a_poisson_tail() -> None:
    for mean, bound in ((0.3, 2), (12.0, 25), (4_000.0, 4_200)):
        assert crossing_chances([mean], [bound])[0] == pytest.approx(poisson.sf(bound - 1, mean), rel=1e-9)


def test_looks_without_anything_new_change_nothing() -> None:
    once, twice = crossing_chances([1.0, 2.0], [4, 6]), crossing_chances([1.0, 1.0, 2.0, 2.0], [4, 4, 6, 6])
    np.testing.assert_allclose(twice, [once[0], 0, once[1], 0], atol=1e-16)


def test_boundary_that_nothing_escapes() -> None:
    assert crossing_chances([1.0, 2.0], [0, 3]).tolist() == [1, 0]


def test_needed_cases_are_the_least_that_reach_the_boundary() -> None:
    found = cases_needed(2.0, LOOKS, 3)
    for bound, mean in zip(found, LOOKS, strict=True):
        counts = np.arange(1, 40.0)
        reached = (kl_div(counts, mean) >= 2.0) & (counts > mean) & (counts >= 3)
        assert bound == counts[reached][0]


def test_boundary_of_looks_is_the_smallest_attainable() -> None:
    """A critical value a hair lower would err more often than alpha."""
    for minimum in (1, 4):
        found = boundary_of_looks([5, 11, 17, 22, 30], minimum_events=minimum)
        assert found.type_one_error <= 0.05
        attained = [
            float(log_likelihood_ratio([c], [m])[0]) for m in (5, 11, 17, 22, 30) for c in range(int(m) + 1, 90)
        ]
        lower = max(value for value in attained if value < found.critical_value - 1e-9)
        assert looks_error(lower, [5, 11, 17, 22, 30], minimum) > 0.05


def test_many_looks_come_near_the_continuous_boundary() -> None:
    often = boundary_of_looks(np.linspace(0.005, 5, 1000), minimum_events=3)
    assert often.critical_value == pytest.approx(continuous_boundary(5, minimum_events=3).critical_value, abs=0.01)


def test_watching_after_every_case_errs_at_least_as_often_as_looking_now_and_then() -> None:
    for value in (1.0, 2.5, 4.0):
        assert looks_error(value, np.linspace(1, 12, 9), 2) < continuous_error(value, 12, 2)


def test_simulated_error_is_alpha() -> None:
    """20,000 Poisson processes up to 8 expected cases, watched after every case."""
    boundary = continuous_boundary(8, minimum_events=3)
    random = np.random.default_rng(7)
    times = np.cumsum(random.exponential(size=(20_000, 60)), axis=1)
    counts = np.arange(1, 61.0)
    ratio = np.where(counts > times, kl_div(counts, times), 0)
    alarms = ((ratio >= boundary.critical_value) & (counts >= 3) & (times <= 8)).any(axis=1)
    assert alarms.mean() == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 20_000))


def test_error_stays_below_alpha_where_the_margins_are_fixed() -> None:
    """Expected cases from the margins of each quarter: a then is hypergeometric, which varies less than Poisson."""
    expected = np.cumsum(np.full(20, 300 * 250 / 2_000))
    boundary = boundary_of_looks(expected, minimum_events=4)
    drawn = hypergeom(2_000, 300, 250).rvs((4_000, 20), random_state=np.random.default_rng(3))
    alarms = [signals_at(boundary, path, expected).any() for path in np.cumsum(drawn, axis=1)]
    assert 0.005 < np.mean(alarms) < 0.05


def test_power_is_there() -> None:
    """Twice the expected, 20 of them: nearly always found, at the chance that the walk gives."""
    looks = np.linspace(1, 20, 20)
    boundary = boundary_of_looks(looks, minimum_events=4)
    chance = crossing_chances(2 * looks, cases_needed(boundary.critical_value, looks, 4)).sum()
    drawn = np.cumsum(np.random.default_rng(5).poisson(2.0, (5_000, 20)), axis=1)
    assert chance > 0.9
    assert np.mean([signals_at(boundary, path, looks).any() for path in drawn]) == pytest.approx(chance, abs=0.015)


def test_minimum_alone_is_the_boundary_where_little_is_expected() -> None:
    found = continuous_boundary(0.2, minimum_events=4)
    assert found.critical_value == 0
    assert found.type_one_error == pytest.approx(poisson.sf(3, 0.2))
    looks = boundary_of_looks([0.1, 0.2], minimum_events=4)
    assert (looks.critical_value, looks.type_one_error) == (0, pytest.approx(poisson.sf(3, 0.2)))
    assert signals_at(looks, [3, 4], [0.1, 0.2]).tolist() == [False, True]


def test_huge_counts() -> None:
    looks = np.linspace(1e6, 9e6, 8)
    found = boundary_of_looks(looks, minimum_events=4)
    assert 1.5 < found.critical_value < 4
    assert 0.045 < found.type_one_error <= 0.05
    assert signals_at(found, looks.round() + 6 * np.sqrt(looks).round(), looks).all()


@pytest.mark.parametrize("looks", [[], [0.0, 0.0]])
def test_nothing_expected_is_refused(looks: list[float]) -> None:
    with pytest.raises(InvalidCounts):
        boundary_of_looks(looks)


@pytest.mark.parametrize(
    "looks", [[2.0, 1.0], [-1.0], [np.nan], [np.inf]], ids=["falling", "negative", "not a number", "infinite"]
)
def test_expected_cases_that_cannot_be(looks: list[float]) -> None:
    with pytest.raises(InvalidCounts):
        boundary_of_looks(looks)
    with pytest.raises(InvalidCounts):
        crossing_chances(looks, [3.0] * len(looks))


def test_other_refusals() -> None:
    for limit in (0, -1, 2 * LONGEST, np.nan):
        with pytest.raises(InvalidRequest):
            continuous_boundary(limit)
    for alpha, minimum in ((0, 1), (0.6, 1), (0.05, 0)):
        with pytest.raises(InvalidRequest):
            continuous_boundary(5, alpha=alpha, minimum_events=minimum)
    with pytest.raises(InvalidCounts):
        log_likelihood_ratio([1, 2], [1.0])
    with pytest.raises(InvalidCounts):
        log_likelihood_ratio([-1], [1.0])
    with pytest.raises(InvalidCounts):
        crossing_chances([1.0, 2.0], [3])
