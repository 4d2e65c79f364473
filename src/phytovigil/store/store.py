"""The store as a whole: open it, list its releases, read one source as of a date, write to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from phytovigil.errors import EmptyStore, StoreError, UnknownName
from phytovigil.store.engine import explain_os_error
from phytovigil.store.lock import hold_lock
from phytovigil.store.manifest import Manifest, Release, read_manifest
from phytovigil.store.session import Session
from phytovigil.store.tables import hash_file
from phytovigil.store.writing import ReleaseWriter, clean_staging


class Store:
    """A folder of releases. Opening it reads its manifest and nothing else; an absent folder is an empty store.

    memory_limit : bound of the engine's memory, as DuckDB writes it; work beyond it spills to disk.
    """

    def __init__(self, folder: Path | str, memory_limit: str = "2GB") -> None:
        self.folder = Path(folder)
        self._memory_limit = memory_limit
        if self.folder.exists() and not self.folder.is_dir():
            raise StoreError(f"{self.folder} is a file, not a store.", "Name a folder with --store.")

    @property
    def manifest(self) -> Manifest:
        """The store's state at this moment."""
        return read_manifest(self.folder)

    def releases(self, source: str | None = None, as_of: str | None = None) -> tuple[Release, ...]:
        """Releases of a source up to a date (ISO), oldest first."""
        chosen = (
            release
            for release in self.manifest.releases
            if (source is None or release.source == source) and (as_of is None or release.as_of <= as_of)
        )
        return tuple(sorted(chosen, key=lambda release: (release.as_of, release.ordinal)))

    def sources(self) -> tuple[str, ...]:
        """Names of the sources that the store holds."""
        return tuple(sorted({release.source for release in self.manifest.releases}))

    def read(self, source: str, as_of: str | None = None) -> Session:
        """Open one source as of a date.

        Raises EmptyStore if the store holds nothing, UnknownName if it holds nothing of this source or date.
        """
        manifest = self.manifest
        if not manifest.releases:
            raise EmptyStore(
                f"The store {self.folder} holds no release yet.",
                "Take files in with `phytovigil ingest PATH`.",
            )
        releases = self.releases(source, as_of)
        if not releases:
            held = ", ".join(f"{release.source} as of {release.as_of}" for release in self.releases())
            asked = source + (f" as of {as_of}" if as_of else "")
            raise UnknownName("source", asked, f"the store {self.folder}", hint=f"It holds {held}.")
        return Session(self.folder, manifest, releases, self._memory_limit)

    @contextmanager
    def writing(self, wait_seconds: float = 5.0) -> Iterator[StoreWriter]:
        """Hold the write lock. Raises StoreLocked if another process keeps it longer than `wait_seconds`."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain_os_error(error) from error
        with hold_lock(self.folder, wait_seconds):
            clean_staging(self.folder)
            yield StoreWriter(self.folder, self._memory_limit)

    def damaged_files(self) -> list[str]:
        """Files that are missing or whose bytes differ from what was written."""
        manifest = self.manifest
        recorded = {str(entry["file"]): str(entry["sha256"]) for entry in manifest.words}
        for release in manifest.releases:
            for table, facts in release.tables.items():
                recorded[f"releases/{release.id}/{table}.parquet"] = str(facts["sha256"])
        return [name for name, sha256 in recorded.items() if not self._intact(name, sha256)]

    def _intact(self, name: str, sha256: str) -> bool:
        file = self.folder / name
        return file.is_file() and hash_file(file) == sha256


class StoreWriter:
    """The right to add releases, for as long as the lock is held."""

    def __init__(self, folder: Path, memory_limit: str) -> None:
        self._folder, self._memory_limit = folder, memory_limit

    def find_content(self, sha256: str) -> Release | None:
        """The release that already holds this raw content."""
        return read_manifest(self._folder).find_content(sha256)

    def begin(self, source: str) -> ReleaseWriter:
        """Start a release of a source."""
        return ReleaseWriter(self._folder, read_manifest(self._folder), source, self._memory_limit)
