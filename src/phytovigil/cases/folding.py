"""Suspected duplicates in counts: which cases are left out in favour of another, and how many.

Views that are read: `duplicate` (report, cluster, kept) and `folded_case` (case_index).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from phytovigil.cases.counting import Product, product_cases_sql
from phytovigil.cases.population import population_sql
from phytovigil.schema.selection import Selection


def folded_cases_sql() -> str:
    """SQL of (case_index): cases that are left out in favour of another that is suspected to be the same."""
    return "SELECT case_index FROM duplicate JOIN cases USING (report) WHERE NOT kept ORDER BY case_index"


def folded_summary_sql(product: Product, selection: Selection, nodes: Mapping[str, int]) -> str:
    """SQL of one row (clusters, folded, product_cases, product_folded).

    clusters : groups of cases suspected to be one. folded : cases that folding leaves out. Both of all cases.
    product_cases, product_folded : cases of the product in the population, and those of them that folding leaves out.
    """
    kept = replace(selection, duplicates="kept")
    return f"""
        WITH exposed AS (
            SELECT case_index FROM ({population_sql(kept, nodes)})
            SEMI JOIN ({product_cases_sql(product, selection)}) USING (case_index))
        SELECT (SELECT count(DISTINCT cluster) FROM duplicate) AS clusters,
            (SELECT count(*) FROM folded_case) AS folded,
            (SELECT count(*) FROM exposed) AS product_cases,
            (SELECT count(*) FROM exposed SEMI JOIN folded_case USING (case_index)) AS product_folded"""
