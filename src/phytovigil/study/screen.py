"""The answer to a screen of all pairs: what was counted, what was learned, what stands out, and where the table is."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from phytovigil.cases import (
    SCREENED,
    all_pairs_sql,
    bounds_sql,
    counted_terms_sql,
    heat_map_sql,
    named_sql,
    screened_totals_sql,
    strongest_sql,
    volcano_sql,
    words_sql,
)
from phytovigil.schema.selection import Selection
from phytovigil.signals.registry import measure, rule, statistic
from phytovigil.store import Engine
from phytovigil.study.all_pairs import AllPairs
from phytovigil.study.estimating import finite
from phytovigil.study.facts import rows
from phytovigil.study.mass_screening import (
    Learned,
    PairsDone,
    ScreenPlan,
    column_name,
    describe_learned,
    measure_columns,
    test_columns,
    write_screened,
)

GRID = (120, 90)
"""Columns and rows of the grid on which the volcano plot counts pairs: a million points would only hide each other."""

HEAT_MAP = (25, 30)
"""Most products and reactions of the heat map."""

NAMED = 8
"""Pairs that the volcano plot tells by name."""

LEAST_P = 1e-300
"""Smaller p-values are drawn as this one."""


def screen(
    engine: Engine,
    selection: Selection,
    nodes: Mapping[str, int],
    plan: ScreenPlan,
    *,
    reported: bool,
    strata: tuple[str, ...] = (),
    most: int = 20,
    out: Path | None = None,
    format: str = "parquet",
    figures: bool = False,
    done: PairsDone | None = None,
) -> dict[str, Any]:
    """Screen all pairs of the views of an engine.

    reported : products are names as reported; else nodes of the vocabulary. strata : expected cases are summed over
        them. most : rows of the answer. out, format : where the whole table goes, "parquet" or "csv".
    figures : also the numbers behind a volcano plot and a heat map.
    """
    names = name_numbers(engine, nodes, reported)
    if done:
        done("counting", 0, 0)
    with AllPairs(engine, all_pairs_sql(selection, nodes, reported=reported, strata=strata)) as pairs:
        if done:
            done("learning", 0, pairs.number)
        learned = Learned.from_pairs(plan.needed, pairs)
        with tempfile.TemporaryDirectory(prefix="phytovigil-") as folder:
            file = out if out and format == "parquet" else Path(folder) / "screened.parquet"
            write_screened(pairs, plan, learned, names, file, done)
            engine.show_files("screened", [file])
            if out and format == "csv":
                engine.write_csv(SCREENED, out)
            values, notes = describe_learned(plan, learned)
            answer = {
                "pairs": pairs.number,
                **sum_up(engine, plan),
                "learned": values,
                "notes": notes,
                "rows": strongest(engine, plan, most),
            }
            return answer | (figure_numbers(engine, plan) if figures else {})


def describe_plan(plan: ScreenPlan, reported: bool, strata: tuple[str, ...], out: Path | str | None) -> dict[str, Any]:
    """What was asked, as the answer says it."""
    return {
        "products_as": "reported" if reported else "vocabulary",
        "strata": list(strata),
        "min_cases": plan.min_cases,
        "measures": list(plan.measures),
        "levels": {name: plan.level or measure(name).level for name in plan.measures},
        "rule_measure": deciding_measure(plan),
        "tests": list(plan.tests),
        "adjust": plan.adjust,
        "rule": {"name": plan.rule, "title": rule(plan.rule).title, "source": rule(plan.rule).source},
        "file": str(out) if out else None,
        "figures": [],
    }


def name_numbers(engine: Engine, nodes: Mapping[str, int], reported: bool) -> dict[str, list[object]]:
    """Texts of products and reactions by their numbers."""
    by_number: list[object] = [node for _, node in sorted((number, node) for node, number in nodes.items())]
    return {
        "product": place_texts(engine, words_sql()) if reported else by_number,
        "reaction": place_texts(engine, counted_terms_sql()),
    }


def place_texts(engine: Engine, sql: str) -> list[object]:
    """Texts at the places of their numbers. sql : of (number, text), in the order of the numbers."""
    found = engine.query(sql)
    texts: list[object] = [""] * (int(str(found["number"][-1])) + 1 if found["number"] else 1)
    for number, text in zip(found["number"], found["text"], strict=True):
        texts[int(str(number))] = text
    return texts


def sum_up(engine: Engine, plan: ScreenPlan) -> dict[str, Any]:
    """Totals of the table."""
    totals = engine.query_one(screened_totals_sql())
    return {
        "listed": totals["pairs"],
        "products": totals["products"],
        "reactions": totals["reactions"],
        "signals": totals["signals"],
    }


def strongest(engine: Engine, plan: ScreenPlan, most: int) -> list[dict[str, Any]]:
    """The pairs that stand out most: signals first, by the lower limit of the measure that decides."""
    found = rows(engine.query(strongest_sql(ranking_column(plan), most, "signal")), tuple(plan.column_types))
    return [nest(row, plan) for row in found]


def ranking_column(plan: ScreenPlan) -> str:
    """The lower limit of the measure that decides."""
    return measure_columns(deciding_measure(plan))[1]


def deciding_measure(plan: ScreenPlan) -> str:
    """The measure that the rule looks at, if it is in the table; else the first one."""
    named = [name for name in rule(plan.rule).measures if name in plan.measures]
    return (named or list(plan.measures))[0]


def nest(row: Mapping[str, Any], plan: ScreenPlan) -> dict[str, Any]:
    """A row of the table with its measures and tests gathered, as in the other answers."""
    estimates = {
        name: dict(zip(("point", "low", "high"), (number(row[key]) for key in measure_columns(name)), strict=True))
        for name in plan.measures
    }
    tests = {
        name: dict(zip(("p", "q"), (number(row[key]) for key in test_columns(name, plan.adjust)), strict=False))
        for name in plan.tests
    }
    plain = {key: row[key] for key in ("product", "reaction", "a", "b", "c", "d")}
    return {
        **plain,
        "expected": number(row["expected"]),
        "estimates": estimates,
        "tests": tests,
        "signal": row["signal"],
    }


def number(value: float | None) -> float | None:
    """A number as JSON carries it."""
    return None if value is None else finite(value)


def figure_numbers(engine: Engine, plan: ScreenPlan) -> dict[str, Any]:
    """What the volcano plot and the heat map draw."""
    name = deciding_measure(plan)
    point, test = column_name(name), plan.tests[0]
    x = point if measure(name).scale == "log2" else f"log2({point})"
    y = f"sqrt(-log10(greatest({column_name(test)}_p, {LEAST_P})))"
    grid = engine.query_one(bounds_sql(x, y))
    ends = ("x0", "x1"), ("y0", "y1")
    size = [((grid[last] or 0) - (grid[first] or 0)) / steps for (first, last), steps in zip(ends, GRID, strict=True)]
    named = [
        {"x": row["px"], "y": row["py"], "text": f"{row['product']} × {row['reaction']} ({row['a']:,} cases)"}
        for row in table_rows(engine, named_sql(x, y, ranking_column(plan), NAMED))
    ]
    return {
        "volcano": {
            "x": f"{measure(name).title}{'' if measure(name).scale == 'log2' else ', log2'}",
            "y": f"{statistic(test).title}, −log10 of the p-value",
            "cell": size,
            "cells": table_rows(engine, volcano_sql(x, y, *GRID)),
            "named": named,
        },
        "heat_map": {
            "measure": name,
            "title": f"{measure(name).title}, log2",
            "cells": table_rows(engine, heat_map_sql(x, *HEAT_MAP)),
        },
    }


def table_rows(engine: Engine, sql: str) -> list[dict[str, Any]]:
    """Rows of a query, numbers as JSON carries them."""
    found = engine.query(sql)
    return [
        {name: number(value) if isinstance(value, float) else value for name, value in zip(found, row, strict=True)}
        for row in zip(*found.values(), strict=True)
    ]
