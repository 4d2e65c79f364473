"""SQL of what a release becomes: staged rows, tied by keys, into tables tied by report numbers.

Staged tables have the columns of `schema.reports.TABLES`, words as numbers of the dictionary, and `file`: the place
of the raw file within the release. A row whose key ties it to no report is an orphan: it keeps its regulator's number
as `orphan_of`, its report is null, and no count sees it.
"""

from __future__ import annotations

from collections.abc import Sequence

from phytovigil.schema.reports import ROLES, TABLES
from phytovigil.store.words import WORDS

CHILDREN = ("report_product", "report_indication", "report_therapy", "report_reaction")
"""Tables of a release that are tied to reports."""

GATHERED = {"report_outcome": ("outcomes", "outcome"), "report_origin": ("origins", "origin")}
"""Staged tables that become a list in their report: the list's name and the column that it gathers."""

OF_PRODUCTS = ("report_indication", "report_therapy")
"""Tables that belong to one product of a report, by its seq."""

STORED = ("report", *CHILDREN, "deletion", "quarantine")
"""Tables of a release, each a Parquet file."""

CASE_LEVEL = (
    "case_id, version, received, revised, event_date, sex, age_years, age_group, weight_kg, country, reporter, "
    "report_type, serious, outcomes"
)
"""What rows of the same report must agree on."""


def staged_types(table: str) -> dict[str, str]:
    """Columns of a staged table with their DuckDB types."""
    types = {name: "INTEGER" if name in WORDS.get(table, ()) else kind for name, kind in TABLES[table].items()}
    return types if table == "quarantine" else {**types, "file": "INTEGER"}


REPEATED_SQL = """
    CREATE OR REPLACE TABLE repeated AS
    SELECT rowid AS place, row_number() OVER (PARTITION BY key ORDER BY rowid) AS nth
    FROM report SEMI JOIN (SELECT key FROM report GROUP BY key HAVING count(*) > 1) USING (key)"""
"""Rows of reports that a release gives more than once, numbered within each report."""


def conflicts_sql() -> str:
    """SQL that quarantines what later rows of a report say otherwise than its first."""
    return f"""
        INSERT INTO quarantine
        SELECT name, line, 'value', 'conflicting-report', 'case', case_id
        FROM (
            SELECT file, line, case_id, nth, ({CASE_LEVEL}) IS DISTINCT FROM first(({CASE_LEVEL})) OVER same AS differs
            FROM report JOIN repeated ON place = report.rowid
            WINDOW same AS (PARTITION BY key ORDER BY nth))
        JOIN raw_file USING (file) WHERE nth > 1 AND differs"""


DROP_REPEATED_SQL = "DELETE FROM report WHERE rowid IN (SELECT place FROM repeated WHERE nth > 1)"
"""SQL that keeps the first row of each report."""


UNNUMBERED_PRODUCTS_SQL = """
    SELECT CASE WHEN EXISTS (FROM report_indication) OR EXISTS (FROM report_therapy) THEN 0 ELSE count(*) END AS n
    FROM report_product WHERE seq IS NULL"""
"""SQL of the products without a number; 0 where something is tied to numbers: one made up would tie it wrongly."""

NUMBER_PRODUCTS_SQL = """
    UPDATE report_product SET seq = nth
    FROM (
        SELECT rowid AS place, (coalesce(max(seq) OVER (PARTITION BY key), 0)
            + row_number() OVER (PARTITION BY key, seq IS NULL ORDER BY rowid))::INTEGER AS nth
        FROM report_product)
    WHERE place = report_product.rowid AND seq IS NULL"""
"""SQL that numbers products without a number in the order of the file, behind those of their report that have one."""


def numbered_sql(ordinal: int) -> str:
    """SQL of `numbered` (key, report): report numbers in the order of the files."""
    return f"""
        CREATE OR REPLACE TABLE numbered AS
        SELECT key, ({ordinal}::BIGINT << 32) + row_number() OVER (ORDER BY file, line, key) - 1 AS report
        FROM report"""


