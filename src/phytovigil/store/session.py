"""Reading one source as of a date: views over its Parquet files, and a cache of what is derived from them."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from phytovigil.errors import DamagedStore, StoreError
from phytovigil.store.composing import STORED
from phytovigil.store.engine import Engine, quote_text
from phytovigil.store.manifest import MEND, Manifest, Release
from phytovigil.store.stamps import changed_files, read_hashes, write_hashes

DERIVED_FORMAT = 4


class Session:
    """One source as of a date, open for questions. Views: the tables of `composing.STORED`,
    word (word, text) and release (ordinal, as_of, place in the order of dates).

    The releases are fixed when the session opens: what another process takes in meanwhile does not show.
    Raises DamagedStore if a file that the manifest names is missing or differs from its recorded hash.
    """

    def __init__(
        self, folder: Path, manifest: Manifest, releases: Sequence[Release], memory_limit: str = "2GB"
    ) -> None:
        self._folder, self._manifest = folder, manifest
        self.releases = tuple(releases)
        self._require_intact()
        self.engine = Engine(None, memory_limit)
        for table in STORED:
            files = [folder / "releases" / release.id / f"{table}.parquet" for release in releases]
            self.engine.show_files(table, files)
        self.engine.show_files("word", [folder / entry["file"] for entry in manifest.words])
        self._show_releases()

    def _show_releases(self) -> None:
        rows = ", ".join(
            f"({release.ordinal}::BIGINT, {quote_text(release.as_of)}, {place}::INTEGER)"
            for place, release in enumerate(self.releases)
        )
        self.engine.run(
            f"CREATE OR REPLACE VIEW release AS SELECT * FROM (VALUES {rows}) AS held(ordinal, as_of, place)"
        )

    def derive(
        self,
        purpose: str,
        tables: Mapping[str, str],
        given: Mapping[str, object] | None = None,
        prepare: Callable[[], None] | None = None,
    ) -> None:
        """Make derived tables readable as views, computing them only if the cache does not hold them.

        tables : view name → SQL over this session's views, in order; later ones may use earlier ones.
        given : what the tables depend on besides releases and SQL, such as a vocabulary's hash.
        prepare : called before the tables are computed, to make what their SQL reads; not if the cache holds them.
        A store that cannot be written serves them from memory.
        A table of the cache that is not what was written is computed anew.
        """
        folder = self._derived_folder(purpose, tables, given)
        if not self._holds(folder, tables):
            self._require_intact()
            if prepare:
                prepare()
            try:
                self._write_derived(folder, tables)
            except (OSError, StoreError):
                return self._derive_in_memory(tables)
        mark_used(folder)
        for name in tables:
            self.engine.show_files(name, [folder / f"{name}.parquet"])
        return None

    def is_derived(self, purpose: str, tables: Mapping[str, str], given: Mapping[str, object] | None = None) -> bool:
        """Whether the cache holds these tables already."""
        return self._holds(self._derived_folder(purpose, tables, given), tables)

    def _holds(self, folder: Path, tables: Iterable[str]) -> bool:
        """Whether a folder of the cache holds all tables as they were written."""
        hashes = read_hashes(folder)
        place = folder.relative_to(self._folder).as_posix()
        recorded = {f"{place}/{name}.parquet": hashes.get(f"{name}.parquet", "") for name in tables}
        return not changed_files(self._folder, recorded)

    def _derived_folder(self, purpose: str, tables: Mapping[str, str], given: Mapping[str, object] | None) -> Path:
        """Where the cache keeps the tables: named by all that they follow from, numbers of words included."""
        releases = [[release.ordinal, release.as_of, dict(release.tables)] for release in self.releases]
        words = self._manifest.dictionary_of(self.releases)
        basis = [DERIVED_FORMAT, releases, words, dict(tables), dict(given or {})]
        key = hashlib.sha256(json.dumps(basis, sort_keys=True).encode()).hexdigest()[:16]
        return self._folder / "derived" / f"{purpose}-{key}"

    def _write_derived(self, folder: Path, tables: Mapping[str, str]) -> None:
        """Write to a draft folder and rename it; whoever comes second finds the same bytes already there."""
        folder.parent.mkdir(exist_ok=True)
        draft = folder.parent / f"draft-{secrets.token_hex(8)}"
        draft.mkdir()
        try:
            for name, sql in tables.items():
                file = draft / f"{name}.parquet"
                self.engine.write_parquet(sql, file)
                self.engine.show_files(name, [file])
            write_hashes(draft, tables)
            if not self._holds(folder, tables):
                shutil.rmtree(folder, ignore_errors=True)
                os.replace(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _require_intact(self) -> None:
        """Compare the files with their hashes: a number is never computed from a file that was changed."""
        damaged = changed_files(self._folder, self._manifest.recorded_files(self.releases))
        if damaged:
            file = self._folder / damaged[0]
            if not file.exists():
                raise DamagedStore(f"The store lacks its file {file.name} in {file.parent}.", MEND)
            raise DamagedStore(f"The store's file {damaged[0]} differs from what was written.", MEND)

    def _derive_in_memory(self, tables: Mapping[str, str]) -> None:
        for name, sql in tables.items():
            self.engine.make_table(name, sql)

    def close(self) -> None:
        """Let go of memory and files."""
        self.engine.close()


def mark_used(folder: Path) -> None:
    """Note on a folder of the cache that it is in use now; a store that cannot be written is not noted on."""
    with suppress(OSError):
        os.utime(folder)


def clear_derived(store: Path, unused_seconds: float) -> None:
    """Remove folders of the cache that no session has opened for so long; whatever is asked again is made again."""
    for folder in (store / "derived").glob("*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > unused_seconds:
                shutil.rmtree(folder, ignore_errors=True)
