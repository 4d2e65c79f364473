"""Reports → cases → counts. Every function returns SQL over the views that a store session shows; none runs it.

The unit of every count is the distinct case: its latest version, once, however many rows name it.
"""

from phytovigil.cases.all_pairs import all_pairs_sql
from phytovigil.cases.counting import (
    Product,
    Reaction,
    pair_counts_sql,
    product_cases_sql,
    product_groups_sql,
    product_terms_sql,
)
from phytovigil.cases.cube import CUBE, cube_pair_sql, cube_sql, population_label
from phytovigil.cases.listing import (
    NAMING,
    POPULATION,
    SUSPECTING,
    co_reported_sql,
    flow_sql,
    matched_names_sql,
    profile_sql,
    reported_cases_sql,
)
from phytovigil.cases.lookups import (
    VALUES,
    counted_keys_sql,
    names_holding_sql,
    quarantine_examples_sql,
    quarantine_reasons_sql,
    quarantine_rows_sql,
    reported_names_sql,
    reported_terms_sql,
)
from phytovigil.cases.population import REPORTED, STRATA, stratum_columns
from phytovigil.cases.tables import case_tables_sql, node_table_sql

__all__ = [
    "CUBE",
    "NAMING",
    "POPULATION",
    "REPORTED",
    "STRATA",
    "SUSPECTING",
    "VALUES",
    "Product",
    "Reaction",
    "all_pairs_sql",
    "case_tables_sql",
    "co_reported_sql",
    "counted_keys_sql",
    "cube_pair_sql",
    "cube_sql",
    "flow_sql",
    "matched_names_sql",
    "names_holding_sql",
    "node_table_sql",
    "pair_counts_sql",
    "population_label",
    "product_cases_sql",
    "product_groups_sql",
    "product_terms_sql",
    "profile_sql",
    "quarantine_examples_sql",
    "quarantine_reasons_sql",
    "quarantine_rows_sql",
    "reported_cases_sql",
    "reported_names_sql",
    "reported_terms_sql",
    "stratum_columns",
]
