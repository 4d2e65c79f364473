"""The line of the reports: what the study's own verdicts say of a claim. No person judges it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from phytovigil.schema.claims import CONTRADICTS, DOES_NOT_SHOW, REPORTS, SUPPORTS, Claim
from phytovigil.study.answering import title
from phytovigil.study.claims.rubric import STARTS
from phytovigil.study.claims.subgroups import NOT_RAISED, RAISED
from phytovigil.study.estimating import DISPROPORTIONATE, NO_MEASURE, NOT_DISPROPORTIONATE, TOO_FEW, show

WITHHELD, NOT_ASKED, COUNTED = "withheld", "not-asked", "counted"

STATES = (RAISED, DISPROPORTIONATE, TOO_FEW, NOT_RAISED, NOT_DISPROPORTIONATE, NO_MEASURE)
"""Which of several verdicts speaks for a claim: the one that stands first."""

ABSENT = "So few cases are expected that seeing none is absence of evidence, not evidence of absence."
NO_MORE = (
    "A doubling of the reporting is excluded. That is evidence against more reporting; "
    "it is not evidence that the effect is absent."
)
NO_RATE = "A count of reports has no denominator: it says nothing on how often this happens."
NO_BENEFIT = "Reports are of suspected harm; they cannot show that a product helps."
NO_MECHANISM = "Reports cannot show how an effect comes about."
NO_SAFETY = "Reports can speak against safety and never for it."
FAILED = "The control pairs did not behave in this data, so its verdicts are withheld."

Pair = Mapping[str, Any]


def read_reports(
    claim: Claim, findings: Mapping[str, Any], keys: Mapping[str, str], comparisons: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What reports say of a claim, over all sources.

    keys : keys of the reactions by the names that the study gives them. comparisons : of the study's conditions.
    """
    wanted = {keys[name] for name in claim.reactions}
    failed = list_failed(findings)
    readings = [
        {**read_pair(source, pair, findings), "withheld": source["source"] in failed}
        for source in findings["sources"]
        for pair in main_pairs(source, wanted)
    ]
    crossed = [
        {**source, "title": item["title"], "withheld": source["source"] in failed}
        for item in comparisons
        if item["condition"] in claim.conditions and item["reaction"] in wanted
        for source in item["sources"]
    ]
    state = find_state(claim, readings, crossed)
    start, why = STARTS[REPORTS]
    return {
        "line": REPORTS,
        "title": "Reports to regulators",
        "says": direction(claim, state),
        "state": state,
        "certainty": start if direction(claim, state) != DOES_NOT_SHOW else "none",
        "start": start,
        "why": why,
        "readings": readings,
        "statement": say_reports(claim, state, readings, crossed),
    }


def main_pairs(source: Mapping[str, Any], wanted: set[str]) -> list[Pair]:
    """The main analysis of the reactions that a claim names."""
    return [pair for pair in source["pairs"] if pair["part"] == "main" and pair["reaction"] in wanted]


def read_pair(source: Mapping[str, Any], pair: Pair, findings: Mapping[str, Any]) -> dict[str, Any]:
    """One verdict, by the place where its numbers stand."""
    return {
        "source": source["source"],
        "label": source["label"],
        "complete": source["complete"],
        "pair": pair["id"],
        "reaction": pair["reaction"],
        "title": title(dict(pair)),
        "cases": pair["a"],
        "expected": pair["expected"],
        "verdict": pair["verdict"],
        "specifications": read_curve(findings, source["source"], pair["reaction"]),
    }


def read_curve(findings: Mapping[str, Any], source: str, reaction: str) -> dict[str, int] | None:
    """How many of the specifications that can be judged are disproportionate; None where no curve was run."""
    for curve in findings.get("specification_curve") or ():
        if (curve["source"], curve["reaction"]) == (source, reaction):
            return {"judged": curve["summary"]["judged"], "signals": curve["summary"]["signals"]}
    return None


