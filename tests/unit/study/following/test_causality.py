"""Causality of a diary's event: the worked example with a published case, and where each answer comes from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from phytovigil.cases.causality.dechallenge import PIGMENT_NOTE
from phytovigil.errors import InvalidRequest, UnknownName
from phytovigil.schema.care import LiverFact, LiverReading
from phytovigil.schema.change import CHANGE, GREYER, NO_CHANGE, TOO_FEW, Direction, Importance, Looks, SkinChange
from phytovigil.schema.diary import (
    Alcohol,
    Answered,
    Content,
    Course,
    Entries,
    Entry,
    Event,
    Period,
    Person,
    Photo,
    Risk,
    Use,
)
from phytovigil.schema.medicines import Finding, InteractionReport, ProductUse
from phytovigil.study.following.causality import assess_event, assess_events
from phytovigil.study.following.event_evidence import MEDICINES_BESIDE, RISKS_BESIDE, list_groups
from phytovigil.study.following.exposure import read_exposure

AS_OF = date(2024, 2, 1)
KINDS = {
    Person: "person",
    Course: "course",
    Event: "event",
    Risk: "risk",
    Use: "use",
    Alcohol: "alcohol",
    Photo: "photo",
    Answered: "answered",
}
KRATOM = Course("kratom", "kratom-leaf", "2017-11-01", "2022-05-15", "3 to 7 g a day", "", False)
TAKEN_ON = Course("kratom", "kratom-leaf", "2017-11-01", medicine=False)
DARKER = Event("blue-grey face and hands", "darker-skin", started="2022-04-20", improved_off="no")


def write(*contents: tuple[Content, str]) -> Entries:
    """A diary of contents with their days; the first entry is “1”."""
    return Entries(
        Entry(str(number), KINDS[type(content)], day, f"{AS_OF}T10:00:00+00:00", content)
        for number, (content, day) in enumerate(contents, start=1)
    )


def answer(item: str, said: str, scale: str = "naranjo", about: str = "3") -> tuple[Content, str]:
    return Answered(scale, about, item, said), "2023-10-01"


def settle(**also: str) -> list[tuple[Content, str]]:
    """Answers that a reader of the published case gives."""
    known = dict.fromkeys(("reappeared", "placebo", "toxic_level", "dose_response"), "not done")
    return [answer(item, said) for item, said in {**known, "earlier_reaction": "no", **also}.items()]


def published(*more: tuple[Content, str]) -> Entries:
    """Patel and Phelan 2024 (doi:10.64550/joid.s60n3136) as its person would have written it down."""
    return write(
        (Person("male", 1992, "US", "kratom"), "2022-05-01"), (KRATOM, "2022-05-01"), (DARKER, "2023-09-20"), *more
    )


def test_the_published_case_straddles_possible_and_probable() -> None:
    """Worked by hand: 0 or 1 for earlier reports, +2 order, 0 not improved, +2 no other cause, 0 or 1 objective."""
    found = assess_event(published(*settle(other_causes="no")), "3", AS_OF)
    assert (found["naranjo"]["low"], found["naranjo"]["high"]) == (4, 6)
    assert found["naranjo"]["categories"] == ["probable", "possible"]
    assert PIGMENT_NOTE in found["notes"]


def test_much_sun_makes_it_possible_throughout() -> None:
    diary = published(*settle(), (Risk("sun-exposure", "yes", "fishing"), "2022-05-01"))
    found = assess_event(diary, "3", AS_OF)
    assert (found["naranjo"]["low"], found["naranjo"]["high"]) == (1, 3)
    assert found["naranjo"]["categories"] == ["possible"]
    causes = next(item for item in found["naranjo"]["items"] if item["key"] == "other_causes")
    assert (causes["answer"], causes["by"], causes["entries"]) == ("yes", "diary", ["9"])
    assert "fishing" in causes["why"]


def test_who_umc_of_the_published_case_is_possible() -> None:
    judged = [answer(key, "met", "who_umc") for key in ("information", "timing", "other_unlikely")]
    found = assess_event(published(*judged), "3", AS_OF)["who_umc"]
    assert (found["as_it_stands"], found["categories"]) == ("possible", ["possible"])
    withdrawal = next(item for item in found["criteria"] if item["key"] == "withdrawal")
    assert (withdrawal["answer"], withdrawal["entries"]) == ("not met", ["3"])


def items(found: dict[str, Any], scale: str = "naranjo") -> dict[str, str]:
    return {item["key"]: item["answer"] for item in found[scale]["items" if scale == "naranjo" else "criteria"]}


def test_without_answers_silence_stays_unknown() -> None:
    found = assess_event(published(), "3", AS_OF)
    said = items(found)
    assert [key for key, word in said.items() if word != "unknown"] == ["after_product", "improved"]
    assert items(found, "who_umc")["timing"] == "unknown"


def test_an_event_before_the_product_is_unlikely() -> None:
    early = Event("dark patches", "darker-skin", started="2016-01-01")
    found = assess_event(
        write((Person(product="kratom"), "2022-05-01"), (KRATOM, "2022-05-01"), (early, "2022-05-02")), "3", AS_OF
    )
    assert items(found)["after_product"] == "no"
    assert items(found, "who_umc")["timing"] == "not met"
    assert found["onset"]["status"] == "before-start"
    assert set(found["who_umc"]["categories"]) == {"unlikely", "conditional", "unassessable"}


def test_the_first_intake_in_a_diary_may_not_be_the_start() -> None:
    """With intakes alone, an event after the first of them came after the product; an earlier one says nothing."""
    use = (Use("kratom", "kratom-leaf", 4, "g"), "2022-05-10")
    person = (Person(product="kratom"), "2022-05-01")
    for started, said in (("2022-05-20", "yes"), ("2022-05-01", "unknown")):
        found = assess_event(write(person, use, (Event("itch", "itch", started=started), "2022-06-01")), "3", AS_OF)
        assert items(found)["after_product"] == said


def test_a_product_that_is_still_taken_was_not_stopped() -> None:
    diary = write(
        (Person(product="kratom"), "2022-05-01"), (TAKEN_ON, "2022-05-01"), (Event("itch", "itch"), "2023-01-05")
    )
    found = assess_event(diary, "3", AS_OF)
    assert (items(found)["improved"], items(found)["reappeared"]) == ("not done", "not done")
    assert items(found, "who_umc")["withdrawal"] == "not met"


def test_a_pause_within_a_course_is_a_stop() -> None:
    """A period off the product settles that it was stopped, whatever the open course says."""
    diary = [
        *write(
            (Person(product="kratom"), "2022-05-01"), (TAKEN_ON, "2022-05-01"), (Event("itch", "itch"), "2023-01-05")
        ),
        Entry("4", "period", "2023-02-01", f"{AS_OF}T10:00:00+00:00", Period("2023-02-01", "2023-03-15", False)),
    ]
    found = assess_event(Entries(diary), "3", AS_OF)
    assert items(found)["improved"] == "unknown"
    stretches = read_exposure(Entries(diary), AS_OF).stretches
    assert [(str(one.start), str(one.stop)) for one in stretches] == [
        ("2017-11-01", "2023-01-31"),
        ("2023-03-16", "None"),
    ]
    assert read_exposure(Entries(diary), date(2023, 2, 10)).taking is False


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Event("itch", "itch", started="2022-05-01", ended="2022-06-20", outcome="recovered"), "yes"),
        (Event("itch", "itch", started="2022-05-01", ended="2022-05-10", outcome="recovered"), "unknown"),
        (Event("itch", "itch", started="2022-05-01", ended="2022-06-20", outcome="unknown"), "unknown"),
        (Event("itch", "itch", started="2022-05-01", improved_off="yes"), "yes"),
    ],
)
def test_dechallenge_by_words_or_by_dates(event: Event, said: str) -> None:
    """The product was stopped on 2022-05-15: what was over before then did not get better by the stop."""
    diary = write((Person(product="kratom"), "2022-05-01"), (KRATOM, "2022-05-01"), (event, "2022-07-01"))
    assert items(assess_event(diary, "3", AS_OF))["improved"] == said


def draw(
    day: str, bilirubin: float, days_from_stop: int, *, alp: float = 1.0, signs: tuple[str, ...] = ()
) -> LiverFact:
    times = {"alt": 1.0, "ast": None, "alp": alp, "bilirubin": bilirubin}
    return LiverFact(
        date.fromisoformat(day), (day,), {}, {}, (), times, 1.0, None, "mixed", {}, False, days_from_stop, signs
    )


def test_a_fall_of_a_liver_test_to_half_is_a_dechallenge() -> None:
    itch = Event("itch", "itch", started="2022-05-10")
    diary = write((Person(product="kratom"), "2022-05-01"), (KRATOM, "2022-05-01"), (itch, "2022-05-10"))
    fell = LiverReading((draw("2022-05-16", 4.0, 1), draw("2022-06-20", 1.9, 36)))
    found = assess_event(diary, "3", AS_OF, liver=fell)
    improved = found["naranjo"]["items"][2]
    assert (improved["answer"], improved["entries"]) == ("yes", ["2022-05-16", "2022-06-20"])
    assert items(found)["objective"] == "yes"
    slow = LiverReading((draw("2022-05-16", 4.0, 1), draw("2022-06-20", 2.1, 36)))
    again = LiverReading(
        (*fell.draws, draw("2022-06-25", 3.8, 41, signs=("second-peak",)), draw("2022-07-20", 1.0, 66))
    )
    for reading in (slow, again):
        assert items(assess_event(diary, "3", AS_OF, liver=reading))["improved"] == "unknown"


def test_normal_liver_tests_answer_that_nothing_objective_was_found() -> None:
    diary = write(
        (Person(product="kratom"), "2022-05-01"), (TAKEN_ON, "2022-05-01"), (Event("itch", "itch"), "2023-01-05")
    )
    normal, late = draw("2023-01-10", 0.5, 0, alp=0.9), draw("2023-09-10", 3.0, 0)
    near = LiverReading((normal,))
    assert items(assess_event(diary, "3", AS_OF, liver=near))["objective"] == "no"
    over = write(
        *[(e.content, e.at) for e in diary.entries()][:2], (Event("itch", "itch", ended="2023-01-20"), "2023-01-05")
    )
    assert items(assess_event(over, "3", AS_OF, liver=LiverReading((late,))))["objective"] == "unknown"


def see_skin(verdict: str, direction: Direction | None) -> SkinChange:
    none, looks = Importance(None, None, ""), Looks(1, 52, 0.05, "")
    day = date(2023, 9, 25)
    return SkinChange(
        "cheek",
        "arm",
        day,
        verdict,
        direction,
        None,
        (),
        None,
        8,
        day,
        day,
        "",
        (day,),
        none,
        None,
        "",
        None,
        (),
        looks,
        0,
        None,
        "",
    )


@pytest.mark.parametrize(
    ("verdict", "direction", "said"),
    [
        (CHANGE, Direction(GREYER, "", True, False, False), "yes"),
        (NO_CHANGE, None, "no"),
        (TOO_FEW, None, "unknown"),
        (CHANGE, Direction("yellower", "", False, True, True), "unknown"),
    ],
)
def test_measured_skin_is_objective_evidence_of_pigment(verdict: str, direction: Direction | None, said: str) -> None:
    photo = (Photo("0" * 64, "cheek", "image/jpeg", 9), "2023-09-25")
    found = assess_event(published(photo), "3", AS_OF, skin=[see_skin(verdict, direction)])
    objective = found["naranjo"]["items"][-1]
    assert objective["answer"] == said
    assert objective["entries"] == ([] if said == "unknown" else ["4"])


def check_medicines(about: str, entries: Sequence[str], until: str = "") -> InteractionReport:
    found = Finding(
        "r",
        "second cause",
        "confusion",
        "high",
        "doxycycline",
        "",
        "",
        about,
        "",
        "",
        "",
        "",
        entries=tuple(entries),
        until=until,
    )
    use = ProductUse((), (), None, "", 0, None)
    return InteractionReport("kratom", "Kratom", AS_OF, True, use, (found,), (), (), (), (), (), "", "", "", "", "")


@pytest.mark.parametrize(
    ("about", "started", "until", "said"),
    [
        ("photosensitiser", "2022-03-01", "", "yes"),
        ("photosensitiser", "2022-06-01", "", "unknown"),
        ("pigmenting", "2015-01-01", "2016-01-01", "yes"),
        ("cyp3a-substrate", "2022-03-01", "", "unknown"),
    ],
)
def test_another_medicine_is_a_cause_where_it_fits(about: str, started: str, until: str, said: str) -> None:
    """One that is begun later cannot be it; one that pigments may have been left years ago."""
    other = (Course("doxycycline", "", started), "2023-01-01")
    found = assess_event(published(other), "3", AS_OF, interactions=[check_medicines(about, ["4"], until)])
    assert items(found)["other_causes"] == said
    assert items(found, "who_umc")["other_excluded"] == ("not met" if said == "yes" else "unknown")


def test_a_liver_medicine_left_long_ago_is_no_cause() -> None:
    other = (Course("amoxicillin", "", "2021-01-01", "2021-01-08"), "2023-01-01")
    itch = (Event("itch", "itch", started="2022-04-20"), "2022-04-20")
    diary = write((Person(product="kratom"), "2022-05-01"), (KRATOM, "2022-05-01"), itch, other)
    for until, said in (("2021-01-08", "unknown"), ("2022-04-10", "yes")):
        report = check_medicines("hepatotoxin", ["4"], until)
        assert items(assess_event(diary, "3", AS_OF, interactions=[report]))["other_causes"] == said


def test_alcohol_counts_above_the_limit_of_rucam_for_the_liver_only() -> None:
    itch = (Event("itch", "itch", started="2022-04-20"), "2022-04-20")
    for sex, drinks, said in (("female", 2.5, "yes"), ("male", 2.5, "unknown"), ("male", 3.5, "yes")):
        diary = write(
            (Person(sex, product="kratom"), "2022-04-01"), (KRATOM, "2022-04-01"), itch, (Alcohol(drinks), "2022-04-10")
        )
        assert items(assess_event(diary, "3", AS_OF))["other_causes"] == said
    assert items(assess_event(published((Alcohol(9), "2022-04-10")), "3", AS_OF))["other_causes"] == "unknown"


def test_the_same_event_before_counts_as_an_earlier_reaction() -> None:
    before = (Event("itch", "itch", started="2021-01-01", ended="2021-01-20"), "2021-01-01")
    diary = write(
        (Person(product="kratom"), "2022-05-01"),
        (TAKEN_ON, "2022-05-01"),
        (Event("itch", "itch"), "2023-01-05"),
        before,
    )
    found = assess_event(diary, "3", AS_OF)["naranjo"]["items"][8]
    assert (found["key"], found["answer"], found["entries"]) == ("earlier_reaction", "yes", ["4"])


def test_a_person_has_the_last_word_and_the_difference_is_said() -> None:
    diary = published(
        (Risk("sun-exposure", "yes"), "2022-05-01"), answer("other_causes", "yes"), answer("other_causes", "no")
    )
    found = assess_event(diary, "3", AS_OF)
    causes = found["naranjo"]["items"][4]
    assert (causes["answer"], causes["by"], causes["entries"]) == ("no", "answered", ["6"])
    assert len(found["differences"]) == 1
    assert "“no”" in found["differences"][0]
    assert "“yes”" in found["differences"][0]


def test_answers_follow_an_event_that_was_corrected() -> None:
    mended = Entry("9", "event", "2023-09-20", "2024-01-01T10:00:00+00:00", DARKER, corrects="3", why="slip")
    diary = Entries([*published(answer("objective", "yes")), mended])
    assert items(assess_event(diary, "9", AS_OF))["objective"] == "yes"


def test_other_causes_that_are_excluded_are_also_unlikely() -> None:
    excluded = answer("other_excluded", "met", "who_umc")
    sun = (Risk("sun-exposure", "yes"), "2022-05-01")
    found = assess_event(published(sun, excluded), "3", AS_OF)
    assert items(found, "who_umc")["other_unlikely"] == "unknown"
    assert found["who_umc"]["categories"]
    with pytest.raises(InvalidRequest, match="Answer one of the two anew"):
        assess_event(published(excluded, answer("other_unlikely", "not met", "who_umc")), "3", AS_OF)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (answer("objective", "yess"), "“yes”"),
        (answer("objektive", "yes"), "“objective”"),
        (answer("timing", "not needed", "who_umc"), "not met"),
    ],
)
def test_an_answer_that_a_scale_does_not_take_is_refused(given: tuple[Content, str], said: str) -> None:
    with pytest.raises(InvalidRequest, match=f"entry 4 answers .*{said}"):
        assess_event(published(given), "3", AS_OF)


def test_an_unknown_event_is_named_with_near_ids() -> None:
    with pytest.raises(UnknownName, match="No event is called “33”"):
        assess_event(published(), "33", AS_OF)
    with pytest.raises(UnknownName, match="It holds no event"):
        assess_event(published(), "3", date(2022, 6, 1))


def test_entries_after_the_day_are_not_read() -> None:
    late = published(*settle(other_causes="no"))
    assert items(assess_event(late, "3", date(2023, 9, 25)))["other_causes"] == "unknown"
    assert [one["event"] for one in assess_events(late, AS_OF)] == ["3"]


def test_groups_are_those_of_the_list_of_events() -> None:
    known = {*list_groups().values(), *list_groups()}
    assert {*RISKS_BESIDE, *MEDICINES_BESIDE} <= known
