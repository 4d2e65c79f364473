"""The 2×2 table of one pair in every stratum of a population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from phytovigil.cases.counting import Product, Reaction, product_cases_sql, reaction_cases_sql
from phytovigil.cases.population import STRATA, population_sql
from phytovigil.schema.selection import UNKNOWN, Selection

SERIOUS, NOT_SERIOUS = "serious", "not serious"
"""Labels of the strata of seriousness; a case that does not say is unknown."""


def strata_counts_sql(
    product: Product, reaction: Reaction, selection: Selection, nodes: Mapping[str, int], strata: Sequence[str]
) -> str:
    """SQL of (a column for each of `strata`, a, b, c, d): the 2×2 table of a pair in every stratum that has cases.

    strata : keys of STRATA, each once. Labels are text; a missing value has the label UNKNOWN, so every case of the
    population is in one stratum and the tables add up to the pair's own.
    """
    labels = ", ".join(f"{label_sql(name)} AS {quoted(name)}" for name in strata)
    names = ", ".join(quoted(name) for name in strata)
    return f"""
        WITH population AS ({population_sql(selection, nodes)}),
        exposed AS ({product_cases_sql(product, selection)}),
        reacted AS ({reaction_cases_sql(reaction)}),
        margins AS (
            SELECT {labels}, count(*) AS n,
                count(exposed.case_index) AS with_product, count(reacted.case_index) AS with_reaction,
                count(*) FILTER (exposed.case_index IS NOT NULL AND reacted.case_index IS NOT NULL) AS a
            FROM population LEFT JOIN exposed USING (case_index) LEFT JOIN reacted USING (case_index)
            GROUP BY ALL)
        SELECT {names}, a, with_product - a AS b, with_reaction - a AS c, n - with_product - with_reaction + a AS d
        FROM margins ORDER BY {names}"""


def label_sql(name: str) -> str:
    """The label of a case's stratum.

    >>> label_sql("year")
    "coalesce(population.year::VARCHAR, 'unknown')"
    """
    column = f"population.{STRATA[name]}"
    if name == "serious":
        return f"CASE WHEN {column} THEN '{SERIOUS}' WHEN NOT {column} THEN '{NOT_SERIOUS}' ELSE '{UNKNOWN}' END"
    return f"coalesce({column}::VARCHAR, '{UNKNOWN}')"


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return f'"{name}"'
