"""The items of READUS-PV: their numbers, and in our own words what each asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

GUIDELINE: Mapping[str, str] = {
    "name": "READUS-PV",
    "title": "Reporting of a disproportionality analysis for drug safety signal detection using individual case "
    "safety reports in pharmacovigilance",
    "statement": "Fusaroli M, Salvo F, Begaud B, et al. Drug Safety 2024;47(6):575–584. doi:10.1007/s40264-024-01421-9",
    "explanation": "Fusaroli M, Salvo F, Begaud B, et al. Drug Safety 2024;47(6):585–599. "
    "doi:10.1007/s40264-024-01423-7",
    "note": "The numbers are those of the guideline; what each item asks is put in our own words. Read the statement "
    "before you submit.",
}
"""The guideline and where it is published."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item. number : as in the guideline. section : heading it stands under. asks : what must be stated."""

    number: str
    section: str
    asks: str


BODY: tuple[Item, ...] = (
    Item("1a", "Title", "Name the design, a disproportionality analysis, the kind of data and the databases."),
    Item("1b", "Title", "Name the product and the reactions."),
    Item("2a", "Introduction", "Say what the product is and how it is used, what the reaction is, and what is known."),
    Item("2b", "Introduction", "Say why the analysis was made."),
    Item("2c", "Introduction", "Say why reports and disproportionality can answer the question."),
    Item("3", "Introduction", "State the objectives: reaction, product, reference group, hypotheses set beforehand."),
    Item("4a", "Methods: design", "Name the design and the kind of data."),
    Item("4b", "Methods: design", "Outline all that was planned: main and sensitivity analyses, case review, other."),
    Item("5a", "Methods: data", "Describe each database: name, custodian, coverage, coding of products and events."),
    Item("5b", "Methods: data", "Give the dates of extraction and every choice made while the data were prepared."),
    Item("6a", "Methods: variables", "Describe the population and every restriction."),
    Item("6b", "Methods: variables", "Say what the variables that matter mean."),
    Item("6c", "Methods: variables", "Say how products and reactions were grouped, and which role of the product."),
    Item("6d", "Methods: variables", "Name other sources of data, and how they were linked."),
    Item("7a", "Methods: statistics", "Say how the cases were described."),
    Item("7b", "Methods: statistics", "Name the measure and the threshold of a signal, with the reason for each."),
    Item("7c", "Methods: statistics", "Describe sensitivity analyses, control of confounding, subgroups."),
    Item("7d", "Methods: statistics", "Say which variables the case review used and how causality was judged."),
    Item("7e", "Methods: statistics", "Describe the methods used on other sources of data."),
    Item("8a", "Results: cases", "Give the number of reports at each step, with what was left out and why."),
    Item("8b", "Results: cases", "Describe the cases, beside those of the reference group."),
    Item("9", "Results: estimates", "Give all estimates with their intervals, sensitivity analyses too."),
    Item("10", "Results: case review", "Give the results of the case-by-case review."),
    Item("11", "Discussion", "Set the findings against the aims and the literature: what was expected, what is new."),
    Item("12a", "Discussion", "Say to whom the findings apply."),
    Item("12b", "Discussion", "Say what the findings mean in practice."),
    Item("12c", "Discussion", "Say which studies should come next."),
    Item("13", "Discussion", "State the limits: neither cause nor incidence; the biases at work and what was done."),
    Item("14a", "Declarations", "State the funding and the part of the funder."),
    Item("14b", "Declarations", "State the competing interests."),
    Item("14c", "Declarations", "State the approvals, or why none was needed."),
    Item("14d", "Declarations", "Say where data, code and protocol are, which software was used, and if registered."),
)
"""The 32 items for the body of a paper."""

ABSTRACT: tuple[Item, ...] = (
    Item("1a", "Background", "State the aim or the reason."),
    Item("1b", "Background", "Name the reactions and the product."),
    Item("1c", "Background", "Name the population or setting."),
    Item("2a", "Methods", "Call it a disproportionality analysis, and name the kind of data."),
    Item("2b", "Methods", "Name the databases and how they were accessed."),
    Item("2c", "Methods", "Give the period and the region."),
    Item("2d", "Methods", "Name the measures and their thresholds."),
    Item("2e", "Methods", "Say whether cases were reviewed one by one."),
    Item("3", "Results", "Give the main estimates with their precision, and the case review in short."),
    Item("4a", "Conclusion", "State the conclusion."),
    Item("4b", "Conclusion", "Say that the analysis raises or refines a hypothesis, no more."),
    Item("4c", "Conclusion", "Say what follows, and why it matters in practice."),
)
"""The 12 items for the abstract."""
