"""The language of the rules: what it knows, and what it refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from phytovigil.errors import UnreadableFile
from phytovigil.followup.care.conditions import FLAGS, MEASURES, meets, needs_trigger, read_condition
from phytovigil.schema.care import LiverFact

REFUSED: list[tuple[Any, str]] = [
    ({"evnt": ["itch"], "days": 3}, "Did you mean “event”"),
    ({"event": ["itsh"], "days": 3}, "Did you mean “itch”"),
    ({"event": ["itch"]}, "there is no days"),
    ({"event": ["itch"], "days": -1}, "days is -1"),
    ({"event": ["itch"], "days": True}, "days is True"),
    ({"event": ["itch"], "days": 3, "grade": 0}, "grade is 0"),
    ({"event": [], "days": 3}, "list of names"),
    ({"event": ["itch"], "risk": ["heart"], "days": 3}, "nothing to ask for"),
    ({"score": ["itch"], "days": 3}, "there is no at_least"),
    ({"score": ["itches"], "days": 3, "at_least": 1}, "Did you mean “itch”"),
    ({"risk": ["pregnant"]}, "Did you mean “pregnancy”"),
    ({"risk": ["pregnancy"], "days": 3}, "“days” is no key"),
    ({"draw": ["alt = 3"], "days": 3}, "no draw is called"),
    ({"draw": ["ggt >= 3"], "days": 3}, "no measure is called “ggt”"),
    ({"draw": ["hy-fdaa"], "days": 3}, "Did you mean “hy-fda”"),
    ({"skin": ["greener"], "days": 3}, "no skin is called"),
    ({"all": []}, "all is empty"),
    ({"any": {"event": ["itch"]}}, "any is empty"),
    ({"all": [{"event": ["itch"], "days": 3}], "days": 3}, "“days” is no key"),
    ({"not": {"event": ["itch"], "days": 3}}, "could silence the rule"),
    ({}, "is no condition"),
    ("itch", "is no condition"),
]


@pytest.mark.parametrize(("raw", "said"), REFUSED)
def test_what_is_not_known_is_refused(raw: Any, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        read_condition(raw, "rule x")


def test_absence_may_be_asked_for_in_an_answer_only() -> None:
    raw = {"not": {"event": ["itch"], "days": 3}}
    assert read_condition(raw, "rule x", absence=True)


def test_taking_alone_is_no_reason() -> None:
    taken = {"taken": ["kratom"], "days": 3}
    event = {"event": ["itch"], "days": 3}
    assert not needs_trigger(read_condition(taken, ""))
    assert not needs_trigger(read_condition({"any": [taken, event]}, ""))
    assert needs_trigger(read_condition({"all": [taken, event]}, ""))


def make_draw(**times: float | None) -> LiverFact:
    known = {"alt": None, "ast": None, "alp": None, "bilirubin": None} | times
    return LiverFact(
        date(2024, 1, 1), (), {}, {}, (), known, 4.0, None, "mixed", {"fda": None, "r5": False, "nr5": True}
    )


@pytest.mark.parametrize(
    ("asked", "met"),
    [
        ("alt >= 3", True),
        ("alt > 3", False),
        ("alt <= 3", True),
        ("alt < 3.5", True),
        ("ast >= 0", False),
        ("alt_or_ast >= 3", True),
        ("bilirubin > 2", False),
        ("r >= 4", True),
        ("nr >= 0", False),
        ("hy-fda", False),
        ("hy-r5", False),
        ("hy-nr5", True),
        ("raised", True),
        ("first", False),
        ("rising", False),
        ("limit-missing", False),
    ],
)
def test_what_is_not_known_of_a_draw_is_not_met(asked: str, met: bool) -> None:
    assert meets(make_draw(alt=3.0), asked) is met


def test_every_measure_and_flag_can_be_asked_for() -> None:
    for name in (*FLAGS, *(f"{one} >= 1" for one in MEASURES)):
        assert read_condition({"draw": [name], "days": 1}, "")
