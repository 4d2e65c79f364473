"""A draft of a case report: filled from the diary, confirmed field by field, and never filled by guessing."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from phytovigil.errors import InvalidRequest, UnknownName
from phytovigil.schema.case_draft import CHANGED, CONFIRMED, LEFT_OUT, TO_CONFIRM, CaseDraft
from phytovigil.schema.causality import Answer
from phytovigil.schema.diary import (
    Alcohol,
    Answered,
    Content,
    Course,
    Entries,
    Entry,
    Event,
    Itch,
    Lab,
    Person,
    Photo,
    Reading,
    Risk,
    Site,
    Use,
)
from phytovigil.study.assessing import assess_case
from phytovigil.study.case_files import parse_case
from phytovigil.study.following.drafting import (
    confirm_block,
    confirm_field,
    describe_draft,
    draft_report,
    is_complete,
    require_complete,
    to_case_file,
)

DAY = date(2026, 4, 1)
RECORDED = "2026-04-01T20:00:00.000+00:00"
LATER = "2026-04-02T20:00:00.000+00:00"
LIVER = "liver"

ELEMENTS = {
    "C.1.3", "C.2.r.3", "C.2.r.4", "D.2.1", "D.2.2a", "D.2.3", "D.3", "D.5", "D.7.2", "D.8.r.1", "D.8.r.4", "D.8.r.5",
    "E.i.1.1a", "E.i.1.1b", "E.i.2.1b", "E.i.3.2a", "E.i.3.2b", "E.i.3.2c", "E.i.3.2d", "E.i.3.2e", "E.i.3.2f",
    "E.i.4", "E.i.5", "E.i.6a", "E.i.7", "E.i.8", "F.r.1", "F.r.2.1", "F.r.3.2", "F.r.3.4", "F.r.5",
    "G.k.1", "G.k.2.2", "G.k.4.r.1a", "G.k.4.r.4", "G.k.4.r.5", "G.k.4.r.7", "G.k.4.r.8", "G.k.4.r.9.1",
    "G.k.4.r.10.1", "G.k.7.r.1", "G.k.8", "G.k.9.i.3.1a", "G.k.9.i.3.2a", "G.k.9.i.4", "H.1", "H.2",
}  # fmt: skip
"""Data elements of ICH E2B(R3) that a draft uses, read in FDA's list of the ICH elements."""


def write(*said: tuple[str, str, str, Content], recorded: str = RECORDED) -> Entries:
    """Entries of id, kind, day and content."""
    return Entries(Entry(name, kind, at, recorded, content) for name, kind, at, content in said)


def correct(name: str, kind: str, at: str, content: Content, old: str) -> Entry:
    return Entry(name, kind, at, LATER, content, corrects=old, why="slip")


UNITS = {"alt": "U/L", "alp": "U/L", "bilirubin": "mg/dL"}
LIVER_LABS = ((1, 126, 218, 5.6), (5, 362, 277, 9.5), (7, 282, 262, 7.0), (13, 182, 189, 3.1))
"""LiverTox case 8332: day, ALT, ALP, bilirubin."""


KRATOM = Course("green kratom", "kratom", "2026-01-02", "2026-01-27", "2 spoons", "", False)
YELLOW = Event(
    "my eyes are yellow",
    "yellow-eyes",
    2,
    started="2026-01-29",
    serious=("hospital",),
    where="both eyes",
    improved_off="yes",
)
GREY = Event("grey patch on my cheek", "darker-skin", 1, where="left cheek", improved_off="no")


