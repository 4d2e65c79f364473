"""Parents and children of nodes: who counts under whom."""

from __future__ import annotations

from collections.abc import Sequence

from phytovigil.errors import InvalidVocabulary
from phytovigil.schema.vocabulary import Node


class Hierarchy:
    """The nodes of a vocabulary as a graph without cycles.

    Raises InvalidVocabulary for an id given twice, a parent that does not exist, and a node among its own ancestors.
    """

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.positions: dict[str, int] = {}
        for position, node in enumerate(nodes):
            if node.id in self.positions:
                raise InvalidVocabulary(f"The id “{node.id}” is given to two nodes.")
            self.positions[node.id] = position
        self._ancestors: dict[int, tuple[int, ...]] = {}
        for position in range(len(nodes)):
            self._trace(position, nodes, ())
        self._members: dict[int, list[str]] = {position: [] for position in range(len(nodes))}
        for position, node in enumerate(nodes):
            for ancestor in self._ancestors[position]:
                self._members[ancestor].append(node.id)

    def _trace(self, position: int, nodes: Sequence[Node], below: tuple[int, ...]) -> tuple[int, ...]:
        """Ancestors of a node, itself first; `below` is the way that led here."""
        if position in below:
            raise InvalidVocabulary(f"The node “{nodes[position].id}” is among its own parents.")
        if position in self._ancestors:
            return self._ancestors[position]
        above: dict[int, None] = {position: None}
        for parent in nodes[position].parents:
            if parent not in self.positions:
                raise InvalidVocabulary(f"The parent “{parent}” of node “{nodes[position].id}” does not exist.")
            above |= dict.fromkeys(self._trace(self.positions[parent], nodes, (*below, position)))
        self._ancestors[position] = tuple(above)
        return self._ancestors[position]

    def ancestors(self, position: int) -> tuple[int, ...]:
        """Positions of the node itself and of everything above it."""
        return self._ancestors[position]

    def members(self, position: int) -> tuple[str, ...]:
        """Ids of the node itself and of everything below it, in the order of the vocabulary."""
        return tuple(self._members[position])
