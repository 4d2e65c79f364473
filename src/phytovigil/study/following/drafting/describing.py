"""A draft as text for the terminal, as JSON, and as TOML."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from phytovigil.errors import InvalidRequest
from phytovigil.schema.case_draft import CHANGED, CONFIRMED, CRITERIA, LEFT_OUT, TO_CONFIRM, CaseDraft, DraftField
from phytovigil.study.following.drafting.answering import is_complete
from phytovigil.study.following.drafting.case_file import quote_toml

TEXT_FORM, JSON_FORM, TOML_FORM = "text", "json", "toml"
FORMS = (TEXT_FORM, JSON_FORM, TOML_FORM)
SCHEMA = "phytovigil/case-draft/1"
MARKS = {TO_CONFIRM: "?", CONFIRMED: "✓", CHANGED: "~", LEFT_OUT: "–"}
LEGEND = "? to confirm   ✓ confirmed   ~ changed by you   – left out   * counts for one of the four things"
UNIT_WORDS = {"a": "years", "mo": "months", "wk": "weeks", "d": "days", "h": "hours"}
WIDTH = 100


def describe_draft(draft: CaseDraft, form: str = TEXT_FORM) -> str:
    """A draft in full; the same draft gives the same text. form : of FORMS. Raises InvalidRequest for another one."""
    if form == TEXT_FORM:
        return "\n".join(write_lines(draft)) + "\n"
    if form == JSON_FORM:
        return json.dumps(map_draft(draft), ensure_ascii=False, indent=1) + "\n"
    if form == TOML_FORM:
        return write_toml(draft)
    raise InvalidRequest(f"A draft is not written as “{form}”.", f"It is written as {', '.join(FORMS)}.")


def write_lines(draft: CaseDraft) -> Iterator[str]:
    """A heading, and the blocks with their fields."""
    yield f"Draft of a case report as of {draft.as_of} ({draft.program} {draft.version})"
    yield f"{say_open(draft)} {say_missing(draft)}"
    yield LEGEND
    block = ""
    for field in draft.fields:
        if field.block != block:
            block = field.block
            yield f"\n{block}"
        yield from write_field(field)


def say_open(draft: CaseDraft) -> str:
    """How many fields wait for the person's word."""
    count, total = len(draft.open), len(draft.fields)
    if not count:
        return f"You have said your word on all {total} fields."
    return f"{count} of {total} fields {'is' if count == 1 else 'are'} still to be confirmed."


def say_missing(draft: CaseDraft) -> str:
    """What a valid report still needs."""
    if not draft.missing:
        return "The four things that a valid report needs are there: a person, a reporter, a reaction, a product."
    words = {name: f"an identifiable {name}" if name in CRITERIA[:2] else f"a {name}" for name in CRITERIA}
    words["product"] = "a suspected product"
    return f"A valid report still needs {' and '.join(words[name] for name in draft.missing)}."


def write_field(field: DraftField) -> Iterator[str]:
    """One field: its mark, label and value, then its key, element and reason."""
    needed = "*" if field.required else ""
    shown = f"{field.value} {UNIT_WORDS.get(field.unit, field.unit)}".strip() if field.value else ""
    lines = shown.split("\n") if shown else ["(left out)" if field.state == LEFT_OUT else "(not known)"]
    yield from textwrap.wrap(
        f"{MARKS[field.state]} {field.label}{needed}: {lines[0]}",
        WIDTH,
        initial_indent="  ",
        subsequent_indent="      ",
    )
    for line in lines[1:]:
        yield from textwrap.wrap(line, WIDTH, initial_indent="      ", subsequent_indent="      ")
    said = f"{field.key}   [{field.element}]{f'   {field.why}' if field.why else ''}"
    choices = f"   one of: {', '.join(field.choices)}" if field.choices and field.state == TO_CONFIRM else ""
    yield from textwrap.wrap(said + choices, WIDTH, initial_indent="      ", subsequent_indent="      ")


def map_draft(draft: CaseDraft) -> dict[str, Any]:
    """A draft as plain values."""
    return {
        "schema": SCHEMA,
        "event": draft.event,
        "as_of": draft.as_of.isoformat(),
        "program": {"name": draft.program, "version": draft.version},
        "standard": "ICH E2B(R3)",
        "complete": is_complete(draft),
        "missing": list(draft.missing),
        "fields": [map_field(field) for field in draft.fields],
    }


def map_field(field: DraftField) -> dict[str, Any]:
    """A field as plain values. What the diary says of a field that is left out stays in the diary."""
    plain = asdict(field)
    del plain["found"]
    if field.state == LEFT_OUT:
        plain["entries"] = ()
    return plain | {"required": field.required}


def write_toml(draft: CaseDraft) -> str:
    """A draft as TOML: a heading, and a table for each field."""
    plain = map_draft(draft)
    fields = plain.pop("fields")
    lines = [f"{key} = {quote_toml(value)}" for key, value in plain.items()]
    for field in fields:
        lines += ["", "[[field]]", *(f"{key} = {quote_toml(value)}" for key, value in field.items())]
    return "\n".join(lines) + "\n"
