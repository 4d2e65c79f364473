"""Do two products together come with the reaction more often than each of them adds on its own?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from phytovigil.cases import triple_sql, triples_sql
from phytovigil.errors import InvalidRequest
from phytovigil.schema.reports import Columns
from phytovigil.signals.interactions.baselines import (
    every_cell_filled,
    expected_with_both,
    interaction_contrast,
    ratio_of_odds_ratios,
    reri,
)
from phytovigil.signals.interactions.omega import omega, why_not_estimable
from phytovigil.signals.interactions.triples import CELLS, TripleCounts
from phytovigil.study.estimating import finite
from phytovigil.study.examining.asked import Asked
from phytovigil.study.examining.plain import plain_estimate
from phytovigil.study.naming import NamedProduct

MORE, FEWER, NOT_TOLD, WITHHELD = "more-than-added", "fewer-than-added", "not-told-from-added", "withheld"

EMPTY_CELL = "A cell of the 2×2×2 table is 0: odds ratios, RERI and their ratio need all eight."

ADDITIVE = "Omega compares with an additive baseline: the reports that each product adds to the background, added up."
OTHER_ROLES = "A case in which a product has another role than the one asked for counts as a case without it."
SUSPECTED = "Reports that name two products are often reports of an interaction that somebody already suspects."

Second = dict[str, str]
"""id, name and kind of a second product."""


def examine_interaction(asked: Asked, second: NamedProduct | None, min_cases: int) -> dict[str, Any]:
    """The 2×2×2 table of one second product, or of every product that enough cases name with product and reaction.

    Rows stand with the highest lower limit of Omega first, withheld ones last.
    Raises InvalidRequest for a second product that is the first, or is part of it or contains it.
    """
    products, cells = count_one(asked, second) if second else count_all(asked, min_cases)
    rows = estimate_rows(products, cells)
    rows.sort(key=lambda row: (row["omega"]["low"] is None, -(row["omega"]["low"] or 0), row["second"]["id"]))
    return {
        "second": {"id": second.key, "name": second.name, "kind": second.kind} if second else None,
        "min_cases": None if second else min_cases,
        "rows": rows,
        "notes": [
            ADDITIVE,
            *([OTHER_ROLES] if asked.selection.role != "any" else []),
            SUSPECTED,
            *many_looks(rows),
        ],
    }


def count_one(asked: Asked, second: NamedProduct) -> tuple[list[Second], Columns]:
    """The cells of one second product."""
    require_apart(asked.product, second)
    sql = triple_sql(
        asked.counted_product, asked.counter.product(second), asked.counted_reaction, asked.selection, asked.nodes
    )
    return [{"id": second.key, "name": second.name, "kind": second.kind}], asked.query(sql)


def require_apart(first: NamedProduct, second: NamedProduct) -> None:
    """Raise InvalidRequest where the two are not two: one would always come with the other."""
    below_first, below_second = ({key for key, _ in product.nodes} | {product.key} for product in (first, second))
    if first.key in below_second or second.key in below_first:
        raise InvalidRequest(
            f"{first.name} and {second.name} are the same product, or one is counted under the other.",
            "Ask for two products that can be taken apart.",
        )


def count_all(asked: Asked, min_cases: int) -> tuple[list[Second], Columns]:
    """The cells of every co-reported product: nodes of the vocabulary, and names that it does not know."""
    if min_cases < 1:
        raise InvalidRequest(f"--min-cases is {min_cases}; it is at least 1.")
    opened = asked.counter.opened
    family = {opened.nodes[member] for member, _ in asked.product.nodes}
    family |= {above for node in tuple(family) for above in opened.products.ancestors(node)}
    found = asked.query(
        triples_sql(
            asked.counted_product, asked.counted_reaction, asked.selection, asked.nodes, sorted(family), min_cases
        )
    )
    products = [
        describe_node(asked, int(str(number)))
        if kind == "node"
        else {"id": f"reported:{text}", "name": str(text), "kind": "as reported"}
        for kind, number, text in zip(found["kind"], found["number"], found["text"], strict=True)
    ]
    return products, found


def describe_node(asked: Asked, number: int) -> Second:
    """A node of the vocabulary by its number."""
    node = asked.counter.opened.products.nodes[number]
    return {"id": node.id, "name": node.name, "kind": node.kind}


def estimate_rows(products: Sequence[Second], cells: Columns) -> list[dict[str, Any]]:
    """Every measure of every second product, estimated at once."""
    if not products:
        return []
    counts = TripleCounts.of(*([int(str(value)) for value in cells[name]] for name in CELLS))
    found = {
        "omega": omega(counts),
        "contrast": interaction_contrast(counts),
        "reri": reri(counts),
        "ratio_of_odds_ratios": ratio_of_odds_ratios(counts),
    }
    expected, full, why = expected_with_both(counts), every_cell_filled(counts), why_not_estimable(counts)
    return [
        {
            "second": second,
            "cells": {name: int(getattr(counts, name)[place]) for name in CELLS},
            "shares": {
                name: finite(rate[place]) for name, rate in zip(("f11", "f10", "f01", "f00"), counts.rates, strict=True)
            },
            "expected": finite(expected[place]),
            **{name: plain_estimate(estimate, place) for name, estimate in found.items()},
            "verdict": judge(found["omega"].low[place], found["omega"].high[place]),
            "withheld": [reason for reason in (why[place], "" if full[place] else EMPTY_CELL) if reason],
        }
        for place, second in enumerate(products)
    ]


def judge(low: float, high: float) -> str:
    """What the interval of Omega says.

    >>> judge(0.4, 2.0), judge(-1.0, 0.5), judge(float("nan"), float("nan"))
    ('more-than-added', 'not-told-from-added', 'withheld')
    """
    if low != low:
        return WITHHELD
    return MORE if low > 0 else FEWER if high < 0 else NOT_TOLD


def many_looks(rows: Sequence[dict[str, Any]]) -> list[str]:
    """What it means to have looked at many products."""
    looked = sum(row["verdict"] != WITHHELD for row in rows)
    if looked < 2:
        return []
    return [f"{looked} products are compared: some intervals exclude no interaction by chance alone."]
