"""Colours of sites over time, from the readings of a diary's photos: one row per day, exposed beside covered.

Photos of one day share light, place and camera, so they count as one: the first that can be used stands for the day.
Readings of different methods are not mixed: those of the method that read most photos are taken.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from datetime import date

from phytovigil.errors import InvalidRequest, UnknownName
from phytovigil.schema.change import LeftOut, SkinSeries
from phytovigil.schema.diary import Diary, Entry, Photo, Reading, Site

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class SitePhoto:
    """A photo that was read: id of the photo's entry, its day, the colour, whether it is of the baseline."""

    entry: str
    day: date
    colour: Colour
    baseline: bool


def list_skin_pairs(diary: Diary) -> tuple[tuple[str, str], ...]:
    """Each exposed site with the covered one that has most photos on the same days; "" where there is none."""
    exposed, covered = list_sites(diary, "exposed"), list_sites(diary, "covered")
    days = {name: {entry.day for entry in photos_of(diary, name)} for name in (*exposed, *covered)}

    def nearest(site: str) -> str:
        return max(covered, key=lambda other: len(days[site] & days[other]), default="")

    return tuple((site, nearest(site)) for site in exposed)


def list_sites(diary: Diary, role: str) -> list[str]:
    """Names of the sites whose newest entry has this role, in alphabetical order."""
    newest = {entry.content.name: entry.content for entry in diary.entries("site") if isinstance(entry.content, Site)}
    return sorted(name for name, site in newest.items() if site.role == role)


def make_skin_series(diary: Diary, exposed: str, covered: str = "", *, within_days: int = 1) -> SkinSeries:
    """Colours of an exposed site, and of a covered one of the same day or the nearest within so many days.

    A site alone stands as `exposed`, whatever its role. Raises UnknownName for a site that the diary does not have,
    InvalidRequest for days below 0.
    """
    if within_days < 0:
        raise InvalidRequest(f"photos within {within_days} days of one another.", "Give 0 or more.")
    left: list[LeftOut] = []
    method = choose_method(diary)
    photos = keep_first(read_site(diary, exposed, method, left), left)
    if not covered:
        return assemble(exposed, "", [(photo, None) for photo in photos], 0, left)
    others = keep_first(read_site(diary, covered, method, left), left)
    pairs = [(photo, find_nearest(photo, others, within_days)) for photo in photos]
    why = f"no usable photo of {covered} within {within_days} {'day' if within_days == 1 else 'days'}"
    left += [LeftOut(photo.entry, why) for photo, other in pairs if other is None]
    return assemble(exposed, covered, [pair for pair in pairs if pair[1]], within_days, left)


def choose_method(diary: Diary) -> str:
    """The method that read most photos; of several the one used last. "" where nothing was read."""
    readings = [entry.content for entry in diary.entries("reading") if isinstance(entry.content, Reading)]
    counts = Counter(method for method, _ in {(one.method, one.photo) for one in readings})
    last = {one.method: place for place, one in enumerate(readings)}
    return max(counts, key=lambda method: (counts[method], last[method]), default="")


def photos_of(diary: Diary, site: str) -> list[Entry]:
    """Photos of a site, oldest first."""
    return [
        entry for entry in diary.entries("photo") if isinstance(entry.content, Photo) and entry.content.site == site
    ]


def read_site(diary: Diary, site: str, method: str, left: list[LeftOut]) -> list[SitePhoto]:
    """Usable photos of a site with their colours; what could not be used goes to `left`."""
    known = sorted({e.content.name for e in diary.entries("site") if isinstance(e.content, Site)})
    if site not in known:
        raise UnknownName("site", site, "this diary", known, "It has no site yet: add one first.")
    readings = {
        entry.content.photo: entry.content
        for entry in diary.entries("reading")
        if isinstance(entry.content, Reading) and entry.content.method == method
    }
    found = []
    for entry in photos_of(diary, site):
        reading, photo = readings.get(entry.id), entry.content
        if reading is None or len(reading.lab) != 3:
            left.append(LeftOut(entry.id, say_unread(reading, method)))
        elif isinstance(photo, Photo):
            found.append(SitePhoto(entry.id, entry.day, tuple(reading.lab), photo.baseline))  # type: ignore[arg-type]
    return found


def say_unread(reading: Reading | None, method: str) -> str:
    """Why a photo has no colour."""
    if reading is None:
        return f"not read by {method}" if method else "not read yet"
    return f"refused ({', '.join(reading.refusals) or 'no reason given'})"


def keep_first(photos: list[SitePhoto], left: list[LeftOut]) -> list[SitePhoto]:
    """The first usable photo of each day; one that is marked as baseline before one that is not."""
    days: dict[date, list[SitePhoto]] = {}
    for photo in photos:
        days.setdefault(photo.day, []).append(photo)
    kept = [max(same, key=lambda one: one.baseline) for same in days.values()]
    why = "a further photo of the same day, which counts once"
    used = {photo.entry for photo in kept}
    left += [LeftOut(photo.entry, why) for photo in photos if photo.entry not in used]
    return kept


def find_nearest(photo: SitePhoto, others: list[SitePhoto], within: int) -> SitePhoto | None:
    """The photo of the other site that is nearest in time; of two equally near the earlier. others : by day."""
    place = bisect_left(others, photo.day, key=lambda other: other.day)
    around = others[max(place - 1, 0) : place + 1]
    near = min(around, key=lambda other: (abs((other.day - photo.day).days), other.day), default=None)
    return near if near is not None and abs((near.day - photo.day).days) <= within else None


def assemble(
    exposed: str, covered: str, pairs: list[tuple[SitePhoto, SitePhoto | None]], within: int, left: list[LeftOut]
) -> SkinSeries:
    """The series of photos in pairs."""
    return SkinSeries(
        exposed,
        covered,
        days=tuple(photo.day for photo, _ in pairs),
        colours=tuple(photo.colour for photo, _ in pairs),
        covered_colours=tuple(other.colour for _, other in pairs if other),
        baseline=tuple(photo.baseline for photo, _ in pairs),
        apart=within,
        entries=tuple(photo.entry for photo, _ in pairs),
        left_out=tuple(left),
    )
