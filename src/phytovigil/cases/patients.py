"""What tells patients of cases apart, beside what a linkage compares."""

from __future__ import annotations

from collections.abc import Iterable

from phytovigil.cases.population import number_list

DEATH = "death"
"""The outcome, as stored."""

LITERATURE_SQL = """
    SELECT DISTINCT literature, hash(literature) AS number
    FROM report SEMI JOIN cases USING (report) WHERE literature IS NOT NULL ORDER BY literature"""
"""SQL of (literature, number): every reference that a case gives, and what stands for it in `patient_facts_sql`."""


def patient_facts_sql(of_child: Iterable[int], of_parent: Iterable[int]) -> str:
    """SQL of (literature, died, child, parent), one row per case in the order of its report.

    literature : number as of LITERATURE_SQL, 0 without one. died : 1, 0, or -1 without any outcome. child, parent : 1
    where a term of these numbers is reported.
    """
    return f"""
        SELECT coalesce(hash(literature), 0) AS literature,
            CASE WHEN coalesce(len(outcomes), 0) = 0 THEN -1 WHEN list_contains(outcomes, '{DEATH}') THEN 1 ELSE 0
            END::TINYINT AS died,
            (report IN ({naming_sql(of_child)}))::TINYINT AS child,
            (report IN ({naming_sql(of_parent)}))::TINYINT AS parent
        FROM report SEMI JOIN cases USING (report) ORDER BY report"""


def naming_sql(terms: Iterable[int]) -> str:
    """SQL of the reports that name one of some terms."""
    return f"SELECT report FROM report_reaction WHERE term IN ({number_list(terms)})"


LITERATURE_PRODUCTS_SQL = """
    SELECT DISTINCT place, coalesce(ingredient, verbatim) AS word
    FROM (SELECT report, case_index AS place FROM cases) JOIN report_product USING (report)
    SEMI JOIN (SELECT report FROM report WHERE literature IS NOT NULL) USING (report)
    WHERE coalesce(ingredient, verbatim) IS NOT NULL AND (ingredient IS NOT NULL OR report NOT IN (
        SELECT report FROM report_product WHERE ingredient IS NOT NULL))
    ORDER BY place, word"""
"""SQL of (place, word): products of the cases with a reference, by ingredient, else by name; place: of the case in the
order of reports. Where a case gives ingredients its names are left out: they would be the same products again."""

LITERATURE_WORDS_SQL = f"SELECT word, text FROM word SEMI JOIN ({LITERATURE_PRODUCTS_SQL}) USING (word) ORDER BY text"
"""SQL of (word, text): the products of the cases with a reference, in words."""
