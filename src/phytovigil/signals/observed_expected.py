"""Observed over expected cases, with the exact Poisson interval."""

from __future__ import annotations

import numpy as np
from scipy.special import gammainccinv, gammaincinv

from phytovigil.schema.counts import Counts, Estimates
from phytovigil.signals.interval import tail_probability
from phytovigil.signals.measure import Measure


def observed_expected(counts: Counts, *, level: float = 0.95) -> Estimates:
    """Cases seen over cases expected, a / E, with the exact interval of a Poisson count; no unit, null value 1.

    E is (a+b)(a+c)/N, or what strata gave, and is taken as known. Limits: the means at which a count as large, or as
    small, as a has the probability (1 − level) / 2, over E; they are quantiles of χ²(2a) and χ²(2a + 2), halved.
    Returns Estimates of shape (pairs,). With a = 0 point and low are 0 and high is finite. Not estimable (NaN) where
    E is 0.
    Raises InvalidRequest for a level outside 0 to 1.
    Garwood 1936, doi:10.1093/biomet/28.3-4.437.

    >>> e = observed_expected(Counts.of(a=[7], b=[1454], c=[302], d=[690525]))
    >>> e.point.round(3), e.low.round(3), e.high.round(3)
    (array([10.734]), array([4.316]), array([22.117]))
    """
    tail, expected = tail_probability(level), np.where(counts.expected > 0, counts.expected, np.nan)
    # The limits depend on the count alone, and counts repeat: solve once for each.
    values, position = np.unique(counts.a, return_inverse=True)
    low = np.where(values > 0, gammaincinv(np.maximum(values, 1), tail), 0)
    high = gammainccinv(values + 1, tail)
    return Estimates(counts.a / expected, low[position] / expected, high[position] / expected)


OBSERVED_EXPECTED = Measure(
    name="oe",
    title="Observed over expected",
    unit="ratio of cases",
    scale="ratio",
    null=1.0,
    interval="exact Poisson confidence interval",
    estimator=observed_expected,
    source="Garwood 1936, doi:10.1093/biomet/28.3-4.437",
    note="Estimable where a is 0, with a finite upper limit; not where no case is expected.",
    uses_expected=True,
)
