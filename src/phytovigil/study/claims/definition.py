"""Read claims, conditions and effects of a study file. Every key is known or refused."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar

from phytovigil.errors import InvalidStudy, quoted
from phytovigil.schema.claims import Claim, ClaimEvidence, Condition, Effect

SECTIONS = ("claim", "condition", "effect")
"""Sections written as [[section]], any number of times."""

Entry = TypeVar("Entry", Claim, ClaimEvidence, Condition, Effect)


def parse_claims(raw: Mapping[str, Any]) -> tuple[Claim, ...]:
    """The claims of a study file, from its TOML. Raises InvalidStudy that names section, key and near names."""
    claims = []
    for item in list_entries(raw, "claim"):
        rows = list_entries(item, "evidence", "claim.evidence")
        evidence = tuple(make_entry(ClaimEvidence, "claim.evidence", row) for row in rows)
        claims.append(make_entry(Claim, "claim", {**item, "evidence": evidence}))
    return require_unique("claim", claims)


def parse_conditions(raw: Mapping[str, Any]) -> tuple[Condition, ...]:
    """The conditions of a study file."""
    found = [make_entry(Condition, "condition", item) for item in list_entries(raw, "condition")]
    return require_unique("condition", found)


def parse_effects(raw: Mapping[str, Any]) -> tuple[Effect, ...]:
    """The rows of the table of benefit and risk that a study file asks for."""
    return require_unique("effect", [make_entry(Effect, "effect", item) for item in list_entries(raw, "effect")])


def list_entries(raw: Mapping[str, Any], key: str, section: str = "") -> Sequence[Mapping[str, Any]]:
    """The entries of a section that is written any number of times."""
    found = raw.get(key, [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise InvalidStudy(f"{section or key} is not a section.", f"Write [[{section or key}]] above its keys.")
    return found


def make_entry(kind: type[Entry], section: str, raw: Mapping[str, Any]) -> Entry:
    """One entry; its keys are the fields of its class."""
    known: dict[str, Field[Any]] = {field.name: field for field in fields(kind)}
    for key, value in raw.items():
        require_known(section, key, known)
        require_fit(section, key, value, is_list="tuple" in str(known[key].type))
    for name, field in known.items():
        if field.default is MISSING and not raw.get(name):
            raise InvalidStudy(f"a [[{section}]]{name_entry(raw)} has no `{name}`.")
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
    return kind(**values)


def name_entry(raw: Mapping[str, Any]) -> str:
    """Which entry it is, as far as it says."""
    name = raw.get("id") or raw.get("row")
    return f" ({name})" if isinstance(name, str) else ""


def require_known(section: str, key: str, known: Mapping[str, object]) -> None:
    """Refuse an unknown key, with near names."""
    if key not in known:
        near = difflib.get_close_matches(key, known, n=2, cutoff=0.6)
        hint = f"Did you mean {quoted(near)}?" if near else f"Known are {', '.join(known)}."
        raise InvalidStudy(f"“{key}” is no key of [[{section}]].", hint)


def require_fit(section: str, key: str, value: object, *, is_list: bool) -> None:
    """Refuse a value of the wrong kind."""
    texts = isinstance(value, (list, tuple)) and all(isinstance(item, (str, ClaimEvidence)) for item in value)
    if not (texts if is_list else isinstance(value, str)):
        needed = "list of texts" if is_list else "text"
        raise InvalidStudy(f"{key} in [[{section}]] is {value!r}; a {needed} is needed.")


def require_unique(section: str, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Refuse two entries of one id."""
    seen: set[str] = set()
    for entry in entries:
        name = getattr(entry, "id", "")
        if name in seen:
            raise InvalidStudy(f"two [[{section}]] entries are called “{name}”.")
        seen.add(name)
    return tuple(entries)
