"""Data squashing: cells of a table of counts that are nearly alike become one point with a weight.

The likelihood of a prior needs of each cell only its observed and expected count. Within one observed count it is
smooth in log E, so cells of nearly the same E can share a point at their mean E.
DuMouchel, Pregibon 2001, doi:10.1145/502512.502526.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phytovigil.errors import InvalidCounts, InvalidRequest
from phytovigil.schema.counts import Floats

BIN_RATIO = 1.01
"""Expected counts within one per cent of each other share a point."""


@dataclass(frozen=True, slots=True)
class Squashed:
    """Points that stand for cells: observed count, mean expected count and number of cells; each of shape (points,)."""

    observed: Floats
    expected: Floats
    weight: Floats

    @property
    def cells(self) -> float:
        """How many cells the points stand for."""
        return float(self.weight.sum())

    @property
    def points(self) -> int:
        """How many points there are."""
        return int(self.observed.size)


def as_cells(observed: ArrayLike, expected: ArrayLike, *, weight: ArrayLike | None = None) -> Squashed:
    """One point for each cell, checked. weight : cells that each stands for, 1 unless given.

    Raises InvalidCounts for negative, fractional or non-finite observed counts, for negative or non-finite expected
    counts, for weights that are not positive and for shapes that differ.
    """
    given = _flat("observed", observed), _flat("expected", expected)
    weights = np.ones_like(given[0]) if weight is None else _flat("weight", weight)
    if not given[0].shape == given[1].shape == weights.shape:
        raise InvalidCounts("observed, expected and weight differ in shape.")
    if (given[0] != np.floor(given[0])).any():
        raise InvalidCounts("observed holds a count that is not whole.")
    if (weights <= 0).any():
        raise InvalidCounts("weight holds a value that is not positive.")
    return Squashed(*given, weights)


def squash(
    observed: ArrayLike, expected: ArrayLike, *, weight: ArrayLike | None = None, bin_ratio: float = BIN_RATIO
) -> Squashed:
    """Squash cells whose observed count is the same and whose expected counts lie in one bin of a geometric grid.

    observed, expected, weight : arrays of shape (cells,). bin_ratio : upper over lower end of a bin, above 1.
    A bin of one cell stays as it is. A point keeps the mean expected count of its cells, so that the sums of cells, of
    observed and of expected counts are kept. Linear in the number of cells.
    Raises InvalidCounts as `as_cells` does, InvalidRequest for a bin_ratio that is not above 1.

    >>> squash([1, 1, 1, 2], [0.1, 0.1004, 3.0, 0.1]).weight
    array([2., 1., 1.])
    """
    if not bin_ratio > 1:
        raise InvalidRequest(f"bin_ratio is {bin_ratio}; it must be above 1.")
    cells = as_cells(observed, expected, weight=weight)
    if not cells.points:
        return cells
    return _gather(cells, _bins(cells, bin_ratio))


def merge(parts: Iterable[Squashed], *, bin_ratio: float = BIN_RATIO) -> Squashed:
    """Squash the points of several parts together: tens of millions of cells go through block by block.

    All parts must have been squashed with the same bin_ratio, whose grid then makes the result the same as that of
    squashing all cells at once.
    """
    whole = join(parts)
    return squash(whole.observed, whole.expected, weight=whole.weight, bin_ratio=bin_ratio)


def join(parts: Iterable[Squashed]) -> Squashed:
    """All points of several parts, one after the other."""
    held = [Squashed(*(np.zeros(0),) * 3), *parts]
    return Squashed(*(np.concatenate([getattr(part, name) for part in held]) for name in _COLUMNS))


_COLUMNS = ("observed", "expected", "weight")


def _flat(name: str, values: ArrayLike) -> Floats:
    array = np.atleast_1d(np.asarray(values, dtype=np.float64))
    if array.ndim != 1:
        raise InvalidCounts(f"{name} has shape {array.shape}; one (cells,) is needed.")
    # One pass each, without an array of flags: a minimum or a sum is NaN as soon as one value is.
    if array.size and not (array.min() >= 0 and np.isfinite(array.max())):
        raise InvalidCounts(f"{name} holds a value that is negative or not a finite number.")
    return array


def _bins(cells: Squashed, bin_ratio: float) -> NDArray[np.int64]:
    """A whole number for each cell that is the same for cells of one point."""
    tiniest = np.finfo(np.float64).tiny
    grid = np.floor(np.log(np.maximum(cells.expected, tiniest)) / log(bin_ratio)).astype(np.int64)
    low, span = int(grid.min()), int(grid.max() - grid.min()) + 1
    if span * (float(cells.observed.max()) + 1) < 2.0**62:
        return cells.observed.astype(np.int64) * span + (grid - low)
    _, rank = np.unique(cells.observed, return_inverse=True)
    return rank.astype(np.int64) * span + (grid - low)


def _gather(cells: Squashed, bins: NDArray[np.int64]) -> Squashed:
    """One point for each distinct bin, in increasing order of bins."""
    number = int(bins.max()) + 1
    if number <= 4 * bins.size + 1_000_000:
        # Few enough possible bins to count them all: no sort.
        weight = np.bincount(bins, cells.weight, number).astype(np.float64)
        held = np.flatnonzero(weight)
        sums = np.bincount(bins, cells.weight * cells.expected, number)[held]
        observed = np.zeros(number)
        observed[bins] = cells.observed
        return Squashed(observed[held], sums / weight[held], weight[held])
    _, first, point = np.unique(bins, return_index=True, return_inverse=True)
    weight = np.bincount(point, cells.weight).astype(np.float64)
    sums = np.bincount(point, cells.weight * cells.expected)
    return Squashed(cells.observed[first], sums / weight, weight)
