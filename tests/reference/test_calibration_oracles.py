"""Calibration and ranking beside other ways to the same numbers: integration, statsmodels, brute force, simulation."""

from __future__ import annotations

import itertools
import math

import mpmath
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import kstest, norm
from statsmodels.stats.proportion import proportion_confint

from phytovigil.signals.calibration.calibrated import calibrated_p, uncalibrated_p
from phytovigil.signals.calibration.decisions import wilson_interval
from phytovigil.signals.calibration.empirical_null import fit_null, leave_one_out
from phytovigil.signals.calibration.error_model import (
    SystematicErrorModel,
    assume_constant_error,
    calibrated_interval,
    fit_error_model,
)
from phytovigil.signals.calibration.ranking import (
    area_under_curve,
    average_precision,
    bootstrap_area,
    precision_at,
    roc_curve,
)

ESTIMATES = np.array([0.43, 0.64, 0.93, 1.69, 0.53, 0.86, 0.21, 1.12])
ERRORS = np.array([0.76, 0.18, 0.30, 0.60, 0.20, 0.13, 0.25, 0.40])


def test_maximum_likelihood_to_30_digits() -> None:
    """The score equations, solved with 30 digits for μ and σ²."""
    with mpmath.workdps(30):
        values, errors = ([mpmath.mpf(str(each)) for each in column] for column in (ESTIMATES, ERRORS))

        def scores(mean: mpmath.mpf, variance: mpmath.mpf) -> list[mpmath.mpf]:
            total = [error**2 + variance for error in errors]
            gaps = [value - mean for value in values]
            return [
                mpmath.fsum(gap / each for gap, each in zip(gaps, total, strict=True)),
                mpmath.fsum(gap**2 / each**2 - 1 / each for gap, each in zip(gaps, total, strict=True)),
            ]

        mean, variance = mpmath.findroot(scores, (0.7, 0.05))
    null = fit_null(ESTIMATES, ERRORS)
    assert null.mean == pytest.approx(float(mean), abs=1e-8)
    assert null.sd == pytest.approx(float(mpmath.sqrt(variance)), abs=1e-6)


def test_predictive_p_value_is_the_double_integral() -> None:
    """Flat priors on μ and σ: the predictive distribution by brute integration over both."""
    null = fit_null(ESTIMATES, ERRORS)
    value, error = 1.3, 0.2

    def likelihood(mean: float, sd: float) -> float:
        return float(np.prod(norm.pdf(ESTIMATES, mean, np.sqrt(ERRORS**2 + sd**2))))

    def over_mean(sd: float, weighted: bool) -> float:
        def inside(mean: float) -> float:
            tail = norm.sf(value, mean, math.hypot(sd, error)) if weighted else 1.0
            return likelihood(mean, sd) * tail

        # The scale of μ given σ; beyond 12 of it nothing is left.
        reach = 12 * math.sqrt(1 / (1 / (ERRORS**2 + sd**2)).sum())
        return quad(inside, 0.7 - reach - 1, 0.7 + reach + 1, epsabs=0, epsrel=1e-7, limit=200, points=[0.7])[0]

    def whole(weighted: bool) -> float:
        def inside(t: float) -> float:
            return over_mean(t / (1 - t), weighted) / (1 - t) ** 2

        return quad(inside, 0, 1, epsabs=0, epsrel=1e-6, limit=100)[0]

    expected = whole(True) / whole(False)
    found = calibrated_p(null, [value], [error], alternative="greater", uncertain=True)[0]
    assert found == pytest.approx(expected, rel=1e-5)
    assert found > calibrated_p(null, [value], [error], alternative="greater")[0]


def test_many_controls_leave_no_uncertainty() -> None:
    random = np.random.default_rng(4)
    errors = random.uniform(0.05, 0.3, 4000)
    estimates = random.normal(0.2, 0.3, 4000) + random.normal(0, errors)
    null = fit_null(estimates, errors)
    plain = calibrated_p(null, [1.0], [0.1])[0]
    assert calibrated_p(null, [1.0], [0.1], uncertain=True)[0] == pytest.approx(plain, rel=0.03)
    assert (null.mean, null.sd) == (pytest.approx(0.2, abs=0.02), pytest.approx(0.3, abs=0.02))


