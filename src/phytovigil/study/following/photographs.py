"""Photographs of one person: kept, read, shown again, and their sites marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from phytovigil.errors import InvalidRequest, UnknownName, UnreadableFile
from phytovigil.followup import skin
from phytovigil.followup.diary import FileDiary
from phytovigil.schema.card import CardValues
from phytovigil.schema.diary import Entry, Photo, Reading, Site
from phytovigil.schema.skin import PhotoReading, to_content
from phytovigil.study.following.now import now


@dataclass(frozen=True, slots=True)
class AddedPhoto:
    """A photograph that was kept, and what was read from it."""

    photo: Entry
    reading: Entry
    found: PhotoReading


def list_sites(diary: FileDiary) -> dict[str, Site]:
    """The newest site of each name."""
    return {content.name: content for entry in diary.entries("site") if isinstance(content := entry.content, Site)}


def choose_site(diary: FileDiary, name: str) -> Site:
    """A site by its name. Raises UnknownName with the names that there are."""
    sites = list_sites(diary)
    if name not in sites:
        known = f"Sites are {', '.join(sites)}." if sites else "Name one first: `phytovigil follow site NAME exposed`."
        raise UnknownName("site", name, "the diary", hint=known)
    return sites[name]


def read_where(photo: Photo) -> tuple[float, float] | None:
    """Where the site lies in this photo alone, if it lies elsewhere than usual."""
    return (photo.where[0], photo.where[1]) if photo.where else None


def read_file(path: Path) -> bytes:
    """The bytes of a photograph. Raises UnreadableFile."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}.", "Check its name.") from error


def add_photo(
    diary: FileDiary,
    data: bytes,
    site: Site,
    at: str,
    *,
    baseline: bool = False,
    where: tuple[float, float] | None = None,
    values: CardValues | None = None,
) -> AddedPhoto:
    """Keep a photograph and what was read from it. One that cannot be measured is kept with its reasons.

    at : when it was taken; if empty, what the camera wrote into it, or now.
    """
    found = skin.read_photo(data, site, values=values, where=where)
    when = at or found.taken or now()
    photo = diary.add_photo(data, site.name, when, baseline=baseline, where=where or ())
    return AddedPhoto(photo, diary.add(to_content(found, photo.id), when), found)


def read_again(diary: FileDiary, photos: Iterable[Entry], values: CardValues | None = None) -> tuple[AddedPhoto, ...]:
    """Read photographs once more: by a newer method, or after their site was marked anew."""
    readings = find_readings(diary)
    return tuple(read_one_again(diary, photo, readings.get(photo.id), values) for photo in photos)


def find_readings(diary: FileDiary) -> dict[str, Entry]:
    """The newest reading of each photograph, by the id of the photo's entry."""
    return {entry.content.photo: entry for entry in diary.entries("reading") if isinstance(entry.content, Reading)}


def read_one_again(diary: FileDiary, photo: Entry, older: Entry | None, values: CardValues | None) -> AddedPhoto:
    """Read one photograph once more. Its older reading is corrected, so that it counts once."""
    content = require_photo(photo)
    site = choose_site(diary, content.site)
    found = skin.read_photo(diary.photo_bytes(content.sha256), site, values=values, where=read_where(content))
    new = to_content(found, photo.id)
    kept = diary.correct(older.id, new, "read again") if older else diary.add(new, photo.at)
    return AddedPhoto(photo, kept, found)


def require_photo(entry: Entry) -> Photo:
    """The photo of an entry. Raises InvalidRequest for an entry of another kind."""
    if not isinstance(entry.content, Photo):
        raise InvalidRequest(f"the entry …{entry.id[-6:]} is no photo.", "`phytovigil follow list photo` lists them.")
    return entry.content


def mark_site(
    diary: FileDiary, photo: Entry, place: str, *, only_here: bool = False, values: CardValues | None = None
) -> AddedPhoto:
    """Move a photo's site to a field of the grid of its preview, and read the photo there.

    only_here : for this photo alone, where the card lay differently.
    """
    content = require_photo(photo)
    x, y = skin.parse_grid(place)
    if not only_here:
        diary.add(replace(choose_site(diary, content.site), x=x, y=y), photo.at)
        return read_again(diary, [photo], values)[0]
    readings = find_readings(diary)
    moved = diary.correct(photo.id, replace(content, where=(x, y)), f"marked at {place}")
    return read_one_again(diary, moved, readings.get(photo.id), values)


def preview_photo(diary: FileDiary, photo: Entry) -> bytes:
    """The straightened photograph with the grid of the card and the measured disc, PNG."""
    content = require_photo(photo)
    site = choose_site(diary, content.site)
    return skin.draw_preview(diary.photo_bytes(content.sha256), site, where=read_where(content))


def straighten_photos(diary: FileDiary, findings: Mapping[str, Any]) -> dict[str, bytes]:
    """Pictures for the summary's skin panel by the id of the photo's entry: straightened, in corrected colours, PNG."""
    shown = {photo["entry"] for one in findings["skin"] for photo in one["photos"]}
    photos = [entry for entry in diary.entries("photo") if entry.id in shown]
    return {entry.id: straighten_photo(diary, entry) for entry in photos}


def straighten_photo(diary: FileDiary, photo: Entry) -> bytes:
    """The surroundings of the site, seen from straight above under equal light."""
    content = require_photo(photo)
    site = choose_site(diary, content.site)
    return skin.straighten(diary.photo_bytes(content.sha256), site, where=read_where(content))