@pytest.fixture
def liver_person() -> Entries:
    limits = {"alt": 35.0, "alp": 130.0, "bilirubin": 1.2}
    labs = [
        (f"lab-{name}-{day}", "lab", f"2026-02-{day:02}", Lab(name, value, UNITS[name], limits[name], "the report"))
        for day, *values in LIVER_LABS
        for name, value in zip(limits, values, strict=True)
    ]  # fmt: skip
    return write(
        ("me", "person", "2026-01-01", Person("male", 2000, "US", "kratom", "back pain")),
        ("own", "course", "2026-01-02", KRATOM),
        ("beside", "course", "2026-01-01", Course("venlafaxine", "", "2025-06-01", "", "75 mg a day", "low mood")),
        ("past", "course", "2026-01-01", Course("doxycycline", "", "2025-03-01", "2025-04-01", "100 mg", "acne")),
        ("after", "course", "2026-02-05", Course("cholestyramine", "", "2026-02-05", "", "4 g", "itch")),
        ("use-1", "use", "2026-01-05T08:30", Use("green kratom", "kratom", 3, "g", "powder")),
        ("use-2", "use", "2026-01-06", Use("green kratom", "kratom", 5, "g", "powder")),
        ("drinks", "alcohol", "2026-01-20", Alcohol(4)),
        ("itch", "itch", "2026-01-31", Itch(7)),
        (LIVER, "event", "2026-02-01", YELLOW),
        ("urine", "event", "2026-01-30", Event("dark urine", "dark-urine")),
        *labs,
        ("risk", "risk", "2026-01-01", Risk("liver-disease", "no")),
        ("mood", "risk", "2026-01-01", Risk("mental-health", "yes", "low mood since 2024")),
    )  # fmt: skip


@pytest.fixture
def skin_person() -> Entries:
    cheek, dark = (61.2, 10.1, 17.4), (52.0, 8.0, 9.1)
    return write(
        ("me", "person", "2026-01-01", Person("female", None, "", "kratom")),
        ("own", "course", "2026-01-01", Course("kratom tea", "", "2025-01-01", medicine=False)),
        ("site", "site", "2026-01-01", Site("cheek", "exposed", 40, 0)),
        ("p1", "photo", "2026-01-02", Photo("a" * 64, "cheek", "image/jpeg", 3, True)),
        ("r1", "reading", "2026-01-02", Reading("p1", "card 1", cheek, (1.1, 0.6, 0.9), 1.4)),
        ("p2", "photo", "2026-03-02", Photo("b" * 64, "cheek", "image/jpeg", 3)),
        ("r2-a", "reading", "2026-03-02", Reading("p2", "card 1", (50.0, 8.0, 9.0), (1.0, 1.0, 1.0), 3.0)),
        ("r2-b", "reading", "2026-03-02", Reading("p2", "card 2", dark, (1.2, 0.7, 1.0), 1.6)),
        ("skin", "event", "2026-02-10", GREY),
    )  # fmt: skip


def add(entries: Entries, words: Sequence[Answered], at: str = "2026-04-01", recorded: str = RECORDED) -> Entries:
    """A diary with the person's words on fields."""
    start = len(entries)
    said = [Entry(f"w{start + place:04}", "answered", at, recorded, word) for place, word in enumerate(words)]
    return Entries([*entries, *said])


def say(entries: Entries, event: str, key: str, state: str, value: str = "") -> Entries:
    return add(entries, [confirm_field(draft_report(entries, event, DAY), key, state, value)])


def confirm_all(entries: Entries, event: str) -> Entries:
    """The person goes through all blocks until nothing is open."""
    while (draft := draft_report(entries, event, DAY)).open:
        entries = add(entries, confirm_block(draft, draft.open[0].block))
    return entries


def value(draft: CaseDraft, key: str) -> str:
    field = draft.field(key)
    assert field is not None, key
    return field.shown


