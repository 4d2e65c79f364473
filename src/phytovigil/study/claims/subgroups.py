"""Is a reaction reported more where a condition is reported too, and more so with the product than without it?

In each group of cases, with the product and without it, the odds of the reaction are compared between cases that
report the condition and cases that do not. A condition raises the risk that comes with the product only if that ratio
is higher among the product's cases than among all others: people with a skin disease report skin reactions whatever
they take.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from phytovigil.cases.conditions import ReportedCondition, condition_cells_sql, reasons_sql
from phytovigil.schema.claims import Condition
from phytovigil.signals.interactions.exact_ratio import ratio_midp
from phytovigil.signals.interactions.triples import CELLS, TripleCounts
from phytovigil.sources import SOURCES
from phytovigil.study.counting import ReportCounter
from phytovigil.study.estimating import DOUBLING, TOO_FEW, estimate_pairs, finite, show
from phytovigil.study.evidence import Evidence
from phytovigil.study.naming import NamedReaction
from phytovigil.study.planning import Plan

RAISED, LOWERED, NOT_RAISED, NO_COMPARISON = "raised", "lowered", "not-raised", "no-comparison"

METHOD = (
    "Odds of the reaction where the condition is reported against odds where it is not: among the product's cases, "
    "among all others, and the ratio of the two, each with an exact mid-P interval."
)


def compare_conditions(plan: Plan, evidence: Mapping[str, Evidence]) -> list[dict[str, Any]]:
    """Every condition of the study with each reaction that a claim crosses it with, source by source."""
    return [
        compare_condition(plan, condition, reaction, evidence)
        for condition in plan.study.conditions
        for reaction in crossed_reactions(plan, condition)
    ]


def crossed_reactions(plan: Plan, condition: Condition) -> list[NamedReaction]:
    """The reactions of the claims that name a condition, each once."""
    named = name_reactions(plan)
    asked = [
        reaction for claim in plan.study.claims if condition.id in claim.conditions for reaction in claim.reactions
    ]
    return [named[reaction] for reaction in dict.fromkeys(asked)]


def name_reactions(plan: Plan) -> dict[str, NamedReaction]:
    """The study's outcomes and context by the names that its file gives them."""
    asked = (*plan.study.outcomes, *plan.study.context)
    return dict(zip(asked, (*plan.outcomes, *plan.context), strict=True))


def compare_condition(
    plan: Plan, condition: Condition, reaction: NamedReaction, evidence: Mapping[str, Evidence]
) -> dict[str, Any]:
    """One condition and one reaction in every source."""
    name = f"condition {condition.id} × {reaction.key}"
    counted = {
        source: item.note(name, lambda counter: count_condition(counter, plan, condition, reaction))
        for source, item in evidence.items()
    }
    return {
        "condition": condition.id,
        "title": condition.title,
        "products": list(condition.products),
        "terms": list(condition.terms),
        "indications": list(condition.indications),
        "reaction": reaction.key,
        "reaction_title": reaction.title,
        "sources": [describe_comparison(source, noted, reaction.title) for source, noted in counted.items()],
    }


def count_condition(
    counter: ReportCounter, plan: Plan, condition: Condition, reaction: NamedReaction
) -> dict[str, Any]:
    """The eight cells in one source, and what of the condition it does not report at all."""
    opened, selection = counter.opened, plan.study.selection
    asked = counter.reaction(reaction)
    terms = {term: opened.reactions.currents([term]) for term in condition.terms}
    numbers = {
        term: {opened.currents[now] for now in currents if now in opened.currents} for term, currents in terms.items()
    }
    # A term that is itself the reaction would compare the reaction with itself.
    own = {term for term, found in numbers.items() if found & set(asked.terms)}
    held = {str(reason) for reason in opened.session.engine.query(reasons_sql())["reason"]}
    reasons = [text.upper() for text in condition.indications]
    marked = ReportedCondition(
        nodes=tuple(sorted(opened.nodes[opened.products.node(name).id] for name in condition.products)),
        terms=tuple(sorted({number for term, found in numbers.items() if term not in own for number in found})),
        indications=tuple(sorted(held.intersection(reasons))),
    )
    sql = condition_cells_sql(counter.product(plan.product), marked, asked, selection, opened.nodes)
    row = opened.session.engine.query_one(sql)
    return {
        "cells": {name: int(row[name]) for name in CELLS},
        "terms_not_reported": sorted(term for term, found in numbers.items() if not found),
        "terms_left_out": sorted(own),
        "indications_not_reported": sorted(set(reasons) - held) if held else [],
        "indications_recorded": bool(held),
    }


def describe_comparison(source: str, noted: Mapping[str, Any], title: str) -> dict[str, Any]:
    """The counts of one source, three estimates and the verdict with its why."""
    cells = [noted["cells"][name] for name in CELLS]
    complete = SOURCES[source].complete
    product, others = odds_ratio(cells[:4]), odds_ratio(cells[4:]) if complete else None
    ratio = plain_ratio(cells) if complete else None
    verdict, why = judge_comparison(cells, ratio, title.lower())
    return {
        "source": source,
        "label": SOURCES[source].label,
        **noted,
        "sizes": {
            "product_with": cells[0] + cells[1],
            "product_without": cells[2] + cells[3],
            "others_with": cells[4] + cells[5],
            "others_without": cells[6] + cells[7],
        },
        "product": product,
        "others": others,
        "ratio": ratio,
        "verdict": verdict,
        "why": why,
    }


def odds_ratio(cells: Sequence[int]) -> dict[str, Any]:
    """Odds of the reaction with the condition against those without it, with the exact mid-P interval."""
    a, b, c, d = cells
    (found,) = estimate_pairs([(a, b, c, d)], ["ror-midp"])
    estimate: dict[str, Any] = found["estimates"]["ror-midp"]
    return estimate


def plain_ratio(cells: Sequence[int]) -> dict[str, float | None]:
    """The ratio of the two odds ratios as JSON; null where it is not estimable or infinite."""
    found = ratio_midp(TripleCounts.of(*([cell] for cell in cells)))
    return {name: finite(getattr(found, name)[0]) for name in ("point", "low", "high")}


def judge_comparison(cells: Sequence[int], ratio: Mapping[str, Any] | None, reaction: str) -> tuple[str, str]:
    """Verdict and why.

    >>> judge_comparison([0, 2, 4, 28, 90, 5000, 400, 59000], {"point": 0.0, "low": 0.0, "high": 11.0}, "jaundice")[0]
    'too-few-to-say'
    """
    both, alone, others = cells[0], cells[2], cells[4]
    seen = f"{both:,} of {both + cells[1]:,} with the condition, {alone:,} of {alone + cells[3]:,} without it"
    if ratio is None:
        return NO_COMPARISON, (
            f"Of the product's cases, {seen} report {reaction}. This source holds no other products' cases, so nobody "
            "can tell the product's share in a difference from the condition's own."
        )
    low, high = ratio["low"], ratio["high"]
    if low is not None and low > 1:
        return RAISED, f"Of the product's cases, {seen} report {reaction}: a higher ratio than in all other cases."
    if high is not None and high < 1:
        return LOWERED, f"Of the product's cases, {seen} report {reaction}: a lower ratio than in all other cases."
    if high is not None and high < DOUBLING:
        return NOT_RAISED, f"Of the product's cases, {seen} report {reaction}: a doubling of the ratio is excluded."
    limit = "of any size" if high is None else f"up to {show(high)}"
    background = "" if others else " No other case has both."
    return TOO_FEW, (
        f"Of the product's cases, {seen} report {reaction}: too few to say. A ratio {limit} is not excluded."
        f"{background}"
    )
