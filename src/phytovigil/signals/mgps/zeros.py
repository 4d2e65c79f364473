"""Squashed cells of the pairs that no case names, from the margins alone.

A table of products by reactions is mostly zeros. For a fit that uses them, only how many have which expected count is
needed, and E = with_product · with_reaction / total depends on the two margins, of which few values differ.
"""

from __future__ import annotations

from math import floor, log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phytovigil.errors import InvalidCounts
from phytovigil.schema.counts import Floats
from phytovigil.signals.mgps.squashing import BIN_RATIO, Squashed, squash

MOST = 5_000
"""Distinct values of a margin that are kept apart; more are squashed, by less than a tenth of a bin."""


def zero_cells(
    with_product: ArrayLike,
    with_reaction: ArrayLike,
    total: float,
    observed: Squashed,
    *,
    bin_ratio: float = BIN_RATIO,
) -> Squashed:
    """The points of all pairs with no case: those of all products with all reactions, less those that were observed.

    with_product, with_reaction : cases that name each product, shape (products,), and each reaction, (reactions,).
    total : cases of the population. observed : the pairs with a case, squashed or not; expected counts must be those
        of the margins, not summed over strata. bin_ratio : as in `squash`.
    The number of cells is exact; a cell may lie in the bin beside its own. Never holds products × reactions.
    Raises InvalidCounts for margins that no cases can have, and where more pairs were observed than there are.

    >>> zeros = zero_cells([2, 1], [2, 1], 3, squash([1, 1], [4 / 3, 1 / 3]))
    >>> zeros.weight.sum(), (zeros.weight * zeros.expected).sum().round(6)
    (np.float64(2.0), np.float64(1.333333))
    """
    products, of_products = _margin("with_product", with_product, total)
    reactions, of_reactions = _margin("with_reaction", with_reaction, total)
    everywhere = of_products.sum() * of_reactions.sum()
    if observed.cells > everywhere:
        raise InvalidCounts(f"{observed.cells:.0f} pairs were observed of {everywhere:.0f} that there are.")
    if not everywhere:
        return squash([], [])
    width = log(bin_ratio)
    low = floor(log(products[0] * reactions[0] / total) / width)
    size = floor(log(products[-1] * reactions[-1] / total) / width) - low + 1
    weight, sums = np.zeros(size), np.zeros(size)
    for product, number in zip(products, of_products, strict=True):
        expected = product * reactions / total
        place = _places(expected, width, low, size)
        weight += np.bincount(place, number * of_reactions, size)
        sums += np.bincount(place, number * of_reactions * expected, size)
    place = _places(observed.expected, width, low, size)
    left = weight - np.bincount(place, observed.weight, size)
    left_sums = sums - np.bincount(place, observed.weight * observed.expected, size)
    return _as_points(left, left_sums, sums / np.maximum(weight, 1))


def _margin(name: str, values: ArrayLike, total: float) -> tuple[Floats, Floats]:
    """The distinct values of a margin in increasing order, few of them, and how many have each."""
    margin = np.atleast_1d(np.asarray(values, dtype=np.float64))
    if margin.ndim != 1 or not ((margin > 0) & (margin <= total)).all():
        raise InvalidCounts(f"{name} holds a value that is not above 0 and up to {total:g}.")
    distinct, number = np.unique(margin, return_counts=True)
    if distinct.size <= MOST:
        return distinct, number.astype(np.float64)
    few = squash(np.zeros(distinct.size), distinct, weight=number, bin_ratio=1.001)
    return few.expected, few.weight


def _places(expected: Floats, width: float, low: int, size: int) -> NDArray[np.intp]:
    """The bins of `squash`, counted from `low`; what lies outside goes to the bin at the end."""
    place = np.floor(np.log(np.maximum(expected, np.finfo(np.float64).tiny)) / width) - low
    found: NDArray[np.intp] = np.clip(place, 0, size - 1).astype(np.intp)
    return found


def _as_points(left: Floats, sums: Floats, usual: Floats) -> Squashed:
    """Points of the bins that hold cells. usual : the mean expected count of all pairs of a bin."""
    cells = _settle(_settle(left)[::-1])[::-1]
    untouched = (cells == left) & (left > 0)
    expected = np.where(untouched, sums / np.where(untouched, left, 1), usual)
    held = np.flatnonzero(cells > 0)
    return Squashed(np.zeros(held.size), expected[held], cells[held])


def _settle(left: Floats) -> Floats:
    """No bin below 0: what was taken from the wrong bin is taken from the next one that holds cells."""
    if (left >= 0).all():
        return left
    settled, debt = left.copy(), 0.0
    for index, held in enumerate(left):
        settled[index], debt = max(held - debt, 0.0), max(debt - held, 0.0)
    settled[-1] -= debt
    return settled
