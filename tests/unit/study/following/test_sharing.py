"""Files that leave the diary: whole or not at all, never over another, and they say what they hold."""

from __future__ import annotations

import json
import stat
from datetime import date
from pathlib import Path

import pytest
from fhir.resources.bundle import Bundle

from phytovigil.errors import DiaryError, InvalidRequest
from phytovigil.followup.diary import LEAST_COST, FileDiary
from phytovigil.schema.diary import Answered, Course, Entries, Entry, Event, Itch, Lab, Note, Person, Photo
from phytovigil.study.assessing import assess_case
from phytovigil.study.case_files import parse_case
from phytovigil.study.following import sharing
from phytovigil.study.following.drafting import confirm_block, draft_report
from phytovigil.study.following.sharing import write_case_file, write_draft, write_fhir

DAY = date(2026, 4, 1)
RECORDED = "2026-04-01T20:00:00.000+00:00"
JPEG = bytes([0xFF, 0xD8, 0xFF, 0xE0]) + b"picture"


@pytest.fixture
def diary() -> Entries:
    said = [
        ("person", "2026-01-01", Person("female", 1980, "US", "kratom", "knee pain")),
        ("course", "2026-01-02", Course("kratom", "kratom", "2026-01-02", "2026-02-20", "2 g", medicine=False)),
        ("event", "2026-02-10", Event("itch everywhere", "itch", started="2026-02-10")),
        ("itch", "2026-02-10", Itch(8)),
        ("lab", "2026-02-12", Lab("alt", 210, "U/L", 40)),
        ("note", "2026-02-12", Note("Sam drove me")),
        ("answered", "2026-02-13", Answered("naranjo", "e3", "placebo", "no", why="none given")),
        ("answered", "2026-02-14", Answered("naranjo", "e3", "placebo", "not done")),
        ("answered", "2026-02-14", Answered("naranjo", "e3", "no such item", "no")),
    ]
    return Entries(Entry(f"e{place}", kind, at, RECORDED, content) for place, (kind, at, content) in enumerate(said, 1))  # type: ignore[arg-type]


def confirmed(diary: Entries, event: str = "e3") -> Entries:
    while (draft := draft_report(diary, event, DAY)).open:
        words = confirm_block(draft, draft.open[0].block)
        more = [
            Entry(f"w{len(diary) + place:04}", "answered", "2026-04-01", RECORDED, word)
            for place, word in enumerate(words)
        ]
        diary = Entries([*diary, *more])
    return diary


def test_a_bundle_says_what_leaves_the_diary(diary: Entries, tmp_path: Path) -> None:
    shared = write_fhir(diary, tmp_path / "out" / "mine.json", DAY)
    assert "mine.json holds 5 entries of the diary (course 1, event 1, itch 1, lab 1, person 1)" in shared.said
    assert "The file is not encrypted" in shared.said
    assert "Photographs" not in shared.said
    assert "\n" not in shared.said
    assert sum(shared.kept.values()) + sum(shared.left_out.values()) == len(diary.entries())
    content = shared.path.read_bytes()
    assert Bundle.model_validate_json(content).type == "collection"
    assert b"Sam" not in content
    assert stat.S_IMODE(shared.path.stat().st_mode) == 0o600
    assert [file.name for file in shared.path.parent.iterdir()] == ["mine.json"]


def test_a_bundle_holds_the_alerts_of_the_day(diary: Entries, tmp_path: Path) -> None:
    content = json.loads(write_fhir(diary, tmp_path / "mine.json", DAY).path.read_bytes())
    issues = [one["resource"] for one in content["entry"] if one["resource"]["resourceType"] == "DetectedIssue"]
    assert issues
    assert all(one["evidence"] for one in issues)
    assert "AdverseEvent" in {one["resource"]["resourceType"] for one in content["entry"]}


def test_the_followed_product_is_suspected(diary: Entries) -> None:
    content = json.loads(sharing.bundle_diary(diary, DAY).content)
    event = next(one["resource"] for one in content["entry"] if one["resource"]["resourceType"] == "AdverseEvent")
    assert len(event["suspectEntity"]) == 1
    assert "causality" not in event["suspectEntity"][0]


