"""What a source holds: its names, terms and values, and what was quarantined."""

from __future__ import annotations

from collections.abc import Iterable

from phytovigil.cases.population import quote

VALUES = {
    "reporter": "SELECT DISTINCT reporter AS value FROM cases WHERE reporter IS NOT NULL ORDER BY value",
    "country": "SELECT DISTINCT country AS value FROM cases WHERE country IS NOT NULL ORDER BY value",
    "category": "SELECT DISTINCT category AS value FROM case_category ORDER BY value",
    "indication": """
        SELECT DISTINCT upper(text) AS value FROM report_indication JOIN word ON word = indication ORDER BY value""",
}
"""Selection fields whose values are the source's own, with the SQL of the values that it holds."""


def any_literature_sql() -> str:
    """SQL of one row (held): whether any case refers to the literature."""
    return "SELECT count(literature) > 0 AS held FROM report SEMI JOIN cases USING (report)"


def reported_names_sql() -> str:
    """SQL of (text, word): every product name as reported."""
    return "SELECT text, word FROM word WHERE word IN (SELECT name FROM case_name) ORDER BY word"


def reported_terms_sql() -> str:
    """SQL of (text, word): every reaction term as reported."""
    return "SELECT text, word FROM word WHERE word IN (SELECT term FROM case_term) ORDER BY text"


def named_terms_sql() -> str:
    """SQL of (reported, text, current, term): every term as reported that names a reaction, with its counted term."""
    return """
        SELECT word.text AS reported, counted_term.text, current, term
        FROM word_term JOIN counted_term USING (term) JOIN word USING (word) ORDER BY reported"""


def term_cases_sql() -> str:
    """SQL of (text, cases): distinct cases of every reaction term as reported, most first."""
    return """
        SELECT text, count(*) AS cases FROM case_term JOIN word ON word = term
        GROUP BY text ORDER BY cases DESC, text"""


def names_holding_sql(tokens: Iterable[str]) -> str:
    """SQL of (name, cases): reported names that hold any of the tokens (upper case), most frequent first.

    Tokens of one or two letters stand in most names by chance; they count only where they are the whole name.
    """
    alike = " OR ".join(
        f"contains(upper(text), {quote(token)})" if len(token) > 2 else f"upper(text) = {quote(token)}"
        for token in sorted(tokens)
    )
    return f"""
        SELECT text AS name, count(*) AS cases FROM case_name JOIN word ON word = name
        WHERE {alike or "false"} GROUP BY text ORDER BY cases DESC, name"""


def quarantine_reasons_sql() -> str:
    """SQL of (scope, reason, count): what was put aside, most frequent first."""
    return """
        SELECT scope, reason, count(*) AS count FROM quarantine
        GROUP BY scope, reason ORDER BY count DESC, scope, reason"""


def quarantine_examples_sql(most: int) -> str:
    """SQL of the first quarantined rows and values, rows before values."""
    return f"""
        SELECT file, line, scope, reason, field, raw FROM quarantine
        ORDER BY scope, reason, file, line, field LIMIT {int(most)}"""


def quarantine_rows_sql() -> str:
    """SQL of everything that was put aside, in the order of the files."""
    return "SELECT file, line, scope, reason, field, raw FROM quarantine ORDER BY file, line, scope, reason, field, raw"
