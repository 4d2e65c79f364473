"""The list of events that a person can choose from, and the way from their words to it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from phytovigil.errors import UnknownName, UnreadableFile
from phytovigil.followup.instruments.criteria import load_criteria
from phytovigil.followup.instruments.reading import DATA, check_keys, read_toml, suggest
from phytovigil.schema.instruments import EventTerm

FILE = DATA / "events.toml"
EVENT_KEYS = ("key", "name", "group", "synonyms", "criteria")
ALIKE = 0.72
"""Least similarity (difflib's ratio) of a name that is suggested; it never decides by itself."""


@cache
def load_events(file: Path = FILE) -> tuple[EventTerm, ...]:
    """All events, in the order of the file. Raises UnreadableFile for a name that two events share.

    >>> next(event.name for event in load_events() if event.key == "dark-urine")
    'dark urine'
    """
    raw = read_toml(file)
    check_keys(raw, ("list", "groups", "event"), ("list", "groups", "event"), file.name)
    groups = raw["groups"]
    events = []
    for one in raw["event"]:
        where = f"{file.name}, {one.get('key', '[[event]]')}"
        check_keys(one, EVENT_KEYS, ("key", "name", "group"), where)
        if one["group"] not in groups:
            raise UnreadableFile(f"{where}: no group is called “{one['group']}”.", suggest(one["group"], groups))
        criteria = one.get("criteria", "")
        if criteria and criteria not in load_criteria().terms:
            raise UnreadableFile(
                f"{where}: the criteria have no “{criteria}”.", suggest(criteria, load_criteria().terms)
            )
        events.append(
            EventTerm(one["key"], one["name"], groups[one["group"]], tuple(one.get("synonyms", ())), criteria)
        )
    index_names(tuple(events))
    return tuple(events)


@cache
def index_names(events: tuple[EventTerm, ...]) -> dict[str, EventTerm]:
    """Each event by each of its names, folded. Raises UnreadableFile where two events share one."""
    found: dict[str, EventTerm] = {}
    for event in events:
        for name in (event.key, event.name, *event.synonyms):
            other = found.setdefault(fold(name), event)
            if other is not event:
                raise UnreadableFile(f"“{name}” is a name of {other.key} and of {event.key}.", "Keep one of the two.")
    return found


def fold(words: str) -> str:
    """Words without case, marks and the small words in front.

    >>> fold("  My pee is: Brown! "), fold("dark-urine")
    ('pee is brown', 'dark urine')
    """
    plain = re.sub(r"[\W_]+", " ", words.casefold()).strip()
    return re.sub(r"^(?:(?:my|a|an|the|some|i have|i had|have|had|got)\s+)+", "", plain)


@lru_cache(maxsize=4096)
def name_event(words: str) -> EventTerm | None:
    """The event that goes by these words, in whatever order and with silent ones between; None where none does.

    A likeness decides nothing, and a word that is not silent, such as “no”, makes it another text.

    >>> name_event("Dark pee").key, name_event("my skin looks yellow").key
    ('dark-urine', 'yellow-skin')
    >>> name_event("dark mood"), name_event("no dark urine")
    (None, None)
    """
    return index_names(load_events()).get(fold(words)) or index_words(load_events()).get(speaking_words(words))


@cache
def index_words(events: tuple[EventTerm, ...]) -> dict[frozenset[str], EventTerm | None]:
    """Each event by the speaking words of its names; None for words that two events share."""
    found: dict[frozenset[str], EventTerm | None] = {}
    for name, event in index_names(events).items():
        words = speaking_words(name)
        found[words] = event if found.get(words, event) is event else None
    return found


def speaking_words(words: str) -> frozenset[str]:
    """The words of a text without those that say nothing.

    >>> sorted(speaking_words("My skin is looking a bit yellow"))
    ['skin', 'yellow']
    """
    return frozenset(re.sub(r"[\W_]+", " ", words.casefold()).split()) - list_silent_words()


def suggest_events(words: str, most: int = 5) -> tuple[EventTerm, ...]:
    """Events whose names come near, nearest first, each once; none where nothing is alike.

    First names that stand in the words or the other way round, then spellings, then names that share a telling word.

    >>> [event.key for event in suggest_events("itchng")][0], suggest_events("my pee is like cola")[0].key
    ('itch', 'dark-urine')
    """
    names = index_names(load_events())
    asked = fold(words)
    whole = [name for name in names if asked and (f" {asked} " in f" {name} " or f" {name} " in f" {asked} ")]
    near = difflib.get_close_matches(asked, list(names), n=4 * most, cutoff=ALIKE)
    found = dict.fromkeys((*sorted(whole, key=lambda name: -len(name)), *near, *share_words(asked, names)))
    return tuple({names[name].key: names[name] for name in found}.values())[:most]


def share_words(asked: str, names: Iterable[str]) -> list[str]:
    """Names that share words with what is asked, those that share most first; words that tell nothing do not count.

    >>> share_words("pee like cola", ["brown pee", "urine like cola", "like nothing"])
    ['brown pee', 'urine like cola']
    """
    plain = list_plain_words()
    telling = set(asked.split()) - plain
    apart = {name: set(name.split()) - plain for name in names}
    shares = {name: len(telling & own) / len(telling | own) for name, own in apart.items() if own}
    return sorted((name for name in shares if shares[name]), key=lambda name: -shares[name])


@cache
def list_plain_words(file: Path = FILE) -> frozenset[str]:
    """Words that many names share, so that they tell nothing."""
    return frozenset(read_toml(file)["list"]["plain_words"])


@cache
def list_silent_words(file: Path = FILE) -> frozenset[str]:
    """Words that change nothing of what a text says."""
    return frozenset(read_toml(file)["list"]["silent_words"])


def find_event(words: str) -> EventTerm:
    """The event that goes by these words. Raises UnknownName with near names for any others.

    >>> find_event("yellowing of the skin").key
    'yellow-skin'
    """
    found = name_event(words)
    if found is None:
        near = [event.name for event in suggest_events(words, most=3)]
        raise UnknownName("event", words, "the list of events", near, "Keep your own words; no rule will look at them.")
    return found
