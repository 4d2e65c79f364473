"""The eight cells from tables filled at random, beside a loop over the cases; and what is not a second product."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from phytovigil.cases import Product, Reaction, triple_sql, triples_sql
from phytovigil.schema.selection import Selection
from phytovigil.store import Engine

CELLS = ("n111", "n110", "n101", "n100", "n011", "n010", "n001", "n000")
CASES, TERMS = 400, (50, 51)
NODES = {1: (70, 79), 2: (71,), 3: (72,)}
"""Words and the nodes that they are read as; words 4 to 6 are read as nothing."""
BRAND, INGREDIENT = 5, 6
"""Always one entry of a report."""

Named = dict[int, dict[int, int]]


@pytest.fixture(scope="module")
def cases() -> tuple[Named, dict[int, set[int]]]:
    """Words with their strongest role, and terms, of each case."""
    generator = random.Random(4)
    named: Named = defaultdict(dict)
    terms: dict[int, set[int]] = defaultdict(set)
    for case in range(CASES):
        for word in generator.sample(range(1, 6), generator.randint(1, 3)):
            role = generator.choice((0, 1, 3))
            named[case][word] = role
            if word == BRAND:
                named[case][INGREDIENT] = role
        terms[case] = {term for term in TERMS if generator.random() < 0.3}
    return named, terms


@pytest.fixture(scope="module")
def engine(cases: tuple[Named, dict[int, set[int]]]) -> Iterator[Engine]:
    named, terms = cases
    made = Engine()
    tables: dict[str, tuple[dict[str, str], list[tuple[Any, ...]]]] = {
        "numbered": ({"case_index": "INTEGER"}, [(case,) for case in range(CASES)]),
        "case_name": (
            {"case_index": "INTEGER", "name": "INTEGER", "role": "TINYINT"},
            [(case, word, role) for case, words in named.items() for word, role in words.items()],
        ),
        "case_reaction": (
            {"term": "INTEGER", "case_index": "INTEGER"},
            [(term, case) for case, found in terms.items() for term in found],
        ),
        "word_node": (
            {"word": "INTEGER", "node": "INTEGER"},
            [(word, node) for word, nodes in NODES.items() for node in nodes],
        ),
        "word": ({"word": "INTEGER", "text": "VARCHAR"}, [(word, f"WORD {word}") for word in range(1, 7)]),
        "report_product": (
            {"verbatim": "INTEGER", "ingredient": "INTEGER"},
            [(BRAND, INGREDIENT), *((word, None) for word in range(1, 5))],
        ),
    }
    for name, (types, rows) in tables.items():
        made.create_table(name, types)
        made.add_rows(name, dict(zip(types, map(list, zip(*rows, strict=True)), strict=True)), types)
    made.run(
        "CREATE VIEW cases AS SELECT case_index, 'unknown' AS sex, 'unknown' AS age_band, 2019 AS year, "
        "true AS serious, NULL AS reporter, NULL AS country FROM numbered"
    )
    made.run(
        "CREATE VIEW case_node AS SELECT node, case_index, min(role) AS role FROM case_name "
        "JOIN word_node ON word = name GROUP BY ALL"
    )
    yield made
    made.close()


def count(cases: tuple[Named, dict[int, set[int]]], first: int, second: int, role: int) -> dict[str, int]:
    named, terms = cases
    found = dict.fromkeys(CELLS, 0)
    for case in range(CASES):
        bits = [named[case].get(word, 9) <= role for word in (first, second)]
        found["n" + "".join(str(int(bit)) for bit in (*bits, 50 in terms[case]))] += 1
    return found


REACTION = Reaction((50,))


@pytest.mark.parametrize(("role", "weakest"), [("any", 3), ("suspect", 2)])
def test_cells_of_one_pair(engine: Engine, cases: tuple[Named, dict[int, set[int]]], role: str, weakest: int) -> None:
    sql = triple_sql(Product(70), Product(4, reported=True), REACTION, Selection(role=role), {})
    assert engine.query_one(sql) == count(cases, 1, 4, weakest)


def listed(engine: Engine, first: Product, family: list[int], role: str, least: int) -> dict[tuple[str, int], Any]:
    found = engine.query(triples_sql(first, REACTION, Selection(role=role), {}, family, least))
    rows = [dict(zip(found, values, strict=True)) for values in zip(*found.values(), strict=True)]
    return {(row["kind"], row["number"]): row for row in rows}


@pytest.mark.parametrize(("role", "weakest"), [("any", 3), ("suspect", 2)])
def test_list_has_every_other_product_with_the_cells_of_its_pair(
    engine: Engine, cases: tuple[Named, dict[int, set[int]]], role: str, weakest: int
) -> None:
    rows = listed(engine, Product(70), [70, 79], role, 1)
    assert set(rows) == {("node", 71), ("node", 72), ("name", 4), ("name", 5), ("name", 6)}
    for (_, number), word in zip(sorted(rows), (4, 5, 6, 2, 3), strict=True):
        row = next(row for (_, found), row in rows.items() if found == number)
        assert {name: row[name] for name in CELLS} == count(cases, 1, word, weakest)
    assert rows["name", 4]["text"] == "WORD 4"
    assert rows["node", 71]["text"] == ""


def test_least_number_of_cases_is_of_all_three(engine: Engine) -> None:
    every = listed(engine, Product(70), [70, 79], "any", 1)
    least = sorted(row["n111"] for row in every.values())[2]
    assert set(listed(engine, Product(70), [70, 79], "any", least)) == {
        key for key, row in every.items() if row["n111"] >= least
    }


def test_name_of_the_same_entry_is_no_second_product(engine: Engine) -> None:
    assert ("name", INGREDIENT) not in listed(engine, Product(BRAND, reported=True), [], "any", 1)
    assert ("name", BRAND) not in listed(engine, Product(INGREDIENT, reported=True), [], "any", 1)


def test_reported_name_is_listed_neither_as_itself_nor_as_what_it_is_read_as(engine: Engine) -> None:
    rows = listed(engine, Product(1, reported=True), [], "any", 1)
    assert {("node", 70), ("node", 79), ("name", 1)}.isdisjoint(rows)
    assert ("node", 71) in rows
