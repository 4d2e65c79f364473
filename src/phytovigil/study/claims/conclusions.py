"""From lines of evidence to a conclusion: a table of rules, of which the first that holds decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from phytovigil.schema.claims import ABOUT, CONTRADICTS, REPORTS, SUPPORTS
from phytovigil.study.claims.rubric import CERTAINTIES
from phytovigil.study.claims.subgroups import NOT_RAISED
from phytovigil.study.estimating import NOT_DISPROPORTIONATE

CONCLUSIONS: Mapping[str, str] = {
    "supported": "Supported",
    "supported-by-cases-only": "Supported by published cases only; frequency unknown",
    "supported-by-reports-only": "Reported more than expected; not confirmed elsewhere",
    "partly-supported": "Partly supported: not shown for the claim itself",
    "conflicting": "Evidence for and against",
    "evidence-against": "Evidence against",
    "unproven-self-report": "Unproven: self-report or uncontrolled cases only",
    "shown-in-experiments": "Shown in experiments; what follows for people is another claim",
    "plausible-only": "Plausible by mechanism only; not shown in people",
    "not-reported-more": "Not reported more than expected; no other evidence for it",
    "no-evidence-found": "No evidence found (absence of evidence)",
    "not-shown": "Not shown: nothing at hand could show it",
    "cannot-be-answered": "Cannot be answered by this evidence (no denominator)",
}
"""Conclusion → its words."""

COMPARED = ("trial", "observational")
"""Lines with people to compare."""

PATIENTS = ("case series", "case reports")
EXPERIMENTS = ("pharmacokinetics", "mechanism")
WITH_PEOPLE = (*COMPARED, *PATIENTS, "survey", REPORTS)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the lines of one claim say: certainty by line of those that support it and of those that contradict it."""

    about: str
    reports: str
    supports: Mapping[str, str]
    contradicts: Mapping[str, str]

    def supported(self, lines: Iterable[str], least: str = "none") -> bool:
        """Whether one of some lines supports the claim with at least a certainty."""
        return any(at_least(self.supports.get(line), least) for line in lines)

    def contradicted(self, lines: Iterable[str], least: str = "none") -> bool:
        """Whether one of some lines contradicts it."""
        return any(at_least(self.contradicts.get(line), least) for line in lines)