def test_fields_are_filled_from_the_diary(liver_person: Entries) -> None:
    draft = draft_report(liver_person, LIVER, DAY)
    said = {
        "reporter/qualification": "consumer",
        "reporter/country": "US",
        "patient/sex": "male",
        "patient/birth": "2000",
        "reaction/verbatim": "my eyes are yellow",
        "reaction/term": "yellow eyes",
        "reaction/start": "2026-01-29",
        "reaction/grade": "grade 2 by CTCAE v5.0",
        "reaction/where": "both eyes",
        "reaction/improved": "yes",
        "reaction/serious/hospital": "yes",
        "product/kratom/role": "suspect",
        "product/kratom/name": "green kratom",
        "product/kratom/reason": "back pain",
        "product/kratom/course/own/dose": "2 spoons",
        "product/kratom/course/own/start": "2026-01-02",
        "product/kratom/course/own/stop": "2026-01-27",
        "product/kratom/intakes/dose": "2 intakes, 2026-01-05 to 2026-01-06, 3 to 5 g",
        "product/kratom/intakes/form": "powder",
        "product/kratom/to_onset": "27 d",
        "product/kratom/from_last": "2 d",
        "product/venlafaxine/role": "concomitant",
        "product/venlafaxine/reason": "low mood",
        "product/doxycycline/name": "doxycycline",
        "product/doxycycline/course/past/stop": "2025-04-01",
        "test/lab-alt-5/value": "362 U/L",
        "test/lab-alt-5/limit": "35 U/L",
        "test/lab-bilirubin-1/value": "5.6 mg/dL",
        "test/lab-bilirubin-1/date": "2026-02-01",
        "history/liver-disease": "no",
        "history/mental-health": "yes: low mood since 2024",
        "history/alcohol": "one day written down, 2026-01-20: 4 drinks",
    }
    assert {key: value(draft, key) for key in said} == said
    assert all(field.state == TO_CONFIRM for field in draft.fields)


def test_what_the_diary_cannot_know_is_empty_and_says_so(liver_person: Entries) -> None:
    draft = draft_report(liver_person, LIVER, DAY)
    empty = {field.key: field for field in draft.fields if not field.value}
    assert set(empty) >= {
        "patient/age",
        "patient/weight",
        "reaction/language",
        "reaction/end",
        "reaction/outcome",
        "reaction/serious/death",
        "reaction/duration",
        "reaction/back",
        "product/kratom/route",
        "product/kratom/batch",
        "product/kratom/action",
        "product/kratom/intakes/amount",
        "product/venlafaxine/course/beside/stop",
        "history/other",
        "story/comments",
    }
    assert all(field.why for field in empty.values())
    assert empty["patient/age"].why == "by the year of birth it is 25 or 26: say which"
    assert "stopped on 2026-01-27, not why" in empty["product/kratom/action"].why


def test_a_product_begun_after_the_event_is_told_and_has_no_fields(liver_person: Entries) -> None:
    draft = draft_report(liver_person, LIVER, DAY)
    assert not [field for field in draft.fields if "cholestyramine" in field.key]
    assert "Begun after the reaction: “cholestyramine” (2026-02-05)." in value(draft, "story/narrative")


def test_every_element_is_one_of_the_standard_and_every_key_is_its_own(
    liver_person: Entries, skin_person: Entries
) -> None:
    for entries, event in ((liver_person, LIVER), (skin_person, "skin")):
        draft = draft_report(entries, event, DAY)
        assert {field.element for field in draft.fields} <= ELEMENTS
        assert len({field.key for field in draft.fields}) == len(draft.fields)


def test_the_narrative_tells_it_in_order_with_dates(liver_person: Entries) -> None:
    told = value(draft_report(liver_person, LIVER, DAY), "story/narrative").split("\n")
    assert told[0] == "Report by a consumer about a person (male)."
    assert told[1].startswith("“green kratom” (suspect) was taken for back pain; from 2026-01-02 until 2026-01-27")
    assert told[3].startswith("“my eyes are yellow” (by the list of events: yellow eyes) began on 2026-01-29.")
    assert "It led to a stay in hospital, or a longer one." in told[3]
    assert told[4] == "After the product was stopped it got better."
    assert "ALT on 2026-02-05: 362 U/L (upper limit 35 U/L)." in told[5]
    assert "Also written down: “dark urine” on 2026-01-30." in told[6]
    assert "Worst itch (0–10), 2026-01-31: 7." in told[6]


def test_skin_is_a_test_with_its_error(skin_person: Entries) -> None:
    draft = draft_report(skin_person, "skin", DAY)
    assert value(draft, "skin/cheek/first/result") == (
        "L* 61.2, a* 10.1, b* 17.4; spread within the site 1.1, 0.6, 0.9; "
        "error left on the card ΔE00 1.4; method card 1"
    )
    assert value(draft, "skin/cheek/last/result").endswith("error left on the card ΔE00 1.6; method card 2")
    assert value(draft, "skin/cheek/last/date") == "2026-03-02"
    assert "no medical test" in draft.field("skin/cheek/last/result").why  # type: ignore[union-attr]
    (change,) = [
        field for field in draft.fields if field.key.startswith("skin/change/") and field.key.endswith("/result")
    ]
    assert change.element == "F.r.3.4"
    assert change.value


