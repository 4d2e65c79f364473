"""Suspected duplicates, to be looked at: pairs with their weights, clusters, and the reports side by side.

Views that are read: `report_link` ("left", "right", weight, probability and more), `duplicate` (report, cluster, kept),
`cases` and `report`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from phytovigil.cases.population import number_list, quote

BANDS: tuple[tuple[float, float], ...] = ((0.0, 0.5), (0.5, 0.8), (0.8, 0.95), (0.95, 0.99), (0.99, 1.01))
"""Bands of probability, each from its first number on and below its second; 1 is in the last."""

LINKED = """
    SELECT report_link.*, one.case_id AS "case", other.case_id AS other_case, d.cluster AS left_cluster,
        e.cluster AS right_cluster, d.kept AS left_kept, e.kept AS right_kept
    FROM report_link JOIN report one ON one.report = "left" JOIN report other ON other.report = "right"
    LEFT JOIN duplicate d ON d.report = "left" LEFT JOIN duplicate e ON e.report = "right" """
"""SQL of every pair with the regulator's numbers of both cases, and the clusters that they are in."""

STRONGEST = 'ORDER BY probability DESC, weight DESC, "left", "right"'


def linked_pairs_sql(
    conditions: Sequence[str] = (), least: float = 0.0, below: float = 2.0, most: int | None = None
) -> str:
    """SQL of pairs with a probability from `least` on and below `below`, strongest first, at most so many.

    conditions : each lets a pair in if either of its reports is among the reports of this SQL.
    """
    limit = "" if most is None else f" LIMIT {int(most)}"
    return f"{LINKED} WHERE {let_in(conditions, least, below)} {STRONGEST}{limit}"


def count_pairs_sql(conditions: Sequence[str] = (), least: float = 0.0) -> str:
    """SQL of (pairs): how many `linked_pairs_sql` lets in without a limit."""
    return f"SELECT count(*) AS pairs FROM report_link WHERE {let_in(conditions, least, 2.0)}"


def let_in(conditions: Sequence[str], least: float, below: float) -> str:
    """The condition that a pair has such a probability, and one of its reports is among those of each SQL."""
    wanted = [f"probability >= {least} AND probability < {below}"]
    wanted += [f'("left" IN ({sql}) OR "right" IN ({sql}))' for sql in conditions]
    return " AND ".join(wanted)


def untold_pairs_sql(least: float) -> str:
    """SQL of likely pairs of which too little is told, and which nothing else keeps apart."""
    return f"{LINKED} WHERE {let_in((), least, 2.0)} AND NOT told AND veto = 0 {STRONGEST}"


def sampled_pairs_sql(least: float, number: int) -> str:
    """SQL of some pairs with at least a probability, the same ones every time: those whose numbers hash lowest."""
    return f"""
        SELECT * FROM ({LINKED} WHERE probability >= {least})
        ORDER BY md5("case" || '|' || other_case), "left", "right" LIMIT {int(number)}"""


def reports_of_cases_sql(cases: str) -> str:
    """SQL of the reports of some cases. cases : SQL of their case_index."""
    return f"SELECT report FROM cases SEMI JOIN ({cases}) USING (case_index)"


def reports_of_number_sql(case_id: str) -> str:
    """SQL of (report): the case with a number of the regulator, as it stands in these releases."""
    return f"SELECT report FROM cases SEMI JOIN (FROM report WHERE case_id = {quote(case_id)}) USING (report)"


def near_numbers_sql(case_id: str) -> str:
    """SQL of (case_id): up to three cases whose numbers begin alike."""
    start = quote(case_id[:-1] or case_id)
    return f"""
        SELECT case_id FROM report SEMI JOIN cases USING (report)
        WHERE starts_with(case_id, {start}) ORDER BY abs(len(case_id) - {len(case_id)}), case_id LIMIT 3"""


def held_numbers_sql(numbers: Iterable[str]) -> str:
    """SQL of (case_id, report): those of some numbers that are cases of these releases."""
    listed = ", ".join(quote(number) for number in numbers) or "NULL"
    return f"SELECT case_id, report FROM report SEMI JOIN cases USING (report) WHERE case_id IN ({listed})"


def band_counts_sql() -> str:
    """SQL of (band, pairs): how many suspected pairs are in each of BANDS, by position."""
    cases = " ".join(f"WHEN probability < {below} THEN {place}" for place, (_, below) in enumerate(BANDS))
    return f"SELECT CASE {cases} END AS band, count(*) AS pairs FROM report_link GROUP BY band ORDER BY band"


CLUSTERS_SQL = """
    SELECT count(DISTINCT cluster) AS clusters, count(*) AS clustered, count(*) FILTER (NOT kept) AS folded,
        coalesce((SELECT max(size) FROM (SELECT count(*) AS size FROM duplicate GROUP BY cluster)), 0) AS largest,
        (SELECT count(*) FROM cases) AS reports
    FROM duplicate"""
"""SQL of one row: clusters, reports in them, reports that folding leaves out, the largest cluster, all reports."""

MODEL_SQL = "SELECT field, parameter, value FROM link_model"
"""SQL of what was learned."""

CLUSTER_SIZES_SQL = """
    SELECT size, count(*) AS clusters FROM (SELECT count(*) AS size FROM duplicate GROUP BY cluster)
    GROUP BY size ORDER BY size"""
"""SQL of (size, clusters): how many clusters have so many reports."""


def members_sql(clusters: Iterable[int]) -> str:
    """SQL of (cluster, report, case_id, kept): the reports of some clusters, the kept one first."""
    return f"""
        SELECT cluster, report, case_id, kept FROM duplicate JOIN report USING (report)
        WHERE cluster IN ({number_list(clusters)}) ORDER BY cluster, kept DESC, report"""


def report_facts_sql(reports: Iterable[int]) -> str:
    """SQL of what some reports say, one row each: what is compared, in words."""
    chosen = f"SELECT unnest([{number_list(reports)}])::BIGINT AS report"
    return f"""
        WITH chosen AS (SELECT DISTINCT report FROM ({chosen})),
        named AS (
            SELECT report, list_sort(list(DISTINCT coalesce(i.text, v.text))) AS products FROM report_product
            SEMI JOIN chosen USING (report)
            LEFT JOIN word v ON v.word = verbatim LEFT JOIN word i ON i.word = ingredient
            WHERE coalesce(i.text, v.text) IS NOT NULL GROUP BY report),
        reacted AS (
            SELECT report, list_sort(list(DISTINCT text)) AS reactions FROM report_reaction
            SEMI JOIN chosen USING (report) JOIN word ON word = term GROUP BY report),
        used AS (
            SELECT report, list_sort(list(DISTINCT text)) AS indications FROM report_indication
            SEMI JOIN chosen USING (report) JOIN word ON word = indication GROUP BY report)
        SELECT report, case_id, version, received::VARCHAR AS received, event_date, sex, age_years, weight_kg, country,
            reporter, serious, list_sort(outcomes) AS outcomes, sender, control_number, authority_number, literature,
            products, reactions, indications
        FROM report SEMI JOIN chosen USING (report) LEFT JOIN named USING (report) LEFT JOIN reacted USING (report)
        LEFT JOIN used USING (report) ORDER BY report"""
