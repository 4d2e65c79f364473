"""When a product or medicine was taken, as far as a diary says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from phytovigil.followup.care.facts import Fact, read_day
from phytovigil.schema.care import Finding
from phytovigil.schema.diary import Course, Entry, Person, Use, parse_when

Dated = Sequence[tuple[date, Entry]]
"""Entries of one kind with their days, in order."""


@dataclass(frozen=True, slots=True)
class Taking:
    """A product or medicine taken from one day to another.

    times : entries behind it. entry, last_entry : ids. stopped : a course of which the diary says that it ended.
    """

    node: str
    name: str
    first: int
    last: int
    entry: str
    last_entry: str
    times: int = 1
    stopped: bool = False


def list_uses(uses: Dated) -> Iterator[Taking]:
    """Single intakes, those of one thing on one day together."""
    by_day: dict[tuple[str, str, int], list[Entry]] = {}
    for day, entry in uses:
        assert isinstance(entry.content, Use)
        by_day.setdefault((entry.content.node, entry.content.verbatim, day.toordinal()), []).append(entry)
    for (node, name, on), entries in by_day.items():
        yield Taking(node, name, on, on, entries[0].id, entries[-1].id, len(entries))


def list_courses(courses: Dated, as_of: date) -> Iterator[Taking]:
    """Courses; one without a stop lasts to the day asked."""
    for day, entry in courses:
        assert isinstance(entry.content, Course)
        course = entry.content
        first = read_day(course.started, day).toordinal()
        if course.stopped:
            last = parse_when("stopped", course.stopped).date().toordinal()
        else:
            last = max(as_of.toordinal(), first)
        yield Taking(course.node, course.verbatim, first, last, entry.id, entry.id, stopped=bool(course.stopped))


def follow_product(
    persons: Dated, own: Iterable[Taking], as_of: date, lineage: Mapping[str, tuple[str, ...]]
) -> Iterator[Taking]:
    """The product that the diary is said to follow counts as taken while it is followed.

    It does so from the entry that names it to the one that names another, or to the last intake where a course of it is
    said to have ended: a diary may go on for years after the product was stopped.
    """
    known = list(own)
    for place, (day, entry) in enumerate(persons):
        assert isinstance(entry.content, Person)
        product = entry.content.product
        end = (persons[place + 1][0] if place + 1 < len(persons) else as_of).toordinal()
        same = [one for one in known if product and product in lineage.get(one.node, (one.node,))]
        if any(one.stopped for one in same):
            end = min(end, max(one.last for one in same))
        if product and day.toordinal() <= end:
            yield Taking(product, f"{product}, which the diary follows,", day.toordinal(), end, entry.id, entry.id)


def merge_takings(takings: Sequence[Taking], days: int) -> list[Fact]:
    """Stretches of one product, with pauses of up to so many days in them; given in order of their first days."""
    groups: list[list[Taking]] = []
    end = 0
    for taking in takings:
        if groups and taking.first <= end + days:
            groups[-1].append(taking)
            end = max(end, taking.last)
        else:
            groups.append([taking])
            end = taking.last
    return [make_stretch(group) for group in groups]


def make_stretch(group: Sequence[Taking]) -> Fact:
    """One stretch, told by its first and its last entry."""
    first, latest = group[0], max(group, key=lambda taking: (taking.last, taking.last_entry))
    begun, ended = date.fromordinal(first.first), date.fromordinal(latest.last)
    span = f"on {begun}" if begun == ended else f"from {begun} to {ended}"
    count = sum(taking.times for taking in group)
    times = f" ({count} entries)" if count > 1 else ""
    entries = tuple(dict.fromkeys((first.entry, latest.last_entry)))
    return Fact(first.first, latest.last, Finding(begun, f"{first.name} taken {span}{times}", entries, context=True))
