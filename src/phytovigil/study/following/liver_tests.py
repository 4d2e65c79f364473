"""Liver tests of a diary: draws against the limits of their own day, and what the whole series shows.

An upper limit that was not written down stays unknown. None is taken from another day, another laboratory or a book.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate

from phytovigil.cases.causality.liver import LiverDay, follow_liver
from phytovigil.schema.care import LiverFact, LiverReading
from phytovigil.schema.causality import Draw, Limits, LiverTests
from phytovigil.schema.diary import ANALYTES, Diary, Entry, Lab
from phytovigil.study.following.exposure import read_exposure

FACTORS: Mapping[str, float] = {"U/L": 1.0, "ukat/L": 60.0, "mg/dL": 1.0, "umol/L": 1 / 17.1}
"""To U/L and mg/dL. 1 µkat/L is 60 U/L by definition: micromoles per second against micromoles per minute. Tables that
print 1 U/L = 0.017 µkat/L are rounded and lead to 58.8. 1 mg/dL of bilirubin is 17.1 µmol/L (584.66 g/mol)."""

NAMES = {"alt": "ALT", "ast": "AST", "alp": "ALP", "bilirubin": "bilirubin"}
RISE = 1.5
"""A test above its limit counts as rising from this multiple of the draw before. Ours, for sorting."""
CHOLESTASIS = 2.0
"""ALP of twice its limit and more is cholestasis in the FDA form of Hy's law, which asks for none at the start."""
FALL, RETURN = 0.5, 2.0
"""A second peak: down to half of the peak or less, then up to twice the lowest or more, above the limit. Ours."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A day or stretch on which the followed product was taken."""

    first: date
    last: date


def read_liver(diary: Diary, as_of: date | None = None) -> LiverReading:
    """All draws of a diary up to a day, with multiples, R, pattern and Hy's law, and the signs of the series."""
    entries = [entry for entry in diary.entries("lab") if as_of is None or entry.day <= as_of]
    days: dict[date, list[Entry]] = {}
    for entry in entries:
        days.setdefault(entry.day, []).append(entry)
    notes: list[str] = []
    chosen = {day: choose_values(day, days[day], notes) for day in sorted(days)}
    draws = read_draws(chosen)
    taken = list_taken(diary, as_of)
    return LiverReading(
        draws=tuple(add_signs(draws, taken)),
        patterns=tuple(dict.fromkeys(draw.pattern for draw in draws if draw.pattern and draw.raised)),
        notes=tuple(notes),
    )


def choose_values(day: date, entries: Sequence[Entry], notes: list[str]) -> dict[str, Entry]:
    """One entry for each analyte of a day; where there are more, the highest multiple of its limit, which a note says.

    A value without its limit never takes the place of one that has it.
    """
    found: dict[str, Entry] = {}
    for analyte in ANALYTES:
        same = sorted((entry for entry in entries if read_lab(entry).analyte == analyte), key=lambda entry: entry.id)
        if not same:
            continue
        found[analyte] = max(same, key=rank_value)
        if len(same) > 1:
            values = ", ".join(f"{read_lab(entry).value:g} {read_lab(entry).unit}" for entry in same)
            counts = f"{read_lab(found[analyte]).value:g} {read_lab(found[analyte]).unit}"
            notes.append(
                f"{NAMES[analyte]} was noted {len(same)} times on {day} ({values}); {counts} counts, the highest."
            )
        if convert(found[analyte])[1] is None:
            notes.append(f"{NAMES[analyte]} of {day} has no upper limit, so nothing that needs one is known for it.")
    return found


def rank_value(entry: Entry) -> tuple[bool, float, float, str]:
    """Values with a limit before those without; then by multiple, value and order of recording."""
    value, limit = convert(entry)
    return limit is not None, value / limit if limit else 0.0, value, entry.id


def read_lab(entry: Entry) -> Lab:
    """The value of a lab entry."""
    assert isinstance(entry.content, Lab)
    return entry.content


def convert(entry: Entry) -> tuple[float, float | None]:
    """Value and limit of an entry in U/L or mg/dL.

    >>> convert(Entry("1", "lab", "2026-03-01", "2026-03-01T09:00:00+00:00", Lab("alt", 2.1, "ukat/L", 0.7)))
    (126.0, 42.0)
    """
    lab = read_lab(entry)
    factor = FACTORS[lab.unit]
    if factor == 1:
        return lab.value, lab.upper_limit
    return round(lab.value * factor, 6), None if lab.upper_limit is None else round(lab.upper_limit * factor, 6)


def read_draws(chosen: Mapping[date, Mapping[str, Entry]]) -> list[LiverFact]:
    """Every day's draw; days with the same limits are read as one series, which changes nothing but the work."""
    by_limits: dict[Limits, list[date]] = {}
    for day, entries in chosen.items():
        by_limits.setdefault(make_limits(entries), []).append(day)
    read: dict[date, LiverDay] = {}
    firsts: list[date] = []
    for limits, days in by_limits.items():
        course = follow_liver(LiverTests(limits, tuple(make_draw(day, chosen[day]) for day in days)))
        read |= {date.fromordinal(one.draw.day): one for one in course.days}
        if course.first is not None:
            firsts.append(date.fromordinal(course.first.draw.day))
    first = min(firsts, default=None)
    return [make_fact(day, entries, read[day], day == first) for day, entries in chosen.items()]


