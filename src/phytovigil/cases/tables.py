"""The case tables: one version per case, its products, product nodes and terms, all as integers.

Views that come out, each sorted so that a count reads only what it needs:

- `cases` (case_index, report, sex, age_band, year, serious, reporter, country): one row per case
- `case_name` (case_index, name, role): each reported product word once per case, with its strongest role
- `case_category` (category, case_index): product classes of a case
- `case_term` (term, case_index): each reaction term as reported once per case
- `word_term` (word, term): the counted term of each reported one; those that name no reaction are left out
- `counted_term` (term, text, current): terms that are counted, by the name that rows show and the one they go by today
- `case_reaction` (term, case_index): each counted term once per case, which is what every table of counts reads
- `word_node` (word, node, combination): what each reported name certainly means, groups above included, and whether it
  names several products; `word_node_likely` (word, node, certain, combination) has likely names too
- `case_node` (node, case_index, role): product nodes and the groups above them, with the strongest role, by certain
  names; `case_node_likely` by certain and likely ones
"""

from __future__ import annotations

from phytovigil.schema.selection import AGE_BANDS, UNKNOWN

IDENTIFIED = """
    SELECT report, coalesce(known.case_id, report.case_id) AS case_id, as_of, place,
        coalesce(revised, received, DATE '0001-01-01') AS revised, coalesce(report.number, version, 0) AS number
    FROM report JOIN release ON ordinal = report >> 32
    LEFT JOIN (
        SELECT number, min(case_id) AS case_id FROM report
        WHERE NOT starts_with(case_id, 'ISR ')
            AND number IN (SELECT number FROM report WHERE starts_with(case_id, 'ISR '))
        GROUP BY number) known
    ON starts_with(report.case_id, 'ISR ') AND known.number = report.number"""
"""Every report with the case that it belongs to.

FDA's legacy SGML and openFDA's copies of it know the number of a report (ISR) and not its case. Where another release
says which case that report is of, it is that case; elsewhere it is a case of its own.
"""

LARGEST_NUMBER = 2**57 - 1
"""The largest number of a report that is told from larger ones; FDA's have up to 12 digits, 17 fit."""

DATED = f"""
    SELECT *, as_of < withdrawn AS is_withdrawn FROM ({IDENTIFIED})
    LEFT JOIN (
        SELECT case_id, max(as_of) AS withdrawn
        FROM deletion JOIN release ON release.ordinal = deletion.ordinal GROUP BY case_id
    ) USING (case_id)"""
"""Every report with its case, and whether a later list of deleted cases withdraws it (null: no list names it)."""

LATEST = f"""
    SELECT arg_max(report, (datediff('day', DATE '0001-01-01', revised)::HUGEINT << 105)
        + (least(number, {LARGEST_NUMBER})::HUGEINT << 48) + (place::HUGEINT << 32) + (report & 4294967295)) AS report
    FROM ({DATED}) WHERE is_withdrawn IS DISTINCT FROM true
    GROUP BY case_id"""
"""One report per case: latest receipt by the regulator, then highest number of report, as FDA itself does; then the
latest release, then the latest taken in (`place`: of the release in that order), then the last of its rows. An undated
report comes before every dated one. The four are compared as one number of 127 bits, twice as fast as one after the
other: 22 for days to the year 9999, 57 for a number of 17 digits, 16 for 65,535 releases and 32 for rows.

A case on a list of deletions loses what was published before that list; if it is published again, it is back.
"""


def case_tables_sql() -> dict[str, str]:
    """SQL of the case tables that need no vocabulary, by view name, in the order in which they build on each other."""
    return {
        "cases": f"""
            SELECT (row_number() OVER (ORDER BY report) - 1)::INTEGER AS case_index, report,
                coalesce(sex, '{UNKNOWN}') AS sex, {age_band_sql()} AS age_band,
                year(received)::SMALLINT AS year, serious, reporter, country
            FROM report JOIN ({LATEST}) USING (report)
            ORDER BY report""",
        "case_name": """
            SELECT case_index, name, min(role)::TINYINT AS role
            FROM (
                SELECT case_index, unnest([verbatim, ingredient]) AS name, role
                FROM report_product JOIN cases USING (report))
            WHERE name IS NOT NULL
            GROUP BY case_index, name ORDER BY name, case_index""",
        "case_category": """
            SELECT DISTINCT text AS category, case_index
            FROM report_product JOIN cases USING (report) JOIN word ON word = category
            ORDER BY category, case_index""",
        "case_term": """
            SELECT DISTINCT term, case_index FROM report_reaction JOIN cases USING (report)
            ORDER BY term, case_index""",
    }


