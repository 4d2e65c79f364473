"""What the codes of the quarantine mean, whoever put the row or value aside."""

from __future__ import annotations

from typing import Any

from phytovigil.sources import Reason

OF_THE_STORE = {
    "conflicting-report": "A later row of the same case number and version says something else of the case; "
    "its product and reactions are kept, its other values are not.",
}


def explain_reason(code: str) -> str:
    """The sentence of a reason code.

    >>> explain_reason("nul-byte")
    'The row holds a NUL byte, the mark of a damaged file.'
    """
    sentences = {reason.code: reason.sentence for reason in Reason}
    return {**sentences, **OF_THE_STORE}.get(code, code)


def explain_reasons(reasons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Counted reason codes (scope, reason, count), each with its sentence."""
    return [{**reason, "meaning": explain_reason(reason["reason"])} for reason in reasons]


def sum_up_reasons(reasons: list[dict[str, Any]]) -> dict[str, Any]:
    """Rows and single values that were put aside in all, and by reason.

    >>> summed = sum_up_reasons([{"scope": "row", "reason": "nul-byte", "count": 2}])
    >>> summed["rows"], summed["values"]
    (2, 0)
    """
    totals = {scope: sum(entry["count"] for entry in reasons if entry["scope"] == scope) for scope in ("row", "value")}
    return {"rows": totals["row"], "values": totals["value"], "reasons": explain_reasons(reasons)}
