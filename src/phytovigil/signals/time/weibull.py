"""Weibull distribution of times that are known exactly, within an interval, or only beyond a bound: by likelihood."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.special import chdtri

from phytovigil.errors import InvalidCounts
from phytovigil.schema.counts import Floats
from phytovigil.signals.interval import tail_probability

SHAPES = (0.02, 50.0)
"""Shapes that are looked at; a likelihood that still rises at either end has no maximum worth the name."""

SCALES = (1e-4, 1e4)
"""Scales that are looked at, as multiples of the smallest and of the largest time."""

FLAT = 1e-6
"""A likelihood that falls by less than this towards the edge of what is looked at is level, not at a maximum."""

Parameters = tuple[float, float]
"""Logarithms of shape and scale."""


@dataclass(frozen=True, slots=True)
class Times:
    """Times of one kind of event, each of shape (times,), in one unit.

    lower, upper : the time lies from lower to upper. Equal: known exactly. upper infinite: only known to be beyond.
    weight : how many times it stands for. window : times beyond it could not have been seen (right truncation);
        infinite where there is no such bound.
    Raises InvalidCounts for times below 0, an exact time of 0, bounds in the wrong order, or shapes that differ.
    """

    lower: Floats
    upper: Floats
    weight: Floats
    window: Floats

    @classmethod
    def of(
        cls, lower: ArrayLike, upper: ArrayLike, weight: ArrayLike | None = None, window: ArrayLike | None = None
    ) -> Times:
        """Make times of anything array-like; without weights each counts once, without windows none is truncated."""
        low = np.atleast_1d(np.asarray(lower, dtype=np.float64))
        ones, endless = np.ones_like(low), np.full_like(low, np.inf)
        given = [
            np.atleast_1d(np.asarray(values, dtype=np.float64)) if values is not None else absent
            for values, absent in ((upper, low), (weight, ones), (window, endless))
        ]
        return cls(low, *given)

    def __post_init__(self) -> None:
        columns = (self.lower, self.upper, self.weight, self.window)
        if len({column.shape for column in columns}) != 1 or self.lower.ndim != 1:
            raise InvalidCounts(f"times have shapes {[column.shape for column in columns]}; one (times,) is needed.")
        if not (np.isfinite(self.lower) & (self.lower >= 0) & (self.lower <= self.upper) & (self.upper > 0)).all():
            raise InvalidCounts("a time is negative, not finite, exactly 0, or has bounds in the wrong order.")
        if not (np.isfinite(self.weight) & (self.weight > 0)).all():
            raise InvalidCounts("weights hold a value that is not a finite number above 0.")
        if not (self.upper[np.isfinite(self.upper)] <= self.window[np.isfinite(self.upper)]).all():
            raise InvalidCounts("a time lies beyond the window in which it could have been seen.")


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its limits; a limit is infinite, or 0, where the likelihood sets no bound."""

    point: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class WeibullFit:
    """A fitted Weibull distribution, S(t) = exp(−(t / scale) ** shape), with profile-likelihood intervals.

    shape : no unit; the hazard falls with time below 1 and rises above it. scale, median : in the unit of the times.
    log_likelihood : at the maximum.
    """

    shape: Interval
    scale: Interval
    median: Interval
    log_likelihood: float


def log_likelihood(times: Times, log_shape: float, log_scale: float) -> float:
    """Log-likelihood of times under a Weibull distribution.

    >>> round(log_likelihood(Times.of([1.0], [2.0]), 0.0, 0.0), 6) == round(math.log(math.exp(-1) - math.exp(-2)), 6)
    True
    """
    shape = math.exp(log_shape)
    exact, beyond = times.lower == times.upper, np.isinf(times.upper)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        start, end, window = (
            np.exp(shape * (np.log(values) - log_scale)) for values in (times.lower, times.upper, times.window)
        )
        density = log_shape + np.log(start) - np.log(times.lower) - start
        within = -start + np.log(-np.expm1(start - end))
        each = np.where(exact, density, np.where(beyond, -start, within))
        total = float(np.sum(times.weight * (each - np.log(-np.expm1(-window)))))
    return total if math.isfinite(total) else -math.inf


