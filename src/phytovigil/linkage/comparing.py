"""Pairs of records, compared: everything that a weight needs and that does not change while weights are learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from phytovigil.linkage.blocking import Block
from phytovigil.linkage.fields import FIELDS, FieldComparer
from phytovigil.linkage.lists import ListComparer
from phytovigil.linkage.records import LISTS, Records


@dataclass(frozen=True, slots=True)
class Compared:
    """Compared pairs, left < right.

    left, right : records, (pairs,). by_items : found by listed items alone. levels, shares : (pairs, fields) as of
    fields.FIELDS. rarity : bits of shared items, (pairs, lists). shared, alone : items in both and in one of the two.
    """

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    by_items: NDArray[np.bool_]
    levels: NDArray[np.int8]
    shares: NDArray[np.float32]
    rarity: NDArray[np.float32]
    shared: NDArray[np.int16]
    alone: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.left)

    def take(self, chosen: NDArray[np.int64] | NDArray[np.bool_]) -> Compared:
        """Some of the pairs."""
        return Compared(*(getattr(self, field.name)[chosen] for field in fields(self)))


class Comparer:
    """Compares blocks of pairs."""

    def __init__(self, records: Records) -> None:
        self.facts, self.lists = FieldComparer(records), ListComparer(records.items)

    def compare(self, block: Block) -> Compared:
        """Compare every pair of a block."""
        levels, shares = self.facts.compare(block.left, block.right)
        items = self.lists.compare(block.left, block.right)
        return Compared(
            block.left.astype(np.int32), block.right.astype(np.int32), block.by_items,
            levels, shares, items.weight, items.shared, items.alone,
        )  # fmt: skip


def join_compared(parts: Sequence[Compared]) -> Compared:
    """Several parts in one."""
    if not parts:
        return no_pairs()
    return Compared(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Compared)))


def no_pairs() -> Compared:
    """No pair at all."""
    none = np.empty(0, np.int32)
    few, many = (0, len(FIELDS)), (0, len(LISTS))
    return Compared(
        none, none, np.empty(0, np.bool_), np.empty(few, np.int8), np.empty(few, np.float32),
        np.empty(many, np.float32), np.empty(many, np.int16), np.empty(many, np.int16),
    )  # fmt: skip
