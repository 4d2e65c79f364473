"""Reported names by what the vocabulary makes of them: the cases and product rows of each, and their totals.

Read from `read_word` (word, status, rule, matched, candidate, score, why, doubtful): one row for each reported name,
with its place in NAME_STATUSES.
"""

from __future__ import annotations

NAME_STATUSES = ("certain", "likely", "setting", "refused", "unknown")
"""certain: it names a product. likely: its spelling comes near. setting: route, form or country decides in each report.
refused: it is known and held back. unknown: nothing in it is known. The place is the integer that is stored."""

NAMELESS = "nameless"
"""Status of a product row in which no name stands at all."""

NAME_COLUMNS = ("name", "status", "cases", "product_rows", "rule", "matched", "candidate", "score", "why")
"""Columns of `listed_names_sql`."""


def read_name_tables_sql() -> dict[str, str]:
    """SQL of `reported_name`, every reported name with its cases and product rows, and of `row_status`.

    Rows and cases are those of the latest version of each case. A row counts with the better of its two names.
    """
    nameless = len(NAME_STATUSES)
    return {
        "reported_name": """
            SELECT word, cases, product_rows, status, rule, matched, candidate, score, why, doubtful FROM read_word
            JOIN (SELECT name AS word, count(*) AS cases FROM case_name GROUP BY name) USING (word)
            JOIN (
                SELECT name AS word, count(*) AS product_rows FROM (
                    SELECT unnest(list_distinct([verbatim, ingredient])) AS name
                    FROM report_product SEMI JOIN cases USING (report))
                GROUP BY name) USING (word)
            ORDER BY word""",
        "row_status": f"""
            SELECT least(coalesce(v.status, {nameless}), coalesce(i.status, {nameless}))::TINYINT AS status,
                count(*) AS product_rows
            FROM report_product SEMI JOIN cases USING (report)
            LEFT JOIN read_word v ON v.word = verbatim LEFT JOIN read_word i ON i.word = ingredient
            GROUP BY ALL ORDER BY status""",
    }


def name_totals_sql() -> str:
    """SQL of (status, names): distinct reported names by status."""
    return "SELECT status, count(*) AS names FROM reported_name GROUP BY status ORDER BY status"


def row_totals_sql() -> str:
    """SQL of (status, product_rows)."""
    return "SELECT status, product_rows FROM row_status ORDER BY status"


def case_totals_sql() -> str:
    """SQL of one row: all cases, and those in which a name is certain, by itself or by its setting."""
    return """
        SELECT (SELECT count(*) FROM cases) AS cases,
            (SELECT count(DISTINCT case_index) FROM case_node) AS certain,
            (SELECT count(DISTINCT case_index) FROM case_node_likely) AS likely"""


def listed_names_sql(statuses: tuple[str, ...], most: int | None = None) -> str:
    """SQL of NAME_COLUMNS: names of some statuses, those of most cases first."""
    places = ", ".join(str(NAME_STATUSES.index(status)) for status in statuses)
    labels = ", ".join(f"'{status}'" for status in NAME_STATUSES)
    return f"""
        SELECT text AS name, [{labels}][status + 1] AS status, cases, product_rows, rule, matched, candidate, score, why
        FROM reported_name JOIN word USING (word) WHERE status IN ({places})
        ORDER BY cases DESC, product_rows DESC, name{f" LIMIT {int(most)}" if most is not None else ""}"""


def doubtful_names_sql() -> str:
    """SQL of (name, cases, rule, matched, candidate, score, why): names that a person had better decide."""
    return """
        SELECT text AS name, cases, rule, matched, candidate, score, why
        FROM reported_name JOIN word USING (word) WHERE doubtful ORDER BY cases DESC, name"""


def unknown_names_sql(least: int) -> str:
    """SQL of (name, cases): names in which nothing is known, of at least so many cases."""
    unknown = NAME_STATUSES.index("unknown")
    return f"""
        SELECT text AS name, cases FROM reported_name JOIN word USING (word)
        WHERE status = {unknown} AND cases >= {int(least)} ORDER BY cases DESC, name"""
