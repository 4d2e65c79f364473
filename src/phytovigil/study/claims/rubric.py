"""How certain a line of evidence is: where each design starts, and one step down for each limit that is named.

The steps follow GRADE: Guyatt and others 2008, doi:10.1136/bmj.39489.470347.AD; starting points of single cases as in
Atkins and others 2004, doi:10.1136/bmj.328.7454.1490. Nothing is rated up, and no number is made of the levels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from phytovigil.schema.claims import LIMITS, LINES, REPORTS, VERY_SERIOUS, Claim, ClaimEvidence
from phytovigil.schema.evidence import EvidenceRow

CERTAINTIES = ("none", "very low", "low", "moderate", "high")
"""Weakest first."""

MEANINGS: Mapping[str, str] = {
    "high": "further research is very unlikely to change how much is believed",
    "moderate": "further research is likely to change it",
    "low": "further research is very likely to change it",
    "very low": "any estimate of an effect is very uncertain",
    "none": "it says nothing on what happens in people",
}
"""What a level says of the size of an effect; that something happens at all can be well known where its size is not."""

STARTS: Mapping[str, tuple[str, str]] = {
    "trial": ("high", "chance decides who gets what"),
    "observational": ("low", "people are compared, and differ in more than the product"),
    "survey": ("low", "people are asked, and nobody is compared"),
    "case series": ("very low", "patients are described, and nobody is compared"),
    "case reports": ("very low", "single patients are described"),
    REPORTS: ("very low", "suspicions are counted; nobody knows how many people took the product"),
    "pharmacokinetics": ("none", "it shows what the body does with the product, not what the product does to people"),
    "mechanism": ("none", "it shows what could happen, not that it happens"),
    "search": ("none", "it shows that somebody looked"),
}
"""Where each line starts, and why."""

DIRECT_START = ("low", "the claim is about a mechanism, and this is work on one")
"""Where pharmacokinetics and laboratory work start if the claim itself is about a mechanism."""

SOURCES = (
    "GRADE: Guyatt GH, Oxman AD, Vist GE and others, BMJ 2008;336:924, doi:10.1136/bmj.39489.470347.AD",
    "Starting points: Atkins D, Best D, Briss PA and others, BMJ 2004;328:1490, doi:10.1136/bmj.328.7454.1490",
)


@dataclass(frozen=True, slots=True)
class Grade:
    """A level of certainty with every step that led to it."""

    certainty: str
    start: str
    why: str
    steps: tuple[dict[str, str], ...] = ()


def start_of(line: str, about: str) -> tuple[str, str]:
    """Where a line starts for a claim, and why.

    >>> start_of("mechanism", "benefit")[0], start_of("mechanism", "mechanism")[0]
    ('none', 'low')
    """
    direct = about == "mechanism" and line in ("mechanism", "pharmacokinetics")
    return DIRECT_START if direct else STARTS[line]


def grade(line: str, about: str, limits: Iterable[str]) -> Grade:
    """The certainty of one piece of evidence: its start, and a step down for each limit, two for a very serious one.

    >>> grade("trial", "benefit", ["very serious indirectness", "imprecision"]).certainty
    'very low'
    """
    start, why = start_of(line, about)
    level, steps = CERTAINTIES.index(start), []
    for limit in limits:
        size = 2 if limit.startswith(VERY_SERIOUS) else 1
        # GRADE has no level below very low; what starts at none stays there.
        reached = max(level - size, min(level, 1))
        steps.append({"limit": limit, "from": CERTAINTIES[level], "to": CERTAINTIES[reached]})
        level = reached
    return Grade(CERTAINTIES[level], start, why, tuple(steps))


def grade_line(claim: Claim, entries: Iterable[tuple[ClaimEvidence, EvidenceRow]]) -> dict[str, Any]:
    """All rows of one line that say the same of a claim; the line is as certain as the best of them."""
    described = [describe_entry(claim, entry, row) for entry, row in entries]
    best = max(described, key=lambda item: CERTAINTIES.index(item["certainty"]))
    return {
        "line": best["line"],
        "title": LINES[best["line"]],
        "says": best["says"],
        "certainty": best["certainty"],
        "start": best["start"],
        "why": start_of(best["line"], claim.about)[1],
        "rows": described,
    }


def describe_entry(claim: Claim, entry: ClaimEvidence, row: EvidenceRow) -> dict[str, Any]:
    """One row as it bears on a claim, with its steps."""
    graded = grade(entry.line, claim.about, entry.limits)
    return {
        "row": row.id,
        "title": row.title,
        "finding": row.finding,
        "bearing": entry.why,
        "line": entry.line,
        "says": entry.says,
        "certainty": graded.certainty,
        "start": graded.start,
        "steps": list(graded.steps),
        "standing": row.standing,
    }


def describe_rubric() -> dict[str, Any]:
    """The rubric itself, so that a page can print it."""
    return {
        "levels": [{"certainty": level, "means": MEANINGS[level]} for level in reversed(CERTAINTIES)],
        "starts": [
            {"line": line, "title": LINES.get(line, "Reports to regulators"), "certainty": level, "why": why}
            for line, (level, why) in STARTS.items()
        ],
        "direct": {"certainty": DIRECT_START[0], "why": DIRECT_START[1]},
        "limits": [{"limit": limit, "means": means} for limit, means in LIMITS.items()],
        "sources": list(SOURCES),
    }