def at_least(certainty: str | None, least: str) -> bool:
    """Whether a certainty is there and reaches a level."""
    return certainty is not None and CERTAINTIES.index(certainty) >= CERTAINTIES.index(least)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: for claims about these, when this holds, the conclusion is this."""

    id: str
    about: tuple[str, ...]
    when: str
    conclusion: str
    holds: Callable[[Standing], bool]


HELPS_OR_HARMS = ("benefit", "harm", "risk-factor")

RULES: tuple[Rule, ...] = (
    Rule("frequency-measured", ("frequency",), "a trial or a comparison supports it with at least low certainty",
         "supported", lambda s: s.supported(COMPARED, "low") and not s.contradicted(COMPARED, "low")),
    Rule("frequency-refuted", ("frequency",), "a trial or a comparison contradicts it with at least low certainty",
         "evidence-against", lambda s: s.contradicted(COMPARED, "low")),
    Rule("frequency-refused", ("frequency",), "otherwise: reports, cases and surveys of users have no denominator",
         "cannot-be-answered", lambda s: True),
    Rule("safety-refuted", ("safety",), "reports, published cases, a trial or a comparison of people contradict it",
         "evidence-against", lambda s: s.contradicted((*COMPARED, *PATIENTS, REPORTS))),
    Rule("safety-shown", ("safety",), "trials support it with at least moderate certainty and nothing contradicts it",
         "supported", lambda s: s.supported(("trial",), "moderate")),
    Rule("safety-not-shown", ("safety",), "otherwise: silence of reports does not show safety",
         "not-shown", lambda s: True),
    Rule("mechanism-conflicting", ("mechanism",), "experiments both support and contradict it",
         "conflicting", lambda s: s.supported(EXPERIMENTS) and s.contradicted(EXPERIMENTS)),
    Rule("mechanism-shown", ("mechanism",), "laboratory work or measurements in people support it",
         "shown-in-experiments", lambda s: s.supported(EXPERIMENTS)),
    Rule("mechanism-refuted", ("mechanism",), "laboratory work or measurements in people contradict it",
         "evidence-against", lambda s: s.contradicted(EXPERIMENTS)),
    Rule("mechanism-cases", ("mechanism",), "only published cases support it",
         "supported-by-cases-only", lambda s: s.supported(PATIENTS)),
    Rule("conflicting", HELPS_OR_HARMS,
         "a trial, a comparison of people or published cases contradict it, and other evidence in people supports it",
         "conflicting", lambda s: s.contradicted((*COMPARED, *PATIENTS)) and s.supported(WITH_PEOPLE)),
    Rule("refuted", HELPS_OR_HARMS, "a trial or a comparison of people contradicts it",
         "evidence-against", lambda s: s.contradicted(COMPARED)),
    Rule("shown", HELPS_OR_HARMS, "a trial or a comparison of people supports it with at least moderate certainty",
         "supported", lambda s: s.supported(COMPARED, "moderate")),
    Rule("harm-shown", ("harm",),
         "it is reported more than expected, and published cases, a survey or a comparison support it",
         "supported", lambda s: s.supported((REPORTS,)) and s.supported((*COMPARED, *PATIENTS, "survey"))),
    Rule("partly", HELPS_OR_HARMS, "a trial or a comparison of people supports it, with low or very low certainty",
         "partly-supported", lambda s: s.supported(COMPARED)),
    Rule("cases", ("harm", "risk-factor"), "published cases support it and nothing stronger does",
         "supported-by-cases-only", lambda s: s.supported(PATIENTS)),
    Rule("reports", ("harm", "risk-factor"), "it is reported more than expected and nothing else supports it",
         "supported-by-reports-only", lambda s: s.supported((REPORTS,))),
    Rule("self-report", HELPS_OR_HARMS, "only people's own word or uncontrolled cases support it",
         "unproven-self-report", lambda s: s.supported(("survey", *PATIENTS))),
    Rule("mechanism-only", HELPS_OR_HARMS, "only laboratory work or measurements of levels support it",
         "plausible-only", lambda s: s.supported(EXPERIMENTS)),
    Rule("not-more", ("harm", "risk-factor"), "nothing supports it, and in the reports a doubling is excluded",
         "not-reported-more", lambda s: s.reports in (NOT_DISPROPORTIONATE, NOT_RAISED)),
    Rule("nothing", (*HELPS_OR_HARMS, "mechanism"), "otherwise: nothing at hand supports it or speaks against it",
         "no-evidence-found", lambda s: True),
)  # fmt: skip
"""In this order. Every kind of claim ends in a rule that always holds."""


def conclude(about: str, reports: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The conclusion of a claim, the rule that gave it, and the certainty of the best line that speaks that way."""
    spoken = [*lines, reports]
    standing = Standing(
        about,
        reports["state"],
        {line["line"]: line["certainty"] for line in spoken if line["says"] == SUPPORTS},
        {line["line"]: line["certainty"] for line in spoken if line["says"] == CONTRADICTS},
    )
    rule = next(rule for rule in RULES if about in rule.about and rule.holds(standing))
    against = rule.conclusion == "evidence-against"
    best = max((standing.contradicts if against else standing.supports).values(), key=CERTAINTIES.index, default="none")
    return {
        "conclusion": rule.conclusion,
        "title": CONCLUSIONS[rule.conclusion],
        "rule": rule.id,
        "when": rule.when,
        "certainty": best,
    }


def describe_rules() -> list[dict[str, Any]]:
    """The table, so that a page can print it."""
    return [
        {
            "rule": rule.id,
            "about": list(rule.about),
            "when": rule.when,
            "conclusion": rule.conclusion,
            "title": CONCLUSIONS[rule.conclusion],
        }
        for rule in RULES
    ]


def list_reachable() -> dict[str, list[str]]:
    """Conclusions that claims about each subject can come to.

    >>> list_reachable()["safety"]
    ['evidence-against', 'supported', 'not-shown']
    """
    return {about: list(dict.fromkeys(rule.conclusion for rule in RULES if about in rule.about)) for about in ABOUT}
