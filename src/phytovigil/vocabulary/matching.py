"""Finding known phrases in tokens: whole tokens, longest phrase first, every decision explained.

A phrase is a tuple of tokens with one or more claims on it. An unambiguous name carries one claim. A word that
means several things carries one claim per meaning, each with the other words it needs or forbids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Phrase = tuple[str, ...]

MATCHING_RULES = 1
"""Raised when the same data would map differently, so that what was mapped before is not taken for current."""

NO_NODE = -1
"""Position of a claim that maps to nothing: a false friend, or a name that is withheld."""

ACCEPTING_RULES = ("name", "taxon", "vernacular", "brand", "context")
REFUSING_RULES = ("false-friend", "needs-context", "withheld")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a phrase stands for.

    node : position of the node, or NO_NODE.
    rule : one of ACCEPTING_RULES or REFUSING_RULES; "context" is decided against the other tokens.
    needs : at least one of these tokens must stand in the same string; empty asks for nothing.
    forbids : none of these tokens may.
    whole : the word is too common to remark on unless it is the whole string.
    why : the reason, for a reader.
    about : position of the node that a reader might have expected, for a refusal.
    """

    node: int
    rule: str
    why: str = ""
    needs: frozenset[str] = frozenset()
    forbids: frozenset[str] = frozenset()
    whole: bool = False
    about: int = NO_NODE


class PhraseIndex:
    """The claims of a vocabulary, indexed by first token."""

    def __init__(self, claims: Mapping[Phrase, Sequence[Claim]]) -> None:
        self.claims: dict[Phrase, tuple[Claim, ...]] = {phrase: tuple(held) for phrase, held in claims.items()}
        self._by_first: dict[str, list[Phrase]] = {}
        for phrase in sorted(self.claims, key=lambda phrase: (-len(phrase), phrase)):
            self._by_first.setdefault(phrase[0], []).append(phrase)

    def find_phrases(self, tokens: list[str]) -> list[Phrase]:
        """The phrases that the tokens hold, without overlap, in reading order.

        Where two overlap the longer one wins: a false friend thereby keeps the shorter name inside it from counting.
        """
        by_first = self._by_first
        found = [
            (start, phrase)
            for start, token in enumerate(tokens)
            if token in by_first
            for phrase in by_first[token]
            if tuple(tokens[start : start + len(phrase)]) == phrase
        ]
        return [phrase for _, phrase in (found if len(found) < 2 else _drop_overlaps(found))]

    def find_nodes(self, tokens: list[str]) -> set[int]:
        """Positions of the nodes that the tokens name."""
        nodes: set[int] = set()
        for phrase in self.find_phrases(tokens):
            for claim in self.claims[phrase]:
                if decide(claim, tokens) in ACCEPTING_RULES:
                    nodes.add(claim.node)
        return nodes


def decide(claim: Claim, tokens: Sequence[str]) -> str:
    """The rule by which a claim holds or fails beside the other tokens of its string.

    >>> ketum = Claim(0, "context", needs=frozenset({"KRATOM"}), forbids=frozenset({"GEL"}))
    >>> [decide(ketum, text.split()) for text in ("KETUM", "KETUM KRATOM", "KETUM GEL KRATOM")]
    ['needs-context', 'context', 'withheld']
    """
    if claim.rule != "context":
        return claim.rule
    if not claim.forbids.isdisjoint(tokens):
        return "withheld"
    if claim.needs and claim.needs.isdisjoint(tokens):
        return "needs-context"
    return "context"


def _drop_overlaps(found: list[tuple[int, Phrase]]) -> list[tuple[int, Phrase]]:
    """Keep the longest phrases, then the leftmost, that do not share a token."""
    taken: set[int] = set()
    kept: list[tuple[int, Phrase]] = []
    for start, phrase in sorted(found, key=lambda item: (-len(item[1]), item[0])):
        places = range(start, start + len(phrase))
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append((start, phrase))
    return sorted(kept)
