"""When the person took the product that the diary follows, as far as its entries say."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from phytovigil.schema.diary import Course, Diary, Entry, Period, Person, Use, parse_when
from phytovigil.vocabulary import load_products


@dataclass(frozen=True, slots=True)
class Followed:
    """The product that the diary follows. node, name : "" where no entry names it. members : nodes counted under it."""

    node: str
    name: str
    members: frozenset[str]

    def holds(self, content: Course | Use) -> bool:
        """Whether a course or an intake is of this product."""
        if isinstance(content, Course) and not content.medicine:
            return True
        return bool(content.node) and content.node in self.members


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which the product was taken, both included.

    start : None where the first day is not told. stop : None where it is still taken. entries : ids of the courses.
    """

    start: date | None
    stop: date | None
    entries: tuple[str, ...]

    def covers(self, day: date) -> bool:
        """Whether a day lies within."""
        return (self.start is None or self.start <= day) and (self.stop is None or day <= self.stop)


@dataclass(frozen=True, slots=True)
class Exposure:
    """Courses and single intakes of the product, oldest first, and the stretches of the courses without pauses."""

    followed: Followed
    courses: tuple[Entry, ...]
    uses: tuple[Entry, ...]
    stretches: tuple[Stretch, ...]

    @property
    def first(self) -> tuple[date | None, tuple[str, ...], bool]:
        """First day that is known, its entries, and whether it is the start: the first intake in a diary may not be."""
        starts = [stretch for stretch in self.stretches if stretch.start]
        if starts and all(stretch.start for stretch in self.stretches):
            return starts[0].start, starts[0].entries, True
        if self.uses:
            return self.uses[0].day, (self.uses[0].id,), False
        return None, (), False

    @property
    def taking(self) -> bool | None:
        """Whether the newest course goes on; None where there is no course."""
        return any(stretch.stop is None for stretch in self.stretches) if self.stretches else None


class UpTo:
    """A diary as it stood on a day: later entries are not there. It is read once, however often it is asked."""

    def __init__(self, diary: Diary, as_of: date) -> None:
        self.as_of = as_of
        self._all = cut_after(diary.entries(), as_of)
        self._kinds: dict[tuple[str, ...], tuple[Entry, ...]] = {}

    def entries(self, *kinds: str) -> tuple[Entry, ...]:
        """Entries that stand, up to the day, of these kinds or of all."""
        if not kinds:
            return self._all
        if kinds not in self._kinds:
            self._kinds[kinds] = tuple(entry for entry in self._all if entry.kind in kinds)
        return self._kinds[kinds]

    @cached_property
    def starts(self) -> Mapping[str, date | None]:
        """First days of courses and days of intakes, by the id of their entry."""
        return list_starts(self._all)


def list_starts(entries: Iterable[Entry]) -> dict[str, date | None]:
    """The same of some entries; None where a course does not say its first day."""
    found: dict[str, date | None] = {}
    for entry in entries:
        if isinstance(entry.content, Course):
            found[entry.id] = read_day(entry.content.started)
        elif isinstance(entry.content, Use):
            found[entry.id] = entry.day
    return found


def stand_at(diary: Diary, as_of: date, *kinds: str) -> tuple[Entry, ...]:
    """Entries of a diary up to a day."""
    if isinstance(diary, UpTo) and diary.as_of <= as_of:
        return diary.entries(*kinds)
    return cut_after(diary.entries(*kinds), as_of)


def cut_after(entries: Sequence[Entry], day: date) -> tuple[Entry, ...]:
    """The entries up to a day; a diary gives them by day."""
    return tuple(entries[: bisect_right(entries, day, key=lambda entry: entry.day)])


