"""The SQL of this room at its edges: empty lists, words that quote badly, keys that nothing was counted for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from phytovigil.cases import (
    VALUES,
    Product,
    Reaction,
    co_reported_sql,
    matched_names_sql,
    names_holding_sql,
    pair_counts_sql,
    product_groups_sql,
    product_terms_sql,
    quarantine_examples_sql,
    quarantine_reasons_sql,
    reported_names_sql,
    reported_terms_sql,
)
from phytovigil.cases.population import population_sql
from phytovigil.schema.selection import ROLE_CHOICES, Selection
from phytovigil.store import Engine

NODES = {"kratom": 7, "kava": 8}
KRATOM = Product(7)
ANY = Selection(role="any")


def rows(engine: Engine, sql: str) -> list[tuple[Any, ...]]:
    return list(zip(*engine.query(sql).values(), strict=True))


def population(engine: Engine, selection: Selection) -> list[Any]:
    return sorted(engine.query(population_sql(selection, NODES))["case_index"])


# --------------------------------------------------------------------------------------------------- populations


@pytest.mark.parametrize(
    ("selection", "cases"),
    [
        (Selection(), [0, 1, 2, 3]),
        (Selection(reporter=("O'Brien",)), [0]),
        (Selection(reporter=("x') OR ('1'='1",)), []),
        (Selection(category=("5",)), [1]),
        (Selection(category=("5 Baker's",)), [1]),
        (Selection(category=("5 Baker",)), []),
        (Selection(category=("54", "5")), [0, 1]),
        (Selection(category=("%",)), []),
        (Selection(without_products=("kratom",)), [0, 3]),
        (Selection(with_products=("kratom",), without_products=("kratom",)), []),
        (Selection(serious=True), [0]),
        (Selection(serious=False), [2]),
        (Selection(years=(2016, 2016)), [1, 2]),
        (Selection(country=("US",), sex=("male",)), []),
        (Selection(indication=("chronic pain",)), [0, 2]),
        (Selection(indication=("%",)), []),
        (Selection(among=("kratom", "kava")), [0, 1]),
        (Selection(role="any", among=("kratom", "kava")), [0, 1, 2]),
        (Selection(role="primary", among=("kratom", "kava")), [0]),
        (Selection(among=("reported:ST JOHN'S WORT",)), [0]),
        (Selection(among=("kratom", "reported:ST JOHN'S WORT"), without_products=("kratom",)), [0]),
    ],
)
def test_population(engine: Engine, selection: Selection, cases: list[int]) -> None:
    assert population(engine, selection) == cases


def test_a_product_that_the_vocabulary_lacks_is_not_ignored(engine: Engine) -> None:
    with pytest.raises(KeyError):
        population(engine, Selection(without_products=("silver",)))


# -------------------------------------------------------------------------------------------------------- pairs


def test_a_reaction_without_terms_has_no_cases(engine: Engine) -> None:
    assert rows(engine, pair_counts_sql(KRATOM, Reaction(()), ANY, NODES)) == [(0, 2, 0, 2)]


def test_an_empty_population_counts_zero_four_times(engine: Engine) -> None:
    nobody = replace(ANY, sex=("male",), age=("0-1",))
    assert rows(engine, pair_counts_sql(KRATOM, Reaction((2,)), nobody, NODES)) == [(0, 0, 0, 0)]


def test_a_name_that_quotes_badly_is_counted_as_reported(engine: Engine) -> None:
    assert rows(engine, pair_counts_sql(Product(1, reported=True), Reaction((3,)), ANY, NODES)) == [(1, 1, 0, 2)]
    assert rows(engine, pair_counts_sql(Product(1, reported=True), Reaction((3,)), Selection(), NODES)) == [
        (1, 0, 0, 3)
    ]


def test_reactions_of_a_product(engine: Engine) -> None:
    terms = product_terms_sql(KRATOM, ANY, NODES, min_cases=1)
    assert rows(engine, terms) == [("O'CLOCK PAIN", 1, 1, 0, 2), ("RASH", 1, 1, 1, 1)]
    assert rows(engine, product_terms_sql(KRATOM, ANY, NODES, min_cases=2)) == []


def test_groups_of_a_product_are_told_by_their_place(engine: Engine) -> None:
    groups = [("none", Reaction(())), ("both", Reaction((2, 3))), ("absent", Reaction((4,))), ("rash", Reaction((2,)))]
    assert rows(engine, product_groups_sql(KRATOM, groups, ANY, NODES, 1)) == [(1, 1, 1, 1, 1), (3, 1, 1, 1, 1)]
    assert rows(engine, product_groups_sql(KRATOM, [], ANY, NODES, 1)) == []


def test_others_named_with_a_product(engine: Engine) -> None:
    assert rows(engine, co_reported_sql(KRATOM, None, ANY, NODES, family=[])) == [(7, 2)]
    assert rows(engine, co_reported_sql(KRATOM, None, ANY, NODES, family=[7])) == []


def test_the_names_of_a_reported_product_are_itself(engine: Engine) -> None:
    red, wort = Product(1, reported=True), Product(0, reported=True)
    named = {role: rows(engine, matched_names_sql(red, Selection(role=role))) for role in ROLE_CHOICES}
    assert named == {"primary": [], "suspect": [("Kratom 'Red'", 1)], "any": [("Kratom 'Red'", 2)]}
    assert rows(engine, matched_names_sql(wort, Selection(role="primary"))) == [("ST JOHN'S WORT", 1)]


def test_the_role_decides_which_cases_name_the_product(engine: Engine) -> None:
    """Kratom is interacting in one case and concomitant in another; kava is the primary suspect of its case."""
    rash = Reaction((2,))
    kratom = {role: rows(engine, pair_counts_sql(KRATOM, rash, Selection(role=role), NODES)) for role in ROLE_CHOICES}
    assert kratom == {"primary": [(0, 0, 2, 2)], "suspect": [(1, 0, 1, 2)], "any": [(1, 1, 1, 1)]}
    kava = {role: rows(engine, pair_counts_sql(Product(8), rash, Selection(role=role), NODES)) for role in ROLE_CHOICES}
    assert kava == {role: [(1, 0, 1, 2)] for role in ROLE_CHOICES}


# ------------------------------------------------------------------------------------------------------ look-ups


def test_what_a_source_holds(engine: Engine) -> None:
    assert rows(engine, reported_names_sql()) == [("ST JOHN'S WORT", 0), ("Kratom 'Red'", 1)]
    assert rows(engine, reported_terms_sql()) == [("O'CLOCK PAIN", 3), ("RASH", 2)]
    assert {field: engine.query(sql)["value"] for field, sql in VALUES.items()} == {
        "reporter": ["O'Brien", "consumer"],
        "country": ["US"],
        "category": ["5 Baker's", "54 Vit/Min"],
        "indication": ["CHRONIC PAIN"],
    }


def test_names_that_hold_a_token(engine: Engine) -> None:
    assert rows(engine, names_holding_sql(["KRATOM"])) == [("Kratom 'Red'", 2)]
    assert rows(engine, names_holding_sql(["JOHN'S", "KRATOM"])) == [("Kratom 'Red'", 2), ("ST JOHN'S WORT", 1)]
    assert rows(engine, names_holding_sql(["%", "NEVER"])) == []
    assert rows(engine, names_holding_sql([])) == []


def test_what_was_put_aside(engine: Engine) -> None:
    assert rows(engine, quarantine_reasons_sql()) == [("value", "odd-age", 2), ("row", "no-case", 1)]
    assert rows(engine, quarantine_examples_sql(2)) == [
        ("a.csv", 9, "row", "no-case", "", "x"),
        ("a.csv", 2, "value", "odd-age", "age_years", "-1"),
    ]
