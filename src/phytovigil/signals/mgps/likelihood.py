"""Log-likelihood of a mixture of two gamma priors, given cells of observed and expected counts, and its gradient.

Parameters travel as a vector x = (log α1, log β1, log α2, log β2, logit P): no bound there is a wall of the model.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, expit, log_expit

from phytovigil.errors import InvalidRequest
from phytovigil.schema.counts import Floats
from phytovigil.signals.mgps.negative_binomial import digamma_step, log_coefficient
from phytovigil.signals.mgps.squashing import Squashed

TRUNCATIONS = ("none", "mixture", "component")
"""none: every cell, zeros too. mixture: the mixture is divided by its own chance of a count that is looked at.
component: each of the two densities is divided by its own chance, so P is the share among the cells looked at."""

STEP, ROUGH_STEP = 1e-4, 1e-6
"""Steps of x in differences of the gradient: central, and forward."""

TERMS = 70
"""Counts that are summed over where fewer than one in two follows the one before."""

BLOCK = 1 << 14
"""Cells worked on at a time: their columns stay in the processor's cache."""

WORKERS = 2
"""Blocks worked on at once."""


@dataclass(frozen=True, slots=True)
class _Block:
    counts: Floats
    place: NDArray[np.intp]
    observed: Floats
    expected: Floats
    log_expected: Floats
    weight: Floats


@dataclass(slots=True)
class _Part:
    """One component in one block: log density, and its derivatives by log α and log β.

    log_tail and its derivatives : the same for the chance of a count that is looked at; 0 without truncation.
    """

    log_density: Floats
    by_shape: Floats
    by_rate: Floats
    log_tail: Floats
    tail_by_shape: Floats
    tail_by_rate: Floats


class Likelihood:
    """The log-likelihood of all cells as a function of x.

    cells : observed at least `least` unless truncation is "none"; expected above 0.
    truncation : one of TRUNCATIONS. least : the smallest count that is looked at, N*.
    DuMouchel 1999, doi:10.1080/00031305.1999.10474456; truncation of DuMouchel, Pregibon 2001,
    doi:10.1145/502512.502526.
    """

    def __init__(self, cells: Squashed, *, truncation: str = "mixture", least: int = 1) -> None:
        if truncation not in TRUNCATIONS:
            raise InvalidRequest(f"truncation is “{truncation}”; it can be {', '.join(TRUNCATIONS)}.")
        self.truncation, self.least = truncation, least
        self.cells = cells
        self._blocks = [
            _prepare(Squashed(*(column[start : start + BLOCK] for column in _columns(cells))))
            for start in range(0, cells.points, BLOCK)
        ]

    def value(self, x: Floats) -> float:
        """Log-likelihood at x."""
        return self.value_and_gradient(x)[0]

    def value_and_gradient(self, x: Floats) -> tuple[float, Floats]:
        """Log-likelihood at x and its gradient, shape (5,)."""
        value, gradient = 0.0, np.zeros(5)
        for added, slope in self._block_values(x):
            value += added
            gradient += slope
        return value, gradient

    def _block_values(self, x: Floats) -> Iterable[tuple[float, Floats]]:
        """Of each block in its turn; several are worked on side by side, since arithmetic on arrays shares no lock."""
        if len(self._blocks) == 1:
            return [self._block_value(x, self._blocks[0])]
        with ThreadPoolExecutor(WORKERS) as pool:
            return list(pool.map(lambda block: self._block_value(x, block), self._blocks))

    def hessian(self, x: Floats, gradient: Floats | None = None) -> Floats:
        """Second derivatives at x, shape (5, 5), by differences of the gradient.

        gradient : that at x, where it is known; then half the work gives four digits, enough to climb by.
        """
        step = STEP if gradient is None else ROUGH_STEP
        found = np.empty((5, 5))
        for index, move in enumerate(np.eye(5) * step):
            ahead = self.value_and_gradient(x + move)[1]
            behind = self.value_and_gradient(x - move)[1] if gradient is None else gradient
            found[index] = (ahead - behind) / (2 * step if gradient is None else step)
        return (found + found.T) / 2

    def _block_value(self, x: Floats, block: _Block) -> tuple[float, Floats]:
        first = self._part(float(x[0]), float(x[1]), block)
        second = self._part(float(x[2]), float(x[3]), block)
        log_share, log_rest = float(log_expit(x[4])), float(log_expit(-x[4]))
        log_mixture, mine = _mix(log_share + first.log_density, log_rest + second.log_density)
        gradient = [mine * first.by_shape, mine * first.by_rate]
        gradient += [(1 - mine) * second.by_shape, (1 - mine) * second.by_rate]
        if self.truncation == "mixture":
            log_tail, seen = _mix(log_share + first.log_tail, log_rest + second.log_tail)
            log_mixture -= log_tail
            gradient[0] -= seen * first.tail_by_shape
            gradient[1] -= seen * first.tail_by_rate
            gradient[2] -= (1 - seen) * second.tail_by_shape
            gradient[3] -= (1 - seen) * second.tail_by_rate
            gradient.append(mine - seen)
        else:
            gradient.append(mine - expit(x[4]))
        weight = block.weight
        # Not by a matrix product: the threads that a library starts for one take longer than these sums.
        slope = [float(np.einsum("i,i->", weight, column)) for column in gradient]
        return float(np.einsum("i,i->", weight, log_mixture)), np.array(slope)

    def _part(self, log_shape: float, log_rate: float, block: _Block) -> _Part:
        shape, rate = exp(log_shape), exp(log_rate)
        odds, log_share = _log_odds_and_share(block, rate, log_rate)
        share, rest = block.expected / (block.expected + rate), rate / (block.expected + rate)
        log_density = log_coefficient(shape, block.counts)[block.place]
        log_density += block.observed * log_share
        log_density -= shape * odds
        by_shape = shape * (digamma_step(shape, block.counts)[block.place] - odds)
        by_rate = shape * share - block.observed * rest
        if self.truncation == "none":
            return _Part(log_density, by_shape, by_rate, *(np.zeros(1),) * 3)
        tail = self._tail(shape, rate, odds, share, block)
        part = _Part(log_density, by_shape, by_rate, *tail)
        if self.truncation == "component":
            part.log_density -= part.log_tail
            part.by_shape -= part.tail_by_shape
            part.by_rate -= part.tail_by_rate
        return part

    def _tail(
        self, shape: float, rate: float, odds: Floats, share: Floats, block: _Block
    ) -> tuple[Floats, Floats, Floats]:
        """Log chance of a count of at least `least`, and its derivatives by log α and log β."""
        if self.least == 1:
            tail = -np.expm1(-shape * odds)
            odds_of_zero = (1 - tail) / tail
            return np.log(tail), odds_of_zero * shape * odds, -odds_of_zero * shape * share
        tail = betainc(self.least, shape, share)
        by_shape, by_rate = _left_out(shape, rate, odds, share, block, self.least)
        rare = np.flatnonzero((shape * block.expected < rate) & (block.expected < rate))
        by_shape[rare], by_rate[rare] = _seen(shape, odds[rare], share[rare], self.least)
        by_shape[rare] *= tail[rare]
        by_rate[rare] *= tail[rare]
        return np.log(tail), by_shape / tail, by_rate / tail


