"""All entries of a diary as one bundle; every entry is in it, or counted as left out with the reason.

The bundle is a collection, not a document: a FHIR document is attested by an author and stands for all time, and
nobody has attested a diary. A collection only says that these resources belong together.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from phytovigil.errors import MissingLibrary
from phytovigil.exchange.fhir import events, medicines, scales, skin
from phytovigil.exchange.fhir.alerts import write_alert
from phytovigil.exchange.fhir.coding import Resource, coding, concept, make_uuid, plain
from phytovigil.exchange.fhir.frame import Frame, ReadPhoto, identify
from phytovigil.schema.care import Alert
from phytovigil.schema.diary import Entry, Person, Photo, Risk, Site

Writer = Callable[[Entry, Frame], Resource | None]

WRITERS: Mapping[str, Writer] = {
    "use": medicines.write_use,
    "course": medicines.write_course,
    "alcohol": scales.write_alcohol,
    "pain": scales.write_pain,
    "peg": scales.write_peg,
    "itch": scales.write_itch,
    "withdrawal": scales.write_withdrawal,
    "event": events.write_event,
    "lab": scales.write_lab,
    "risk": events.write_risk,
    "site": skin.write_site,
    "photo": skin.write_photo,
    "reading": skin.write_reading,
    "period": scales.write_period_compared,
    "note": scales.write_note,
}

AFTER = "after the day of the export"
NEWER_PERSON = "a newer entry on the person counts"
NO_PHOTOS = "photographs were not asked for"
NO_BYTES = "the photograph itself is not in the diary"
NO_NOTES = "notes in free text were not asked for"
OWN_USE = "says what was read in the program, nothing of health"
NO_CAUSE = "an answer about the cause, which is left open; it stands in the causality part of the summary"
IN_DRAFT = "the person's word on a field of a draft report; it stands in that report"

PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry that is not in the bundle."""

    entry: str
    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class FhirBundle:
    """A bundle as JSON. kept : entries in it, by kind. left_out : the others. alerts : how many alerts it holds."""

    content: bytes
    kept: Mapping[str, int]
    left_out: tuple[LeftOut, ...]
    alerts: int = 0


def make_bundle(
    entries: Sequence[Entry],
    as_of: date,
    *,
    program: str,
    version: str,
    diary: str = "",
    followed: Collection[str] = (),
    product: str = "",
    alerts: Sequence[Alert] = (),
    read_photo: ReadPhoto | None = None,
    with_notes: bool = False,
) -> FhirBundle:
    """Write entries as a FHIR R5 bundle (https://hl7.org/fhir/R5), the same bytes for the same input.

    entries : those that stand, oldest first. diary : names the diary for good, so that the person keeps their id from
    one export to the next; else the first entry does. followed : ids of the entries that are of the product which the
    diary follows; product : its name. read_photo : gives the bytes of photographs, which are left out without it.
    Raises MissingLibrary without fhir.resources, pydantic.ValidationError for a resource that FHIR does not take.
    """
    reasons = {entry.id: why for entry in entries if (why := refuse(entry, as_of, read_photo, with_notes))}
    reasons |= refuse_older_persons([entry for entry in entries if entry.id not in reasons])
    taken = [entry for entry in entries if entry.id not in reasons]
    patient = make_uuid("patient", diary or (entries[0].id if entries else ""))
    frame = frame_entries(taken, f"urn:uuid:{patient}", frozenset(followed), product, read_photo)
    person, origin = write_patient(patient, taken), write_device(program, version)
    device = f"urn:uuid:{origin['id']}"
    made = (WRITERS[entry.kind](entry, frame) for entry in taken if entry.kind != "person")
    issues = (write_alert(alert, frame, device) for alert in alerts)
    content = assemble((person, origin, *made, *issues), frame.patient, device, as_of)
    kept = Counter(entry.kind for entry in taken)
    left = tuple(LeftOut(entry.id, entry.kind, reasons[entry.id]) for entry in entries if entry.id in reasons)
    return FhirBundle(content, dict(sorted(kept.items())), left, len(alerts))


def refuse(entry: Entry, as_of: date, read_photo: ReadPhoto | None, with_notes: bool) -> str:
    """Why an entry is left out; empty where it is not."""
    if entry.day > as_of:
        return AFTER
    if entry.kind == "photo":
        photo = cast(Photo, entry.content)
        return NO_PHOTOS if read_photo is None else "" if read_photo(photo.sha256) is not None else NO_BYTES
    if entry.kind == "note" and not with_notes:
        return NO_NOTES
    if entry.kind == "answered":
        return IN_DRAFT if getattr(entry.content, "scale", "") == "report" else NO_CAUSE
    return OWN_USE if entry.kind == "seen" else ""


