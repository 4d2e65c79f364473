"""Who the cases are: profiles, co-reported products, the names that were mapped, and the cases themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from phytovigil.cases.counting import Product, Reaction, product_cases_sql, reaction_cases_sql
from phytovigil.cases.population import node_view, number_list, population_sql, role_condition, word_view
from phytovigil.cases.tables import DATED
from phytovigil.schema.selection import UNKNOWN, Selection

OUTCOME = "outcome"


def chosen_cases_sql(
    product: Product, reaction: Reaction | None, selection: Selection, nodes: Mapping[str, int]
) -> str:
    """SQL of the cases of a population that name a product, and a reaction where one is asked for."""
    reacted = f" SEMI JOIN ({reaction_cases_sql(reaction)}) USING (case_index)" if reaction else ""
    return f"""
        SELECT case_index FROM ({population_sql(selection, nodes)})
        SEMI JOIN ({product_cases_sql(product, selection)}) USING (case_index){reacted}"""


def profile_sql(product: Product, reaction: Reaction | None, selection: Selection, nodes: Mapping[str, int]) -> str:
    """SQL of (dimension, value, cases): the chosen cases by sex, age, year, country, reporter, seriousness, outcome."""
    columns = {
        "sex": "sex",
        "age": "age_band",
        "year": "year::VARCHAR",
        "country": "country",
        "reporter": "reporter",
        "seriousness": "CASE WHEN serious THEN 'serious' WHEN NOT serious THEN 'not serious' END",
    }
    counted = " UNION ALL ".join(
        f"SELECT '{name}' AS dimension, coalesce({column}, '{UNKNOWN}') AS value, count(*) AS cases "
        "FROM chosen GROUP BY ALL"
        for name, column in columns.items()
    )
    return f"""
        WITH chosen AS (
            SELECT * FROM cases SEMI JOIN ({chosen_cases_sql(product, reaction, selection, nodes)})
            USING (case_index))
        {counted} UNION ALL
        SELECT '{OUTCOME}', value, count(*) FROM (
            SELECT DISTINCT report, unnest(outcomes) AS value FROM report SEMI JOIN chosen USING (report))
        GROUP BY value
        ORDER BY dimension, cases DESC, value"""


def co_reported_sql(
    product: Product,
    reaction: Reaction | None,
    selection: Selection,
    nodes: Mapping[str, int],
    family: Sequence[int],
) -> str:
    """SQL of (node, cases): other product nodes that the chosen cases name. family: nodes not to list."""
    return f"""
        SELECT node, count(*) AS cases FROM {node_view(selection)}
        SEMI JOIN ({chosen_cases_sql(product, reaction, selection, nodes)}) USING (case_index)
        WHERE node NOT IN ({number_list(family)})
        GROUP BY node ORDER BY cases DESC, node"""


def matched_names_sql(product: Product, selection: Selection) -> str:
    """SQL of (name, cases): the reported words behind a product, with the cases that name each."""
    if product.reported:
        words = f"SELECT {product.number} AS word"
    else:
        words = f"SELECT word FROM {word_view(selection)} WHERE node = {product.number}"
    return f"""
        SELECT text AS name, count(*) AS cases FROM case_name
        JOIN ({words}) ON word = name JOIN word USING (word)
        WHERE {role_condition(selection.role)} GROUP BY text ORDER BY cases DESC, name"""


OF_PRODUCTS = """used_for AS (
            SELECT report, seq, list(DISTINCT text ORDER BY text) AS indications
            FROM report_indication SEMI JOIN chosen USING (report) JOIN word ON word = indication GROUP BY ALL),
        taken AS (
            SELECT report, seq, list({'start': "start", 'end': "end", 'duration_days': duration_days}
                ORDER BY "start", "end", duration_days) AS periods
            FROM report_therapy SEMI JOIN chosen USING (report) GROUP BY ALL)"""
"""Common table expressions of what belongs to one product of a report, told by its seq."""


def reported_cases_sql(
    product: Product, reaction: Reaction | None, selection: Selection, nodes: Mapping[str, int]
) -> str:
    """SQL of the chosen cases in full, oldest first, each with the line of the raw file where it stands."""
    return f"""
        WITH chosen AS (
            SELECT report, case_index FROM cases
            SEMI JOIN ({chosen_cases_sql(product, reaction, selection, nodes)}) USING (case_index)),
        {OF_PRODUCTS},
        named AS (
            SELECT report, list({{'role': role, 'name': coalesce(v.text, i.text), 'indications': indications,
                'periods': periods, 'dechallenge': d.text, 'rechallenge': r.text}}
                ORDER BY seq, role, coalesce(v.text, i.text)) AS products
            FROM report_product SEMI JOIN chosen USING (report)
            LEFT JOIN used_for USING (report, seq) LEFT JOIN taken USING (report, seq)
            LEFT JOIN word v ON v.word = verbatim LEFT JOIN word i ON i.word = ingredient
            LEFT JOIN word d ON d.word = dechallenge LEFT JOIN word r ON r.word = rechallenge GROUP BY report),
        reacted AS (
            SELECT report, list(DISTINCT text ORDER BY text) AS terms
            FROM report_reaction SEMI JOIN chosen USING (report) JOIN word ON word = term GROUP BY report)
        SELECT case_index, case_id, version, number, received, event_date, sex, age_years, country, reporter, serious,
            outcomes, literature, report >> 32 AS ordinal, file, line, products, terms
        FROM report JOIN chosen USING (report) LEFT JOIN named USING (report) LEFT JOIN reacted USING (report)
        ORDER BY received, case_id"""


def case_places_sql(product: Product, reaction: Reaction, selection: Selection, nodes: Mapping[str, int]) -> str:
    """SQL of (case_id, ordinal, file, line): the cases of a pair, oldest first, with their place in the raw file."""
    return f"""
        SELECT case_id, report >> 32 AS ordinal, file, line FROM report JOIN cases USING (report)
        SEMI JOIN ({chosen_cases_sql(product, reaction, selection, nodes)}) USING (case_index)
        ORDER BY received, case_id"""


def reported_reactions_sql(product: Product, selection: Selection, nodes: Mapping[str, int]) -> str:
    """SQL of (term, cases): every reaction term of the product's cases, as reported."""
    return f"""
        SELECT text AS term, count(*) AS cases FROM case_term JOIN word ON word = case_term.term
        SEMI JOIN ({chosen_cases_sql(product, None, selection, nodes)}) USING (case_index)
        GROUP BY text ORDER BY text"""