def find_state(claim: Claim, readings: Sequence[Mapping[str, Any]], crossed: Sequence[Mapping[str, Any]]) -> str:
    """The one verdict that the reports give on a claim, of the sources whose controls behaved."""
    if claim.about in ("benefit", "mechanism") or not readings:
        return NOT_ASKED
    if claim.about == "frequency":
        return COUNTED
    asked = crossed if claim.about == "risk-factor" else [item for item in readings if item["complete"]]
    verdicts = {item["verdict"] for item in asked if not item["withheld"]}
    if asked and not verdicts:
        return WITHHELD
    return next((state for state in STATES if state in verdicts), NO_MEASURE)


def list_failed(findings: Mapping[str, Any]) -> set[str]:
    """Sources whose control pairs did not behave, so that their verdicts are withheld."""
    return {source["source"] for source in findings["controls"].get("sources", []) if source["failed"]}


def direction(claim: Claim, state: str) -> str:
    """Whether the reports speak for a claim, against it, or not at all.

    >>> direction(Claim("c", "It is safe.", "safety"), "disproportionate")
    'contradicts'
    """
    if claim.about == "safety" and state == DISPROPORTIONATE:
        return CONTRADICTS
    if claim.about == "harm" and state == DISPROPORTIONATE:
        return SUPPORTS
    return SUPPORTS if claim.about == "risk-factor" and state == RAISED else DOES_NOT_SHOW


def say_reports(
    claim: Claim, state: str, readings: Sequence[Mapping[str, Any]], crossed: Sequence[Mapping[str, Any]]
) -> str:
    """What the reports say, in sentences: counts first, then what they cannot carry."""
    if claim.about == "benefit":
        return NO_BENEFIT
    if claim.about == "mechanism":
        return NO_MECHANISM
    if claim.about == "risk-factor":
        return " ".join(say_crossed(item) for item in crossed)
    told = [say_count(item) if claim.about == "frequency" else say_reading(item) for item in readings]
    return " ".join([*told, *closing(claim, state, readings)]).strip()


def say_crossed(item: Mapping[str, Any]) -> str:
    """What one source says of one condition."""
    return f"{item['title']}, {item['label']}: {FAILED if item['withheld'] else item['why']}"


def closing(claim: Claim, state: str, readings: Sequence[Mapping[str, Any]]) -> list[str]:
    """The sentences that keep absence of evidence and evidence of absence apart."""
    said = []
    if claim.about == "frequency":
        said.append(NO_RATE)
    if claim.about == "safety":
        said.append(NO_SAFETY)
    few = [item for item in readings if item["complete"] and item["verdict"] == TOO_FEW and not item["withheld"]]
    if claim.about == "harm" and state == TOO_FEW and few and not any(item["cases"] for item in few):
        said.append(ABSENT)
    if claim.about == "harm" and state == NOT_DISPROPORTIONATE:
        said.append(NO_MORE)
    return said


def say_reading(item: Mapping[str, Any]) -> str:
    """One verdict in a sentence."""
    if not item["complete"]:
        return f"{say_count(item)[:-1]}, with nothing to compare with."
    if item["withheld"]:
        return f"{say_count(item)} {FAILED}"
    seen = f"({item['cases']:,} observed, {show(item['expected'])} expected{say_curve(item['specifications'])})"
    words = {
        DISPROPORTIONATE: f"{item['title']} is reported more than expected {seen}",
        TOO_FEW: f"too few cases of {item['title']} to say {seen}",
        NOT_DISPROPORTIONATE: f"{item['title']} is not reported more than expected {seen}",
        NO_MEASURE: f"no case of {item['title']} can be compared",
    }
    return f"{item['label']}: {words[item['verdict']]}."


def say_curve(curve: Mapping[str, int] | None) -> str:
    """The share of the specifications, as part of a bracket.

    >>> say_curve({"judged": 2304, "signals": 2100}), say_curve(None)
    ('; disproportionate in 2,100 of 2,304 specifications', '')
    """
    if curve is None or not curve["judged"]:
        return ""
    return f"; disproportionate in {curve['signals']:,} of {curve['judged']:,} specifications"


def say_count(item: Mapping[str, Any]) -> str:
    """One count in a sentence."""
    cases = "case" if item["cases"] == 1 else "cases"
    return f"{item['label']}: {item['cases']:,} {cases} of {item['title']}."
