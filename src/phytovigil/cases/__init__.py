"""Reports → cases → counts. Every function returns SQL over the views that a store session shows; none runs it.

The unit of every count is the distinct case: its latest version, once, however many rows name it.
"""

from phytovigil.cases.all_pairs import all_pairs_sql
from phytovigil.cases.counting import (
    EVERY_TERM,
    Product,
    Reaction,
    group_members_sql,
    pair_counts_sql,
    pair_expected_sql,
    product_cases_sql,
    product_expected_sql,
    product_groups_sql,
    product_terms_sql,
)
from phytovigil.cases.cube import CUBE, cube_pair_sql, cube_sql, population_label, population_of
from phytovigil.cases.folding import folded_cases_sql, folded_summary_sql
from phytovigil.cases.interaction import triple_sql, triples_sql
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
from phytovigil.cases.masking import names_of_sql, others_sql, without_others_sql
from phytovigil.cases.onset import (
    ONSET_STATUSES,
    OTHER_PRODUCTS,
    OTHER_REACTIONS,
    PAIR,
    USABLE,
    onset_sql,
    starts_sql,
)
from phytovigil.cases.periods import PERIODS, pair_by_period_sql
from phytovigil.cases.population import REPORTED, STRATA, stratum_columns
from phytovigil.cases.reference_pairs import reference_pairs_sql
from phytovigil.cases.screened import (
    COUNTED_PAIRS,
    PAIR_COLUMNS,
    SCREENED,
    bounds_sql,
    heat_map_sql,
    named_sql,
    pair_tables_sql,
    screened_totals_sql,
    strongest_sql,
    volcano_sql,
    words_sql,
)
from phytovigil.cases.strata import strata_counts_sql
from phytovigil.cases.tables import case_tables_sql, node_table_sql

__all__ = [
    "COUNTED_PAIRS",
    "CUBE",
    "EVERY_TERM",
    "NAMING",
    "ONSET_STATUSES",
    "OTHER_PRODUCTS",
    "OTHER_REACTIONS",
    "PAIR",
    "PAIR_COLUMNS",
    "PERIODS",
    "POPULATION",
    "REPORTED",
    "SCREENED",
    "STRATA",
    "SUSPECTING",
    "USABLE",
    "VALUES",
    "Product",
    "Reaction",
    "all_pairs_sql",
    "bounds_sql",
    "case_tables_sql",
    "co_reported_sql",
    "counted_keys_sql",
    "cube_pair_sql",
    "cube_sql",
    "flow_sql",
    "folded_cases_sql",
    "folded_summary_sql",
    "group_members_sql",
    "heat_map_sql",
    "matched_names_sql",
    "named_sql",
    "names_holding_sql",
    "names_of_sql",
    "node_table_sql",
    "onset_sql",
    "others_sql",
    "pair_by_period_sql",
    "pair_counts_sql",
    "pair_expected_sql",
    "pair_tables_sql",
    "population_label",
    "population_of",
    "product_cases_sql",
    "product_expected_sql",
    "product_groups_sql",
    "product_terms_sql",
    "profile_sql",
    "quarantine_examples_sql",
    "quarantine_reasons_sql",
    "quarantine_rows_sql",
    "reference_pairs_sql",
    "reported_cases_sql",
    "reported_names_sql",
    "reported_terms_sql",
    "screened_totals_sql",
    "starts_sql",
    "strata_counts_sql",
    "stratum_columns",
    "strongest_sql",
    "triple_sql",
    "triples_sql",
    "volcano_sql",
    "without_others_sql",
    "words_sql",
]
