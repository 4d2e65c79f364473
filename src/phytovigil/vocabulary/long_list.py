"""Nodes of a dictionary: too many to be made when a vocabulary is opened, so each is made when it is asked for.

They come after the other nodes and have nothing below them; their parents are among the others. That is what keeps the
hierarchy of a vocabulary with a hundred thousand substances as quick as that of one with a few hundred.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Protocol, overload

from phytovigil.schema.vocabulary import Node, NodeName
from phytovigil.vocabulary.hierarchy import Hierarchy


class NodeTail(Protocol):
    """Nodes without anything below them, found by place or by id."""

    def __len__(self) -> int:
        """How many."""
        ...

    def at(self, place: int) -> Node:
        """The node at a place, counted from 0."""
        ...

    def place(self, node_id: str) -> int:
        """Place of the node with this id, or -1."""
        ...

    def ids(self) -> Iterator[str]:
        """All ids, in order of place."""
        ...

    def names(self, node_id: str) -> tuple[NodeName, ...]:
        """Names that the dictionary has for a node, whether it is one of these or not."""
        ...

    def below(self, parents: Sequence[str]) -> Sequence[str]:
        """Ids of the nodes that have one of these parents, in order of place."""
        ...


class LongList(Sequence[Node]):
    """Nodes that are there, and those of a tail after them.

    >>> from phytovigil.schema.vocabulary import Node
    >>> [node.id for node in LongList([Node("kava", "Kava", "botanical")])]
    ['kava']
    """

    def __init__(self, nodes: Sequence[Node], tail: NodeTail | None = None) -> None:
        self._nodes, self._tail = tuple(nodes), tail

    def __len__(self) -> int:
        return len(self._nodes) + (len(self._tail) if self._tail else 0)

    @overload
    def __getitem__(self, place: int) -> Node: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Node]: ...

    def __getitem__(self, place: int | slice) -> Node | Sequence[Node]:
        if isinstance(place, slice):
            return [self[item] for item in range(*place.indices(len(self)))]
        held = len(self._nodes)
        if place < held or self._tail is None:
            return self._nodes[place]
        if place >= len(self):
            raise IndexError(place)
        return self._tail.at(place - held)


class LongPositions(Mapping[str, int]):
    """Id -> position, of all nodes."""

    def __init__(self, positions: Mapping[str, int], tail: NodeTail) -> None:
        self._positions, self._tail = positions, tail

    def __getitem__(self, node_id: str) -> int:
        found = self._positions.get(node_id)
        if found is not None:
            return found
        place = self._tail.place(node_id)
        if place < 0:
            raise KeyError(node_id)
        return len(self._positions) + place

    def __iter__(self) -> Iterator[str]:
        yield from self._positions
        yield from self._tail.ids()

    def __len__(self) -> int:
        return len(self._positions) + len(self._tail)


class LongHierarchy:
    """Who counts under whom, for nodes with a tail; the same questions as `Hierarchy` answers."""

    def __init__(self, nodes: Sequence[Node], tail: NodeTail) -> None:
        self._held = Hierarchy(nodes)
        self._tail, self._count = tail, len(nodes)
        self._ids = [node.id for node in nodes]

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """Id -> position."""
        return LongPositions(self._held.positions, self._tail)

    def ancestors(self, position: int) -> tuple[int, ...]:
        """Positions of the node itself and of everything above it."""
        if position < self._count:
            return self._held.ancestors(position)
        above: dict[int, None] = {position: None}
        for parent in self._tail.at(position - self._count).parents:
            above |= dict.fromkeys(self._held.ancestors(self._held.positions[parent]))
        return tuple(above)

    def members(self, position: int) -> tuple[str, ...]:
        """Ids of the node itself and of everything below it, in the order of the vocabulary."""
        if position >= self._count:
            return (self._tail.at(position - self._count).id,)
        held = self._held.members(position)
        return (*held, *self._tail.below(held))
