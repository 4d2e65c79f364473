"""What the prior and the counts of a pair together say about its ratio λ: a mixture of two gamma distributions."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, expit

from phytovigil.errors import InvalidCounts, InvalidRequest
from phytovigil.schema.counts import Floats
from phytovigil.signals.mgps.negative_binomial import log_coefficient
from phytovigil.signals.mgps.prior import Prior
from phytovigil.signals.mgps.quantiles import Mixture, mixture_quantile
from phytovigil.signals.mgps.squashing import Squashed
from phytovigil.signals.mgps.tables import Table, make_table

BLOCK = 1 << 18
"""Pairs worked on at a time, so that memory stays bounded."""


def posterior_mixing(prior: Prior, observed: ArrayLike, expected: ArrayLike) -> Floats:
    """Qn: the chance that λ of a pair comes from component 1, given its counts; shape (pairs,).

    P f1(n) / [P f1(n) + (1 − P) f2(n)] with the negative binomials f1, f2. NaN where expected is 0.
    Raises InvalidCounts for counts that are negative, not finite, or fractional, or shapes that differ.
    DuMouchel 1999, equation 6, doi:10.1080/00031305.1999.10474456.

    >>> posterior_mixing(Prior.of(3.25379064, 0.39988801, 2.02613219, 1.90808279, 0.06534557), [1], [0.0360548272])
    array([0.28197358])
    """

    def mixing(counts: Floats, means: Floats) -> Floats:
        share: Floats = expit(_log_odds(prior, *_distinct(counts), counts, means))
        return share

    return _in_blocks(mixing, observed, expected)


def ebgm(prior: Prior, observed: ArrayLike, expected: ArrayLike) -> Floats:
    """Empirical Bayes geometric mean of λ of each pair, e to the posterior mean of log λ; shape (pairs,), null 1.

    exp{Qn [ψ(α1+n) − log(β1+E)] + (1 − Qn) [ψ(α2+n) − log(β2+E)]}. NaN and errors as in `posterior_mixing`.
    DuMouchel 1999, equations 9 to 11, doi:10.1080/00031305.1999.10474456.

    >>> ebgm(Prior.of(3.25379064, 0.39988801, 2.02613219, 1.90808279, 0.06534557), [1, 16], [0.0360548272, 0.40643623])
    array([ 2.22668731, 23.26111971])
    """

    def mean(counts: Floats, means: Floats) -> Floats:
        values, place = _distinct(counts)
        share = expit(_log_odds(prior, values, place, counts, means))
        first = digamma(prior.alpha1 + values)[place] - np.log(prior.beta1 + means)
        second = digamma(prior.alpha2 + values)[place] - np.log(prior.beta2 + means)
        found: Floats = np.exp(share * first + (1 - share) * second)
        return found

    return _in_blocks(mean, observed, expected)


def posterior_quantile(prior: Prior, observed: ArrayLike, expected: ArrayLike, probability: float) -> Floats:
    """The quantile of the posterior of λ of each pair, EB05 for probability 0.05; shape (pairs,).

    Many pairs that share an observed count are interpolated in log E between solved points, after a check against the
    solver (see tables.py); the others are solved. NaN and errors as in `posterior_mixing`; InvalidRequest for a
    probability that is not between 0 and 1.

    >>> fit = Prior.of(3.25379064, 0.39988801, 2.02613219, 1.90808279, 0.06534557)
    >>> posterior_quantile(fit, [1, 16], [0.0360548272, 0.40643623], 0.05).round(3)
    array([ 0.491, 15.686])
    """
    counts, means = check_pairs(observed, expected)
    known = means > 0
    cells = Squashed(counts[known], means[known], np.ones(int(known.sum())))
    return Posterior(prior, cells).quantile(counts, means, probability)


def solved_quantile(prior: Prior, observed: ArrayLike, expected: ArrayLike, probability: float) -> Floats:
    """As `posterior_quantile`, every pair solved on its own: slower, and what the faster way is checked against."""
    _check_probability(probability)
    return _in_blocks(_solver(prior, probability), observed, expected)


class Posterior:
    """The posteriors of many pairs under one prior. Its tables are made once and serve any number of blocks of pairs.

    cells : pairs that are like those to be asked about, such as those learned from.
    """

    def __init__(self, prior: Prior, cells: Squashed) -> None:
        self.prior, self.cells = prior, cells
        self._tables: dict[float, Table | None] = {}
        self._making = Lock()

    def quantile(self, observed: ArrayLike, expected: ArrayLike, probability: float) -> Floats:
        """See `posterior_quantile`."""
        _check_probability(probability)
        solve, table = _solver(self.prior, probability), self._table(probability)
        if table is None:
            return _in_blocks(solve, observed, expected)
        return _in_blocks(lambda counts, means: table.quantile(solve, counts, means), observed, expected)

    def _table(self, probability: float) -> Table | None:
        with self._making:  # blocks of pairs may be worked on side by side
            if probability not in self._tables:
                self._tables[probability] = make_table(_solver(self.prior, probability), self.cells)
            return self._tables[probability]


def _check_probability(probability: float) -> None:
    if not 0 < probability < 1:
        raise InvalidRequest(f"probability is {probability}; it lies between 0 and 1.")


def _solver(prior: Prior, probability: float) -> Callable[[Floats, Floats], Floats]:
    def solve(counts: Floats, means: Floats) -> Floats:
        log_odds = _log_odds(prior, *_distinct(counts), counts, means)
        posterior = Mixture(
            share=expit(log_odds),
            rest=expit(-log_odds),
            shapes=(prior.alpha1 + counts, prior.alpha2 + counts),
            rates=(prior.beta1 + means, prior.beta2 + means),
        )
        return mixture_quantile(posterior, probability)

    return solve


def _distinct(counts: Floats) -> tuple[Floats, NDArray[np.intp]]:
    values, place = np.unique(counts, return_inverse=True)
    return values, place


def _log_odds(prior: Prior, values: Floats, place: NDArray[np.intp], counts: Floats, means: Floats) -> Floats:
    """Logarithm of Qn / (1 − Qn). Terms that both components share, n log E and n!, are left out."""
    step = log_coefficient(prior.alpha1, values) - log_coefficient(prior.alpha2, values)
    odds = prior.log_odds + step[place]
    odds -= prior.alpha1 * np.log1p(means / prior.beta1)
    odds += prior.alpha2 * np.log1p(means / prior.beta2)
    ratio = (prior.beta2 - prior.beta1) / (prior.beta1 + means)
    found: Floats = odds + counts * np.log1p(ratio)
    return found


def _in_blocks(work: Callable[[Floats, Floats], Floats], observed: ArrayLike, expected: ArrayLike) -> Floats:
    """The work done on some pairs at a time; NaN where none are expected."""
    counts, means = check_pairs(observed, expected)
    found = np.full(counts.shape, np.nan)
    for start in range(0, counts.size, BLOCK):
        part = slice(start, start + BLOCK)
        known = means[part] > 0
        found[part][known] = work(counts[part][known], means[part][known])
    return found


def check_pairs(observed: ArrayLike, expected: ArrayLike) -> tuple[Floats, Floats]:
    """Both as arrays of shape (pairs,); raises InvalidCounts for what cannot be counts."""
    counts = np.atleast_1d(np.asarray(observed, dtype=np.float64))
    means = np.atleast_1d(np.asarray(expected, dtype=np.float64))
    if counts.shape != means.shape or counts.ndim != 1:
        raise InvalidCounts(f"observed has shape {counts.shape} and expected {means.shape}; one (pairs,) is needed.")
    for name, values in (("observed", counts), ("expected", means)):
        if values.size and not (values.min() >= 0 and np.isfinite(values.max())):
            raise InvalidCounts(f"{name} holds a value that is negative or not a finite number.")
    if (counts != np.floor(counts)).any():
        raise InvalidCounts("observed holds a count that is not whole.")
    return counts, means
