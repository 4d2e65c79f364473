"""Pain, itch, withdrawal, alcohol, laboratory values, periods and notes as Observation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from phytovigil.exchange.fhir.coding import (
    LOINC,
    OBSERVATION_CATEGORY,
    Resource,
    coding,
    component,
    concept,
    measured,
    notes,
    plain,
    quantity,
)
from phytovigil.exchange.fhir.dating import local_time, odd_end, write_date, write_instant, write_period
from phytovigil.exchange.fhir.frame import Frame, identify
from phytovigil.schema.diary import Alcohol, Entry, Itch, Lab, Note, Pain, Peg, Period, Withdrawal

PAIN = coding(LOINC, "72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported")
LABS: Mapping[tuple[str, bool], tuple[str, str]] = {
    ("alt", False): ("1742-6", "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma"),
    ("ast", False): ("1920-8", "Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma"),
    ("alp", False): ("6768-6", "Alkaline phosphatase [Enzymatic activity/volume] in Serum or Plasma"),
    ("bilirubin", False): ("1975-2", "Bilirubin.total [Mass/volume] in Serum or Plasma"),
    ("bilirubin", True): ("14631-6", "Bilirubin.total [Moles/volume] in Serum or Plasma"),
}
"""LOINC code and name by analyte, and whether the value is an amount of substance (umol/L)."""

SPOKEN = {"alt": "ALT", "ast": "AST", "alp": "ALP (alkaline phosphatase)", "bilirubin": "total bilirubin"}


def observe(entry: Entry, frame: Frame, code: Resource, category: str, *remarks: str) -> Resource:
    """What all observations have: one of the person, by the person, on a day."""
    return {
        "resourceType": "Observation",
        **identify(entry),
        "status": "final",
        "category": [concept(category.replace("-", " "), coding(OBSERVATION_CATEGORY, category))],
        "code": code,
        "subject": frame.subject,
        "performer": [frame.subject],
        "effectiveDateTime": write_date(entry.at),
        "issued": write_instant(entry.recorded),
        **notes(local_time(entry.at), *remarks),
    }


def write_pain(entry: Entry, frame: Frame) -> Resource:
    """Pain on the numerical rating scale."""
    pain = cast(Pain, entry.content)
    code = concept(f"pain ({pain.asked}), numerical rating scale 0–10", PAIN)
    return {**observe(entry, frame, code, "survey"), **measured(pain.nrs, "{score}")}


def write_peg(entry: Entry, frame: Frame) -> Resource:
    """The PEG scale: its mean, and the three items as components."""
    peg = cast(Peg, entry.content)
    items = {"pain on average": peg.pain, "enjoyment of life": peg.enjoyment, "general activity": peg.activity}
    parts = [component(f"PEG, {name}, 0–10", value, "{score}") for name, value in items.items()]
    code = concept("PEG scale, mean of three items, 0–10 (Krebs 2009, doi:10.1007/s11606-009-0981-1)")
    return {**observe(entry, frame, code, "survey"), **measured(peg.score, "{score}"), "component": parts}


def write_itch(entry: Entry, frame: Frame) -> Resource:
    """The worst itch of the last 24 hours."""
    code = concept("worst itch of the last 24 hours, WI-NRS 0–10")
    return {**observe(entry, frame, code, "survey"), **measured(cast(Itch, entry.content).nrs, "{score}")}


def write_withdrawal(entry: Entry, frame: Frame) -> Resource:
    """The withdrawal scale: its raw total, and the items where they are known."""
    scale = cast(Withdrawal, entry.content)
    code = concept("Subjective Opiate Withdrawal Scale (Handelsman 1987), raw total 0–64")
    parts = [component(f"item {place}, 0–4", value, "{score}") for place, value in enumerate(scale.items, 1)]
    made = {**observe(entry, frame, code, "survey"), **measured(scale.score, "{score}")}
    return {**made, "component": parts} if parts else made


def write_alcohol(entry: Entry, frame: Frame) -> Resource:
    """Alcohol of one day."""
    code = concept("alcohol of the day, in drinks of about 10–14 g")
    drinks = cast(Alcohol, entry.content).drinks
    return {**observe(entry, frame, code, "social-history"), **measured(drinks, "{drinks}")}


def write_lab(entry: Entry, frame: Frame) -> Resource:
    """One laboratory value with its upper limit."""
    lab = cast(Lab, entry.content)
    code, display = LABS[lab.analyte, lab.unit == "umol/L"]
    source = f"upper limit from: {lab.limit_source}" if lab.limit_source else ""
    made = observe(entry, frame, concept(SPOKEN[lab.analyte], coding(LOINC, code, display)), "laboratory", source)
    made |= measured(lab.value, lab.unit)
    if lab.upper_limit is not None:
        made["referenceRange"] = [{"high": quantity(lab.upper_limit, lab.unit)}]
    return made


def write_period_compared(entry: Entry, frame: Frame) -> Resource:
    """A period of a comparison: the product taken (true) or not (false)."""
    period = cast(Period, entry.content)
    planned = "planned before it began" if period.planned else "written down as it was"
    odd = odd_end(period.started, period.stopped)
    made = observe(entry, frame, concept("period of a comparison: the product is taken"), "therapy", planned, odd)
    del made["effectiveDateTime"]
    return {**made, "effectivePeriod": write_period(period.started, period.stopped), "valueBoolean": period.taking}


def write_note(entry: Entry, frame: Frame) -> Resource:
    """Free text of the person."""
    made = observe(entry, frame, concept("note of the person"), "social-history")
    return {**made, "valueString": plain(cast(Note, entry.content).text)}
