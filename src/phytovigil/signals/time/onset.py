"""Time to onset in whole days: how it is spread, and whether the hazard falls, holds or rises with time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from phytovigil.errors import InvalidCounts
from phytovigil.schema.counts import Floats
from phytovigil.signals.time.weibull import Times, WeibullFit, fit_weibull

MINIMUM_CASES = 10
"""Fewest intervals of which a distribution is fitted; below, its shape could be almost anything."""

MINIMUM_COMPARED = 5
"""Fewest intervals on either side of a comparison."""

HALF_A_DAY = 0.5

EARLY, CONSTANT, RISING = "early", "not-told-from-constant", "rising"
"""What the interval of the shape says: all below 1, holding 1, or all above 1."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Order statistics of times to onset, in days."""

    minimum: float
    first_quartile: float
    median: float
    third_quartile: float
    maximum: float
    same_day: int


def spread(days: ArrayLike) -> Spread:
    """Quartiles (the inverse of the empirical distribution, so that they are days that occurred), extremes, days of 0.

    days : shape (cases,), whole and at least 0. Raises InvalidCounts for anything else, or none.

    >>> spread([0, 3, 9, 40]).median
    3.0
    """
    array = checked_days(days)
    quartiles = np.quantile(array, [0, 0.25, 0.5, 0.75, 1], method="inverted_cdf")
    least, first, median, third, most = (float(value) for value in quartiles)
    return Spread(least, first, median, third, most, int((array == 0).sum()))


def fit_onset(
    days: ArrayLike, windows: ArrayLike | None = None, *, half_day: bool = False, level: float = 0.95
) -> WeibullFit | None:
    """A Weibull distribution of times to onset, in days; None where there is none to be had.

    days : shape (cases,), event date minus start: 0 is the same day. Dates are whole days, so that `t` stands for a
        time of at least t and less than t + 1 days, and that is its likelihood; 0 needs no special care.
    windows : shape (cases,), days from the start to the day after which the case could not be in the data (right
        truncation); None for no truncation.
    half_day : the simpler treatment instead, a time of exactly t + ½.
    None where fewer than MINIMUM_CASES are given or the likelihood has no maximum.
    Raises InvalidCounts for days that are negative or not whole, or that lie beyond their window.
    Weibull times to onset of reports, and their right truncation: Leroy, Dauxois, Théophile et al. 2014,
    doi:10.1186/1471-2288-14-17.

    >>> fit = fit_onset([0, 0, 1, 1, 2, 3, 5, 8, 13, 40, 90, 200])
    >>> fit is not None and pattern(fit)
    'early'
    """
    array = checked_days(days)
    ends = np.full_like(array, np.inf) if windows is None else np.asarray(windows, dtype=np.float64) + 1
    if array.size < MINIMUM_CASES:
        return None
    rows, weight = np.unique(np.column_stack([array, ends]), axis=0, return_counts=True)
    day, end = rows.T
    if half_day:
        return fit_weibull(Times.of(day + HALF_A_DAY, day + HALF_A_DAY, weight, end), level=level)
    return fit_weibull(Times.of(day, day + 1, weight, end), level=level)


def pattern(fit: WeibullFit) -> str:
    """What the interval of the shape says of the hazard: EARLY, CONSTANT or RISING."""
    if fit.shape.high < 1:
        return EARLY
    return RISING if fit.shape.low > 1 else CONSTANT


def checked_days(days: ArrayLike) -> Floats:
    """Days as an array; refused where there are none, or they are negative or not whole."""
    array = np.asarray(days, dtype=np.float64)
    if array.ndim != 1 or not array.size:
        raise InvalidCounts(f"days have shape {array.shape}; one (cases,) with at least one case is needed.")
    if not (np.isfinite(array) & (array >= 0) & (array == np.floor(array))).all():
        raise InvalidCounts("days hold a value that is negative, not whole or not finite.")
    return array
