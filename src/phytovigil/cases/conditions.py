"""Cases in which a condition is reported too, the reasons for use of a product, and how grave its cases are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from phytovigil.cases.counting import Product, Reaction
from phytovigil.cases.interaction import eight_cells_sql
from phytovigil.cases.listing import chosen_cases_sql
from phytovigil.cases.population import node_view, number_list, role_condition, text_list, word_view
from phytovigil.schema.selection import Selection

ALL, SERIOUS = "all", "serious"
"""Values of `gravity_sql` that are no outcome: every case, and those that count as serious."""


REASON = """
    SELECT * FROM (
        SELECT word AS indication, trim(unnest(string_split(upper(text), ';'))) AS reason FROM word
        WHERE word IN (SELECT indication FROM report_indication))
    WHERE reason <> ''"""
"""Each reason for use in each word that gives any. Listings write several reasons of a product into one field."""


@dataclass(frozen=True, slots=True)
class ReportedCondition:
    """What marks a case as one of a condition: it has any of these.

    nodes : products named in any role. terms : counted reaction terms. indications : reasons for use, in upper case.
    """

    nodes: tuple[int, ...] = ()
    terms: tuple[int, ...] = ()
    indications: tuple[str, ...] = ()


def condition_cases_sql(condition: ReportedCondition, selection: Selection) -> str:
    """SQL of the distinct cases that report a condition."""
    return f"""
        SELECT case_index FROM {node_view(selection)} WHERE node IN ({number_list(condition.nodes)})
        UNION SELECT case_index FROM case_reaction WHERE term IN ({number_list(condition.terms)})
        UNION SELECT case_index FROM cases JOIN report_indication USING (report)
            SEMI JOIN ({REASON}) reasons ON reasons.indication = report_indication.indication
                AND reason IN ({text_list(condition.indications) or "NULL"})"""


def reasons_sql() -> str:
    """SQL of (reason): every reason for use that the source holds, in upper case; none where it records none."""
    return f"SELECT DISTINCT reason FROM ({REASON}) ORDER BY reason"


def condition_cells_sql(
    product: Product, condition: ReportedCondition, reaction: Reaction, selection: Selection, nodes: Mapping[str, int]
) -> str:
    """SQL of one row (n111 … n000): product, condition and reaction within a population; 1 named, 0 not named."""
    return eight_cells_sql(product, condition_cases_sql(condition, selection), reaction, selection, nodes)


def reasons_for_use_sql(product: Product, selection: Selection, nodes: Mapping[str, int]) -> str:
    """SQL of (reason, cases): why the product itself was taken, as reported, in distinct cases, most frequent first.

    The first row, with a null reason, is the number of cases that give any reason for it.
    """
    words = (
        f"{product.number}"
        if product.reported
        else f"SELECT word FROM {word_view(selection)} WHERE node = {product.number}"
    )
    return f"""
        WITH chosen AS (
            SELECT case_index, report FROM cases
            SEMI JOIN ({chosen_cases_sql(product, None, selection, nodes)}) USING (case_index)),
        taken AS MATERIALIZED (SELECT * FROM report_product JOIN chosen USING (report)),
        stated AS (
            SELECT DISTINCT case_index, reason
            FROM taken JOIN report_indication USING (report, seq) JOIN ({REASON}) USING (indication)
            WHERE (verbatim IN ({words}) OR ingredient IN ({words})) AND {role_condition(selection.role)})
        SELECT NULL AS reason, count(DISTINCT case_index) AS cases FROM stated
        UNION ALL SELECT reason, count(*) FROM stated GROUP BY reason
        ORDER BY reason IS NOT NULL, cases DESC, reason"""


def gravity_sql(product: Product, reactions: Sequence[Reaction], selection: Selection, nodes: Mapping[str, int]) -> str:
    """SQL of (position, value, cases): the product's cases of each reaction, all, serious, and by outcome.

    position : place in `reactions`; −1 for all cases of the product, whatever they report.
    """
    members = ", ".join(f"({place}, {term})" for place, one in enumerate(reactions) for term in one.terms)
    return f"""
        WITH chosen AS (
            SELECT * FROM cases SEMI JOIN ({chosen_cases_sql(product, None, selection, nodes)}) USING (case_index)),
        member(position, term) AS (VALUES {members or "(-2, -1)"}),
        placed AS (
            SELECT -1 AS position, case_index FROM chosen
            UNION SELECT position, case_index FROM case_reaction JOIN member USING (term)
                SEMI JOIN chosen USING (case_index))
        SELECT position, '{ALL}' AS value, count(*) AS cases FROM placed GROUP BY position
        UNION ALL SELECT position, '{SERIOUS}', count(*) FROM placed JOIN chosen USING (case_index)
            WHERE serious GROUP BY position
        UNION ALL SELECT position, outcome, count(DISTINCT case_index) FROM (
            SELECT position, case_index, unnest(outcomes) AS outcome
            FROM placed JOIN chosen USING (case_index) JOIN report USING (report)) GROUP BY position, outcome
        ORDER BY position, value"""
