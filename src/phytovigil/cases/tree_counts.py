"""Every case of a population with its terms, as numbers: what a scan of a hierarchy of reactions draws from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from phytovigil.cases.counting import Product, product_cases_sql
from phytovigil.cases.population import population_sql, stratum_columns
from phytovigil.schema.selection import Selection


def scanned_cases_sql(
    product: Product, selection: Selection, nodes: Mapping[str, int], strata: Sequence[str] = ()
) -> str:
    """SQL of (place, exposed, stratum): one row per case of the population, in the order of the places from 0.

    exposed : 1 where the case names the product in the role, else 0. strata : keys of STRATA, each once; cases that
        agree in all of them, missing values included, have the same number.
    """
    stratum = f"dense_rank() OVER (ORDER BY {stratum_columns(strata)})" if strata else "0"
    return f"""
        WITH {placed_sql(selection, nodes)},
        exposed AS ({product_cases_sql(product, selection)})
        SELECT place, (exposed.case_index IS NOT NULL)::INTEGER AS exposed, {stratum}::INTEGER AS stratum
        FROM placed LEFT JOIN exposed USING (case_index)
        ORDER BY place"""


def scanned_terms_sql(selection: Selection, nodes: Mapping[str, int]) -> str:
    """SQL of (place, term): each term of each case of the population once, at the places of `scanned_cases_sql`."""
    return f"""
        WITH {placed_sql(selection, nodes)}
        SELECT place, term FROM case_reaction JOIN placed USING (case_index) ORDER BY place, term"""


def placed_sql(selection: Selection, nodes: Mapping[str, int]) -> str:
    """Common table expressions that number the cases of a population from 0, in the order of their index."""
    return f"""population AS ({population_sql(selection, nodes)}),
        placed AS (
            SELECT *, (row_number() OVER (ORDER BY case_index) - 1)::INTEGER AS place FROM population)"""
