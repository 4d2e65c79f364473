"""The 2×2 table of a pair by the quarter or year in which the regulator first received the case."""

from __future__ import annotations

from collections.abc import Mapping

from phytovigil.cases.counting import Product, Reaction, product_cases_sql, reaction_cases_sql
from phytovigil.cases.population import population_sql
from phytovigil.schema.selection import Selection

PERIODS: Mapping[str, int] = {"quarter": 3, "year": 12}
"""What a series can be divided by, and its length in months."""


def pair_by_period_sql(
    product: Product, reaction: Reaction, selection: Selection, nodes: Mapping[str, int], period: str
) -> str:
    """SQL of (start, a, b, c, d): the 2×2 table of a pair in each period, within a population.

    start : first day of the period; every period between the first and the last received case has its row, also one
        without a case. One more row with a null start, the last, counts the cases without a date of receipt.
    Raises KeyError for a period that is not in PERIODS.
    """
    length = f"INTERVAL {PERIODS[period]} MONTH"
    return f"""
        WITH population AS ({population_sql(selection, nodes)}),
        exposed AS ({product_cases_sql(product, selection)}),
        reacted AS ({reaction_cases_sql(reaction)}),
        counted AS (
            SELECT date_trunc('{period}', received)::DATE AS start, count(*) AS n,
                count(exposed.case_index) AS with_product, count(reacted.case_index) AS with_reaction,
                count(*) FILTER (exposed.case_index IS NOT NULL AND reacted.case_index IS NOT NULL) AS a
            FROM population JOIN cases USING (case_index) JOIN report USING (report)
            LEFT JOIN exposed USING (case_index) LEFT JOIN reacted USING (case_index)
            GROUP BY ALL),
        listed AS (
            SELECT unnest(generate_series(min(start), max(start), {length}))::DATE AS start FROM counted
            UNION ALL SELECT NULL)
        SELECT listed.start AS start, coalesce(a, 0) AS a, coalesce(with_product - a, 0) AS b,
            coalesce(with_reaction - a, 0) AS c, coalesce(n - with_product - with_reaction + a, 0) AS d
        FROM listed LEFT JOIN counted ON listed.start IS NOT DISTINCT FROM counted.start
        ORDER BY start NULLS LAST"""
