"""Courses and single intakes as MedicationStatement."""

from __future__ import annotations

from typing import cast

from phytovigil.exchange.fhir.coding import Resource, concept, notes, own_codes, plain, quantity
from phytovigil.exchange.fhir.dating import local_time, odd_end, write_date, write_instant, write_period
from phytovigil.exchange.fhir.frame import Frame, identify
from phytovigil.schema.diary import Course, Entry, Use

FOLLOWED, OTHER = "product that the diary follows", "other medicine or product"


def state_medication(entry: Entry, frame: Frame, verbatim: str, node: str) -> Resource:
    """What both kinds have: the product in the person's words, with its node where it has one."""
    own = entry.id in frame.followed
    reason = getattr(entry.content, "reason", "") or (frame.reason if own else "")
    return {
        "resourceType": "MedicationStatement",
        **identify(entry),
        "status": "recorded",
        "category": [concept(FOLLOWED if own else OTHER)],
        "medication": {"concept": concept(verbatim, *own_codes("product-node", node))},
        "subject": frame.subject,
        "informationSource": [frame.subject],
        "dateAsserted": write_instant(entry.recorded),
        **({"reason": [{"concept": concept(reason)}]} if reason.strip() else {}),
    }


def write_course(entry: Entry, frame: Frame) -> Resource:
    """A product taken from one day to another."""
    course = cast(Course, entry.content)
    made = state_medication(entry, frame, course.verbatim, course.node)
    if course.started or course.stopped:
        made["effectivePeriod"] = write_period(course.started, course.stopped)
    if course.dose.strip():
        made["dosage"] = [{"text": plain(course.dose)}]
    odd = odd_end(course.started, course.stopped)
    return made | notes(odd, "" if course.stopped else "no last day is written down")


def write_use(entry: Entry, frame: Frame) -> Resource:
    """One intake."""
    use = cast(Use, entry.content)
    made = state_medication(entry, frame, use.verbatim, use.node)
    made["effectiveDateTime"] = write_date(entry.at)
    amount = "" if use.amount is None else f"{use.amount:g} {use.unit}".strip()
    said = ", ".join(part for part in (amount, use.form.strip()) if part)
    dose = {} if use.amount is None else {"doseAndRate": [{"doseQuantity": quantity(use.amount, use.unit)}]}
    if said:
        made["dosage"] = [{"text": plain(said), **dose}]
    return made | notes(local_time(entry.at))
