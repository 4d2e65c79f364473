"""The counts cube: what a study needs to know of a source, as counts only, so that it runs without the reports.

One row is the number of distinct cases in one stratum (sex, age band, year) of one population that name a product
(in a role), a reaction, both, or neither condition: an empty product or reaction means "whatever".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from phytovigil.cases.counting import Product, Reaction
from phytovigil.cases.population import (
    list_condition,
    node_view,
    population_sql,
    quote,
    role_condition,
    years_condition,
)
from phytovigil.schema.selection import ROLE_CHOICES, Selection

CUBE: Mapping[str, str] = {
    "source": "VARCHAR",
    "population": "VARCHAR",
    "product": "VARCHAR",
    "role": "VARCHAR",
    "reaction": "VARCHAR",
    "sex": "VARCHAR",
    "age_band": "VARCHAR",
    "year": "INTEGER",
    "cases": "INTEGER",
}
"""Columns of the cube."""


def population_label(selection: Selection) -> str:
    """The population of a selection without what the cube can still select by (role, sex, age, years).

    >>> population_label(Selection(years=(2014, 2017), category=("54",)))
    'product class 54'
    """
    return (
        replace(population_of(selection), sex=(), age=(), years=None)
        .describe()
        .removeprefix("any role")
        .removeprefix("; ")
        or "all"
    )


def population_of(selection: Selection) -> Selection:
    """The selection whose cases the cube of a population holds.

    The role concerns the product under study and is counted apart, unless the population is that of some products.
    """
    return selection if selection.among else replace(selection, role="any")


def cube_sql(
    source: str,
    selection: Selection,
    products: Sequence[tuple[str, Product]],
    reactions: Sequence[tuple[str, Reaction]],
    nodes: Mapping[str, int],
) -> str:
    """SQL of the cube of one population: totals, margins of each product and reaction, and their pairs."""
    strata = "sex, age_band, year"
    return f"""
        WITH population AS ({population_sql(population_of(selection), nodes)}),
        {keyed_sql(products, reactions, node_view(selection))},
        exposed AS (
            SELECT product, role, sex, age_band, year, case_index
            FROM named JOIN population USING (case_index)),
        reacted AS (
            SELECT DISTINCT reaction, case_index FROM case_reaction JOIN reaction_key USING (term))
        SELECT {quote(source)} AS source, {quote(population_label(selection))} AS population, *
        FROM (
            SELECT '' AS product, '' AS role, '' AS reaction, {strata}, count(*) AS cases
            FROM population GROUP BY ALL
            UNION ALL SELECT product, role, '', {strata}, count(*) FROM exposed GROUP BY ALL
            UNION ALL SELECT '', '', reaction, {strata}, count(*)
            FROM reacted JOIN population USING (case_index) GROUP BY ALL
            UNION ALL SELECT product, role, reaction, {strata}, count(*)
            FROM reacted JOIN exposed USING (case_index) GROUP BY ALL)"""


def keyed_sql(products: Sequence[tuple[str, Product]], reactions: Sequence[tuple[str, Reaction]], by_node: str) -> str:
    """Common table expressions that give each product's cases in each role, and each term's reaction keys.

    by_node : view of product nodes by case.
    """
    nodes = values((key, product.number) for key, product in products if not product.reported)
    words = values((key, product.number) for key, product in products if product.reported)
    terms = values((key, term) for key, reaction in reactions for term in reaction.terms)
    chosen = " UNION ALL ".join(
        f"SELECT product, '{choice}' AS role, case_index FROM in_any_role WHERE {role_condition(choice)}"
        for choice in ROLE_CHOICES
    )
    return f"""
        node_key(product, number) AS (VALUES {nodes}),
        word_key(product, number) AS (VALUES {words}),
        reaction_key(reaction, term) AS (VALUES {terms}),
        in_any_role AS (
            SELECT product, role, case_index FROM {by_node} JOIN node_key ON node = number UNION ALL
            SELECT product, role, case_index FROM case_name JOIN word_key ON name = number),
        named AS ({chosen})"""


def values(pairs: Iterable[tuple[str, int]]) -> str:
    """Rows of a VALUES list; an impossible row where there is none, since SQL has no empty list."""
    rows = [f"({quote(key)}, {int(number)})" for key, number in pairs]
    return ", ".join(rows) or "('', -1)"


def cube_pair_sql(product: str, reaction: str, source: str, selection: Selection) -> str:
    """SQL of one row (a, b, c, d) from the view `cube`, for keys as they were written into it."""
    both = f"product = {quote(product)} AND role = {quote(selection.role)}"
    term = f"reaction = {quote(reaction)}"
    return f"""
        WITH margins AS (
            SELECT {filtered("product = '' AND reaction = ''")} AS n,
                {filtered(f"{both} AND reaction = ''")} AS with_product,
                {filtered(f"product = '' AND {term}")} AS with_reaction,
                {filtered(f"{both} AND {term}")} AS a
            FROM cube WHERE {" AND ".join(stratum_conditions(source, selection))})
        SELECT a, with_product - a AS b, with_reaction - a AS c, n - with_product - with_reaction + a AS d
        FROM margins"""


def filtered(condition: str) -> str:
    """The sum of cases under a condition, 0 where no row meets it."""
    return f"coalesce(sum(cases) FILTER ({condition}), 0)::BIGINT"


def stratum_conditions(source: str, selection: Selection) -> list[str]:
    """Conditions on a cube's source, population and strata."""
    return [
        f"source = {quote(source)}",
        f"population = {quote(population_label(selection))}",
        *list_condition("sex", selection.sex),
        *list_condition("age_band", selection.age),
        *years_condition(selection.years),
    ]
