"""The product vocabulary: reported strings to nodes, and a person's words to one node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, repeat

from phytovigil.errors import InvalidVocabulary, UnknownName
from phytovigil.schema.vocabulary import Match, Node, NodeName, Setting
from phytovigil.vocabulary.explaining import Reading, explain
from phytovigil.vocabulary.hierarchy import Hierarchy
from phytovigil.vocabulary.long_list import LongHierarchy, LongList
from phytovigil.vocabulary.matching import (
    ACCEPTING_RULES,
    NO_NODE,
    NO_SETTING,
    REFUSING_RULES,
    Claim,
    Phrase,
    PhraseIndex,
    decide,
)
from phytovigil.vocabulary.near_names import rank_near
from phytovigil.vocabulary.node_index import NodeIndex
from phytovigil.vocabulary.parts import VocabularyParts
from phytovigil.vocabulary.resolving import Found, PlainResolver, Resolver
from phytovigil.vocabulary.tokens import split_tokens

MOST_REMEMBERED = 1_000
"""Names that were asked for whose near names are remembered; beyond that the memory starts anew."""


@dataclass(frozen=True, slots=True)
class MappedNames:
    """What many strings were mapped to. Three columns of equal length, one row per (string, node) pair, each once,
    sorted by string, then node; groups and parents are not added.

    texts : positions of strings. nodes : positions of nodes. certain : False where only a likely spelling says so.
    combinations : positions of strings that name two or more products, none of which is part of another.
    unsettled : positions of strings that hold a name which is decided by route, form or country.
    """

    texts: list[int] = field(default_factory=list)
    nodes: list[int] = field(default_factory=list)
    certain: list[bool] = field(default_factory=list)
    combinations: set[int] = field(default_factory=set)
    unsettled: set[int] = field(default_factory=set)


class ProductVocabulary:
    """One dated version of the product names, with names of a person's own where they gave some.

    version : name of the data folder, and of the names added.
    sha256 : of everything that was read and the number of the matching rules; equal hashes map equally.
    nodes : in a fixed order; the position of a node is the integer that a store keeps beside version and hash.
    """

    def __init__(self, parts: VocabularyParts | NodeIndex) -> None:
        self.version = parts.version
        self.sha256 = parts.sha256
        self._given = parts
        self._held = tuple(parts.nodes)
        self._resembling: dict[str, list[str]] = {}
        tail = parts.tail
        self.nodes: Sequence[Node] = self._held if tail is None else LongList(self._held, tail)
        self._hierarchy = Hierarchy(self._held) if tail is None else LongHierarchy(self._held, tail)

    @cached_property
    def _parts(self) -> VocabularyParts:
        """Names and all; a count by the id of a product does without. Raises InvalidVocabulary."""
        if isinstance(self._given, VocabularyParts):
            return self._given
        parts = self._given.read()
        if parts.sha256 != self.sha256:
            raise InvalidVocabulary(
                f"The files of the product names {self.version} changed while they were read.", "Start again."
            )
        return parts

    @cached_property
    def _index(self) -> PhraseIndex:
        return PhraseIndex(self._parts.claims)

    @cached_property
    def _resolver(self) -> Resolver | PlainResolver:
        return PlainResolver(self._index) if self._parts.matching.number == 1 else Resolver(self._parts)

    def resolve(self, text: str, setting: Setting = NO_SETTING) -> tuple[Match, ...]:
        """What a reported string was taken for, and what was refused in it, in reading order.

        setting : where the string stands in its report; some names are decided by it.
        A string in which no known name stands gives an empty tuple.
        """
        tokens = split_tokens(text)
        return tuple(
            explain(self._parts, Reading(text, tokens, setting), found, claim)
            for found in self._resolver.find(text, tokens)
            for claim in found.claims
            if not (claim.whole and tuple(tokens) != found.phrase and decide(claim, tokens, setting) in REFUSING_RULES)
        )

    def map_texts(self, texts: Iterable[str]) -> tuple[list[int], list[int]]:
        """Map many strings at once: (positions in `texts`, positions in `nodes`), certain direct matches only.

        Groups and parents are not added; see `ancestors`. Sorted by text, then node; each pair once.
        """
        mapped = self.map_names(texts)
        kept = [place for place, certain in enumerate(mapped.certain) if certain]
        return [mapped.texts[place] for place in kept], [mapped.nodes[place] for place in kept]

    def map_names(self, texts: Iterable[str], settings: Iterable[Setting] | None = None) -> MappedNames:
        """Map many strings at once, certain and likely, each in its setting if settings are given."""
        mapped = MappedNames()
        find = self._resolver.find
        placed = zip(texts, repeat(NO_SETTING) if settings is None else settings, strict=settings is not None)
        for position, (text, setting) in enumerate(placed):
            tokens = split_tokens(text)
            found = find(text, tokens)
            if found:
                self._add(mapped, position, found, tokens, setting)
        return mapped

    def _add(
        self, mapped: MappedNames, position: int, found: Sequence[Found], tokens: list[str], setting: Setting
    ) -> None:
        """The nodes of one string."""
        nodes: dict[int, bool] = {}
        for known in found:
            for claim in known.claims:
                rule = (
                    known.way
                    if known.way in REFUSING_RULES or known.way == "spelling"
                    else decide(claim, tokens, setting)
                )
                if rule not in REFUSING_RULES and claim.node != NO_NODE:
                    nodes[claim.node] = nodes.get(claim.node, False) or rule in ACCEPTING_RULES
                if claim.settings or claim.not_settings:
                    mapped.unsettled.add(position)
        for node in sorted(nodes):
            mapped.texts.append(position)
            mapped.nodes.append(node)
            mapped.certain.append(nodes[node])
        if len(nodes) > 1 and self.is_combination(nodes):
            mapped.combinations.add(position)

    def is_combination(self, positions: Iterable[int]) -> bool:
        """Whether nodes are two or more things, that is, not all of them lie on one line of ancestors.

        A brand beside what is in it is one thing.
        """
        held = sorted(place for place in positions if self.nodes[place].kind != "product")
        return any(
            one not in self.ancestors(other) and other not in self.ancestors(one)
            for one, other in combinations(held, 2)
        )

    def find(self, text: str) -> tuple[Node, ...]:
        """Nodes with an id or a name that resembles the text, best first; empty if nothing does."""
        asked = " ".join(split_tokens(text))
        if asked not in self._resembling:
            if len(self._resembling) >= MOST_REMEMBERED:
                self._resembling.clear()
            self._resembling[asked] = rank_near(asked, self._spellings) if asked else []
        return tuple(self.nodes[self._hierarchy.positions[node_id]] for node_id in self._resembling[asked])

    def node(self, asked: str) -> Node:
        """The node with this id, display name or unambiguous name, in any case.

        Raises UnknownName, with near names or with the reason why a known name is refused.
        """
        node = self.known(asked)
        if node is None:
            raise self.unknown(asked)
        return node

    def known(self, asked: str) -> Node | None:
        """The node with this id, display name or unambiguous name, if there is one; near names are not looked for."""
        phrase = tuple(split_tokens(asked))
        position = self._titled.get(phrase)
        if position is None:
            position = self._asked.get(phrase)
        if position is None and self._parts.tail is not None:
            position = self._find_in_dictionaries(phrase)
        return None if position is None else self.nodes[position]

    def _find_in_dictionaries(self, phrase: Phrase) -> int | None:
        """Position of the node of a dictionary with this id, or with this name if it is the only one's."""
        position = self._hierarchy.positions.get("-".join(phrase).lower())
        if position is not None:
            return position
        found = (dictionary.entries.get(" ".join(phrase)) for dictionary in self._parts.dictionaries)
        return next((nodes[0] for nodes in found if nodes and len(nodes) == 1), None)

    def unknown(self, asked: str) -> UnknownName:
        """The error for a name that no node has, or that is refused; the reason for a refusal comes first."""
        phrase = tuple(split_tokens(asked))
        where = f"vocabulary {self.version}"
        claims = self._index.claims.get(phrase)
        if not claims:
            return UnknownName("product", asked, where, [node.id for node in self.find(asked)[:4]])
        why = self._explain_alone(phrase, claims[0]).why
        if claims[0].rule not in ("context", "misspelling"):
            return UnknownName("product", asked, where, hint=why)
        said = " ".join(phrase)
        others = {spelling: node_id for spelling, node_id in self._spellings.items() if spelling != said}
        error = UnknownName("product", asked, where, rank_near(said, others, most=2))
        error.hint = f"{claims[0].why if claims[0].rule == 'context' else why} {error.hint}".strip()
        return error

    def names(self, node_id: str) -> tuple[NodeName, ...]:
        """All names of a node, for display."""
        found = self.node(node_id).id
        more = self._parts.tail.names(found) if self._parts.tail is not None else ()
        return (*self._parts.names.get(found, ()), *more)

    @property
    def listed(self) -> Mapping[str, tuple[NodeName, ...]]:
        """Names that the vocabulary's own files give, by node id; those of dictionaries are not among them."""
        return self._parts.names

    @property
    def positions(self) -> Mapping[str, int]:
        """Id -> position, of every node."""
        return self._hierarchy.positions

    def position(self, node_id: str) -> int:
        """Position of a node, by anything that `node` accepts."""
        return self._hierarchy.positions[self.node(node_id).id]

    def ancestors(self, position: int) -> tuple[int, ...]:
        """Positions of the node itself and of everything above it."""
        return self._hierarchy.ancestors(position)

    def members(self, node_id: str) -> tuple[str, ...]:
        """Ids of the node itself and of everything counted under it."""
        return self._hierarchy.members(self.position(node_id))

    @cached_property
    def refusals(self) -> tuple[Match, ...]:
        """Every phrase that is refused, alone or always, with the reason; what was held back stays visible."""
        return tuple(
            self._explain_alone(phrase, claim)
            for phrase, claims in sorted(self._index.claims.items())
            for claim in claims
            if decide(claim, phrase) in REFUSING_RULES
        )

    def _explain_alone(self, phrase: Phrase, claim: Claim) -> Match:
        """A known name with nothing beside it."""
        reading = Reading(" ".join(phrase), list(phrase), NO_SETTING)
        return explain(self._parts, reading, Found(0, len(phrase), phrase, (claim,)), claim)

    @cached_property
    def _titled(self) -> dict[Phrase, int]:
        """Ids of nodes, before their display names."""
        by_name = {tuple(split_tokens(node.name)): place for place, node in enumerate(self._held)}
        return by_name | {tuple(split_tokens(node.id)): place for place, node in enumerate(self._held)}

    @cached_property
    def _asked(self) -> dict[Phrase, int]:
        """What a person may ask by: ids before display names before names in reports."""
        by_id = {tuple(split_tokens(node.id)): place for place, node in enumerate(self._held)}
        by_claim = {phrase: claim.node for phrase, claim in self._list_accepted()}
        return {**by_id, **by_claim, **self._titled}

    @cached_property
    def _spellings(self) -> dict[str, str]:
        """Every spelling that a person may come near, with the node it stands for."""
        held_back = {
            " ".join(phrase): self.nodes[claim.node].id
            for phrase, claims in self._index.claims.items()
            for claim in claims
            if decide(claim, phrase) == "needs-context"
        }
        accepted = {" ".join(phrase): self.nodes[place].id for phrase, place in self._asked.items()}
        ids = self._parts.tail.ids() if self._parts.tail is not None else ()
        accepted = {node_id.replace("-", " ").upper(): node_id for node_id in ids} | accepted
        return accepted | {said: node_id for said, node_id in held_back.items() if said not in accepted}

    def _list_accepted(self) -> Iterator[tuple[Phrase, Claim]]:
        """The phrases that name a node when nothing stands beside them."""
        for phrase, claims in self._index.claims.items():
            for claim in claims:
                if decide(claim, phrase) in ACCEPTING_RULES:
                    yield phrase, claim