def fit_weibull(times: Times, *, level: float = 0.95) -> WeibullFit | None:
    """Maximum likelihood of a Weibull distribution, with profile-likelihood intervals of this level.

    None where the likelihood has no maximum: all times the same, or truncation so tight that it could be any scale.
    Raises InvalidRequest for a level outside 0 to 1.
    Method: Lawless 2003, Statistical Models and Methods for Lifetime Data, chapter 5; right truncation as in
    Leroy, Dauxois, Théophile et al. 2014, doi:10.1186/1471-2288-14-17.

    >>> days = [143, 188, 190, 206, 216]
    >>> fit = fit_weibull(Times.of(days, days))
    >>> round(fit.shape.point, 3), round(fit.scale.point, 2)
    (10.277, 198.85)
    """
    drop = float(chdtri(1, 2 * tail_probability(level))) / 2
    best = find_maximum(times)
    if best is None:
        return None
    top = log_likelihood(times, *best)
    shapes = (math.log(SHAPES[0]), math.log(SHAPES[1]))
    scales = log_scales(times)

    def at_shape(log_shape: float) -> float:
        return maximise(lambda log_scale: log_likelihood(times, log_shape, log_scale), scales)

    def at_quantile(shift: float) -> Callable[[float], float]:
        """Profile of a quantile: log scale = log quantile − shift / shape."""

        def at(value: float) -> float:
            return maximise(lambda k: log_likelihood(times, k, value - shift / math.exp(k)), shapes)

        return at

    if max(at_shape(shapes[1]), at_shape(shapes[0])) > top - FLAT:
        return None
    half = math.log(math.log(2))
    median = best[1] + half / math.exp(best[0])
    return WeibullFit(
        shape=profile_interval(at_shape, best[0], top - drop, shapes),
        scale=profile_interval(at_quantile(0.0), best[1], top - drop, scales),
        median=profile_interval(at_quantile(half), median, top - drop, scales),
        log_likelihood=top,
    )


def log_scales(times: Times) -> Parameters:
    """The logarithms of the scales that are looked at."""
    known = np.concatenate([times.lower, times.upper])
    known = known[np.isfinite(known) & (known > 0)]
    return math.log(SCALES[0] * float(known.min())), math.log(SCALES[1] * float(known.max()))


def find_maximum(times: Times) -> Parameters | None:
    """Logarithms of shape and scale where the likelihood is highest; None if that is at the edge of what is sought."""
    bounds = [(math.log(SHAPES[0]), math.log(SHAPES[1])), log_scales(times)]
    if not distinguishable(times):
        return None
    middle = np.where(np.isfinite(times.upper), (times.lower + times.upper) / 2, times.lower)
    start = [0.0, math.log(max(float(np.average(middle, weights=times.weight)), 1e-300))]

    def lost(point: Floats) -> float:
        found = log_likelihood(times, float(point[0]), float(point[1]))
        return -found if math.isfinite(found) else 1e300

    options = {"xatol": 1e-10, "fatol": 1e-12, "maxiter": 4000, "maxfev": 4000}
    found = minimize(lost, start, method="Nelder-Mead", bounds=bounds, options=options)
    for value, (low, high) in zip(found.x, bounds, strict=True):
        if not found.success or value - low < 1e-3 or high - value < 1e-3:
            return None
    return float(found.x[0]), float(found.x[1])


def distinguishable(times: Times) -> bool:
    """Whether the times differ at all: without two that do, every steeper distribution fits better."""
    ended = np.isfinite(times.upper)
    return bool(ended.any() and times.lower.max() >= times.upper[ended].min() and np.unique(times.lower).size > 1)


def maximise(function: Callable[[float], float], bounds: Parameters) -> float:
    """The highest value of a function of one number with one maximum."""
    found = minimize_scalar(
        lambda value: -max(function(value), -1e300), bounds=bounds, method="bounded", options={"xatol": 1e-6}
    )
    return -float(found.fun)


def profile_interval(profile: Callable[[float], float], best: float, least: float, bounds: Parameters) -> Interval:
    """Limits where the profile log-likelihood falls to `least`, back from logarithms."""

    def limit(edge: float, unbounded: float) -> float:
        if profile(edge) > least:
            return unbounded
        return math.exp(float(brentq(lambda value: profile(value) - least, edge, best, xtol=1e-10)))

    return Interval(math.exp(best), limit(bounds[0], 0.0), limit(bounds[1], math.inf))
