"""Characters that the fonts of the PDF cannot show."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

SAMPLE = (
    b'#set text(lang: "en", font: ("Libertinus Serif", "DejaVu Sans Mono"))\n#set document(title: "x")\n'
    b"#json(bytes(sys.inputs.page)).join()"
)
"""A document that shows some characters and nothing else."""


def spell_missing(value: Any, missing: Iterable[str]) -> Any:
    """Data in whose texts the missing characters are spelt by their numbers.

    >>> spell_missing({"body": ["a中"]}, ["中"])
    {'body': ['a[U+4E2D]']}
    """
    return replace_letters(value, {ord(letter): f"[U+{ord(letter):04X}]" for letter in missing})


def replace_letters(value: Any, spelt: Mapping[int, str]) -> Any:
    """Data with letters replaced in all of its texts; names of fields stay."""
    if isinstance(value, str):
        return value.translate(dict(spelt))
    if isinstance(value, list):
        return [replace_letters(item, spelt) for item in value]
    if isinstance(value, dict):
        return {key: replace_letters(item, spelt) for key, item in value.items()}
    return value


def list_unusual(value: Any) -> list[str]:
    """Characters in the texts of some data that a font may lack, each once and in order.

    >>> list_unusual(["é a 中\\x07"])
    ['\\x07', 'é', '中']
    """
    return sorted(set(re.findall(r"[^\x20-\x7e\n\t\r]", "".join(list_texts(value)))))


def list_texts(value: Any) -> Iterator[str]:
    """All texts of some data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value if isinstance(value, list) else value.values():
            yield from list_texts(item)


def find_missing(letters: Sequence[str], can_show: Callable[[str], bool]) -> list[str]:
    """Letters that cannot be shown, found by halving; can_show : whether all letters of a text can be.

    >>> find_missing("abxcdy", lambda text: not set(text) & set("xy"))
    ['x', 'y']
    """
    if not letters or can_show("".join(letters)):
        return []
    if len(letters) == 1:
        return list(letters)
    half = len(letters) // 2
    return find_missing(letters[:half], can_show) + find_missing(letters[half:], can_show)


def write_sample(letters: str) -> dict[str, str]:
    """What the sample document shows: letters apart, so that none changes another."""
    return {"page": json.dumps([f"{letter} " for letter in letters])}
