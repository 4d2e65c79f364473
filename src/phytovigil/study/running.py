"""Run a study: every pair it names, in every analysis it names, on every source it names → findings."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from phytovigil import __version__
from phytovigil.errors import InvalidStudy
from phytovigil.schema.study import Study
from phytovigil.signals.registry import RULES
from phytovigil.sources import SOURCES
from phytovigil.study.claims.checking import check_rows
from phytovigil.study.controls import control_findings
from phytovigil.study.counting import Cells, ReportCounter
from phytovigil.study.describing import describe_measure, describe_product, describe_reaction, describe_selection
from phytovigil.study.estimating import NO_MEASURE, judge_pair, with_deciders
from phytovigil.study.evidence import Evidence
from phytovigil.study.evidence_tables import load_library
from phytovigil.study.facts import describe_quarantined, describe_source, list_places, list_profiles, list_some_cases
from phytovigil.study.methods import limits, methods
from phytovigil.study.planned_estimates import estimate_planned, say_learning
from phytovigil.study.planning import Plan, PlannedPair
from phytovigil.study.record import CASES
from phytovigil.vocabulary import ProductVocabulary, ReactionVocabulary

SCHEMA = "phytovigil/findings/1"


NO_CASES = (
    "This answer was computed from a snapshot that was given away without the cases. "
    "To see them, run the study on the raw files named under “releases”."
)


def run_plan(
    plan: Plan,
    evidence: Mapping[str, Evidence],
    products: ProductVocabulary,
    reactions: ReactionVocabulary,
) -> dict[str, Any]:
    """Count, estimate, judge and say: the findings of a planned study.

    evidence : per source of the study, in the study's order.
    """
    study = plan.study
    library = load_library(plan)
    check_rows(study, library)
    sources = [run_source(plan, item) for item in evidence.values()]
    missing = [describe_missing(name) for name in study.sources if name not in evidence]
    controls = control_findings(plan, sources)
    findings = {
        "schema": SCHEMA,
        "program": {"name": "phytovigil", "version": __version__},
        "study": {key: getattr(study, key) for key in ("name", "title", "question", "file", "sha256", "text")},
        "pair_decisions": describe_decisions(study),
        "basis": {},
        "vocabulary": {
            "products": products.version,
            "products_sha256": products.sha256,
            "reactions": reactions.version,
            "reactions_sha256": reactions.sha256,
        },
        "answer": [],
        "product": describe_product(plan.product),
        "comparators": [describe_product(product) for product in plan.comparators],
        "reactions": [describe_reaction(reaction) for reaction in plan.reactions],
        "rule": {
            "name": study.rule,
            "text": RULES[study.rule].title,
            "source": RULES[study.rule].source,
        },
        "measures": [describe_measure(name) for name in with_deciders(study.measures)],
        "sources": sources,
        "missing_sources": missing,
        "controls": controls,
        "limits": limits(study, sources),
        "methods": [
            *methods(plan.study, products.version, reactions.version),
            *say_learning(plan, evidence),
        ],
    }
    # Late: the sections load libraries that a plain count does not need.
    from phytovigil.study.sections import add_sections

    return add_sections(plan, evidence, findings, library)


def describe_decisions(study: Study) -> dict[str, str] | None:
    """The file of decisions on suspected duplicates that the study names; None if it names none."""
    if not study.pair_decisions:
        return None
    file = Path(study.pair_decisions)
    try:
        return {"file": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    except OSError as error:
        raise InvalidStudy(f"study.pair_decisions: {file.name} cannot be read: {error.strerror}.") from error


def describe_missing(name: str) -> dict[str, str]:
    """A source that the study names and that is not at hand."""
    return {"source": name, "label": SOURCES[name].label, "why": "The store holds no release of it."}


def run_source(plan: Plan, evidence: Evidence) -> dict[str, Any]:
    """Everything that the findings say of one source."""
    study, product = plan.study, plan.product
    facts = evidence.note("source", lambda counter: describe_source(counter, product, plan.reactions, study.selection))
    facts["quarantine"]["examples"] = evidence.note(f"{CASES}quarantine", describe_quarantined) or []
    listed = evidence.note(
        f"{CASES}list", lambda counter: list_some_cases(counter, product, plan.reactions, study.selection)
    )
    pairs = run_pairs(plan, evidence, facts)
    return {
        **facts,
        "pairs": pairs,
        "other_cases": list_other_cases(plan, evidence, pairs),
        "profiles": evidence.note(
            "profiles", lambda counter: list_profiles(counter, product, plan.outcomes, study.selection)
        ),
        **(listed or {"case_list": [], "case_list_note": NO_CASES}),
    }


def list_other_cases(plan: Plan, evidence: Evidence, pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cases behind the counts of comparators and controls; none where single cases were left out."""
    counted = {pair["id"] for pair in pairs if pair["a"] and pair["product"] != plan.product.key}
    wanted = {describe_pair(pair, evidence.source)["id"]: pair for pair in plan.pairs}

    def ask(counter: ReportCounter) -> list[dict[str, Any]]:
        return [
            {"pair": name, **list_places(counter, pair.product, pair.reaction, pair.selection)}
            for name, pair in wanted.items()
            if name in counted
        ]

    return evidence.note(f"{CASES}others", ask) or []


