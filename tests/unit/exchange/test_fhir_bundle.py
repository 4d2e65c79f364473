"""A diary as a FHIR bundle. The oracle is the library's own parser, and the value sets of the specification."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from fhir.resources import get_fhir_model_class
from fhir.resources.bundle import Bundle

from phytovigil.exchange.fhir import FhirBundle, make_bundle
from phytovigil.exchange.fhir.bundle import (
    AFTER,
    IN_DRAFT,
    NEWER_PERSON,
    NO_BYTES,
    NO_CAUSE,
    NO_NOTES,
    NO_PHOTOS,
    OWN_USE,
)
from phytovigil.schema.care import TODAY, Alert, CareRule, CareSource, Finding
from phytovigil.schema.diary import Entries, Entry, Person

DAY = date(2026, 4, 1)
PICTURES = {"a" * 64: b"jpg", "b" * 64: b"gpj", "c" * 64: b"pgj"}

REQUIRED = {
    ("AdverseEvent", "status"): {"in-progress", "completed", "entered-in-error", "unknown"},
    ("AdverseEvent", "actuality"): {"actual", "potential"},
    ("Bundle", "type"): {"collection", "document", "message", "transaction", "batch", "searchset", "history"},
    ("DetectedIssue", "status"): {"registered", "preliminary", "final", "amended", "corrected", "cancelled", "unknown"},
    ("DetectedIssue", "severity"): {"high", "moderate", "low"},
    ("DocumentReference", "status"): {"current", "superseded", "entered-in-error"},
    ("MedicationStatement", "status"): {"recorded", "entered-in-error", "draft"},
    ("Observation", "status"): {"registered", "preliminary", "final", "amended", "corrected", "cancelled", "unknown"},
    ("Patient", "gender"): {"male", "female", "other", "unknown"},
}
"""Value sets of required bindings in R5 (https://hl7.org/fhir/R5), which the library does not check."""

SYSTEMS = {
    "http://terminology.hl7.org/CodeSystem/adverse-event-outcome": {
        "resolved", "recovering", "ongoing", "resolvedWithSequelae", "fatal", "unknown",
    },
    "http://terminology.hl7.org/CodeSystem/adverse-event-seriousness": {"serious", "non-serious"},
    "http://terminology.hl7.org/CodeSystem/condition-clinical": {
        "active", "recurrence", "relapse", "inactive", "remission", "resolved", "unknown",
    },
    "http://terminology.hl7.org/CodeSystem/condition-ver-status": {
        "unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error",
    },
    "http://terminology.hl7.org/CodeSystem/data-absent-reason": {
        "unknown", "not-performed", "not-a-number", "positive-infinity", "negative-infinity",
    },
    "http://terminology.hl7.org/CodeSystem/observation-category": {
        "social-history", "vital-signs", "imaging", "laboratory", "procedure", "survey", "exam", "therapy", "activity",
    },
    "http://terminology.hl7.org/CodeSystem/provenance-participant-type": {"author", "assembler", "enterer"},
    "http://loinc.org": {"72514-3", "1742-6", "1920-8", "6768-6", "1975-2", "14631-6"},
}  # fmt: skip


def bundle(entries: Entries, **options: Any) -> FhirBundle:
    """A bundle of all entries, of which the courses of kratom are followed."""
    own = [entry.id for entry in entries.entries("course", "use") if "kratom" in entry.content.verbatim]  # type: ignore[union-attr]
    return make_bundle(
        entries.entries(), DAY, program="phytovigil", version="1", followed=own, product="kratom", **options
    )


def resources(made: FhirBundle) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in json.loads(made.content)["entry"]]


def of_type(made: FhirBundle, kind: str) -> list[dict[str, Any]]:
    return [one for one in resources(made) if one["resourceType"] == kind]


