"""Entries as JSON: in the database, and as lines of an export."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any, NoReturn

from phytovigil.errors import InvalidRequest, NewerDiary, quoted
from phytovigil.followup.diary.chain import Row
from phytovigil.followup.diary.fields import annotations_of, read_fields, show
from phytovigil.schema.diary import KINDS, Content, Entry

NAMES = ("id", "kind", "at", "recorded", "content", "corrects", "why")
CLASSES: Mapping[str, Any] = KINDS
TUPLES = {
    kind: tuple(name for name, hint in annotations_of(made).items() if "tuple" in str(hint))
    for kind, made in CLASSES.items()
}
"""Fields that JSON gives as a list and an entry holds as a tuple, by kind."""

KINDS_OF_TYPES: Mapping[type[Any], str] = {made: kind for kind, made in CLASSES.items()}
REMEMBERED = 4096
SCANNER = json.JSONDecoder()


def encode(entry: Entry) -> dict[str, Any]:
    """An entry as a mapping of JSON values.

    >>> from phytovigil.schema.diary import Pain
    >>> encode(Entry("1", "pain", "2026-03-01", "2026-03-01T20:00:00+00:00", Pain(4)))["content"]
    {'nrs': 4, 'asked': 'average'}
    """
    content = None if entry.content is None else to_mapping(entry.content)
    return {name: content if name == "content" else getattr(entry, name) for name in NAMES}


def to_mapping(content: Content) -> dict[str, Any]:
    """What an entry holds, for JSON."""
    values = ((one.name, getattr(content, one.name)) for one in fields(content))
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values}


def kind_of(content: Content) -> str:
    """The kind of what an entry holds. Raises InvalidRequest for anything else."""
    kind = KINDS_OF_TYPES.get(type(content))
    if kind is None:
        raise InvalidRequest(f"A {type(content).__name__} is no content of an entry.", f"Kinds are {', '.join(KINDS)}.")
    return kind


def decode(mapping: Any) -> Entry:
    """An entry from a mapping of JSON values. Raises InvalidRequest in one line that says what does not fit.

    >>> decode({"id": "1", "kind": "pain", "at": "2026-03-01", "recorded": "2026-03-01T20:00:00Z",
    ...         "content": {"nsr": 4}})
    Traceback (most recent call last):
    phytovigil.errors.InvalidRequest: pain has no field “nsr”. Did you mean “nrs”?
    """
    values = read_names(mapping)
    # A stand-in without content has the kind and the moments checked before the content is read by its kind.
    Entry(values["id"], values["kind"], values["at"], values["recorded"], None, corrects="-")
    content = values.pop("content")
    held = None if content is None else decode_content(values["kind"], content)
    return Entry(content=held, **values)


def read_names(mapping: Any) -> dict[str, Any]:
    """The seven parts of an entry, all texts but the content."""
    if not isinstance(mapping, Mapping):
        raise InvalidRequest("The entry is no object.", f"It has {', '.join(NAMES)}.")
    texts = {name: value for name, value in mapping.items() if name != "content"}
    values = read_fields(Entry, texts | {"content": None}, "the entry")
    if "content" not in mapping:
        raise InvalidRequest("the entry lacks “content”.", "Where an entry only withdraws another, it is null.")
    return values | {"content": mapping["content"]}


def decode_content(kind: str, mapping: Any) -> Content:
    """What an entry of a kind holds, with every type checked."""
    content: Content = KINDS[kind](**read_fields(KINDS[kind], mapping, kind))
    return content


def to_row(entry: Entry) -> Row:
    """An entry that `decode` made, as it is kept."""
    content = None if entry.content is None else write_compact(to_mapping(entry.content))
    return Row(entry.id, entry.kind, entry.at, entry.recorded, content, entry.corrects or None, entry.why)


def from_row(row: Row) -> Entry:
    """A kept entry; it was checked when it was written. Raises NewerDiary for a kind or field that is not known."""
    try:
        content = None if row.content is None else recall_content(row.kind, row.content)
    except (KeyError, TypeError):
        raise NewerDiary(
            f"The entry {row.id} has a kind or field that this program does not know.", "Update the program."
        ) from None
    return Entry(row.id, row.kind, row.at, row.recorded, content, row.corrects or "", row.why)


@lru_cache(REMEMBERED)
def recall_content(kind: str, text: str) -> Content:
    """What a kept entry holds; entries that say the same share it."""
    values, _ = SCANNER.raw_decode(text)
    for name in TUPLES[kind]:
        if name in values:
            values[name] = tuple(values[name])
    content: Content = KINDS[kind](**values)
    return content


def write_compact(value: Any) -> str:
    """JSON in one form: names sorted, no spaces, letters as they are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def parse_line(line: bytes) -> dict[str, Any]:
    """The JSON object of one line. Raises InvalidRequest for everything that is not exactly one."""
    try:
        value = json.loads(line.decode("utf-8"), parse_constant=refuse_constant, object_pairs_hook=to_object)
    except UnicodeDecodeError:
        raise InvalidRequest("It is no text in UTF-8.") from None
    except json.JSONDecodeError as error:
        raise InvalidRequest(f"It is no JSON ({error.msg}, character {error.pos + 1}).") from None
    except (ValueError, RecursionError):
        raise InvalidRequest("It is no JSON that can be read: a number too long, or lists too deep.") from None
    if not isinstance(value, dict):
        raise InvalidRequest("It is no JSON object.")
    return value


def to_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a name that stands twice would hide one of its values."""
    made = dict(pairs)
    if len(made) < len(pairs):
        [(twice, _)] = Counter(name for name, _ in pairs).most_common(1)
        raise InvalidRequest(f"The name {quoted([show(twice)])} stands twice.")
    return made


def refuse_constant(name: str) -> NoReturn:
    """NaN and Infinity are no JSON."""
    raise InvalidRequest(f"{name} is no number in JSON.")
