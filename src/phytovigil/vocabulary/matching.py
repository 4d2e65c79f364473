"""Finding known phrases in tokens: whole tokens, longest phrase first, every decision explained.

A phrase is a tuple of tokens with one or more claims on it. An unambiguous name carries one claim. A word that
means several things carries one claim per meaning, each with the other words it needs or forbids.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from phytovigil.schema.vocabulary import Setting
from phytovigil.vocabulary.tokens import split_tokens

Phrase = tuple[str, ...]

NO_NODE = -1
"""Position of a claim that maps to nothing: a false friend, or a name that is withheld."""

ACCEPTING_RULES = ("decided", "name", "taxon", "vernacular", "brand", "context", "dictionary")
LIKELY_RULES = ("misspelling", "spelling")
REFUSING_RULES = ("false-friend", "needs-context", "withheld", "ambiguous")

NO_SETTING = Setting()


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
    settings : (field of a setting, words in it) pairs, any of which decides as a needed token does.
    not_settings : pairs none of which may hold.
    """

    node: int
    rule: str
    why: str = ""
    needs: frozenset[str] = frozenset()
    forbids: frozenset[str] = frozenset()
    whole: bool = False
    about: int = NO_NODE
    settings: frozenset[tuple[str, str]] = frozenset()
    not_settings: frozenset[tuple[str, str]] = frozenset()


class PhraseIndex:
    """The claims of a vocabulary, indexed by first token, then by second."""

    def __init__(self, claims: Mapping[Phrase, Sequence[Claim]]) -> None:
        self.claims: dict[Phrase, tuple[Claim, ...]] = {phrase: tuple(held) for phrase, held in claims.items()}
        self._by_first: dict[str, dict[str, list[Phrase]]] = {}
        for phrase in sorted(self.claims, key=lambda phrase: (-len(phrase), phrase)):
            following = self._by_first.setdefault(phrase[0], {})
            following.setdefault(phrase[1] if len(phrase) > 1 else "", []).append(phrase)

    def find_phrases(self, tokens: list[str]) -> list[Phrase]:
        """The phrases that the tokens hold, without overlap, in reading order."""
        return [phrase for _, phrase in self.find_places(tokens)]

    def find_places(self, tokens: list[str]) -> list[tuple[int, Phrase]]:
        """The phrases that the tokens hold, without overlap, in reading order, each with the place where it begins.

        Where two overlap the longer one wins: a false friend thereby keeps the shorter name inside it from counting.
        """
        found = self.find_spans(tokens)
        return found if len(found) < 2 else _drop_overlaps(found)

    def find_spans(self, tokens: list[str]) -> list[tuple[int, Phrase]]:
        """(place of the first token, phrase) of every phrase that the tokens hold, overlapping or not."""
        by_first = self._by_first
        found = []
        for start, token in enumerate(tokens):
            if token in by_first:
                following = by_first[token]
                after = tokens[start + 1] if start + 1 < len(tokens) else ""
                if after in following and after:
                    found += [
                        (start, phrase)
                        for phrase in following[after]
                        if len(phrase) == 2 or tuple(tokens[start : start + len(phrase)]) == phrase
                    ]
                if "" in following:
                    found.append((start, following[""][0]))
        return found


def decide(claim: Claim, tokens: Collection[str], setting: Setting = NO_SETTING) -> str:
    """The rule by which a claim holds or fails beside the other tokens of its string, and in its setting.

    >>> ketum = Claim(0, "context", needs=frozenset({"KRATOM"}), forbids=frozenset({"GEL"}))
    >>> [decide(ketum, text.split()) for text in ("KETUM", "KETUM KRATOM", "KETUM GEL KRATOM")]
    ['needs-context', 'context', 'withheld']
    """
    if claim.rule != "context":
        return claim.rule
    if not claim.forbids.isdisjoint(tokens) or holds(claim.not_settings, setting):
        return "withheld"
    if (claim.needs or claim.settings) and claim.needs.isdisjoint(tokens) and not holds(claim.settings, setting):
        return "needs-context"
    return "context"


def holds(pairs: Collection[tuple[str, str]], setting: Setting) -> bool:
    """Whether a setting has any of the words in the field that goes with them; a country is compared as a whole.

    >>> holds({("form", "GEL"), ("country", "FR")}, Setting(form="Gel, topical"))
    True
    """
    if not pairs or setting == NO_SETTING:
        return False
    for field, wanted in pairs:
        said = " ".join(split_tokens(getattr(setting, field)))
        if said == wanted or (field != "country" and f" {wanted} " in f" {said} "):
            return True
    return False


def describe_settings(pairs: Collection[tuple[str, str]], setting: Setting) -> list[str]:
    """The parts of a setting that a claim asks for and that hold.

    >>> describe_settings({("form", "GEL"), ("country", "FR")}, Setting(form="GEL"))
    ['with form GEL']
    """
    return [f"with {field} {wanted}" for field, wanted in sorted(pairs) if holds(((field, wanted),), setting)]


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
