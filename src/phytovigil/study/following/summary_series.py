"""Series and skin of a summary: the statements as they were made, with the points and photographs behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from statistics import fmean
from typing import Any

from phytovigil.schema.change import Series, SeriesChange, SkinChange, SkinSeries
from phytovigil.schema.diary import Diary, Entry, Photo, Reading

DIGITS = 4
BASELINE, LATEST = "baseline", "latest"
SHIFTS = ("exposed", "covered", "difference")


def to_json(value: Any) -> Any:
    """A value of the schema as JSON-able data: dates as ISO text, numbers to four decimals.

    >>> to_json((date(2026, 3, 1), 1 / 3, {"a": None}))
    ['2026-03-01', 0.3333, {'a': None}]
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: to_json(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {key: to_json(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [to_json(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "item"):  # a scalar of NumPy
        return to_json(value.item())
    return round(value, DIGITS) if isinstance(value, float) else value


def describe_series(series: Series, change: SeriesChange, as_of: date) -> dict[str, Any]:
    """A statement with the values that it rests on, each with its entry."""
    entries = series.entries or ("",) * len(series.days)
    points = [
        {"day": day.isoformat(), "value": to_json(float(value)), "entry": entry}
        for day, value, entry in zip(series.days, series.values, entries, strict=True)
        if day <= as_of
    ]
    return {**to_json(change), "points": points, "left_out": to_json(series.left_out)}


def describe_skin(diary: Diary, series: SkinSeries, change: SkinChange) -> dict[str, Any]:
    """A statement on skin with its points, the photographs to show, and the error of each reading."""
    return {**to_json(change), "points": list_skin_points(series), "photos": choose_photos(diary, change)}


def list_skin_points(series: SkinSeries) -> list[dict[str, Any]]:
    """For each day the colours of both sites, and how far each, and their difference, lie from their baseline mean."""
    exposed, covered = series.colours, series.covered_colours
    apart = tuple(subtract(one, other) for one, other in zip(exposed, covered, strict=True)) if covered else ()
    shifts = {
        name: shift(colours, series.baseline) for name, colours in zip(SHIFTS, (exposed, covered, apart), strict=True)
    }
    return [
        {
            "day": day.isoformat(),
            "exposed": to_json(exposed[place]),
            "covered": to_json(covered[place]) if covered else None,
            "baseline": series.baseline[place],
            "from_baseline": {name: found[place] if found else None for name, found in shifts.items()},
        }
        for place, day in enumerate(series.days)
    ]


def subtract(one: Sequence[float], other: Sequence[float]) -> tuple[float, ...]:
    """One colour minus another, channel by channel."""
    return tuple(left - right for left, right in zip(one, other, strict=True))


def shift(colours: Sequence[Sequence[float]], is_baseline: Sequence[bool]) -> list[list[float]]:
    """Colours minus their mean over the baseline; empty where there is no baseline.

    >>> shift([(60, 1, 2), (62, 1, 2), (58, 1, 5)], [True, True, False])
    [[-1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [-3.0, 0.0, 3.0]]
    """
    if not colours or not any(is_baseline):
        return []
    first = [colour for colour, chosen in zip(colours, is_baseline, strict=True) if chosen]
    mean = [fmean(colour[channel] for colour in first) for channel in range(3)]
    return [[round(value, DIGITS) for value in subtract(colour, mean)] for colour in colours]


def choose_photos(diary: Diary, change: SkinChange) -> list[dict[str, Any]]:
    """The photographs to set side by side: of each site, the last of the baseline and the last that was compared."""
    read = read_by_photo(diary)
    chosen = []
    for site, role in ((change.exposed, "exposed"), (change.covered, "covered")):
        usable = [one for one in diary.entries("photo") if site and is_of(one, site) and one.id in read]
        first = [one for one in usable if in_baseline(one, change)]
        last = max(change.present, default=change.as_of)
        later = [one for one in usable if not in_baseline(one, change) and one.day <= last]
        for when, several in ((BASELINE, first), (LATEST, later)):
            chosen += [describe_photo(several[-1], *read[several[-1].id], role, when)] if several else []
    return chosen


def in_baseline(entry: Entry, change: SkinChange) -> bool:
    """Whether a photograph is of the baseline."""
    first, last = change.baseline_from, change.baseline_to
    return first is not None and last is not None and first <= entry.day <= last


def is_of(entry: Entry, site: str) -> bool:
    """Whether a photograph is of a site."""
    return isinstance(entry.content, Photo) and entry.content.site == site


def read_by_photo(diary: Diary) -> dict[str, tuple[Entry, Reading]]:
    """The newest usable reading of each photograph."""
    found: dict[str, tuple[Entry, Reading]] = {}
    for entry in sorted(diary.entries("reading"), key=lambda one: one.recorded):
        if isinstance(entry.content, Reading):
            found.pop(entry.content.photo, None)
            if entry.content.lab:
                found[entry.content.photo] = (entry, entry.content)
    return found


def describe_photo(entry: Entry, reading: Entry, read: Reading, role: str, when: str) -> dict[str, Any]:
    """A photograph with what was read from it."""
    assert isinstance(entry.content, Photo)
    return {
        "site": entry.content.site,
        "role": role,
        "when": when,
        "day": entry.day.isoformat(),
        "entry": entry.id,
        "reading": reading.id,
        "sha256": entry.content.sha256,
        "lab": to_json(read.lab),
        "spread": to_json(read.spread),
        "error": to_json(read.error),
        "method": read.method,
    }
