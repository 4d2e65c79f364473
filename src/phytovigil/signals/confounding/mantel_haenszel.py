"""One odds ratio, one expected count and one test for a pair that is divided into strata."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtrc

from phytovigil.schema.counts import Counts, Estimates, Floats
from phytovigil.signals.confounding.informative import is_informative
from phytovigil.signals.ic import ic_of_expected
from phytovigil.signals.interval import log_normal_interval
from phytovigil.signals.measure import Tested

ROBINS = "Robins, Breslow, Greenland 1986, doi:10.2307/2531052"
MANTEL = "Mantel, Haenszel 1959, doi:10.1093/jnci/22.4.719"


def stratified_expected(counts: Counts) -> float:
    """Cases expected with both if product and reaction were independent within every stratum: Σ n_D n_E / n.

    counts : one pair, shape (strata,). With one stratum it is the crude expected count.

    >>> stratified_expected(Counts.of(a=[1, 4], b=[9, 6], c=[4, 36], d=[86, 54]))
    4.5
    """
    return float(counts.expected.sum())


def stratified_ic(counts: Counts, *, level: float = 0.95) -> Estimates:
    """Information component of all cases of a pair over those expected within strata, shape (1,), in log2 units.

    Not estimable (NaN) where no case has both and none is expected.
    Adjustment as in Norén, Bate, Orre, Edwards 2006, doi:10.1002/sim.2473; interval as in `ic_of_expected`.

    >>> stratified_ic(Counts.of(a=[1, 4], b=[9, 6], c=[4, 36], d=[86, 54])).point.round(3)
    array([0.138])
    """
    return ic_of_expected([counts.a.sum()], [stratified_expected(counts)], level=level)


def mantel_haenszel_ror(counts: Counts, *, level: float = 0.95) -> Estimates:
    """The odds ratio of Mantel and Haenszel, common to all strata; shape (1,), no unit, null value 1.

    R / S with R = Σ ad/n and S = Σ bc/n. Variance of its logarithm:
    Σ PR / 2(ΣR)² + Σ (PS + QR) / 2ΣRΣS + Σ QS / 2(ΣS)², with P = (a+d)/n and Q = (b+c)/n; it holds both for few
    large strata and for many sparse ones.
    counts : one pair, shape (strata,). Strata with an empty margin add nothing. Not estimable (NaN) where R or S is 0.
    Raises InvalidRequest for a level outside 0 to 1.
    Mantel, Haenszel 1959, doi:10.1093/jnci/22.4.719; Robins, Breslow, Greenland 1986, doi:10.2307/2531052.

    >>> e = mantel_haenszel_ror(Counts.of(a=[0, 3, 6, 5, 2], b=[6, 3, 0, 1, 0], c=[0, 0, 2, 6, 5], d=[5, 6, 4, 0, 0]))
    >>> e.point.round(6), e.low.round(6), e.high.round(6)
    (array([7.]), array([1.026713]), array([47.725133]))
    """
    total = np.where(counts.total > 0, counts.total, 1)
    r, s = counts.a * counts.d / total, counts.b * counts.c / total
    p, q = (counts.a + counts.d) / total, (counts.b + counts.c) / total
    sum_r, sum_s = (value.sum() or np.nan for value in (r, s))
    variance = (
        (p * r).sum() / (2 * sum_r**2) + (p * s + q * r).sum() / (2 * sum_r * sum_s) + (q * s).sum() / (2 * sum_s**2)
    )
    return log_normal_interval(np.array([np.log(sum_r) - np.log(sum_s)]), np.sqrt(np.array([variance])), level)


def cochran_mantel_haenszel(counts: Counts, *, correction: bool = True) -> Tested:
    """χ² of Cochran, Mantel and Haenszel that product and reaction are independent within every stratum; shape (1,).

    (|Σ(a − E)| − 1/2)² / ΣV, V = n_D(n − n_D) n_E(n − n_E) / n²(n − 1); one degree of freedom.
    correction : lessen |Σ(a − E)| by 1/2, but never below 0, as R's `mantelhaen.test` does.
    NaN where no stratum carries information.
    Cochran 1954, doi:10.2307/3001616; Mantel, Haenszel 1959, doi:10.1093/jnci/22.4.719.

    >>> rabbits = Counts.of(a=[0, 3, 6, 5, 2], b=[6, 3, 0, 1, 0], c=[0, 0, 2, 6, 5], d=[5, 6, 4, 0, 0])
    >>> tested = cochran_mantel_haenszel(rabbits)
    >>> tested.value.round(4), tested.p_value.round(5)
    (array([3.9286]), array([0.04747]))
    """
    known = counts.select(is_informative(counts))
    product, reaction, total = known.with_product, known.with_reaction, known.total
    variance = (product / total * (total - product) / total * reaction * ((total - reaction) / (total - 1))).sum()
    # Each difference is kept as (ad − bc)/n: the products are exact, so a true 0 stays 0.
    distance = abs(((known.a * known.d - known.b * known.c) / total).sum())
    value = np.array([max(distance - (0.5 if correction else 0.0), 0.0) ** 2 / (variance or np.nan)])
    tail: Floats = chdtrc(1.0, value)
    return Tested(value, tail)
