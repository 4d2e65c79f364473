"""The cases behind a count, looked at as a clinician would: time to onset, dechallenge, completeness, causality.

What a report answers of a scale is little, so that every case keeps a range, and no case is settled by its report.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from phytovigil.cases.causality.completeness import PENALTIES, WELL_DOCUMENTED
from phytovigil.cases.causality.dechallenge import PIGMENT_NOTE
from phytovigil.cases.causality.time_to_onset import STATUSES
from phytovigil.schema.selection import AGE_BANDS, UNKNOWN, Selection
from phytovigil.sources import SOURCES
from phytovigil.study.case_reading import SeriesReader
from phytovigil.study.counting import ReportCounter
from phytovigil.study.evidence import Evidence
from phytovigil.study.naming import NamedProduct, NamedReaction
from phytovigil.study.planning import Plan, PlannedPair
from phytovigil.study.record import CASES

LIVER, PIGMENT = "liver-injury", "skin-pigmentation"
"""Reaction groups: the context that a series is shown of, and the one whose dechallenge tells little."""

AGES = (*(label for label, _, _ in AGE_BANDS), UNKNOWN)

RANGES_STAY = (
    "A report answers few questions of a scale. Each case keeps the range over all others, and none is settled by its "
    "report; “phytovigil cases assess” takes what a person finds out."
)
NO_STARTS = "{label} records no start of a product: there is no time to onset."
NO_CHALLENGES = "{label} records neither dechallenge nor rechallenge."
ADAPTED = (
    "{label} records {looked_at} of the ten dimensions of completeness. The adapted score looks at these alone: it "
    "tells whether a report says what this source can say, not whether it is well documented. Over all ten, none is "
    "above {most}."
)
NOT_ALL_READ = "{title}: the oldest {read:,} of {cases:,} cases were read one by one; all but their number is of these."
NO_SINGLE = "The cases one by one are left out of a snapshot that was given away."
NOT_ALL_LISTED = "The oldest {listed:,} of {cases:,} cases are listed one by one."


def case_series(plan: Plan, evidence: Mapping[str, Evidence]) -> list[dict[str, Any]]:
    """The series of every outcome, and of liver injury where the study shows it for context, on every source."""
    wanted = {outcome.key for outcome in plan.outcomes}
    wanted |= {reaction.key for reaction in plan.context if reaction.name == LIVER}
    pairs = [pair for pair in plan.pairs if pair.part == "main" and pair.reaction.key in wanted]
    return [series_of(pair, item) for item in evidence.values() for pair in pairs]


def series_of(pair: PlannedPair, evidence: Evidence) -> dict[str, Any]:
    """One pair on one source: from a store, or from what was noted."""
    reader = SeriesReader(pair.product, pair.reaction, pair.selection)
    noted = evidence.note(f"series:{pair.reaction.key}", reader.sum_up)
    singles = evidence.note(f"{CASES}series:{pair.reaction.key}", reader.list_singles)
    return describe_series(evidence.source, pair.reaction, noted, singles)


def answer_series(
    counter: ReportCounter, product: NamedProduct, reaction: NamedReaction, selection: Selection
) -> dict[str, Any]:
    """The series of any pair, straight from the reports."""
    reader = SeriesReader(product, reaction, selection)
    return describe_series(counter.opened.source.name, reaction, reader.sum_up(counter), reader.list_singles(counter))


def describe_series(
    source: str, reaction: NamedReaction, noted: Mapping[str, Any], singles: list[dict[str, Any]] | None
) -> dict[str, Any]:
    """A series as JSON: what was noted, and what follows from it."""
    days = [day for day, cases in noted["days"] for _ in range(cases)]
    scores = [score for score, cases in noted["scores"] for _ in range(cases)]
    by_status, most = dict(noted["onset"]), most_of(noted["left_out"])
    return {
        "source": source,
        "label": SOURCES[source].label,
        "reaction": reaction.key,
        "reaction_title": reaction.title,
        "cases": noted["cases"],
        "read": noted["read"],
        "onset": {
            "recorded": noted["recorded"]["start"],
            "ledger": {status: by_status.get(status, 0) for status in STATUSES},
            "days": [{"days": day, "cases": cases} for day, cases in sorted(noted["days"])],
            "spread": spread(days),
        },
        "dechallenge": {"recorded": noted["recorded"]["dechallenge"], "counts": noted["dechallenge"]},
        "rechallenge": {"recorded": noted["recorded"]["rechallenge"], "counts": noted["rechallenge"]},
        "seriousness": name_counts(noted["serious"]),
        "outcomes": name_counts(noted["outcomes"]),
        "sex": name_counts(noted["sex"]),
        "age": name_counts(sorted(noted["age"], key=lambda pair: AGES.index(pair[0]))),
        "completeness": {
            "adapted": bool(noted["left_out"]),
            "left_out": noted["left_out"],
            "all_ten": spread([round(score * most, 4) for score in scores]),
            "adapted_spread": spread([round(score, 4) for score in scores]),
            "well_documented": sum(score * most > WELL_DOCUMENTED for score in scores),
            "most": round(most, 4),
        },
        "naranjo": join_ranges(noted["naranjo"]),
        "who_umc": [
            {"categories": categories, "as_it_stands": stands, "cases": cases}
            for (categories, stands), cases in noted["who_umc"]
        ],
        "co_suspects": name_counts(noted["suspects"]),
        "notes": list_notes(source, reaction, noted),
        "single_cases": singles or [],
        "single_cases_note": note_singles(noted, singles),
    }


def join_ranges(noted: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Ranges that span the same categories as one, from the lowest to the highest total of any, most cases first.

    >>> join_ranges([[[1, 3, ["possible"]], 2], [[2, 4, ["possible"]], 1]])
    [{'low': 1, 'high': 4, 'categories': ['possible'], 'cases': 3}]
    """
    joined: dict[tuple[str, ...], dict[str, Any]] = {}
    for (low, high, categories), cases in noted:
        found = joined.setdefault(tuple(categories), {"low": low, "high": high, "categories": categories, "cases": 0})
        found |= {"low": min(low, found["low"]), "high": max(high, found["high"]), "cases": found["cases"] + cases}
    return sorted(joined.values(), key=lambda found: (-found["cases"], found["low"], found["high"]))