def walk(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, at any depth."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield key, one
            yield from walk(one)
    elif isinstance(value, list):
        for one in value:
            yield from walk(one)


def coded(made: FhirBundle, code: str) -> list[dict[str, Any]]:
    found = of_type(made, "Observation")
    return [one for one in found if any(c["code"] == code for c in one["code"].get("coding", []))]


def alert(entries: tuple[str, ...]) -> Alert:
    source = CareSource("s", "LiverTox", "https://example.org", "2026-11-01", "seen", "says so")
    rule = CareRule("liver-panel", "Liver panel first", TODAY, "Have liver tests done.", "", "2026-11-01", (source,))
    finding = Finding(date(2026, 1, 31), "itch 7 of 10 on 2026-01-31", entries)
    day = date(2026, 1, 31)
    return Alert("liver-panel", rule, TODAY, "now", rule.said, "", (finding,), (), day, day, "", (finding,))


@pytest.mark.parametrize("name", ["liver_person", "skin_person"])
def test_every_entry_is_in_the_bundle_or_counted_as_left_out(name: str, request: pytest.FixtureRequest) -> None:
    entries = request.getfixturevalue(name)
    made = bundle(entries)
    inside = [one["value"] for key, found in walk(json.loads(made.content)) if key == "identifier" for one in found]
    assert sorted(inside + [one.entry for one in made.left_out]) == sorted(entry.id for entry in entries)
    assert sum(made.kept.values()) + len(made.left_out) == len(entries)


@pytest.mark.parametrize("name", ["liver_person", "skin_person"])
def test_the_library_reads_back_what_was_written(name: str, request: pytest.FixtureRequest) -> None:
    made = bundle(request.getfixturevalue(name))
    read = Bundle.model_validate_json(made.content)
    assert len(read.entry) == len(json.loads(made.content)["entry"])
    assert Bundle.model_validate_json(read.model_dump_json()) == read
    assert made.content == bundle(request.getfixturevalue(name)).content


@pytest.mark.parametrize("name", ["liver_person", "skin_person"])
def test_no_reference_dangles_and_ids_are_unique(name: str, request: pytest.FixtureRequest) -> None:
    content = json.loads(
        bundle(request.getfixturevalue(name), read_photo=PICTURES.get, alerts=[alert(("e010",))]).content
    )
    urls = [entry["fullUrl"] for entry in content["entry"]]
    assert len(urls) == len(set(urls))
    assert {value for key, value in walk(content) if key == "reference" and isinstance(value, str)} <= set(urls)
    assert all(entry["fullUrl"] == f"urn:uuid:{entry['resource']['id']}" for entry in content["entry"])


@pytest.mark.parametrize("name", ["liver_person", "skin_person"])
def test_every_code_is_of_its_value_set(name: str, request: pytest.FixtureRequest) -> None:
    made = bundle(request.getfixturevalue(name), alerts=[alert(("e010",))], read_photo=PICTURES.get)
    everything = [json.loads(made.content), *resources(made)]
    for (kind, element), allowed in REQUIRED.items():
        found = {one[element] for one in everything if one["resourceType"] == kind}
        assert found <= allowed
        listed = set((get_fhir_model_class(kind).model_fields[element].json_schema_extra or {}).get("enum_values", []))
        assert found <= listed or "+" in listed
    for one in (code for key, codes in walk(everything) if key == "coding" for code in codes):
        assert one["code"] in SYSTEMS.get(one["system"], {one["code"]}), one
        assert one["system"] in SYSTEMS or one["system"].startswith("urn:uuid:")


def test_a_laboratory_value_has_its_code_unit_and_limit(liver_person: Entries) -> None:
    bilirubin = coded(bundle(liver_person), "1975-2")
    assert [one["valueQuantity"]["value"] for one in bilirubin] == [5.6, 9.5, 7, 3.1]
    assert bilirubin[0]["valueQuantity"]["code"] == "mg/dL"
    assert bilirubin[0]["referenceRange"][0]["high"]["value"] == 1.2
    assert [one["valueQuantity"]["value"] for one in coded(bundle(liver_person), "1742-6")] == [126, 362, 282, 182]
    assert all("low" not in one["referenceRange"][0] for one in coded(bundle(liver_person), "6768-6"))


def test_the_unit_decides_the_code_of_bilirubin() -> None:
    from phytovigil.schema.diary import Lab

    entry = Entry("1", "lab", "2026-02-01", "2026-02-01", Lab("bilirubin", 95.8, "umol/L"))
    made = make_bundle([entry], DAY, program="p", version="1")
    assert coded(made, "14631-6")[0]["valueQuantity"]["unit"] == "umol/L"
    assert "referenceRange" not in coded(made, "14631-6")[0]


def test_scales_have_their_figures(liver_person: Entries) -> None:
    made = bundle(liver_person)
    assert coded(made, "72514-3")[0]["valueQuantity"]["value"] == 6
    by_text = {one["code"]["text"].split(",")[0].split(" (")[0]: one for one in of_type(made, "Observation")}
    assert by_text["PEG scale"]["valueQuantity"]["value"] == 5
    assert [part["valueQuantity"]["value"] for part in by_text["PEG scale"]["component"]] == [6, 5, 4]
    assert by_text["worst itch of the last 24 hours"]["valueQuantity"]["value"] == 7
    withdrawal = [one for one in of_type(made, "Observation") if "Handelsman" in one["code"]["text"]]
    assert [one["valueQuantity"]["value"] for one in withdrawal] == [12, 16]
    assert [len(one.get("component", [])) for one in withdrawal] == [0, 16]


def test_products_keep_their_words_dates_and_doses(liver_person: Entries) -> None:
    kratom, venlafaxine, _, first, second = of_type(bundle(liver_person), "MedicationStatement")
    assert kratom["medication"]["concept"]["text"] == "green kratom"
    assert kratom["effectivePeriod"] == {"start": "2026-01-02", "end": "2026-01-27"}
    assert kratom["reason"][0]["concept"]["text"] == "back pain"
    assert venlafaxine["effectivePeriod"] == {"start": "2025-06-01"}
    assert venlafaxine["reason"][0]["concept"]["text"] == "low mood"
    assert first["dosage"][0]["doseAndRate"][0]["doseQuantity"]["code"] == "g"
    assert (first["effectiveDateTime"], first["note"][0]["text"][:8]) == ("2026-01-05", "at 08:30")
    assert second["effectiveDateTime"] == "2026-01-06T08:30:00+07:00"
    assert [one["category"][0]["text"][:7] for one in (kratom, venlafaxine, first)] == ["product", "other m", "product"]


def test_an_event_names_the_product_and_no_cause(liver_person: Entries) -> None:
    made = bundle(liver_person)
    (event,) = of_type(made, "AdverseEvent")
    course = of_type(made, "MedicationStatement")[0]
    assert event["suspectEntity"] == [{"instanceReference": {"reference": f"urn:uuid:{course['id']}"}}]
    assert event["seriousness"]["coding"][0]["code"] == "serious"
    assert event["occurrenceDateTime"] == "2026-01-27"
    assert {note["text"] for note in event["note"]} >= {
        "grade 2 by CTCAE v5.0",
        "better after the product was stopped: yes",
    }


def test_an_event_before_the_course_does_not_suspect_it() -> None:
    from phytovigil.schema.diary import Course, Event

    course = Entry("1", "course", "2026-02-01", "2026-02-01", Course("kratom", "kratom", "2026-02-01", medicine=False))
    event = Entry("2", "event", "2026-01-01", "2026-02-01", Event("itch"))
    made = make_bundle([event, course], DAY, program="p", version="1", followed=["1"], product="kratom")
    assert "suspectEntity" not in of_type(made, "AdverseEvent")[0]
    alone = make_bundle([event], DAY, program="p", version="1", product="kratom")
    assert of_type(alone, "AdverseEvent")[0]["suspectEntity"] == [{"instanceCodeableConcept": {"text": "kratom"}}]


def test_only_the_newest_yes_on_a_state_of_the_body_is_a_condition(liver_person: Entries, skin_person: Entries) -> None:
    (condition,) = of_type(bundle(liver_person), "Condition")
    assert condition["code"]["coding"][0]["code"] == "mental-health"
    assert condition["verificationStatus"]["coding"][0]["code"] == "unconfirmed"
    asked = [one for one in of_type(bundle(liver_person), "Observation") if one["code"]["text"] == "asked: pregnancy"]
    assert [one["valueCodeableConcept"]["text"] for one in asked] == ["yes", "no"]
    assert "a newer answer is in the diary" in json.dumps(asked[0])
    assert of_type(bundle(skin_person), "Condition") == []


def test_a_colour_has_its_spread_and_error_and_a_refused_photo_a_reason(skin_person: Entries) -> None:
    first, *_, refused = [one for one in of_type(bundle(skin_person), "Observation") if "CIELAB" in one["code"]["text"]]
    values = {part["code"]["text"]: part["valueQuantity"]["value"] for part in first["component"]}
    assert (values["L*"], values["a*"], values["b*"], values["pixels"]) == (61.2, 10.1, 17.4, 812)
    assert values["spread of L* within the place (robust standard deviation)"] == 1.1
    assert values["ΔE00 left on patches of the card that were not fitted, median"] == 1.4
    assert "component" not in refused
    assert refused["dataAbsentReason"]["coding"][0]["code"] == "not-performed"
    assert refused["note"][0]["text"] == "the photograph was refused: blur, glare"
    assert "derivedFrom" not in first


def test_photographs_go_along_only_when_asked_for(skin_person: Entries) -> None:
    without, with_them = bundle(skin_person), bundle(skin_person, read_photo=PICTURES.get)
    assert {one.why for one in without.left_out} == {NO_PHOTOS}
    photos = of_type(with_them, "DocumentReference")
    assert [b64decode(one["content"][0]["attachment"]["data"]) for one in photos] == [b"jpg", b"gpj", b"pgj"]
    assert [(one.entry, one.why) for one in with_them.left_out] == [("e011", NO_BYTES)]
    readings = [one for one in of_type(with_them, "Observation") if "derivedFrom" in one]
    assert len(readings) == 3
    assert all("bodyStructure" in one for one in readings)


def test_what_is_left_out_says_why(liver_person: Entries) -> None:
    made = bundle(liver_person)
    assert [one.why for one in made.left_out] == [NO_NOTES, OWN_USE, NO_CAUSE, IN_DRAFT]
    assert b"Sam" not in made.content
    assert b"told Sam" in bundle(liver_person, with_notes=True).content
    early = make_bundle(liver_person.entries(), date(2026, 1, 10), program="p", version="1")
    assert {one.why for one in early.left_out} == {AFTER}
    assert set(early.kept) == {"person", "course", "use", "risk"}


def test_the_newest_entry_on_the_person_counts_and_no_name_is_there(liver_person: Entries) -> None:
    newer = Entry("z", "person", "2026-03-01", "2026-03-01", Person("other", 1999, "FR"))
    made = bundle(Entries([*liver_person, newer]))
    (patient,) = of_type(made, "Patient")
    assert (patient["gender"], patient["birthDate"], patient["address"]) == ("other", "1999", [{"country": "FR"}])
    assert "name" not in patient
    assert ("e001", NEWER_PERSON) in [(one.entry, one.why) for one in made.left_out]


def test_the_person_keeps_their_id_and_entries_theirs(liver_person: Entries) -> None:
    later = bundle(Entries([*liver_person, Entry("z", "pain", "2026-03-30", "2026-03-30", liver_person[7].content)]))
    before = {one["id"] for one in resources(bundle(liver_person)) if one["resourceType"] != "Provenance"}
    assert before <= {one["id"] for one in resources(later)}


def test_an_alert_names_its_evidence_rule_and_source(liver_person: Entries) -> None:
    made = bundle(liver_person, alerts=[alert(("e010", "not there"))])
    (issue,) = of_type(made, "DetectedIssue")
    itch = next(one for one in of_type(made, "Observation") if "itch" in one["code"]["text"])
    assert issue["evidence"] == [{"detail": [{"reference": f"urn:uuid:{itch['id']}"}]}]
    assert (issue["severity"], issue["status"], made.alerts) == ("high", "preliminary", 1)
    assert "Source: LiverTox (https://example.org)" in issue["detail"]


def test_a_bundle_of_nothing_still_has_a_person_and_its_origin() -> None:
    made = make_bundle([], DAY, program="phytovigil", version="1")
    assert [one["resourceType"] for one in resources(made)] == ["Patient", "Device", "Provenance"]
    assert made.kept == {}
    provenance = of_type(made, "Provenance")[0]
    assert len(provenance["target"]) == 2
    assert provenance["occurredDateTime"] == "2026-04-01"


def test_resources_come_in_the_order_of_the_diary(liver_person: Entries) -> None:
    days = [
        one["effectiveDateTime"][:10]
        for one in of_type(bundle(liver_person), "Observation")
        if "effectiveDateTime" in one
    ]
    assert all(one <= other for one, other in pairwise(days))
