"""How the cases of one pair's 2×2 table name other products: what each of them adds to the complement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from phytovigil.cases.counting import Product, Reaction, product_cases_sql, reaction_cases_sql
from phytovigil.cases.population import number_list, population_sql, product_view, role_condition
from phytovigil.schema.selection import Selection


def placed_sql(product: Product, reaction: Reaction, selection: Selection, nodes: Mapping[str, int]) -> str:
    """The common table expression `placed`: every case of the population, and whether it has product and reaction."""
    return f"""population AS ({population_sql(selection, nodes)}),
        exposed AS ({product_cases_sql(product, selection)}),
        reacted AS ({reaction_cases_sql(reaction)}),
        placed AS (
            SELECT population.case_index,
                exposed.case_index IS NOT NULL AS with_product, reacted.case_index IS NOT NULL AS with_reaction
            FROM population LEFT JOIN exposed USING (case_index) LEFT JOIN reacted USING (case_index))"""


CELLS = """count(*) FILTER (with_product AND with_reaction) AS a,
            count(*) FILTER (with_product AND NOT with_reaction) AS b,
            count(*) FILTER (NOT with_product AND with_reaction) AS c,
            count(*) FILTER (NOT with_product AND NOT with_reaction) AS d"""
"""The four cells of whatever cases are grouped."""


def others_sql(
    product: Product,
    reaction: Reaction,
    selection: Selection,
    nodes: Mapping[str, int],
    family: Iterable[int],
    *,
    reported: bool = False,
) -> str:
    """SQL of (other, a, b, c, d): of each cell of a pair, the distinct cases that name another product in the role.

    other : number of a node; with `reported`, of a name as reported. Only products that are named in a case of the
        reaction without the product are listed: no other can hide the pair.
    family : nodes that hold the product itself, or are held by it, and are no other product.
    One pass over the names of all cases, whatever the number of products.
    """
    table, column = product_view(selection, reported=reported)
    apart = "true" if reported else f"{column} NOT IN ({number_list(family)})"
    return f"""
        WITH {placed_sql(product, reaction, selection, nodes)}
        SELECT {column} AS other, {CELLS}
        FROM {table} JOIN placed USING (case_index)
        WHERE {role_condition(selection.role)} AND {apart}
        GROUP BY other HAVING c > 0 ORDER BY other"""


def without_others_sql(
    product: Product,
    reaction: Reaction,
    selection: Selection,
    nodes: Mapping[str, int],
    others: Iterable[int],
    *,
    reported: bool = False,
) -> str:
    """SQL of one row (a, b, c, d): the pair without the cases that name one of the others and not the product."""
    table, column = product_view(selection, reported=reported)
    return f"""
        WITH {placed_sql(product, reaction, selection, nodes)}
        SELECT {CELLS}
        FROM placed WHERE with_product OR case_index NOT IN (
            SELECT case_index FROM {table}
            WHERE {column} IN ({number_list(others)}) AND {role_condition(selection.role)})"""


def names_of_sql(words: Iterable[int]) -> str:
    """SQL of (word, text) of some words."""
    return f"SELECT word, text FROM word WHERE word IN ({number_list(words)})"
