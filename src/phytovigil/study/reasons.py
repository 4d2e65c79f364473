"""What the codes of the quarantine mean, whoever put the row or value aside."""

from __future__ import annotations

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
