"""A person's words and the list of events."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phytovigil.errors import UnknownName, UnreadableFile
from phytovigil.followup.instruments import find_event, load_criteria, load_events, name_event, suggest_events
from phytovigil.followup.instruments.events import FILE, fold, index_names


def test_every_name_leads_to_its_event() -> None:
    for event in load_events():
        for name in (event.key, event.name, *event.synonyms, event.name.upper(), f" My {event.name}! "):
            assert name_event(name) == event, name


def test_criteria_of_an_event_exist() -> None:
    terms = load_criteria().terms
    assert all(event.criteria in terms for event in load_events() if event.criteria)
    assert sum(bool(event.criteria) for event in load_events()) > 30


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("itchng", "itch"),
        ("yelow eyes", "yellow-eyes"),
        ("seizur", "seizure"),
        ("very dark urine since monday", "dark-urine"),
        ("thoughts of suicied", "suicidal-thoughts"),
        ("my pee is like cola", "dark-urine"),
        ("the whites of my eyes turned yellow", "yellow-eyes"),
        ("yellow eyes and itching all over", "itch"),
    ],
)
def test_near_names_are_suggested_and_decide_nothing(words: str, first: str) -> None:
    assert name_event(words) is None
    assert suggest_events(words)[0].key == first
    with pytest.raises(UnknownName, match="Did you mean"):
        find_event(words)


def test_words_like_none_are_said_to_be_like_none() -> None:
    assert suggest_events("qqq zzz") == ()
    with pytest.raises(UnknownName, match="no rule will look at them"):
        find_event("qqq zzz")


def test_dark_mood_is_no_dark_urine() -> None:
    assert name_event("dark mood") is None
    assert name_event("yellow shirt") is None


@given(st.text(max_size=40))
def test_any_words_are_taken(words: str) -> None:
    assert fold(fold(words)) == fold(words)
    assert len(suggest_events(words, most=3)) <= 3


def test_a_name_that_two_events_share_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(FILE.read_text(encoding="utf-8").replace('"tiredness"', '"itching"'))
    with pytest.raises(UnreadableFile, match=r"name of itch and of fatigue"):
        load_events(file)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('group = "heart"', 'group = "hart"', "Did you mean “heart”"),
        ('criteria = "seizure"', 'criteria = "seizures"', "Did you mean “seizure”"),
        ('group = "heart"', 'grp = "heart"', "“grp” is no key"),
    ],
)
def test_a_broken_list_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = tmp_path / "own.toml"
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(UnreadableFile, match=said):
        load_events(file)


def test_names_are_indexed_once() -> None:
    names = index_names(load_events())
    assert len(names) > 200
