"""The exact chances that a Poisson count, looked at again and again, reaches a boundary for the first time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.signal import fftconvolve
from scipy.special import gammaln

from phytovigil.errors import InvalidCounts
from phytovigil.schema.counts import Floats

NEGLIGIBLE = 1e-18
"""Chance of a count so low that it is dropped; the dropped can only have been far from the boundary."""

SMALL = 2**20
"""Products below which adding up directly is faster than by Fourier transforms."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Chances of the cumulative count, in so far as no boundary was reached: of lowest, lowest + 1 and so on."""

    lowest: int
    chances: Floats

    @classmethod
    def start(cls) -> Walk:
        """Before anything is expected: surely 0 cases."""
        return cls(0, np.ones(1))

    def expect(self, increment: float) -> Walk:
        """The walk after `increment` more expected cases."""
        if increment == 0 or not self.chances.size:
            return self
        first, weights = poisson_chances(increment)
        small = len(self.chances) * len(weights) < SMALL
        chances = np.maximum((np.convolve if small else fftconvolve)(self.chances, weights), 0.0)
        kept = int(np.argmax(chances > NEGLIGIBLE))
        return Walk(self.lowest + first + kept, chances[kept:])

    def reach(self, needed: float) -> float:
        """The chance of a count of at least `needed`."""
        return float(self.chances[self._place(needed) :].sum())

    def stop_at(self, needed: float) -> Walk:
        """The walk of counts below `needed`."""
        return Walk(self.lowest, self.chances[: self._place(needed)])

    def least_needed(self, chance: float) -> int:
        """The smallest count that is reached with at most this chance."""
        tails = np.append(np.cumsum(self.chances[::-1])[::-1], 0.0)
        return self.lowest + int(np.argmax(tails <= max(chance, 0.0)))

    def _place(self, needed: float) -> int:
        return int(min(max(needed - self.lowest, 0), len(self.chances)))


def poisson_chances(expected: float) -> tuple[int, Floats]:
    """The counts that matter where `expected` are expected: the first of them, and the chance of each.

    What lies outside has a chance below 1e-20 (Chernoff's bound).
    """
    reach = 10 * np.sqrt(expected) + 40
    first = max(0, int(expected - reach))
    counts = np.arange(first, int(expected + reach) + 1)
    return first, np.exp(counts * np.log(expected) - expected - gammaln(counts + 1.0))


def crossing_chances(expected: ArrayLike, needed: ArrayLike) -> Floats:
    """The chance that the boundary is reached for the first time at each look; shape (looks,).

    expected : cumulative cases expected at each look, not falling. needed : cumulative cases that cross the boundary
        there; infinite where the look cannot cross.
    Exact for a Poisson process, up to rounding (about 1e-14). Raises InvalidCounts for values that cannot be.

    >>> crossing_chances([1.0, 2.0], [3, 4]).round(6)
    array([0.080301, 0.085131])
    """
    looks, bounds = checked_looks(expected), np.asarray(needed, dtype=np.float64)
    if looks.shape != bounds.shape:
        raise InvalidCounts(f"expected has shape {looks.shape} and needed {bounds.shape}; they must agree.")
    return np.fromiter(_cross(np.diff(looks, prepend=0.0), bounds.tolist()), np.float64, looks.size)


def _cross(increments: Iterable[float], needed: Sequence[float]) -> Iterator[float]:
    walk = Walk.start()
    for increment, bound in zip(increments, needed, strict=True):
        walk = walk.expect(float(increment))
        yield walk.reach(bound)
        walk = walk.stop_at(bound)


def checked_looks(expected: ArrayLike) -> Floats:
    """Cumulative expected cases, checked: finite, not negative and not falling."""
    looks = np.atleast_1d(np.asarray(expected, dtype=np.float64))
    if looks.ndim != 1 or not (np.isfinite(looks) & (looks >= 0)).all():
        raise InvalidCounts("expected holds a value that is negative or not a finite number.")
    if (np.diff(looks) < 0).any():
        raise InvalidCounts("expected falls from one look to the next; it is cumulative.")
    return looks
