"""The product vocabulary: reported strings to nodes, and a person's words to one node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from phytovigil.errors import UnknownName
from phytovigil.schema.vocabulary import Match, Node, NodeName
from phytovigil.vocabulary.hierarchy import Hierarchy
from phytovigil.vocabulary.matching import (
    ACCEPTING_RULES,
    NO_NODE,
    REFUSING_RULES,
    Claim,
    Phrase,
    PhraseIndex,
    decide,
)
from phytovigil.vocabulary.near_names import rank_near
from phytovigil.vocabulary.tokens import split_tokens

_WHY_ACCEPTED = {
    "name": "is an unambiguous name of {node}",
    "taxon": "is the Latin name, or a synonym of it, of {node}",
    "vernacular": "is a vernacular name of {node}",
    "brand": "is a brand of {node}, which is in every version of it",
}


class ProductVocabulary:
    """One dated version of the product names.

    version : name of the data folder.
    sha256 : of the data files and the number of the matching rules; equal hashes map equally.
    nodes : in a fixed order; the position of a node is the integer that a store keeps beside version and hash.
    """

    def __init__(
        self,
        version: str,
        sha256: str,
        nodes: Sequence[Node],
        names: Mapping[str, tuple[NodeName, ...]],
        claims: Mapping[Phrase, Sequence[Claim]],
    ) -> None:
        self.version = version
        self.sha256 = sha256
        self.nodes = tuple(nodes)
        self._names = names
        self._hierarchy = Hierarchy(self.nodes)
        self._index = PhraseIndex(claims)

    def resolve(self, text: str) -> tuple[Match, ...]:
        """What a reported string was taken for, and what was refused in it, in reading order.

        A string in which no known name stands gives an empty tuple.
        """
        tokens = split_tokens(text)
        return tuple(
            self._explain(text, phrase, claim, tokens)
            for phrase in self._index.find_phrases(tokens)
            for claim in self._index.claims[phrase]
            if not (claim.whole and tuple(tokens) != phrase and decide(claim, tokens) in REFUSING_RULES)
        )

    def map_texts(self, texts: Iterable[str]) -> tuple[list[int], list[int]]:
        """Map many strings at once: (positions in `texts`, positions in `nodes`), accepted direct matches only.

        Groups and parents are not added; see `ancestors`. Sorted by text, then node; each pair once.
        """
        where: list[int] = []
        found: list[int] = []
        find_nodes = self._index.find_nodes
        for position, text in enumerate(texts):
            nodes = find_nodes(split_tokens(text))
            where.extend([position] * len(nodes))
            found.extend(sorted(nodes))
        return where, found

    def find(self, text: str) -> tuple[Node, ...]:
        """Nodes with an id or a name that resembles the text, best first; empty if nothing does."""
        asked = " ".join(split_tokens(text))
        ids = rank_near(asked, self._spellings) if asked else []
        return tuple(self.nodes[self._hierarchy.positions[node_id]] for node_id in ids)

    def node(self, asked: str) -> Node:
        """The node with this id, display name or unambiguous name, in any case.

        Raises UnknownName, with near names or with the reason why a known name is refused.
        """
        phrase = tuple(split_tokens(asked))
        position = self._asked.get(phrase)
        if position is not None:
            return self.nodes[position]
        raise self._unknown(asked, phrase)

    def _unknown(self, asked: str, phrase: Phrase) -> UnknownName:
        """The error for a name that no node has, or that is refused; the reason for a refusal comes first."""
        where = f"vocabulary {self.version}"
        claims = self._index.claims.get(phrase)
        if not claims:
            return UnknownName("product", asked, where, [node.id for node in self.find(asked)[:4]])
        if claims[0].rule != "context":
            return UnknownName("product", asked, where, hint=self._explain(asked, phrase, claims[0], phrase).why)
        said = " ".join(phrase)
        others = {spelling: node_id for spelling, node_id in self._spellings.items() if spelling != said}
        error = UnknownName("product", asked, where, rank_near(said, others, most=2))
        error.hint = f"{claims[0].why} {error.hint}".strip()
        return error

    def names(self, node_id: str) -> tuple[NodeName, ...]:
        """All names of a node, for display."""
        return self._names[self.node(node_id).id]

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
            self._explain(" ".join(phrase), phrase, claim, phrase)
            for phrase, claims in sorted(self._index.claims.items())
            for claim in claims
            if decide(claim, phrase) in REFUSING_RULES
        )

    def _explain(self, text: str, phrase: Phrase, claim: Claim, tokens: Sequence[str]) -> Match:
        said, rule = " ".join(phrase), decide(claim, tokens)
        if rule in REFUSING_RULES:
            candidate = "" if claim.about == NO_NODE else self.nodes[claim.about].id
            return Match(text, "", said, rule, self._refuse(said, claim, rule, tokens), candidate)
        node = self.nodes[claim.node]
        if rule == "context":
            beside = ", ".join(sorted(claim.needs.intersection(tokens))) or "words that do not contradict it"
            return Match(text, node.id, said, rule, f"“{said}” means {node.name} here, beside {beside}. {claim.why}")
        return Match(text, node.id, said, rule, f"“{said}” {_WHY_ACCEPTED[rule].format(node=node.name)}.")

    def _refuse(self, said: str, claim: Claim, rule: str, tokens: Sequence[str]) -> str:
        if claim.about == NO_NODE:
            return f"“{said}” is withheld. {claim.why}"
        about = self.nodes[claim.about].name
        if rule == "false-friend":
            return f"“{said}” is not {about}. {claim.why}"
        if rule == "withheld":
            clash = ", ".join(sorted(claim.forbids.intersection(tokens)))
            return f"“{said}” is not taken for {about} beside {clash}. {claim.why}"
        return f"“{said}” is not taken for {about} without {', '.join(sorted(claim.needs))}. {claim.why}"

    @cached_property
    def _asked(self) -> dict[Phrase, int]:
        """What a person may ask by: ids before display names before names in reports."""
        by_id = {tuple(split_tokens(node.id)): place for place, node in enumerate(self.nodes)}
        by_name = {tuple(split_tokens(node.name)): place for place, node in enumerate(self.nodes)}
        by_claim = {phrase: claim.node for phrase, claim in self._list_accepted()}
        return {**by_id, **by_claim, **by_name, **by_id}

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
        return accepted | {said: node_id for said, node_id in held_back.items() if said not in accepted}

    def _list_accepted(self) -> Iterator[tuple[Phrase, Claim]]:
        """The phrases that name a node when nothing stands beside them."""
        for phrase, claims in self._index.claims.items():
            for claim in claims:
                if decide(claim, phrase) in ACCEPTING_RULES:
                    yield phrase, claim
