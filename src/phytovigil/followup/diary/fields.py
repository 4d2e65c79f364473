"""Values of a JSON object, held against the annotations of a dataclass."""

from __future__ import annotations

import difflib
import math
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields
from functools import cache, partial
from typing import Any

from phytovigil.errors import InvalidRequest, quoted

Reader = Callable[[Any, str], Any]
"""Takes a JSON value and where it stands; raises InvalidRequest."""

LARGEST = 2**63 - 1
SHOWN = 60
WORDS = {str: "a text", float: "a number", int: "a whole number", bool: "true or false"}


@cache
def annotations_of(kind: Any) -> Mapping[str, Any]:
    """Resolved annotations of the fields of a dataclass, by name."""
    hints = typing.get_type_hints(kind)
    return {one.name: hints[one.name] for one in fields(kind)}


@cache
def required_of(kind: Any) -> tuple[str, ...]:
    """Names of the fields without a default."""
    return tuple(one.name for one in fields(kind) if is_required(one))


def is_required(one: Field[Any]) -> bool:
    """Whether a field has no default."""
    return one.default is MISSING and one.default_factory is MISSING


def read_fields(kind: Any, mapping: Any, where: str) -> dict[str, Any]:
    """Arguments of a dataclass from a JSON object. Raises InvalidRequest for names and types that do not fit."""
    if not isinstance(mapping, Mapping):
        raise refused(where, mapping, "an object with names and values")
    readers = readers_of(kind)
    if not mapping.keys() <= readers.keys():
        raise unknown_field(next(name for name in mapping if name not in readers), readers, where)
    missing = [name for name in required_of(kind) if name not in mapping]
    if missing:
        raise InvalidRequest(f"{where} lacks {quoted(missing)}.", "Add what is missing.")
    return {name: readers[name](value, f"{where}: {name}") for name, value in mapping.items()}


def unknown_field(name: Any, known: Iterable[str], where: str) -> InvalidRequest:
    """The error of a name that no field has."""
    near = difflib.get_close_matches(str(name), known, n=2)
    hint = f"Did you mean {quoted(near)}?" if near else f"It has {', '.join(known)}."
    return InvalidRequest(f"{where} has no field {quoted([show(name)])}.", hint)


@cache
def readers_of(kind: Any) -> Mapping[str, Reader]:
    """What reads each field of a dataclass, by name."""
    return {name: make_reader(annotation) for name, annotation in annotations_of(kind).items()}


def make_reader(annotation: Any) -> Reader:
    """A function that takes a JSON value and where it stands, and gives it as the annotation wants it."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (types.UnionType, typing.Union):
        return partial(read_optional, make_reader(next(one for one in inner if one is not types.NoneType)))
    if origin is tuple:
        return partial(read_list, make_reader(inner[0]))
    if origin is not None and issubclass(origin, Mapping):
        return partial(read_object, make_reader(inner[1]))
    return partial(read_plain, annotation)


def read_optional(reader: Reader, value: Any, where: str) -> Any:
    """A value that may be null."""
    return None if value is None else reader(value, where)


def read_list(reader: Reader, value: Any, where: str) -> tuple[Any, ...]:
    """A tuple from a JSON list."""
    if not isinstance(value, list):
        raise refused(where, value, "a list")
    return tuple(reader(one, where) for one in value)


def read_object(reader: Reader, value: Any, where: str) -> dict[str, Any]:
    """Values by name from a JSON object."""
    if not isinstance(value, dict):
        raise refused(where, value, "an object")
    return {read_plain(str, name, where): reader(one, where) for name, one in value.items()}


def read_plain(wanted: Any, value: Any, where: str) -> Any:
    """A text, a number, or true and false; a number is never true or false, and always finite."""
    if wanted is float and type(value) is int and abs(value) <= LARGEST:
        value = float(value)
    if type(value) is not wanted:
        raise refused(where, value, WORDS[wanted])
    if wanted is str and not is_text(value):
        raise refused(where, "half a character", "a text of whole characters")
    if wanted is float and not math.isfinite(value):
        raise refused(where, value, "a finite number")
    if wanted is int and abs(value) > LARGEST:
        raise refused(where, value, "a smaller number")
    return value


def is_text(value: str) -> bool:
    """Whether a text can be written as UTF-8: it holds no half of a pair of surrogates."""
    return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)


def refused(where: str, value: Any, wanted: str) -> InvalidRequest:
    """The error of a value of another type."""
    return InvalidRequest(f"{where} is {describe(value)}.", f"It is {wanted}.")


def describe(value: Any) -> str:
    """A value in a sentence, short.

    >>> describe(None), describe(True), describe("much"), describe([1]), describe(2.5)
    ('null', 'true', '“much”', 'a list', '2.5')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted([show(value)])
    if isinstance(value, int | float):
        return f"{value:g}" if not isinstance(value, int) or abs(value) <= LARGEST else "a number that is far too large"
    return "a list" if isinstance(value, list) else "an object"


def show(text: Any) -> str:
    """The beginning of a text, on one line and printable."""
    safe = "".join(character if character.isprintable() else "?" for character in str(text)[:SHOWN])
    return safe + "…" if len(str(text)) > SHOWN else safe
