"""Words near a misspelt one, and how far a misspelling may go before it is rather another word.

Candidates come from a symmetric deletion index (SymSpell, W. Garbe, 2012) under the distance of Damerau in its
restricted form (optimal string alignment): a letter left out, added, exchanged, or two neighbours swapped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, cached_property

BEGINNING = 8
"""Letters from the beginning of a word by which it is indexed."""

FURTHEST = 2
"""Letters that may be wrong in one word."""

FEW = 100
"""Tokens that are compared with every word before an index is made: a small file never needs it."""

SHORTEST_ALONE = 6
"""Letters of a name that is repaired without another word of the same name beside it."""

SHORTEST_BESIDE = 3
"""Letters of a word that is repaired beside the other words of its name."""

_ALONE = {1: 8, 2: 10}
"""Letters wrong -> the letters that the shorter spelling must have."""

_ALONE_ALIKE = {1: 6, 2: 7}
"""The same for two spellings that sound alike."""

SHORTEST_RIVAL = 8
"""Letters of a name two letters away that stands in the way of another."""

OTHER_BEGINNING = 9
"""Letters of a name that is repaired alone where the first letter is the wrong one: RINGERS is not ginger."""

_BESIDE = {1: 4, 2: 6}

_SOUNDS = (("PH", "F"), ("CK", "K"), ("QU", "K"), ("C", "K"), ("X", "KS"), ("Z", "S"), ("Y", "I"), ("H", ""))
_VOWELS = re.compile("[AEIOU]+")
_DOUBLED = re.compile(r"(.)\1+")


class NearWords:
    """The words of a vocabulary's names, found by what comes near them; a word holds no blank.

    A few tokens are compared with every word of about their length. From then on the words are looked up in an index:
    every word is kept under all that is left of its beginning when up to two letters are taken out; two words that are
    two letters apart have one of these in common (SymSpell). The distance itself is then computed. Both ways find the
    same; making the index costs as much as comparing some 400 tokens.
    """

    def __init__(self, words: Iterable[str], few: int = FEW) -> None:
        """Keep the words; `few` tokens are looked up before there is an index."""
        self._by_length: dict[int, list[str]] = {}
        for word in sorted(words):
            self._by_length.setdefault(len(word), []).append(word)
        self._left = few

    def find(self, token: str) -> tuple[tuple[str, int], ...]:
        """(word, letters wrong) of every word that a token may be meant for beside other words, nearest first."""
        furthest = FURTHEST if len(token) >= _BESIDE[2] - 1 else 1
        self._left -= 1
        compare = self._compare_all if self._left >= 0 else self._compare_indexed
        found = [
            (distance, word) for word, distance in compare(token, furthest) if may_stand_beside(token, word, distance)
        ]
        return tuple((word, distance) for distance, word in sorted(found))

    def _compare_all(self, token: str, furthest: int) -> Iterator[tuple[str, int]]:
        """(word, letters wrong), from all words whose length may do."""
        # Late: it serves the mapping of reports, which most commands find done.
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        for length in range(len(token) - furthest, len(token) + furthest + 1):
            words = self._by_length.get(length, [])
            for word, distance, _ in process.extract(
                token, words, scorer=OSA.distance, score_cutoff=furthest, limit=None
            ):
                yield word, distance

    def _compare_indexed(self, token: str, furthest: int) -> Iterator[tuple[str, int]]:
        """(word, letters wrong), from the words that the index holds for what is left of the token."""
        # Late, as above.
        from rapidfuzz.distance import OSA

        kept = self._kept
        candidates: set[str] = set()
        for left in take_out(token[:BEGINNING], furthest):
            if left in kept:
                candidates.update(kept[left].split())
        shortest, longest = len(token) - furthest, len(token) + furthest
        for beginning in candidates:
            for word in self._by_beginning[beginning]:
                if shortest <= len(word) <= longest:
                    distance = OSA.distance(token, word, score_cutoff=furthest)
                    if distance <= furthest:
                        yield word, distance

    @cached_property
    def _by_beginning(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for words in self._by_length.values():
            for word in words:
                found.setdefault(word[:BEGINNING], []).append(word)
        return found

    @cached_property
    def _kept(self) -> dict[str, str]:
        """What is left of a beginning of words -> the beginnings that leave it, with blanks between them.

        A text for each, not a list: a million lists would have to be looked through whenever memory is tidied up.
        """
        kept: dict[str, str] = {}
        for beginning in self._by_beginning:
            for left in take_out(beginning, FURTHEST):
                kept[left] = f"{kept[left]} {beginning}" if left in kept else beginning
        return kept


def take_out(word: str, letters: int) -> set[str]:
    """What is left of a word when up to so many letters are taken out.

    >>> sorted(take_out("OIL", 1))
    ['IL', 'OI', 'OIL', 'OL']
    """
    left = {word}
    newest = left
    for _ in range(letters):
        newest = {some[:place] + some[place + 1 :] for some in newest for place in range(len(some))}
        left = left | newest
    return left


def may_stand_beside(token: str, word: str, distance: int) -> bool:
    """Whether a token may be a word of a name whose other words stand beside it."""
    shorter = min(len(token), len(word))
    if distance == 0:
        return False
    if distance == 1:
        return shorter >= _BESIDE[1] or (shorter == SHORTEST_BESIDE and token[0] == word[0])
    return shorter >= _BESIDE[2] - (sound(token) == sound(word))


def may_stand_alone(token: str, word: str, distance: int) -> bool:
    """Whether a token may be a name of one word, with nothing beside it that says so.

    Short names and names with other consonants are often names of something else, so less is allowed there: NESTLE is
    not nettle. A letter too many or too few, or two swapped, are slips of the finger that seldom make another name.

    >>> may_stand_alone("CINAMIN", "CINNAMON", 2), may_stand_alone("VALTRIAM", "VALERIAN", 2)
    (True, False)
    """
    shorter = min(len(token), len(word))
    if sound(token) == sound(word):
        return shorter >= _ALONE_ALIKE[distance]
    if token[0] != word[0] and len(token) == len(word):
        return distance == 1 and shorter >= OTHER_BEGINNING
    slipped = distance == 1 and (len(token) != len(word) or sorted(token) == sorted(word))
    return shorter >= (SHORTEST_ALONE if slipped else _ALONE[distance])


def may_be_rival(token: str, word: str, distance: int) -> bool:
    """Whether a token comes near enough to another name to leave it open which of the two is meant."""
    return distance == 1 or min(len(token), len(word)) >= SHORTEST_RIVAL or sound(token) == sound(word)


@cache
def sound(word: str) -> str:
    """The consonants of a word as they are heard; vowels count only at the beginning.

    >>> sound("ECHINACEA"), sound("EKINASHIA"), sound("KOHASH") == sound("COHOSH")
    ('AKNK', 'AKNS', True)
    """
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return _DOUBLED.sub(r"\1", ("A" if _VOWELS.match(word) else "") + _VOWELS.sub("", word))
