"""Groups of reports of one event, from pairs: complete linkage, so that every two of a group are themselves suspected.

Single linkage would chain A to C through B although A and C are plainly two patients. Pairs are taken from the most
probable down; two groups become one when the last of the pairs between them has come, which is complete linkage cut at
the least probability. The work
grows with the pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from phytovigil.linkage.records import Floats, Integers

Pair = tuple[int, int]


class Groups:
    """Groups that grow, and how many pairs between every two of them have come."""

    def __init__(self) -> None:
        self.group: dict[int, int] = {}
        self.members: dict[int, list[int]] = {}
        self.between: dict[int, dict[int, int]] = defaultdict(dict)

    def find(self, record: int) -> int:
        """The group of a record, its own where it is new."""
        if record not in self.group:
            self.group[record] = record
            self.members[record] = [record]
        return self.group[record]

    def join(self, one: int, other: int) -> None:
        """Make one group of two."""
        if len(self.members[one]) < len(self.members[other]):
            one, other = other, one
        for record in self.members[other]:
            self.group[record] = one
        self.members[one] += self.members.pop(other)
        self.between[one].pop(other, None)
        for third, pairs in self.between.pop(other, {}).items():
            if third != one:
                del self.between[third][other]
                self.count(one, third, pairs)

    def count(self, one: int, other: int, pairs: int) -> int:
        """Note pairs between two groups; returns how many have come."""
        self.between[one][other] = self.between[other][one] = self.between[one].get(other, 0) + pairs
        return self.between[one][other]

    def add_pair(self, left: int, right: int) -> None:
        """A further pair: join its groups if it is the last one between them."""
        one, other = self.find(left), self.find(right)
        if one == other:
            return
        if self.count(one, other, 1) == len(self.members[one]) * len(self.members[other]):
            self.join(one, other)


def complete_link(
    left: Integers,
    right: Integers,
    probability: Floats,
    least: float,
    together: Iterable[Pair] = (),
    apart: Iterable[Pair] = (),
) -> list[list[int]]:
    """Groups of two or more records, each ascending, in the order of their first record.

    together : pairs that a person decided to be of one event; they share a group whatever their probability.
    apart : pairs that must not share a group.

    >>> chain = complete_link(np.array([0, 1]), np.array([1, 2]), np.array([0.99, 0.97]), 0.95)
    >>> chain
    [[0, 1]]
    """
    groups = Groups()
    for one, other in sorted(together):
        if groups.find(one) != groups.find(other):
            groups.join(groups.find(one), groups.find(other))
    banned = set(apart)
    chosen = np.flatnonzero(probability >= least)
    for place in chosen[np.lexsort((right[chosen], left[chosen], -probability[chosen]))].tolist():
        pair = (int(left[place]), int(right[place]))
        if pair not in banned:
            groups.add_pair(*pair)
    return sorted(sorted(members) for members in groups.members.values() if len(members) > 1)


def mark_kept(groups: list[list[int]], completeness: Floats, received: Integers) -> list[int]:
    """The record that speaks for each group: the most complete, then the earliest received, then the lowest number.

    received : days; a date that was not given is the earliest number and yields to every given one.

    >>> mark_kept([[0, 1], [2, 3]], np.array([0.2, 0.9, 0.5, 0.5]), np.array([1, 2, 8, 7]))
    [1, 3]
    """
    latest = np.iinfo(np.int64).max
    day = np.where(received == np.iinfo(np.int32).min, latest, received.astype(np.int64))
    return [min(members, key=lambda record: (-completeness[record], day[record], record)) for members in groups]


def number_groups(groups: list[list[int]], kept: list[int]) -> tuple[NDArray[np.int64], ...]:
    """Rows (record, number of its group, 1 if it is kept), by record."""
    rows = sorted(
        (record, number, int(record == best))
        for number, (members, best) in enumerate(zip(groups, kept, strict=True))
        for record in members
    )
    table = np.array(rows, np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]