def plain_columns(table: str, alias: str, without: tuple[str, ...]) -> str:
    """Columns of a table that are stored as they are staged."""
    return "".join(f', {alias}."{name}"' for name in TABLES[table] if name not in without)


def report_sql(*, lists_outcomes: bool) -> str:
    """SQL of the table `report`. lists_outcomes: whether the release came with a file of outcomes.

    Such a file names serious outcomes only: a report that it does not list is not serious.
    """
    plain = plain_columns("report", "r", ("key", "serious", "outcomes"))
    absent = "false" if lists_outcomes else "NULL"
    gathered = " ".join(
        f"LEFT JOIN ({gathered_sql(table, name, column)}) {table} ON {table}.key = r.key"
        for table, (name, column) in GATHERED.items()
    )
    return f"""
        SELECT n.report, r.file{plain},
            coalesce(r.serious, report_outcome.key IS NOT NULL OR {absent}) AS serious,
            coalesce(r.outcomes, report_outcome.outcomes, {"[]::VARCHAR[]" if lists_outcomes else "NULL"}) AS outcomes,
            report_origin.origins
        FROM report r JOIN numbered n ON n.key = r.key {gathered}
        ORDER BY n.report"""


def gathered_sql(table: str, name: str, column: str) -> str:
    """SQL of (key, list): the distinct words of a column of few words, in alphabetical order, for each report.

    Words are gathered as bits of a number, which is many times cheaper than a list for each report; each of the few
    numbers that come out is then written as a list once. There is room for 62 words.
    """
    return f"""
        WITH kind AS (
            SELECT text, 1::BIGINT << (row_number() OVER (ORDER BY text) - 1)::INTEGER AS bit
            FROM (SELECT DISTINCT "{column}" AS text FROM {table})),
        mask AS (SELECT key, bit_or(bit) AS bits FROM {table} JOIN kind ON text = "{column}" GROUP BY key),
        lists AS (
            SELECT bits, list(text ORDER BY text) AS {name} FROM (SELECT DISTINCT bits FROM mask) JOIN kind
            ON bits & bit <> 0 GROUP BY bits)
        SELECT key, {name} FROM mask JOIN lists USING (bits)"""


def child_sql(table: str) -> str:
    """SQL of a table whose rows are tied to reports."""
    role = role_sql() if table == "report_product" else ""
    plain = plain_columns(table, "c", ("key", "role"))
    return f"""
        SELECT n.report{role}{plain}, CASE WHEN n.report IS NULL THEN c.key END AS orphan_of
        FROM {table} c LEFT JOIN numbered n ON n.key = c.key
        ORDER BY n.report NULLS LAST, orphan_of, {order_within(table)}"""


def order_within(table: str) -> str:
    """The order of a report's rows in a table."""
    return "c.rowid" if table == "report_reaction" else "c.seq, c.rowid"


def role_sql() -> str:
    """The role of a product as its number."""
    branches = " ".join(f"WHEN '{role}' THEN {number}" for number, role in enumerate(ROLES))
    return f", (CASE c.role {branches} END)::TINYINT AS role"


def orphans_sql(children: Sequence[str] = CHILDREN) -> str:
    """SQL of (file, orphans): rows that are tied to no report, or to no product of their report.

    children : the tables that have rows without a report; the others need not be looked through.
    """
    alone = [f"SELECT file FROM {table} ANTI JOIN numbered USING (key)" for table in (*children, *GATHERED)]
    productless = [
        f"SELECT file FROM {table} SEMI JOIN numbered USING (key) ANTI JOIN report_product USING (key, seq)"
        for table in OF_PRODUCTS
    ]
    return f"SELECT file, count(*) AS orphans FROM ({' UNION ALL '.join(alone + productless)}) GROUP BY file"


def listed_sql(ordinal: int) -> dict[str, str]:
    """SQL of the tables that no report is tied to, by name."""
    return {
        "deletion": f"""
            SELECT DISTINCT case_id, {ordinal}::BIGINT AS ordinal FROM deletion ORDER BY case_id""",
        "quarantine": "SELECT * FROM quarantine ORDER BY file, line, scope, reason, field, raw",
    }
