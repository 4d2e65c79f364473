"""Alpha spending beside mpmath, SciPy's multivariate normal, enumeration and simulation."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
from scipy.special import kl_div
from scipy.stats import multivariate_normal, norm, poisson

from phytovigil.errors import InvalidRequest
from phytovigil.signals.time.group_sequential import (
    exact_boundaries,
    normal_boundaries,
    normal_cases_needed,
    signed_root,
    spend_alpha,
)
from phytovigil.signals.time.max_sprt import log_likelihood_ratio
from phytovigil.signals.time.poisson_walk import crossing_chances


def brownian(information: list[float]) -> np.ndarray[Any, Any]:
    """Correlations between looks."""
    times = np.array(information)
    return np.sqrt(np.minimum.outer(times, times) / np.maximum.outer(times, times))


def test_spending_beside_scipy() -> None:
    shares = np.array([0.1, 0.35, 1.0])
    np.testing.assert_allclose(
        spend_alpha(shares, alpha=0.05), 2 * norm.sf(norm.isf(0.025) / np.sqrt(shares)), rtol=1e-12
    )
    np.testing.assert_allclose(
        spend_alpha(shares, alpha=0.05, spending="pocock"), 0.05 * np.log(1 + (np.e - 1) * shares), rtol=1e-12
    )


@pytest.mark.parametrize("spending", ["obf", "pocock"])
def test_spending_ends_with_alpha(spending: str) -> None:
    assert spend_alpha([0.0, 1.0, 1.7], alpha=0.05, spending=spending).tolist() == pytest.approx([0, 0.05, 0.05])


def test_second_boundary_at_25_digits() -> None:
    """P(Z₁ < b₁, Z₂ ≥ b₂), integrated by mpmath, is what the second look has to spend."""
    spent = spend_alpha([0.3, 1.0], alpha=0.05, spending="pocock")
    first, second = (mpmath.mpf(float(bound)) for bound in normal_boundaries([0.3, 1.0], spent))
    with mpmath.workdps(25):
        root = mpmath.sqrt(mpmath.mpf("0.3"))
        inner = lambda z: mpmath.npdf(z) * mpmath.ncdf((z * root - second) / mpmath.sqrt(mpmath.mpf("0.7")))  # noqa: E731
        chance = mpmath.quad(inner, [-12, -5, -2, 0, 1, first])
    assert float(chance) == pytest.approx(spent[1] - spent[0], abs=2e-10)


@pytest.mark.parametrize("spending", ["obf", "pocock"])
def test_four_looks_beside_the_multivariate_normal(spending: str) -> None:
    information = [0.2, 0.45, 0.5, 1.0]
    spent = spend_alpha(information, alpha=0.05, spending=spending)
    bounds = normal_boundaries(information, spent)
    for looks in (3, 4):
        inside = multivariate_normal(cov=brownian(information[:looks]), seed=1, abseps=1e-7, maxpts=400_000)
        assert 1 - inside.cdf(bounds[:looks]) == pytest.approx(spent[looks - 1], abs=2e-6)


def test_ninety_looks_beside_simulation() -> None:
    """20,000 paths of a Brownian motion with looks at uneven times."""
    random = np.random.default_rng(11)
    information = np.cumsum(random.uniform(0.05, 1, 90))
    bounds = normal_boundaries(information, spend_alpha(information / information[-1], spending="pocock"))
    steps = np.sqrt(np.diff(information, prepend=0)).astype(np.float32)
    paths = random.standard_normal((20_000, 90), dtype=np.float32)
    paths *= steps
    np.cumsum(paths, axis=1, out=paths)
    crossed = (paths >= bounds * np.sqrt(information)).any(axis=1).mean()
    assert crossed == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 20_000))


def test_look_that_adds_nothing_is_passed_over() -> None:
    spent = spend_alpha([0.5, 0.5, 0.5000001, 1.0])
    found = normal_boundaries([0.5, 0.5, 0.5000001, 1.0], spent)
    assert np.isinf(found[1:3]).all()
    np.testing.assert_allclose(found[[0, 3]], normal_boundaries([0.5, 1.0], spent[[0, 3]]), rtol=1e-6)


def test_look_with_next_to_nothing_to_spend_cannot_cross() -> None:
    found = normal_boundaries([0.01, 1.0], spend_alpha([0.01, 1.0]))
    assert np.isinf(found[0])
    assert found[1] == pytest.approx(norm.isf(0.05), abs=1e-9)


def test_no_information_at_all() -> None:
    assert np.isinf(normal_boundaries([0.0, 0.0], [0.0, 0.0])).all()


def test_signed_root_is_the_deviance_residual() -> None:
    observed, expected = np.array([0.0, 1, 4, 9, 500]), np.array([2.0, 4.0, 4.0, 4.0, 400.0])
    root = np.sign(observed - expected) * np.sqrt(2 * kl_div(observed, expected))
    np.testing.assert_allclose(signed_root(observed, expected), root, atol=1e-12)
    assert np.isnan(signed_root([0], [0.0])[0])


def test_cases_of_a_normal_boundary_are_the_least_that_reach_it() -> None:
    expected, bounds = np.array([2.0, 5.0, 9.0]), np.array([np.inf, 2.4, 2.2])
    found = normal_cases_needed(bounds, expected, minimum_events=1)
    assert found[0] == np.inf
    for bound, mean, cases in zip(bounds[1:], expected[1:], found[1:], strict=True):
        assert signed_root([cases], [mean])[0] >= bound > signed_root([cases - 1], [mean])[0]


def test_exact_boundaries_spend_no_more_than_planned_and_no_less_than_they_must() -> None:
    expected = np.array([0.5, 1.5, 4.0, 6.0])
    spent = spend_alpha(expected / 6, spending="pocock")
    needed, error = exact_boundaries(expected, spent)
    np.testing.assert_allclose(np.cumsum(crossing_chances(expected, needed)), error, rtol=1e-12)
    assert (error <= spent + 1e-15).all()
    for look in range(4):
        bolder = needed.copy()
        bolder[look] -= 1
        assert crossing_chances(expected[: look + 1], bolder[: look + 1]).sum() > spent[look]


def test_first_exact_boundary_is_a_poisson_quantile() -> None:
    needed, error = exact_boundaries([3.0], [0.05])
    assert needed[0] == poisson.isf(0.05, 3.0) + 1
    assert error[0] == pytest.approx(poisson.sf(needed[0] - 1, 3.0))


def test_nothing_left_to_spend() -> None:
    """Whatever comes, it is not called a crossing."""
    needed, error = exact_boundaries([1.0, 2.0, 3.0], [0.0, 0.0, 0.0])
    assert (needed > 30).all()
    assert error.max() < 1e-18


def test_minimum_of_events_is_kept() -> None:
    needed, error = exact_boundaries([0.05, 0.1], spend_alpha([0.5, 1.0], spending="pocock"), minimum_events=4)
    assert needed.tolist() == [4, 4]
    assert error[-1] == pytest.approx(poisson.sf(3, 0.1))


def test_normal_boundary_errs_where_little_is_expected() -> None:
    """Why exact counts decide: with a tenth of a case expected one case crosses, twice as often as it should."""
    expected, spent = np.array([0.1]), np.array([0.05])
    needed = normal_cases_needed(normal_boundaries(expected, spent), expected)
    assert needed.tolist() == [1]
    assert crossing_chances(expected, needed)[0] == pytest.approx(0.095, abs=0.001)
    assert exact_boundaries(expected, spent)[0].tolist() == [2]


def test_normal_boundary_is_right_where_much_is_expected() -> None:
    expected = np.linspace(1_000, 40_000, 12)
    spent = spend_alpha(expected / 40_000)
    needed = normal_cases_needed(normal_boundaries(expected, spent), expected)
    assert crossing_chances(expected, needed).sum() == pytest.approx(0.05, abs=0.001)
    assert np.abs(needed - exact_boundaries(expected, spent)[0])[1:].max() <= 4


def test_ratio_and_root_agree() -> None:
    np.testing.assert_allclose(signed_root([9], [4.0]) ** 2 / 2, log_likelihood_ratio([9], [4.0]))


def test_refusals() -> None:
    with pytest.raises(InvalidRequest, match="obf or pocock"):
        spend_alpha([1.0], spending="haybittle")
    with pytest.raises(InvalidRequest):
        spend_alpha([1.0], alpha=0.7)
    with pytest.raises(InvalidRequest):
        exact_boundaries([1.0], [0.05], minimum_events=0)
