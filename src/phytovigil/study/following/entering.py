"""From what a person types to the content of an entry: `pain 4`, `lab alt 310 unit=U/L`, `event "dark urine"`."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, replace
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from phytovigil.errors import InvalidRequest, UnknownName
from phytovigil.schema.diary import KINDS, NO, YES, Content, Course, Entry, Event, Use
from phytovigil.vocabulary import load_products

TRUE, FALSE = (YES, "true", "y", "1"), (NO, "false", "n", "0")
NUMBERS = {float: "number", int: "whole number", bool: "yes or no", str: "text"}


def read_content(kind: str, words: Sequence[str]) -> Content:
    """The content that words make: those without "=" fill the fields in their order, `field=value` names them.

    Raises InvalidRequest for a kind or field that there is not, a value of another type, or one out of bounds.

    >>> read_content("lab", ["alt", "310", "U/L", "limit_source=report of the laboratory"])
    Lab(analyte='alt', value=310.0, unit='U/L', upper_limit=None, limit_source='report of the laboratory')
    """
    content = find_kind(kind)
    given: dict[str, str] = {}
    free = [one.name for one in fields(content)]
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name.isidentifier():
            name, value = next_field(kind, free, given), word
        elif name not in free:
            raise unknown_field(kind, name, free)
        if name in given:
            raise InvalidRequest(f"{name} is given twice.", "Give it once.")
        given[name] = value
    return fill_content(kind, content, given)


def change_content(entry: Entry, words: Sequence[str]) -> Content:
    """An entry's content with some fields changed, each as `field=value`.

    Raises InvalidRequest for a word without a field, and for an entry that only withdraws another.
    """
    if entry.content is None:
        raise InvalidRequest("the entry withdraws another one.", "Write the entry anew instead.")
    content, hints = type(entry.content), get_type_hints(type(entry.content))
    free = [one.name for one in fields(content)]
    changed = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals:
            raise InvalidRequest(f"“{word}” does not say which field.", f"Write FIELD=VALUE; it has {', '.join(free)}.")
        if name not in free:
            raise unknown_field(entry.kind, name, free)
        changed[name] = read_value(name, text, hints[name])
    if not changed:
        raise InvalidRequest("nothing is to be changed.", f"Write FIELD=VALUE; it has {', '.join(free)}.")
    # Words that were placed once are placed anew where they change.
    placed = {"node": "", "term": ""} if "verbatim" in changed else {}
    return replace(entry.content, **{name: value for name, value in placed.items() if name in free} | changed)


def find_kind(kind: str) -> type[Content]:
    """The class of a kind. Raises InvalidRequest with near names."""
    if kind in KINDS:
        return KINDS[kind]
    near = difflib.get_close_matches(kind, KINDS, n=1)
    hint = f"Did you mean “{near[0]}”?" if near else "`phytovigil follow kinds` lists them."
    raise InvalidRequest(f"“{kind}” is no kind of entry.", hint)


def next_field(kind: str, free: Sequence[str], given: Mapping[str, str]) -> str:
    """The first field that nothing was given for."""
    left = [name for name in free if name not in given]
    if not left:
        raise InvalidRequest(
            f"{kind} takes {len(free)} values: {', '.join(free)}.", "Put a text of many words in quotes."
        )
    return left[0]


def unknown_field(kind: str, name: str, free: Sequence[str]) -> InvalidRequest:
    """The error for a field that a kind has not."""
    near = difflib.get_close_matches(name, free, n=1)
    hint = f"Did you mean “{near[0]}”?" if near else f"It has {', '.join(free)}."
    return InvalidRequest(f"an entry of kind {kind} has no field {name}.", hint)


def fill_content(kind: str, content: type[Content], given: Mapping[str, str]) -> Content:
    """An entry's content from texts by field."""
    hints = get_type_hints(content)
    missing = [one.name for one in fields(content) if is_required(one) and not given.get(one.name)]
    if missing:
        said = describe_fields(content)[missing[0]]
        raise InvalidRequest(f"{kind} needs {' and '.join(missing)}.", f"{missing[0]}: {said}.")
    values = {name: read_value(name, text, hints[name]) for name, text in given.items()}
    return content(**values)


