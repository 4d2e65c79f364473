"""Weibull times to onset: printed figures, the likelihood again with 30 digits, SciPy, and simulated truth."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from mpmath import mpf
from scipy.stats import weibull_min

from phytovigil.signals.time.onset import fit_onset
from phytovigil.signals.time.weibull import Times, WeibullFit, fit_weibull, log_likelihood

INFINITY = float("inf")
FAILURES = [54, 187, 216, 240, 244, 335, 361, 373, 375, 386]
"""Hours; ten more units still worked at 500."""
CARCINOMA = [143, 164, 188, 188, 190, 192, 206, 209, 213, 216, 220, 227, 230, 234, 246, 265, 304, 216, 244]
"""Days; the last two animals had none by then (Lawless 1982, page 193)."""
DAYS = [0, 0, 0, 1, 1, 2, 3, 3, 5, 8, 13, 14, 30, 40, 90, 200]


@pytest.fixture(autouse=True)
def thirty_digits() -> Iterator[None]:
    with mpmath.workdps(30):
        yield


def fitted(times: Times, **options: float) -> WeibullFit:
    found = fit_weibull(times, **options)
    assert found is not None
    return found


def nist() -> Times:
    return Times.of([*FAILURES, 500], [*FAILURES, INFINITY], [*[1] * 10, 10])


def carcinoma() -> Times:
    return Times.of(CARCINOMA, [*CARCINOMA[:-2], INFINITY, INFINITY])


def whole_days(days: list[int], window: float = INFINITY) -> Times:
    array = np.array(days, dtype=float)
    return Times.of(array, array + 1, window=np.full_like(array, window))


def test_nist_handbook() -> None:
    """NIST/SEMATECH e-Handbook of Statistical Methods, 8.4.1.3: 606.5280, 1.7208 and a log-likelihood of 75.135.

    Its scale comes from an iteration that stops early: the likelihood is highest at 606.5276, see the next test.
    """
    fit = fitted(nist())
    assert round(fit.shape.point, 4) == 1.7208
    assert round(-fit.log_likelihood, 3) == 75.135
    assert fit.scale.point == pytest.approx(606.5280, rel=1e-6)


# --------------------------------------------------------------------------------------- the likelihood, once more


def cumulative(time: float, shape: mpf, scale: mpf) -> mpf:
    return mpf(1) if time == INFINITY else 1 - mpmath.exp(-((mpf(time) / scale) ** shape))


def exact_log_likelihood(times: Times, shape: mpf, scale: mpf) -> mpf:
    total = mpf(0)
    for low, high, weight, window in zip(times.lower, times.upper, times.weight, times.window, strict=True):
        if low == high:
            scaled = mpf(low) / scale
            chance = shape / scale * scaled ** (shape - 1) * mpmath.exp(-(scaled**shape))
        else:
            chance = cumulative(high, shape, scale) - cumulative(low, shape, scale)
        total += mpf(weight) * mpmath.log(chance / cumulative(window, shape, scale))
    return total


KINDS = {
    "exact and right-censored": nist(),
    "exact": Times.of(FAILURES, FAILURES),
    "carcinoma": carcinoma(),
    "whole days": whole_days(DAYS),
    "whole days, right-truncated": whole_days([day for day in DAYS if day < 50], 120),
    "half days": Times.of([day + 0.5 for day in DAYS], [day + 0.5 for day in DAYS]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_maximum_is_where_the_derivatives_vanish(kind: str) -> None:
    """By Newton's method with 30 digits on the definition, from the point that was found."""
    times = KINDS[kind]
    fit = fitted(times)

    def slope(shape: mpf, scale: mpf) -> list[mpf]:
        return [
            mpmath.diff(lambda value: exact_log_likelihood(times, value, scale), shape),
            mpmath.diff(lambda value: exact_log_likelihood(times, shape, value), scale),
        ]

    shape, scale = mpmath.findroot(slope, (mpf(fit.shape.point), mpf(fit.scale.point)))
    assert fit.shape.point == pytest.approx(float(shape), rel=1e-6)
    assert fit.scale.point == pytest.approx(float(scale), rel=1e-6)
    assert fit.log_likelihood == pytest.approx(float(exact_log_likelihood(times, shape, scale)), rel=1e-12)
    assert fit.median.point == pytest.approx(float(scale * mpmath.log(2) ** (1 / shape)), rel=1e-6)


