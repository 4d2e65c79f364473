"""Examples of the rules: small diaries with every alert that they must give, kept beside the rules as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from phytovigil.errors import UnreadableFile
from phytovigil.followup.care.loading import load_rules
from phytovigil.followup.instruments.reading import DATA, check_keys, read_toml, suggest
from phytovigil.schema.care import STATES, SkinFact
from phytovigil.schema.change import DIRECTIONS
from phytovigil.schema.diary import ANALYTES, KINDS, Content, Entries, Entry, Lab

EXAMPLE_KEYS = ("id", "about", "source", "as_of", "alerts", "near", "entries", "labs", "limits", "skin")
MADE = "made"
"""The source of an example that was put together to show a border of a rule."""
UNITS = {"bilirubin": "mg/dL"}


@dataclass(frozen=True, slots=True)
class Example:
    """A small diary and what the rules say of it.

    source : id of a source of the rules, or MADE. alerts : state of every alert that there is, by rule.
    near : rules that it comes near to without meeting them. skin : changes told by photographs.
    """

    id: str
    about: str
    source: str
    as_of: date
    alerts: Mapping[str, str]
    near: tuple[str, ...]
    diary: Entries
    skin: tuple[SkinFact, ...]


def load_examples(version: str = "2026-11") -> tuple[Example, ...]:
    """The examples of a version of the rules. Raises UnreadableFile for keys, rules or sources that are not known."""
    return read_examples(DATA / f"care-{version}.examples.toml", version)


def read_examples(file: Path, version: str) -> tuple[Example, ...]:
    """Read and check a file of examples."""
    raw = read_toml(file)
    check_keys(raw, ("example",), ("example",), file.name)
    book = load_rules(version)
    rules = [rule.card.id for rule in book.rules]
    sources = {source.id for rule in book.rules for source in rule.card.sources} | {MADE}
    return tuple(read_example(one, rules, sources, file.name) for one in raw["example"])


def read_example(raw: Mapping[str, Any], rules: list[str], sources: set[str], file: str) -> Example:
    """One [[example]]."""
    where = f"{file}, example {raw.get('id', '')}"
    check_keys(raw, EXAMPLE_KEYS, ("id", "about", "source", "as_of", "alerts"), where)
    for rule in (*raw["alerts"], *raw.get("near", ())):
        if rule not in rules:
            raise UnreadableFile(f"{where}: no rule is called “{rule}”.", suggest(rule, rules))
    for state in raw["alerts"].values():
        if state not in STATES:
            raise UnreadableFile(f"{where}: “{state}” is no state.", suggest(state, STATES))
    if raw["source"] not in sources:
        raise UnreadableFile(f"{where}: no source is called “{raw['source']}”.", suggest(raw["source"], sources))
    return Example(
        raw["id"], raw["about"], raw["source"], date.fromisoformat(raw["as_of"]), raw["alerts"],
        tuple(raw.get("near", ())), make_diary(raw, where), read_skin(raw.get("skin", ()), where),
    )  # fmt: skip


def make_diary(raw: Mapping[str, Any], where: str) -> Entries:
    """The diary of an example: its entries, then its laboratory values."""
    made = [(one["kind"], one["at"], make_content(one, where)) for one in raw.get("entries", ())]
    limits = raw.get("limits", {})
    for draw in raw.get("labs", ()):
        check_keys(draw, ("at", *ANALYTES), ("at",), where)
        for analyte in ANALYTES:
            if analyte in draw:
                unit = UNITS.get(analyte, "U/L")
                made.append(("lab", draw["at"], Lab(analyte, draw[analyte], unit, limits.get(analyte), "example")))
    return Entries(
        Entry(f"{place:05}", kind, at, f"{at[:10]}T20:00:00+00:00", content)
        for place, (kind, at, content) in enumerate(made, 1)
    )


def make_content(raw: Mapping[str, Any], where: str) -> Content:
    """The content of one entry."""
    check_keys(raw, (*raw,), ("kind", "at"), where)
    if raw["kind"] not in KINDS:
        raise UnreadableFile(f"{where}: “{raw['kind']}” is no kind of entry.", suggest(raw["kind"], KINDS))
    make: Any = KINDS[raw["kind"]]
    values = {key: value for key, value in raw.items() if key not in ("kind", "at")}
    check_keys(values, [one.name for one in fields(make)], (), where)
    made: Content = make(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})
    return made


def read_skin(raw: Any, where: str) -> tuple[SkinFact, ...]:
    """Changes of the skin that photographs told."""
    found = []
    for one in raw:
        check_keys(one, ("day", "direction", "until"), ("day", "direction"), where)
        if one["direction"] not in DIRECTIONS:
            raise UnreadableFile(
                f"{where}: “{one['direction']}” is no direction.", suggest(one["direction"], DIRECTIONS)
            )
        until = date.fromisoformat(one["until"]) if "until" in one else None
        found.append(SkinFact(date.fromisoformat(one["day"]), one["direction"], one["direction"], (), until))
    return tuple(found)
