"""A reported string -> the known names in it: as written, as a variant, in a dictionary, or with its spelling repaired.

The steps, each of which sees only the words that the ones before left over:

1. what a person decided about the whole string;
2. known names and their variants, as runs of whole tokens; the longer wins;
3. known names whose words are glued together or torn apart, and names in a dictionary; the longer wins here too;
4. single words with a form, a strength or another name glued to them;
5. words whose spelling comes near a known name, within bounds, if one name alone comes that near.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from phytovigil.vocabulary.matching import NO_NODE, Claim, Phrase, PhraseIndex
from phytovigil.vocabulary.parts import Dictionary, VocabularyParts
from phytovigil.vocabulary.salts import strip_salt
from phytovigil.vocabulary.spelling import SHORTEST_BESIDE, NearWords, may_be_rival, may_stand_alone
from phytovigil.vocabulary.tokens import split_tokens
from phytovigil.vocabulary.variants import list_variants, same_meaning

SHORTEST_JOINED = 7
"""Letters of a name that is known without its blanks."""

SHORTEST_GLUED = 5
"""Letters of a name that is known with another word glued to it."""

MOST_JOINED = 5
"""Tokens into which one name may be torn."""

MOST_KEPT = 200_000
"""Words whose reading is remembered; beyond that the memory starts anew."""

SHORTEST_CLOSE = 9
"""Letters of the name of a medicine, of a brand, of a vernacular name or of a name without its blanks that is repaired,
and only by one letter: these resemble each other, and other words, too much."""

LETTERS_PER_ERROR = 5
"""Letters that a name of several words must have for each letter that is wrong."""

BOTH_WRONG = 11
"""Letters that a name must have of which no word is written right."""

_REPAIRABLE = frozenset({"name", "taxon", "vernacular", "brand"})
_CLOSE = frozenset({"vernacular", "brand"})
_FOREIGN = frozenset({"vernacular", "misspelling"})
_ROMAN = re.compile("[IVX]+A?")
_PIECES = re.compile(r"[A-Z]+|[0-9]+")
_SEPARATORS = re.compile(r"[\\;,/+\[\](){}|]|\bAND\b|\bWITH\b|\bW/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A known name in a list of tokens.

    start, size : which tokens. phrase : the name as known. claims : what it stands for.
    way : "" as known, "variant", "dictionary", "decided", "spelling" or "ambiguous".
    rivals : of an ambiguous spelling, the names that it comes near.
    """

    start: int
    size: int
    phrase: Phrase
    claims: tuple[Claim, ...]
    way: str = ""
    distance: int = 0
    rivals: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class WordReading:
    """What a word that is no word of a known name may be.

    glued : known names that are glued together in it.
    near : words of names of several words that come near it, and the letters that are wrong.
    alone : names of one word that it may be meant for, letters wrong, and "spelling", or "rival" for one that is near
        enough to stand in the way of another and is not repaired itself.
    """

    glued: tuple[Phrase, ...] = ()
    near: Mapping[str, int] = field(default_factory=dict)
    alone: tuple[tuple[Phrase, int, str], ...] = ()


UNREAD = WordReading()


class PlainResolver:
    """Finds names as they stand, by matching rules 1."""

    def __init__(self, index: PhraseIndex) -> None:
        self._index = index

    def find(self, text: str, tokens: list[str]) -> list[Found]:
        """The known names in a string, in reading order; the text itself is not looked at."""
        return [
            Found(start, len(phrase), phrase, self._index.claims[phrase])
            for start, phrase in self._index.find_places(tokens)
        ]


