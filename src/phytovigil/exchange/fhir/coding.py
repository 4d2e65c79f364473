"""Code systems, units and values of FHIR R5. LOINC codes: docs/reference/follow/sharing.md has the licence notice."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

Resource = dict[str, Any]

NAMESPACE = UUID("6f0a4f0e-9d0b-5a57-8a55-3b0c0b1f5e52")
"""Of every name-based UUID of this package; a change of it changes the ids of all resources."""

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
OBSERVATION_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"

UCUM_CODES: Mapping[str, str] = {
    "U/L": "U/L",
    "ukat/L": "ukat/L",
    "mg/dL": "mg/dL",
    "umol/L": "umol/L",
    "g": "g",
    "mg": "mg",
    "ug": "ug",
    "mL": "mL",
    "L": "L",
    "{score}": "{score}",
    "{drinks}": "{drinks}",
    "1": "1",
}
"""Units that UCUM knows under the code beside them; any other stays the person's word."""


def make_uuid(*parts: str) -> str:
    """The name-based UUID of what is named (RFC 9562, version 5): the same parts give the same one.

    >>> make_uuid("entry", "1") == make_uuid("entry", "1") != make_uuid("entry", "2")
    True
    """
    return str(uuid5(NAMESPACE, "\n".join(parts)))


def own_system(name: str) -> str:
    """The URI of a code system of this program, such as its product nodes."""
    return f"urn:uuid:{make_uuid('system', name)}"


def concept(text: str, *codings: Resource) -> Resource:
    """A concept in words, with codes where there are any."""
    return {**({"coding": list(codings)} if codings else {}), "text": plain(text)}


def coding(system: str, code: str, display: str = "") -> Resource:
    """One code."""
    return {"system": system, "code": code, **({"display": display} if display else {})}


def own_codes(system: str, code: str) -> list[Resource]:
    """A key of this program as a code, none where it is empty. system : such as "product-node"."""
    kept = " ".join(code.split())
    return [coding(own_system(system), kept)] if kept else []


def plain(text: str) -> str:
    """A text that FHIR takes: never empty, without control characters.

    >>> plain("itch\\x00"), plain("  ")
    ('itch', 'not named')
    """
    kept = "".join(sign for sign in text if sign in "\n\t" or sign.isprintable() or sign.isspace())
    return kept.strip() or "not named"


def number(value: float) -> int | float:
    """A number as JSON shows it: whole ones without a point."""
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else float(value)


def quantity(value: float, unit: str = "") -> Resource:
    """A finite value with its unit; the unit is coded where UCUM knows it."""
    coded = {"system": UCUM, "code": UCUM_CODES[unit]} if unit in UCUM_CODES else {}
    return {"value": number(value), **({"unit": plain(unit)} if unit else {}), **coded}


def measured(value: float, unit: str = "") -> Resource:
    """The value of an observation or component, or the reason why there is none."""
    if math.isfinite(value):
        return {"valueQuantity": quantity(value, unit)}
    if math.isnan(value):
        return absent("not-a-number")
    return absent("positive-infinity" if value > 0 else "negative-infinity")


def absent(code: str) -> Resource:
    """Why there is no value: a code of data-absent-reason."""
    return {"dataAbsentReason": concept(code.replace("-", " "), coding(ABSENT, code))}


def component(name: str, value: float, unit: str = "") -> Resource:
    """A part of an observation."""
    return {"code": concept(name), **measured(value, unit)}


def notes(*texts: str) -> Resource:
    """Remarks, those that are empty left out."""
    said: Sequence[Resource] = [{"text": plain(text)} for text in texts if text.strip()]
    return {"note": list(said)} if said else {}
