"""How the answer was made and what it cannot say, in sentences that follow from the study and its sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from phytovigil.schema.selection import AGE_BANDS
from phytovigil.schema.study import Study
from phytovigil.signals.registry import MEASURES, RULES
from phytovigil.study.estimating import with_deciders


def methods(study: Study, products: str, reactions: str) -> list[str]:
    """The method, one sentence or two per step."""
    measures = "; ".join(
        f"{MEASURES[name].title} ({MEASURES[name].interval})" for name in with_deciders(study.measures)
    )
    bands = ", ".join(label for label, _, _ in AGE_BANDS)
    return [
        "The unit of every count is the distinct case: the latest version of each case number, counted once "
        "however many rows, products or terms it has.",
        f"Reported product names were read as nodes of the product vocabulary {products}, by whole tokens, with "
        "false friends refused; names that were not read as any node stay in the complement.",
        f"Reactions are groups of the reaction vocabulary {reactions} or single terms as reported; a group is "
        "counted once per case. Narrow lists hold terms that mean the reaction, broad lists terms that may.",
        f"Main analysis: {study.selection.describe()}. The 2×2 table holds cases with both (a), with the product "
        "only (b), with the reaction only (c) and with neither (d); expected = (a+b)(a+c)/N.",
        f"Measures with 95 % intervals: {measures}. A zero cell makes PRR and the Wald ROR not estimable; no "
        "constant is added.",
        f"A pair is called disproportionate by this rule: {RULES[study.rule].title}"
        f"{f', here at least {study.min_cases}' if study.min_cases > 3 else ''} ({RULES[study.rule].source}). "
        "Otherwise it is called too few to say while the exact mid-P interval of the reporting odds ratio reaches 2, "
        "so that a doubling is not excluded, and not disproportionate below that.",
        "Intervals are not corrected for the number of analyses; each analysis that the study file names is shown.",
        f"Age bands: {bands} and unknown; the year is that of first receipt.",
    ]


DUPLICATES = {
    "kept": "The main analysis keeps suspected duplicates across case numbers: several reporters of one event count as "
    "several cases. The analysis with them folded stands beside it.",
    "folded": "The main analysis counts suspected duplicates across case numbers once; some are missed, and some cases "
    "that are alike are two. The analysis with all of them kept stands beside it.",
}
"""What is left of duplicates, by their treatment in the main analysis."""


def limits(study: Study, sources: Sequence[dict[str, Any]]) -> list[str]:
    """What none of the numbers can tell."""
    general = [
        "A report is a suspicion. Disproportionate reporting is not a cause, and its absence is not safety.",
        "Nobody knows how many people took the product or how many were harmed and not reported, so no count "
        "here is a frequency and two products cannot be compared by how much they harm.",
        "Publicity, lawsuits and regulatory action change what is reported; products taken together appear together.",
        DUPLICATES[study.selection.duplicates],
        "Names are read as written: adulterated and mislabelled products are counted as what they were called.",
    ]
    return [*general, *(f"{source['title']}: {source['note']}" for source in sources if source["note"])]
