"""The diary of one simulated person: sites, photos with their readings, pain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

import numpy as np

from phytovigil.schema.diary import Content, Entries, Entry, Pain, Photo, Reading, Site, parse_when
from phytovigil.simulation.person.pain import simulate_pain
from phytovigil.simulation.person.settings import PersonSettings
from phytovigil.simulation.person.skin import SimulatedSkin, simulate_skin

EXPOSED, COVERED = "back of the hand", "inner upper arm"
METHOD = "simulated"


@dataclass(slots=True)
class Writer:
    """Gives entries their ids in the order of recording."""

    first: date
    entries: list[Entry] = field(default_factory=list)

    def write(self, kind: str, day: int, content: Content) -> str:
        """Add an entry of a day, recorded in the evening; its id."""
        at = self.first + timedelta(days=day)
        recorded = datetime.combine(at, time(20), UTC) + timedelta(milliseconds=len(self.entries))
        name = f"{len(self.entries) + 1:08d}"
        self.entries.append(Entry(name, kind, at.isoformat(), recorded.isoformat(), content))
        return name


def simulate_diary(settings: PersonSettings, seed: int) -> Entries:
    """A diary of one person; same settings and seed, same entries.

    >>> diary = simulate_diary(PersonSettings(pain_days=10), 1)
    >>> len(diary.entries("site")), diary.entries("pain")[0].kind
    (2, 'pain')
    """
    skin = simulate_skin(settings.skin, 1, seed)
    pain = simulate_pain(settings.pain, 1, settings.pain_days, seed)
    writer = Writer(parse_when("first_day", settings.first_day).date())
    writer.write("site", 0, Site(EXPOSED, "exposed"))
    writer.write("site", 0, Site(COVERED, "covered"))
    values = {int(day): float(value) for day, value in zip(pain.days, pain.values[0], strict=True)}
    places = {int(day): place for place, day in enumerate(skin.days)}
    for day in range(max([*values, *places]) + 1):
        if np.isfinite(values.get(day, np.nan)):
            writer.write("pain", day, Pain(values[day]))
        if day in places:
            write_photos(writer, skin, places[day], seed)
    return Entries(writer.entries)


def write_photos(writer: Writer, skin: SimulatedSkin, place: int, seed: int) -> None:
    """The photos of one day with their readings; nothing where the day was missed."""
    if not skin.usable[0, place] and not skin.refused[0, place]:
        return
    day, baseline = int(skin.days[place]), bool(skin.baseline[place])
    for site, colour in list_photos(skin, place):
        digest = sha256(f"{seed} {site} {day}".encode()).hexdigest()
        photo = writer.write("photo", day, Photo(digest, site, "image/jpeg", 1, baseline=baseline))
        writer.write("reading", day, make_reading(photo, colour))


def list_photos(skin: SimulatedSkin, place: int) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Both sites with their colours; an empty colour where the photo was refused, which is that of the exposed site."""
    exposed = () if skin.refused[0, place] else round_colour(skin.exposed[0, place])
    yield EXPOSED, exposed
    yield COVERED, round_colour(skin.covered[0, place])


def round_colour(colour: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[float, ...]:
    """L*, a*, b* to two decimals, as a method would give them."""
    return tuple(round(float(value), 2) for value in colour)


def make_reading(photo: str, colour: tuple[float, ...]) -> Reading:
    """A reading, or a refusal where there is no colour."""
    return Reading(photo, METHOD, lab=colour, refusals=() if colour else ("blur",))
