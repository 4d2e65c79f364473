"""Reporting odds ratio with the interval of Woolf."""

from __future__ import annotations

import numpy as np

from phytovigil.schema.counts import Counts, Estimates
from phytovigil.signals.interval import log_normal_interval
from phytovigil.signals.measure import Measure


def ror(counts: Counts, *, level: float = 0.95, haldane: bool = False) -> Estimates:
    """Reporting odds ratio ad / bc with the Wald interval of its logarithm; no unit, null value 1.

    The standard error of the logarithm is √(1/a + 1/b + 1/c + 1/d).
    haldane : add 1/2 to every cell of every pair first, so that a zero cell has an estimate.
    Returns Estimates of shape (pairs,). Not estimable (NaN) where a cell is 0; with `haldane`, only where a
    whole margin is 0, since nothing was then observed to compare.
    Raises InvalidRequest for a level outside 0 to 1.
    van Puijenbroek et al. 2002, doi:10.1002/pds.668; interval of Woolf 1955,
    doi:10.1111/j.1469-1809.1955.tb01348.x; 1/2 of Haldane 1956, doi:10.1111/j.1469-1809.1955.tb01285.x.

    >>> e = ror(Counts.of(a=[7], b=[1454], c=[302], d=[690525]))
    >>> e.point.round(3), e.low.round(3), e.high.round(3)
    (array([11.008]), array([5.194]), array([23.329]))
    """
    cells = np.stack([counts.a, counts.b, counts.c, counts.d])
    if haldane:
        a, b, c, d = cells
        empty_margin = np.minimum.reduce([a + b, c + d, a + c, b + d]) == 0
        cells = np.where(empty_margin, np.nan, cells + 0.5)
    else:
        cells = np.where((cells == 0).any(axis=0), np.nan, cells)
    log_a, log_b, log_c, log_d = np.log(cells)
    return log_normal_interval(log_a + log_d - log_b - log_c, np.sqrt((1 / cells).sum(axis=0)), level)


ROR = Measure(
    name="ror",
    title="Reporting odds ratio",
    unit="ratio of odds of cases",
    scale="ratio",
    null=1.0,
    interval="Wald confidence interval",
    estimator=ror,
    source="van Puijenbroek et al. 2002, doi:10.1002/pds.668",
    note="Not estimable where a cell is 0; the interval is unreliable where one is below about 5.",
)
