"""What a store holds: its releases, their files and hashes. Replacing this file is the only commit point."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from phytovigil.errors import DamagedStore, InvalidRequest, StoreError

FORMAT = 2
"""Version of the store's layout; a store of another version is refused, never guessed at."""

NAME = "manifest.json"

RELEASES = "releases"
"""The folder of the releases. It is made after the first manifest, so that there is none without one."""

MEND = "Put a copy of it back, or take the raw files in again into a new store; `phytovigil releases` lists them."
"""What to do about damage that nothing in the store itself can repair."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One raw file of a release and its ledger; sha256 is that of the uncompressed content.

    rows_kept + rows_quarantined = rows_read; rows_repaired and rows_orphaned are among the kept.
    """

    file: str
    sha256: str
    bytes: int
    reader: str
    rows_read: int
    rows_kept: int
    rows_quarantined: int
    rows_repaired: int
    rows_orphaned: int
    values_quarantined: int


@dataclass(frozen=True, slots=True)
class Release:
    """The files of a source as of a date.

    ordinal : its place in the order of ingest; the upper 32 bits of its report numbers.
    as_of : ISO date; the latest date that the files mention, unless the user stated one.
    tables : per table, the hash of its Parquet file and its number of rows.
    """

    id: str
    ordinal: int
    source: str
    as_of: str
    reports: int
    files: tuple[FileEntry, ...]
    tables: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The state of a store. words: per dictionary file, its hash and the first word number it holds."""

    releases: tuple[Release, ...] = ()
    words: tuple[Mapping[str, Any], ...] = ()

    @property
    def next_ordinal(self) -> int:
        """The ordinal of the release to come."""
        return 1 + max((release.ordinal for release in self.releases), default=0)

    @property
    def next_word(self) -> int:
        """The number of the next new word."""
        return sum(int(entry["rows"]) for entry in self.words)

    def dictionary_of(self, releases: Sequence[Release]) -> tuple[str, ...]:
        """Hashes of the dictionary files that were there when the newest of the releases was taken in."""
        newest = max((release.ordinal for release in releases), default=0)
        return tuple(str(entry["sha256"]) for entry in self.words if str(entry["file"]) <= word_file(newest))

    def recorded_files(self, releases: Sequence[Release]) -> dict[str, str]:
        """Hash of every file that the releases and the dictionary are made of, by its name within the store."""
        recorded = {str(entry["file"]): str(entry["sha256"]) for entry in self.words}
        for release in releases:
            for table, facts in release.tables.items():
                recorded[f"releases/{release.id}/{table}.parquet"] = str(facts["sha256"])
        return recorded

    def find_content(self, sha256: str) -> Release | None:
        """The release that already holds a raw file of this content."""
        for release in self.releases:
            if any(entry.sha256 == sha256 for entry in release.files):
                return release
        return None

    def with_release(self, release: Release, words: Mapping[str, Any] | None) -> Manifest:
        """This manifest and one release more."""
        added = (words,) if words else ()
        return replace(self, releases=(*self.releases, release), words=(*self.words, *added))


def read_manifest(folder: Path) -> Manifest:
    """Read a store's manifest; an absent one is an empty store.

    Raises DamagedStore if it is not what this program wrote, StoreError if another version wrote it.
    """
    file = folder / NAME
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        if (folder / RELEASES).is_dir():
            raise DamagedStore(f"The store {folder} holds releases and lacks its manifest {NAME}.", MEND) from error
        return Manifest()
    except (OSError, ValueError) as error:
        raise DamagedStore(f"The store's manifest {file} cannot be read: {error}.", MEND) from error
    if not isinstance(raw, dict):
        raise DamagedStore(f"The store's manifest {file} is not a manifest.", MEND)
    if raw.get("format") != FORMAT:
        raise StoreError(
            f"The store {folder} has format {raw.get('format')}; this version reads format {FORMAT}.",
            "Use the version that wrote it, or take the raw files in again into a new store.",
        )
    if raw.get("sha256") != hash_content(raw):
        raise DamagedStore(f"The store's manifest {file} differs from what was written.", MEND)
    try:
        releases = tuple(parse_release(item) for item in raw["releases"])
        return Manifest(releases, tuple(parse_words(item) for item in raw["words"]))
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedStore(f"The store's manifest {file} is not whole: {error}.", MEND) from error


def parse_release(raw: dict[str, Any]) -> Release:
    """A release from its JSON form."""
    return Release(**{**raw, "files": tuple(FileEntry(**entry) for entry in raw["files"])})


def parse_words(raw: dict[str, Any]) -> dict[str, Any]:
    """A dictionary file's entry from its JSON form."""
    return {"file": str(raw["file"]), "rows": int(raw["rows"]), "sha256": str(raw["sha256"])}


def word_file(ordinal: int) -> str:
    """The dictionary file of the words that a release brought, as the manifest names it.

    >>> word_file(12)
    'words/000012.parquet'
    """
    return f"words/{ordinal:06d}.parquet"


def require_date(text: str) -> str:
    """The date, if it is one: ISO dates compare as text only when they are whole.

    >>> require_date("2014")
    Traceback (most recent call last):
    phytovigil.errors.InvalidRequest: “2014” is not a date. Write it as YYYY-MM-DD.
    """
    try:
        whole = date.fromisoformat(text).isoformat() == text
    except ValueError:
        whole = False
    if not whole:
        raise InvalidRequest(f"“{text}” is not a date.", "Write it as YYYY-MM-DD.")
    return text


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step: it is either the old one or the new one, also after a power cut."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "releases": [asdict(release) for release in manifest.releases],
        "words": list(manifest.words),
    }
    content["sha256"] = hash_content(content)
    draft = folder / (NAME + ".draft")
    with draft.open("w", encoding="utf-8") as stream:
        json.dump(content, stream, indent=1, sort_keys=True)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(draft, folder / NAME)
    sync_folder(folder)


def hash_content(content: Mapping[str, Any]) -> str:
    """SHA-256 of a manifest's content but for the hash itself, which it carries to tell a change from outside."""
    plain = {key: value for key, value in content.items() if key != "sha256"}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def sync_folder(folder: Path) -> None:
    """Make renames within a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
