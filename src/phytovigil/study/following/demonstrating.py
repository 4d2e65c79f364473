"""An invented person with a diary, so that everything can be tried before anything of one's own is written down.

The photographs are rendered and the values are drawn; nothing of it was measured on people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from phytovigil.schema.diary import (
    Content,
    Course,
    Event,
    Itch,
    Lab,
    Pain,
    Peg,
    Period,
    Person,
    Risk,
    Site,
    Use,
)

if TYPE_CHECKING:
    from phytovigil.followup.diary import Cost
    from phytovigil.simulation.skin.person import PersonSettings
    from phytovigil.study.following.follow_up import FollowUp

FIRST = date(2026, 1, 5)
LAST = date(2026, 9, 28)
PASSPHRASE = "an invented person"
SEED = 7
STARTS, CHANGES = 21, 130
"""Days from the first: the product is taken from the one, and the skin changes from the other."""

BASELINE_DAYS = tuple(range(0, 20, 2))
LATER_DAYS = (35, 63, 91, 119, 147, 175, 203, 231)
GREY_BLUE = {CHANGES: {"grey_blue": 1.2}, 180: {"grey_blue": 2.0}}
EXPOSED, COVERED = "cheek", "upper arm"

Written = tuple[int, Content]
"""An entry's day from the first, and its content."""


def make_demonstration(
    folder: Path,
    passphrase: str = PASSPHRASE,
    *,
    photos: bool = True,
    cost: Cost | None = None,
    watch: Callable[[str, int, int], None] | None = None,
) -> FollowUp:
    """A diary of an invented person in a new folder, opened. Same program, same entries but for their ids.

    photos : with rendered photographs (some half a minute). watch : called with what is done, done and all.
    Raises InvalidRequest for a folder with something in it.
    """
    from phytovigil.study.following.follow_up import FollowUp

    made = FollowUp.create(folder, passphrase, cost=cost)
    for day, same in groupby(sorted(list_entries(), key=lambda one: one[0]), key=lambda one: one[0]):
        at = FIRST + timedelta(days=day)
        made.diary.add_many([(content, at.isoformat()) for _, content in same], recorded=in_the_evening(at))
    if photos:
        add_photographs(made, watch)
    return made


def in_the_evening(day: date) -> str:
    """The moment at which a day's entries are written down."""
    return datetime.combine(day, time(20), UTC).isoformat()


def list_entries() -> Iterator[Written]:
    """Everything but the photographs."""
    yield 0, Person("male", 1984, "US", "kratom", "back pain")
    yield 0, Site(EXPOSED, "exposed", where="left cheek, the card's long side along the jaw")
    yield 0, Site(COVERED, "covered", where="inner side of the left upper arm")
    yield from ((0, Risk(risk, "no")) for risk in ("liver-disease", "seizure", "opioid", "pregnancy"))
    yield 0, Risk("sun-exposure", "yes", "works outdoors")
    yield 0, Course("doxycycline", "doxycycline", "2026-02-20", "2026-03-06", reason="Lyme disease")
    yield STARTS, Course("kratom powder", "kratom-leaf", day_text(STARTS), "", "3 g twice a day", "back pain", False)
    yield STARTS, Period(day_text(0), day_text(STARTS - 1), False)
    yield STARTS, Period(day_text(STARTS), day_text(118), True)
    yield 154, Period(day_text(119), day_text(153), False)
    yield 231, Period(day_text(154), day_text(230), True)
    yield from list_uses()
    yield from list_scores()
    yield from list_liver()
    yield CHANGES + 20, Event("face looks darker, greyish", term="darker-skin", where="cheeks and forehead")


def day_text(day: int) -> str:
    """The ISO date of a day from the first."""
    return (FIRST + timedelta(days=day)).isoformat()


def list_uses() -> Iterator[Written]:
    """Two intakes on most days."""
    for day in range(STARTS, (LAST - FIRST).days):
        if 119 <= day < 154 or day % 11 == 5:
            continue
        yield day, Use("kratom powder", "kratom-leaf", 3.0, "g", "powder")
        yield day, Use("kratom powder", "kratom-leaf", 3.0, "g", "powder")


def list_scores() -> Iterator[Written]:
    """Pain of a simulated person, PEG every week beside it, and an itch that comes with the liver tests."""
    from phytovigil.simulation.person import PainSettings, simulate_pain

    days = (LAST - FIRST).days
    pain = simulate_pain(PainSettings(), 1, days, SEED)
    for day, value in zip(pain.days.tolist(), pain.values[0].tolist(), strict=True):
        if value == value:
            yield day, Pain(value)
        if day % 7 == 6 and value == value:
            yield day, Peg(value, min(10.0, value + 1), max(0.0, value - 1))
    for day in range(40, days, 7):
        yield day, Itch(5.0 if 60 <= day < 80 else 0.0)


def list_liver() -> Iterator[Written]:
    """An itch in February, and the liver tests that settled what it was."""
    yield 61, Event("itching all over", term="itch", started=day_text(60), ended=day_text(80), outcome="recovered")
    for day, values in ((14, (24.0, 22.0, 71.0, 0.6)), (63, (61.0, 48.0, 118.0, 0.9)), (90, (28.0, 25.0, 80.0, 0.7))):
        for analyte, value in zip(("alt", "ast", "alp", "bilirubin"), values, strict=True):
            unit = "mg/dL" if analyte == "bilirubin" else "U/L"
            limit = {"alt": 40.0, "ast": 40.0, "alp": 130.0, "bilirubin": 1.2}[analyte]
            yield day, Lab(analyte, value, unit, limit, "report of the laboratory")


def add_photographs(made: FollowUp, watch: Callable[[str, int, int], None] | None) -> None:
    """Rendered photographs of both sites, read as any other."""
    from phytovigil.simulation.skin import draw_person, person_scenes

    person: PersonSettings = draw_person(SEED, lights=("D65", "D50"), printer="inkjet", camera="phone")
    days = (*BASELINE_DAYS, *LATER_DAYS)
    for done, visit in enumerate(person_scenes(person, days, GREY_BLUE), start=1):
        site = EXPOSED if visit.role == "exposed" else COVERED
        at = FIRST + timedelta(days=int(visit.day))
        baseline = int(visit.day) in BASELINE_DAYS
        made.add_photo(visit.scene.jpeg, site, f"{at.isoformat()}T12:00", baseline=baseline)
        if watch:
            watch("photographs", done, 2 * len(days))
