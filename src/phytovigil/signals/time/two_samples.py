"""Two samples of whole days: do they differ, by how much, with ties counted as what they are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from phytovigil.errors import InvalidCounts, InvalidRequest
from phytovigil.schema.counts import Floats
from phytovigil.signals.interval import tail_probability

PERMUTATIONS = 1_999
"""Reshufflings behind a p-value; the smallest that can come out is 1 / 2,000."""

MOST_CELLS = 2_000_000
"""Cells of a block of reshuffled counts: memory stays at tens of megabytes."""

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a first sample differs from a second.

    ks : largest distance between the two empirical distribution functions (Kolmogorov-Smirnov), 0 to 1.
    delta : Cliff's delta, chance that a value of the first is larger minus chance that it is smaller, −1 to 1;
        with limits low and high, NaN where it is ±1 and has none.
    ks_p, delta_p : two-sided, by reshuffling; from 1 / (permutations + 1) to 1.
    """

    ks: float
    ks_p: float
    delta: float
    low: float
    high: float
    delta_p: float
    permutations: int


def compare_samples(
    first: ArrayLike, second: ArrayLike, *, seed: int, permutations: int = PERMUTATIONS, level: float = 0.95
) -> Comparison:
    """Compare two samples of values that may tie.

    first, second : shapes (n,) and (m,). seed : the same seed gives the same p-values.
    The p-values are those of the permutation test: labels are reshuffled among the pooled values, ties and all, since
    days tie and the usual Kolmogorov-Smirnov p-value assumes that nothing does.
    Raises InvalidCounts for an empty sample or a value that is not finite, InvalidRequest for a level outside 0 to 1.
    Kolmogorov-Smirnov for times to onset: Van Holle, Zeinoun, Bauchau, Verstraeten 2012, doi:10.1002/pds.3226.
    Cliff's delta: Cliff 1993, doi:10.1037/0033-2909.114.3.494; interval of Cliff 1996, Multivariate Behavioral
    Research 31:331, with the unbiased variance, as R's package effsize computes it.

    >>> found = compare_samples([10, 10, 20, 20, 20, 30, 30, 30, 40, 50], [10, 20, 30, 40, 40, 50], seed=1)
    >>> round(found.ks, 3), found.delta, round(found.low, 7), round(found.high, 7)
    (0.3, -0.25, -0.7265846, 0.3890062)
    """
    one, other = checked(first), checked(second)
    values = np.unique(np.concatenate([one, other]))
    ones, others = tally(one, values), tally(other, values)
    if permutations < 1:
        raise InvalidRequest(f"{permutations} reshufflings give no p-value; at least 1 is needed.")
    distance, dominance = statistics(ones[None, :], ones + others)
    beyond_distance = beyond_dominance = 0
    for shuffled in reshuffle(ones, others, permutations, seed):
        distances, dominances = statistics(shuffled, ones + others)
        beyond_distance += int((distances >= distance[0]).sum())
        beyond_dominance += int((np.abs(dominances) >= abs(dominance[0])).sum())
    pairs = one.size * other.size
    low, high = delta_limits(ones, others, level)
    return Comparison(
        ks=float(distance[0]) / pairs,
        ks_p=(beyond_distance + 1) / (permutations + 1),
        delta=float(dominance[0]) / pairs,
        low=low,
        high=high,
        delta_p=(beyond_dominance + 1) / (permutations + 1),
        permutations=permutations,
    )


def checked(values: ArrayLike) -> Floats:
    """A sample as an array; refused where it is empty or holds what is not a number."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or not array.size or not np.isfinite(array).all():
        raise InvalidCounts("a sample is empty, not one-dimensional, or holds a value that is not a finite number.")
    return array


def tally(sample: Floats, values: Floats) -> Integers:
    """How often each value occurs in a sample; shape (values,)."""
    return np.bincount(np.searchsorted(values, sample), minlength=values.size).astype(np.int64)


def reshuffle(ones: Integers, others: Integers, permutations: int, seed: int) -> list[Integers]:
    """Counts of the first sample's values when labels are reshuffled, in blocks of shape (some, values)."""
    generator = np.random.default_rng(seed)
    rows = max(1, MOST_CELLS // ones.size)
    sizes = [min(rows, permutations - start) for start in range(0, permutations, rows)]
    pooled, drawn = ones + others, int(ones.sum())
    return [generator.multivariate_hypergeometric(pooled, drawn, size=size, method="marginals") for size in sizes]


def statistics(ones: Integers, pooled: Integers) -> tuple[Integers, Integers]:
    """Kolmogorov-Smirnov distance and dominance of many first samples, both times n·m so that they are whole.

    ones : shape (samples, values). Whole numbers tie exactly: no reshuffling is missed by rounding.
    """
    number = int(ones[0].sum())
    total = int(pooled.sum())
    up_to = np.cumsum(ones, axis=1)
    everywhere = np.cumsum(pooled)
    distances = np.abs(up_to * total - everywhere * number).max(axis=1)
    others = pooled - ones
    others_up_to = everywhere - up_to
    # A first value beats the others below it and loses to those above; equal ones count for neither.
    larger = (ones * (others_up_to - others)).sum(axis=1)
    smaller = (ones * ((total - number) - others_up_to)).sum(axis=1)
    return distances, larger - smaller


def delta_limits(ones: Integers, others: Integers, level: float) -> tuple[float, float]:
    """Limits of Cliff's delta by its unbiased variance and Student's t with n + m − 2 degrees of freedom."""
    n, m = int(ones.sum()), int(others.sum())
    quantile = -float(stdtrit(max(n + m - 2, 1), tail_probability(level)))
    if n < 2 or m < 2:
        return math.nan, math.nan
    of_ones = dominances(others) / m
    of_others = -dominances(ones) / n
    delta = float((ones * of_ones).sum()) / n
    between_ones = float((ones * (of_ones - delta) ** 2).sum())
    between_others = float((others * (of_others - delta) ** 2).sum())
    untied = n * m - float((ones * others).sum())
    overall = untied - n * m * delta**2
    variance = (m**2 * between_ones + n**2 * between_others - overall) / (n * m * (n - 1) * (m - 1))
    width = 1 - delta**2 + quantile**2 * variance
    if variance <= 0 or width <= 0:
        return math.nan, math.nan
    reach = quantile * math.sqrt(variance * ((1 - delta**2) ** 2 + quantile**2 * variance))
    return (delta - delta**3 - reach) / width, (delta - delta**3 + reach) / width


def dominances(others: Integers) -> Floats:
    """For each value, how many of the others are smaller minus how many are larger."""
    up_to = np.cumsum(others)
    found: Floats = ((up_to - others) - (up_to[-1] - up_to)).astype(np.float64)
    return found
