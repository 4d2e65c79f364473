"""Claims and a page of benefit and risk about a product that does not exist, judged by the program's own rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from phytovigil.schema.claims import Claim, ClaimEvidence, Condition, Effect
from phytovigil.schema.evidence import TOPICS, Citation, EvidenceFigure, EvidenceLibrary, EvidenceRow
from phytovigil.schema.study import Study
from phytovigil.study.benefit_risk import benefit_risk
from phytovigil.study.claims.judging import judge_claims
from phytovigil.study.claims.subgroups import CELLS
from phytovigil.study.naming import NamedReaction

CELLS_OF = {"caers": (6, 20, 3, 171, 5, 900, 300, 60_000), "faers-dashboard": (2, 8, 4, 50, 0, 0, 0, 0)}
"""Product, condition, reaction: 1 reported, 0 not."""


@dataclass
class NotedEvidence:
    """A source that answers what was noted, as a snapshot does."""

    source: str

    def note(self, name: str, ask: Callable[[Any], Any]) -> Any:
        if name.startswith("condition"):
            return {
                "cells": dict(zip(CELLS, CELLS_OF[self.source], strict=True)),
                "terms_not_reported": ["MELASMA"],
                "terms_left_out": ["YELLOW SKIN"],
                "indications_not_reported": [],
                "indications_recorded": self.source != "caers",
            }
        if name == "reasons for use":
            held = self.source != "caers"
            return {
                "stated": 31 if held else 0,
                "reasons": [{"reason": "SORE FEET", "cases": 30}, {"reason": "PAIN", "cases": 2}] if held else [],
                "further_reasons": 3 if held else 0,
            }
        counted = {"all": 9, "serious": 7, "death": 1, "life-threatening": 0, "hospitalisation": 4, "disability": 0}
        keys = name.removeprefix("gravity of ").split(", ")
        return {"": {**counted, "all": 200}, **dict.fromkeys(keys, counted)}


def make_row(name: str, kind: str, *figures: EvidenceFigure) -> EvidenceRow:
    citation = Citation(f"source-{name}", "Doe J", "A study that nobody made", 2020)
    finding = f"Finding of {name} <in people>."
    return EvidenceRow(
        name, kind, f"Title of {name}", finding, "people", 8, ("rash",), figures, (), citation, "2026", "fact"
    )


LIBRARY = EvidenceLibrary(
    "amber-root",
    "Evidence on amber root",
    "2026-01-01",
    "0" * 64,
    TOPICS,
    (
        make_row(
            "foot-trial",
            "trial",
            EvidenceFigure("with", "after amber root", 24.9, 1, unit="s", spread=39.4, spread_kind="SD"),
            EvidenceFigure("without", "after placebo", 12.0, 1, unit="s", low=9.5, high=14.5, interval="95 % CI"),
        ),
        make_row("foot-survey", "survey"),
        make_row("yellow-series", "liver"),
        make_row("no-cohort", "not-found"),
    ),
)

CLAIMS = (
    Claim(
        "sore-feet",
        "Amber root helps sore feet.",
        "benefit",
        evidence=(
            ClaimEvidence(
                "foot-trial", "trial", "supports", ("very serious indirectness", "imprecision"), "Other feet."
            ),
            ClaimEvidence("foot-survey", "survey", "supports", ("risk of bias",)),
        ),
        people="people with sore feet",
        topics=("rash",),
    ),
    Claim(
        "jaundice",
        "Amber root turns the skin yellow.",
        "harm",
        ("jaundice",),
        evidence=(ClaimEvidence("yellow-series", "case series", "supports"),),
        note="Yellow skin is urgent.",
    ),
    Claim("itch", "Amber root causes itching.", "harm", ("itch",)),
    Claim(
        "rare",
        "It is rare.",
        "frequency",
        ("jaundice",),
        evidence=(ClaimEvidence("no-cohort", "search", "does not show"),),
    ),
    Claim("skin", "People with skin disease are at higher risk.", "risk-factor", ("jaundice",), ("skin-disease",)),
    Claim("enzyme", "It comes from an enzyme.", "mechanism"),
    Claim("safe", "Amber root is safe and effective.", "safety", ("jaundice", "itch")),
)  # fmt: skip
CONDITIONS = (Condition("skin-disease", "A skin disease is reported too", ("st-johns-wort",), ("ACNE",), ("ACNE",)),)
EFFECTS = (
    Effect("feet", "favourable", "Sore feet", "Seconds in ice water", "sore-feet", "High.", "s", (), "foot-trial",
           ("with",), ("without",)),
    Effect("yellow", "unfavourable", "Jaundice", "Cases reported", "jaundice", "High.", "cases", ("jaundice",)),
)  # fmt: skip


def make_plan(**changes: Any) -> Any:
    """A plan, as far as claims need one."""
    parts: dict[str, Any] = {"claims": CLAIMS, "conditions": CONDITIONS, "effects": EFFECTS, **changes}
    study = Study(
        "amber", "Amber root", "Is it?", "amber-root", ("jaundice",), ("caers", "faers-dashboard"), ("itch",), **parts
    )
    named = [NamedReaction(f"{name}/narrow", name, name.capitalize(), (), "narrow") for name in ("jaundice", "itch")]
    product = SimpleNamespace(key="amber-root", name="Amber root")
    return SimpleNamespace(study=study, product=product, outcomes=(named[0],), context=(named[1],))


def make_pair(
    source: str, reaction: str, cells: tuple[int, ...], expected: float | None, verdict: str
) -> dict[str, Any]:
    return {
        "id": f"{source}-{reaction}",
        "part": "main",
        "reaction": f"{reaction}/narrow",
        "reaction_title": reaction.capitalize(),
        **dict(zip("abcd", cells, strict=True)),
        "expected": expected,
        "verdict": verdict,
    }


def make_findings(failed: bool = False) -> dict[str, Any]:
    """Findings, as far as claims read them."""
    return {
        "sources": [
            {
                "source": "caers",
                "label": "CAERS",
                "complete": True,
                "pairs": [
                    make_pair("caers", "jaundice", (9, 191, 305, 60_900), 1.02, "disproportionate"),
                    make_pair("caers", "itch", (0, 200, 437, 60_768), 1.42, "too-few-to-say"),
                ],
            },
            {
                "source": "faers-dashboard",
                "label": "FAERS Public Dashboard listing",
                "complete": False,
                "pairs": [
                    make_pair("faers-dashboard", "jaundice", (6, 58, 0, 0), None, "no-measure"),
                    make_pair("faers-dashboard", "itch", (1, 63, 0, 0), None, "no-measure"),
                ],
            },
        ],
        "controls": {"sources": [{"source": "caers", "failed": failed}]},
        "specification_curve": [
            {"source": "caers", "reaction": "jaundice/narrow", "summary": {"judged": 2304, "signals": 2100}}
        ],
    }


def make_evidence() -> dict[str, Any]:
    """Both sources, with what they noted."""
    return {source: NotedEvidence(source) for source in CELLS_OF}


def build_claims() -> dict[str, Any]:
    """The claims section of findings."""
    found = judge_claims(make_plan(), make_evidence(), make_findings(), LIBRARY)
    assert found is not None
    return found


def build_benefit_risk() -> dict[str, Any]:
    """The section on benefit and risk of findings."""
    findings = {**make_findings(), "claims": build_claims()}
    found = benefit_risk(make_plan(), make_evidence(), findings, LIBRARY)
    assert found is not None
    return found
