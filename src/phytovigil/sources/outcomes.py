"""Outcomes of a report in one vocabulary, and the seriousness that follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from phytovigil.sources.reasons import Fault, Reason
from phytovigil.sources.tables import read_table, squeeze


@cache
def outcome_words() -> dict[str, str]:
    """Outcome by squeezed reported words; the empty outcome means that nothing was ticked."""
    return {squeeze(row["reported"]): row["outcome"] for row in read_table("outcomes")}


@cache
def outcome_order() -> dict[str, int]:
    """The outcomes of the vocabulary and their place, gravest first."""
    names = dict.fromkeys(row["outcome"] for row in read_table("outcomes") if row["outcome"])
    return {name: place for place, name in enumerate(names)}


@cache
def serious_outcomes() -> frozenset[str]:
    """Outcomes that make a report serious, after 21 CFR 310.305(b) and the regulator's own words."""
    return frozenset(row["outcome"] for row in read_table("outcomes") if row["serious"] == "yes")


@lru_cache(maxsize=4096)
def read_outcomes(text: str, separator: str) -> tuple[tuple[str, ...], tuple[Fault, ...]]:
    """Distinct outcomes of a joined list, gravest first, and the words that no outcome is known by.

    >>> read_outcomes("VISITED AN ER, DEATH, DEATH", ",")
    (('death', 'emergency visit'), ())
    """
    known, unknown = set(), []
    for part in text.split(separator):
        outcome = outcome_words().get(squeeze(part))
        if outcome is None and squeeze(part) not in ("", "notspecified"):
            unknown.append(Fault(Reason.UNKNOWN_OUTCOME, "outcomes", part.strip()))
        elif outcome:
            known.add(outcome)
    return tuple(sorted(known, key=outcome_order().__getitem__)), tuple(unknown)


def is_serious(outcomes: Iterable[str]) -> bool:
    """Whether any outcome makes the report serious.

    >>> is_serious(["hospitalisation"]), is_serious(["emergency visit"]), is_serious([])
    (True, False, False)
    """
    return not serious_outcomes().isdisjoint(outcomes)
