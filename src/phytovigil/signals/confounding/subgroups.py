"""Does the disproportion differ between subgroups? Comparisons of estimates that share no case."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc
from scipy.stats import hypergeom

from phytovigil.errors import InvalidCounts
from phytovigil.schema.counts import Counts, Estimates, Floats
from phytovigil.signals.interval import log_normal_interval
from phytovigil.signals.measure import Tested

ALTMAN = "Altman, Bland 2003, doi:10.1136/bmj.326.7382.219"


def log_ror(counts: Counts) -> tuple[Floats, Floats]:
    """Ln ROR and its standard error √(1/a + 1/b + 1/c + 1/d), shape (subgroups,); NaN where a cell is 0.

    Woolf 1955, doi:10.1111/j.1469-1809.1955.tb01348.x.
    """
    cells = np.stack([counts.a, counts.b, counts.c, counts.d])
    cells = np.where((cells == 0).any(axis=0), np.nan, cells)
    log_a, log_b, log_c, log_d = np.log(cells)
    return log_a + log_d - log_b - log_c, np.sqrt((1 / cells).sum(axis=0))


def ratio_of_ratios(log_ratio: ArrayLike, standard_error: ArrayLike, *, level: float = 0.95) -> Estimates:
    """The first of two ratios over the second, with its interval; shape (1,), null value 1.

    log_ratio, standard_error : of two estimates of which no case is in both, shape (2,); NaN stays NaN.
    Raises InvalidCounts unless there are two, InvalidRequest for a level outside 0 to 1.
    Altman, Bland 2003, doi:10.1136/bmj.326.7382.219.

    >>> e = ratio_of_ratios(np.log([0.67, 0.88]), [0.1929, 0.1070])
    >>> e.point.round(2), e.low.round(2), e.high.round(2)
    (array([0.76]), array([0.49]), array([1.17]))
    """
    logs, errors = _paired(log_ratio, standard_error)
    if len(logs) != 2:
        raise InvalidCounts(f"{len(logs)} estimates are given; two are compared.")
    return log_normal_interval(logs[:1] - logs[1:], np.sqrt((errors**2).sum(keepdims=True)), level)


def cochran_q(log_ratio: ArrayLike, standard_error: ArrayLike) -> Tested:
    """χ² of Cochran that several estimates share one value; shape (1,), their number − 1 degrees of freedom.

    Σ w (θ − θ̄)², w = 1/SE², θ̄ the mean weighted by w. Of two estimates it is the square of the difference over its
    standard error. NaN where one is not estimable, or fewer than two are given.
    Cochran 1954, doi:10.2307/3001666.

    >>> tested = cochran_q(np.log([0.67, 0.88]), [0.1929, 0.1070])
    >>> np.sqrt(tested.value).round(2), tested.p_value.round(1)
    (array([1.24]), array([0.2]))
    """
    logs, errors = _paired(log_ratio, standard_error)
    if len(logs) < 2:
        return Tested(np.array([np.nan]), np.array([np.nan]))
    weight = 1 / errors**2
    mean = (weight * logs).sum() / weight.sum()
    value = np.array([(weight * (logs - mean) ** 2).sum()])
    tail: Floats = chdtrc(float(len(logs) - 1), value)
    return Tested(value, tail)


def exceeds_by_chance(counts: Counts) -> Floats:
    """One-sided mid-P value of each table: the chance of more cases with both, plus half that of as many.

    Shape (subgroups,), under independence with the margins fixed; NaN where a margin is 0.
    Lancaster 1961, doi:10.1080/01621459.1961.10482105.

    >>> exceeds_by_chance(Counts.of(a=[3], b=[1], c=[1], d=[3])).round(6)
    array([0.128571])
    """
    a, product, reaction, total = counts.a, counts.with_product, counts.with_reaction, counts.total
    margins = (total, reaction, product)
    found: Floats = hypergeom.sf(a, *margins) + 0.5 * hypergeom.pmf(a, *margins)
    empty = np.minimum.reduce([product, reaction, total - product, total - reaction]) == 0
    return np.where(empty, np.nan, np.minimum(found, 1))


def bonferroni(p_values: ArrayLike) -> Floats:
    """P-values multiplied by how many there are, at most 1; NaN is not counted and stays NaN.

    >>> bonferroni([0.01, 0.6, np.nan])
    array([0.02, 1.  ,  nan])
    """
    values = np.asarray(p_values, dtype=np.float64)
    return np.minimum(values * np.count_nonzero(~np.isnan(values)), 1)


def _paired(log_ratio: ArrayLike, standard_error: ArrayLike) -> tuple[Floats, Floats]:
    logs, errors = (np.atleast_1d(np.asarray(each, dtype=np.float64)) for each in (log_ratio, standard_error))
    if logs.shape != errors.shape or logs.ndim != 1:
        raise InvalidCounts(f"log_ratio has shape {logs.shape} and standard_error {errors.shape}; they must agree.")
    return logs, errors
