"""Names that resemble what was asked, best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_LEAST = 70.0
"""Similarity, 0 to 100, below which two spellings are not near."""

_BEHIND_BEST = 15.0
"""How far behind the best a name may stay and still be worth showing."""

_SHORTEST = 3
"""Letters of a spelling that can resemble another; a single letter is found inside nearly every word."""

_BEGINNING = 90.0
"""Similarity of a name in which a word begins as the whole of what was asked."""

_IN_PART = 0.8
"""What likeness of a part counts beside likeness of the whole: among many names some piece of one always fits."""


def rank_near(asked: str, choices: Mapping[str, str], most: int = 20) -> list[str]:
    """Values of `choices` whose key resembles `asked`, best first, each once.

    choices : spelling -> what it stands for; spellings and `asked` in the same case. The earlier wins a tie.
    Words that begin alike, and words inside longer names, count as near; fewer than three letters only as written.
    """
    if len(asked) < _SHORTEST:
        return [choices[asked]] if asked in choices else []
    spellings = [spelling for spelling in choices if len(spelling) >= _SHORTEST]
    places = {spelling: place for place, spelling in enumerate(spellings)}
    scores = score_near(asked, spellings, most * 4)
    ranked = sorted(scores, key=lambda near: (-scores[near], abs(len(near) - len(asked)), places[near]))
    near = [spelling for spelling in ranked if scores[spelling] >= scores[ranked[0]] - _BEHIND_BEST]
    return list(dict.fromkeys(choices[spelling] for spelling in near))[:most]


def score_near(asked: str, spellings: Sequence[str], most: int) -> dict[str, float]:
    """Spellings that resemble `asked` -> similarity, 0 to 100: as a whole, by how a word begins, or in part.

    most : how many are looked up in each of the ways that compare letters.

    >>> scores = score_near("KVAA", ["KAA HEE", "KAVA"], 2)
    >>> max(scores, key=scores.get)
    'KAVA'
    """
    # Fuzzy matching serves people who ask, never the mapping of reports; it is loaded when someone asks.
    from rapidfuzz import fuzz, process

    in_part = process.extract(asked, spellings, scorer=fuzz.WRatio, score_cutoff=_LEAST, limit=most)
    scores = {spelling: score * _IN_PART for spelling, score, _ in in_part}
    scores |= {spelling: _BEGINNING for spelling in spellings if f" {asked}" in f" {spelling}"}
    for alike in (fuzz.ratio, fuzz.token_sort_ratio):
        for spelling, score, _ in process.extract(asked, spellings, scorer=alike, score_cutoff=_LEAST, limit=most):
            scores[spelling] = max(score, scores.get(spelling, 0.0))
    return scores
