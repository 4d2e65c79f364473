"""Likelihood-ratio test of signals: pair by pair, and for the greatest of all reactions of one product."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from phytovigil.errors import InvalidCounts, InvalidRequest
from phytovigil.schema.counts import Counts, Floats
from phytovigil.signals.deviance import deviance_term
from phytovigil.signals.measure import Statistic, Tested

REPLICATES = 9_999
"""Simulated tables; with the observed one 10,000, so that p-values have four decimals."""

CELLS = 2**20
"""Counts simulated at once (8 MB), whatever the number of reactions and replicates."""

ROUNDING = 1e-9
"""Likelihood ratios that differ by less, in proportion, are equal: the same counts may round differently."""


def log_likelihood_ratio(observed: Floats, expected: Floats, size: Floats | float) -> Floats:
    """Log of how much likelier the best rate makes the count than the expected one; 0 where no more than expected.

    a ln(a/E) + (n − a) ln((n − a)/(n − E)) where a > E: the binomial likelihood of a among the n cases of the product,
    at a/n against E/n. Arrays that broadcast against each other; no unit.
    Huang, Zalkikar, Tiwari 2011, doi:10.1198/jasa.2011.ap10243.

    >>> log_likelihood_ratio(np.array([3.0, 1.0]), np.array([2.0, 2.0]), np.array([4.0, 4.0])).round(4)
    array([0.5232, 0.    ])
    """
    excess = np.maximum(observed - expected, 0)
    ratio: Floats = deviance_term(excess, expected) + deviance_term(-excess, size - expected)
    return ratio


def lrt(counts: Counts) -> Tested:
    """The log likelihood ratio of each pair and its one-sided p-value, ½ P(χ² > 2 ln LR); shape (pairs,).

    The p-value is 1 where no more cases were seen than expected. It is that of one pair looked at alone, and an
    approximation for large counts. NaN where a margin is 0. The cases expected are those of strata where asked for.
    Huang, Zalkikar, Tiwari 2011, doi:10.1198/jasa.2011.ap10243.

    >>> lrt(Counts.of(a=[1895], b=[1752], c=[1752], d=[1895])).p_value.round(8)
    array([0.00893672])
    """
    a, b, c, d = counts.a, counts.b, counts.c, counts.d
    possible = np.minimum.reduce([a + b, c + d, a + c, b + d]) > 0
    ratio = log_likelihood_ratio(a, counts.expected, counts.with_product)
    tail = np.where(a > counts.expected, ndtr(-np.sqrt(2 * ratio)), 1.0)
    return Tested(np.where(possible, ratio, np.nan), np.where(possible, tail, np.nan))


@dataclass(frozen=True, slots=True)
class GreatestRatio:
    """All reactions of one product tested together.

    log_likelihood_ratio, p_value : shape (reactions,); p_value is the share of replicates, the observed table among
        them, whose greatest ratio is at least as large. threshold : a reaction is significant at the level asked for
        where its ratio is above it.
    """

    log_likelihood_ratio: Floats
    p_value: Floats
    threshold: float


def lrt_simulated(
    observed: ArrayLike,
    with_reaction: ArrayLike,
    *,
    replicates: int = REPLICATES,
    seed: int = 0,
    level: float = 0.05,
) -> GreatestRatio:
    """Test every reaction of a product against the greatest likelihood ratio that chance alone would give.

    observed : for each reaction, how often it is reported with the product. with_reaction : how often with any
        product. Shape (reactions,), of all reactions that are reported, also those never seen with the product: both
        are counts of product–reaction pairs as in the paper, and their sums are the totals.
    Chance is simulated by dealing the product's pairs to the reactions in proportion to `with_reaction`. The chance
    that any reaction is called significant at `level`, if none is, is at most `level`. The same seed gives the same
    numbers. Cases that name several reactions deal them together, which the simulation does not: the p-values are
    then approximate, and too small where reactions go together.
    Not testable (NaN) where the product has no pairs.
    Raises InvalidCounts for counts that cannot be, or more with the product than with any; InvalidRequest for fewer
    than 1 replicate or a level that so few cannot reach.
    Huang, Zalkikar, Tiwari 2011, doi:10.1198/jasa.2011.ap10243.

    >>> found = lrt_simulated([9, 2, 1], [40, 300, 660], replicates=999)
    >>> found.log_likelihood_ratio.round(2), found.p_value
    (array([22.34,  0.  ,  0.  ]), array([0.001, 1.   , 1.   ]))
    """
    seen, margin = _checked_margins(observed, with_reaction)
    rank = int(np.floor(level * (replicates + 1)))
    if replicates < 1 or not 1 <= rank <= replicates:
        raise InvalidRequest(f"{replicates} replicates cannot tell a level of {level}.", "Ask for more, such as 9999.")
    size = seen.sum()
    if size == 0:
        unknown = np.full(seen.shape, np.nan)
        return GreatestRatio(unknown, unknown, float("nan"))
    share = margin / margin.sum()
    ratio = log_likelihood_ratio(seen, size * share, size)
    greatest = np.sort(np.concatenate(list(_greatest_by_chance(int(size), share, replicates, seed))))
    as_large = replicates - np.searchsorted(greatest, ratio * (1 - ROUNDING), side="left")
    p_value = np.where(ratio > 0, (1 + as_large) / (replicates + 1), 1.0)
    return GreatestRatio(ratio, p_value, float(greatest[replicates - rank] * (1 + ROUNDING)))


def _checked_margins(observed: ArrayLike, with_reaction: ArrayLike) -> tuple[Floats, Floats]:
    seen = np.atleast_1d(np.asarray(observed, dtype=np.float64))
    margin = np.atleast_1d(np.asarray(with_reaction, dtype=np.float64))
    Counts(seen, seen, margin, margin)  # checks them: whole, finite, not negative, of one shape
    if (seen > margin).any():
        raise InvalidCounts("A reaction is reported more often with the product than with any product.")
    return seen, margin


def _greatest_by_chance(size: int, share: Floats, replicates: int, seed: int) -> Iterator[Floats]:
    """The greatest ratio of each replicate, block by block."""
    generator = np.random.default_rng(seed)
    reported = share[share > 0]
    block = max(1, CELLS // len(reported))
    for start in range(0, replicates, block):
        dealt = generator.multinomial(size, reported, size=min(block, replicates - start))
        yield _greatest_of_rows(dealt, size, reported)


def _greatest_of_rows(dealt: NDArray[np.int64], size: int, share: Floats) -> Floats:
    """Only counts above what is expected have a ratio, and they are few."""
    expected = size * share
    row, column = np.nonzero(dealt > expected)
    greatest = np.zeros(len(dealt))
    found = log_likelihood_ratio(dealt[row, column].astype(np.float64), expected[column], float(size))
    np.maximum.at(greatest, row, found)
    return greatest


LRT = Statistic(
    name="lrt",
    title="Likelihood-ratio test",
    test=lrt,
    source="Huang, Zalkikar, Tiwari 2011, doi:10.1198/jasa.2011.ap10243",
    note="The value is ln LR, 0 where no more cases were seen than expected; approximate below about 5 expected.",
    alternative="greater",
)
