"""Conditions, reasons for use and gravity from tables filled at random, beside loops over the cases."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from phytovigil.cases.conditions import (
    ALL,
    SERIOUS,
    ReportedCondition,
    condition_cells_sql,
    gravity_sql,
    reasons_for_use_sql,
    reasons_sql,
)
from phytovigil.cases.counting import Product, Reaction
from phytovigil.schema.selection import Selection
from phytovigil.store import Engine

CASES = 300
WORDS = {1: "KRATOM", 2: "IBUPROFEN", 11: "Pain; Anxiety", 12: "PAIN", 13: "O'Neill's disease", 14: ""}
REASONS = {11: ("PAIN", "ANXIETY"), 12: ("PAIN",), 13: ("O'NEILL'S DISEASE",), 14: ()}
NODES = {"kratom": 71, "light": 72}
TERMS = (50, 51, 52)
OUTCOMES = ("death", "hospitalisation")
ANY = Selection(role="any")


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    """What each case reports, as a person would note it."""
    generator = random.Random(7)
    return [
        {
            "report": 1000 + case,
            "products": {word: generator.choice((0, 3)) for word in (1, 2) if generator.random() < 0.5},
            "terms": {term for term in TERMS if generator.random() < 0.25},
            "reasons": {word: generator.choice((11, 12, 13, 14)) for word in (1, 2) if generator.random() < 0.6},
            "outcomes": [outcome for outcome in OUTCOMES if generator.random() < 0.3],
        }
        for case in range(CASES)
    ]


@pytest.fixture(scope="module")
def engine(cases: list[dict[str, Any]]) -> Iterator[Engine]:
    listed = list(enumerate(cases))
    tables: dict[str, tuple[dict[str, str], list[tuple[Any, ...]]]] = {
        "cases": (
            {"case_index": "INTEGER", "report": "BIGINT", "sex": "VARCHAR", "age_band": "VARCHAR", "year": "INTEGER",
             "serious": "BOOLEAN", "reporter": "VARCHAR", "country": "VARCHAR"},
            [(n, c["report"], "female", "18-44", 2015, bool(c["outcomes"]), None, None) for n, c in listed],
        ),
        "report": (
            {"report": "BIGINT", "outcomes": "VARCHAR[]"}, [(c["report"], c["outcomes"]) for c in cases],
        ),
        "word": ({"word": "INTEGER", "text": "VARCHAR"}, list(WORDS.items())),
        "word_node": ({"word": "INTEGER", "node": "INTEGER"}, [(1, 71), (2, 72)]),
        "case_node": (
            {"node": "INTEGER", "case_index": "INTEGER", "role": "TINYINT"},
            [(70 + word, n, role) for n, c in listed for word, role in c["products"].items()],
        ),
        "case_reaction": (
            {"term": "INTEGER", "case_index": "INTEGER"}, [(term, n) for n, c in listed for term in sorted(c["terms"])],
        ),
        "report_product": (
            {"report": "BIGINT", "seq": "INTEGER", "verbatim": "INTEGER", "ingredient": "INTEGER", "role": "TINYINT"},
            [(c["report"], word, word, None, role) for c in cases for word, role in c["products"].items()],
        ),
        "report_indication": (
            {"report": "BIGINT", "seq": "INTEGER", "indication": "INTEGER"},
            [(c["report"], seq, word) for c in cases for seq, word in c["reasons"].items() if seq in c["products"]],
        ),
    }  # fmt: skip
    made = Engine()
    for name, (types, rows) in tables.items():
        made.create_table(name, types)
        made.add_rows(name, dict(zip(types, map(list, zip(*rows, strict=True)), strict=True)), types)
    yield made
    made.close()


def reasons_of(case: dict[str, Any], products: tuple[int, ...] = (1, 2)) -> set[str]:
    """Why any of some products was taken in a case."""
    given = [case["reasons"].get(word) for word in products if word in case["products"]]
    return {reason for word in given if word for reason in REASONS[word]}


@pytest.mark.parametrize(
    "condition",
    [
        ReportedCondition(nodes=(72,)),
        ReportedCondition(terms=(51,)),
        ReportedCondition(indications=("ANXIETY", "O'NEILL'S DISEASE")),
        ReportedCondition((72,), (51,), ("ANXIETY",)),
        ReportedCondition(),
    ],
)
def test_eight_cells(engine: Engine, cases: list[dict[str, Any]], condition: ReportedCondition) -> None:
    expected = {f"n{a}{b}{c}": 0 for a in (1, 0) for b in (1, 0) for c in (1, 0)}
    for case in cases:
        marked = (
            (2 in case["products"] and 72 in condition.nodes)
            or case["terms"] & set(condition.terms)
            or reasons_of(case) & set(condition.indications)
        )
        expected[f"n{int(1 in case['products'])}{int(bool(marked))}{int(50 in case['terms'])}"] += 1
    found = engine.query_one(condition_cells_sql(Product(71), condition, Reaction((50,)), ANY, NODES))
    assert found == expected


@pytest.mark.parametrize("role", ["any", "suspect"])
def test_reasons_for_use_are_of_the_product_itself(engine: Engine, cases: list[dict[str, Any]], role: str) -> None:
    counts: dict[str, int] = {}
    stated = 0
    for case in cases:
        if case["products"].get(1, 9) <= (3 if role == "any" else 2):
            found = reasons_of(case, (1,))
            stated += bool(case["reasons"].get(1)) and bool(found)
            for reason in found:
                counts[reason] = counts.get(reason, 0) + 1
    rows = engine.query(reasons_for_use_sql(Product(71), Selection(role=role), NODES))
    first, *others = zip(rows["reason"], rows["cases"], strict=True)
    assert first == (None, stated)
    assert others == sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def test_reasons_that_a_source_holds(engine: Engine) -> None:
    assert engine.query(reasons_sql())["reason"] == ["ANXIETY", "O'NEILL'S DISEASE", "PAIN"]


def test_gravity(engine: Engine, cases: list[dict[str, Any]]) -> None:
    asked = (Reaction((50, 51)), Reaction((52,)), Reaction(()))
    expected: dict[tuple[int, str], int] = {}
    for case in cases:
        if 1 not in case["products"]:
            continue
        for place in (-1, *(n for n, reaction in enumerate(asked) if case["terms"] & set(reaction.terms))):
            for value in (ALL, *([SERIOUS] if case["outcomes"] else []), *case["outcomes"]):
                expected[place, value] = expected.get((place, value), 0) + 1
    rows = engine.query(gravity_sql(Product(71), asked, ANY, NODES))
    found = dict(zip(zip(rows["position"], rows["value"], strict=True), rows["cases"], strict=True))
    assert found == expected
    assert expected[-1, "death"] > 0