def test_the_person_s_word_stands_and_the_rest_stays_open(liver_person: Entries) -> None:
    entries = say(liver_person, LIVER, "patient/sex", CONFIRMED)
    entries = say(entries, LIVER, "reaction/start", CHANGED, "2026-01")
    entries = say(entries, LIVER, "reporter/country", LEFT_OUT)
    draft = draft_report(entries, LIVER, DAY)
    states = {field.key: field.state for field in draft.fields if field.state != TO_CONFIRM}
    assert states == {"patient/sex": CONFIRMED, "reaction/start": CHANGED, "reporter/country": LEFT_OUT}
    assert value(draft, "reaction/start") == "2026-01"
    assert value(draft, "reporter/country") == ""
    assert value(draft, "product/kratom/to_onset") == ""
    assert "between -1 and 29 days" in draft.field("product/kratom/to_onset").why  # type: ignore[union-attr]
    assert "began on 2026-01." in value(draft, "story/narrative")


def test_what_is_left_out_is_nowhere_in_the_draft(liver_person: Entries) -> None:
    entries = liver_person
    for key in (
        "history/mental-health",
        "product/kratom/course/own/start",
        "reaction/where",
        "product/venlafaxine/name",
    ):
        entries = say(entries, LIVER, key, LEFT_OUT)
    draft = draft_report(entries, LIVER, DAY)
    for form in ("json", "toml", "text"):
        text = describe_draft(draft, form)
        assert "low mood since 2024" not in text
        assert "2026-01-02" not in text
        assert "both eyes" not in text


def test_a_correction_opens_the_confirmed_field_again_and_no_other(liver_person: Entries) -> None:
    entries = confirm_all(liver_person, LIVER)
    assert is_complete(draft_report(entries, LIVER, DAY))
    mended = correct("lab-new", "lab", "2026-02-05", Lab("alt", 326, "U/L", 35, "the report"), "lab-alt-5")
    draft = draft_report(Entries([*entries, mended]), LIVER, DAY)
    assert {field.key for field in draft.open} == {"test/lab-alt-5/value", "story/narrative"}
    field = draft.field("test/lab-alt-5/value")
    assert field is not None
    assert field.shown == "326 U/L"
    assert "it said 362 U/L, now 326 U/L" in field.why


def test_a_corrected_event_keeps_the_words_that_still_hold(liver_person: Entries) -> None:
    entries = confirm_all(liver_person, LIVER)
    old = next(entry for entry in entries if entry.id == LIVER)
    assert isinstance(old.content, Event)
    once = correct("event-2", "event", "2026-02-01", replace(old.content, outcome="recovering"), LIVER)
    twice = correct("event-3", "event", "2026-02-01", replace(old.content, outcome="recovered"), "event-2")
    both = Entries([*entries, once, twice])
    for asked in (LIVER, "event-2", "event-3"):
        draft = draft_report(both, asked, DAY)
        assert draft.event == "event-3"
        assert {field.key for field in draft.open} == {"reaction/outcome", "story/narrative"}


def test_a_changed_field_goes_back_with_what_was_changed(liver_person: Entries) -> None:
    entries = say(liver_person, LIVER, "product/kratom/course/own/dose", CHANGED, "two heaped spoons")
    course = replace(KRATOM, dose="3 spoons")
    draft = draft_report(Entries([*entries, correct("own-2", "course", "2026-01-02", course, "own")]), LIVER, DAY)
    field = draft.field("product/kratom/course/own/dose")
    assert field is not None
    assert (field.state, field.value) == (TO_CONFIRM, "3 spoons")
    assert "it said 2 spoons, now 3 spoons. You had changed it to “two heaped spoons”." in field.why