@pytest.mark.parametrize("level", [0.95, 0.8])
@pytest.mark.parametrize("kind", ["carcinoma", "whole days"])
def test_limits_are_where_the_profile_has_fallen_by_half_a_chi_square(kind: str, level: float) -> None:
    times = KINDS[kind]
    fit = fitted(times, level=level)
    drop = mpmath.erfinv(mpf(level)) ** 2  # half of the quantile of χ² with one degree of freedom
    for limit in (fit.shape.low, fit.shape.high):

        def at_limit(scale: mpf, limit: float = limit) -> mpf:
            return exact_log_likelihood(times, mpf(limit), scale)

        scale = mpmath.findroot(lambda value: mpmath.diff(at_limit, value), mpf(fit.scale.point))
        assert float(at_limit(scale)) == pytest.approx(fit.log_likelihood - float(drop), abs=1e-6)
    for limit in (fit.median.low, fit.median.high):

        def on_median(shape: mpf, limit: float = limit) -> mpf:
            return exact_log_likelihood(times, shape, mpf(limit) / mpmath.log(2) ** (1 / shape))

        shape = mpmath.findroot(lambda value: mpmath.diff(on_median, value), mpf(fit.shape.point))
        assert float(on_median(shape)) == pytest.approx(fit.log_likelihood - float(drop), abs=1e-6)


def test_scipy_finds_the_same_maximum() -> None:
    shape, _, scale = weibull_min.fit(FAILURES, floc=0)
    fit = fitted(Times.of(FAILURES, FAILURES))
    assert (fit.shape.point, fit.scale.point) == (pytest.approx(shape, rel=1e-3), pytest.approx(scale, rel=1e-3))
    assert fit.log_likelihood == pytest.approx(float(weibull_min.logpdf(FAILURES, shape, 0, scale).sum()), abs=1e-4)


def test_intervals_that_share_the_line_have_chances_that_add_up() -> None:
    edges = [0.0, 1.0, 2.0, 7.0, 40.0, INFINITY]
    chances = [np.exp(log_likelihood(Times.of([low], [high]), -0.3, 2.0)) for low, high in pairwise(edges)]
    assert sum(chances) == pytest.approx(1, rel=1e-12)


# --------------------------------------------------------------------------------------------------------- coverage


def share_covered(number: int, cases: int, shape: float, scale: float, window: float | None, seed: int) -> float:
    """How often the interval of the shape holds the truth, of times rounded down to days."""
    generator = np.random.default_rng(seed)
    covered = fits = 0
    for _ in range(number):
        times = scale * generator.weibull(shape, 4 * cases)
        days = np.floor(times)
        days = days[days <= window][:cases] if window else days[:cases]
        fit = fit_onset(days, np.full(days.size, window) if window else None)
        if fit is not None:
            fits += 1
            covered += fit.shape.low <= shape <= fit.shape.high
    assert fits > 0.95 * number
    return covered / fits


def chance(level: float, number: int) -> float:
    return 3.3 * float(np.sqrt(level * (1 - level) / number))


def test_interval_of_the_shape_covers() -> None:
    assert share_covered(60, 40, 0.7, 20, None, seed=1) >= 0.95 - chance(0.95, 60)


def test_taking_whole_days_as_exact_would_mislead_where_most_are_short() -> None:
    """A constant rate with a mean of one day: half a day added makes it look like wear-out, intervals do not."""
    days = np.floor(np.random.default_rng(2).exponential(1.0, 400))
    by_interval, by_half = fit_onset(days), fit_onset(days, half_day=True)
    assert by_interval is not None
    assert by_half is not None
    assert by_interval.shape.low <= 1 <= by_interval.shape.high
    assert by_half.shape.low > 1


def test_truncation_is_taken_out() -> None:
    """Times of which those beyond 30 days cannot be seen: without the correction, the median is far too short."""
    truth = 60 * np.log(2) ** (1 / 0.8)
    days = np.floor(60 * np.random.default_rng(3).weibull(0.8, 4000))
    seen = days[days <= 60]
    naive, corrected = fit_onset(seen), fit_onset(seen, np.full(seen.size, 60))
    assert naive is not None
    assert corrected is not None
    assert naive.median.high < 0.7 * truth
    assert corrected.median.low <= truth <= corrected.median.high


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cases", "shape", "scale", "window"),
    [(40, 0.7, 20, None), (40, 1.0, 5, None), (60, 1.6, 100, None), (150, 0.8, 60, 180)],
)
def test_interval_of_the_shape_covers_at_its_level(cases: int, shape: float, scale: float, window: float) -> None:
    number = 300
    covered = share_covered(number, cases, shape, scale, window, seed=5)
    assert covered == pytest.approx(0.95, abs=chance(0.95, number) + 0.01)
