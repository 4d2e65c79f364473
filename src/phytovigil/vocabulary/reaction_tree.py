"""A tree of reactions over the terms that a source reports: nodes as sets of terms, with their way up.

A term may stand in several nodes of one level, so a node is a set of terms and its children may overlap. Terms are
the leaves. Of nodes that hold the same reported terms the lowest one is kept: they cannot be told apart by the reports.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from phytovigil.schema.vocabulary import ReactionGroup
from phytovigil.vocabulary.meddra import LEVELS, PRIMARY, Meddra

BROAD_LEVEL, NARROW_LEVEL, TERM_LEVEL = "broad group", "narrow group", "term"
ABOVE = " › "


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A node: its name, its level, and the names of what stands above it, topmost first."""

    name: str
    level: str
    above: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Its names from the top down, joined."""
        return ABOVE.join((*self.above, self.name))


@dataclass(frozen=True, slots=True)
class ReactionTree:
    """Leaves (reported terms) and nodes, and which leaf is in which node.

    title : what the tree is made of, with its version. levels : topmost first.
    leaf, node : whole numbers of one length; the leaf at a place is in the node at the same place.
    unmatched : reported terms that the tree does not know; they are in no node.
    outdated : how many leaves were found only under a name that is no longer current.
    merged : how many nodes held the same terms as a lower one.
    """

    title: str
    levels: tuple[str, ...]
    leaves: tuple[str, ...]
    nodes: tuple[TreeNode, ...]
    leaf: array[int]
    node: array[int]
    unmatched: tuple[str, ...] = ()
    outdated: int = 0
    merged: int = 0

    def terms_of(self, node: int) -> tuple[str, ...]:
        """The reported terms of a node."""
        pairs = zip(self.leaf, self.node, strict=True)
        return tuple(self.leaves[leaf] for leaf, place in pairs if place == node)


@dataclass(slots=True)
class _Growing:
    """A tree while it is made: the leaves of every node, by a key that tells it from others of its level."""

    nodes: dict[tuple[str, object], TreeNode] = field(default_factory=dict)
    members: dict[tuple[str, object], list[int]] = field(default_factory=dict)

    def add(self, key: tuple[str, object], node: TreeNode, leaf: int) -> None:
        """Put a leaf into a node; the first node of a key stays."""
        self.nodes.setdefault(key, node)
        held = self.members.setdefault(key, [])
        if not held or held[-1] != leaf:
            held.append(leaf)

    def distinct(self, levels: Sequence[str]) -> list[tuple[str, object]]:
        """Keys of the nodes, topmost level first; of those with the same leaves, only one of the lowest level."""
        depth = {level: place for place, level in enumerate(levels)}
        kept: dict[tuple[int, ...], tuple[str, object]] = {}
        for key in sorted(self.nodes, key=lambda key: -depth[self.nodes[key].level]):
            kept.setdefault(tuple(self.members[key]), key)
        chosen = set(kept.values())
        ordered = [key for key in self.nodes if key in chosen]
        return sorted(ordered, key=lambda key: depth[self.nodes[key].level])


def grow_group_tree(groups: Iterable[ReactionGroup], terms: Iterable[str], title: str) -> ReactionTree:
    """Tree of reaction groups: the broad list of a group, its narrow list, and every reported term.

    terms : as the source reports them; they are compared in upper case. Terms in no group are leaves of their own.

    >>> group = ReactionGroup("itch", "Itch", ("PRURITUS",), ("PRURITUS", "RASH PRURITIC"), (), "")
    >>> tree = grow_group_tree([group], ["NAUSEA", "PRURITUS", "RASH PRURITIC"], "reaction groups")
    >>> [(node.level, node.path) for node in tree.nodes]
    [('broad group', 'Itch'), ('term', 'NAUSEA'), ('term', 'Itch › PRURITUS'), ('term', 'Itch › RASH PRURITIC')]
    """
    leaves = tuple(sorted(terms))
    listed = tuple(groups)
    broad = _groups_by_term((group.broad for group in listed), len(listed))
    narrow = _groups_by_term((group.narrow for group in listed), len(listed))
    growing = _Growing()
    for leaf, term in enumerate(leaves):
        spelt = " ".join(term.upper().split())
        within = [listed[place].title for place in broad.get(spelt, ())]
        for place in broad.get(spelt, ()):
            growing.add((BROAD_LEVEL, place), TreeNode(listed[place].title, BROAD_LEVEL), leaf)
        for place in narrow.get(spelt, ()):
            growing.add((NARROW_LEVEL, place), TreeNode(listed[place].title, NARROW_LEVEL), leaf)
        above = (" and ".join(within),) if within else ()
        growing.add((TERM_LEVEL, term), TreeNode(term, TERM_LEVEL, above), leaf)
    return _finish(title, (BROAD_LEVEL, NARROW_LEVEL, TERM_LEVEL), leaves, growing)


def grow_meddra_tree(meddra: Meddra, terms: Iterable[str], ways: str = PRIMARY) -> ReactionTree:
    """Tree of MedDRA over the reported terms: SOC, HLGT, HLT and PT. ways : primary, or all ways up of each PT.

    Reported terms are the leaves, each under the preferred term that it is or belongs to; those that MedDRA does not
    know are listed as unmatched. Raises InvalidRequest for another choice of ways.
    """
    names = {level: meddra.terms[level].names for level in LEVELS}
    up: dict[int, list[tuple[int, int, int, int]]] = {}
    for way in meddra.paths.rows(ways):
        up.setdefault(way[3], []).append(way)
    reported = sorted(terms)
    found = {term: meddra.find(term) for term in reported}
    leaves = tuple(term for term in reported if found[term] is not None)
    growing = _Growing()
    for leaf, term in enumerate(leaves):
        for way in up[found[term] or 0]:
            path = [names[level][place] for level, place in zip(LEVELS, way, strict=True)]
            for depth, level in enumerate(LEVELS):
                node = TreeNode(path[depth], level, tuple(path[:depth]))
                growing.add((level, way[depth]), node, leaf)
    version = f"MedDRA {meddra.version}" if meddra.version != "unknown" else "MedDRA of an unknown version"
    title = f"{version}{f' ({meddra.language})' if meddra.language else ''}, {_WAYS[ways]}"
    outdated = sum(" ".join(term.upper().split()) in meddra.outdated for term in leaves)
    unmatched = tuple(term for term in reported if found[term] is None)
    return _finish(title, LEVELS, leaves, growing, unmatched, outdated)


_WAYS = {PRIMARY: "primary way up of each term", "all": "all ways up of each term"}


def _groups_by_term(lists: Iterable[Sequence[str]], count: int) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, terms in zip(range(count), lists, strict=True):
        for term in terms:
            found.setdefault(" ".join(term.upper().split()), []).append(place)
    return found


def _finish(
    title: str,
    levels: tuple[str, ...],
    leaves: tuple[str, ...],
    growing: _Growing,
    unmatched: tuple[str, ...] = (),
    outdated: int = 0,
) -> ReactionTree:
    keys = growing.distinct(levels)
    leaf, node = array("i"), array("i")
    for place, key in enumerate(keys):
        leaf.extend(growing.members[key])
        node.extend([place] * len(growing.members[key]))
    nodes = tuple(growing.nodes[key] for key in keys)
    merged = len(growing.nodes) - len(keys)
    return ReactionTree(title, levels, leaves, nodes, leaf, node, unmatched, outdated, merged)
