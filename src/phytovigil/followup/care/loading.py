"""Reading the rules: one dated file, every key known, every source used, every condition checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from phytovigil.errors import UnknownName, UnreadableFile
from phytovigil.followup.care.conditions import Condition, needs_trigger, read_condition
from phytovigil.followup.care.saying import say_condition
from phytovigil.followup.instruments.reading import DATA, check_keys, check_texts, read_source, read_toml, suggest
from phytovigil.schema.care import URGENCIES, CareRule, CareSource

HEAD_KEYS = ("version", "title", "limits")
TEXT_KEYS = ("id", "title", "urgency", "as_of", "said", "for_clinician")
ANSWER_KEYS = ("answered", "answered_said", "answered_urgency")
RULE_KEYS = (*TEXT_KEYS, "sources", "when", *ANSWER_KEYS)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its conditions. answered : what answers it, None where nothing does."""

    card: CareRule
    when: Condition
    answered: Condition | None
    answered_urgency: str


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules of one date. limits : what rules of this kind cannot say."""

    version: str
    title: str
    limits: str
    rules: tuple[Rule, ...]

    def find(self, rule: str) -> Rule:
        """A rule by its id. Raises UnknownName for any other."""
        found = {one.card.id: one for one in self.rules}
        if rule not in found:
            raise UnknownName("rule", rule, f"the rules of {self.version}", hint=f"There is {', '.join(found)}.")
        return found[rule]


def list_rule_books() -> tuple[str, ...]:
    """Versions that came with the program, oldest first.

    >>> "2026-11" in list_rule_books()
    True
    """
    return tuple(sorted(file.stem.removeprefix("care-") for file in DATA.glob("care-????-??.toml")))


def load_rules(version: str | Path = "") -> RuleBook:
    """The newest rules, those of a version that came with the program, or a file of one's own as a Path.

    Raises UnknownName for a version that is not there, and UnreadableFile that names file, rule and key.
    """
    if isinstance(version, Path):
        return read_rule_book(version)
    shipped = list_rule_books()
    if version and version not in shipped:
        raise UnknownName("version of the rules", version, "this program", hint=f"There is {', '.join(shipped)}.")
    return read_rule_book(DATA / f"care-{version or shipped[-1]}.toml")


@cache
def read_rule_book(file: Path) -> RuleBook:
    """Read and check a file of rules."""
    raw = read_toml(file)
    check_keys(raw, ("rules", "source", "rule"), ("rules", "source", "rule"), file.name)
    check_keys(raw["rules"], HEAD_KEYS, HEAD_KEYS, f"{file.name}, [rules]")
    sources = read_sources(raw["source"], file.name)
    rules = tuple(read_rule(one, sources, file.name) for one in raw["rule"])
    require_once([rule.card.id for rule in rules], "rule", file.name)
    used = {source.id for rule in rules for source in rule.card.sources}
    for source in sources:
        if source not in used:
            raise UnreadableFile(f"{file.name}: no rule cites “{source}”.", "Cite it or take it out.")
    return RuleBook(**raw["rules"], rules=rules)


def read_sources(raw: list[Mapping[str, Any]], file: str) -> dict[str, CareSource]:
    """All sources by id."""
    found = [read_source(one, f"{file}, source {one.get('id', '')}") for one in raw]
    require_once([source.id for source in found], "source", file)
    return {source.id: source for source in found}


def require_once(ids: list[str], what: str, file: str) -> None:
    """Refuse an id that is missing or there twice."""
    twice = sorted({one for one in ids if ids.count(one) > 1 or not one})
    if twice:
        raise UnreadableFile(f"{file}: the {what} “{twice[0]}” is there twice, or has no id.", "Give each its own id.")


def read_rule(raw: Mapping[str, Any], sources: Mapping[str, CareSource], file: str) -> Rule:
    """One [[rule]]."""
    where = f"{file}, rule {raw.get('id', '')}"
    check_keys(raw, RULE_KEYS, (*TEXT_KEYS, "sources", "when"), where)
    check_texts(raw, (*TEXT_KEYS, "answered_said", "answered_urgency"), where)
    if "answered" in raw:
        check_keys(raw, RULE_KEYS, ANSWER_KEYS, where)
    for key in ("urgency", "answered_urgency"):
        if raw.get(key, URGENCIES[0]) not in URGENCIES:
            raise UnreadableFile(f"{where}: {key} is “{raw[key]}”.", suggest(raw[key], URGENCIES))
    when = read_condition(raw["when"], f"{where}, when")
    if not needs_trigger(when):
        raise UnreadableFile(f"{where}: it would hold for everybody who takes the product.", "Ask for an event.")
    return Rule(
        read_card(raw, sources, when, where),
        when,
        read_condition(raw["answered"], f"{where}, answered", absence=True) if "answered" in raw else None,
        raw.get("answered_urgency", raw["urgency"]),
    )


def read_card(raw: Mapping[str, Any], sources: Mapping[str, CareSource], when: Condition, where: str) -> CareRule:
    """What a reader sees of a rule."""
    cited = []
    for source in raw["sources"]:
        if source not in sources:
            raise UnreadableFile(f"{where}: no source is called “{source}”.", suggest(source, sources))
        cited.append(sources[source])
    if not cited:
        raise UnreadableFile(f"{where}: it cites nothing.", "Name its sources.")
    texts = {key: raw[key].strip() for key in TEXT_KEYS}
    answered_said = raw.get("answered_said", "").strip()
    return CareRule(**texts, sources=tuple(cited), answered_said=answered_said, holds=say_condition(when))