def refuse_older_persons(entries: Sequence[Entry]) -> dict[str, str]:
    """All entries on the person but the newest."""
    persons = [entry.id for entry in entries if entry.kind == "person"]
    return dict.fromkeys(persons[:-1], NEWER_PERSON)


def frame_entries(
    taken: Sequence[Entry], patient: str, followed: frozenset[str], product: str, read_photo: ReadPhoto | None
) -> Frame:
    """The references of a bundle."""
    frame = Frame(patient, frozenset(entry.id for entry in taken if entry.kind != "person"))
    return replace(
        frame,
        sites={cast(Site, entry.content).name: entry.id for entry in taken if entry.kind == "site"},
        photos={entry.id: cast(Photo, entry.content).site for entry in taken if entry.kind == "photo"},
        followed=followed,
        product=product,
        reason=next((cast(Person, entry.content).reason for entry in taken if entry.kind == "person"), ""),
        newest_risks=frozenset({cast(Risk, one.content).risk: one.id for one in taken if one.kind == "risk"}.values()),
        courses=tuple(entry for entry in taken if entry.kind == "course"),
        read_photo=read_photo,
    )


def write_patient(patient: str, taken: Sequence[Entry]) -> Resource:
    """The person: sex, year of birth and country; no name, no address beyond the country."""
    made: Resource = {"resourceType": "Patient", "id": patient, "gender": "unknown"}
    entry = next((entry for entry in taken if entry.kind == "person"), None)
    if entry is None:
        return made
    person = cast(Person, entry.content)
    made |= {"identifier": identify(entry)["identifier"], "gender": person.sex}
    if person.birth_year is not None:
        made["birthDate"] = f"{person.birth_year:04}"
    if person.country.strip():
        made["address"] = [{"country": plain(person.country)}]
    return made


def write_device(program: str, version: str) -> Resource:
    """The program as the device that assembled the bundle."""
    return {
        "resourceType": "Device",
        "id": make_uuid("program", program, version),
        "name": [{"value": program, "type": "user-friendly-name"}],
        "version": [{"value": version}],
        "type": [concept("software that keeps a person's diary")],
    }


def write_provenance(ids: Sequence[str], patient: str, device: str, as_of: date) -> Resource:
    """Who wrote it down, and what put it together. ids : of all other resources."""
    roles = (("author", patient), ("assembler", device))
    return {
        "resourceType": "Provenance",
        "id": make_uuid("provenance", patient, device, as_of.isoformat()),
        "target": [{"reference": f"urn:uuid:{one}"} for one in ids],
        "occurredDateTime": as_of.isoformat(),
        "agent": [{"type": concept(role, coding(PARTICIPANT, role)), "who": {"reference": who}} for role, who in roles],
    }


def assemble(resources: Iterable[Resource | None], patient: str, device: str, as_of: date) -> bytes:
    """The bundle as JSON, one resource a line, each read by the library on its way and let go of."""
    check = find_checker()
    ids, lines = [], []
    for one in filter(None, resources):
        check(one)
        ids.append(str(one["id"]))
        lines.append(write_line(one))
    origin = write_provenance(ids, patient, device, as_of)
    few = origin | {"target": origin["target"][:1]}  # all targets are alike, and may be 200,000
    head = {"resourceType": "Bundle", "id": make_uuid("bundle", as_of.isoformat(), *ids), "type": "collection"}
    for one in (few, head):
        check(one)
    start = f'{dump(head)[:-1]},"entry":[\n'.encode()
    return b"".join([start, b",\n".join([*lines, write_line(origin)]), b"\n]}\n"])


def write_line(resource: Resource) -> bytes:
    """A resource with its URI."""
    return dump({"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}).encode()


def dump(value: Any) -> str:
    """JSON without needless blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def find_checker() -> Callable[[Resource], object]:
    """Reads a resource by the library's model of its type, and raises pydantic.ValidationError where it is none."""
    try:
        from fhir.resources import get_fhir_model_class
    except ImportError as error:
        raise MissingLibrary("A FHIR bundle", "fhir.resources", "follow") from error
    return lambda resource: get_fhir_model_class(resource["resourceType"]).model_validate(resource)
