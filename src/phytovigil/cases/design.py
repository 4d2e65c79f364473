"""Cases as a regression sees them: which products each names, with its covariates, in as few integers as possible.

The statements build on each other, each a table in memory under the name that it is returned by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from phytovigil.cases.counting import Product, Reaction, product_cases_sql, reaction_cases_sql
from phytovigil.cases.population import STRATA, number_list, population_sql, quote, word_view
from phytovigil.schema.selection import UNKNOWN, Selection

FIRST_REPORTED = 1_000_000
"""From here on the number of a product is that of a reported word, plus this; below, that of a vocabulary's node."""


@dataclass(frozen=True, slots=True)
class DesignAsked:
    """What the columns of a design are.

    family : nodes that are the product under study or part of it; none of them becomes a column.
    above : (node, node above it) pairs of the vocabulary.
    reported : whether products that the vocabulary does not know are columns under their reported names.
    covariates : keys of STRATA. fewest : cases that a product needs to be a column.
    """

    product: Product
    reaction: Reaction
    selection: Selection
    nodes: Mapping[str, int]
    family: Sequence[int]
    above: Sequence[tuple[int, int]]
    reported: bool
    covariates: Sequence[str]
    fewest: int


def design_tables_sql(asked: DesignAsked) -> dict[str, str]:
    """SQL of the tables before the levels of the covariates are known, in the order in which they are made.

    design_case : a row for each case of the population. design_named : which products it names, in any role.
    design_product : (place, product, counts) of each product with enough cases.
    """
    return {
        "design_case": case_sql(asked),
        "design_named": named_sql(asked),
        "design_product": f"""
            SELECT (row_number() OVER (ORDER BY product) - 1)::INTEGER AS place, * FROM (
                SELECT product, count(*) AS cases, count(*) FILTER (reacted) AS with_reaction,
                    count(*) FILTER (exposed) AS with_product, count(*) FILTER (exposed AND reacted) AS with_both
                FROM design_named JOIN design_case USING (case_index)
                GROUP BY product HAVING cases >= {int(asked.fewest)})
            ORDER BY place""",
    }


def case_sql(asked: DesignAsked) -> str:
    """SQL of (case_index, exposed, reacted, covariates as text), one row for each case of the population."""
    columns = "".join(
        f", coalesce({STRATA[name]}::VARCHAR, {quote(UNKNOWN)}) AS of_{name}" for name in asked.covariates
    )
    return f"""
        SELECT case_index, case_index IN ({product_cases_sql(asked.product, asked.selection)}) AS exposed,
            case_index IN ({reaction_cases_sql(asked.reaction)}) AS reacted{columns}
        FROM ({population_sql(asked.selection, asked.nodes)})"""


def named_sql(asked: DesignAsked) -> str:
    """SQL of (case_index, product): each other product once for each case that names it, in whatever role.

    A name counts as the most specific nodes that it means; so no column repeats the one below it. Where the source
    gives a substance beside the name, the substance is what an unknown product is called.
    """
    above = ", ".join(f"({below}, {over})" for below, over in asked.above) or "(-1, -1)"
    meaning = word_view(asked.selection)
    own = f" AND {asked.product.number} NOT IN (coalesce(verbatim, -1), coalesce(ingredient, -1))"
    return f"""
        WITH above(node, over) AS (VALUES {above}),
        meant AS (
            SELECT word, node FROM {meaning} ANTI JOIN (
                SELECT word, over AS node FROM {meaning} JOIN above USING (node)) USING (word, node)),
        entry AS (
            SELECT case_index, verbatim, ingredient FROM report_product JOIN cases USING (report)
            SEMI JOIN design_case USING (case_index)
            WHERE coalesce(verbatim, ingredient) IS NOT NULL{own if asked.product.reported else ""}),
        known AS (
            SELECT case_index, node AS product FROM entry JOIN meant ON word = verbatim UNION
            SELECT case_index, node FROM entry JOIN meant ON word = ingredient)
        SELECT case_index, product::BIGINT AS product FROM known WHERE product NOT IN ({number_list(asked.family)})
        {unknown_to_vocabulary_sql(meaning) if asked.reported else ""}"""


def unknown_to_vocabulary_sql(meaning: str) -> str:
    """The part that adds products by their reported name. meaning : view of the words of product nodes."""
    return f"""UNION
        SELECT case_index, coalesce(ingredient, verbatim) + {FIRST_REPORTED} FROM entry
        WHERE coalesce(verbatim, -1) NOT IN (SELECT word FROM {meaning})
            AND coalesce(ingredient, -1) NOT IN (SELECT word FROM {meaning})"""


def design_products_sql() -> str:
    """SQL of the columns: (place, product, name, counts); name is null for a node of the vocabulary."""
    return f"""
        SELECT place, product, text AS name, cases, with_reaction, with_product, with_both
        FROM design_product LEFT JOIN word ON word = product - {FIRST_REPORTED} ORDER BY place"""


def design_levels_sql(covariates: Sequence[str]) -> str:
    """SQL of (covariate, level, reacted, others): cases of each level with and without the reaction."""
    return " UNION ALL ".join(
        f"""SELECT {quote(name)} AS covariate, of_{name} AS level, count(*) FILTER (reacted) AS reacted,
            count(*) FILTER (NOT reacted) AS others FROM design_case GROUP BY of_{name}"""
        for name in covariates
    )


def design_row_sql(codes: Mapping[str, Mapping[str, int]]) -> str:
    """SQL of the table design_row: cases that are alike put together, in an order that the data alone decide.

    codes : covariate → level → code. Columns: exposed, one for each covariate, places (sorted), reacted, others, row.
    """
    coded = "".join(f", {code_sql(name, levels)} AS {name}" for name, levels in codes.items())
    grouped = ", ".join(["exposed", *codes, "places"])
    return f"""
        SELECT (row_number() OVER (ORDER BY {grouped}) - 1)::INTEGER AS "row", * FROM (
            SELECT exposed::TINYINT AS exposed{coded}, coalesce(places, []) AS places,
                count(*) FILTER (reacted) AS reacted, count(*) FILTER (NOT reacted) AS others
            FROM design_case LEFT JOIN (
                SELECT case_index, list(place ORDER BY place) AS places
                FROM design_named JOIN design_product USING (product) GROUP BY case_index) USING (case_index)
            GROUP BY ALL)"""


def code_sql(name: str, levels: Mapping[str, int]) -> str:
    """The code of a covariate's level; 0 is the reference, so it needs no branch."""
    branches = " ".join(f"WHEN {quote(level)} THEN {code}" for level, code in levels.items() if code)
    return f"(CASE of_{name} {branches} ELSE 0 END)::SMALLINT" if branches else "0::SMALLINT"


def design_rows_sql(covariates: Sequence[str]) -> str:
    """SQL of the numbers of each row, in order."""
    return f'SELECT {", ".join(["exposed", *covariates])}, reacted, others FROM design_row ORDER BY "row"'


def design_cells_sql() -> str:
    """SQL of (row, place): which products each row names."""
    return 'SELECT "row", unnest(places) AS place FROM design_row ORDER BY "row"'
