"""The cases of a pair one by one, with what their reports tell of time, dechallenge, rechallenge and completeness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from phytovigil.cases.counting import Product, Reaction
from phytovigil.cases.listing import chosen_cases_sql
from phytovigil.cases.population import node_view, number_list, role_condition, word_view
from phytovigil.schema.selection import Selection

SUSPECTED = role_condition("suspect")


def recorded_sql() -> str:
    """SQL of one row that says which fields any report of the source has at all."""
    tables = {
        "report": ("event_date", "sex", "age_years", "country", "reporter", "report_type", "serious"),
        "report_product": ("dechallenge", "rechallenge"),
        "report_therapy": ("start",),
        "report_indication": ("indication",),
    }
    fields = {
        field: f'SELECT 1 FROM {table} WHERE "{field}" IS NOT NULL'
        for table, names in tables.items()
        for field in names
    }
    fields["dose"] = "SELECT 1 FROM report_product WHERE coalesce(dose, dose_amount, cumulative_dose) IS NOT NULL"
    fields["outcome"] = "SELECT 1 FROM report_reaction WHERE outcome IS NOT NULL"
    return "SELECT " + ", ".join(f'EXISTS ({sql}) AS "{name}"' for name, sql in fields.items())


def series_sql(product: Product, reaction: Reaction, selection: Selection, nodes: Mapping[str, int], most: int) -> str:
    """SQL of the chosen cases, oldest first, at most `most`: one row each.

    begun : earliest start of the product in the case. dechallenge, rechallenge : what its entries say, each word once.
    others : further products that are suspected; where the product stands under a name that only its setting decides,
        it is one of the suspects itself and is taken off. outcome_known : whether an outcome of the reaction is told.
    """
    words = product_words(product, selection)
    own = f"(verbatim IN ({words}) OR ingredient IN ({words}))"
    of_own = f"{role_condition(selection.role)} AND {own}"
    terms = number_list(reaction.terms)
    return f"""
        WITH chosen AS (
            SELECT report, age_band FROM cases
            SEMI JOIN ({chosen_cases_sql(product, reaction, selection, nodes)}) USING (case_index)),
        own AS (
            SELECT report, seq, dechallenge, rechallenge,
                coalesce(dose, dose_amount, cumulative_dose) IS NOT NULL AS dosed
            FROM report_product SEMI JOIN chosen USING (report) WHERE {of_own}),
        told AS (
            SELECT report, bool_or(dosed) AS dosed,
                list(DISTINCT d.text ORDER BY d.text) FILTER (d.text IS NOT NULL) AS dechallenge,
                list(DISTINCT r.text ORDER BY r.text) FILTER (r.text IS NOT NULL) AS rechallenge
            FROM own LEFT JOIN word d ON d.word = dechallenge LEFT JOIN word r ON r.word = rechallenge GROUP BY report),
        started AS (
            SELECT report, min("start") AS begun FROM report_therapy SEMI JOIN own USING (report, seq) GROUP BY report),
        indicated AS (SELECT DISTINCT report FROM report_indication SEMI JOIN own USING (report, seq)),
        suspected AS (
            SELECT report, count(DISTINCT coalesce(ingredient, verbatim)) AS others
            FROM report_product SEMI JOIN chosen USING (report)
            WHERE {SUSPECTED} AND NOT coalesce({own}, false) GROUP BY report),
        ended AS (
            SELECT DISTINCT report FROM report_reaction SEMI JOIN chosen USING (report)
            JOIN word_term ON word_term.word = report_reaction.term JOIN word ON word.word = outcome
            WHERE word_term.term IN ({terms}) AND text <> 'unknown')
        SELECT case_id, received, event_date, sex, age_years, age_group, age_band, country, reporter,
            report_type, serious, outcomes, begun,
            coalesce(dosed, false) AS dosed, indicated.report IS NOT NULL AS indicated, dechallenge, rechallenge,
            greatest(coalesce(others, 0) - (told.report IS NULL)::INTEGER, 0) AS others,
            ended.report IS NOT NULL AS outcome_known
        FROM report JOIN chosen USING (report) LEFT JOIN told USING (report)
        LEFT JOIN started USING (report) LEFT JOIN indicated USING (report) LEFT JOIN suspected USING (report)
        LEFT JOIN ended USING (report)
        ORDER BY received, case_id LIMIT {int(most)}"""


def product_words(product: Product, selection: Selection) -> str:
    """SQL of the reported words of a product."""
    if product.reported:
        return str(product.number)
    return f"SELECT word FROM {word_view(selection)} WHERE node = {product.number}"


def co_suspects_sql(
    product: Product, reaction: Reaction, selection: Selection, nodes: Mapping[str, int], family: Sequence[int]
) -> str:
    """SQL of (node, cases): other product nodes that the chosen cases suspect too. family: nodes not to list."""
    return f"""
        SELECT node, count(*) AS cases FROM {node_view(selection)}
        SEMI JOIN ({chosen_cases_sql(product, reaction, selection, nodes)}) USING (case_index)
        WHERE node NOT IN ({number_list(family)}) AND {SUSPECTED}
        GROUP BY node ORDER BY cases DESC, node"""
