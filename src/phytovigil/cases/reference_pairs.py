"""Distinct-case counts of many named pairs of product and reaction, in one pass over the reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from phytovigil.cases.counting import Product, Reaction
from phytovigil.cases.population import node_view, population_sql, role_condition
from phytovigil.schema.selection import Selection

Pair = tuple[int, int]
"""Positions of a product and of a reaction in the lists that they are asked with."""


def reference_pairs_sql(
    products: Sequence[Sequence[Product]],
    reactions: Sequence[Reaction],
    pairs: Sequence[Pair],
    selection: Selection,
    nodes: Mapping[str, int],
) -> str:
    """SQL of (pair, a, b, c, d): one row for each pair, in its order, zeros included; pair: its place in `pairs`.

    products : each by all the names and nodes that it goes by; a case that has several of them counts once.
    reactions : each by its terms; a case that has several of them counts once.
    """
    return f"""
        WITH population AS ({population_sql(selection, nodes)}),
        product_word(product, number) AS (VALUES {rows(members(products, reported=True))}),
        product_node(product, number) AS (VALUES {rows(members(products, reported=False))}),
        reaction_term(reaction, term) AS (VALUES {rows(terms(reactions))}),
        asked(pair, product, reaction) AS (VALUES {rows(((place, *pair) for place, pair in enumerate(pairs)), 3)}),
        exposed AS (
            SELECT product, case_index FROM case_name JOIN product_word ON name = number
            SEMI JOIN population USING (case_index) WHERE {role_condition(selection.role)}
            UNION
            SELECT product, case_index FROM {node_view(selection)} JOIN product_node ON node = number
            SEMI JOIN population USING (case_index) WHERE {role_condition(selection.role)}),
        reacted AS (
            SELECT DISTINCT reaction, case_index FROM case_reaction JOIN reaction_term USING (term)
            SEMI JOIN population USING (case_index)),
        both_named AS (
            SELECT product, reaction, count(*) AS a FROM exposed JOIN reacted USING (case_index)
            SEMI JOIN asked USING (product, reaction) GROUP BY product, reaction),
        by_product AS (SELECT product, count(*) AS with_product FROM exposed GROUP BY product),
        by_reaction AS (SELECT reaction, count(*) AS with_reaction FROM reacted GROUP BY reaction),
        filled AS (
            SELECT pair, coalesce(a, 0) AS both_cases, coalesce(with_product, 0) AS product_cases,
                coalesce(with_reaction, 0) AS reaction_cases, n
            FROM asked LEFT JOIN both_named USING (product, reaction) LEFT JOIN by_product USING (product)
            LEFT JOIN by_reaction USING (reaction), (SELECT count(*) AS n FROM population))
        SELECT pair, both_cases AS a, product_cases - both_cases AS b, reaction_cases - both_cases AS c,
            n - product_cases - reaction_cases + both_cases AS d
        FROM filled WHERE pair >= 0 ORDER BY pair"""


def members(products: Sequence[Sequence[Product]], *, reported: bool) -> Iterable[Pair]:
    """Every product with the numbers of its reported words, or of its nodes."""
    return (
        (place, member.number)
        for place, product in enumerate(products)
        for member in product
        if member.reported == reported
    )


def terms(reactions: Sequence[Reaction]) -> Iterable[Pair]:
    """Every reaction with the numbers of its terms."""
    return ((place, term) for place, reaction in enumerate(reactions) for term in reaction.terms)


def rows(tuples: Iterable[tuple[int, ...]], width: int = 2) -> str:
    """Rows of a VALUES list of numbers; an impossible row where there is none, since SQL has no empty list.

    >>> rows([(0, 7), (1, 8)]), rows([])
    ('(0, 7), (1, 8)', '(-1, -1)')
    """
    listed = [", ".join(str(int(number)) for number in row) for row in tuples] or [", ".join(["-1"] * width)]
    return ", ".join(f"({row})" for row in listed)
