"""The person, the diary's extent, and what was taken, for the summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from phytovigil.schema.diary import Alcohol, Course, Diary, Entry, Person, Reading, Use
from phytovigil.study.following.exposure import Exposure, Followed, read_day

LEAST_GAP = 14
"""Days without any entry from which a stretch is called a gap of the diary."""


def describe_diary(diary: Diary, as_of: date) -> dict[str, Any]:
    """How long and how densely the diary was kept.

    A gap is a stretch of at least 14 days without an entry; one that reaches up to the day of the summary counts.
    """
    entries = diary.entries()
    days = sorted({entry.day for entry in entries})
    pairs = pairwise([*days, as_of]) if days else ()
    return {
        "first_day": days[0].isoformat() if days else "",
        "last_day": days[-1].isoformat() if days else "",
        "entries": len(entries),
        "days": len(days),
        "gaps": [
            {"after": after.isoformat(), "until": until.isoformat(), "days": (until - after).days}
            for after, until in pairs
            if (until - after).days >= LEAST_GAP
        ],
    }


def count_photos(diary: Diary, as_of: date) -> dict[str, Any]:
    """Photographs taken, read and refused, each refused one under every reason that it was refused for."""
    newest: dict[str, Reading] = {}
    for entry in sorted(diary.entries("reading"), key=lambda one: one.recorded):
        if isinstance(entry.content, Reading):
            newest[entry.content.photo] = entry.content
    photos = [entry.id for entry in diary.entries("photo")]
    read = [newest[photo] for photo in photos if photo in newest]
    reasons = Counter(reason for one in read for reason in one.refusals)
    return {
        "taken": len(photos),
        "used": sum(bool(one.lab) for one in read),
        "refused": sum(not one.lab for one in read),
        "not_read": len(photos) - len(read),
        "reasons": [{"reason": reason, "photos": count} for reason, count in sorted(reasons.items())],
    }


def describe_person(diary: Diary, as_of: date, followed: Followed) -> dict[str, Any]:
    """Who it is about, from the newest entry that says so; the age is that of the year, give or take one."""
    entries = [entry for entry in diary.entries("person") if isinstance(entry.content, Person)]
    person = entries[-1].content if entries else Person()
    assert isinstance(person, Person)
    return {
        "sex": person.sex,
        "birth_year": person.birth_year,
        "age_about": None if person.birth_year is None else as_of.year - person.birth_year,
        "country": person.country,
        "product": followed.node,
        "product_name": followed.name,
        "reason": person.reason,
        "entries": [entry.id for entry in entries[-1:]],
    }


def describe_use(diary: Diary, as_of: date, exposure: Exposure) -> dict[str, Any]:
    """Courses of everything that is taken, and how the followed product was taken, week by week."""
    alcohol = [entry for entry in diary.entries("alcohol") if isinstance(entry.content, Alcohol)]
    drinks = [entry.content.drinks for entry in alcohol if isinstance(entry.content, Alcohol)]
    return {
        "courses": [describe_course(entry, exposure, as_of) for entry in order_courses(diary, exposure)],
        "others": list_other_uses(diary, exposure),
        "stretches": [
            {
                "start": one.start.isoformat() if one.start else "",
                "stop": one.stop.isoformat() if one.stop else "",
                "entries": list(one.entries),
            }
            for one in exposure.stretches
        ],
        "taking": exposure.taking,
        "written": describe_written(exposure.uses),
        "alcohol": {
            "days": len(alcohol),
            "most": max(drinks, default=None),
            "entries": [entry.id for entry in alcohol],
        },
    }


def order_courses(diary: Diary, exposure: Exposure) -> list[Entry]:
    """Courses: of the followed product first, then those that go on, then by their start."""
    own = {entry.id for entry in exposure.courses}

    def rank(entry: Entry) -> tuple[bool, bool, str]:
        course = entry.content
        assert isinstance(course, Course)
        return entry.id not in own, bool(course.stopped), course.started

    return sorted(diary.entries("course"), key=rank)


def describe_course(entry: Entry, exposure: Exposure, as_of: date) -> dict[str, Any]:
    """One course; a stop that lies ahead has not happened."""
    course = entry.content
    assert isinstance(course, Course)
    stop = read_day(course.stopped)
    return {
        "name": course.verbatim,
        "node": course.node,
        "followed": exposure.followed.holds(course),
        "started": course.started,
        "stopped": "" if stop and stop > as_of else course.stopped,
        "dose": course.dose,
        "reason": course.reason,
        "entry": entry.id,
    }


def list_other_uses(diary: Diary, exposure: Exposure) -> list[dict[str, Any]]:
    """What else was taken now and then, by name: on how many days, and when last."""
    found: dict[str, list[Entry]] = {}
    for entry in diary.entries("use"):
        if isinstance(entry.content, Use) and not exposure.followed.holds(entry.content):
            found.setdefault(entry.content.verbatim.casefold(), []).append(entry)
    return [
        {
            "name": several[-1].content.verbatim if isinstance(several[-1].content, Use) else name,
            "days": len({entry.day for entry in several}),
            "last": several[-1].day.isoformat(),
            "entries": [entry.id for entry in several],
        }
        for name, several in sorted(found.items())
    ]


def describe_written(uses: Sequence[Entry]) -> dict[str, Any]:
    """Intakes of the product as written down: by week, and the amounts of a day in the unit that is written most often.

    Days without an intake are not days without the product: it may not have been written down.
    """
    contents = [(entry.day, entry.content) for entry in uses if isinstance(entry.content, Use)]
    units = Counter(use.unit for _, use in contents if use.amount is not None)
    unit = min(units, key=lambda one: (-units[one], one)) if units else ""
    amounts: dict[date, float] = {}
    for day, use in contents:
        if use.amount is not None and use.unit == unit:
            amounts[day] = amounts.get(day, 0.0) + use.amount
    days = sorted({day for day, _ in contents})
    weeks = Counter(find_week(day) for day in days)
    sums: dict[date, float] = {}
    for day, amount in amounts.items():
        sums[find_week(day)] = sums.get(find_week(day), 0.0) + amount
    return {
        "intakes": len(uses),
        "days": len(days),
        "first": days[0].isoformat() if days else "",
        "last": days[-1].isoformat() if days else "",
        "unit": unit,
        "day_median": round(median(amounts.values()), 4) if amounts else None,
        "day_least": round(min(amounts.values()), 4) if amounts else None,
        "day_most": round(max(amounts.values()), 4) if amounts else None,
        "days_per_week": median(weeks.values()) if weeks else None,
        "other_units": sorted(set(units) - {unit}),
        "weeks": [
            {
                "week": week.isoformat(),
                "days": number,
                "amount": round(sums.get(week, 0.0), 4) if unit else None,
            }
            for week, number in weeks.items()
        ],
        "entries": [entry.id for entry in uses],
    }


def find_week(day: date) -> date:
    """The Monday of a day's week.

    >>> find_week(date(2026, 3, 8)), find_week(date(2026, 3, 9))
    (datetime.date(2026, 3, 2), datetime.date(2026, 3, 9))
    """
    return day - timedelta(days=day.weekday())
