"""One CAERS report as its files spell it, interpreted; the CSV files and openFDA's JSON say the same things."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from phytovigil.sources.dates import read_event_date, read_received
from phytovigil.sources.outcomes import is_serious, read_outcomes
from phytovigil.sources.reasons import Fault, Reason
from phytovigil.sources.terms import split_terms
from phytovigil.sources.values import is_missing, read_age, read_sex

VERSION = 0
"""CAERS has no versions."""

REPORT_COLUMNS = (
    "case_id", "version", "received", "event_date", "sex", "age_years", "serious", "outcomes", "line",
)  # fmt: skip

PRODUCT_COLUMNS = ("case_id", "version", "seq", "role", "verbatim", "category")

ROLES = {"suspect": "suspect", "concomitant": "concomitant", "interacting": "interacting"}


class RawCase(NamedTuple):
    """The cells that belong to the report, as written; terms and outcomes are joined by commas."""

    case_id: str
    received: str
    event_date: str
    age: str
    age_unit: str
    sex: str
    outcomes: str
    terms: str


class Case(NamedTuple):
    """A report interpreted: what goes into the tables, the values put aside, or why nothing can be kept."""

    case_id: str
    values: tuple[object, ...]
    terms: tuple[str, ...]
    faults: tuple[Fault, ...]
    refusal: Reason | None


def interpret_case(raw: RawCase, today: date) -> Case:
    """Read the cells of a report; `values` are those of REPORT_COLUMNS without case, version and line."""
    case_id = raw.case_id.strip()
    received, refusal = read_received(raw.received, today)
    if is_missing(case_id):
        refusal = Reason.NO_CASE_ID
    if refusal:
        return Case(case_id, (), (), (), refusal)
    event_date, event_fault = read_event_date(raw.event_date, today)
    age, age_fault = read_age(raw.age, raw.age_unit)
    sex, sex_fault = read_sex(raw.sex)
    outcomes, outcome_faults = read_outcomes(raw.outcomes, ",")
    terms = split_terms(raw.terms)
    no_reaction = None if terms else Fault(Reason.NO_REACTION, "term", raw.terms)
    faults = [each for each in (event_fault, age_fault, sex_fault, *outcome_faults, no_reaction) if each]
    values = (received, event_date, sex, age, is_serious(outcomes), list(outcomes))
    return Case(case_id, values, terms, tuple(faults), None)
