"""Distinct-case counts of one pair and of all reactions of a product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from phytovigil.cases.population import (
    number_list,
    population_sql,
    product_view,
    role_condition,
    same_columns,
    stratum_columns,
)
from phytovigil.schema.selection import Selection


@dataclass(frozen=True, slots=True)
class Reaction:
    """Numbers of the counted terms that make up a reaction: one for a single term, several for a group."""

    terms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Where a product's cases are: a node of the vocabulary, or a word exactly as reported."""

    number: int
    reported: bool = False


def product_cases_sql(product: Product, selection: Selection) -> str:
    """SQL of the distinct cases that name a product in the selection's role, by the names that it counts."""
    table, column = product_view(selection, reported=product.reported)
    return f"SELECT case_index FROM {table} WHERE {column} = {product.number} AND {role_condition(selection.role)}"


def reaction_cases_sql(reaction: Reaction) -> str:
    """SQL of the distinct cases that name any of a reaction's terms."""
    return f"SELECT DISTINCT case_index FROM case_reaction WHERE term IN ({number_list(reaction.terms)})"


def pair_expected_sql(
    product: Product, reaction: Reaction, selection: Selection, nodes: Mapping[str, int], strata: Sequence[str]
) -> str:
    """SQL of one row (stratified): the cases expected with both, summed over strata (keys of STRATA)."""
    return f"""
        WITH population AS ({population_sql(selection, nodes)}),
        exposed AS ({product_cases_sql(product, selection)}),
        reacted AS ({reaction_cases_sql(reaction)}),
        stratum AS (
            SELECT {stratum_columns(strata)}, count(*) AS stratum_n,
                count(exposed.case_index) AS product_n, count(reacted.case_index) AS reaction_n
            FROM population LEFT JOIN exposed USING (case_index) LEFT JOIN reacted USING (case_index) GROUP BY ALL)
        SELECT coalesce(sum(product_n::DOUBLE * reaction_n / stratum_n), 0) AS stratified FROM stratum"""


def product_expected_sql(
    product: Product, members: str, selection: Selection, nodes: Mapping[str, int], strata: Sequence[str]
) -> str:
    """SQL of (key, stratified): the cases expected with a product and each reaction, summed over strata.

    members : SQL of (key, term): the terms of each reaction.
    """
    columns = stratum_columns(strata)
    return f"""
        WITH population AS ({population_sql(selection, nodes)}),
        exposed AS ({product_cases_sql(product, selection)}),
        member AS ({members}),
        stratum AS (
            SELECT {columns}, count(*) AS stratum_n, count(exposed.case_index) AS product_n
            FROM population LEFT JOIN exposed USING (case_index) GROUP BY ALL),
        reacted AS (
            SELECT key, {columns}, count(DISTINCT case_index) AS reaction_n
            FROM case_reaction JOIN member USING (term) JOIN population USING (case_index) GROUP BY ALL)
        SELECT key, sum(product_n::DOUBLE * reaction_n / stratum_n) AS stratified
        FROM reacted JOIN stratum ON {same_columns("reacted", "stratum", strata)} GROUP BY key"""


EVERY_TERM = "SELECT text AS key, term FROM counted_term"
"""Members of `product_expected_sql` where each term is a reaction of its own, told by its text."""


def group_members_sql(groups: Sequence[tuple[str, Reaction]]) -> str:
    """Members of `product_expected_sql` for groups, told by their place in `groups`."""
    members = ", ".join(f"({place}, {term})" for place, (_, group) in enumerate(groups) for term in group.terms)
    return f"SELECT * FROM (VALUES {members or '(-1, -1)'}) AS listed(key, term)"


def pair_counts_sql(product: Product, reaction: Reaction, selection: Selection, nodes: Mapping[str, int]) -> str:
    """SQL of one row (a, b, c, d): the 2×2 table of a pair within a population."""
    return f"""
        WITH population AS ({population_sql(selection, nodes)}),
        exposed AS ({product_cases_sql(product, selection)}),
        reacted AS ({reaction_cases_sql(reaction)}),
        margins AS (
            SELECT count(*) AS n,
                count(exposed.case_index) AS with_product, count(reacted.case_index) AS with_reaction,
                count(*) FILTER (exposed.case_index IS NOT NULL AND reacted.case_index IS NOT NULL) AS a
            FROM population LEFT JOIN exposed USING (case_index) LEFT JOIN reacted USING (case_index))
        SELECT a, with_product - a AS b, with_reaction - a AS c, n - with_product - with_reaction + a AS d
        FROM margins"""


def product_terms_sql(product: Product, selection: Selection, nodes: Mapping[str, int], min_cases: int) -> str:
    """SQL of (term, a, b, c, d): every term reported with a product in at least `min_cases` cases."""
    return f"""
        WITH {margins_sql(product, selection, nodes)}
        SELECT text AS term, a, with_product - a AS b, with_reaction - a AS c,
            n - with_product - with_reaction + a AS d
        FROM (
            SELECT term, count(*) AS with_reaction, count(exposed.case_index) AS a
            FROM case_reaction JOIN population USING (case_index) LEFT JOIN exposed USING (case_index)
            GROUP BY term HAVING a >= {int(min_cases)})
        JOIN counted_term USING (term), totals
        ORDER BY text"""


def product_groups_sql(
    product: Product,
    groups: Sequence[tuple[str, Reaction]],
    selection: Selection,
    nodes: Mapping[str, int],
    min_cases: int,
) -> str:
    """SQL of (position, a, b, c, d) for groups that at least `min_cases` cases report; position: place in `groups`."""
    members = ", ".join(f"({position}, {term})" for position, (_, group) in enumerate(groups) for term in group.terms)
    return f"""
        WITH {margins_sql(product, selection, nodes)},
        member(position, term) AS (VALUES {members or "(-1, -1)"})
        SELECT position, a, with_product - a AS b, with_reaction - a AS c,
            n - with_product - with_reaction + a AS d
        FROM (
            SELECT position, count(DISTINCT case_index) AS with_reaction,
                count(DISTINCT case_index) FILTER (exposed.case_index IS NOT NULL) AS a
            FROM case_reaction JOIN member USING (term)
            JOIN population USING (case_index) LEFT JOIN exposed USING (case_index)
            GROUP BY position HAVING a >= {int(min_cases)}), totals
        ORDER BY position"""


def margins_sql(product: Product, selection: Selection, nodes: Mapping[str, int]) -> str:
    """Common table expressions that both lists of a product's reactions start from."""
    return f"""population AS ({population_sql(selection, nodes)}),
        exposed AS ({product_cases_sql(product, selection)}),
        totals AS (
            SELECT count(*) AS n, count(exposed.case_index) AS with_product
            FROM population LEFT JOIN exposed USING (case_index))"""
