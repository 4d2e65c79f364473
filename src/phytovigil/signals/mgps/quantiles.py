"""Quantiles of mixtures of two gamma distributions, each solved on its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincc, gammainccinv, gammaincinv, gammaln

from phytovigil.schema.counts import Floats
from phytovigil.signals.mgps.negative_binomial import LARGE, log_gamma_remainder

TOLERANCE = 2e-14
"""Relative width of a bracket at which a quantile counts as found."""

SMALL = 1e-8
"""After a step of Newton's method this small, the error is of the size of its square."""

LEAST = 1e-300
"""Quantiles below this are given as 0."""

MOST = 200
"""Steps; halving alone needs fewer."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """share · Gamma(shapes[0], rates[0]) + rest · Gamma(shapes[1], rates[1]); arrays of shape (pairs,).

    share and rest add to 1; both are kept because either may be tiny.
    """

    share: Floats
    rest: Floats
    shapes: tuple[Floats, Floats]
    rates: tuple[Floats, Floats]

    def at(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> Mixture:
        """Some of the mixtures."""
        shapes, rates = self.shapes, self.rates
        return Mixture(
            self.share[chosen],
            self.rest[chosen],
            (shapes[0][chosen], shapes[1][chosen]),
            (rates[0][chosen], rates[1][chosen]),
        )


def mixture_quantile(mixture: Mixture, probability: float) -> Floats:
    """The point below which `probability` of each mixture lies; shape (pairs,).

    Bracketed by the quantiles of the two components, then Newton's method in log x, which halves the bracket where a
    step would leave it. Above 1/2 the upper tail is matched, so that a small tail keeps its digits.
    """
    upper = probability > 0.5
    tail = 1 - probability if upper else probability
    invert = gammainccinv if upper else gammaincinv
    ends = [_of_distinct(invert, shape, tail) / rate for shape, rate in zip(mixture.shapes, mixture.rates, strict=True)]
    logs = [np.log(np.maximum(end, LEAST)) for end in ends]
    low, high = np.minimum(*logs), np.maximum(*logs)
    found = mixture.share * logs[0] + mixture.rest * logs[1]
    open_ones = np.flatnonzero(high - low > TOLERANCE)
    place, some = found[open_ones], mixture.at(open_ones)
    low, high = low[open_ones], high[open_ones]
    for _ in range(MOST):
        if not open_ones.size:
            break
        place, low, high, moved = _narrow(some, place, low, high, tail, upper)
        found[open_ones] = place
        going = (moved > SMALL) & (high - low > TOLERANCE)
        open_ones, place, low, high = open_ones[going], place[going], low[going], high[going]
        some = some.at(going)
    quantile: Floats = np.exp(found)
    return np.where(quantile <= 2 * LEAST, 0.0, quantile)


def _of_distinct(invert: Callable[[Floats, float], Floats], shape: Floats, tail: float) -> Floats:
    """Quantiles of gammas of rate 1: they depend on the shape alone, and shapes repeat."""
    values, place = np.unique(shape, return_inverse=True)
    found: Floats = invert(values, tail)[place]
    return found


def _narrow(
    mixture: Mixture, place: Floats, low: Floats, high: Floats, tail: float, upper: bool
) -> tuple[Floats, Floats, Floats, Floats]:
    """One step: the next place, the narrower bracket, and how far Newton's method moved; infinite where it halved."""
    point = np.exp(place)
    parts = [rate * point for rate in mixture.rates]
    chance = gammaincc if upper else gammainc
    reached = mixture.share * chance(mixture.shapes[0], parts[0]) + mixture.rest * chance(mixture.shapes[1], parts[1])
    beyond = reached < tail if upper else reached > tail
    high, low = np.where(beyond, place, high), np.where(beyond, low, place)
    slope = mixture.share * _density(mixture.shapes[0], parts[0])
    slope += mixture.rest * _density(mixture.shapes[1], parts[1])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        # log of the chance reached is nearly straight in log x where the chance itself bends.
        step = np.log(reached / tail) * reached / slope
    following = place + step if upper else place - step
    inside = (following > low) & (following < high)
    moved = np.where(inside, np.abs(step), np.inf)
    following = np.where(inside, following, (low + high) / 2)
    exact = reached == tail
    return np.where(exact, place, following), low, high, np.where(exact, 0.0, moved)


def _density(shape: Floats, part: Floats) -> Floats:
    """Density of log x, x times that of a gamma at x, of which `part` is rate · x."""
    large = np.maximum(shape, LARGE)
    with np.errstate(divide="ignore"):
        excess = part / large
        series = large * (np.log(excess) - (excess - 1)) + 0.5 * np.log(large / (2 * np.pi))
        series -= log_gamma_remainder(large)
        directly = shape * np.log(part) - part - gammaln(shape)
    density: Floats = np.exp(np.where(shape < LARGE, directly, series))
    return density
