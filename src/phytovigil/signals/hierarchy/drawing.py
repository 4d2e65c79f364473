"""Random draws of as many cases as name the product, within strata: what chance alone would give."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phytovigil.errors import InvalidCounts
from phytovigil.schema.counts import Floats

Positions = NDArray[np.int64]


class CaseDraws:
    """Draws of cases without replacement, as many from each stratum as truly name the product there.

    exposed : booleans, shape (cases,): whether each case names the product.
    strata : whole numbers, shape (cases,): the stratum of each case; None where there is but one.
    Raises InvalidCounts where the shapes differ.
    """

    def __init__(self, exposed: ArrayLike, strata: ArrayLike | None = None) -> None:
        self.exposed: NDArray[np.bool_] = np.asarray(exposed, dtype=bool)
        given = np.zeros(self.exposed.shape, dtype=np.int64) if strata is None else np.asarray(strata)
        if self.exposed.ndim != 1 or given.shape != self.exposed.shape:
            raise InvalidCounts("exposed and strata need one value for each case.")
        _, self._stratum = np.unique(given, return_inverse=True)
        self._order: Positions = np.argsort(self._stratum, kind="stable").astype(np.int64)
        self._sizes = np.bincount(self._stratum)
        self._chosen = np.bincount(self._stratum[self.exposed], minlength=len(self._sizes))

    @property
    def drawn(self) -> int:
        """Cases in each draw: those that name the product."""
        return int(self._chosen.sum())

    @property
    def shares(self) -> Floats:
        """How often each case is drawn, shape (cases,): the share of its stratum that names the product."""
        share: Floats = (self._chosen / np.maximum(self._sizes, 1))[self._stratum]
        return share

    def draw(self, generator: np.random.Generator, replicates: int) -> Positions:
        """Positions of the cases of each draw, shape (replicates, drawn); every set of cases is equally likely."""
        parts, start = [np.empty((replicates, 0), dtype=np.int64)], 0
        for size, chosen in zip(self._sizes.tolist(), self._chosen.tolist(), strict=True):
            if chosen:
                parts.append(self._order[start + draw_distinct(generator, size, chosen, replicates)])
            start += size
        return np.concatenate(parts, axis=1)


def draw_distinct(generator: np.random.Generator, size: int, chosen: int, replicates: int) -> Positions:
    """Sets of `chosen` different numbers below `size`, shape (replicates, chosen), each set equally likely.

    >>> draw_distinct(np.random.default_rng(1), 3, 3, 2).sum(axis=1)
    array([3, 3])
    """
    if chosen * chosen > size:
        rows = [generator.choice(size, chosen, replace=False, shuffle=False) for _ in range(replicates)]
        return np.array(rows, dtype=np.int64).reshape(replicates, chosen)
    # A repeat is then unlikely enough to draw the whole row again, which keeps every set equally likely.
    drawn = generator.integers(size, size=(replicates, chosen))
    again = np.flatnonzero(_has_repeat(drawn))
    while again.size:
        drawn[again] = generator.integers(size, size=(again.size, chosen))
        again = again[_has_repeat(drawn[again])]
    return drawn


def _has_repeat(drawn: Positions) -> NDArray[np.bool_]:
    ordered = np.sort(drawn, axis=1)
    repeats: NDArray[np.bool_] = (ordered[:, 1:] == ordered[:, :-1]).any(axis=1)
    return repeats
