"""Reading one source as of a date: views over its Parquet files, and a cache of what is derived from them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from phytovigil.errors import DamagedStore, StoreError
from phytovigil.store.engine import Engine, quote_text
from phytovigil.store.manifest import Manifest, Release

DERIVED_FORMAT = 1


class Session:
    """One source as of a date, open for questions. Views: report, report_product, report_reaction, word, release.

    The releases are fixed when the session opens: what another process takes in meanwhile does not show.
    Raises DamagedStore if a file that the manifest names is missing.
    """

    def __init__(
        self, folder: Path, manifest: Manifest, releases: Sequence[Release], memory_limit: str = "2GB"
    ) -> None:
        self._folder = folder
        self.releases = tuple(releases)
        self.engine = Engine(None, memory_limit)
        for table in ("report", "report_product", "report_reaction", "quarantine"):
            files = [folder / "releases" / release.id / f"{table}.parquet" for release in releases]
            self.engine.show_files(table, require_files(files))
        self.engine.show_files("word", require_files([folder / entry["file"] for entry in manifest.words]))
        self._show_releases()

    def _show_releases(self) -> None:
        rows = ", ".join(f"({release.ordinal}::BIGINT, {quote_text(release.as_of)})" for release in self.releases)
        self.engine.run(f"CREATE OR REPLACE VIEW release AS SELECT * FROM (VALUES {rows}) AS held(ordinal, as_of)")

    def derive(self, purpose: str, tables: Mapping[str, str], given: Mapping[str, object] | None = None) -> None:
        """Make derived tables readable as views, computing them only if the cache does not hold them.

        tables : view name → SQL over this session's views, in order; later ones may use earlier ones.
        given : what the tables depend on besides releases and SQL, such as a vocabulary's hash.
        A store that cannot be written serves them from memory.
        """
        folder = self._folder / "derived" / f"{purpose}-{self._derived_key(tables, given)}"
        files = {name: folder / f"{name}.parquet" for name in tables}
        if not all(file.is_file() for file in files.values()):
            try:
                self._write_derived(folder, tables)
            except (OSError, StoreError):
                return self._derive_in_memory(tables)
        for name, file in files.items():
            self.engine.show_files(name, [file])
        return None

    def is_derived(self, purpose: str, tables: Mapping[str, str], given: Mapping[str, object] | None = None) -> bool:
        """Whether the cache holds these tables already."""
        folder = self._folder / "derived" / f"{purpose}-{self._derived_key(tables, given)}"
        return all((folder / f"{name}.parquet").is_file() for name in tables)

    def _derived_key(self, tables: Mapping[str, str], given: Mapping[str, object] | None) -> str:
        basis = [DERIVED_FORMAT, [release.id for release in self.releases], dict(tables), dict(given or {})]
        return hashlib.sha256(json.dumps(basis, sort_keys=True).encode()).hexdigest()[:16]

    def _write_derived(self, folder: Path, tables: Mapping[str, str]) -> None:
        """Write to a draft folder and rename it; whoever comes second finds the same bytes already there."""
        folder.parent.mkdir(exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix="draft-", dir=folder.parent))
        try:
            for name, sql in tables.items():
                file = draft / f"{name}.parquet"
                self.engine.write_parquet(sql, file)
                self.engine.show_files(name, [file])
            if not folder.exists():
                os.replace(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _derive_in_memory(self, tables: Mapping[str, str]) -> None:
        for name, sql in tables.items():
            self.engine.run(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {sql}')

    def close(self) -> None:
        """Let go of memory and files."""
        self.engine.close()


def require_files(files: list[Path]) -> list[Path]:
    """The files, if all are there."""
    for file in files:
        if not file.is_file():
            raise DamagedStore(
                f"The store lacks its file {file.name} in {file.parent}.",
                "Take the raw files in again into a new store; `phytovigil releases` lists them.",
            )
    return files
