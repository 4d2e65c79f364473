"""Pearson's χ² of a 2×2 table, with and without the correction of Yates."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtrc

from phytovigil.schema.counts import Counts, Floats
from phytovigil.signals.measure import Statistic, Tested


def chi_squared(counts: Counts) -> Floats:
    """Pearson's χ² of independence, one degree of freedom; shape (pairs,), no unit.

    N(ad − bc)² / [(a+b)(c+d)(a+c)(b+d)]. NaN where a margin is 0: there is nothing to compare.
    Pearson 1900, doi:10.1080/14786440009463897.

    >>> chi_squared(Counts.of(a=[3], b=[1], c=[1], d=[3]))
    array([2.])
    """
    return _distance(counts, correction=0.0)


def chi_squared_yates(counts: Counts) -> Floats:
    """χ² with the continuity correction of Yates: |a − E| is lessened by 1/2, but never below 0.

    N max(0, |ad − bc| − N/2)² / [(a+b)(c+d)(a+c)(b+d)], shape (pairs,); NaN where a margin is 0.
    Yates 1934, doi:10.2307/2983604.

    >>> chi_squared_yates(Counts.of(a=[3], b=[1], c=[1], d=[3]))
    array([0.5])
    """
    return _distance(counts, correction=0.5)


def p_value(statistic: Floats) -> Floats:
    """Probability of a larger χ² with one degree of freedom if product and reaction were independent.

    >>> p_value(np.array([3.841458820694124, np.nan])).round(6)
    array([0.05,  nan])
    """
    tail: Floats = chdtrc(1.0, statistic)
    return tail


def _distance(counts: Counts, correction: float) -> Floats:
    product, reaction, total = counts.with_product, counts.with_reaction, counts.total
    margins = product * (total - product) * reaction * (total - reaction)
    margins = np.where(margins > 0, margins, np.nan)
    # |a − E| is kept whole as |ad − bc| / N: both products are exact, so a true 0 stays 0.
    excess = np.abs(counts.a * counts.d - counts.b * counts.c) - correction * total
    distance: Floats = np.maximum(excess, 0) ** 2 * (total / margins)
    return distance


def _tested(value: Floats) -> Tested:
    return Tested(value, p_value(value))


PEARSON = Statistic(
    name="chi2",
    title="Pearson's χ²",
    test=lambda counts: _tested(chi_squared(counts)),
    source="Pearson 1900, doi:10.1080/14786440009463897",
    note="One degree of freedom; NaN where a margin is 0; too large where an expected count is small.",
)
YATES = Statistic(
    name="chi2-yates",
    title="χ² with Yates' correction",
    test=lambda counts: _tested(chi_squared_yates(counts)),
    source="Yates 1934, doi:10.2307/2983604",
    note="One degree of freedom; NaN where a margin is 0; the statistic that Evans 2001 asks for.",
)
