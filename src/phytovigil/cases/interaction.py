"""Distinct-case counts of two products and a reaction: all eight cells, of one pair or of every co-reported product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from phytovigil.cases.counting import Product, Reaction, product_cases_sql, reaction_cases_sql
from phytovigil.cases.population import node_view, number_list, population_sql, role_condition, word_view
from phytovigil.schema.selection import Selection

EIGHT_CELLS = """n_12r AS n111, n_12 - n_12r AS n110,
            n_1r - n_12r AS n101, n_1 - n_12 - n_1r + n_12r AS n100,
            n_2r - n_12r AS n011, n_2 - n_12 - n_2r + n_12r AS n010,
            n_r - n_1r - n_2r + n_12r AS n001,
            n - n_1 - n_2 - n_r + n_12 + n_1r + n_2r - n_12r AS n000"""
"""The cells from the margins: cases with the first product (1), the second (2) and the reaction (r)."""


def marked_sql(product: Product, reaction: Reaction, selection: Selection, nodes: Mapping[str, int]) -> str:
    """Common table expressions: cases marked by first product and reaction, and the margins without the second."""
    return f"""population AS ({population_sql(selection, nodes)}),
        first_product AS ({product_cases_sql(product, selection)}),
        reacted AS ({reaction_cases_sql(reaction)}),
        marked AS (
            SELECT case_index, first_product.case_index IS NOT NULL AS is_first,
                reacted.case_index IS NOT NULL AS is_reacted
            FROM population LEFT JOIN first_product USING (case_index) LEFT JOIN reacted USING (case_index)),
        margins AS (
            SELECT count(*) AS n, count(*) FILTER (is_first) AS n_1, count(*) FILTER (is_reacted) AS n_r,
                count(*) FILTER (is_first AND is_reacted) AS n_1r
            FROM marked)"""


COUNTED = """count(*) AS n_2, count(*) FILTER (is_first) AS n_12, count(*) FILTER (is_reacted) AS n_2r,
                count(*) FILTER (is_first AND is_reacted) AS n_12r"""


def eight_cells_sql(
    first: Product, second_cases: str, reaction: Reaction, selection: Selection, nodes: Mapping[str, int]
) -> str:
    """SQL of one row (n111 … n000): a product, whatever else marks cases, and a reaction, within a population.

    second_cases : SQL of the distinct cases that the second mark is on.
    """
    return f"""
        WITH {marked_sql(first, reaction, selection, nodes)},
        with_second AS (SELECT {COUNTED} FROM marked SEMI JOIN ({second_cases}) USING (case_index))
        SELECT {EIGHT_CELLS} FROM with_second, margins"""


def triple_sql(
    first: Product, second: Product, reaction: Reaction, selection: Selection, nodes: Mapping[str, int]
) -> str:
    """SQL of one row (n111 … n000): two products in the selection's role, and a reaction, within a population."""
    return eight_cells_sql(first, product_cases_sql(second, selection), reaction, selection, nodes)


def triples_sql(
    first: Product,
    reaction: Reaction,
    selection: Selection,
    nodes: Mapping[str, int],
    family: Sequence[int],
    min_cases: int,
) -> str:
    """SQL of (kind, number, n111 … n000): every product that at least `min_cases` cases name with both, in one pass.

    kind : "node" of the vocabulary, or "name" as reported, where the vocabulary reads the name as nothing it knows.
    family : nodes of the first product, of what is below and above it; they are not listed. A first product that is a
        reported name is not listed itself, nor are the nodes that it is read as. A brand is not listed with its
        ingredient: a name that stands with the first product in one and the same entry of a report is no second one.
    """
    own = f"{first.number}" if first.reported else "-1"
    meaning = word_view(selection)
    words = own if first.reported else f"SELECT word FROM {meaning} WHERE node = {first.number}"
    role = role_condition(selection.role)
    return f"""
        WITH {marked_sql(first, reaction, selection, nodes)},
        same_row AS (
            SELECT ingredient AS name FROM report_product WHERE verbatim IN ({words}) AND ingredient IS NOT NULL
            UNION SELECT verbatim FROM report_product WHERE ingredient IN ({words}) AND verbatim IS NOT NULL),
        named AS (
            SELECT 'node' AS kind, node AS number, case_index FROM {node_view(selection)}
            WHERE {role} AND node NOT IN ({number_list(family)})
                AND node NOT IN (SELECT node FROM {meaning} WHERE word = {own})
            UNION ALL
            SELECT 'name', name, case_index FROM case_name
            ANTI JOIN (SELECT DISTINCT word AS name FROM {meaning}) USING (name) ANTI JOIN same_row USING (name)
            WHERE {role} AND name <> {own}),
        second_product AS (
            SELECT kind, number, {COUNTED} FROM named JOIN marked USING (case_index)
            GROUP BY kind, number HAVING n_12r >= {int(min_cases)})
        SELECT kind, number, coalesce(text, '') AS text, {EIGHT_CELLS}
        FROM second_product LEFT JOIN word ON kind = 'name' AND word = number, margins
        ORDER BY kind, number"""
