"""What a product vocabulary is built of: read from its folder, added to by whoever brings names of their own.

A function that adds names takes parts and gives parts: it appends nodes (a node's position never changes), adds
claims, decisions or dictionaries, and adds the hash of what it read, so that equal hashes map equally.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from phytovigil.errors import InvalidVocabulary
from phytovigil.schema.vocabulary import Node, NodeName
from phytovigil.vocabulary.long_list import NodeTail
from phytovigil.vocabulary.matching import Claim, Phrase


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about one whole reported string.

    nodes : positions of the nodes that it means; empty for a string that names no product of the vocabulary.
    why : the person's reason, for a reader. evidence : where the decision stands, such as "names.csv, line 12".
    """

    nodes: tuple[int, ...]
    why: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Names of a large dictionary, looked up as a whole: an ingredient of a list, or the string without strengths.

    title : what stands as evidence of each match, such as "RxNorm 2026-11-02".
    entries : the tokens of a name joined by single blanks -> positions of the nodes that it means. The vocabulary's
        own names are looked at first; a dictionary's name counts where it holds more of the string than they do.
    """

    title: str
    entries: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class MatchingRules:
    """How a version reads a string: the number of its rules and the word lists that they use.

    number : 1, names as they stand; 2, also variants of a name and bounded repair of its spelling.
    words : lists of words by their purpose, as `matching.toml` gives them.
    lookalikes : word -> why it is a word of its own and never the misspelling of a name.
    """

    number: int = 1
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lookalikes: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class VocabularyParts:
    """The parts of one vocabulary.

    version : name of the data folder, with "+NAME" for each set of names added.
    nodes : in a fixed order; claims, decisions and dictionaries name them by position.
    names : node id -> its names, for display.
    claims : tokens of a name -> what it stands for.
    decided : tokens of a whole string -> what a person decided; this comes before everything else.
    dictionaries : in the order in which they are asked.
    hashes : SHA-256 of everything that was read, in order.
    tail : nodes of a large dictionary, numbered on from `nodes`.
    """

    version: str
    matching: MatchingRules = field(default_factory=MatchingRules)
    nodes: list[Node] = field(default_factory=list)
    names: dict[str, tuple[NodeName, ...]] = field(default_factory=dict)
    claims: dict[Phrase, list[Claim]] = field(default_factory=dict)
    decided: dict[Phrase, Decision] = field(default_factory=dict)
    dictionaries: list[Dictionary] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    tail: NodeTail | None = None

    def node_at(self, position: int) -> Node:
        """The node at a position."""
        held = len(self.nodes)
        return self.nodes[position] if self.tail is None or position < held else self.tail.at(position - held)

    def copy(self) -> VocabularyParts:
        """The same parts; what is added to the one is not added to the other."""
        return VocabularyParts(
            self.version,
            self.matching,
            list(self.nodes),
            dict(self.names),
            {phrase: list(held) for phrase, held in self.claims.items()},
            dict(self.decided),
            list(self.dictionaries),
            list(self.hashes),
            self.tail,
        )

    @property
    def sha256(self) -> str:
        """One hash of everything that was read; of a shipped version, the hash of its files."""
        if len(self.hashes) == 1:
            return self.hashes[0]
        return hashlib.sha256("\n".join(self.hashes).encode()).hexdigest()

    def add_claim(self, phrase: Phrase, claim: Claim, where: str) -> None:
        """Add what a phrase stands for. Only context names may share a phrase: their other words tell them apart.

        Raises InvalidVocabulary for a phrase that is claimed already.
        """
        held = self.claims.setdefault(phrase, [])
        if held and not (claim.rule == "context" and all(other.rule == "context" for other in held)):
            raise InvalidVocabulary(
                f"{where} claims “{' '.join(phrase)}”, which is claimed already.",
                "Give it to one node, or add context.",
            )
        held.append(claim)