def test_calibrated_p_values_of_pairs_without_effect_are_uniform() -> None:
    """Systematic error of mean 0.4 and sd 0.3: uncalibrated p-values are far too small, calibrated ones uniform."""
    random = np.random.default_rng(8)
    errors = random.uniform(0.05, 0.4, 500)
    estimates = random.normal(0.4, 0.3, 500) + random.normal(0, errors)
    fresh_errors = random.uniform(0.05, 0.4, 2000)
    fresh = random.normal(0.4, 0.3, 2000) + random.normal(0, fresh_errors)
    null = fit_null(estimates, errors)
    assert kstest(calibrated_p(null, fresh, fresh_errors), "uniform").pvalue > 0.01
    assert kstest(uncalibrated_p(fresh, fresh_errors), "uniform").pvalue < 1e-20
    means, sds = leave_one_out(estimates, errors)
    own = 2 * norm.sf(np.abs(estimates - means) / np.hypot(errors, sds))
    assert (own < 0.05).mean() == pytest.approx(0.05, abs=0.03)


def test_leaving_one_out_is_fitting_the_others() -> None:
    means, sds = leave_one_out(ESTIMATES, ERRORS)
    for place in range(len(ESTIMATES)):
        others = fit_null(np.delete(ESTIMATES, place), np.delete(ERRORS, place))
        assert (means[place], sds[place]) == (others.mean, others.sd)


def test_uncertainty_keeps_the_level_with_few_controls() -> None:
    """Eight controls, many times: the plug-in null calls too many pairs, the predictive one about 5 %."""
    random = np.random.default_rng(2)
    calls = np.zeros((400, 2))
    for row in calls:
        errors = random.uniform(0.1, 0.3, 9)
        estimates = random.normal(0.3, 0.3, 9) + random.normal(0, errors)
        null = fit_null(estimates[:8], errors[:8])
        row[0] = calibrated_p(null, estimates[8:], errors[8:])[0]
        row[1] = calibrated_p(null, estimates[8:], errors[8:], uncertain=True)[0]
    plug_in, predictive = (calls < 0.05).mean(axis=0)
    assert plug_in > 0.08
    assert predictive == pytest.approx(0.045, abs=0.03)


def test_profile_limits_cover_the_truth() -> None:
    """Mean and sd of 30 controls, 300 times: 95 % limits hold the truth in about 95 %."""
    random = np.random.default_rng(6)
    held = np.zeros((300, 2))
    for row in held:
        errors = random.uniform(0.1, 0.4, 30)
        null = fit_null(random.normal(0.1, 0.25, 30) + random.normal(0, errors), errors)
        row[:] = null.mean_low < 0.1 < null.mean_high, null.sd_low < 0.25 < null.sd_high
    assert held.mean(axis=0) == pytest.approx([0.95, 0.95], abs=0.04)


def test_calibrated_intervals_cover_and_plain_ones_do_not() -> None:
    random = np.random.default_rng(9)
    truth = np.repeat(np.log([1.0, 1.5, 2.0, 4.0]), 150)
    errors = random.uniform(0.05, 0.3, truth.size)

    def draw() -> np.ndarray:
        return 0.15 + 0.9 * truth + random.normal(0, np.hypot(0.15 + 0.1 * truth, errors))

    model = fit_error_model(draw(), errors, truth)
    assert (model.mean_intercept, model.mean_slope) == (pytest.approx(0.15, abs=0.06), pytest.approx(0.9, abs=0.06))
    assert (model.sd_intercept, model.sd_slope) == (pytest.approx(0.15, abs=0.06), pytest.approx(0.1, abs=0.08))
    fresh = draw()
    found = calibrated_interval(model, fresh, errors)
    assert ((found.low < truth) & (truth < found.high)).mean() == pytest.approx(0.95, abs=0.03)
    assert (np.abs(fresh - truth) < 1.96 * errors).mean() < 0.8


