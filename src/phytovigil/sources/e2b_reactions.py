"""Reactions of an E2B(R2) report."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from phytovigil.sources.draft import Draft
from phytovigil.sources.e2b_codes import REACTION_OUTCOMES, read_code
from phytovigil.sources.nested import Fields, pick_date, pick_parts, pick_text
from phytovigil.sources.reasons import Fault, Reason
from phytovigil.sources.terms import write_term


class Reactions(NamedTuple):
    """Terms with their outcomes, in the order of the report, and the starts of reactions as written."""

    rows: list[tuple[str, str | None]]
    starts: list[str]


@lru_cache(maxsize=65536)
def write_reaction_term(text: str) -> str:
    """A term in upper case with single blanks and its apostrophes, for which FDA's XML writes “^”.

    >>> write_reaction_term("Crohn^s disease")
    "CROHN'S DISEASE"
    """
    return write_term(text.replace("^", "'"))


def read_reactions(patient: Fields, faults: list[Fault]) -> Reactions:
    """The reactions of a report; a report without any is a fault."""
    rows, starts = [], []
    for reaction in pick_parts(patient, "reaction", faults):
        term = write_reaction_term(pick_text(reaction, "reactionmeddrapt", faults))
        outcome = pick_text(reaction, "reactionoutcome", faults)
        if term:
            rows.append((term, read_code(outcome, REACTION_OUTCOMES, "outcome", faults)))
        if start := pick_date(reaction, "reactionstartdate", faults):
            starts.append(start)
    if not rows:
        faults.append(Fault(Reason.NO_REACTION, "term", ""))
    return Reactions(rows, starts)


def write_reactions(draft: Draft, identity: tuple[str, int], reactions: Reactions, again: frozenset[str]) -> None:
    """Write the reactions. again: terms that came back when a product was taken again."""
    for term, outcome in reactions.rows:
        draft.add_reaction(*identity, term, outcome, term if term in again else None)
