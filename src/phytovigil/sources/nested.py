"""Fields of a report that came as nested objects, from JSON or from XML: texts, lists and parts, whatever is there."""

from __future__ import annotations

import json
from typing import Any

from phytovigil.sources.draft import LONGEST_RAW
from phytovigil.sources.reasons import Fault, Reason

Fields = dict[str, Any]

DATE_DIGITS = {"102": 8, "610": 6, "602": 4, "203": 8, "204": 8}
"""Digits of a date by the format code of E2B(R2)."""


def pick_text(fields: Fields, name: str, faults: list[Fault]) -> str:
    """A text or number as text; "" where it is missing or something else."""
    value = fields.get(name)
    if value is None:
        return ""
    if isinstance(value, str) and "\0" not in value:
        return value if value.isascii() else without_surrogates(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    faults.append(Fault(Reason.WRONG_TYPE, name, write_raw(value)))
    return ""


def pick_words(fields: Fields, name: str, faults: list[Fault]) -> str | None:
    """A text as reported, on one line and without blanks around it; None where it is blank. "UNKNOWN" is a word."""
    return on_one_line(pick_text(fields, name, faults))


def on_one_line(text: str) -> str | None:
    """The text without line ends and without blanks around it, None where nothing is left.

    >>> on_one_line(" Kratom.\\n2017 "), on_one_line(" ")
    ('Kratom. 2017', None)
    """
    stripped = text.strip()
    if "\n" in stripped or "\r" in stripped:
        return " ".join(line.strip() for line in stripped.splitlines())
    return stripped or None


def pick_date(fields: Fields, name: str, faults: list[Fault]) -> str:
    """A date, cut to what its format says: 102 is YYYYMMDD, 610 YYYYMM and 602 YYYY; 203 and 204 add a time.

    >>> pick_date({"receiptdate": "20030401", "receiptdateformat": "610"}, "receiptdate", [])
    '200304'
    """
    text = pick_text(fields, name, faults).strip()
    if not text:
        return ""
    digits = DATE_DIGITS.get(pick_text(fields, f"{name}format", faults).strip())
    return text[:digits] if digits and text.isdigit() else text


def pick_list(fields: Fields, name: str) -> list[Any]:
    """A list; a single item may stand there without one."""
    value = fields.get(name)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def pick_texts(fields: Fields, name: str, faults: list[Fault]) -> list[str]:
    """The texts of a list."""
    return [pick_text({name: value}, name, faults) for value in pick_list(fields, name)]


def pick_parts(fields: Fields, name: str, faults: list[Fault]) -> list[Fields]:
    """The objects of a list. An empty element of XML is an empty text, and no object."""
    parts = []
    for value in pick_list(fields, name):
        if isinstance(value, dict):
            parts.append(value)
        elif value is not None and not (isinstance(value, str) and not value.strip()):
            faults.append(Fault(Reason.WRONG_TYPE, name, write_raw(value)))
    return parts


def pick_part(fields: Fields, name: str, faults: list[Fault]) -> Fields:
    """The first object of a list, empty where there is none."""
    parts = pick_parts(fields, name, faults)
    return parts[0] if parts else {}


def write_raw(value: Any) -> str:
    """A nested value as JSON text for the quarantine."""
    try:
        return without_surrogates(json.dumps(value, ensure_ascii=False))[:LONGEST_RAW]
    except RecursionError:
        return "(nested too deeply to be shown)"


def without_surrogates(text: str) -> str:
    """Text with half characters, which JSON can write and UTF-8 cannot, as question marks."""
    return text.encode("utf-8", "replace").decode()
