"""Log-likelihood ratios of a node of a tree: more cases in it than expected, against as many as expected.

All are 0 where the node holds no more cases than expected: only an excess counts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlogy

from phytovigil.errors import InvalidCounts
from phytovigil.schema.counts import Floats


def poisson_ratio(observed: ArrayLike, expected: ArrayLike) -> Floats:
    """Unconditional Poisson: c ln(c/E) − (c − E) where c > E, else 0.

    observed, expected : arrays of any one shape: c cases in each node, E expected. Returns the same shape, in nats.
    Infinite where a case is seen and none expected. Raises InvalidCounts for negative or non-finite values.
    Kulldorff, Fang, Walsh 2003, doi:10.1111/1541-0420.00039.

    >>> poisson_ratio([10, 4], [5.0, 5.0]).round(4)
    array([1.9315, 0.    ])
    """
    cases, mean = _checked(observed), _checked(expected)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = xlogy(cases, cases / mean) - (cases - mean)
    return np.where(cases > mean, ratio, 0.0)


def conditional_ratio(observed: ArrayLike, expected: ArrayLike, total: float) -> Floats:
    """Conditional Poisson: c ln(c/E) + (C − c) ln((C − c)/(C − E)) where c > E, else 0.

    observed, expected : as in `poisson_ratio`; total : C, the cases in the whole tree, to which E is scaled.
    It is the likelihood ratio of a binomial share of C that is E/C under the null.
    Raises InvalidCounts for negative or non-finite values, and for a node that holds more than `total`.
    Kulldorff, Fang, Walsh 2003, doi:10.1111/1541-0420.00039.

    >>> conditional_ratio([10, 20], [5.0, 5.0], 20).round(4)
    array([ 2.8768, 27.7259])
    """
    cases, mean = _checked(observed), _checked(expected)
    # Sums of many small parts may exceed the whole by rounding alone.
    if (cases > total).any() or (mean > total * (1 + 1e-9)).any():
        raise InvalidCounts(f"A node holds more cases, or expects more, than the {total:g} of the whole tree.")
    rest, other = total - cases, np.maximum(total - mean, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = xlogy(cases, cases / mean) + xlogy(rest, rest / other)
    return np.where(cases > mean, ratio, 0.0)


def bernoulli_ratio(observed: ArrayLike, total: ArrayLike, probability: float) -> Floats:
    """Unconditional Bernoulli: c ln(c/np) + (n − c) ln((n − c)/n(1 − p)) where c/n > p, else 0.

    observed, total : arrays of one shape: c exposed among the n cases of each node. probability : p, that a case is
        exposed under the null, between 0 and 1.
    Raises InvalidCounts for negative or non-finite values, c > n, or p outside 0 to 1.
    Kulldorff, Fang, Walsh 2003, doi:10.1111/1541-0420.00039.

    >>> bernoulli_ratio([122, 1], [791, 40], 1 / 11).round(6)
    array([16.187145,  0.      ])
    """
    if not 0 < probability < 1:
        raise InvalidCounts(f"The probability is {probability}; it lies between 0 and 1.")
    cases, all_cases = _checked(observed), _checked(total)
    if (cases > all_cases).any():
        raise InvalidCounts("A node holds more exposed cases than cases.")
    mean, rest = all_cases * probability, all_cases - cases
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = xlogy(cases, cases / mean) + xlogy(rest, rest / (all_cases - mean))
    return np.where(cases > mean, ratio, 0.0)


def _checked(values: ArrayLike) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if not (np.isfinite(array) & (array >= 0)).all():
        raise InvalidCounts("A count is negative or not a finite number.")
    return array