def test_a_word_that_does_not_keep_what_the_diary_said_is_outdated_by_a_newer_entry(liver_person: Entries) -> None:
    bare = Answered("report", LIVER, "test/lab-alt-5/value", "360 U/L", CHANGED)
    entries = add(liver_person, [bare])
    assert value(draft_report(entries, LIVER, DAY), bare.item) == "360 U/L"
    mended = correct("lab-new", "lab", "2026-02-05", Lab("alt", 326, "U/L", 35), "lab-alt-5")
    field = draft_report(Entries([*entries, mended]), LIVER, DAY).field(bare.item)
    assert field is not None
    assert (field.state, field.shown) == (TO_CONFIRM, "326 U/L")


def test_a_field_that_was_left_out_stays_out_whatever_is_corrected(liver_person: Entries) -> None:
    entries = say(liver_person, LIVER, "test/lab-alt-5/value", LEFT_OUT)
    mended = correct("lab-new", "lab", "2026-02-05", Lab("alt", 326, "U/L", 35), "lab-alt-5")
    field = draft_report(Entries([*entries, mended]), LIVER, DAY).field("test/lab-alt-5/value")
    assert field is not None
    assert (field.state, field.value) == (LEFT_OUT, "")


def test_the_newest_word_counts_and_one_about_another_event_does_not(liver_person: Entries) -> None:
    entries = say(say(liver_person, LIVER, "patient/sex", LEFT_OUT), LIVER, "patient/sex", CONFIRMED)
    assert value(draft_report(entries, LIVER, DAY), "patient/sex") == "male"
    other = draft_report(entries, "urine", DAY).field("patient/sex")
    assert other is not None
    assert other.state == TO_CONFIRM


def test_what_was_written_after_the_day_is_not_in_the_draft(liver_person: Entries) -> None:
    draft = draft_report(liver_person, LIVER, date(2026, 2, 3))
    assert [field.key for field in draft.fields if field.key.endswith("/value")] == [
        "test/lab-alt-1/value", "test/lab-alp-1/value", "test/lab-bilirubin-1/value",
    ]  # fmt: skip


def test_an_event_that_is_not_there_is_named(liver_person: Entries) -> None:
    with pytest.raises(InvalidRequest, match=r"holds no event “nothing”.*urine"):
        draft_report(liver_person, "nothing", DAY)
    with pytest.raises(InvalidRequest, match="Write the event down first"):
        draft_report(Entries(), "nothing", DAY)


@pytest.mark.parametrize(
    ("key", "state", "given", "said"),
    [
        ("patient/sex", CHANGED, "man", "It is one of male, female"),
        ("patient/sex", "agreed", "", "confirmed, changed, left out"),
        ("patient/sex", CONFIRMED, "female", "Say “changed”"),
        ("patient/weight", CHANGED, "heavy", "Write a number"),
        ("patient/weight", CHANGED, "150 lb", "Its unit is kg"),
        ("reaction/start", CHANGED, "in January", "2026, 2026-03 or 2026-03-01"),
        ("reaction/verbatim", CHANGED, " ", "Say “left out”"),
        ("reaction/verbatim", CHANGED, "x" * 251, "takes 250"),
        ("reaction/language", CHANGED, "English", "three small letters"),
        ("reporter/country", CHANGED, "usa", "two capital letters"),
    ],
)
def test_a_value_that_the_form_does_not_take_is_refused(
    liver_person: Entries, key: str, state: str, given: str, said: str
) -> None:
    with pytest.raises(InvalidRequest, match=said):
        confirm_field(draft_report(liver_person, LIVER, DAY), key, state, given)


def test_numbers_take_units_in_words(liver_person: Entries) -> None:
    draft = draft_report(say(liver_person, LIVER, "patient/age", CHANGED, "26 years"), LIVER, DAY)
    assert value(draft, "patient/age") == "26 a"
    assert "male, 26 years" in value(draft, "story/narrative")
    draft = draft_report(say(liver_person, LIVER, "patient/weight", CHANGED, "81.5"), LIVER, DAY)
    assert value(draft, "patient/weight") == "81.5 kg"


def test_an_unknown_field_or_block_has_near_names(liver_person: Entries) -> None:
    draft = draft_report(liver_person, LIVER, DAY)
    with pytest.raises(UnknownName, match="patient/sex"):
        confirm_field(draft, "patient/sexx", CONFIRMED)
    with pytest.raises(UnknownName, match="Reaction"):
        confirm_block(draft, "Reactions")


