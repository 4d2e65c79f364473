"""Proportional reporting ratio."""

from __future__ import annotations

import numpy as np

from phytovigil.schema.counts import Counts, Estimates
from phytovigil.signals.interval import log_normal_interval
from phytovigil.signals.measure import Measure


def prr(counts: Counts, *, level: float = 0.95) -> Estimates:
    """Proportional reporting ratio [a/(a+b)] / [c/(c+d)] with a log-normal interval; no unit, null value 1.

    The standard error of its logarithm is √(1/a − 1/(a+b) + 1/c − 1/(c+d)).
    Returns Estimates of shape (pairs,). Not estimable (NaN) where a or c is 0, and where no case lacks the
    reaction (b + d = 0): the interval would then have no width.
    Raises InvalidRequest for a level outside 0 to 1.
    Evans, Waller, Davis 2001, doi:10.1002/pds.677; interval of Katz et al. 1978, doi:10.2307/2530610.

    >>> e = prr(Counts.of(a=[7], b=[1454], c=[302], d=[690525]))
    >>> e.point.round(3), e.low.round(3), e.high.round(3)
    (array([10.96]), array([5.19]), array([23.146]))
    """
    estimable = (counts.a > 0) & (counts.c > 0) & (counts.b + counts.d > 0)
    a, c = np.where(estimable, counts.a, np.nan), np.where(estimable, counts.c, np.nan)
    product, others = a + counts.b, c + counts.d
    log_ratio = np.log(a / product) - np.log(c / others)
    variance = (1 / a - 1 / product) + (1 / c - 1 / others)
    return log_normal_interval(log_ratio, np.sqrt(variance), level)


PRR = Measure(
    name="prr",
    title="Proportional reporting ratio",
    unit="ratio of proportions of cases",
    scale="ratio",
    null=1.0,
    interval="log-normal confidence interval",
    estimator=prr,
    source="Evans, Waller, Davis 2001, doi:10.1002/pds.677",
    note="Not estimable where a or c is 0, or where every case has the reaction.",
)
