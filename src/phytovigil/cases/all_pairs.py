"""Distinct-case counts of all pairs of product and term, with the expected cases summed over strata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from phytovigil.cases.population import population_sql, product_view, role_condition, stratum_columns
from phytovigil.schema.selection import Selection


def all_pairs_sql(
    selection: Selection,
    nodes: Mapping[str, int],
    min_cases: int = 1,
    *,
    reported: bool = False,
    strata: Sequence[str] = (),
) -> str:
    """SQL of (product, term, a, b, c, d): every pair that at least `min_cases` cases share.

    product : number of a node of the vocabulary; with `reported`, of a name or ingredient as reported.
    strata : keys of STRATA; then a further column `stratified` holds the cases expected with both, summed over the
        strata: with_product · with_reaction / n of each.
    """
    table, column = product_view(selection, reported=reported)
    stratified = stratified_sql(strata) if strata else ""
    expected, joined = (", stratified", " JOIN expected USING (product, term)") if strata else ("", "")
    return f"""
        WITH population AS MATERIALIZED ({population_sql(selection, nodes)}),
        exposed AS MATERIALIZED (
            SELECT {column} AS product, case_index FROM {table} SEMI JOIN population USING (case_index)
            WHERE {role_condition(selection.role)}),
        reacted AS MATERIALIZED (SELECT term, case_index FROM case_reaction SEMI JOIN population USING (case_index)),
        total AS (SELECT count(*) AS n FROM population),
        by_product AS (SELECT product, count(*) AS with_product FROM exposed GROUP BY product),
        by_term AS (SELECT term, count(*) AS with_reaction FROM reacted GROUP BY term),
        pairs AS MATERIALIZED (
            SELECT product, term, count(*) AS a FROM exposed JOIN reacted USING (case_index)
            GROUP BY product, term HAVING a >= {int(min_cases)}){stratified}
        SELECT product, term, a, with_product - a AS b, with_reaction - a AS c,
            n - with_product - with_reaction + a AS d{expected}
        FROM pairs JOIN by_product USING (product) JOIN by_term USING (term){joined}, total
        ORDER BY product, term"""


def stratified_sql(strata: Sequence[str]) -> str:
    """Common table expressions that sum the expected cases of each pair over strata.

    The sum runs over the strata of each listed pair's product; where the term is not reported in one, it adds nothing.
    The left join says so, and keeps the engine from pairing every product with every term of a stratum first, which
    grows with their product. Missing values are equal in the rank, so they are a stratum of their own.
    """
    return f""",
        placed AS MATERIALIZED (
            SELECT case_index, dense_rank() OVER (ORDER BY {stratum_columns(strata)}) AS stratum FROM population),
        stratum AS (SELECT stratum, count(*) AS stratum_n FROM placed GROUP BY stratum),
        product_stratum AS MATERIALIZED (
            SELECT product, stratum, count(*) AS product_n FROM exposed JOIN placed USING (case_index) GROUP BY ALL),
        term_stratum AS MATERIALIZED (
            SELECT term, stratum, stratum_n, count(*) AS term_n
            FROM reacted JOIN placed USING (case_index) JOIN stratum USING (stratum) GROUP BY ALL),
        expected AS MATERIALIZED (
            SELECT product, term, sum(product_n::DOUBLE * term_n / stratum_n) AS stratified
            FROM pairs JOIN product_stratum USING (product) LEFT JOIN term_stratum USING (term, stratum)
            GROUP BY product, term)"""