def read_exposure(diary: Diary, as_of: date) -> Exposure:
    """Everything that the diary says of taking the product, up to a day; a stop after that day has not happened yet."""
    followed = name_followed(diary, as_of)
    entries = stand_at(diary, as_of, "course", "use")
    taken = [entry for entry in entries if isinstance(entry.content, Course | Use) and followed.holds(entry.content)]
    courses = tuple(entry for entry in taken if isinstance(entry.content, Course))
    uses = tuple(entry for entry in taken if isinstance(entry.content, Use))
    stretches = join_stretches(make_stretch(entry, as_of) for entry in courses)
    return Exposure(followed, courses, uses, take_out_pauses(stretches, stand_at(diary, as_of, "period"), as_of))


def name_followed(diary: Diary, as_of: date) -> Followed:
    """The product of the newest entry on the person, or else of the courses that are not of a medicine."""
    persons = [entry.content for entry in stand_at(diary, as_of, "person") if isinstance(entry.content, Person)]
    said = next((person.product for person in reversed(persons) if person.product), "")
    courses = [entry.content for entry in stand_at(diary, as_of, "course") if isinstance(entry.content, Course)]
    own = [course for course in courses if not course.medicine]
    said = said or next((course.node for course in own if course.node), "")
    products = load_products()
    node = products.known(said) if said else None
    if node is None:
        verbatim = next((course.verbatim for course in own), "")
        return Followed("", said or verbatim, frozenset())
    return Followed(node.id, node.name, frozenset(products.members(node.id)))


def make_stretch(entry: Entry, as_of: date) -> Stretch:
    """The days of one course."""
    course = entry.content
    assert isinstance(course, Course)
    start, stop = read_day(course.started), read_day(course.stopped)
    return Stretch(start, None if stop is None or stop > as_of else stop, (entry.id,))


def read_day(text: str) -> date | None:
    """The day of a text, or None where there is none."""
    return parse_when("day", text).date() if text else None


def join_stretches(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Stretches in order; those that touch or overlap become one.

    >>> day = date.fromisoformat
    >>> found = join_stretches([Stretch(day("2026-02-01"), None, ("2",)),
    ...                         Stretch(day("2026-01-01"), day("2026-01-31"), ("1",))])
    >>> [(str(one.start), one.stop, one.entries) for one in found]
    [('2026-01-01', None, ('1', '2'))]
    """
    joined: list[Stretch] = []
    for one in sorted(stretches, key=lambda stretch: (stretch.start or date.min, stretch.stop or date.max)):
        last = joined[-1] if joined else None
        if last and (last.stop is None or one.start is None or one.start <= last.stop + timedelta(days=1)):
            stop = None if last.stop is None or one.stop is None else max(last.stop, one.stop)
            joined[-1] = Stretch(last.start, stop, last.entries + one.entries)
        else:
            joined.append(one)
    return tuple(joined)


def take_out_pauses(stretches: Sequence[Stretch], periods: Sequence[Entry], as_of: date) -> tuple[Stretch, ...]:
    """Stretches without the periods in which the product was not taken, although a course goes on."""
    for entry in periods:
        if isinstance(entry.content, Period) and not entry.content.taking:
            first, last = read_day(entry.content.started), read_day(entry.content.stopped)
            assert first is not None
            assert last is not None
            stretches = [part for one in stretches for part in split_stretch(one, first, last, entry.id)]
    return tuple(one for one in stretches if one.start is None or one.start <= as_of)


def split_stretch(one: Stretch, first: date, last: date, entry: str) -> list[Stretch]:
    """What is left of a stretch before and after a pause.

    >>> day = date.fromisoformat
    >>> parts = split_stretch(Stretch(day("2026-01-01"), None, ("1",)), day("2026-03-01"), day("2026-03-31"), "2")
    >>> [(str(part.start), part.stop and str(part.stop)) for part in parts]
    [('2026-01-01', '2026-02-28'), ('2026-04-01', None)]
    """
    if (one.stop and one.stop < first) or (one.start and one.start > last):
        return [one]
    entries, parts = (*one.entries, entry), []
    if one.start is None or one.start < first:
        parts.append(Stretch(one.start, first - timedelta(days=1), entries))
    if one.stop is None or one.stop > last:
        parts.append(Stretch(last + timedelta(days=1), one.stop, entries))
    return parts
