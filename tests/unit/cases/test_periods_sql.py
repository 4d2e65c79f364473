"""The 2×2 table by period, on tables filled by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from phytovigil.cases import Product, Reaction, pair_by_period_sql
from phytovigil.schema.selection import Selection
from phytovigil.store import Engine

NODES = {"kratom": 7}
KRATOM, RASH = Product(7), Reaction((2,))
RECEIVED = [date(2015, 11, 3), date(2016, 5, 31), date(2016, 6, 30), None]
ANY = Selection(role="any")


@pytest.fixture
def dated(engine: Engine) -> Engine:
    types = {"report": "BIGINT", "received": "DATE"}
    engine.create_table("report", types)
    engine.add_rows("report", {"report": [10, 11, 12, 13], "received": list(RECEIVED)}, types)
    return engine


def rows(engine: Engine, period: str, selection: Selection = ANY, reaction: Reaction = RASH) -> list[tuple[Any, ...]]:
    found = engine.query(pair_by_period_sql(KRATOM, reaction, selection, NODES, period))
    return list(zip(*(found[name] for name in ("start", "a", "b", "c", "d")), strict=True))


def test_quarters_without_a_case_are_listed(dated: Engine) -> None:
    """Cases 1 and 2 name kratom, 0 and 1 the rash; 3 has no date."""
    assert rows(dated, "quarter") == [
        (date(2015, 10, 1), 0, 0, 1, 0),
        (date(2016, 1, 1), 0, 0, 0, 0),
        (date(2016, 4, 1), 1, 1, 0, 0),
        (None, 0, 0, 0, 1),
    ]


def test_years(dated: Engine) -> None:
    assert rows(dated, "year") == [(date(2015, 1, 1), 0, 0, 1, 0), (date(2016, 1, 1), 1, 1, 0, 0), (None, 0, 0, 0, 1)]


def test_population_and_role_select(dated: Engine) -> None:
    assert rows(dated, "year", Selection(sex=("male",))) == [(date(2016, 1, 1), 0, 0, 0, 1), (None, 0, 0, 0, 0)]


def test_reaction_of_no_known_term(dated: Engine) -> None:
    assert [row[1:] for row in rows(dated, "year", reaction=Reaction(()))] == [(0, 0, 0, 1), (0, 2, 0, 0), (0, 0, 0, 1)]


def test_no_case_leaves_the_undated_row_alone(dated: Engine) -> None:
    assert rows(dated, "quarter", Selection(country=("FR",))) == [(None, 0, 0, 0, 0)]


def test_unknown_period_is_refused(dated: Engine) -> None:
    with pytest.raises(KeyError):
        pair_by_period_sql(KRATOM, RASH, ANY, NODES, "decade")
