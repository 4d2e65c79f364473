"""Sources, rows and figures of an evidence file: which keys there are, and what stands in them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from phytovigil.errors import InvalidEvidence, quoted
from phytovigil.schema.evidence import (
    BASES,
    CONFIDENCES,
    KINDS,
    READINGS,
    SIGNS,
    STANDINGS,
    Citation,
    EvidenceFigure,
    EvidenceRow,
    LawStatus,
    is_partial_date,
)

TEXT, NUMBER, WHOLE, TEXTS, ITEMS = "text", "number", "whole number", "list of texts", "list of figures"

LIBRARY_KEYS = {"product": TEXT, "title": TEXT, "version": TEXT, "topics": TEXTS}
SOURCE_KEYS = {
    **dict.fromkeys(
        ("id", "authors", "title", "journal", "volume", "pages", "doi", "pmid", "url", "read", "note"), TEXT
    ),
    "year": WHOLE,
}
ROW_KEYS = {
    **dict.fromkeys(
        ("id", "kind", "title", "finding", "population", "source", "as_of", "standing", "confidence"), TEXT
    ),
    **dict.fromkeys(("jurisdiction", "scope", "status"), TEXT),
    **dict.fromkeys(("topics", "limits", "also"), TEXTS),
    "n": WHOLE,
    "figures": ITEMS,
}
FIGURE_KEYS = {
    **dict.fromkeys(("name", "label", "sign", "unit", "interval", "spread_kind", "scale", "basis", "formula"), TEXT),
    **dict.fromkeys(("substance", "target", "quantity", "setting", "group", "flag"), TEXT),
    **dict.fromkeys(("value", "low", "high", "spread", "within"), NUMBER),
    **dict.fromkeys(("count", "of"), WHOLE),
}
LAW_KEYS = ("jurisdiction", "scope", "status")
ROW_NEEDS = ("id", "kind", "title", "finding", "topics", "limits", "source", "as_of", "standing")
PLACES = ("doi", "pmid", "url", "journal")
"""Keys of a source one of which says where it is found."""

SCALES = ("", "ratio")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)

Raw = Mapping[str, Any]


def read_source(raw: Raw, where: str) -> Citation:
    """A source. Raises InvalidEvidence that names the key."""
    place = f"{where}, source “{raw.get('id', '?')}”"
    check_keys(raw, SOURCE_KEYS, ("id", "authors", "title"), place)
    source = Citation(**raw)
    require_one(source.read, READINGS, "read", place)
    if not any(raw.get(key) for key in PLACES):
        raise InvalidEvidence(f"{place} does not say where it is found.", f"Add one of {', '.join(PLACES)}.")
    if source.year is not None and not 1500 < source.year < 2200:
        raise InvalidEvidence(f"{place}: {source.year} is no year.")
    return source


def read_row(
    raw: Raw, defaults: Raw, sources: Mapping[str, Citation], topics: Iterable[str], where: str
) -> EvidenceRow:
    """A row, with what its file sets for all rows. Raises InvalidEvidence that names row and key."""
    merged = {**defaults, **raw}
    place = f"{where}, row “{raw.get('id', '?')}”"
    check_keys(merged, ROW_KEYS, ROW_NEEDS, place)
    if not _ID.fullmatch(merged["id"]):
        raise InvalidEvidence(f"{place}: an id is lower case, its words joined by “-”.")
    for key, known in (("kind", KINDS), ("standing", STANDINGS)):
        require_one(merged[key], known, key, place)
    require_one(merged.get("confidence", "high"), CONFIDENCES, "confidence", place)
    for topic in merged["topics"]:
        require_one(topic, tuple(topics), "topics", place)
    if not is_partial_date(merged["as_of"]):
        raise InvalidEvidence(f"{place}: as_of is “{merged['as_of']}”.", "Write 2026, 2026-11 or 2026-11-22.")
    cited = [find_source(name, sources, place) for name in (merged["source"], *merged.get("also", ()))]
    return EvidenceRow(
        id=merged["id"],
        kind=merged["kind"],
        title=merged["title"],
        finding=merged["finding"],
        population=merged.get("population", ""),
        n=merged.get("n"),
        topics=tuple(merged["topics"]),
        figures=read_figures(merged.get("figures", ()), place),
        limits=tuple(merged["limits"]),
        citation=cited[0],
        as_of=merged["as_of"],
        standing=merged["standing"],
        confidence=merged.get("confidence", "high"),
        also=tuple(cited[1:]),
        law=read_law(merged, place),
    )


def read_figures(raw: Iterable[Raw], where: str) -> tuple[EvidenceFigure, ...]:
    """The figures of a row, each name once."""
    figures = tuple(read_figure(item, where) for item in raw)
    names = [figure.name for figure in figures]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InvalidEvidence(f"{where} has two figures “{twice[0]}”.")
    return figures


def read_figure(raw: Raw, where: str) -> EvidenceFigure:
    """A figure; its digits are those that were written."""
    place = f"{where}, figure “{raw.get('name', '?')}”"
    check_keys(raw, FIGURE_KEYS, ("name", "label"), place)
    if not _NAME.fullmatch(raw["name"]):
        raise InvalidEvidence(f"{place}: a name is lower case, its words joined by “_”.")
    for key, known in (("sign", SIGNS), ("basis", BASES), ("scale", SCALES)):
        require_one(raw.get(key, known[0]), known, key, place)
    if "value" not in raw and not {"low", "high"} <= raw.keys():
        raise InvalidEvidence(f"{place} has no value.", "Give a value, or low and high.")
    if ("low" in raw) != ("high" in raw) or ("low" in raw) != ("interval" in raw):
        raise InvalidEvidence(f"{place}: low, high and interval go together.")
    if ("spread" in raw) != ("spread_kind" in raw):
        raise InvalidEvidence(f"{place}: spread and spread_kind go together.")
    if raw.get("basis") == "derived" and not raw.get("formula"):
        raise InvalidEvidence(f"{place} is derived and has no formula.")
    if "count" in raw and "of" not in raw:
        raise InvalidEvidence(f"{place}: a count needs `of`.")
    digits = max(decimals(raw[key]) for key in ("value", "low", "high") if key in raw)
    numbers = {key: float(raw[key]) for key in ("value", "low", "high", "spread", "within") if key in raw}
    return EvidenceFigure(**{"value": None, **raw, **numbers, "digits": digits})


def decimals(number: int | Decimal) -> int:
    """Decimals of a number as written.

    >>> decimals(Decimal("1.50")), decimals(39)
    (2, 0)
    """
    exponent = Decimal(number).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def read_law(raw: Raw, where: str) -> LawStatus | None:
    """The status of a law row; other rows have none."""
    given = [key for key in LAW_KEYS if raw.get(key)]
    if raw["kind"] != "law":
        if given:
            raise InvalidEvidence(f"{where} has {given[0]} and is not of kind law.")
        return None
    for key in LAW_KEYS:
        if not raw.get(key):
            raise InvalidEvidence(f"{where} has no {key}.", "Write “unknown: verify” where the status is not known.")
    return LawStatus(raw["jurisdiction"], raw["scope"], raw["status"])


def find_source(name: str, sources: Mapping[str, Citation], where: str) -> Citation:
    """A source by its id; an unknown one is an error with near names."""
    require_one(name, tuple(sources), "source", where)
    return sources[name]


def check_keys(raw: Raw, known: Mapping[str, str], needed: Iterable[str], where: str) -> None:
    """Refuse unknown keys, values of the wrong kind and missing keys."""
    for key, value in raw.items():
        if key not in known:
            raise InvalidEvidence(f"{where}: “{key}” is no key.", suggest(key, known))
        if not fits(value, known[key]):
            raise InvalidEvidence(f"{where}: {key} is {value!r}; a {known[key]} is needed.")
    for key in needed:
        if raw.get(key) in (None, "", []):
            raise InvalidEvidence(f"{where} has no {key}.", f"Add `{key}`.")


def fits(value: object, kind: str) -> bool:
    """Whether a value is of a kind of keys."""
    if kind == TEXT:
        return isinstance(value, str)
    if kind == WHOLE:
        return type(value) is int
    if kind == NUMBER:
        return type(value) is int or (isinstance(value, Decimal) and value.is_finite())
    items = str if kind == TEXTS else dict
    return isinstance(value, list) and all(isinstance(item, items) for item in value)


def require_one(value: str, known: Iterable[str], key: str, where: str) -> None:
    """Refuse a word that is not one of those known."""
    choices = tuple(known)
    if value not in choices:
        raise InvalidEvidence(f"{where}: {key} “{value}” is not known.", suggest(value, choices))


def suggest(word: str, known: Iterable[str]) -> str:
    """Near names, or all of them.

    >>> suggest("standng", ("standing", "source"))
    'Did you mean “standing”?'
    """
    choices = list(known)
    near = difflib.get_close_matches(word, choices, n=2, cutoff=0.6)
    return f"Did you mean {quoted(near)}?" if near else f"Known are {', '.join(choice or '“”' for choice in choices)}."
