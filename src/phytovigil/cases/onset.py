"""Days from the start of a product to the event, of the very product that is asked about, one interval a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from phytovigil.cases.counting import Product, Reaction, product_cases_sql, reaction_cases_sql
from phytovigil.cases.population import population_sql, role_condition, word_view
from phytovigil.schema.selection import Selection

PAIR, OTHER_REACTIONS, OTHER_PRODUCTS = "pair", "other-reactions", "other-products"
"""Cases with product and reaction; of the product with other reactions only; with the reaction, without the product."""

USABLE = "usable"
ONSET_STATUSES = (
    USABLE,
    "without-start",
    "without-event-date",
    "without-either",
    "partial",
    "negative",
    "after-truncation",
)
"""What becomes of a case; each has exactly one. partial: a date is a month or a year. negative: event before start."""


def starts_sql() -> str:
    """SQL of one row (starts): periods of use whose start is recorded."""
    return 'SELECT count("start") AS starts FROM report_therapy'


def onset_sql(
    product: Product,
    reaction: Reaction,
    selection: Selection,
    nodes: Mapping[str, int],
    which: str = PAIR,
    until: date | None = None,
) -> str:
    """SQL of (status, days, window_days, cases): the cases by what became of them, the usable ones by their days.

    days : event date minus the earliest start of the product in the case; the same day is 0. Null unless usable.
    which : PAIR, OTHER_REACTIONS or OTHER_PRODUCTS. Of other products, the one that leads the case speaks for it: the
        strongest role, then the first in the report.
    until : last day on which an event could be in the data; window_days are the days from the start to it.
    The earliest start is that of the text: of 2015 and 2015-03-04 it is 2015, since that may be the earlier one.
    """
    last = f"DATE '{until.isoformat()}'" if until else "NULL::DATE"
    return f"""
        WITH population AS ({population_sql(selection, nodes)}),
        chosen AS ({chosen_sql(product, reaction, selection, which)}),
        {leading_sql(selection.role) if which == OTHER_PRODUCTS else taken_sql(product, selection)},
        started AS (
            SELECT report, min("start") AS begun FROM report_therapy SEMI JOIN taken USING (report, seq)
            GROUP BY report),
        dated AS (
            SELECT begun, event_date, try_cast(begun AS DATE) AS start_day, try_cast(event_date AS DATE) AS event_day
            FROM chosen JOIN report USING (report) LEFT JOIN started USING (report)),
        judged AS (
            SELECT CASE
                WHEN begun IS NULL AND event_date IS NULL THEN 'without-either'
                WHEN begun IS NULL THEN 'without-start'
                WHEN event_date IS NULL THEN 'without-event-date'
                WHEN start_day IS NULL OR event_day IS NULL THEN 'partial'
                WHEN event_day < start_day THEN 'negative'
                WHEN event_day > {last} THEN 'after-truncation'
                ELSE '{USABLE}' END AS status, start_day, event_day
            FROM dated)
        SELECT status, CASE WHEN status = '{USABLE}' THEN datediff('day', start_day, event_day) END AS days,
            CASE WHEN status = '{USABLE}' THEN datediff('day', start_day, {last}) END AS window_days,
            count(*) AS cases
        FROM judged GROUP BY ALL ORDER BY status, days, window_days"""


def chosen_sql(product: Product, reaction: Reaction, selection: Selection, which: str) -> str:
    """SQL of (case_index, report) of one of the three sets of cases."""
    named = "ANTI" if which == OTHER_PRODUCTS else "SEMI"
    reacted = "ANTI" if which == OTHER_REACTIONS else "SEMI"
    return f"""
            SELECT case_index, report FROM cases SEMI JOIN population USING (case_index)
            {named} JOIN ({product_cases_sql(product, selection)}) USING (case_index)
            {reacted} JOIN ({reaction_cases_sql(reaction)}) USING (case_index)"""


def taken_sql(product: Product, selection: Selection) -> str:
    """Common table expression of (report, seq): the rows of the chosen cases that are the product, in the role."""
    meaning = f"SELECT word FROM {word_view(selection)} WHERE node = {product.number}"
    words = f"{product.number}" if product.reported else meaning
    return f"""taken AS (
            SELECT report, seq FROM report_product SEMI JOIN chosen USING (report)
            WHERE {role_condition(selection.role)} AND (verbatim IN ({words}) OR ingredient IN ({words})))"""


def leading_sql(role: str) -> str:
    """Common table expressions of (report, seq): the rows of the product that leads each chosen case."""
    return f"""leading_word AS (
            SELECT report, arg_min(coalesce(ingredient, verbatim), role * 1000000::BIGINT + coalesce(seq, 0)) AS word
            FROM report_product SEMI JOIN chosen USING (report) WHERE {role_condition(role)} GROUP BY report),
        taken AS (
            SELECT report, seq FROM report_product JOIN leading_word USING (report)
            WHERE {role_condition(role)} AND coalesce(ingredient, verbatim) = word)"""
