"""The JSON contract: one schema per answer, as data of the package."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from phytovigil.errors import UnknownName

ENDING = ".schema.json"


def schema_names() -> tuple[str, ...]:
    """Names of the schemas, in alphabetical order.

    >>> "count" in schema_names(), "error" in schema_names()
    (True, True)
    """
    folder = files("phytovigil.schema") / "json"
    return tuple(sorted(file.name.removesuffix(ENDING) for file in folder.iterdir() if file.name.endswith(ENDING)))


def load_schema(name: str) -> dict[str, Any]:
    """One schema (JSON Schema 2020-12), by its name or by what stands in the field "schema" of an answer.

    Raises UnknownName with near names.

    >>> load_schema("count")["$id"], load_schema("phytovigil/count/1")["title"]
    ('phytovigil/count/1', 'Answer of `phytovigil count`')
    """
    known = schema_names()
    plain = name.removeprefix("phytovigil/").partition("/")[0]
    if plain not in known:
        from difflib import get_close_matches

        near = get_close_matches(plain, known, n=2)
        raise UnknownName("schema", name, "this version", near, f"Known are {', '.join(known)}.")
    schema: dict[str, Any] = json.loads((files("phytovigil.schema") / "json" / f"{plain}{ENDING}").read_bytes())
    return schema


def list_schemas() -> list[dict[str, str]]:
    """Every schema with its name, identity and title."""
    loaded = {name: load_schema(name) for name in schema_names()}
    return [{"name": name, "id": found["$id"], "title": found["title"]} for name, found in loaded.items()]
