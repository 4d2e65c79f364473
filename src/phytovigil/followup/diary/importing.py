"""An export taken in: all of it in one transaction, or nothing.

Entries keep their ids, so that the same export taken in twice adds nothing the second time.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from phytovigil.errors import InvalidRequest, NewerDiary, UnreadableFile
from phytovigil.followup.diary.chain import Row, first_link, next_link
from phytovigil.followup.diary.exporting import FORMAT, VERSION
from phytovigil.followup.diary.fields import read_fields
from phytovigil.followup.diary.identity import is_id
from phytovigil.followup.diary.lines import decode, from_row, parse_line, to_row
from phytovigil.followup.diary.photos import MOST_BYTES, hash_of, media_type
from phytovigil.followup.diary.rows import Head, append_row, check_correction, find_row, keep_photo
from phytovigil.schema.diary import Entry, Photo

if TYPE_CHECKING:
    import apsw

LONGEST_LINE = 2 * MOST_BYTES
HASH = re.compile(r"[0-9a-f]{64}")
NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to. there : what the diary had already."""

    entries_new: int = 0
    entries_there: int = 0
    photos_new: int = 0
    photos_there: int = 0


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of an export; see `exporting.make_header`."""

    format: str
    version: int
    diary: str
    entries: int
    head: str
    photos: int
    photos_left_out: int
    warning: str = ""


@dataclass(frozen=True, slots=True)
class PhotoLine:
    """A line with the bytes of a photo."""

    photo: str
    base64: str


def read_export(connection: apsw.Connection, head: Head, path: Path) -> Imported:
    """Take an export in; the caller holds the transaction. Raises UnreadableFile, NewerDiary."""
    try:
        with path.open("rb") as file:
            return Import(connection, head, path).run(file)
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read ({error.strerror}).", "Name the file of an export.") from error


class Import:
    """One import: its place in the file, its counts, and the chain as the exporting diary had it."""

    def __init__(self, connection: apsw.Connection, head: Head, path: Path) -> None:
        self._connection, self._head, self._path = connection, head, path
        self._line = 0
        self._entries = [0, 0]
        self._photos = [0, 0]
        self._wanted: dict[str, Photo] = {}
        self._carried: set[str] = set()

    def run(self, file: IO[bytes]) -> Imported:
        """Read every line, then hold the whole against the header."""
        lines = self._read_lines(file)
        try:
            header = read_header(next(lines, None))
            link = first_link(bytes.fromhex(header.diary))
            for mapping in lines:
                link = self._take(mapping, link)
        except InvalidRequest as error:
            raise self._refused(f"line {self._line}: {error.message}", error.hint) from None
        self._check_whole(header, link)
        for sha256 in sorted(self._wanted.keys() - self._carried):
            keep_photo(self._connection, sha256, None)
        return Imported(*self._entries, *self._photos)

    def _read_lines(self, file: IO[bytes]) -> Iterator[dict[str, Any]]:
        """Every line as a JSON object."""
        while line := file.readline(LONGEST_LINE + 1):
            self._line += 1
            if len(line) > LONGEST_LINE:
                raise InvalidRequest(f"It has more than {LONGEST_LINE:,} characters.")
            yield parse_line(line)

    def _take(self, mapping: dict[str, Any], link: bytes) -> bytes:
        """Take one line in; answers the chain after it."""
        if "photo" in mapping:
            self._take_photo(PhotoLine(**read_fields(PhotoLine, mapping, "the photo")))
            return link
        if self._carried:
            raise InvalidRequest("An entry stands after the photos.", "Export the diary anew.")
        entry = decode(mapping)
        row = to_row(entry)
        self._take_entry(entry, row)
        return next_link(link, row)

    def _take_entry(self, entry: Entry, row: Row) -> None:
        """Add an entry, unless the diary has it."""
        check_ids(row)
        if isinstance(entry.content, Photo):
            if not HASH.fullmatch(entry.content.sha256):
                raise InvalidRequest("The hash of the photo has the wrong form.", "Export the diary anew.")
            self._wanted[entry.content.sha256] = entry.content
        there = find_row(self._connection, row.id)
        if there is None:
            check_correction(self._connection, row)
            self._head = append_row(self._connection, self._head, row)
        elif from_row(there) != entry:
            raise InvalidRequest(
                f"The diary has an entry {row.id} already, and it says something else.",
                "One of the two was altered; an import never replaces an entry.",
            )
        self._entries[there is not None] += 1

    def _take_photo(self, line: PhotoLine) -> None:
        """Keep the bytes of a photo that an entry names."""
        if line.photo in self._carried or line.photo not in self._wanted:
            raise InvalidRequest(
                "The photo belongs to no entry of the file, or stands twice.", "Export the diary anew."
            )
        try:
            data = base64.b64decode(line.base64, validate=True)
        except (binascii.Error, ValueError):
            raise InvalidRequest("The bytes of the photo are no base64.", "Export the diary anew.") from None
        entry = self._wanted[line.photo]
        if (hash_of(data), len(data), media_type(data)) != (entry.sha256, entry.size, entry.media_type):
            raise InvalidRequest("The bytes of the photo are not those of its entry.", "Export the diary anew.")
        self._carried.add(line.photo)
        self._photos[not keep_photo(self._connection, line.photo, data)] += 1

    def _check_whole(self, header: Header, link: bytes) -> None:
        """Raise UnreadableFile for an export that lacks something that its header names, or has something else."""
        found = (sum(self._entries), len(self._carried), len(self._wanted.keys() - self._carried))
        named = (header.entries, header.photos, header.photos_left_out)
        for what, has, says in zip(("entries", "photos", "photos left out"), found, named, strict=True):
            if has != says:
                raise self._refused(f"{what}: {says:,} by its header, {has:,} in the file", "It is cut or altered.")
        if link.hex() != header.head:
            raise self._refused("its entries are not those that were exported", "It was altered; export anew.")

    def _refused(self, what: str, hint: str) -> UnreadableFile:
        """The error of an export that is not taken in."""
        return UnreadableFile(f"{self._path}: {what.rstrip('.')}.", f"{hint} Nothing was taken in.".strip())


def read_header(mapping: dict[str, Any] | None) -> Header:
    """The first line. Raises InvalidRequest for another file, NewerDiary for a later format."""
    if mapping is None:
        raise InvalidRequest("The file is empty.", "Name the file of an export.")
    if mapping.get("format") != FORMAT:
        raise InvalidRequest("It is no header of an export of a diary.", "Name the file of an export.")
    version = mapping.get("version")
    if type(version) is int and version > VERSION:
        raise NewerDiary(f"The export has format {version}; this program knows {VERSION}.", "Update the program.")
    header = Header(**read_fields(Header, mapping, "the header"))
    if header.version != VERSION or not NAME.fullmatch(header.diary) or not HASH.fullmatch(header.head):
        raise InvalidRequest("A part of the header has the wrong form.", "Export the diary anew.")
    return header


def check_ids(row: Row) -> None:
    """Raise InvalidRequest for an id that no diary gave."""
    for identity in (row.id, row.corrects):
        if identity is not None and not is_id(identity):
            raise InvalidRequest(
                "An id is not one that a diary gives.", "Entries of elsewhere are added, not imported."
            )
