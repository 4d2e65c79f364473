"""How far a count lies from its expectation, without the cancellation that large counts would bring."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from phytovigil.schema.counts import Counts, Floats

SMALL = 16
"""Counts below it have the rest of Stirling's formula from a table; for others five terms of the series do."""


def deviance_term(excess: Floats, expected: Floats) -> Floats:
    """The part x ln(x / E) − (x − E) of a count x = E + excess, never negative; shape of the arguments, no unit.

    Taken from the excess, which is often small beside both numbers. E itself where x = 0; 0 where E = 0.

    >>> deviance_term(np.array([1.0, -2.0]), np.array([2.0, 2.0])).round(6)
    array([0.216395, 2.      ])
    """
    safe = np.where(expected > 0, expected, 1.0)
    share = np.maximum(excess / safe, -1.0)
    gained = np.zeros_like(share)
    np.log1p(share, out=gained, where=share > -1)
    term: Floats = np.where(expected > 0, safe * ((1 + share) * gained - share), 0.0)
    return np.maximum(term, 0)


def log_factorial_rest(count: Floats) -> Floats:
    """Logarithm of n! less n ln n − n: half of ln(2πn) and Stirling's series; 0 for n = 0. Good to 3e-15.

    >>> log_factorial_rest(np.array([0.0, 1.0, 100.0])).round(6)
    array([0.      , 1.      , 3.222357])
    """
    large = np.maximum(count, SMALL)
    inverse = 1 / large**2
    series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / large
    rest = 0.5 * np.log(2 * np.pi * large) + series
    few = count < SMALL
    rest[few] = _TABLE[count[few].astype(np.intp)]
    return rest


def _small_rests() -> Floats:
    n = np.arange(SMALL, dtype=np.float64)
    rest: Floats = gammaln(n + 1) - (n * np.log(np.maximum(n, 1)) - n)
    return rest


_TABLE = _small_rests()


def log_table_probability(counts: Counts) -> Floats:
    """Logarithm of the probability of each table, given its margins, if product and reaction are independent.

    Shape (pairs,); 0 where only one table is possible. The factorials of the hypergeometric distribution are split
    into the deviance of the table and the rests of Stirling's formula, so that nothing of the size of N ln N is
    subtracted (the idea of Loader 2000 for the binomial distribution).

    >>> np.exp(log_table_probability(Counts.of(a=[3], b=[1], c=[1], d=[3]))).round(6)
    array([0.228571])
    """
    total = np.maximum(counts.total, 1)
    product, reaction = counts.with_product, counts.with_reaction
    others, without = counts.c + counts.d, counts.b + counts.d
    excess = (counts.a * counts.d - counts.b * counts.c) / total
    cells = (
        (counts.a, product, reaction, 1),
        (counts.b, product, without, -1),
        (counts.c, others, reaction, -1),
        (counts.d, others, without, 1),
    )
    found = -log_factorial_rest(counts.total)
    for margin in (product, reaction, others, without):
        found += log_factorial_rest(margin)
    for cell, row, column, sign in cells:
        found -= log_factorial_rest(cell) + deviance_term(sign * excess, row * (column / total))
    return np.minimum(found, 0)