def test_a_file_that_is_there_stays_as_it_is(diary: Entries, tmp_path: Path) -> None:
    place = tmp_path / "mine.json"
    place.write_text("precious")
    with pytest.raises(InvalidRequest, match="is there already"):
        write_fhir(diary, place, DAY)
    assert place.read_text() == "precious"
    write_fhir(diary, place, DAY, force=True)
    assert place.read_bytes().startswith(b"{")
    assert [file.name for file in tmp_path.iterdir()] == ["mine.json"]


def test_a_file_that_appears_meanwhile_stays_as_it_is(tmp_path: Path) -> None:
    place, made = tmp_path / "mine.json", tmp_path / "made"
    place.write_text("precious")
    made.write_text("new")
    with pytest.raises(InvalidRequest, match="is there already"):
        sharing.put_in_place(made, place, force=False)
    assert place.read_text() == "precious"


def test_a_place_that_cannot_be_written_to_is_one_line(diary: Entries, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DiaryError, match="cannot be written"):
        write_fhir(diary, tmp_path / "file" / "mine.json", DAY)


def test_an_unconfirmed_draft_is_not_written(diary: Entries, tmp_path: Path) -> None:
    for write in (write_draft, write_case_file):
        with pytest.raises(InvalidRequest, match="fields are not confirmed"):
            write(diary, "e3", tmp_path / "draft.json", DAY)
    assert list(tmp_path.iterdir()) == []


def test_a_confirmed_draft_is_written_in_three_forms(diary: Entries, tmp_path: Path) -> None:
    whole = confirmed(diary)
    for suffix in (".json", ".toml", ".txt"):
        shared = write_draft(whole, "e3", tmp_path / f"draft{suffix}", DAY)
        assert "itch everywhere" in shared.path.read_text()
        assert "0 left out. The file is not encrypted" in shared.said
    assert json.loads((tmp_path / "draft.json").read_text())["complete"] is True
    with pytest.raises(InvalidRequest, match=r"\.txt, \.json, \.toml"):
        write_draft(whole, "e3", tmp_path / "draft.pdf", DAY)


def test_a_case_file_takes_the_person_s_answers_along(diary: Entries, tmp_path: Path) -> None:
    shared = write_case_file(confirmed(diary), "e3", tmp_path / "case.toml", DAY)
    case = parse_case(shared.path.read_text())
    assert {key: answer.answer for key, answer in case.naranjo.items()} == {"placebo": "not done"}
    assert assess_case(shared.path)["onset"]["low_days"] == 39


def test_a_diary_of_its_own_file_gives_photographs_and_versions(tmp_path: Path) -> None:
    with FileDiary.create(tmp_path / "diary", "a long passphrase", cost=LEAST_COST) as diary:
        first = diary.add(Person("female", 1980), "2026-01-01")
        event = diary.add(Event("grey patch", "darker-skin"), "2026-02-01")
        diary.add_photo(JPEG, "cheek", "2026-02-01")
        draft = draft_report(diary, event.id, DAY)
        diary.add_many([(word, "2026-03-01") for word in confirm_block(draft, "Reaction")])
        for grade in (1, 2):
            event = diary.correct(event.id, Event("grey patch", "darker-skin", grade), "seen better")
        again = draft_report(diary, draft.event, DAY)
        assert {field.key for field in again.open if field.block == "Reaction"} == {"reaction/grade"}
        bare = write_fhir(diary, tmp_path / "bare.json", DAY)
        assert "photographs were not asked for" in bare.said
        full = write_fhir(diary, tmp_path / "full.json", DAY, with_photos=True, with_notes=True)
        assert "which may be the place" in full.said
        assert full.kept["photo"] == 1
        assert sharing.name_diary(diary) == first.id
        assert write_fhir(diary, tmp_path / "twice.json", DAY).path.read_bytes() == bare.path.read_bytes()


def test_photographs_that_no_program_would_open_are_refused(diary: Entries) -> None:
    photo = Photo("a" * 64, "cheek", "image/jpeg", sharing.MOST_PHOTO_BYTES)
    entries = [Entry(f"p{place}", "photo", "2026-01-01", RECORDED, photo) for place in range(2)]
    with pytest.raises(InvalidRequest, match="2 photographs have 629 MB together"):
        sharing.refuse_large(tuple(entries))
    with pytest.raises(InvalidRequest, match="keeps no photographs"):
        sharing.bundle_diary(diary, DAY, with_photos=True)