def most_of(left_out: Iterable[str]) -> float:
    """The highest completeness over all ten dimensions of a source that never records some of them.

    >>> round(most_of(["time_to_onset", "comments"]), 2)
    0.45
    """
    return math.prod(1 - PENALTIES[name] for name in left_out)


def name_counts(pairs: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Values with their cases."""
    return [{"value": value, "cases": cases} for value, cases in pairs]


def spread(values: Sequence[float]) -> dict[str, float] | None:
    """Extremes and quartiles that occurred (the inverse of the empirical distribution); None without a value.

    >>> spread([9, 0, 40, 3])
    {'minimum': 0, 'first_quartile': 0, 'median': 3, 'third_quartile': 9, 'maximum': 40}
    """
    if not values:
        return None
    ordered = sorted(values)
    names = {"minimum": 0.0, "first_quartile": 0.25, "median": 0.5, "third_quartile": 0.75, "maximum": 1.0}
    return {name: ordered[max(0, math.ceil(share * len(ordered)) - 1)] for name, share in names.items()}


def list_notes(source: str, reaction: NamedReaction, noted: Mapping[str, Any]) -> list[str]:
    """What must be said beside the numbers."""
    if not noted["cases"]:
        return []
    label, recorded = SOURCES[source].label, noted["recorded"]
    notes = [NOT_ALL_READ.format(title=reaction.title, **noted)] if noted["read"] < noted["cases"] else []
    notes += [] if recorded["start"] else [NO_STARTS.format(label=label)]
    notes += [] if recorded["dechallenge"] or recorded["rechallenge"] else [NO_CHALLENGES.format(label=label)]
    if noted["left_out"]:
        looked_at = [name.replace("_", " ") for name in PENALTIES if name not in noted["left_out"]]
        words = ", ".join(looked_at) or "none"
        notes.append(ADAPTED.format(looked_at=words, label=label, most=f"{most_of(noted['left_out']):.2f}"))
    notes += [PIGMENT_NOTE] if reaction.name == PIGMENT and noted["dechallenge"]["negative"] else []
    return [*notes, RANGES_STAY]


def note_singles(noted: Mapping[str, Any], singles: Sequence[Any] | None) -> str:
    """Why cases are not listed one by one; empty where all are."""
    if singles is None:
        return NO_SINGLE if noted["cases"] else ""
    return NOT_ALL_LISTED.format(listed=len(singles), **noted) if len(singles) < noted["cases"] else ""
