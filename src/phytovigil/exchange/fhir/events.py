"""Events as AdverseEvent, risks as Condition or Observation. Whether a product is the cause is left open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast

from phytovigil.exchange.fhir.coding import Resource, coding, concept, notes, own_codes
from phytovigil.exchange.fhir.dating import odd_end, write_date, write_instant, write_period
from phytovigil.exchange.fhir.frame import Frame, identify
from phytovigil.exchange.fhir.scales import observe
from phytovigil.schema.diary import RISKS, UNKNOWN, YES, Course, Entry, Event, Risk, parse_when

OUTCOME = "http://terminology.hl7.org/CodeSystem/adverse-event-outcome"
SERIOUSNESS = "http://terminology.hl7.org/CodeSystem/adverse-event-seriousness"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"

OUTCOMES: Mapping[str, str] = {
    "recovered": "resolved",
    "recovering": "recovering",
    "not recovered": "ongoing",
    "recovered with sequelae": "resolvedWithSequelae",
    "fatal": "fatal",
    UNKNOWN: "unknown",
}
STATUSES: Mapping[str, str] = {"recovering": "in-progress", "not recovered": "in-progress", UNKNOWN: "unknown"}
"""Status of an event without a last day; with one, or with any other outcome, it is completed."""

CONDITIONS = frozenset(
    {"skin-condition", "liver-disease", "pregnancy", "breast-feeding", "seizure", "mental-health", "heart"}
)
"""Risks that are a state of the body; the others are what the person does or takes."""


def write_event(entry: Entry, frame: Frame) -> Resource:
    """Something that happened, with the product as suspected and no word on the cause."""
    event = cast(Event, entry.content)
    made: Resource = {
        "resourceType": "AdverseEvent",
        **identify(entry),
        "status": "completed" if event.ended else STATUSES.get(event.outcome, "completed"),
        "actuality": "actual",
        "code": concept(event.verbatim, *own_codes("event-term", event.term)),
        "subject": frame.subject,
        "recorder": frame.subject,
        **write_occurrence(entry, event),
        "recordedDate": write_instant(entry.recorded),
        "outcome": [concept(event.outcome, coding(OUTCOME, OUTCOMES[event.outcome]))],
    }
    if event.serious:
        made["seriousness"] = concept(f"serious: {', '.join(event.serious)}", coding(SERIOUSNESS, "serious", "Serious"))
    if suspects := list_suspects(entry, frame):
        made["suspectEntity"] = suspects
    return made | notes(odd_end(event.started or entry.at, event.ended), *remark_event(event))


def write_occurrence(entry: Entry, event: Event) -> Resource:
    """When it happened: a period where its last day is known."""
    started = event.started or entry.at
    if event.ended and not odd_end(started, event.ended):
        return {"occurrencePeriod": write_period(started, event.ended)}
    return {"occurrenceDateTime": write_date(started)}


def remark_event(event: Event) -> list[str]:
    """What AdverseEvent of R5 has no element for."""
    return [
        f"grade {event.grade} by {event.criteria}" if event.grade else "",
        f"where on the body: {event.where}" if event.where else "",
        f"better after the product was stopped: {event.improved_off}",
        f"back when the product was taken again: {event.back_on}",
    ]


def list_suspects(entry: Entry, frame: Frame) -> list[Resource]:
    """Courses of the followed product that had not begun after the event; without any course, the product by name."""
    own = [course for course in frame.courses if course.id in frame.followed]
    if not own:
        return [{"instanceCodeableConcept": concept(frame.product)}] if frame.product else []
    event = cast(Event, entry.content)
    onset = parse_when("started", event.started).date() if event.started else entry.day
    early = [course for course in own if began_by(course, onset)]
    return [{"instanceReference": one} for course in early if (one := frame.refer(course.id))]


def began_by(course: Entry, onset: date) -> bool:
    """Whether a course may have begun by a day; one without a first day may."""
    started = cast(Course, course.content).started
    return not started or parse_when("started", started).date() <= onset


def write_risk(entry: Entry, frame: Frame) -> Resource:
    """The newest "yes" on a state of the body is a Condition; every other answer is an Observation."""
    risk = cast(Risk, entry.content)
    if risk.answer == YES and risk.risk in CONDITIONS and entry.id in frame.newest_risks:
        return write_condition(entry, risk, frame)
    code = concept(f"asked: {RISKS[risk.risk]}", *own_codes("risk", risk.risk))
    newer = "" if entry.id in frame.newest_risks else "a newer answer is in the diary"
    made = observe(entry, frame, code, "social-history", risk.detail, newer)
    return made | {"valueCodeableConcept": concept(risk.answer)}


def write_condition(entry: Entry, risk: Risk, frame: Frame) -> Resource:
    """A state of the body as the person says it; nobody confirmed it."""
    return {
        "resourceType": "Condition",
        **identify(entry),
        "clinicalStatus": concept("unknown: now or earlier", coding(CLINICAL, "unknown")),
        "verificationStatus": concept("told by the person", coding(VERIFIED, "unconfirmed")),
        "code": concept(RISKS[risk.risk], *own_codes("risk", risk.risk)),
        "subject": frame.subject,
        "recordedDate": write_instant(entry.recorded),
        **notes(f"answered on {entry.day}", risk.detail),
    }
