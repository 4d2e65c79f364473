"""The section [report] of a study file: what only its authors can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phytovigil.errors import InvalidStudy
from phytovigil.schema.checklist import REPORT_TEXTS, Report

REPORT_KEYS: Mapping[str, str] = {"authors": "list of texts", **dict.fromkeys(REPORT_TEXTS, "text")}
"""Keys of [report] and the kind of their value."""


def parse_report(raw: Mapping[str, Any]) -> Report:
    """A report of the keys of [report], which are known and of the right kind.

    Raises InvalidStudy for a text that is blank or that still is a placeholder: a gap is shown by leaving its key out.

    >>> parse_report({"funding": "No funding was received.", "authors": ["A. Author"]}).authors
    ('A. Author',)
    """
    for key, value in raw.items():
        for text in value if isinstance(value, list) else [value]:
            require_text(key, text)
    texts = {key: value.strip() for key, value in raw.items() if key in REPORT_TEXTS}
    return Report(authors=tuple(raw.get("authors", ())), **texts)


def require_text(key: str, text: str) -> None:
    """Refuse a text that says nothing."""
    if not text.strip() or text.strip(" .[]<>").upper() in ("TODO", "TBD", "TBC", "XXX", "FIXME"):
        raise InvalidStudy(
            f"{key} in [report] is “{text}”, which says nothing.",
            f"Leave the key out, and the checklist asks for it; it should say {REPORT_TEXTS.get(key, 'who did it')}.",
        )
