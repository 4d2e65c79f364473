"""Reading the data files of the room: every key is known, or refused with near names."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from phytovigil.errors import UnreadableFile, quoted
from phytovigil.schema.care import BASES, CareSource

DATA = Path(__file__).parent.parent / "data"
"""Where the data files stand that came with the program."""

SOURCE_KEYS = ("citation", "address", "seen", "basis", "says")


def read_toml(file: Path) -> dict[str, Any]:
    """Parse a file. Raises UnreadableFile for one that is missing or no TOML."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UnreadableFile(f"{file.name} cannot be read as TOML: {error}.") from error


def check_keys(raw: Mapping[str, Any], known: Collection[str], needed: Collection[str], where: str) -> None:
    """Refuse a key that is not known, and the lack of one that is needed."""
    for key in raw:
        if key not in known:
            raise UnreadableFile(f"{where}: “{key}” is no key here.", suggest(key, known))
    for key in needed:
        if key not in raw:
            raise UnreadableFile(f"{where}: there is no {key}.", f"Add `{key} = …`.")


def suggest(asked: str, known: Collection[str]) -> str:
    """Near names, or all of them.

    >>> suggest("evnt", ["event", "risk"])
    'Did you mean “event”?'
    """
    near = difflib.get_close_matches(asked, sorted(known), n=2, cutoff=0.6)
    return f"Did you mean {quoted(near)}?" if near else f"Known are {', '.join(sorted(known))}."


def check_texts(raw: Mapping[str, Any], keys: Collection[str], where: str) -> None:
    """Refuse anything but text under these keys."""
    for key in keys:
        if key in raw and not isinstance(raw[key], str):
            raise UnreadableFile(f"{where}: {key} is {raw[key]!r}.", "Write a text.")


def read_source(raw: Mapping[str, Any], where: str, name: str = "") -> CareSource:
    """One source with what was read of it. Raises UnreadableFile for a basis that is not known."""
    check_keys(raw, (*SOURCE_KEYS, "id"), SOURCE_KEYS, where)
    check_texts(raw, (*SOURCE_KEYS, "id"), where)
    if raw["basis"] not in BASES:
        raise UnreadableFile(f"{where}: basis is “{raw['basis']}”.", suggest(raw["basis"], BASES))
    return CareSource(raw.get("id", name), *(raw[key] for key in SOURCE_KEYS))