WITHDRAWN = "of these, in a later list of deleted cases and left out"
FOLDED = "of these, folded into another case that is suspected to be the same"
POPULATION = "cases in the population"
NAMING = "of these, naming the product in any role"
SUSPECTING = "of these, naming it as suspect"
"""Steps of the flow that others look up."""


def flow_sql(product: Product, selection: Selection, nodes: Mapping[str, int]) -> str:
    """SQL of (step, cases): how the reports of the releases become the cases that are counted."""
    return f"""
        WITH population AS ({population_sql(selection, nodes)})
        SELECT 0 AS position, 'reports in the releases' AS step, count(*) AS cases FROM report UNION ALL
        SELECT 1, '{WITHDRAWN}', count(*) FROM ({DATED}) WHERE is_withdrawn HAVING count(*) > 0 UNION ALL
        SELECT 2, 'distinct cases, latest version of each', count(*) FROM cases UNION ALL
        {folded_step(selection)}SELECT 3, '{POPULATION}', count(*) FROM population UNION ALL
        SELECT 4, '{NAMING}', count(*) FROM population
            SEMI JOIN ({product_cases_sql(product, replace(selection, role="any"))}) USING (case_index) UNION ALL
        SELECT 5, '{SUSPECTING}', count(*) FROM population
            SEMI JOIN ({product_cases_sql(product, replace(selection, role="suspect"))}) USING (case_index) UNION ALL
        SELECT 6, 'cases in the population without any coded reaction', count(*) FROM population
            ANTI JOIN case_reaction USING (case_index)
        ORDER BY position"""


def folded_step(selection: Selection) -> str:
    """The step of the flow that leaves suspected duplicates out, if the selection does."""
    if selection.duplicates == "kept":
        return ""
    return f"SELECT 2.5, '{FOLDED}', count(*) FROM folded_case UNION ALL\n        "
