"""Levels, slopes and coefficients under correlated noise: against statsmodels with the same covariance."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import theilslopes

from phytovigil.followup.change.gaps import find_gaps
from phytovigil.followup.change.noise import (
    MIXTURES,
    choose_mixture,
    correlate,
    error_factors,
    find_level,
    fit_columns,
    mix,
    weigh_mixtures,
)
from phytovigil.followup.change.trend import average_weeks, find_trend

DAYS = np.array([0.0, 1, 2, 4, 5, 7, 8, 9, 12, 15, 16, 17, 20, 22, 25])
VALUES = np.array([5.0, 4, 6, 5, 7, 4, 4, 5, 6, 3, 5, 4, 4, 3, 5])


def covariances(days: np.ndarray) -> np.ndarray:
    """The covariance of each mixture, written out pair by pair."""
    found = np.zeros((len(MIXTURES), len(days), len(days)))
    for i, one in enumerate(days):
        for j, other in enumerate(days):
            apart = abs(one - other)
            parts = np.array([float(i == j), np.exp(-apart / 3.0), np.exp(-apart / 20.0)])
            found[:, i, j] = MIXTURES @ parts
    return found


def test_mixtures_are_shares() -> None:
    assert MIXTURES.shape == (16, 3)
    assert (MIXTURES >= 0).all()
    np.testing.assert_allclose(MIXTURES.sum(axis=1), 1)
    assert MIXTURES[:, 2].min() == pytest.approx(0.1)


def test_level_is_generalised_least_squares() -> None:
    level = find_level(DAYS, VALUES)
    for place, covariance in enumerate(covariances(DAYS)):
        fit = sm.GLS(VALUES, np.ones_like(DAYS), sigma=covariance).fit()
        assert level.means[place] == pytest.approx(fit.params[0])
        assert level.squares[place] == pytest.approx(fit.ssr)


def test_error_of_a_difference_of_levels() -> None:
    """As statsmodels gives it for two levels at once only where the stretches are independent; so by the matrix."""
    baseline, present = find_level(DAYS[:8], VALUES[:8]), find_level(DAYS[8:], VALUES[8:])
    weights = np.concatenate([-baseline.weights, present.weights], axis=1)
    by_hand = [w @ c @ w for w, c in zip(weights, covariances(DAYS), strict=True)]
    np.testing.assert_allclose(error_factors(baseline, present), by_hand)


def test_slope_is_generalised_least_squares() -> None:
    columns = np.column_stack([np.ones_like(DAYS), DAYS - DAYS.mean()])
    found = fit_columns(DAYS, VALUES, columns, 1)
    fits = [sm.GLS(VALUES, columns, sigma=covariance).fit() for covariance in covariances(DAYS)]
    np.testing.assert_allclose(found.estimates, [fit.params[1] for fit in fits])
    np.testing.assert_allclose(found.errors, [fit.bse[1] for fit in fits])


def test_mixtures_are_weighed_by_their_restricted_likelihood() -> None:
    """Against the density of contrasts, which do not know the mean: the constant is the same for all mixtures."""
    contrasts = np.linalg.qr(np.column_stack([np.ones_like(DAYS), np.eye(len(DAYS))[:, :-1]]))[0][:, 1:]
    level = find_level(DAYS, VALUES)
    seen = contrasts.T @ VALUES
    freedom = len(DAYS) - 1
    logs = []
    for covariance in covariances(DAYS):
        inner = contrasts.T @ covariance @ contrasts
        logs.append(-np.linalg.slogdet(inner)[1] / 2 - freedom / 2 * np.log(seen @ np.linalg.solve(inner, seen)))
    expected = np.exp(np.array(logs) - max(logs))
    np.testing.assert_allclose(weigh_mixtures(level.fit, level.squares, freedom), expected / expected.sum())


def test_the_chosen_mixture_is_a_little_below_the_weighted_median() -> None:
    assert choose_mixture(np.array([3.0, 1.0, 2.0]), np.array([0.2, 0.2, 0.6])) == 2
    assert choose_mixture(np.array([3.0, 1.0, 2.0]), np.array([0.1, 0.45, 0.45])) == 1
    assert choose_mixture(np.array([3.0, 1.0, 2.0]), np.array([0.3, 0.39, 0.31])) == 2


def test_fresh_noise_and_lasting_noise_are_told_apart() -> None:
    draw = np.random.default_rng(1)
    days = np.arange(120.0)
    fresh = draw.normal(size=120)
    slow = np.linalg.cholesky(mix(correlate(days, days))[15]) @ draw.normal(size=120)
    shares = []
    for values in (fresh, slow):
        level = find_level(days, values)
        shares.append(float(weigh_mixtures(level.fit, level.squares, 119) @ MIXTURES[:, 0]))
    assert shares[0] > 0.7 > 0.3 > shares[1]


def test_trend_beside_the_robust_one() -> None:
    found = find_trend(DAYS, VALUES)
    assert found is not None
    assert found.robust == pytest.approx(theilslopes(VALUES, DAYS).slope * 30)
    assert found.low < found.per_month < found.high
    slopes = [(b - a) / (t - s) for i, (s, a) in enumerate(zip(DAYS, VALUES, strict=True))
              for t, b in list(zip(DAYS, VALUES, strict=True))[i + 1 :]]  # fmt: skip
    assert found.robust == pytest.approx(np.median(slopes) * 30)


def test_trend_needs_values_and_time() -> None:
    assert find_trend(DAYS[:5], VALUES[:5]) is None
    assert find_trend(DAYS[:10], VALUES[:10]) is None


def test_many_days_are_averaged_by_week() -> None:
    days = np.arange(100.0)
    middle, means = average_weeks(days, days * 2)
    assert middle.tolist()[-2:] == [89.0, 96.0]
    np.testing.assert_allclose(means, middle * 2)
    found = find_trend(days, days / 30)
    assert found is not None
    assert found.per_month == pytest.approx(1.0)


def test_interval_of_the_trend_holds_in_simulation() -> None:
    draw = np.random.default_rng(3)
    days = np.arange(0.0, 60.0, 2.0)
    factor = np.linalg.cholesky(mix(correlate(days, days))[5])
    found = [find_trend(days, 0.02 * days + factor @ draw.normal(size=len(days))) for _ in range(150)]
    held = np.mean([one is not None and one.low <= 0.6 <= one.high for one in found])
    assert 0.89 <= held <= 0.995


def test_gaps_are_against_the_usual_interval() -> None:
    start = date(2026, 3, 1)
    daily = [start + timedelta(days=day) for day in (0, 1, 2, 3, 4, 12, 13)]
    assert [(gap.after, gap.days) for gap in find_gaps(daily, daily[-1])] == [(daily[4], 8)]
    weekly = [start + timedelta(days=7 * week) for week in range(5)]
    assert find_gaps(weekly, weekly[-1] + timedelta(days=20)) == ()
    assert [gap.days for gap in find_gaps(weekly, weekly[-1] + timedelta(days=22))] == [22]
    assert find_gaps(weekly[:2], weekly[-1]) == ()
