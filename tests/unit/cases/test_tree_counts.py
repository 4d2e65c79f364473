"""The cases and terms that a scan draws from, over case tables filled by hand."""

from __future__ import annotations

from typing import Any

from phytovigil.cases import Product
from phytovigil.cases.tree_counts import scanned_cases_sql, scanned_terms_sql
from phytovigil.schema.selection import Selection
from phytovigil.store import Engine

NODES = {"kratom": 7, "kava": 8}
ANY = Selection(role="any")


def rows(engine: Engine, sql: str) -> list[tuple[Any, ...]]:
    return list(zip(*engine.query(sql).values(), strict=True))


def test_every_case_has_its_place_and_whether_it_names_the_product(engine: Engine) -> None:
    assert rows(engine, scanned_cases_sql(Product(7), ANY, NODES)) == [(0, 0, 0), (1, 1, 0), (2, 1, 0), (3, 0, 0)]
    suspect = scanned_cases_sql(Product(7), Selection(), NODES)
    assert [exposed for _, exposed, _ in rows(engine, suspect)] == [0, 1, 0, 0]
    reported = scanned_cases_sql(Product(0, reported=True), ANY, NODES)
    assert [exposed for _, exposed, _ in rows(engine, reported)] == [1, 0, 0, 0]


def test_cases_that_agree_share_a_stratum_and_missing_values_are_one(engine: Engine) -> None:
    def strata(*names: str) -> list[int]:
        return [stratum for _, _, stratum in rows(engine, scanned_cases_sql(Product(7), ANY, NODES, names))]

    female, also_female, male, unknown = strata("sex")
    assert female == also_female
    assert len({female, male, unknown}) == 3
    first, second, third, fourth = strata("country")
    assert (first, third) == (second, fourth)
    assert first != third
    assert len(set(strata("sex", "year"))) == 4


def test_places_of_terms_are_those_of_the_cases_of_a_selection(engine: Engine) -> None:
    assert rows(engine, scanned_terms_sql(ANY, NODES)) == [(0, 2), (1, 2), (1, 3)]
    later = Selection(role="any", years=(2016, 2016))
    assert rows(engine, scanned_cases_sql(Product(7), later, NODES)) == [(0, 1, 0), (1, 1, 0)]
    assert rows(engine, scanned_terms_sql(later, NODES)) == [(0, 2), (0, 3)]
    assert rows(engine, scanned_terms_sql(Selection(role="any", years=(1999, 1999)), NODES)) == []
