"""Names that resemble what was asked, best first."""

from __future__ import annotations

from collections.abc import Mapping

_LEAST = 70.0
"""Similarity, 0 to 100, below which two spellings are not near."""

_BEHIND_BEST = 15.0
"""How far behind the best a name may stay and still be worth showing."""

_SHORTEST = 3
"""Letters of a spelling that can resemble another; a single letter is found inside nearly every word."""


def rank_near(asked: str, choices: Mapping[str, str], most: int = 20) -> list[str]:
    """Values of `choices` whose key resembles `asked`, best first, each once.

    choices : spelling -> what it stands for; spellings and `asked` in the same case. The earlier wins a tie.
    Words that begin alike, and words inside longer names, count as near; fewer than three letters only as written.
    """
    if len(asked) < _SHORTEST:
        return [choices[asked]] if asked in choices else []
    # Fuzzy matching serves people who ask, never the mapping of reports; it is loaded when someone asks.
    from rapidfuzz import fuzz, process

    spellings = [spelling for spelling in choices if len(spelling) >= _SHORTEST]
    found = process.extract(asked, spellings, scorer=fuzz.WRatio, score_cutoff=_LEAST, limit=most * 4)
    ranked = sorted(found, key=lambda item: (-item[1], abs(len(item[0]) - len(asked)), item[2]))
    near = [spelling for spelling, score, _ in ranked if score >= ranked[0][1] - _BEHIND_BEST]
    return list(dict.fromkeys(choices[spelling] for spelling in near))[:most]