def make_limits(entries: Mapping[str, Entry]) -> Limits:
    """The limits of a day."""
    sources = dict.fromkeys(read_lab(entry).limit_source for entry in entries.values())
    known = {analyte: convert(entry)[1] for analyte, entry in entries.items()}
    return Limits(**known, source="; ".join(source for source in sources if source))


def make_draw(day: date, entries: Mapping[str, Entry]) -> Draw:
    """The values of a day; the day is counted as its ordinal."""
    return Draw(day.toordinal(), **{analyte: convert(entry)[0] for analyte, entry in entries.items()})


def make_fact(day: date, entries: Mapping[str, Entry], read: LiverDay, first: bool) -> LiverFact:
    """A draw as the rules see it."""
    sources = dict.fromkeys(read_lab(entry).limit_source for entry in entries.values())
    return LiverFact(
        day=day,
        entries=tuple(sorted(entry.id for entry in entries.values())),
        values={analyte: convert(entry)[0] for analyte, entry in entries.items()},
        limits={analyte: limit for analyte, entry in entries.items() if (limit := convert(entry)[1]) is not None},
        sources=tuple(source for source in sources if source),
        times=read.times,
        r=read.r,
        nr=read.nr,
        pattern=read.pattern,
        hy=read.hy,
        first=first,
    )


def list_taken(diary: Diary, as_of: date | None) -> list[Taken]:
    """When the followed product was taken; a course whose first day is not told counts from the beginning."""
    exposure = read_exposure(diary, as_of or date.max)
    found = [Taken(one.start or date.min, one.stop or as_of or date.max) for one in exposure.stretches]
    found += [Taken(entry.day, entry.day) for entry in exposure.uses]
    return sorted(found, key=lambda one: (one.first, one.last))


class Intakes:
    """When the product was taken, asked of many days."""

    def __init__(self, taken: Sequence[Taken]) -> None:
        self._firsts = [one.first for one in taken]
        self._latest = list(accumulate((one.last for one in taken), max))

    def latest_begun_by(self, day: date) -> date | None:
        """The latest end of what had begun by a day; None where nothing had."""
        begun = bisect_right(self._firsts, day)
        return self._latest[begun - 1] if begun else None


def add_signs(draws: Sequence[LiverFact], taken: Sequence[Taken]) -> list[LiverFact]:
    """Each draw with what it shows beside those before it. taken : by first day."""
    intakes = Intakes(taken)
    peaks: dict[str, SeriesPeak] = {analyte: SeriesPeak() for analyte in ANALYTES}
    before: dict[str, float] = {}
    found = []
    initial: dict[str, None] = {}
    for draw in draws:
        if draw.first:
            cholestasis = (draw.times["alp"] or 0) >= CHOLESTASIS
            initial = {"initial-cholestasis" if cholestasis else "no-initial-cholestasis": None}
        signs = dict(initial)
        for analyte, value in draw.values.items():
            raised = (draw.times.get(analyte) or 0) > 1
            if raised and analyte in before and value >= RISE * before[analyte]:
                signs["rising"] = None
            lowest = peaks[analyte].follow(draw.day, value, raised)
            if lowest is not None:
                signs["second-peak"] = None
                signs |= dict.fromkeys(say_between(intakes, lowest, draw.day)) if taken else {}
            before[analyte] = value
        found.append(replace(draw, days_from_stop=count_days(intakes, draw.day), signs=tuple(signs)))
    return found


class SeriesPeak:
    """Follows one analyte: its peak above the limit, and the lowest value since."""

    def __init__(self) -> None:
        self.peak: float | None = None
        self.lowest = 0.0
        self.lowest_day = date.min

    def follow(self, day: date, value: float, raised: bool) -> date | None:
        """The day of the lowest value where this one is a second peak, otherwise None."""
        if self.peak is None or value > self.peak or self.is_second(value, raised):
            second = self.lowest_day if self.peak is not None and self.is_second(value, raised) else None
            if raised:
                self.peak, self.lowest, self.lowest_day = value, value, day
            return second
        if value <= self.lowest:
            self.lowest, self.lowest_day = value, day
        return None

    def is_second(self, value: float, raised: bool) -> bool:
        """Whether a value is twice the lowest or more, after a fall to half of the peak or less."""
        return bool(
            raised and self.peak is not None and self.lowest <= FALL * self.peak and value >= RETURN * self.lowest
        )


def say_between(intakes: Intakes, lowest: date, day: date) -> tuple[str, ...]:
    """Whether the product was taken after one day and up to another."""
    latest = intakes.latest_begun_by(day)
    return ("taken-between",) if latest is not None and latest > lowest else ("none-between",)


def count_days(intakes: Intakes, day: date) -> int | None:
    """Days since the product was last taken, 0 while it is; None where no intake before the day is known."""
    latest = intakes.latest_begun_by(day)
    return None if latest is None else (day - min(latest, day)).days
