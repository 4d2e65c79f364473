"""Common ratios of thousands of pairs at once, each divided into strata, from sums over the strata of each.

The sums are all that the common odds ratio, the common proportional reporting ratio and the stratified information
component need; they can be kept in place of the strata.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from phytovigil.schema.counts import Counts, Estimates, Floats
from phytovigil.signals.ic import ic_of_expected
from phytovigil.signals.interval import log_normal_interval

SUMS = ("expected", "r", "s", "pr", "ps_qr", "qs", "with_product", "without_product", "spread")
"""Names of the sums, in the order in which they are kept."""


@dataclass(frozen=True, slots=True)
class StratifiedSums:
    """Sums over the strata of many pairs, each of shape (pairs,); in each stratum a, b, c, d and n of them together.

    expected : (a+b)(a+c)/n. r, s : ad/n and bc/n. pr, ps_qr, qs : with p = (a+d)/n and q = (b+c)/n.
    with_product, without_product : a(c+d)/n and c(a+b)/n. spread : [(a+b)(c+d)(a+c) − acn]/n².
    """

    expected: Floats
    r: Floats
    s: Floats
    pr: Floats
    ps_qr: Floats
    qs: Floats
    with_product: Floats
    without_product: Floats
    spread: Floats

    @classmethod
    def of(cls, columns: Sequence[ArrayLike]) -> StratifiedSums:
        """The sums from columns in the order of SUMS."""
        return cls(*(np.atleast_1d(np.asarray(column, dtype=np.float64)) for column in columns))


def sum_strata(strata: Counts, owners: Sequence[int], pairs: int) -> StratifiedSums:
    """Sum over the strata of each pair.

    strata : the tables of all strata of all pairs, shape (strata,), each with at least one case.
    owners : place of the pair that each stratum belongs to. pairs : number of pairs; one without strata sums to 0.

    >>> both = Counts.of(a=[1, 4, 2], b=[9, 6, 8], c=[4, 36, 5], d=[86, 54, 85])
    >>> sum_strata(both, [0, 0, 2], 3).expected
    array([4.5, 0. , 0.7])
    """
    a, b, c, d, n = strata.a, strata.b, strata.c, strata.d, strata.total
    r, s, p, q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
    product, others, reaction = a + b, c + d, a + c
    parts = (
        strata.expected,
        r,
        s,
        p * r,
        p * s + q * r,
        q * s,
        a * others / n,
        c * product / n,
        product / n * others / n * reaction - a * c / n,
    )
    places = np.asarray(owners, dtype=np.intp)
    return StratifiedSums.of([np.bincount(places, weights=part, minlength=pairs) for part in parts])


def common_ror(sums: StratifiedSums, *, level: float = 0.95) -> Estimates:
    """The odds ratio of Mantel and Haenszel of each pair, shape (pairs,); as `mantel_haenszel_ror` of its strata.

    Not estimable (NaN) where Σ ad/n or Σ bc/n is 0.
    Mantel, Haenszel 1959, doi:10.1093/jnci/22.4.719; Robins, Breslow, Greenland 1986, doi:10.2307/2531052.

    >>> both = sum_strata(Counts.of(a=[1, 4], b=[9, 6], c=[4, 36], d=[86, 54]), [0, 0], 1)
    >>> common_ror(both).point.round(4)
    array([1.1984])
    """
    r, s = (np.where(value > 0, value, np.nan) for value in (sums.r, sums.s))
    variance = sums.pr / (2 * r**2) + sums.ps_qr / (2 * r * s) + sums.qs / (2 * s**2)
    return log_normal_interval(np.log(r) - np.log(s), np.sqrt(variance), level)


def common_prr(sums: StratifiedSums, *, level: float = 0.95) -> Estimates:
    """The ratio of proportions common to all strata of each pair, shape (pairs,); no unit, null value 1.

    Σ a(c+d)/n over Σ c(a+b)/n; variance of its logarithm Σ [(a+b)(c+d)(a+c) − acn]/n² over the product of the two.
    With one stratum it is the proportional reporting ratio with its usual interval. Not estimable (NaN) where one of
    the two sums is 0, or where the variance is (every case of every stratum has the reaction).
    Greenland, Robins 1985, doi:10.2307/2530643.

    >>> both = sum_strata(Counts.of(a=[1, 4], b=[9, 6], c=[4, 36], d=[86, 54]), [0, 0], 1)
    >>> common_prr(both).point.round(4)
    array([1.125])
    """
    top, bottom = (np.where(value > 0, value, np.nan) for value in (sums.with_product, sums.without_product))
    variance = np.where(sums.spread > 0, sums.spread, np.nan) / (top * bottom)
    return log_normal_interval(np.log(top) - np.log(bottom) + 0 * variance, np.sqrt(variance), level)


def adjusted_ic(observed: ArrayLike, sums: StratifiedSums, *, level: float = 0.95) -> Estimates:
    """Information component of the observed cases over those expected within strata, shape (pairs,), in log2 units.

    Norén, Bate, Orre, Edwards 2006, doi:10.1002/sim.2473.

    >>> adjusted_ic([5], sum_strata(Counts.of(a=[1, 4], b=[9, 6], c=[4, 36], d=[86, 54]), [0, 0], 1)).point.round(3)
    array([0.138])
    """
    return ic_of_expected(observed, sums.expected, level=level)