def test_error_model_is_where_no_neighbour_is_likelier() -> None:
    random = np.random.default_rng(12)
    truth = np.repeat(np.log([1.0, 2.0, 4.0]), 40)
    errors = random.uniform(0.1, 0.3, truth.size)
    estimates = 0.2 + 0.8 * truth + random.normal(0, np.hypot(0.1 + 0.2 * truth, errors))
    model = fit_error_model(estimates, errors, truth)
    best = np.array([model.mean_intercept, model.mean_slope, model.sd_intercept, model.sd_slope])

    def log_likelihood(parameters: np.ndarray) -> float:
        a, b, c, d = parameters
        return float(norm.logpdf(estimates, a + b * truth, np.hypot(c + d * truth, errors)).sum())

    top = log_likelihood(best)
    for step in itertools.product((-1e-3, 0, 1e-3), repeat=4):
        assert log_likelihood(best + step) <= top + 1e-7


def test_constant_error_shifts_and_widens() -> None:
    null = fit_null(ESTIMATES, ERRORS)
    found = calibrated_interval(assume_constant_error(null), [1.0], [0.2])
    reach = norm.ppf(0.975) * math.hypot(null.sd, 0.2)
    centre = 1.0 - null.mean
    assert [found.point[0], found.low[0], found.high[0]] == pytest.approx([centre, centre - reach, centre + reach])


def test_a_limit_that_no_true_value_reaches_is_infinite() -> None:
    """Where the spread grows as fast as the effect, no effect is too large to be compatible."""
    model = SystematicErrorModel(0.0, 1.0, 0.1, 0.6)
    wide, narrow = (calibrated_interval(model, [1.0], [0.1], level=level) for level in (0.95, 0.8))
    assert (wide.low[0], wide.high[0]) == (-math.inf, math.inf)
    assert wide.point[0] == narrow.point[0] == pytest.approx(1.0)
    assert np.isfinite([narrow.low[0], narrow.high[0]]).all()


def test_profile_limits_of_the_mean_by_brute_force() -> None:
    """The likelihood over a fine grid of both parameters."""
    null = fit_null(ESTIMATES, ERRORS)
    spreads = np.linspace(0, 3, 3001)[:, None]
    means = np.linspace(-1, 3, 801)
    variance = ERRORS**2 + spreads**2
    profile = [(-0.5 * (np.log(variance) + (ESTIMATES - mean) ** 2 / variance).sum(axis=1)).max() for mean in means]
    inside = means[np.array(profile) >= max(profile) - 3.841458820694124 / 2]
    assert (inside.min(), inside.max()) == (
        pytest.approx(null.mean_low, abs=0.006),
        pytest.approx(null.mean_high, abs=0.006),
    )


def brute_area(scores: np.ndarray, truth: np.ndarray) -> float:
    wins = [1.0 if one > other else 0.5 if one == other else 0.0 for one in scores[truth] for other in scores[~truth]]
    return float(np.mean(wins))


@pytest.fixture(params=range(6))
def ranking(request: pytest.FixtureRequest) -> tuple[np.ndarray, np.ndarray]:
    """Scores with many ties and some NaN."""
    random = np.random.default_rng(request.param)
    truth = random.random(40) < 0.4
    scores = (random.integers(0, 8, 40) + 2 * truth).astype(float)
    scores[random.random(40) < 0.15] = np.nan
    return scores, truth


def test_area_by_all_comparisons(ranking: tuple[np.ndarray, np.ndarray]) -> None:
    scores, truth = ranking
    filled = np.where(np.isnan(scores), -1e9, scores)
    area = area_under_curve(scores, truth)
    assert area.point == pytest.approx(brute_area(filled, truth), abs=1e-14)
    curve = roc_curve(scores, truth)
    trapezoid = np.trapezoid(curve.true_positive_rate, curve.false_positive_rate)
    assert trapezoid == pytest.approx(area.point, abs=1e-14)


def test_delong_by_structural_components(ranking: tuple[np.ndarray, np.ndarray]) -> None:
    """Equations 1 to 5 of DeLong 1988, written out as double sums."""
    scores, truth = ranking
    values = np.where(np.isnan(scores), -1e9, scores)
    kernel = np.array([[1.0 if x > y else 0.5 if x == y else 0.0 for y in values[~truth]] for x in values[truth]])
    m, n = kernel.shape
    first = sum((kernel[i].mean() - kernel.mean()) ** 2 for i in range(m)) / (m - 1)
    second = sum((kernel[:, j].mean() - kernel.mean()) ** 2 for j in range(n)) / (n - 1)
    area = area_under_curve(scores, truth, level=0.9)
    reach = norm.ppf(0.95) * math.sqrt(first / m + second / n)
    assert [area.low, area.high] == pytest.approx([area.point - reach, min(area.point + reach, 1.0)], abs=1e-12)