def test_an_open_draft_is_no_report(liver_person: Entries) -> None:
    draft = draft_report(liver_person, LIVER, DAY)
    assert not is_complete(draft)
    with pytest.raises(InvalidRequest, match=r"fields are not confirmed: report/kind, .* and \d+ more"):
        require_complete(draft)
    with pytest.raises(InvalidRequest, match="not confirmed"):
        to_case_file(draft)


def test_a_report_without_one_of_the_four_criteria_is_refused(liver_person: Entries) -> None:
    entries = liver_person
    for key in ("patient/sex", "patient/birth"):
        entries = say(entries, LIVER, key, LEFT_OUT)
    draft = draft_report(confirm_all(entries, LIVER), LIVER, DAY)
    assert (draft.open, draft.missing, is_complete(draft)) == ((), ("patient",), False)
    with pytest.raises(InvalidRequest, match="identifiable patient"):
        require_complete(draft)
    alone = write(("e", "event", "2026-02-01", Event("itch", "itch")))
    assert draft_report(alone, "e", DAY).missing == ("patient", "product")


@pytest.mark.parametrize(("person", "event"), [("liver_person", LIVER), ("skin_person", "skin")])
def test_a_confirmed_draft_becomes_a_case_file(
    person: str, event: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    entries = confirm_all(request.getfixturevalue(person), event)
    draft = draft_report(entries, event, DAY)
    text = to_case_file(draft)
    case = parse_case(text)
    assert case.facts.onset == value(draft, "reaction/start")
    assert case.dermal_pigment is (event == "skin")
    assert case.facts.reporter == "consumer"
    file = tmp_path / "case.toml"
    file.write_text(text)
    assessed = assess_case(file)
    assert assessed["case"]["title"] == case.title
    if event == LIVER:
        assert assessed["dechallenge"]["answer"] == "positive"
        assert assessed["onset"]["low_days"] == 27
        assert [(draw.day, draw.alt, draw.alp, draw.bilirubin) for draw in case.liver.draws] == [  # type: ignore[union-attr]
            (day - 1, alt, alp, bilirubin) for day, alt, alp, bilirubin in LIVER_LABS
        ]


def test_a_case_file_says_what_it_had_to_choose(liver_person: Entries) -> None:
    more = write(
        ("x1", "lab", "2026-02-01", Lab("alt", 2, "ukat/L", 0.75)),
        ("x2", "lab", "2026-02-03", Lab("bilirubin", 95.76, "umol/L")),
    )
    entries = confirm_all(Entries([*liver_person, *more]), LIVER)
    text = to_case_file(draft_report(entries, LIVER, DAY), {"naranjo": {"placebo": Answer("no", "none was given")}})
    case = parse_case(text)
    assert case.liver is not None
    assert case.liver.draws[0].alt == 126
    assert case.liver.draws[1].bilirubin == pytest.approx(5.6)
    assert case.naranjo["placebo"] == Answer("no", "none was given")
    for said in ("of which the highest counts", "its own upper limit is 45", "no upper limit of its own"):
        assert said in text


def test_the_same_diary_gives_the_same_text(liver_person: Entries) -> None:
    for form in ("text", "json", "toml"):
        texts = {describe_draft(draft_report(liver_person, LIVER, DAY), form) for _ in range(2)}
        assert len(texts) == 1
    draft = draft_report(liver_person, LIVER, DAY)
    plain, table = json.loads(describe_draft(draft, "json")), tomllib.loads(describe_draft(draft, "toml"))
    assert plain["fields"] == table["field"]
    assert plain["complete"] is False
    assert len(plain["fields"]) == len(draft.fields)
    with pytest.raises(InvalidRequest, match="text, json, toml"):
        describe_draft(draft, "pdf")


def test_text_names_every_field_with_its_key(liver_person: Entries) -> None:
    draft = draft_report(say(liver_person, LIVER, "patient/sex", LEFT_OUT), LIVER, DAY)
    text = describe_draft(draft)
    assert all(field.key in text for field in draft.fields)
    assert "– Sex*: (left out)" in text
    assert "? Days from the first intake to the reaction: 27 days" in text
