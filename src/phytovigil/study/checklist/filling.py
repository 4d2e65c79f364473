"""Fill the guideline from a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from phytovigil.schema.checklist import STATES, Report
from phytovigil.study.checklist import (
    abstract,
    discussion,
    introduction,
    methods_data,
    methods_statistics,
    methods_variables,
    results,
)
from phytovigil.study.checklist.drafts import Draft, Run
from phytovigil.study.checklist.items import ABSTRACT, BODY, GUIDELINE, Item

Filler = Callable[[Run], Draft]

BODY_FILLERS: Mapping[str, Filler] = {
    **introduction.FILLERS,
    **methods_data.FILLERS,
    **methods_variables.FILLERS,
    **methods_statistics.FILLERS,
    **results.FILLERS,
    **discussion.FILLERS,
}
"""What fills each item of the body, by its number."""


def fill_checklist(findings: Mapping[str, Any], report: Report, outcomes: Sequence[str]) -> dict[str, Any]:
    """Every item of READUS-PV with its text from the run, or with a prompt that says what a person must write.

    findings : of a study, all but the checklist; sections that a run lacks leave their items to the author.
    report : what the authors say themselves. outcomes : keys of the reactions that the answer is about.
    Fusaroli et al. 2024, doi:10.1007/s40264-024-01421-9 and doi:10.1007/s40264-024-01423-7.
    """
    run = Run(findings, report, tuple(outcomes))
    body = [fill_item(item, BODY_FILLERS[item.number], run) for item in BODY]
    short = [fill_item(item, abstract.FILLERS[item.number], run) for item in ABSTRACT]
    return {
        "guideline": {**GUIDELINE, "body_items": len(BODY), "abstract_items": len(ABSTRACT)},
        "counts": {"body": count_states(body), "abstract": count_states(short)},
        "body": body,
        "abstract": short,
    }


def fill_item(item: Item, fill: Filler, run: Run) -> dict[str, Any]:
    """An item as JSON."""
    draft = fill(run)
    return {
        "item": item.number,
        "section": item.section,
        "asks": item.asks,
        "state": draft.state,
        "by": draft.by if draft.text else "",
        "text": list(draft.text),
        "prompt": draft.prompt,
        "where": draft.where,
    }


def count_states(items: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many items are in each state."""
    found = Counter(item["state"] for item in items)
    return {state: found[state] for state in STATES}
