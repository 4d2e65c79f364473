"""How alike the lists of two records are: shared items by rarity, corrected for items that go together.

A shared item j weighs −log2 β_j, with β_j the share of records that list it. Items that go together (a drug and its
usual reactions) must not be counted twice: going from the rarest shared item to the most common one, each weighs
−log2 P(j | i) instead, with i the one of the rarer shared items that says most about j. P(j | i) is β_j · 2^IC, with
the shrunk information component IC = log2 (n_ij − 2 + ½)/(n_i n_j/n + ½) of Norén et al. 2007
(doi:10.1007/s10618-006-0052-8); the two records themselves are left out of n_ij.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from phytovigil.linkage.blocking import mix
from phytovigil.linkage.records import LISTS, Integers, Items

MOST_TOGETHER = 24
"""Items of one record, the rarest, whose pairs are counted."""

MOST_RARER = 12
"""Rarer shared items that are asked what they say about an item."""

LARGEST_TABLE = 2**28
SHRINKAGE = 0.5


@dataclass(frozen=True, slots=True)
class SharedItems:
    """What pairs of records share, arrays of shape (pairs, lists).

    weight : bits of the shared items. shared : how many. alone : items that only one of the two lists; 0 where a
    record leaves the list blank.
    """

    weight: NDArray[np.float32]
    shared: NDArray[np.int16]
    alone: NDArray[np.int16]


class ListComparer:
    """The lists of all records, ready to be compared."""

    def __init__(self, items: Items) -> None:
        self.records = len(items.start) - 1
        self.kind = items.kind
        self.count = items.count.astype(np.float64)
        ones = np.ones(len(items.item), np.int8)
        self.matrix = sparse.csr_matrix((ones, items.item, items.start), shape=(self.records, len(items.count)))
        self.matrix.has_sorted_indices = True
        self.matrix.has_canonical_format = True
        self.sizes = count_kinds(items)
        self.together = count_together(items)

    def compare(self, left: Integers, right: Integers) -> SharedItems:
        """Compare pairs of records."""
        common = self.matrix[left].multiply(self.matrix[right]).tocsr()
        common.sort_indices()
        pair = np.repeat(np.arange(len(left)), np.diff(common.indptr))
        cell = pair * len(LISTS) + self.kind[common.indices]
        weight = np.bincount(cell, self.weigh(pair, common.indices), len(left) * len(LISTS))
        shared = np.bincount(cell, minlength=len(left) * len(LISTS)).reshape(-1, len(LISTS))
        of_left, of_right = self.sizes[left].astype(np.int64), self.sizes[right].astype(np.int64)
        alone = np.where((of_left > 0) & (of_right > 0), of_left + of_right - 2 * shared, 0)
        return SharedItems(
            weight.reshape(-1, len(LISTS)).astype(np.float32), shared.astype(np.int16), alone.astype(np.int16)
        )

    def weigh(self, pair: Integers, item: Integers) -> NDArray[np.float64]:
        """Bits of each shared item, given the rarer ones that the same pair shares."""
        rarity = np.log2(self.records / self.count[item])
        tied = np.zeros(len(item))
        for step in range(1, MOST_RARER + 1):
            place = np.flatnonzero(pair[step:] == pair[:-step]) + step
            if not len(place):
                break
            known = self.information(item[place - step], item[place])
            tied[place] = np.maximum(tied[place], known)
        return np.maximum(rarity - tied, 0)

    def information(self, one: Integers, other: Integers) -> NDArray[np.float64]:
        """Shrunk information component of pairs of items, without two records that have both."""
        seen = np.maximum(self.together[place_of(one, other, len(self.together))].astype(np.float64) - 2, 0)
        expected = self.count[one] * self.count[other] / self.records
        return np.log2((seen + SHRINKAGE) / (expected + SHRINKAGE))


def count_kinds(items: Items) -> NDArray[np.int16]:
    """How many items of each kind a record lists, (records, lists)."""
    records = len(items.start) - 1
    record = np.repeat(np.arange(records), np.diff(items.start))
    cells = np.bincount(record * len(LISTS) + items.kind[items.item], minlength=records * len(LISTS))
    return cells.reshape(records, len(LISTS)).astype(np.int16)


def count_together(items: Items) -> NDArray[np.int32]:
    """How many records list two items together, in a table whose places are hashed from the pair.

    Two pairs of items may fall on one place; then both counts are too high and their weights a little too low.
    """
    record = np.repeat(np.arange(len(items.start) - 1), np.diff(items.start))
    rank = np.arange(len(items.item)) - items.start[record]
    item, record = items.item[rank < MOST_TOGETHER], record[rank < MOST_TOGETHER]
    sizes = np.bincount(record, minlength=len(items.start) - 1)
    pairs = int((sizes * (sizes - 1) // 2).sum())
    table = np.zeros(min(LARGEST_TABLE, 1 << max(2 * pairs, 2**16).bit_length()), np.int32)
    for step in range(1, MOST_TOGETHER):
        same = np.flatnonzero(record[step:] == record[:-step])
        for part in np.array_split(same, len(same) // 2**22 + 1):
            np.add.at(table, place_of(item[part], item[part + step], len(table)), 1)
    return table


def place_of(one: Integers, other: Integers, places: int) -> NDArray[np.int64]:
    """Where the count of two items lies; `one` is the rarer."""
    return (mix(0, one, other) & np.uint64(places - 1)).astype(np.int64)
