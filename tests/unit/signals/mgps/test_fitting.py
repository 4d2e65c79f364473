from __future__ import annotations

import json

import numpy as np
import pytest

from phytovigil.errors import InvalidCounts, InvalidRequest
from phytovigil.signals.mgps import ascent
from phytovigil.signals.mgps.fitting import fit_prior
from phytovigil.signals.mgps.likelihood import Likelihood
from phytovigil.signals.mgps.prior import Prior, PriorFit, in_order
from phytovigil.signals.mgps.squashing import Squashed, as_cells, squash
from phytovigil.signals.mgps.starts import random_points, starting_points, usual_points

TRUTH = Prior.of(3.0, 0.4, 2.0, 2.0, 0.1)


def cells_of(prior: Prior, number: int, seed: int, least: int = 1) -> Squashed:
    generator = np.random.default_rng(seed)
    expected = np.exp(generator.normal(-0.3, 1.6, number))
    first = generator.uniform(size=number) < prior.p
    shape, rate = np.where(first, prior.alpha1, prior.alpha2), np.where(first, prior.beta1, prior.beta2)
    observed = generator.poisson(generator.gamma(shape, 1 / rate) * expected)
    seen = observed >= least
    return as_cells(observed[seen], expected[seen])


def squashed(cells: Squashed) -> Squashed:
    return squash(cells.observed, cells.expected, bin_ratio=1.03)


@pytest.fixture(scope="module")
def cells() -> Squashed:
    return cells_of(TRUTH, 12_000, seed=3)


@pytest.fixture(scope="module")
def fit(cells: Squashed) -> PriorFit:
    return fit_prior(squash(cells.observed, cells.expected), polish_on=cells)


def test_the_fit_is_a_maximum_on_the_cells_themselves(cells: Squashed, fit: PriorFit) -> None:
    likelihood = Likelihood(cells)
    value, gradient = likelihood.value_and_gradient(fit.vector)
    assert value == pytest.approx(fit.log_likelihood, abs=1e-9)
    assert np.linalg.norm(gradient) == pytest.approx(fit.gradient_norm, abs=1e-6)
    assert fit.gradient_norm < 1e-5
    assert np.linalg.eigvalsh(-likelihood.hessian(fit.vector))[0] > 0
    generator = np.random.default_rng(1)
    for _ in range(200):
        near = fit.vector + generator.normal(0, 0.02, 5)
        assert likelihood.value(near) <= fit.log_likelihood + 1e-9


def test_what_is_said_of_the_fit(fit: PriorFit) -> None:
    assert fit.converged
    assert not fit.at_bound
    assert fit.warnings == ()
    assert (fit.truncation, fit.least, fit.starts) == ("mixture", 1, 40)
    assert fit.agreeing >= 20
    assert fit.alpha1 / fit.beta1 > fit.alpha2 / fit.beta2
    json.dumps(fit.learned(), allow_nan=False)
    low, high = fit.interval(0.95)
    assert (low < fit.parameters).all()
    assert (fit.parameters < high).all()


def test_standard_errors_are_those_of_the_observed_information(cells: Squashed, fit: PriorFit) -> None:
    information = -Likelihood(cells).hessian(fit.vector)
    np.testing.assert_allclose(fit.covariance @ information, np.eye(5), atol=1e-4)


def test_random_starts_on_all_cells_find_nothing_better(cells: Squashed, fit: PriorFit) -> None:
    likelihood = Likelihood(cells)
    for start in random_points(12, seed=77):
        assert ascent.climb_roughly(likelihood, start, most=300)[0] <= fit.log_likelihood + 1e-4


