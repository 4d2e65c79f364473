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
    """Read photographs once more: by a newer method, or after their site was marked anew.

    The older reading of a photo is corrected, so that it counts once.
    """
    older = {entry.content.photo: entry for entry in diary.entries("reading") if isinstance(entry.content, Reading)}
    return tuple(read_one_again(diary, photo, older, values) for photo in photos)


def read_one_again(diary: FileDiary, photo: Entry, older: Mapping[str, Entry], values: CardValues | None) -> AddedPhoto:
    """Read one photograph once more."""
    content = photo.content
    assert isinstance(content, Photo)
    where = read_where(content)
    site = choose_site(diary, content.site)
    found = skin.read_photo(diary.photo_bytes(content.sha256), site, values=values, where=where)
    new = to_content(found, photo.id)
    if photo.id in older:
        return AddedPhoto(photo, diary.correct(older[photo.id].id, new, "read again"), found)
    return AddedPhoto(photo, diary.add(new, photo.at), found)


def mark_site(diary: FileDiary, photo: Entry, place: str, *, only_here: bool = False) -> tuple[Entry, AddedPhoto]:
    """Move a photo's site to a field of the grid of its preview, and read the photo there.

    only_here : for this photo alone, where the card lay differently.
    """
    content = photo.content
    assert isinstance(content, Photo)
    x, y = skin.parse_grid(place)
    if only_here:
        moved = diary.correct(photo.id, replace(content, where=(x, y)), f"marked at {place}")
    else:
        site = replace(choose_site(diary, content.site), x=x, y=y)
        moved = diary.add(site, photo.at)
        return moved, read_again(diary, [photo])[0]
    return moved, read_moved(diary, photo.id, moved)


def read_moved(diary: FileDiary, before: str, moved: Entry) -> AddedPhoto:
    """Read a photo whose entry was corrected: its reading must name the new entry."""
    content = moved.content
    assert isinstance(content, Photo)
    readings = [e for e in diary.entries("reading") if isinstance(e.content, Reading) and e.content.photo == before]
    site = choose_site(diary, content.site)
    found = skin.read_photo(diary.photo_bytes(content.sha256), site, where=(content.where[0], content.where[1]))
    new = to_content(found, moved.id)
    kept = diary.correct(readings[-1].id, new, "marked anew") if readings else diary.add(new, moved.at)
    return AddedPhoto(moved, kept, found)


def preview_photo(diary: FileDiary, photo: Entry) -> bytes:
    """The straightened photograph with the grid of the card and the measured disc, PNG."""
    content = photo.content
    if not isinstance(content, Photo):
        raise InvalidRequest(f"the entry …{photo.id[-6:]} is no photo.", "`phytovigil follow list photo` lists them.")
    site = choose_site(diary, content.site)
    where = read_where(content)
    return skin.draw_preview(diary.photo_bytes(content.sha256), site, where=where)


def straighten_photos(diary: FileDiary, findings: Mapping[str, Any]) -> dict[str, bytes]:
    """Pictures for the summary's skin panel by the id of the photo's entry: straightened, in corrected colours, PNG."""
    shown = {photo["entry"] for skin in findings["skin"] for photo in skin["photos"]}
    photos = [entry for entry in diary.entries("photo") if entry.id in shown]
    return {entry.id: straighten_photo(diary, entry) for entry in photos}


def straighten_photo(diary: FileDiary, photo: Entry) -> bytes:
    """The surroundings of the site, seen from straight above under equal light."""
    content = photo.content
    assert isinstance(content, Photo)
    site = choose_site(diary, content.site)
    return skin.straighten(diary.photo_bytes(content.sha256), site, where=read_where(content))