def node_table_sql() -> dict[str, str]:
    """SQL of the node tables, by view name, with all groups included.

    From `mapped_word` (word, node, certain, combination, settled), what a name means by itself, and `mapped_case`
    (node, case_index, role, certain), what names that are decided by their setting (settled = false) mean there.
    """
    return {
        "word_node": "SELECT word, node, combination FROM mapped_word WHERE certain ORDER BY node, word",
        "word_node_likely": "SELECT word, node, certain, combination FROM mapped_word ORDER BY node, word",
        "case_node": """
            SELECT node, case_index, min(role)::TINYINT AS role FROM (
                SELECT node, case_index, role FROM case_name
                    JOIN (SELECT word, node FROM mapped_word WHERE certain AND settled) ON word = name
                UNION ALL SELECT node, case_index, role FROM mapped_case WHERE certain)
            GROUP BY node, case_index ORDER BY node, case_index""",
        "case_node_likely": """
            SELECT node, case_index, min(role)::TINYINT AS role FROM (
                SELECT node, case_index, role FROM case_node
                UNION ALL SELECT node, case_index, role FROM case_name
                    JOIN (SELECT word, node FROM mapped_word WHERE NOT certain AND settled) ON word = name
                UNION ALL SELECT node, case_index, role FROM mapped_case WHERE NOT certain)
            GROUP BY node, case_index ORDER BY node, case_index""",
    }


def named_setting_sql() -> str:
    """SQL of `named_setting`: each case in which a word of `unsettled_word` stands, and the number of its setting.

    (setting, name, route, form, country, case_index, role); equal name, route, form and country have one number.
    """
    unsettled = "(SELECT word FROM unsettled_word)"
    return f"""
        SELECT dense_rank() OVER (ORDER BY name, route, form, country) AS setting, * FROM (
            SELECT unnest([verbatim, ingredient]) AS name, route, dose_form AS form, country, case_index, role
            FROM (SELECT * FROM report_product WHERE verbatim IN {unsettled} OR ingredient IN {unsettled})
                JOIN cases USING (report))
        WHERE name IN {unsettled}"""


def settings_sql() -> str:
    """SQL of (setting, name, route, form, country) as texts: every setting of `named_setting` once."""
    return """
        SELECT setting, said.text AS name, coalesce(way.text, '') AS route, coalesce(shape.text, '') AS form,
            coalesce(country, '') AS country
        FROM (SELECT DISTINCT setting, name, route, form, country FROM named_setting)
            JOIN word said ON said.word = name
            LEFT JOIN word way ON way.word = route LEFT JOIN word shape ON shape.word = form
        ORDER BY setting"""


def mapped_case_sql() -> str:
    """SQL of `mapped_case`, from `mapped_setting` (setting, node, certain)."""
    return """
        SELECT node, case_index, min(role)::TINYINT AS role, certain
        FROM named_setting JOIN mapped_setting USING (setting)
        GROUP BY node, case_index, certain"""


def term_table_sql() -> dict[str, str]:
    """SQL of `word_term`, `counted_term` and `case_reaction`, from `mapped_term` (word, term, text, current, variants).

    Only a term that several reported ones were mapped to can come out twice for a case.
    """
    mapped = "case_index FROM case_term JOIN mapped_term ON word = case_term.term WHERE variants"
    return {
        "word_term": "SELECT word, term FROM mapped_term ORDER BY word",
        "counted_term": "SELECT DISTINCT term, text, current FROM mapped_term ORDER BY term",
        "case_reaction": f"""
            SELECT term, case_index FROM (
                SELECT mapped_term.term, {mapped} = 1
                UNION ALL SELECT DISTINCT mapped_term.term, {mapped} > 1)
            ORDER BY term, case_index""",
    }


def unmapped_terms_sql() -> dict[str, str]:
    """SQL of the same views where every reported term is counted as it is; no table of them is kept."""
    return {
        "word_term": "SELECT DISTINCT term AS word, term FROM case_term",
        "counted_term": """
            SELECT word AS term, text, text AS current FROM word WHERE word IN (SELECT term FROM case_term)""",
        "case_reaction": "SELECT term, case_index FROM case_term",
    }


def age_band_sql() -> str:
    """The label of a case's age band."""
    branches = " ".join(f"WHEN age_years < {below} THEN '{label}'" for label, _, below in AGE_BANDS)
    return f"CASE WHEN age_years IS NULL OR age_years < 0 THEN '{UNKNOWN}' {branches} ELSE '{UNKNOWN}' END"