@pytest.mark.parametrize(("truncation", "least"), [("mixture", 2), ("component", 1), ("component", 2), ("none", 0)])
def test_every_truncation_has_its_own_maximum(truncation: str, least: int) -> None:
    cells = squashed(cells_of(TRUTH, 6_000, seed=9, least=least))
    found = fit_prior(cells, truncation=truncation, least=max(least, 1), starts=4)
    assert found.converged
    likelihood = Likelihood(cells, truncation=truncation, least=max(least, 1))
    assert likelihood.value(TRUTH.vector) < found.log_likelihood + 1e-9
    if truncation == "component":
        return  # its P is the share among the cells seen, not that of the truth
    off = (found.vector - TRUTH.vector) / found.standard_errors
    assert (np.abs(off[np.isfinite(off)]) < 4).all()


def test_the_same_cells_give_the_same_bytes(cells: Squashed) -> None:
    points = squash(cells.observed, cells.expected)
    assert fit_prior(points, starts=6).learned() == fit_prior(points, starts=6).learned()


def test_starts_may_be_given(cells: Squashed) -> None:
    found = fit_prior(cells, starts=[TRUTH.vector])
    assert found.starts == found.agreeing == 1
    assert found.converged


def test_components_are_put_in_one_order() -> None:
    x = np.array([1.0, 2.0, 3.0, 0.5, 0.7])
    assert in_order(x).tolist() == [3.0, 0.5, 1.0, 2.0, -0.7]
    assert in_order(in_order(x)).tolist() == in_order(x).tolist()


def test_a_ridge_is_followed_to_its_end_and_said_to_be_one() -> None:
    """Ratios that fall without bound: of the pairs with a case, nothing tells how many others have next to none."""
    generator = np.random.default_rng(12)
    expected = np.exp(generator.normal(0, 1.5, 9_000))
    weights = 1 / np.arange(1, 400)
    observed = generator.choice(np.arange(1, 400), 9_000, p=weights / weights.sum())
    found = fit_prior(as_cells(observed, expected), starts=12)
    assert found.converged
    assert found.at_bound
    assert set(found.bounded) & {"alpha1", "alpha2"}
    assert any("end of its range" in said for said in found.warnings)
    assert np.isfinite(found.standard_errors[[1, 3]]).all()
    json.dumps(found.learned(), allow_nan=False)


def test_pairs_of_one_ratio_make_a_spike() -> None:
    generator = np.random.default_rng(2)
    expected = np.exp(generator.normal(2, 1, 4_000))
    observed = generator.poisson(2.5 * expected)
    seen = observed > 0
    found = fit_prior(as_cells(observed[seen], expected[seen]), starts=12)
    assert found.at_bound
    main = max(((found.p, found.alpha1 / found.beta1), (1 - found.p, found.alpha2 / found.beta2)))
    assert main[1] == pytest.approx(2.5, rel=0.02)


@pytest.mark.parametrize(
    ("observed", "expected", "truncation"),
    [([], [], "mixture"), ([1], [0.0], "mixture"), ([0], [1.0], "mixture"), ([0], [1.0], "component")],
)
def test_cells_that_the_likelihood_does_not_cover_are_refused(observed: list, expected: list, truncation: str) -> None:
    with pytest.raises(InvalidCounts):
        fit_prior(as_cells(observed, expected), truncation=truncation)


def test_an_unknown_truncation_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="it can be none, mixture, component"):
        fit_prior(as_cells([1], [1.0]), truncation="left")


@pytest.mark.parametrize("parameters", [(0, 1, 1, 1, 0.5), (1, 1, 1, 1, 1.5), (1, float("inf"), 1, 1, 0.5)])
def test_an_impossible_prior_is_refused(parameters: tuple) -> None:
    with pytest.raises(InvalidRequest):
        Prior.of(*parameters)


def test_starting_points_hold_the_usual_ones_and_far_ones(cells: Squashed) -> None:
    points = starting_points(Likelihood(squash(cells.observed, cells.expected, bin_ratio=1.3)), 40)
    assert points.shape == (40, 5)
    np.testing.assert_array_equal(points[:6], usual_points())
    assert len(np.unique(points, axis=0)) == 40
    assert np.ptp(points[:, 0]) > 8