def run_pairs(plan: Plan, evidence: Evidence, facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Every pair of the plan on one source; without a complement, only what can be counted."""
    if not facts["complete"]:
        counted = [pair for pair in plan.pairs if pair.part in ("main", "scope") or is_reading(plan.study, pair)]
        return [case_series_pair(pair, evidence, facts) for pair in counted]
    cells = [evidence.count_pair(pair.product, pair.reaction, pair.selection) for pair in plan.pairs]
    found = estimate_planned(plan, evidence, cells)
    return [
        measured_pair(pair, facts["source"], plan.study, *numbers)
        for pair, numbers in zip(plan.pairs, zip(cells, *found, strict=True), strict=True)
    ]


def is_reading(study: Study, pair: PlannedPair) -> bool:
    """Whether an analysis differs from the main one in nothing but names or duplicates; those concern any listing."""
    main = study.selection
    same = replace(pair.selection, names=main.names, duplicates=main.duplicates) == main
    return pair.part == "sensitivity" and same


def measured_pair(
    pair: PlannedPair, source: str, study: Study, cells: Cells, estimate: dict[str, Any], signal: bool
) -> dict[str, Any]:
    """A pair with its 2×2 table, estimates and verdict."""
    verdict, why = judge_pair(cells, estimate, signal, study.rule, study.min_cases)
    a, b, c, d = cells
    expected = {"signal": signal, "no signal": not signal}
    return {
        **describe_pair(pair, source),
        "a": a,
        "b": b,
        "c": c,
        "d": d,
        "n": a + b + c + d,
        **estimate,
        "signal": signal if verdict != NO_MEASURE else None,
        "verdict": verdict,
        "why": why,
        "as_expected": expected.get(pair.expectation),
    }


def case_series_pair(pair: PlannedPair, evidence: Evidence, facts: dict[str, Any]) -> dict[str, Any]:
    """A pair of a source that was selected by product: cases with the product, and no more."""
    a, b, _, _ = evidence.count_pair(pair.product, pair.reaction, pair.selection)
    nothing = dict.fromkeys(("c", "d", "n", "expected", "chi2_yates", "signal", "as_expected"))
    return {
        **describe_pair(pair, facts["source"]),
        **nothing,
        "a": a,
        "b": b,
        "estimates": {},
        "verdict": NO_MEASURE,
        "why": "This source was selected by product: no cases without it, so there is nothing to compare with.",
    }


def describe_pair(pair: PlannedPair, source: str) -> dict[str, Any]:
    """What a pair is, before its numbers."""
    words = (source, pair.product.key, pair.reaction.key, pair.part, pair.label)
    slug = "-".join("".join(sign if sign.isalnum() else "-" for sign in word.lower()).strip("-") for word in words)
    return {
        "id": "-".join(part for part in slug.split("-") if part),
        "part": pair.part,
        "label": pair.label,
        "outcome": pair.reaction.name,
        "product": pair.product.key,
        "product_name": pair.product.name,
        "reaction": pair.reaction.key,
        "reaction_title": pair.reaction.title,
        "selection": describe_selection(pair.selection),
        "expectation": pair.expectation,
    }