def is_required(one: Field[Any]) -> bool:
    """Whether a field has no default."""
    return one.default is MISSING and one.default_factory is MISSING


def describe_fields(content: type[Content]) -> dict[str, str]:
    """What each field says and may hold, in words.

    >>> describe_fields(KINDS["itch"])
    {'nrs': '0 no itch … 10 the worst imaginable, 0 to 10'}
    """
    return {one.name: describe_field(one) for one in fields(content)}


def describe_field(one: Field[Any]) -> str:
    """One field in words."""
    said = str(one.metadata.get("says", ""))
    if one.metadata.get("one_of"):
        said += f": {', '.join(one.metadata['one_of'])}"
    least, most = one.metadata.get("least"), one.metadata.get("most")
    return said if least is None or most is None else f"{said}, {least:g} to {most:g}"


def read_value(name: str, text: str, hint: Any) -> Any:
    """A text as the type of its field; an empty one is nothing.

    >>> read_value("items", "1,2", tuple[int, ...]), read_value("total", "", int | None), read_value("x", "-4,5", float)
    ((1, 2), None, -4.5)
    """
    if get_origin(hint) is UnionType:
        inner = [one for one in get_args(hint) if one is not NoneType]
        return None if not text else read_value(name, text, inner[0])
    if get_origin(hint) is tuple:
        return tuple(read_value(name, part.strip(), get_args(hint)[0]) for part in text.split(",") if part.strip())
    if hint is bool:
        return read_yes(name, text)
    if hint is str:
        return text
    if hint in (int, float):
        return read_number(name, text, hint)
    raise InvalidRequest(f"{name} cannot be typed in.", "The program fills it.")


def read_yes(name: str, text: str) -> bool:
    """Yes or no."""
    plain = text.strip().lower()
    if plain not in TRUE + FALSE:
        raise InvalidRequest(f"{name} is “{text}”.", "Write yes or no.")
    return plain in TRUE


def read_number(name: str, text: str, kind: type[int] | type[float]) -> float:
    """A number, also with a comma for its point."""
    try:
        return kind(text.strip().replace(",", ".") if kind is float else text.strip())
    except ValueError:
        raise InvalidRequest(f"{name} is “{text}”.", f"Write a {NUMBERS[kind]}.") from None


def place_content(content: Content) -> tuple[Content, str]:
    """Content with its node or its term of the list of events, and what to tell about it.

    A name that may mean several things, or nothing known, stays as the person wrote it: nothing is guessed.
    """
    if isinstance(content, Use | Course) and not content.node:
        return place_product(content)
    if isinstance(content, Event) and not content.term:
        return place_event(content)
    return content, ""


def place_product(content: Use | Course) -> tuple[Content, str]:
    """The node of a product's name, where exactly one is certain."""
    matches = [match for match in load_products().resolve(content.verbatim) if match.node]
    certain = list(dict.fromkeys(match.node for match in matches if match.certainty == "certain"))
    if len(certain) == 1:
        return replace(content, node=certain[0]), ""
    if certain:
        said = f"“{content.verbatim}” names {', '.join(map(str, certain))}: write one entry for each."
        return content, said
    return (
        content,
        f"“{content.verbatim}” is in no list of products: it is kept as written, and nothing is known of it.",
    )


def place_event(content: Event) -> tuple[Content, str]:
    """The term of an event's words, where the list of events knows them."""
    from phytovigil.followup.instruments import find_event, suggest_events

    try:
        return replace(content, term=find_event(content.verbatim).key), ""
    except UnknownName:
        near = ", ".join(f"“{term.name}” ({term.key})" for term in suggest_events(content.verbatim, 3))
        said = f"“{content.verbatim}” is not on the list of events, so no rule can see it."
        return content, f"{said} If one of these is meant, correct the entry with term=…: {near}." if near else said


def describe_kinds() -> list[dict[str, Any]]:
    """Every kind of entry with its fields, in order."""
    return [
        {
            "kind": kind,
            "says": (content.__doc__ or "").split("\n")[0],
            "fields": [
                {"name": one.name, "says": describe_field(one), "needed": is_required(one)} for one in fields(content)
            ],
        }
        for kind, content in KINDS.items()
    ]
