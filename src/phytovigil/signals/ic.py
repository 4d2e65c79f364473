"""Information component: how far the observed cases exceed the expected ones, shrunk towards no difference."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainccinv, gammaincinv

from phytovigil.errors import InvalidCounts
from phytovigil.schema.counts import Counts, Estimates, Floats
from phytovigil.signals.interval import tail_probability
from phytovigil.signals.measure import Measure

SHRINKAGE = 0.5
"""Added to observed and expected alike: a prior worth half a case, whose mean ratio is 1."""


def ic(counts: Counts, *, level: float = 0.95) -> Estimates:
    """Information component of each pair, in log2 units, null value 0; expected = (a+b)(a+c)/N, or what strata gave.

    Estimable for a = 0. Not estimable (NaN) where a + b or a + c is 0: the prior alone would speak.
    See `ic_of_expected` for the interval and the source; low is IC025 and high is IC975 at level 0.95.

    >>> e = ic(Counts.of(a=[7], b=[1454], c=[302], d=[690525]))
    >>> e.point.round(3), e.low.round(3), e.high.round(3)
    (array([2.703]), array([1.442]), array([3.576]))
    """
    return ic_of_expected(counts.a, counts.expected, level=level)


def ic_of_expected(observed: ArrayLike, expected: ArrayLike, *, level: float = 0.95) -> Estimates:
    """Information component log2((O + 1/2) / (E + 1/2)) with a gamma credibility interval, in log2 units.

    observed, expected : arrays, shape (pairs,): cases with product and reaction; cases expected, for example
        summed over strata. The ratio has the posterior Gamma(O + 1/2, rate E + 1/2), whose mean is the point
        and whose quantiles are the limits.
    Returns Estimates of the same shape; O = 0 is allowed, O = E = 0 is not estimable (NaN).
    Raises InvalidCounts for negative or non-finite values or shapes that differ, InvalidRequest for a level
    outside 0 to 1.
    Norén, Hopstadius, Bate 2013, doi:10.1177/0962280211403604.

    >>> e = ic_of_expected([20], [10])
    >>> e.point.round(3), e.low.round(3), e.high.round(3)
    (array([0.965]), array([0.264]), array([1.528]))
    """
    cases = _checked("observed", observed)
    rate = _checked("expected", expected)
    if cases.shape != rate.shape:
        raise InvalidCounts(f"observed has shape {cases.shape} and expected {rate.shape}; they must agree.")
    rate = np.where((cases == 0) & (rate == 0), np.nan, rate) + SHRINKAGE
    # The quantile depends on the count alone, and counts repeat: solve once for each.
    values, position = np.unique(cases, return_inverse=True)
    shape, tail = values + SHRINKAGE, tail_probability(level)
    low, high = gammaincinv(shape, tail)[position], gammainccinv(shape, tail)[position]
    return Estimates(np.log2((cases + SHRINKAGE) / rate), np.log2(low / rate), np.log2(high / rate))


def _checked(name: str, values: ArrayLike) -> Floats:
    array = np.atleast_1d(np.asarray(values, dtype=np.float64))
    if array.ndim != 1:
        raise InvalidCounts(f"{name} has shape {array.shape}; one (pairs,) is needed.")
    if not (np.isfinite(array) & (array >= 0)).all():
        raise InvalidCounts(f"{name} holds a value that is negative or not a finite number.")
    return array


IC = Measure(
    name="ic",
    title="Information component",
    unit="log2 of observed over expected cases, both plus 1/2",
    scale="log2",
    null=0.0,
    interval="gamma credibility interval",
    estimator=ic,
    source="Norén, Hopstadius, Bate 2013, doi:10.1177/0962280211403604",
    note="Estimable where a is 0; not where no case has the product or none has the reaction.",
    uses_expected=True,
)
