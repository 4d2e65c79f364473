"""What a record linkage reads of the cases, as numbers, and the tables that it leaves behind.

Words that are only equal or not go out as 64-bit hashes, 0 where there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from phytovigil.cases.population import quote

HASHED: Mapping[str, str] = {
    "sex": "sex",
    "country": "upper(country)",
    "reporter": "reporter",
    "outcomes": "CASE WHEN len(outcomes) > 0 THEN list_sort(outcomes) END",
    "sender": "upper(sender)",
    "control": "nullif(upper(regexp_replace(control_number, '[^A-Za-z0-9]', '', 'g')), '')",
    "authority": "nullif(upper(regexp_replace(authority_number, '[^A-Za-z0-9]', '', 'g')), '')",
}
"""Fields that are compared for equality, and what of them is compared: numbers without blanks and dashes."""


def link_records_sql() -> str:
    """SQL of one row per case, in the order of case_index: dates in days since 1970, numbers, and hashes.

    event_precision : 0 no date, 1 year, 2 month, 3 day; event_day is the first day of that period. Dates that are not
    given are -2147483648; age and weight are NaN.
    """
    hashes = ", ".join(
        f"coalesce(hash({sql}), 0) * (({sql}) IS NOT NULL)::UBIGINT AS {name}" for name, sql in HASHED.items()
    )
    first_day = "(event_date || CASE len(event_date) WHEN 4 THEN '-01-01' WHEN 7 THEN '-01' ELSE '' END)"
    return f"""
        SELECT report, coalesce(datediff('day', DATE '1970-01-01', event), -2147483648)::INTEGER AS event_day,
            CASE WHEN event IS NULL THEN 0 WHEN len(event_date) = 4 THEN 1 WHEN len(event_date) = 7 THEN 2 ELSE 3
            END::TINYINT AS event_precision,
            coalesce(datediff('day', DATE '1970-01-01', received), -2147483648)::INTEGER AS received,
            CASE WHEN age_years BETWEEN 0 AND 150 THEN age_years ELSE 'nan' END::FLOAT AS age,
            CASE WHEN weight_kg BETWEEN 0.2 AND 500 THEN weight_kg ELSE 'nan' END::FLOAT AS weight, {hashes}
        FROM (SELECT *, TRY_CAST({first_day} AS DATE) AS event FROM report SEMI JOIN cases USING (report))
        ORDER BY report"""


USUAL_INGREDIENT_SQL = """
    SELECT verbatim, ingredient AS usual FROM (
        SELECT verbatim, ingredient, count(*) AS rows FROM report_product
        WHERE verbatim IS NOT NULL AND ingredient IS NOT NULL GROUP BY verbatim, ingredient)
    QUALIFY row_number() OVER (PARTITION BY verbatim ORDER BY rows DESC, ingredient) = 1"""
"""SQL of (verbatim, usual): the ingredient with which a reported name most often stands."""


def link_items_sql() -> str:
    """SQL of (record, kind, word): what each case lists, each once; kinds are drugs, reactions and indications.

    A drug is its ingredient; where there is none, the ingredient that its name usually stands with, else its name.
    """
    return f"""
        WITH usual AS MATERIALIZED ({USUAL_INGREDIENT_SQL}),
        listed AS (
            SELECT report, 0 AS kind, coalesce(ingredient, usual, verbatim) AS word
            FROM report_product LEFT JOIN usual USING (verbatim)
            UNION SELECT report, 1, term FROM report_reaction
            UNION SELECT report, 2, indication FROM report_indication)
        SELECT case_index AS record, kind::TINYINT AS kind, word FROM listed JOIN cases USING (report)
        WHERE word IS NOT NULL"""


def link_tables_sql(fields: Sequence[str]) -> dict[str, str]:
    """SQL of the tables that are kept, from the staged ones found_link, found_model and found_duplicate.

    report_link : a row per suspected pair, reports left < right; for each field its weight in bits and in words how it
    agrees. link_model : what was learned and counted. duplicate : reports that share a group with others.
    """
    columns = ", ".join(f"weight_{name}, agree_{name}" for name in fields)
    return {
        "report_link": f"""
            SELECT "left", "right", weight, probability, look_alikes, correction, veto, told, {columns}
            FROM found_link ORDER BY "left", "right" """,
        "link_model": "SELECT field, parameter, value FROM found_model ORDER BY place",
        "duplicate": "SELECT report, cluster, kept FROM found_duplicate ORDER BY report",
    }


def link_types(fields: Sequence[str]) -> dict[str, str]:
    """Columns of found_link with their types."""
    by_field = {
        f"{part}_{name}": kind for name in fields for part, kind in (("weight", "DOUBLE"), ("agree", "VARCHAR"))
    }
    return {
        "left": "BIGINT", "right": "BIGINT", "weight": "DOUBLE", "probability": "DOUBLE", "look_alikes": "INTEGER",
        "correction": "DOUBLE", "veto": "INTEGER", "told": "BOOLEAN", **by_field,
    }  # fmt: skip


MODEL_TYPES = {"place": "INTEGER", "field": "VARCHAR", "parameter": "VARCHAR", "value": "DOUBLE"}
DUPLICATE_TYPES = {"report": "BIGINT", "cluster": "BIGINT", "kept": "BOOLEAN"}


def weighed_pairs_sql(table: str) -> str:
    """SQL of pairs of a table like report_link, with the numbers of both cases and their clusters."""
    return f"""
        SELECT linked.*, one.case_id AS "case", other.case_id AS other_case, d.cluster AS left_cluster,
            e.cluster AS right_cluster, d.kept AS left_kept, e.kept AS right_kept
        FROM {table} linked JOIN report one ON one.report = "left" JOIN report other ON other.report = "right"
        LEFT JOIN duplicate d ON d.report = "left" LEFT JOIN duplicate e ON e.report = "right"
        ORDER BY "left", "right" """


def link_model_sql() -> str:
    """SQL of what was learned, in order."""
    return "SELECT field, parameter, value FROM link_model"


def places_of_cases_sql(numbers: Sequence[str]) -> str:
    """SQL of (case_id, place): cases by the regulator's number, and their place among all."""
    listed = ", ".join(quote(number) for number in numbers) or "NULL"
    return f"SELECT case_id, case_index AS place FROM cases JOIN report USING (report) WHERE case_id IN ({listed})"


def held_pair_sql(left: int, right: int) -> str:
    """SQL of one pair, if it is among the suspected ones."""
    return weighed_pairs_sql(f'(FROM report_link WHERE "left" = {int(left)} AND "right" = {int(right)})')
