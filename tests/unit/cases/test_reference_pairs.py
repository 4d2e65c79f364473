"""Counts of many pairs at once: the same as one after the other, distinct cases over several names and terms."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from phytovigil.cases import Product, Reaction, pair_counts_sql, reference_pairs_sql
from phytovigil.schema.selection import ROLE_CHOICES, Selection
from phytovigil.store import Engine

NODES = {"kratom": 7, "kava": 8}
PRODUCTS = [(Product(7),), (Product(8),), (Product(0, reported=True),), (Product(1, reported=True),)]
REACTIONS = [Reaction((2,)), Reaction((3,)), Reaction((2, 3)), Reaction(())]
ANY = Selection(role="any")


def counted(
    engine: Engine,
    products: Sequence[Sequence[Product]],
    reactions: Sequence[Reaction],
    pairs: Sequence[tuple[int, int]],
    selection: Selection = ANY,
) -> list[tuple[int, ...]]:
    found = engine.query(reference_pairs_sql(products, reactions, pairs, selection, NODES))
    assert found["pair"] == list(range(len(pairs)))
    return list(zip(*(found[cell] for cell in "abcd"), strict=True))


@pytest.mark.parametrize("role", ROLE_CHOICES)
@pytest.mark.parametrize("chosen", [{}, {"sex": ("female",)}, {"years": (2016, 2016)}, {"country": ("XX",)}])
def test_as_one_pair_after_the_other(engine: Engine, role: str, chosen: dict[str, tuple[str, ...]]) -> None:
    selection = Selection(role=role, **chosen)  # type: ignore[arg-type]
    pairs = [(p, r) for p in range(len(PRODUCTS)) for r in range(len(REACTIONS))]
    one_by_one = [
        tuple(engine.query_one(pair_counts_sql(PRODUCTS[p][0], REACTIONS[r], selection, NODES)).values())
        for p, r in pairs
    ]
    assert counted(engine, PRODUCTS, REACTIONS, pairs, selection) == one_by_one


def test_a_case_with_two_names_and_two_terms_counts_once(engine: Engine) -> None:
    """Case 1 is named by node 7 and by word 1, and has both terms."""
    assert counted(engine, [(Product(7), Product(1, reported=True))], [Reaction((2, 3))], [(0, 0)]) == [(1, 1, 1, 1)]


def test_a_product_that_nobody_knows_has_empty_cells(engine: Engine) -> None:
    assert counted(engine, [()], [Reaction((2,))], [(0, 0)]) == [(0, 0, 2, 2)]


def test_no_pair_is_no_row(engine: Engine) -> None:
    assert counted(engine, [], [], []) == []


def test_the_same_pair_may_be_asked_twice(engine: Engine) -> None:
    assert len(set(counted(engine, PRODUCTS, REACTIONS, [(0, 0), (0, 0)]))) == 1
