"""What a store holds: its releases, their files and hashes. Replacing this file is the only commit point."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from phytovigil.errors import DamagedStore, StoreError

FORMAT = 1
"""Version of the store's layout; a store of another version is refused, never guessed at."""

NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One raw file of a release and its ledger; sha256 is that of the uncompressed content."""

    file: str
    sha256: str
    bytes: int
    reader: str
    rows_read: int
    rows_kept: int
    rows_quarantined: int
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
    except FileNotFoundError:
        return Manifest()
    except (OSError, ValueError) as error:
        raise DamagedStore(f"The store's manifest {file} cannot be read: {error}.") from error
    if raw.get("format") != FORMAT:
        raise StoreError(
            f"The store {folder} has format {raw.get('format')}; this version reads format {FORMAT}.",
            "Use the version that wrote it, or take the raw files in again into a new store.",
        )
    try:
        return Manifest(tuple(parse_release(item) for item in raw["releases"]), tuple(raw["words"]))
    except (KeyError, TypeError) as error:
        raise DamagedStore(f"The store's manifest {file} lacks {error}.") from error


def parse_release(raw: dict[str, Any]) -> Release:
    """A release from its JSON form."""
    return Release(**{**raw, "files": tuple(FileEntry(**entry) for entry in raw["files"])})


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step: it is either the old one or the new one, also after a power cut."""
    content = {
        "format": FORMAT,
        "releases": [asdict(release) for release in manifest.releases],
        "words": list(manifest.words),
    }
    draft = folder / (NAME + ".draft")
    with draft.open("w", encoding="utf-8") as stream:
        json.dump(content, stream, indent=1, sort_keys=True)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(draft, folder / NAME)
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Make renames within a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
