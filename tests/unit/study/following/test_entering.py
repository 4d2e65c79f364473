"""From words to content: types, bounds, near names; nothing is guessed."""

from __future__ import annotations

from typing import Any

import pytest

from phytovigil.errors import InvalidRequest, UnknownName
from phytovigil.schema.diary import KINDS, Course, Entry, Event, Lab, Pain, Peg, Person, Risk, Use, Withdrawal
from phytovigil.study.following.entering import change_content, describe_kinds, place_content, read_content
from phytovigil.study.following.saying import say_entry
from phytovigil.study.following.starting import describe_person

READ = [
    (("pain", "4"), Pain(4.0)),
    (("pain", "4", "worst"), Pain(4.0, "worst")),
    (("peg", "5", "4", "6"), Peg(5.0, 4.0, 6.0)),
    (("withdrawal", "items=" + ",".join("1" * 16)), Withdrawal((1,) * 16)),
    (("withdrawal", "total=13"), Withdrawal(total=13)),
    (("lab", "bilirubin", "9,5", "mg/dL", "upper_limit=1.2"), Lab("bilirubin", 9.5, "mg/dL", 1.2)),
    (("course", "kratom", "started=2026-01-02", "medicine=no"), Course("kratom", started="2026-01-02", medicine=False)),
    (("risk", "pregnancy", "no"), Risk("pregnancy", "no")),
    (("event", "dark urine", "serious=hospital, important"), Event("dark urine", serious=("hospital", "important"))),
    (("event", "a = b"), Event("a = b")),
]


@pytest.mark.parametrize(("words", "content"), READ, ids=[" ".join(words) for words, _ in READ])
def test_words_become_content(words: tuple[str, ...], content: Any) -> None:
    assert read_content(words[0], words[1:]) == content


REFUSED = [
    (("pian", "4"), "Did you mean “pain”"),
    (("pain",), "needs nrs"),
    (("pain", "four"), "Write a number"),
    (("pain", "11"), "from 0 to 10"),
    (("pain", "nan"), "from 0 to 10"),
    (("pain", "4", "nrs=5"), "twice"),
    (("pain", "4", "average", "more"), "takes 2 values"),
    (("pain", "4", "aksed=now"), "Did you mean “asked”"),
    (("pain", "4", "asked=wurst"), "Did you mean “worst”"),
    (("lab", "alt", "300", "mg/dL"), "U/L"),
    (("withdrawal", "items=1,2,3"), "It has 16"),
    (("course", "kratom", "medicine=perhaps"), "yes or no"),
    (("event", "itch", "started=yesterday"), "2026-03-01"),
    (("reading", "p", "m", "details=x"), "The program fills it"),
]


@pytest.mark.parametrize(("words", "said"), REFUSED, ids=[" ".join(words) for words, _ in REFUSED])
def test_what_cannot_be_read_is_refused_with_a_way_out(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(InvalidRequest, match=said):
        read_content(words[0], words[1:])


def test_a_product_gets_its_node_and_an_unknown_one_is_kept_as_written() -> None:
    content, notice = place_content(Use("Kratom powder"))
    assert (content, notice) == (Use("Kratom powder", node="kratom-leaf"), "")
    content, notice = place_content(Use("zzxq"))
    assert content == Use("zzxq")
    assert "kept as written" in notice


def test_ketum_is_not_guessed_to_be_kratom() -> None:
    content, _ = place_content(Use("KETUM 2.5% GEL"))
    assert isinstance(content, Use)
    assert content.node != "kratom"


def test_an_event_gets_its_term_and_an_unknown_one_says_so() -> None:
    content, notice = place_content(Event("dark urine"))
    assert isinstance(content, Event)
    assert content.term
    assert not notice
    content, notice = place_content(Event("my left ear hums a tune"))
    assert isinstance(content, Event)
    assert not content.term
    assert "no rule can see it" in notice


def entry(content: Any, kind: str) -> Entry:
    return Entry("0000abcdef", kind, "2026-03-01", "2026-03-01T08:00:00+00:00", content)


def test_a_correction_changes_what_it_names_and_places_words_anew() -> None:
    before = entry(Event("dark urine", term="dark-urine", grade=1), "event")
    assert change_content(before, ["grade=2"]) == Event("dark urine", term="dark-urine", grade=2)
    assert change_content(before, ["verbatim=itch"]) == Event("itch", grade=1)
    for words, said in (([], "nothing"), (["2"], "which field"), (["grad=2"], "grade")):
        with pytest.raises(InvalidRequest, match=said):
            change_content(before, words)


def test_every_kind_is_described_and_said() -> None:
    described = describe_kinds()
    assert [one["kind"] for one in described] == list(KINDS)
    assert all(one["says"] and field["says"] for one in described for field in one["fields"])
    assert say_entry(entry(Pain(4), "pain")) == "nrs 4, asked average"
    assert say_entry(entry(Use("kratom", amount=3, unit="g"), "use")) == "kratom 3 g"
    assert say_entry(entry(Peg(4, 5, 6), "peg")).endswith("score 5")


def test_a_product_that_nobody_knows_is_refused_with_near_names() -> None:
    assert describe_person("kratom", country="de") == Person(product="kratom", country="DE")
    with pytest.raises(UnknownName, match="kratom"):
        describe_person("kratum")
