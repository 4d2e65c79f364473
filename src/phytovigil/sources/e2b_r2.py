"""One report in the fields of E2B(R2): FAERS XML, legacy SGML and openFDA drug/event say the same things.

Field names are the tags of the ICH ICSR DTD 2.1; the readers only bring a report into the form of nested
objects.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from phytovigil.sources.countries import read_country
from phytovigil.sources.dates import read_event_date, read_received, write_iso
from phytovigil.sources.draft import Draft
from phytovigil.sources.e2b_codes import (
    AGE_GROUPS,
    FLAGS,
    REPORT_TYPES,
    REPORTERS,
    SERIOUSNESS,
    SEXES,
    read_code,
    time_units,
)
from phytovigil.sources.e2b_products import PRODUCT_COLUMNS, write_products
from phytovigil.sources.e2b_reactions import read_reactions, write_reactions
from phytovigil.sources.nested import Fields, pick_date, pick_part, pick_text, pick_words
from phytovigil.sources.reasons import Fault, Reason
from phytovigil.sources.values import read_age, read_weight

REPORT_COLUMNS = (
    "case_id", "version", "number", "received", "revised", "event_date", "sex", "age_years", "age_group", "weight_kg",
    "country", "reporter", "report_type", "serious", "outcomes", "sender", "control_number", "authority_number",
    "literature", "line",
)  # fmt: skip

NO_VERSIONS = 0
"""Version of a report from the time when each version was a report with a number of its own."""

MOST_VERSIONS = 10_000
"""More versions than a case has, so that case and version make one number."""

FIRST_VERSION = "1"
"""What a report is that does not state its version."""

CASE_NUMBER = re.compile(r"[1-9]\d{0,11}", re.ASCII)
LEGACY_NUMBER = re.compile(r"([1-9]\d{0,11})-[\dXx]", re.ASCII)
VERSION = re.compile(r"\d{1,4}", re.ASCII)

STATED_EVENT_DATE = re.compile(r"CASE EVENT DATE:\s*(\d{4,8})(?!\d)", re.ASCII | re.IGNORECASE)
"""FDA fills the narrative with nothing but this."""


class Identity(NamedTuple):
    """Which report it is. key: ties its rows; legacy reports, all of version 0, are told apart by their own numbers."""

    case_id: str
    version: int
    number: int | None
    key: int

    @property
    def is_legacy(self) -> bool:
        """Whether it is from before September 2012."""
        return self.key % 2 == 1


def identify_legacy(number: int, case_id: str) -> Identity:
    """A report from before September 2012, known by its own number (ISR)."""
    return Identity(case_id, NO_VERSIONS, number, 2 * number * MOST_VERSIONS + 1)


def identify(case_id: str, version: int, number: int | None) -> Identity:
    """A version of a case."""
    return Identity(case_id, version, number, 2 * (int(case_id) * MOST_VERSIONS + version))


class ReportDraft(Draft):
    """A draft of these reports, whose keys follow from their numbers: it remembers no report that it handed over."""

    def __init__(self, file: str) -> None:
        super().__init__(file, REPORT_COLUMNS, PRODUCT_COLUMNS)
        self._current = 0

    def begin_report(self, identity: Identity) -> None:
        """Say which report the rows to come belong to."""
        self._current = identity.key

    def key(self, case_id: str, version: int) -> int:
        """The number that ties the rows of the report that was begun."""
        return self._current


def write_report(draft: ReportDraft, line: int, report: Fields, today: date, show: Callable[[], str]) -> bool:
    """Write one report into the draft, or put it aside; whether it was kept. show: gives its raw text."""
    faults: list[Fault] = []
    identity = read_identity(report, faults)
    if identity is None:
        draft.refuse_row(line, Reason.NO_CASE_ID, show(), "safetyreportid")
        return False
    received, revised, refusal = read_receipts(report, today, faults, is_legacy=identity.is_legacy)
    if refusal:
        draft.refuse_row(line, refusal, show(), "received")
        return False
    draft.begin_report(identity)
    patient = pick_part(report, "patient", faults)
    reactions = read_reactions(patient, faults)
    values = (received, revised, read_event(patient, reactions.starts, today, faults), *read_person(patient, faults))
    draft.add_report((*identity[:3], *values, *read_origin(report, faults), line))
    again = write_products(draft, identity[:2], patient, today, faults)
    write_reactions(draft, identity[:2], reactions, again)
    draft.keep_row(line, faults)
    return True


def read_identity(report: Fields, faults: list[Fault]) -> Identity | None:
    """Case, version and number of the report, None where there is no number of FDA.

    >>> read_identity({"safetyreportid": "10003300", "safetyreportversion": "2"}, [])[:3]
    ('10003300', 2, 100033002)
    >>> read_identity({"safetyreportid": "4562564-7"}, [])[:3]
    ('ISR 4562564', 0, 4562564)
    """
    text = pick_text(report, "safetyreportid", faults).strip()
    if legacy := LEGACY_NUMBER.fullmatch(text):
        case = pick_text(report, "@case_number", faults).strip()
        number = int(legacy[1])
        # FDA's pipeline writes the number of the report where it knows no case, and another case may bear that number.
        is_known = CASE_NUMBER.fullmatch(case) and int(case) != number
        return identify_legacy(number, case if is_known else f"ISR {number}")
    if not CASE_NUMBER.fullmatch(text):
        return None
    version = pick_text(report, "safetyreportversion", faults).strip() or FIRST_VERSION
    if not VERSION.fullmatch(version):
        faults.append(Fault(Reason.UNKNOWN_CODE, "version", version))
        return identify(text, NO_VERSIONS, None)
    return identify(text, int(version), int(text + version))


def read_receipts(
    report: Fields, today: date, faults: list[Fault], *, is_legacy: bool
) -> tuple[date | None, date | None, Reason | None]:
    """When the case and when this version was received, or why the report cannot be kept."""
    first, latest = pick_date(report, "receivedate", faults), pick_date(report, "receiptdate", faults)
    first_iso, latest_iso = write_iso(first), write_iso(latest)
    if is_legacy and first_iso and latest_iso and latest_iso < first_iso:
        # The legacy files have the two the other way round: "receivedate" is that of this report, "receiptdate" that
        # of the first news of the case. The first receipt is the earlier of the two in every file.
        first, latest = latest, first
    received, refusal = read_received(first, today)
    if refusal:
        return None, None, refusal
    revised, reason = read_received(latest, today)
    if reason is Reason.IMPOSSIBLE_RECEIVED_DATE:
        faults.append(Fault(Reason.IMPOSSIBLE_REVISED_DATE, "revised", latest))
    return received, revised, None


def read_event(patient: Fields, starts: list[str], today: date, faults: list[Fault]) -> str | None:
    """The earliest start of a reaction, else the date of the event that FDA puts into the narrative."""
    if not starts:
        narrative = pick_text(pick_part(patient, "summary", faults), "narrativeincludeclinical", faults)
        starts = STATED_EVENT_DATE.findall(narrative)
    dates = []
    for start in starts:
        event, fault = read_event_date(start, today)
        if event:
            dates.append(event)
        if fault:
            faults.append(fault)
    return min(dates, default=None)


def read_person(patient: Fields, faults: list[Fault]) -> tuple[object, ...]:
    """Sex, age, age group and weight."""
    unit = pick_text(patient, "patientonsetageunit", faults).strip()
    age, age_fault = read_age(pick_text(patient, "patientonsetage", faults), time_units().get(unit, unit))
    mass = pick_text(patient, "patientweight", faults).strip()
    weight, weight_fault = read_weight(f"{mass} kg") if mass else (None, None)
    faults.extend(fault for fault in (age_fault, weight_fault) if fault)
    return (
        read_code(pick_text(patient, "patientsex", faults), SEXES, "sex", faults, Reason.UNKNOWN_SEX),
        age,
        read_code(pick_text(patient, "patientagegroup", faults), AGE_GROUPS, "age_group", faults),
        weight,
    )


def read_origin(report: Fields, faults: list[Fault]) -> tuple[object, ...]:
    """Values of REPORT_COLUMNS from `country` to `literature`."""
    source = pick_part(report, "primarysource", faults)
    serious, outcomes = read_seriousness(report, faults)
    return (
        pick_country(report, source, faults),
        read_code(pick_text(source, "qualification", faults), REPORTERS, "reporter", faults),
        read_code(pick_text(report, "reporttype", faults), REPORT_TYPES, "report_type", faults),
        serious,
        outcomes,
        pick_words(pick_part(report, "sender", faults), "senderorganization", faults),
        pick_words(report, "companynumb", faults),
        pick_words(report, "authoritynumb", faults),
        pick_words(source, "literaturereference", faults),
    )


def pick_country(report: Fields, source: Fields, faults: list[Fault]) -> str | None:
    """Where it happened, else where the reporter is: the first country that is known.

    >>> pick_country({"primarysourcecountry": "CA"}, {"reportercountry": "UNITED STATES"}, [])
    'US'
    """
    for fields, tag in ((report, "occurcountry"), (source, "reportercountry"), (report, "primarysourcecountry")):
        country, fault = read_country(pick_text(fields, tag, faults))
        if fault:
            faults.append(fault)
        if country:
            return country
    return None


def read_seriousness(report: Fields, faults: list[Fault]) -> tuple[bool | None, list[str]]:
    """Whether the report is serious, and its outcomes, gravest first.

    Where the report does not say, it follows from the flags; without any flag it is unknown.

    >>> read_seriousness({"seriousnessother": "1", "seriousnessdeath": "1"}, [])
    (True, ['death', 'other serious'])
    >>> read_seriousness({"serious": "2"}, []), read_seriousness({}, [])
    ((False, []), (None, []))
    """
    flags = {outcome: read_flag(report, tag, "outcomes", faults) for tag, outcome in SERIOUSNESS.items()}
    outcomes = [outcome for outcome, is_true in flags.items() if is_true]
    serious = read_flag(report, "serious", "serious", faults)
    if serious is None and any(is_true is not None for is_true in flags.values()):
        serious = bool(outcomes)
    return serious, outcomes


def read_flag(report: Fields, tag: str, field: str, faults: list[Fault]) -> bool | None:
    """1 is true and 2 is false."""
    text = pick_text(report, tag, faults).strip()
    if text and text not in FLAGS:
        reason = Reason.UNKNOWN_SERIOUSNESS if field == "serious" else Reason.UNKNOWN_CODE
        faults.append(Fault(reason, field, f"{tag} {text}"))
    return FLAGS.get(text)
