"""A study file, and the one that it extends, as they are written and as one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from phytovigil.errors import InvalidStudy

Raw = Mapping[str, Any]

MOST_PARTS = 5
"""Longest chain of study files that extend one another."""


def read_parts(path: Path) -> list[tuple[str, str]]:
    """The study file and those that it extends, each with its path from the folder of the first, and its text.

    Raises InvalidStudy for a file that is not there or cannot be read, and for a chain without end.
    """
    parts = [(path.name, read_text(path))]
    while written := read_extended(parse_toml(parts[-1][1])):
        name = (Path(parts[-1][0]).parent / written).as_posix()
        if name in dict(parts) or len(parts) == MOST_PARTS:
            raise InvalidStudy(f"Study file {path}: it extends {name}, in a circle or beyond {MOST_PARTS} files.")
        parts.append((name, read_text(path.parent / name)))
    return parts


def read_extended(raw: Raw) -> str:
    """The study file that another one extends, as it is written there; empty if there is none."""
    study = raw.get("study")
    written = study.get("extends", "") if isinstance(study, dict) else ""
    if not isinstance(written, str):
        raise InvalidStudy(f"extends in [study] is {written!r}; the name of a study file is needed.")
    return written


def read_text(path: Path) -> str:
    """The text of a study file."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise InvalidStudy(f"There is no study file {path}.", "The folder examples/ has one to start from.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidStudy(f"The study file {path} cannot be read: {error}.") from error


def parse_toml(text: str) -> dict[str, Any]:
    """The content of a study file."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidStudy(f"this is not TOML: {error}.") from error


def join_texts(parts: Sequence[tuple[str, str]]) -> str:
    """The files as written, one after the other; a single one stays as it is.

    >>> print(join_texts([("a.toml", "x = 1\\n"), ("b.toml", "y = 2\\n")]))
    x = 1
    <BLANKLINE>
    # ---- extends b.toml ----
    <BLANKLINE>
    y = 2
    <BLANKLINE>
    """
    (_, own), *others = parts
    return own + "".join(f"\n# ---- extends {name} ----\n\n{text}" for name, text in others)


def extend(base: Raw, own: Raw) -> dict[str, Any]:
    """What a study file says together with the one that it extends: keys replace, repeated sections are added.

    >>> extend({"study": {"name": "a", "title": "A"}, "control": [1]}, {"study": {"name": "b"}, "control": [2]})
    {'study': {'name': 'b', 'title': 'A'}, 'control': [1, 2]}
    """
    joined = dict(base)
    for section, content in own.items():
        known = base.get(section)
        if isinstance(known, dict) and isinstance(content, dict) and section != "specifications":
            joined[section] = {**known, **content}
        elif isinstance(known, list) and isinstance(content, list):
            joined[section] = [*known, *content]
        else:
            joined[section] = content
    return joined


def join_parts(parts: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The content of study files that extend one another."""
    joined: dict[str, Any] = {}
    for _, text in reversed(parts):
        joined = extend(joined, parse_toml(text))
    if read_extended(joined):
        del joined["study"]["extends"]
    return joined
