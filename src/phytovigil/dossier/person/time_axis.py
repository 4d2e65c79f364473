"""The days that all charts of a summary share: stretches of the product, alerts, months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Span = tuple[date, date]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LEAST_SPAN = timedelta(days=28)
MARKS, MOST_NUMBERS = 12, 3
"""Marks of alerts that fit beside one another below a chart, and the numbers of one mark."""

LABEL, LETTER = 27.0, 6.0
"""Width in px of a month's name, with room, and of a letter of a mark."""


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Days from first to last. taken : stretches of the product. alerts : days with the number of each alert."""

    first: date
    last: date
    taken: tuple[Span, ...]
    alerts: tuple[tuple[date, str], ...]

    def share(self, day: date) -> float:
        """Where a day lies, from 0 to 1; days outside stand at the ends."""
        return min(1.0, max(0.0, (day - self.first).days / (self.last - self.first).days))

    def ticks(self, width: float) -> list[tuple[date, str]]:
        """First days of months with their names, as many as fit; the first of a year bears its number."""
        months = []
        day = self.first.replace(day=1)
        while day <= self.last:
            months += [day] if day >= self.first else []
            day = (day + timedelta(days=32)).replace(day=1)
        every = next(n for n in (1, 2, 3, 6, 12, 24, 60, 120) if len(months) * LABEL <= width * n)
        chosen = [day for day in months if (day.year * 12 + day.month - 1) % every == 0]
        return [(day, str(day.year) if day.month == 1 else MONTHS[day.month - 1]) for day in chosen]

    def is_marked(self, day: date, width: float) -> bool:
        """Whether the number of an alert stands where a name would."""
        return any(
            abs(self.share(day) - self.share(marked)) * width < LABEL / 2 + LETTER * len(text) / 2
            for marked, text in self.alerts
        )


def make_axis(findings: Mapping[str, Any]) -> TimeAxis:
    """The axis of a summary: from the first day that a chart shows to the day of the summary."""
    last = date.fromisoformat(findings["as_of"])
    first = min(find_first(findings) or last, last - LEAST_SPAN)
    taken = []
    for stretch in findings["use"]["stretches"]:
        start = date.fromisoformat(stretch["start"]) if stretch["start"] else first
        stop = date.fromisoformat(stretch["stop"]) if stretch["stop"] else last
        if stop >= first:
            taken.append((max(start, first), stop))
    return TimeAxis(first, last, tuple(taken), number_alerts(findings["alerts"], first, last))


def find_first(findings: Mapping[str, Any]) -> date | None:
    """The first day on which anything was measured or an intake was written down."""
    points = [point["day"] for one in (*findings["series"], *findings["skin"]) for point in one["points"]]
    weeks = [week["week"] for week in findings["use"]["written"]["weeks"]]
    days = [*points, *weeks, *(alert["first_seen"] for alert in findings["alerts"])]
    return date.fromisoformat(min(days)) if days else None


def number_alerts(alerts: Sequence[Mapping[str, Any]], first: date, last: date) -> tuple[tuple[date, str], ...]:
    """Days of alerts with their numbers in the list; alerts that would stand on one another share a mark.

    >>> days = ["2026-03-01", "2026-03-03", "2026-09-01"]
    >>> found = number_alerts([{"first_seen": day} for day in days], date(2026, 1, 1), date(2026, 12, 31))
    >>> [(str(day), numbers) for day, numbers in found]
    [('2026-03-01', '1, 2'), ('2026-09-01', '3')]
    """
    apart = (last - first) / MARKS
    marks: list[tuple[date, list[int]]] = []
    for day, number in sorted((date.fromisoformat(alert["first_seen"]), n) for n, alert in enumerate(alerts, start=1)):
        if marks and day - marks[-1][0] < apart:
            marks[-1][1].append(number)
        elif day >= first:
            marks.append((day, [number]))
    return tuple((day, join_numbers(sorted(numbers))) for day, numbers in marks)


def join_numbers(numbers: Sequence[int]) -> str:
    """Numbers as a mark has room for them.

    >>> join_numbers([1, 4]), join_numbers([2, 3, 5, 8])
    ('1, 4', '2, 3, …')
    """
    return ", ".join(map(str, numbers)) if len(numbers) <= MOST_NUMBERS else f"{numbers[0]}, {numbers[1]}, …"