def _log_odds_and_share(block: _Block, rate: float, log_rate: float) -> tuple[Floats, Floats]:
    """The logarithms of (β+E)/β and of E/(β+E), neither of them as a difference of what is nearly equal."""
    ratio = block.expected / rate
    lesser = np.log1p(np.minimum(ratio, 1 / ratio))
    ahead = block.log_expected - log_rate
    return lesser + np.maximum(ahead, 0), -lesser + np.minimum(ahead, 0)


def _left_out(
    shape: float, rate: float, odds: Floats, share: Floats, block: _Block, least: int
) -> tuple[Floats, Floats]:
    """Derivatives of the chance of a count of at least `least`, from those of the counts below."""
    by_shape, by_rate = np.zeros_like(share), np.zeros_like(share)
    for count in range(least):
        left_out = np.array([float(count)])
        log_odds = block.log_expected - np.log(rate) - odds
        density = np.exp(log_coefficient(shape, left_out) + count * log_odds - shape * odds)
        by_shape -= density * shape * (digamma_step(shape, left_out) - odds)
        by_rate -= density * (shape * share - count * (1 - share))
    return by_shape, by_rate


def _seen(shape: float, odds: Floats, share: Floats, least: int) -> tuple[Floats, Floats]:
    """Derivatives of the log chance of a count of at least `least`, from those of the counts that are.

    For cells where such a count is rare: the way of `_left_out` would subtract there what is nearly equal.
    """
    density, whole = np.ones_like(share), np.zeros_like(share)
    by_shape, by_rate = np.zeros_like(share), np.zeros_like(share)
    for count in range(least, least + TERMS):
        whole += density
        by_shape += density * shape * (digamma_step(shape, np.array([float(count)])) - odds)
        by_rate += density * (shape * share - count * (1 - share))
        density = density * share * (shape + count) / (count + 1)
    return by_shape / whole, by_rate / whole


def _columns(cells: Squashed) -> tuple[Floats, Floats, Floats]:
    return cells.observed, cells.expected, cells.weight


def _prepare(cells: Squashed) -> _Block:
    counts, place = np.unique(cells.observed, return_inverse=True)
    return _Block(counts, place, cells.observed, cells.expected, np.log(cells.expected), cells.weight)


def _mix(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """log(e^first + e^second), and the share of the first in it."""
    ahead = first - second
    lesser = np.exp(-np.abs(ahead))
    total = 1 + lesser
    log_sum = np.maximum(first, second) + np.log1p(lesser)
    return log_sum, np.where(ahead > 0, 1 / total, lesser / total)
