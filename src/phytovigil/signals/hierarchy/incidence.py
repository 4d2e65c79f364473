"""Which case is in which node: sparse tables of zeros and ones, made of pairs of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from phytovigil.errors import InvalidCounts

Incidence = Any
"""A scipy.sparse.csr_array of int8 zeros and ones."""


def join_blocks(blocks: Iterable[Mapping[str, ArrayLike]], names: Sequence[str]) -> dict[str, NDArray[np.int64]]:
    """Columns of whole numbers that come in blocks, each as one array.

    >>> join_blocks([{"place": [0, 1]}, {"place": [2]}], ["place"])
    {'place': array([0, 1, 2])}
    """
    held = list(blocks)
    empty = np.empty(0, dtype=np.int64)
    return {name: np.concatenate([empty, *(np.asarray(block[name], np.int64) for block in held)]) for name in names}


def incidence(rows: ArrayLike, columns: ArrayLike, shape: tuple[int, int]) -> Incidence:
    """A table with a 1 at each pair (row, column), however often the pair is given.

    rows, columns : whole numbers from 0, of one length. Raises InvalidCounts for a pair outside the shape.

    >>> incidence([0, 0, 1], [2, 2, 0], (2, 3)).toarray()
    array([[0, 0, 1],
           [1, 0, 0]], dtype=int8)
    """
    places = np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64)
    for place, most in zip(places, shape, strict=True):
        if place.size and (place.min() < 0 or place.max() >= most):
            raise InvalidCounts(f"A pair lies outside a table of {shape[0]} × {shape[1]}.")
    ones = np.ones(places[0].shape, dtype=np.int8)
    return _as_ones(sparse.coo_array((ones, places), shape=shape).tocsr())


def cases_by_leaf(blocks: Iterable[tuple[ArrayLike, ArrayLike]], leaves: Sequence[int], cases: int) -> Incidence:
    """Which case reports which leaf, from blocks of pairs (case, term).

    blocks : positions of cases from 0 and numbers of terms, arrays of one length in each block.
    leaves : the number of the term that each leaf is, each once; terms of other numbers are left out.
    Returns a table of shape (cases, leaves).

    >>> cases_by_leaf([([0, 1, 1], [70, 70, 90])], [90, 70], 2).toarray()
    array([[0, 1],
           [1, 1]], dtype=int8)
    """
    numbers = np.asarray(leaves, dtype=np.int64)
    order = np.argsort(numbers)
    found: list[tuple[NDArray[np.int32], NDArray[np.int32]]] = [(np.empty(0, np.int32), np.empty(0, np.int32))]
    for case, term in blocks:
        terms = np.asarray(term, dtype=np.int64)
        place = np.minimum(np.searchsorted(numbers, terms, sorter=order), max(len(order) - 1, 0))
        known = numbers[order[place]] == terms if len(order) else np.zeros(terms.shape, dtype=bool)
        leaf = order[place[known]] if len(order) else place[known]
        found.append((np.asarray(case, dtype=np.int32)[known], leaf.astype(np.int32)))
    rows, columns = (np.concatenate(part) for part in zip(*found, strict=True))
    return incidence(rows, columns, (cases, len(numbers)))


def cases_by_node(case_leaves: Incidence, leaf_nodes: Incidence) -> Incidence:
    """Which case is in which node: it reports at least one leaf of it, and counts once.

    case_leaves : shape (cases, leaves). leaf_nodes : shape (leaves, nodes). Returns shape (cases, nodes).

    >>> leaf_nodes = incidence([0, 1], [0, 0], (2, 1))
    >>> cases_by_node(incidence([0, 0], [0, 1], (2, 2)), leaf_nodes).toarray()
    array([[1],
           [0]], dtype=int8)
    """
    # Counted in 32 bits: a case may report more leaves of a node than 8 bits hold.
    return _as_ones((case_leaves.astype(np.int32) @ leaf_nodes.astype(np.int32)).tocsr())


def _as_ones(table: Incidence) -> Incidence:
    table.sum_duplicates()
    table.data = np.ones(len(table.data), dtype=np.int8)
    return table
