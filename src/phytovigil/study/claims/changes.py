"""What would change a conclusion: a sentence for each kind of evidence that is missing, with numbers if possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from phytovigil.schema.claims import CONTRADICTS, REPORTS, SUPPORTS, Claim
from phytovigil.signals.needed import cases_to_exclude, people_to_exclude
from phytovigil.study.claims.conclusions import COMPARED, EXPERIMENTS, PATIENTS
from phytovigil.study.claims.rubric import CERTAINTIES
from phytovigil.study.estimating import TOO_FEW

SEVERE_SHARE = 0.001
"""A share of people that a harm may have and still matter: 1 in 1,000."""

Line = Mapping[str, Any]


def say_changes(
    claim: Claim, product: str, lines: Sequence[Line], reports: Line, findings: Mapping[str, Any]
) -> list[str]:
    """The sentences, in the order of their weight. lines : as graded, without the reports."""
    if claim.about == "benefit":
        return [say_trial(claim, product, lines)]
    if claim.about == "frequency":
        return [say_cohort(claim, product), "More reports would not: they have no denominator, however many there are."]
    if claim.about == "safety":
        return [say_large_trial()]
    if claim.about == "mechanism":
        return [say_experiment(lines)]
    needed = [] if claim.about == "risk-factor" else say_needed(product, reports, findings)
    return [*say_patients(product, lines, reports), *needed, say_cohort(claim, product)]


def say_trial(claim: Claim, product: str, lines: Sequence[Line]) -> str:
    """Whether a trial is missing, or the ones that there are fall short."""
    trials = [line for line in lines if line["line"] == "trial"]
    whom = claim.people or "the people whom the claim is about"
    if not trials:
        return f"A randomised trial of {product} in {whom}: there is none in the evidence."
    best = max(trials, key=lambda line: CERTAINTIES.index(line["certainty"]))
    if CERTAINTIES.index(best["certainty"]) >= CERTAINTIES.index("moderate"):
        return "A further trial with another result."
    limits = dict.fromkeys(step["limit"] for row in best["rows"] for step in row["steps"])
    named = f", rated down for {' and '.join(limits)}" if limits else ""
    return f"A randomised trial of {product} in {whom}: what there is, is of {best['certainty']} certainty{named}."


def say_cohort(claim: Claim, product: str) -> str:
    """The study with a denominator that is missing."""
    if claim.about == "risk-factor":
        return f"A study of people who take {product}, with and without the condition, in which everybody is examined."
    return f"A study in which both use of {product} and the outcome are recorded for everybody: it gives a frequency."


def say_large_trial() -> str:
    """How many people it takes to exclude a harm that is not very frequent, if none of them has it."""
    people = people_to_exclude(SEVERE_SHARE)
    return (
        "Trials that show benefit and are large enough for harm: to exclude a harm in 1 of "
        f"{round(1 / SEVERE_SHARE):,} people takes {people:,} people without one case of it."
    )


def say_experiment(lines: Sequence[Line]) -> str:
    """What would show a mechanism, or refute it."""
    if any(line["line"] in EXPERIMENTS and line["says"] in (SUPPORTS, CONTRADICTS) for line in lines):
        return "The same measurement in people, at the doses that they take."
    return "An experiment on this very step, and then a measurement of it in people who have the effect."


def say_patients(product: str, lines: Sequence[Line], reports: Line) -> list[str]:
    """What described patients would have to show, unless reports and patients, or a comparison, say it already."""
    supporting = {line["line"] for line in (*lines, reports) if line["says"] == SUPPORTS}
    if supporting & set(COMPARED) or (REPORTS in supporting and supporting & set(PATIENTS)):
        return []
    return [
        "Described cases in which nothing else explains it, and in which it went after stopping and came back with "
        f"{product}."
    ]


def say_needed(product: str, reports: Line, findings: Mapping[str, Any]) -> list[str]:
    """For each verdict that rests on too few cases: how many it would take to exclude a doubling."""
    said = []
    pairs = {pair["id"]: pair for source in findings["sources"] for pair in source["pairs"]}
    for reading in reports["readings"]:
        if reading["complete"] and reading["verdict"] == TOO_FEW:
            pair = pairs[reading["pair"]]
            said.append(say_enough(product, reading, pair))
    return said


def say_enough(product: str, reading: Mapping[str, Any], pair: Mapping[str, Any]) -> str:
    """The cases that would let a count equal to the expected one exclude a doubling."""
    needed = cases_to_exclude(pair["c"], pair["d"])
    named = pair["a"] + pair["b"]
    if needed is None:
        return (
            f"{reading['label']}: no number of cases with {product} would exclude a doubling of {reading['title']} "
            f"there, because only {pair['c']:,} other cases report it."
        )
    return (
        f"{reading['label']}: some {round_up(needed.with_product):,} cases naming {product}, where there are "
        f"{named:,}: then {needed.expected:,} cases of {reading['title']} would be expected, and seeing just as many "
        "would exclude a doubling."
    )


def round_up(number: int) -> int:
    """A number with two digits that count, never smaller.

    >>> round_up(1_033), round_up(191), round_up(8)
    (1100, 200, 8)
    """
    step = int("1" + "0" * max(0, len(str(number)) - 2))
    return -(-number // step) * step
