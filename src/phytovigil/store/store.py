"""The store as a whole: open it, list its releases, read one source as of a date, write to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from phytovigil.errors import DamagedStore, EmptyStore, StoreError, UnknownName
from phytovigil.store.engine import explain_os_error
from phytovigil.store.lock import hold_lock
from phytovigil.store.manifest import MEND, Manifest, Release, read_manifest, require_date
from phytovigil.store.memory import engine_memory
from phytovigil.store.placing import begin_manifest, clean_staging
from phytovigil.store.session import Session, clear_derived
from phytovigil.store.tables import is_intact, read_table
from phytovigil.store.words import WordBook
from phytovigil.store.writing import ReleaseWriter


class Store:
    """A folder of releases. Opening it reads its manifest and nothing else; an absent folder is an empty store.

    memory : bytes that the program may use, half of the machine's unless stated; work beyond it spills to disk, so
        that memory does not grow with the data.
    """

    def __init__(self, folder: Path | str, memory: int | None = None) -> None:
        self.folder = Path(folder)
        self.memory_limit = engine_memory(memory)
        if self.folder.exists() and not self.folder.is_dir():
            raise StoreError(f"{self.folder} is a file, not a store.", "Name a folder with --store.")

    @property
    def manifest(self) -> Manifest:
        """The store's state at this moment."""
        return read_manifest(self.folder)

    def releases(self, source: str | None = None, as_of: str | None = None) -> tuple[Release, ...]:
        """Releases of a source up to a date (ISO), oldest first."""
        return choose_releases(self.manifest, source, as_of)

    def sources(self) -> tuple[str, ...]:
        """Names of the sources that the store holds."""
        return tuple(sorted({release.source for release in self.manifest.releases}))

    def read(self, source: str, as_of: str | None = None) -> Session:
        """Open one source as of a date.

        Raises EmptyStore if the store holds nothing, UnknownName if it holds nothing of this source or date.
        """
        manifest = self.manifest  # read once: releases and dictionary must be of one moment
        if not manifest.releases:
            raise EmptyStore(
                f"The store {self.folder} holds no release yet.",
                "Take files in with `phytovigil ingest PATH`.",
            )
        releases = choose_releases(manifest, source, as_of)
        if not releases:
            held = ", ".join(f"{release.source} as of {release.as_of}" for release in choose_releases(manifest))
            asked = source + (f" as of {as_of}" if as_of else "")
            raise UnknownName(
                "release" if as_of else "source", asked, f"the store {self.folder}", hint=f"It holds {held}."
            )
        return Session(self.folder, manifest, releases, self.memory_limit)

    @contextmanager
    def writing(self, wait_seconds: float = 5.0) -> Iterator[StoreWriter]:
        """Hold the write lock. Raises StoreLocked if another process keeps it longer than `wait_seconds`."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain_os_error(error) from error
        with hold_lock(self.folder, wait_seconds):
            clean_staging(self.folder)
            begin_manifest(self.folder)
            yield StoreWriter(self.folder, self.memory_limit)

    def clear_unused(self, seconds: float = 3600) -> None:
        """Remove what was derived for older releases and has not been used for so long."""
        clear_derived(self.folder, seconds)

    def damaged_files(self) -> list[str]:
        """Files that are missing or whose bytes differ from what was written."""
        manifest = self.manifest
        recorded = manifest.recorded_files(manifest.releases)
        return [name for name, sha256 in recorded.items() if not is_intact(self.folder / name, sha256)]


def choose_releases(manifest: Manifest, source: str | None = None, as_of: str | None = None) -> tuple[Release, ...]:
    """Releases of a source up to a date (ISO), oldest first. Raises InvalidRequest for what is not a date."""
    latest = require_date(as_of) if as_of else "9999-12-31"
    chosen = (release for release in manifest.releases if source in (None, release.source) and release.as_of <= latest)
    return tuple(sorted(chosen, key=lambda release: (release.as_of, release.ordinal)))


class StoreWriter:
    """The right to add releases, for as long as the lock is held."""

    def __init__(self, folder: Path, memory_limit: str) -> None:
        self._folder, self._memory_limit = folder, memory_limit
        self._words: WordBook | None = None

    def contents(self) -> set[str]:
        """Hashes of every raw file that the store holds."""
        return {entry.sha256 for release in read_manifest(self._folder).releases for entry in release.files}

    def find_content(self, sha256: str) -> Release | None:
        """The release that already holds this raw content."""
        return read_manifest(self._folder).find_content(sha256)

    def require_content(self, sha256: str) -> Release:
        """The release that holds this raw content. Raises StoreError if there is none."""
        release = self.find_content(sha256)
        if release is None:
            raise StoreError(f"The store holds no raw file of the content {sha256}.")
        return release

    def begin(self, source: str) -> ReleaseWriter:
        """Start a release of a source; one at a time."""
        manifest = read_manifest(self._folder)
        if self._words is None or len(self._words) != manifest.next_word:
            self._words = WordBook(read_words(self._folder, manifest))
        return ReleaseWriter(self._folder, manifest, source, self._memory_limit, self._words)


def read_words(folder: Path, manifest: Manifest) -> Iterator[str]:
    """The words of the dictionary, in the order of their numbers. Raises DamagedStore if a file of it is missing."""
    for entry in manifest.words:
        file = folder / str(entry["file"])
        if not is_intact(file, str(entry["sha256"])):
            raise DamagedStore(f"The store's file {entry['file']} is missing or differs from what was written.", MEND)
        yield from (str(text) for text in read_table(file)["text"])
