"""All reactions of a product: groups and single terms, estimated together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from phytovigil.cases import Reaction, product_groups_sql, product_terms_sql
from phytovigil.schema.selection import Selection
from phytovigil.store import write_table
from phytovigil.study.counting import Cells, ReportCounter
from phytovigil.study.estimating import apply_rule, estimate_pairs, judge_pair
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
    min_cases: int,
    measures: Sequence[str],
    rule: str,
) -> list[dict[str, Any]]:
    """One row per reaction group and per term reported with the product, strongest lower IC limit first."""
    counter.check(selection)
    named = [
        *count_groups(counter, product, selection, min_cases),
        *count_terms(counter, product, selection, min_cases),
    ]
    cells = [cells for _, _, cells in named]
    estimates = estimate_pairs(cells, measures)
    signals = apply_rule(cells, rule, min_cases)
    rows = [
        {
            "reaction": name,
            "kind": kind,
            **dict(zip("abcd", pair, strict=True)),
            "n": sum(pair),
            **estimate,
            "signal": signal,
            "verdict": judge_pair(pair, estimate, signal, rule, min_cases)[0],
        }
        for (name, kind, pair), estimate, signal in zip(named, estimates, signals, strict=True)
    ]
    return sorted(rows, key=lambda row: (-row["estimates"]["ic"]["low"], row["reaction"]))


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
    groups = [name_group(group, scope) for group in counter.opened.reactions.groups for scope in (NARROW, BROAD)]
    members: list[tuple[str, Reaction]] = [(group.key, counter.reaction(group)) for group in groups]
    sql = product_groups_sql(counter.product(product), members, selection, counter.opened.nodes, min_cases)
    found = counter.opened.session.engine.query(sql)
    cells = zip(found["a"], found["b"], found["c"], found["d"], strict=True)
    return [
        (members[int(str(position))][0], "group", pair)  # type: ignore[misc]
        for position, pair in zip(found["position"], cells, strict=True)
    ]


def flatten(row: dict[str, Any]) -> dict[str, Any]:
    """A row with one column per number, for CSV and Parquet.

    >>> flatten({"a": 4, "estimates": {"ic": {"point": 1.0, "low": 0.5, "high": 1.5}}})
    {'a': 4, 'ic': 1.0, 'ic_low': 0.5, 'ic_high': 1.5}
    """
    flat = {key: value for key, value in row.items() if key != "estimates"}
    for name, found in row["estimates"].items():
        plain = name.replace("-", "_")
        flat |= {plain: found["point"], f"{plain}_low": found["low"], f"{plain}_high": found["high"]}
    return flat


def column_types(measures: Sequence[str]) -> dict[str, str]:
    """Columns of the flat table with their types."""
    estimated = [name.replace("-", "_") for name in measures]
    numbers = {f"{name}{part}": "DOUBLE" for name in estimated for part in ("", "_low", "_high")}
    return {**COLUMNS, **numbers, "signal": "BOOLEAN", "verdict": "VARCHAR"}


def write_screen(answer: dict[str, Any], file: Path, format: str) -> None:
    """Write the rows of a screen with one column per number, as "csv" or "parquet"."""
    types = column_types(answer["measures"])
    flat = [flatten(row) for row in answer["rows"]]
    columns: dict[str, list[object]] = {name: [row[name] for row in flat] for name in types}
    write_table(file, columns, types, format=format)
