"""Numbers of a diary over time: one series per name, with what could not be taken and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from phytovigil.errors import UnknownName
from phytovigil.schema.change import LeftOut, Series
from phytovigil.schema.diary import ANALYTES, Diary


@dataclass(frozen=True, slots=True)
class Source:
    """Where the values of a series come from. take : the value of a content, a reason where there is none, or None.

    None : the entry belongs to another series.
    """

    kind: str
    label: str
    unit: str
    take: Callable[[Any], float | str | None]


def take_pain(asked: str) -> Callable[[Any], float | None]:
    """Pain where this was asked."""
    return lambda content: content.nrs if content.asked == asked else None


def take_lab(analyte: str) -> Callable[[Any], float | str | None]:
    """A laboratory value as a multiple of its own upper limit of normal."""

    def take(content: Any) -> float | str | None:
        if content.analyte != analyte:
            return None
        if content.upper_limit is None:
            return "no upper limit of normal stands beside the value"
        return float(content.value / content.upper_limit)

    return take


LIVER_LABELS = {"alt": "ALT", "ast": "AST", "alp": "ALP", "bilirubin": "bilirubin"}

SOURCES: Mapping[str, Source] = {
    "pain": Source("pain", "average pain", "points (0–10)", take_pain("average")),
    "pain:worst": Source("pain", "worst pain", "points (0–10)", take_pain("worst")),
    "pain:now": Source("pain", "pain now", "points (0–10)", take_pain("now")),
    "peg": Source("peg", "pain, enjoyment and activity (PEG)", "points (0–10)", lambda content: content.score),
    "itch": Source("itch", "worst itch", "points (0–10)", lambda content: content.nrs),
    "withdrawal": Source("withdrawal", "withdrawal (SOWS)", "points (0–64)", lambda content: float(content.score)),
    **{name: Source("lab", LIVER_LABELS[name], "times the upper limit of normal", take_lab(name)) for name in ANALYTES},
}
"""Series by name."""


def make_series(diary: Diary, name: str) -> Series:
    """The values of one name, oldest first; several of one day stay several.

    Raises UnknownName for a name that is none of SOURCES.

    >>> from phytovigil.schema.diary import Entries, Entry, Lab
    >>> value = Lab("alt", 120, "U/L", upper_limit=40)
    >>> make_series(Entries([Entry("1", "lab", "2026-03-01", "2026-03-01T09:00:00+00:00", value)]), "alt").values
    (3.0,)
    """
    source = find_source(name)
    taken = [(entry, source.take(entry.content)) for entry in diary.entries(source.kind)]
    kept = [(entry, value) for entry, value in taken if isinstance(value, int | float)]
    return Series(
        name,
        source.label,
        source.unit,
        tuple(entry.day for entry, _ in kept),
        tuple(float(value) for _, value in kept),
        tuple(entry.id for entry, _ in kept),
        tuple(LeftOut(entry.id, why) for entry, why in taken if isinstance(why, str)),
    )


def find_source(name: str) -> Source:
    """The source of a name."""
    if name not in SOURCES:
        near = [known for known in SOURCES if known.startswith(name[:3])]
        raise UnknownName("series", name, "a diary", near, f"Series are {', '.join(SOURCES)}.")
    return SOURCES[name]


def list_series(diary: Diary) -> tuple[str, ...]:
    """Names of the series that the diary has values for."""
    return tuple(name for name in SOURCES if make_series(diary, name).values)
