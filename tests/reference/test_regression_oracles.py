"""Regression beside statsmodels, scikit-learn, the conditions of optimality and 30-digit arithmetic."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
import statsmodels.api as sm
from scipy import sparse

from phytovigil.signals.confounding.regression_design import Design, merge_rows
from phytovigil.signals.confounding.regression_refit import Likelihood, profile_interval, refit
from phytovigil.signals.confounding.regression_ridge import ridge_interval
from phytovigil.signals.confounding.regression_selection import null_fit
from phytovigil.signals.confounding.regression_solver import Solver


def draw(seed: int, cases: int = 3000, products: int = 25) -> tuple[Any, Any]:
    """Columns of 0 and 1, the first the product under study, and the reaction."""
    rng = np.random.default_rng(seed)
    columns = (rng.random((cases, products + 1)) < rng.uniform(0.02, 0.2, products + 1)).astype(float)
    effects = np.zeros(products + 1)
    effects[:6] = (0.6, 1.2, -0.9, 0.8, 1.5, -0.4)[: products + 1]
    chance = 1 / (1 + np.exp(2.5 - columns @ effects))
    return columns, (rng.random(cases) < chance).astype(float)


def as_design(columns: Any, reacted: Any, free: int = 1) -> Design:
    return merge_rows(Design(sparse.csc_array(columns), free, reacted, 1 - reacted))


def test_unpenalised_refit_is_that_of_statsmodels() -> None:
    columns, reacted = draw(1)
    oracle = sm.Logit(reacted, sm.add_constant(columns)).fit(disp=0, tol=1e-12)
    found = refit(as_design(columns, reacted), firth=False)
    np.testing.assert_allclose(found.coefficients, oracle.params, atol=1e-7)
    np.testing.assert_allclose(found.standard_errors, oracle.bse, rtol=1e-6)
    assert found.log_likelihood == pytest.approx(oracle.llf, rel=1e-10)


@pytest.mark.parametrize(("kind", "mixture"), [("lasso", 1.0), ("elastic-net", 0.5), ("ridge", 0.0)])
@pytest.mark.parametrize("penalty", [20.0, 4.0])
def test_optimality_written_out_case_by_case(kind: str, mixture: float, penalty: float) -> None:
    """The Karush–Kuhn–Tucker conditions, from the raw cases and in plain NumPy: a solution needs no other witness."""
    columns, reacted = draw(2)
    design = as_design(columns, reacted, free=3)
    fit = Solver(design, kind).fit(design, penalty, null_fit(design))
    expected = 1 / (1 + np.exp(-(fit.intercept + columns @ fit.coefficients)))
    gradient = columns.T @ (reacted - expected)
    loose = 0.002 * penalty
    assert abs((reacted - expected).sum()) < loose
    assert np.abs(gradient[:3]).max() < loose
    left = gradient[3:] - penalty * (1 - mixture) * fit.coefficients[3:]
    out = fit.coefficients[3:] == 0
    assert out.any() == (mixture > 0)
    assert np.abs(left[out]).max(initial=0) <= penalty * mixture + loose
    np.testing.assert_allclose(left[~out], penalty * mixture * np.sign(fit.coefficients[3:][~out]), atol=loose)
    assert fit.gap < 0.002


def test_gap_sees_a_wrong_solution() -> None:
    columns, reacted = draw(2)
    design = as_design(columns, reacted)
    solver = Solver(design, "lasso")
    assert solver.fit(design, 4.0, null_fit(design), tolerance=1e6).gap > 0.05


def test_scikit_learn_agrees_at_one_penalty() -> None:
    """Its liblinear penalises every column and a scaled intercept, so here nothing is free and the scale is large."""
    linear = pytest.importorskip("sklearn.linear_model")
    columns, reacted = draw(3)
    design = as_design(columns, reacted, free=0)
    ours = Solver(design, "lasso").fit(design, 5.0, null_fit(design), tolerance=1e-6)
    theirs = linear.LogisticRegression(
        l1_ratio=1, C=1 / 5.0, solver="liblinear", intercept_scaling=10_000, tol=1e-10, max_iter=20_000
    ).fit(columns, reacted)
    np.testing.assert_allclose(ours.coefficients, theirs.coef_[0], atol=2e-3)
    np.testing.assert_array_equal(ours.coefficients != 0, theirs.coef_[0] != 0)


def test_ridge_interval_from_thirty_digits() -> None:
    """The normal approximation at the solution, with the precision built case by case."""
    columns, reacted = draw(4, cases=400, products=6)
    design = as_design(columns, reacted)
    fit = Solver(design, "ridge").fit(design, 2.0, null_fit(design), tolerance=1e-7)
    with mpmath.workdps(30):
        beta = mpmath.matrix([fit.intercept, *fit.coefficients])
        precision = mpmath.diag([0, 0] + [2] * 6)
        for row in columns:
            x = mpmath.matrix([1, *row])
            chance = 1 / (1 + mpmath.exp(-(x.T * beta)[0]))
            precision += chance * (1 - chance) * (x * x.T)
        error = mpmath.sqrt(mpmath.inverse(precision)[1, 1])
        limits = [float(mpmath.exp(beta[1] + z * mpmath.mpf("1.959963984540054") * error)) for z in (0, -1, 1)]
    assert ridge_interval(design, fit) == pytest.approx(limits, rel=1e-9)


def test_penalised_likelihood_from_thirty_digits() -> None:
    """Value and score of Firth's likelihood at an arbitrary point; the score by differences of the value."""
    columns, reacted = draw(5, cases=60, products=2)
    at = np.array([-1.5, 0.4, 0.3, -0.2])

    def value(beta: list[Any]) -> Any:
        total, information = mpmath.mpf(0), mpmath.zeros(4)
        for row, y in zip(columns, reacted, strict=True):
            x = mpmath.matrix([1, *row])
            chance = 1 / (1 + mpmath.exp(-sum(a * b for a, b in zip(x, beta, strict=True))))
            total += mpmath.log(chance if y else 1 - chance)
            information += chance * (1 - chance) * (x * x.T)
        return total + mpmath.log(mpmath.det(information)) / 2

    state = Likelihood(as_design(columns, reacted), firth=True).look(at)
    assert state is not None
    with mpmath.workdps(30):
        point = [mpmath.mpf(float(b)) for b in at]
        assert state.value == pytest.approx(float(value(point)), rel=1e-12)
        step = mpmath.mpf("1e-10")
        for place in range(4):
            up, down = ([b + sign * step * (i == place) for i, b in enumerate(point)] for sign in (1, -1))
            assert state.score[place] == pytest.approx(float((value(up) - value(down)) / (2 * step)), abs=1e-7)


def test_profile_limits_lie_where_the_profile_says() -> None:
    """At a limit, the likelihood maximised by a general optimiser over the rest is lower by half the χ² quantile."""
    from scipy import optimize, stats

    columns, reacted = draw(6, cases=300, products=2)
    design = as_design(columns, reacted)
    likelihood = Likelihood(design, firth=True)
    best = refit(design)

    def profile(value: float) -> float:
        def loss(rest: Any) -> float:
            state = likelihood.look(np.array([rest[0], value, *rest[1:]]))
            return np.inf if state is None else -state.value

        return -float(optimize.minimize(loss, np.delete(best.coefficients, 1), method="BFGS", tol=1e-10).fun)

    for limit in profile_interval(design)[1:]:
        fall = 2 * (best.log_likelihood - profile(limit))
        assert fall == pytest.approx(stats.chi2.ppf(0.95, 1), abs=1e-5)
