"""All reactions of a product: groups and single terms, estimated together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from phytovigil.cases import (
    EVERY_TERM,
    Reaction,
    all_pairs_sql,
    group_members_sql,
    product_expected_sql,
    product_groups_sql,
    product_terms_sql,
)
from phytovigil.schema.selection import Selection
from phytovigil.signals.registry import measure
from phytovigil.store import write_table
from phytovigil.study.all_pairs import AllPairs
from phytovigil.study.counting import Cells, ReportCounter
from phytovigil.study.estimating import apply_rule, estimate_pairs, judge_pair, run_tests
from phytovigil.study.mass_screening import Learned, ScreenPlan, column_name, measure_columns, test_columns
from phytovigil.study.naming import BROAD, NARROW, NamedProduct, name_group

COLUMNS = {
    "reaction": "VARCHAR",
    "kind": "VARCHAR",
    "a": "BIGINT",
    "b": "BIGINT",
    "c": "BIGINT",
    "d": "BIGINT",
    "n": "BIGINT",
    "expected": "DOUBLE",
    "chi2_yates": "DOUBLE",
}
"""Columns of the table before those of the measures."""


def screen_product(
    counter: ReportCounter,
    product: NamedProduct,
    selection: Selection,
    plan: ScreenPlan,
    strata: Sequence[str],
    learned: Learned,
) -> list[dict[str, Any]]:
    """One row per reaction group and per term reported with the product, strongest lower IC limit first."""
    counter.check(selection)
    min_cases, rule = plan.min_cases, plan.rule
    named = [
        *count_groups(counter, product, selection, min_cases),
        *count_terms(counter, product, selection, min_cases),
    ]
    cells = [cells for _, _, cells in named]
    stratified = expect_by_strata(counter, product, selection, strata, named) if strata else None
    given: dict[str, Any] = {"stratified": stratified, "learned": learned.values}
    estimates = estimate_pairs(cells, plan.measures, level=plan.level, **given)
    signals = apply_rule(cells, rule, min_cases, **given)
    tests = run_tests(cells, plan.tests, plan.adjust)
    rows = [
        {
            "reaction": name,
            "kind": kind,
            **dict(zip("abcd", pair, strict=True)),
            "n": sum(pair),
            **estimate,
            "tests": tested,
            "signal": signal,
            "verdict": judge_pair(pair, estimate, signal, rule, min_cases)[0],
        }
        for (name, kind, pair), estimate, tested, signal in zip(named, estimates, tests, signals, strict=True)
    ]
    return sorted(rows, key=lambda row: (-row["estimates"]["ic"]["low"], row["reaction"]))


def expect_by_strata(
    counter: ReportCounter,
    product: NamedProduct,
    selection: Selection,
    strata: Sequence[str],
    named: Sequence[tuple[str, str, Cells]],
) -> list[float]:
    """Expected cases of each named reaction, summed over strata."""
    groups = list_groups(counter)
    found: dict[tuple[str, str], float] = {}
    for kind, members in (("term", EVERY_TERM), ("group", group_members_sql(groups))):
        sql = product_expected_sql(counter.product(product), members, selection, counter.opened.nodes, strata)
        answer = counter.opened.session.engine.query(sql)
        for key, expected in zip(answer["key"], answer["stratified"], strict=True):
            name = groups[int(str(key))][0] if kind == "group" else str(key)
            found[kind, name] = float(str(expected))
    return [found.get((kind, name), 0.0) for name, kind, _ in named]


def learn_from_all(
    counter: ReportCounter, product: NamedProduct, selection: Selection, names: Sequence[str], strata: Sequence[str]
) -> Learned:
    """What the measures that learn learn from all pairs of the population: of names as reported, or of nodes."""
    if not any(measure(name).learn for name in names):
        return Learned()
    sql = all_pairs_sql(selection, counter.opened.nodes, reported=product.reported, strata=strata)
    with AllPairs(counter.opened.session.engine, sql) as pairs:
        return Learned.from_pairs(names, pairs)


def count_terms(
    counter: ReportCounter, product: NamedProduct, selection: Selection, min_cases: int
) -> list[tuple[str, str, Cells]]:
    """Counts of every single term."""
    sql = product_terms_sql(counter.product(product), selection, counter.opened.nodes, min_cases)
    found = counter.opened.session.engine.query(sql)
    cells = zip(found["a"], found["b"], found["c"], found["d"], strict=True)
    return [(str(term), "term", pair) for term, pair in zip(found["term"], cells, strict=True)]  # type: ignore[misc]


def count_groups(
    counter: ReportCounter, product: NamedProduct, selection: Selection, min_cases: int
) -> list[tuple[str, str, Cells]]:
    """Counts of every reaction group, narrow and broad."""
    members = list_groups(counter)
    sql = product_groups_sql(counter.product(product), members, selection, counter.opened.nodes, min_cases)
    found = counter.opened.session.engine.query(sql)
    cells = zip(found["a"], found["b"], found["c"], found["d"], strict=True)
    return [
        (members[int(str(position))][0], "group", pair)  # type: ignore[misc]
        for position, pair in zip(found["position"], cells, strict=True)
    ]


def list_groups(counter: ReportCounter) -> list[tuple[str, Reaction]]:
    """Every reaction group, narrow and broad, by its key."""
    groups = [name_group(group, scope) for group in counter.opened.reactions.groups for scope in (NARROW, BROAD)]
    return [(group.key, counter.reaction(group)) for group in groups]


def flatten(row: dict[str, Any]) -> dict[str, Any]:
    """A row with one column per number, for CSV and Parquet.

    >>> flatten({"a": 4, "estimates": {"ic": {"point": 1.0, "low": 0.5, "high": 1.5}}, "tests": {"chi2": {"p": 0.2}}})
    {'a': 4, 'ic': 1.0, 'ic_low': 0.5, 'ic_high': 1.5, 'chi2_p': 0.2}
    """
    flat = {key: value for key, value in row.items() if key not in ("estimates", "tests")}
    for name, found in row["estimates"].items():
        flat |= dict(zip(measure_columns(name), (found["point"], found["low"], found["high"]), strict=True))
    for name, tested in row["tests"].items():
        flat |= {f"{column_name(name)}_{key}": value for key, value in tested.items()}
    return flat


def column_types(measures: Sequence[str], tests: Sequence[str], adjust: str) -> dict[str, str]:
    """Columns of the flat table with their types."""
    estimated = [column for name in measures for column in measure_columns(name)]
    tested = [column for name in tests for column in test_columns(name, adjust)]
    return {**COLUMNS, **dict.fromkeys((*estimated, *tested), "DOUBLE"), "signal": "BOOLEAN", "verdict": "VARCHAR"}


def write_screen(answer: dict[str, Any], file: Path, format: str) -> None:
    """Write the rows of a screen with one column per number, as "csv" or "parquet"."""
    types = column_types(answer["measures"], answer["tests"], answer["adjust"])
    flat = [flatten(row) for row in answer["rows"]]
    columns: dict[str, list[object]] = {name: [row[name] for row in flat] for name in types}
    write_table(file, columns, types, format=format)
