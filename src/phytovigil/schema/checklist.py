"""What only the authors of a study can say of it, for the reporting checklist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FILLED, PARTLY, GAP = "filled", "partly", "gap"
STATES = (FILLED, PARTLY, GAP)
"""filled: nothing is missing. partly: there is a text, and a prompt says what it lacks. gap: only a prompt."""

REPORT_TEXTS: Mapping[str, str] = {
    "background": "what the product is, who takes it and why, what the reactions are, and what is known of the two",
    "rationale": "why the analysis was made, and why now",
    "suitability": "why reports of suspected harm can fill this gap in knowledge",
    "hypothesis": "what was expected before the numbers were seen",
    "other_data": "data from elsewhere that were analysed with the reports, and how",
    "case_review": "who read the cases, which variables they took, and by which method they judged causality",
    "case_results": "what the reading of the cases found",
    "interpretation": "the findings set against the objectives and the literature; what was expected, what is new",
    "generalisability": "for whom and where the findings hold",
    "relevance": "what the findings mean for patients, prescribers and regulators",
    "next_steps": "which studies should follow",
    "limitations": "biases that are particular to this study, their likely direction, and what was done about them",
    "conclusion": "the conclusion in one or two sentences",
    "funding": "who paid, and what part they had",
    "conflicts": "competing interests of every author, or that there are none",
    "approvals": "ethics approval, or why none was needed",
    "registration": "where and when the protocol was registered, or that it was not",
    "data_availability": "where others find the raw files, the study file and the snapshot",
}
"""Keys of the section [report] that hold a text, and what belongs under each."""


@dataclass(frozen=True, slots=True)
class Report:
    """The section [report] of a study file; an empty text is a gap in the checklist. Keys as in REPORT_TEXTS.

    authors : names as they are to be printed.
    """

    authors: tuple[str, ...] = ()
    background: str = ""
    rationale: str = ""
    suitability: str = ""
    hypothesis: str = ""
    other_data: str = ""
    case_review: str = ""
    case_results: str = ""
    interpretation: str = ""
    generalisability: str = ""
    relevance: str = ""
    next_steps: str = ""
    limitations: str = ""
    conclusion: str = ""
    funding: str = ""
    conflicts: str = ""
    approvals: str = ""
    registration: str = ""
    data_availability: str = ""
