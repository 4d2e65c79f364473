"""Read the section [specifications] of a study file; every key is known or refused."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from phytovigil.errors import InvalidStudy, quoted
from phytovigil.schema.specifications import Exclusion, Specifications

LISTS = ("role", "names", "duplicates", "scope", "comparator", "strata", "seriousness", "measure", "product_class")
KEYS = (*LISTS, "period", "exclusion")
EXCLUSION_KEYS = ("label", "products", "reporter", "literature")

WHOLE = "all"
"""A period that leaves the years as they are in the main analysis."""


def parse_specifications(raw: Mapping[str, Any]) -> Specifications:
    """The choices of a study. raw : the section as TOML gives it.

    Raises InvalidStudy for an unknown key, with near ones, and for a value of the wrong kind.

    >>> parse_specifications({"role": ["any", "suspect"], "period": ["all", [2014, 2017]]}).period
    (None, (2014, 2017))
    """
    if not isinstance(raw, Mapping):
        raise InvalidStudy("specifications is not a section.", "Write [specifications] above its keys, once.")
    require_keys(raw, KEYS, "specifications")
    if not raw:
        raise InvalidStudy("[specifications] names no choice.", f"Choices are {', '.join(KEYS)}.")
    lists = {key: read_texts("specifications", key, raw[key]) for key in LISTS if key in raw}
    exclusions = raw.get("exclusion", [])
    if not isinstance(exclusions, list) or not all(isinstance(item, dict) for item in exclusions):
        raise InvalidStudy("exclusion is not a section.", "Write [[specifications.exclusion]] above its keys.")
    return Specifications(
        **lists,
        period=tuple(read_period(item) for item in read_list("period", raw.get("period", []))),
        exclusions=tuple(map(parse_exclusion, exclusions)),
    )


def parse_exclusion(raw: Mapping[str, Any]) -> Exclusion:
    """One exclusion."""
    section = "specifications.exclusion"
    require_keys(raw, EXCLUSION_KEYS, section)
    label, literature = raw.get("label", ""), raw.get("literature", False)
    if not isinstance(label, str) or not isinstance(literature, bool):
        raise InvalidStudy("an exclusion has a text as `label`, and true or false as `literature`.")
    lists = {key: read_texts(section, key, raw.get(key, [])) for key in ("products", "reporter")}
    return Exclusion(label, literature=literature, **lists)


def require_keys(raw: Mapping[str, Any], known: tuple[str, ...], section: str) -> None:
    """Refuse a key that there is not."""
    for key in raw:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=2, cutoff=0.6)
            hint = f"Did you mean {quoted(near)}?" if near else f"Known are {', '.join(known)}."
            raise InvalidStudy(f"“{key}” is no key of [{section}].", hint)


def read_texts(section: str, key: str, value: object) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InvalidStudy(f"{key} in [{section}] is {value!r}; a list of texts is needed.")
    return tuple(value)


def read_list(key: str, value: object) -> list[Any]:
    """A list of anything."""
    if not isinstance(value, list):
        raise InvalidStudy(f"{key} in [specifications] is {value!r}; a list is needed.")
    return value


def read_period(value: object) -> tuple[int, int] | None:
    """First and last year, or None for the years of the main analysis."""
    if value == WHOLE:
        return None
    if isinstance(value, list) and len(value) == 2 and all(type(year) is int for year in value):
        return value[0], value[1]
    raise InvalidStudy(f"a period is {value!r}; it can be “{WHOLE}” or two years [first, last].")
