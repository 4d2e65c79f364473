"""Estimates and signals of the pairs of a plan; measures that learn first go through all pairs of each population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from phytovigil.schema.study import Study
from phytovigil.signals.registry import MEASURES, RULES
from phytovigil.sources import SOURCES
from phytovigil.study.counting import Cells, ReportCounter
from phytovigil.study.estimating import apply_rule, estimate_pairs
from phytovigil.study.evidence import Evidence
from phytovigil.study.mass_screening import Learned, ScreenPlan, describe_learned, say_learned
from phytovigil.study.planning import Plan
from phytovigil.study.screening import learn_from_all
from phytovigil.study.selecting import include_product

Estimated = tuple[list[dict[str, Any]], list[bool]]
"""Estimates of each pair, and whether each is a signal."""


def estimate_planned(plan: Plan, evidence: Evidence, cells: Sequence[Cells]) -> Estimated:
    """Estimates and signals of the plan's pairs. What was learned from all pairs is noted with them."""
    study = plan.study
    if not learns(study):
        return estimate_pairs(cells, study.measures), apply_rule(cells, study.rule, study.min_cases)
    found = note_learned(plan, evidence)
    return found["estimates"], found["signals"]


def say_learning(plan: Plan, evidence: Mapping[str, Evidence]) -> list[str]:
    """What was learned for the main analysis on each source, or why it could not be."""
    if not learns(plan.study):
        return []
    complete = [item for item in evidence.values() if SOURCES[item.source].complete]
    return [
        f"{SOURCES[item.source].label}: {sentence}"
        for item in complete
        for sentence in note_learned(plan, item)["said"]
    ]


def learns(study: Study) -> bool:
    """Whether a measure of the study, or of its rule, learns from all pairs first."""
    return any(MEASURES[name].learn for name in (*study.measures, *RULES[study.rule].measures))


def note_learned(plan: Plan, evidence: Evidence) -> dict[str, Any]:
    """Estimates, signals and what was learned, as the reports gave them: all pairs are not in a snapshot."""
    study = plan.study
    name = f"learned: {', '.join(study.measures)}; {study.rule}; at least {study.min_cases}"
    found: dict[str, Any] = evidence.note(name, lambda counter: learn_and_estimate(plan, evidence, counter))
    return found


def learn_and_estimate(plan: Plan, evidence: Evidence, counter: ReportCounter) -> dict[str, Any]:
    """The pairs of one population are estimated together, by what all of its pairs taught."""
    study = plan.study
    names = (*study.measures, *RULES[study.rule].measures)
    cells = [evidence.count_pair(pair.product, pair.reaction, pair.selection) for pair in plan.pairs]
    populations = [(pair.product.reported, pair.selection) for pair in plan.pairs]
    products = dict(zip(populations, (pair.product for pair in plan.pairs), strict=True))
    estimates: list[dict[str, Any]] = [{} for _ in cells]
    signals = [False for _ in cells]
    taught: dict[Any, Learned] = {}
    for population, product in products.items():
        taught[population] = learn_from_all(counter, product, population[1], names, ())
        places = [place for place, other in enumerate(populations) if other == population]
        some, learned = [cells[place] for place in places], taught[population].values
        made = estimate_pairs(some, study.measures, learned=learned)
        passed = apply_rule(some, study.rule, study.min_cases, learned=learned)
        for place, estimate, signal in zip(places, made, passed, strict=True):
            estimates[place], signals[place] = estimate, signal
    main = taught[plan.product.reported, include_product(study.selection, plan.product.key)]
    values, notes = describe_learned(ScreenPlan(measures=study.measures, rule=study.rule), main)
    return {"estimates": estimates, "signals": signals, "said": [*say_learned(values), *notes]}