class Resolver:
    """Finds the names of one vocabulary in strings, by matching rules 2."""

    def __init__(self, parts: VocabularyParts) -> None:
        self._parts = parts
        self._words = parts.matching.words
        self._variants = list_variants(parts)
        claims: dict[Phrase, Sequence[Claim]] = dict(parts.claims)
        claims |= {variant: parts.claims[phrase] for variant, phrase in self._variants.items()}
        self._index = PhraseIndex(claims)
        self._joined = self._join_names()
        self._starts = {joined[:end] for joined in self._joined for end in range(1, len(joined) + 1)}
        self._readings: dict[str, WordReading] = {}
        self._kinds = [node.kind for node in parts.nodes]
        self._endings = tuple(sorted(self._words["medicine_endings"]))

    def find(self, text: str, tokens: list[str]) -> list[Found]:
        """The known names in a string, in reading order; `tokens` are its tokens."""
        decided = self._parts.decided.get(tuple(tokens)) if self._parts.decided else None
        if decided is not None:
            claims = tuple(Claim(node, "decided", decided.why) for node in decided.nodes or (NO_NODE,))
            return [Found(0, len(tokens), tuple(tokens), claims, "decided")]
        found = self._find_known(text, tokens)
        covered = {place for known in found for place in range(known.start, known.start + known.size)}
        if len(covered) == len(tokens):
            return found
        misspelt: dict[int, WordReading] = {}
        for place, token in enumerate(tokens):
            if place not in covered and len(token) >= SHORTEST_BESIDE:
                reading = self._readings.get(token) or self._read_word(token)
                if reading is not UNREAD:
                    found += [self._take(place, 1, phrase, "variant") for phrase in reading.glued]
                    if reading.near or reading.alone:
                        misspelt[place] = reading
        if misspelt:
            found += self._repair(tokens, misspelt)
        return sorted(found, key=lambda known: known.start) if len(found) > 1 else found

    def _take(self, start: int, size: int, phrase: Phrase, way: str, distance: int = 0) -> Found:
        known = self._variants.get(phrase, phrase)
        return Found(
            start, size, known, self._index.claims[known], way or ("variant" if known != phrase else ""), distance
        )

    def _find_known(self, text: str, tokens: list[str]) -> list[Found]:
        spans = [(start, len(phrase), phrase, "") for start, phrase in self._index.find_spans(tokens)]
        if any(token in self._starts for token in tokens):
            spans += self._find_joined(tokens)
        chosen = drop_overlaps(spans) if len(spans) > 1 else spans
        found = [self._take(start, size, phrase, way) for start, size, phrase, way in chosen]
        return self._add_dictionaries(text, tokens, found) if self._parts.dictionaries else found

    def _find_joined(self, tokens: list[str]) -> Iterator[tuple[int, int, Phrase, str]]:
        """Names whose blanks stand elsewhere than in the data; two digits are never joined."""
        starts, joined = self._starts, self._joined
        for start, said in enumerate(tokens):
            size = 1
            while said in starts:
                if said in joined and (size > 1 or (said,) not in self._index.claims):
                    yield start, size, joined[said], "variant"
                following = start + size
                if size == MOST_JOINED or following == len(tokens):
                    break
                if said[-1].isdigit() and tokens[following][0].isdigit():
                    break
                said += tokens[following]
                size += 1

    def _join_names(self) -> dict[str, Phrase]:
        """Names without their blanks; what two names of different meaning would share is left out."""
        found: dict[str, Phrase | None] = {}
        for phrase, claims in self._index.claims.items():
            joined = "".join(phrase)
            if len(joined) >= SHORTEST_JOINED:
                other = found.setdefault(joined, phrase)
                if other is not None and other != phrase and not same_meaning(self._index.claims[other], claims):
                    found[joined] = (joined,) if (joined,) in self._index.claims else None
        return {joined: phrase for joined, phrase in found.items() if phrase is not None}

    def _add_dictionaries(self, text: str, tokens: list[str], found: list[Found]) -> list[Found]:
        """Names of dictionaries that hold more of the string than the known names there."""
        spans = [(known.start, known.size, known, "") for known in found]
        spans += [(known.start, known.size, known, "z") for known in self._look_up(text, tokens)]
        return [known for _, _, known, _ in drop_overlaps(spans)] if len(spans) > 1 else [item[2] for item in spans]

    def _look_up(self, text: str, tokens: list[str]) -> Iterator[Found]:
        place = 0
        pieces = [split_tokens(piece) for piece in _SEPARATORS.split(text)]
        segments = [(0, tokens, len(pieces) == 1)]
        if len(pieces) > 1:
            for piece in pieces:
                # A separator that is a word is a token of the string, so places are found again by content.
                while piece and tokens[place : place + len(piece)] != piece and place < len(tokens):
                    place += 1
                segments.append((place, piece, True))
                place += len(piece)
        for start, piece, alone in segments:
            known = self._look_up_piece(start, piece, alone)
            if known is not None:
                yield known

    def _look_up_piece(self, start: int, piece: Sequence[str], alone: bool) -> Found | None:
        """The entry of a piece. alone : it is one ingredient, so that a salt at its end is a salt of it."""
        first, last = 0, len(piece)
        while last - first >= 1:
            said = " ".join(piece[first:last])
            for asked in (said, strip_salt(said) if alone else ""):
                for dictionary in self._parts.dictionaries if asked else ():
                    nodes = dictionary.entries.get(asked)
                    if nodes:
                        return _take_entry(start + first, piece[first:last], nodes, dictionary)
            if self._decides_nothing(piece[last - 1]):
                last -= 1
            elif self._decides_nothing(piece[first]):
                first += 1
            else:
                return None
        return None

    def _decides_nothing(self, token: str) -> bool:
        """Whether a token is a strength, a unit or a form around a dictionary's name."""
        return token[0].isdigit() or token in self._words["units"] or token in self._words["forms"]

    def _read_word(self, token: str) -> WordReading:
        """What a word that no known name covers may be; remembered, as words come again."""
        if len(self._readings) >= MOST_KEPT:
            self._readings.clear()
        reading = self._read_anew(token)
        self._readings[token] = reading
        return reading

    def _read_anew(self, token: str) -> WordReading:
        glued = tuple(self._unglue(token))
        if glued:
            return WordReading(glued)
        if not token.isalpha() or self._is_right(token):
            return UNREAD
        near = self._near.find(token)
        beside = {word: distance for word, distance in near if word in self._beside}
        alone = tuple(self._list_alone(token, near))
        return WordReading((), beside, alone) if beside or alone else UNREAD

    def _unglue(self, token: str) -> Iterator[Phrase]:
        """Known names in a word, beside digits, a form, a quality or another known name."""
        if len(token) <= SHORTEST_GLUED or token in self._known_words:
            return
        pieces = _PIECES.findall(token)
        if len(pieces) > 1:
            for piece in pieces:
                yield from self._name_in(piece)
            return
        for cut in range(SHORTEST_GLUED, len(token) - 1):
            head, tail = self._name_in(token[:cut]), token[cut:]
            if head and (tail in self._words["forms"] or self._name_in(tail)):
                yield from (*head, *self._name_in(tail))
                return
        for cut in range(3, len(token) - SHORTEST_GLUED + 1):
            if token[:cut] in self._words["qualities"] and self._name_in(token[cut:]):
                yield from self._name_in(token[cut:])
                return

    def _name_in(self, piece: str) -> tuple[Phrase, ...]:
        if len(piece) < SHORTEST_GLUED:
            return ()
        if (piece,) in self._index.claims:
            return ((piece,),)
        return (self._joined[piece],) if piece in self._joined else ()

    @cached_property
    def _known_words(self) -> frozenset[str]:
        """Words that are right as they are: of known names, forms, and look-alikes.

        A word of a foreign name of several words may be the misspelling of an English one (GREEN TEE).
        """
        known = {
            word
            for phrase, claims in self._index.claims.items()
            if len(phrase) == 1 or any(claim.rule not in _FOREIGN for claim in claims)
            for word in phrase
        }
        known.update(*self._words.values(), self._parts.matching.lookalikes)
        return frozenset(known)

    def _is_right(self, token: str) -> bool:
        """Whether a word is no misspelling: known, a name of a dictionary, or a number in Roman letters."""
        if token in self._known_words or _ROMAN.fullmatch(token):
            return True
        return any(dictionary.entries.get(token) for dictionary in self._parts.dictionaries)

    @cached_property
    def _near(self) -> NearWords:
        words = {word for phrase in self._index.claims for word in phrase if len(word) >= SHORTEST_BESIDE}
        return NearWords(word for word in words | set(self._joined) if word.isalpha())

    def _repair(self, tokens: list[str], misspelt: dict[int, WordReading]) -> list[Found]:
        """The names that misspelt words are meant for, longest first; a tie between names of other meaning is said."""
        candidates = [
            self._take(place, 1, phrase, way, distance)
            for place, reading in misspelt.items()
            for phrase, distance, way in reading.alone
        ]
        near = {place: reading.near for place, reading in misspelt.items() if reading.near}
        candidates += self._repair_phrases(tokens, near) if near and len(tokens) > 1 else ()
        if not candidates or not self._words["contradicting"].isdisjoint(tokens):
            return []
        candidates.sort(
            key=lambda known: (-known.size, known.way == "rival", known.distance, known.start, known.phrase)
        )
        taken: set[int] = set()
        found = []
        for best in candidates:
            places = range(best.start, best.start + best.size)
            if taken.isdisjoint(places):
                taken.update(places)
                found.append(self._weigh(best, candidates))
        return [known for known in found if known is not None]

    def _weigh(self, best: Found, candidates: Iterable[Found]) -> Found | None:
        """The best repair of some words, marked where another comes as near; None where it would name nothing."""
        if best.way == "rival":
            return None
        rivals = [
            other.phrase
            for other in candidates
            if (other.start, other.size) == (best.start, best.size)
            and other.distance <= best.distance
            and not same_meaning(other.claims, best.claims)
        ]
        if rivals:
            return replace(best, way="ambiguous", rivals=tuple(dict.fromkeys(rivals)))
        return best

    def _list_alone(self, token: str, near: Sequence[tuple[str, int]]) -> list[tuple[Phrase, int, str]]:
        """Names of one word. Every name that comes near is a rival, also one that is not repaired itself."""
        found = []
        for word, distance in near:
            for phrase in self._name_in(word):
                if self._may_repair(token, distance, word, phrase):
                    found.append((phrase, distance, "spelling"))
                elif may_be_rival(token, word, distance):
                    found.append((phrase, distance, "rival"))
        return found if any(way == "spelling" for _, _, way in found) else []

    def _may_repair(self, token: str, distance: int, word: str, phrase: Phrase) -> bool:
        """Whether a token is taken for a name of one word, if no other name is as near."""
        claims = self._index.claims[phrase]
        if not all(claim.rule in _REPAIRABLE for claim in claims) or not may_stand_alone(token, word, distance):
            return False
        endings = self._endings
        if token.endswith(endings) and any(token.endswith(end) and not word.endswith(end) for end in endings):
            return False
        close = len(phrase) > 1 or any(
            claim.rule in _CLOSE or self._kinds[claim.node] == "medicine" for claim in claims
        )
        return not close or (distance == 1 and len(word) >= SHORTEST_CLOSE)

    def _repair_phrases(self, tokens: list[str], near: dict[int, Mapping[str, int]]) -> Iterator[Found]:
        """Names of several words; a name with more than one word wrong is looked at from the first of them."""
        for place, words in near.items():
            before = (tokens[place - 1],) if place else ()
            after = (tokens[place + 1], *near.get(place + 1, ())) if place + 1 < len(tokens) else ()
            for word in words:
                held = [self._following.get((neighbour, word), ()) for neighbour in before]
                held += [self._leading.get((word, neighbour), ()) for neighbour in after]
                for phrase, offset in (pair for some in held for pair in some):
                    start = place - offset
                    if start >= 0 and tokens[start:place] == list(phrase[:offset]):
                        distance = self._compare(tokens, start, phrase, near)
                        if distance:
                            repairable = all(claim.rule in _REPAIRABLE for claim in self._index.claims[phrase])
                            yield self._take(
                                start, len(phrase), phrase, "spelling" if repairable else "rival", distance
                            )

    @cached_property
    def _following(self) -> dict[tuple[str, str], list[tuple[Phrase, int]]]:
        """(word, word after it) -> the names that hold both, and the place of the second."""
        held: dict[tuple[str, str], list[tuple[Phrase, int]]] = {}
        for phrase in self._in_order:
            for offset in range(1, len(phrase)):
                held.setdefault((phrase[offset - 1], phrase[offset]), []).append((phrase, offset))
        return held

    @cached_property
    def _beside(self) -> frozenset[str]:
        """Words of names of several words."""
        return frozenset(word for phrase in self._in_order if len(phrase) > 1 for word in phrase)

    @cached_property
    def _leading(self) -> dict[tuple[str, str], list[tuple[Phrase, int]]]:
        """The first two words of a name -> the names that begin with them."""
        held: dict[tuple[str, str], list[tuple[Phrase, int]]] = {}
        for phrase in self._in_order:
            if len(phrase) > 1:
                held.setdefault((phrase[0], phrase[1]), []).append((phrase, 0))
        return held

    @cached_property
    def _in_order(self) -> list[Phrase]:
        """Names whose spelling may be repaired: all but those whose words are swapped already."""
        variants = self._variants
        return sorted(phrase for phrase in self._index.claims if variants.get(phrase, ())[::-1] != phrase)

    def _compare(self, tokens: list[str], start: int, phrase: Phrase, near: dict[int, Mapping[str, int]]) -> int:
        """Letters wrong in the tokens if they are meant for a phrase; 0 if they are not."""
        if start + len(phrase) > len(tokens):
            return 0
        total = right = 0
        for offset, word in enumerate(phrase):
            place = start + offset
            if tokens[place] == word:
                right += len(word)
            else:
                distance = near.get(place, {}).get(word, 0)
                if not distance:
                    return 0
                total += distance
        letters = sum(map(len, phrase))
        return (
            total if letters >= LETTERS_PER_ERROR * total and (right >= SHORTEST_BESIDE or letters >= BOTH_WRONG) else 0
        )


def _take_entry(start: int, said: Sequence[str], nodes: tuple[int, ...], dictionary: Dictionary) -> Found:
    claims = tuple(Claim(node, "dictionary", dictionary.title) for node in nodes)
    return Found(start, len(said), tuple(said), claims, "dictionary")


def drop_overlaps(spans: list[tuple[int, int, Any, str]]) -> list[tuple[int, int, Any, str]]:
    """Keep the longest, then names as written before others, then the leftmost, that share no token."""
    taken: set[int] = set()
    kept = []
    for span in sorted(spans, key=lambda item: (-item[1], item[3], item[0])):
        places = range(span[0], span[0] + span[1])
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(span)
    return sorted(kept, key=lambda item: item[0])
