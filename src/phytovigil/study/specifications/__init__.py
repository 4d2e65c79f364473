"""The specification curve: every reasonable analysis of an outcome, not one of them.

Simonsohn, Simmons, Nelson 2020, doi:10.1038/s41562-020-0912-z; multiverse analysis: Steegen, Tuerlinckx, Gelman,
Vanpaemel 2016, doi:10.1177/1745691616658637.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phytovigil.schema.specifications import Specifications
from phytovigil.sources import SOURCES
from phytovigil.study.evidence import Evidence
from phytovigil.study.naming import NamedReaction
from phytovigil.study.planning import Plan
from phytovigil.study.specifications.choices import Design, Level
from phytovigil.study.specifications.counting import count_specifications
from phytovigil.study.specifications.estimating import estimate_tables
from phytovigil.study.specifications.planning import plan_design
from phytovigil.study.specifications.summarising import (
    ends_in_measure,
    fill_columns,
    list_movers,
    list_steps,
    summarise,
)
from phytovigil.study.specifications.wording import name_levels, say_curve, say_left_out

__all__ = ["specification_curve"]

NOTE = "specifications"


def specification_curve(plan: Plan, evidence: Mapping[str, Evidence]) -> list[dict[str, Any]]:
    """One curve for each complete source and outcome; none where the study names no choices."""
    asked = plan.study.specifications
    if asked is None:
        return []
    return [
        curve for item in evidence.values() if SOURCES[item.source].complete for curve in draw_curves(plan, asked, item)
    ]


def draw_curves(plan: Plan, asked: Specifications, evidence: Evidence) -> list[dict[str, Any]]:
    """The curves of one source."""
    full = {outcome.key: plan_design(plan, asked, outcome) for outcome in plan.outcomes}
    counted = {key: without_measure(design) for key, design in full.items()}
    noted = evidence.note(NOTE, lambda counter: count_specifications(counter, plan, counted))
    left_out = {(choice, level): why for choice, level, why in noted["left_out"]}
    return [
        describe_curve(plan, evidence.source, outcome, full[outcome.key], left_out, noted["outcomes"][outcome.key])
        for outcome in plan.outcomes
    ]


def without_measure(design: Design) -> Design:
    """What is counted: the measure makes no difference to it."""
    return Design(design.main, design.choices[:-1]) if ends_in_measure(design) else design


def describe_curve(
    plan: Plan,
    source: str,
    outcome: NamedReaction,
    planned: Design,
    left_out: Mapping[tuple[str, str], str],
    counted: Mapping[str, Any],
) -> dict[str, Any]:
    """Everything that the findings say of one curve."""
    design, study = planned.without(left_out), plan.study
    measures = [level.name for level in design.choices[-1].levels] if ends_in_measure(design) else [design.main.measure]
    rows = estimate_tables(counted["tables"], measures, study.rule, study.min_cases)
    columns = fill_columns(design, rows, counted["table_of"])
    titles = name_levels(describe_choices(planned))
    curve = {
        "source": source,
        "label": SOURCES[source].label,
        "reaction": outcome.key,
        "reaction_title": outcome.title,
        "choices": describe_choices(design),
        "columns": columns,
        "summary": summarise(columns, design, len(counted["tables"])),
        "movers": list_movers(columns, design),
        "steps": list_steps(columns, design),
        "not_possible": say_left_out([(*level, why) for level, why in left_out.items()], titles),
    }
    return {**curve, "text": say_curve(curve, study.rule)}


def describe_choices(design: Design) -> list[dict[str, Any]]:
    """The choices with their levels, and the level of the main analysis."""
    return [
        {
            "name": choice.name,
            "title": choice.title,
            "levels": [describe_level(level) for level in choice.levels],
            "main": choice.levels[choice.main].name,
        }
        for choice in design.choices
    ]


def describe_level(level: Level) -> dict[str, str]:
    """One level."""
    return {"name": level.name, "title": level.title}