def test_average_precision_by_definition(ranking: tuple[np.ndarray, np.ndarray]) -> None:
    scores, truth = ranking
    values = np.where(np.isnan(scores), -1e9, scores)
    total = 0.0
    for level in np.unique(values):
        called, above = values >= level, values > level
        gained = (truth & called).sum() - (truth & above).sum()
        total += gained / truth.sum() * (truth & called).sum() / called.sum()
    assert average_precision(scores, truth) == pytest.approx(total, abs=1e-14)


def test_precision_is_the_mean_over_every_order_of_ties() -> None:
    scores, truth = np.array([5, 4, 4, 4, 2, 2.0]), np.array([1, 1, 0, 0, 1, 0], bool)
    for first in range(1, 7):
        shares = []
        for order in itertools.permutations(range(6)):
            if all(scores[order[place]] >= scores[order[place + 1]] for place in range(5)):
                shares.append(np.mean([truth[place] for place in order[:first]]))
        assert precision_at(scores, truth, first) == pytest.approx(np.mean(shares), abs=1e-14)


def test_bootstrap_agrees_with_delong_on_many_pairs() -> None:
    random = np.random.default_rng(3)
    truth = np.arange(300) < 120
    scores = random.normal(size=300) + truth
    plain, drawn = area_under_curve(scores, truth), bootstrap_area(scores, truth, samples=1500)
    assert drawn.point == plain.point
    assert [drawn.low, drawn.high] == pytest.approx([plain.low, plain.high], abs=0.01)
    assert bootstrap_area(scores, truth, samples=50, seed=7) == bootstrap_area(scores, truth, samples=50, seed=7)


def test_area_interval_of_normal_scores_covers() -> None:
    """Scores one standard deviation apart: the true area is Φ(1/√2) = 0.760, held by 95 % of the intervals."""
    random = np.random.default_rng(5)
    truth = np.arange(160) < 60
    held = 0
    for _ in range(400):
        area = area_under_curve(random.normal(size=160) + truth, truth)
        held += area.low < norm.cdf(1 / math.sqrt(2)) < area.high
    assert held / 400 == pytest.approx(0.95, abs=0.035)


def test_hanley_and_mcneil_are_near() -> None:
    """Their variance of 1982 (doi:10.1148/radiology.143.1.7063747) assumes exponential scores; draw such ones."""
    random = np.random.default_rng(11)
    truth = np.arange(4000) < 2000
    scores = random.exponential(np.where(truth, 3.0, 1.0))
    area = area_under_curve(scores, truth)
    point = area.point
    q1, q2 = point / (2 - point), 2 * point**2 / (1 + point)
    variance = (point * (1 - point) + 1999 * (q1 + q2 - 2 * point**2)) / 2000**2
    assert point == pytest.approx(0.75, abs=0.02)
    assert (area.high - area.low) / (2 * 1.959964) == pytest.approx(math.sqrt(variance), rel=0.02)


@pytest.mark.parametrize(("part", "whole"), [(0, 7), (7, 7), (3, 11), (120, 165), (1, 234)])
def test_wilson_as_statsmodels(part: int, whole: int) -> None:
    found = wilson_interval(part, whole)
    assert (found.low, found.high) == pytest.approx(proportion_confint(part, whole, method="wilson"), abs=1e-12)


SKLEARN_SCORES = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9]
SKLEARN_TRUTH = [0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 1]


def test_as_scikit_learn_1_9() -> None:
    """roc_auc_score and average_precision_score of scikit-learn 1.9.1 for these scores, to every digit it printed."""
    assert area_under_curve(SKLEARN_SCORES, SKLEARN_TRUTH).point == pytest.approx(0.8392857142857143, abs=1e-15)
    assert average_precision(SKLEARN_SCORES, SKLEARN_TRUTH) == pytest.approx(0.7261904761904763, abs=1e-15)
