"""Taking a release in: batches into a staging database, then Parquet with integers for words, then one commit."""

from __future__ import annotations

import hashlib
import importlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from phytovigil.errors import StoreError, UnreadableFile
from phytovigil.schema.reports import TABLES, Batch, Columns, rows_of
from phytovigil.store import composing
from phytovigil.store.engine import Engine, arrow_column, explain_os_error
from phytovigil.store.manifest import (
    FileEntry,
    Manifest,
    Release,
    require_date,
    word_file,
)
from phytovigil.store.placing import publish
from phytovigil.store.tables import hash_file
from phytovigil.store.words import NEW_WORDS, WORDS, WordBook


@dataclass
class Ledger:
    """Running totals of one raw file."""

    read: int = 0
    kept: int = 0
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One raw file of the release: its name, the hash and size of its content, the reader and its ledger."""

    file: str
    sha256: str
    bytes: int
    reader: str
    ledger: Ledger


class ReleaseWriter:
    """One release on its way into the store. Nothing is visible to readers before `commit` returns.

    Not for use outside `Store.writing`, which holds the lock.
    """

    def __init__(self, folder: Path, manifest: Manifest, source: str, memory_limit: str, words: WordBook) -> None:
        # Loaded before anything is staged: Python tells an interrupt amid loading a library as something else.
        importlib.import_module("pyarrow")
        self._folder, self._manifest, self._source = folder, manifest, source
        self._staging = folder / "staging" / f"release-{manifest.next_ordinal}"
        self._files: list[RawEntry] = []
        self._words = words
        self._seen: set[str] = set()
        self._settled = False
        try:
            shutil.rmtree(self._staging, ignore_errors=True)
            self._staging.mkdir(parents=True)
        except OSError as error:
            raise explain_os_error(error) from error
        self._engine = Engine(self._staging / "spill", memory_limit)
        for table in TABLES:
            self._engine.create_table(table, composing.staged_types(table))

    def append(self, batch: Batch, ledger: Ledger) -> None:
        """Add one batch of the raw file that is being read, and count it."""
        for table, columns in batch.tables.items():
            self._seen.add(table)
            if rows_of(columns):
                self._engine.add_arrow(table, self._stage(table, columns))
        ledger.read += batch.rows_read
        ledger.kept += batch.rows_kept
        ledger.quarantined += batch.rows_quarantined

    def _stage(self, table: str, columns: Any) -> Any:
        """The rows as they are staged: words as numbers, and the place of their file."""
        import pyarrow

        types, words = TABLES[table], WORDS.get(table, ())
        names = list(columns) if isinstance(columns, dict) else columns.column_names
        given = columns if isinstance(columns, dict) else {name: columns.column(name) for name in names}
        staged = {name: arrow_column(given[name], types[name]) for name in names}
        if "key" in types and staged["key"].null_count:
            raise ValueError(f"{staged['key'].null_count} rows of {table} have no key")
        staged |= {name: self._words.encode(staged[name]) for name in names if name in words}
        if table != "quarantine":
            staged["file"] = pyarrow.repeat(pyarrow.scalar(len(self._files), pyarrow.int32()), rows_of(columns))
        return pyarrow.table(staged)

    def finish_file(self, file: str, sha256: str, size: int, reader: str, ledger: Ledger) -> None:
        """Close the ledger of one raw file."""
        self._files.append(RawEntry(file, sha256, size, reader, ledger))

    def commit(self, as_of: str | None) -> tuple[Manifest, Release]:
        """Make the release part of the store: files first, then the manifest in one rename.

        as_of : its date; the latest date that the reports mention unless stated.
        """
        self._settle()
        facts = self._engine.query_one(
            "SELECT count(*) AS reports, max(greatest(received, coalesce(revised, received))) AS last FROM report"
        )
        self._require_content(facts["reports"])
        ordinal = self._manifest.next_ordinal
        dated = require_date(as_of) if as_of else newest(facts["last"])
        release_id = f"{self._source}-{dated}-{self._content_hash()[:8]}"
        if any(release.id == release_id for release in self._manifest.releases):
            raise StoreError(
                f"The store holds the release {release_id} already.", "Ask `find_content` before taking in."
            )
        words = self._write_words()
        try:
            tables = self._write_tables(ordinal)
            files = self._count_files()
            release = Release(release_id, ordinal, self._source, dated, facts["reports"], files, tables)
            return publish(self._folder, self._staging, self._manifest, release, words), release
        except OSError as error:
            raise explain_os_error(error) from error
        finally:
            self.abandon()

    def quarantine_reasons(self) -> list[dict[str, Any]]:
        """Reason codes of what was put aside or repaired, by file, with their counts, most frequent first."""
        self._settle()
        counted = self._engine.query("""
            SELECT file, scope, reason, count(*) AS count FROM quarantine
            GROUP BY file, scope, reason ORDER BY file, count DESC, scope, reason""")
        return [dict(zip(counted, row, strict=True)) for row in zip(*counted.values(), strict=True)]

    def abandon(self) -> None:
        """Drop what was staged."""
        self._engine.close()
        shutil.rmtree(self._staging, ignore_errors=True)

    def _settle(self) -> None:
        """One row per report. The first row speaks; what later rows say otherwise is quarantined."""
        if self._settled:
            return
        self._settled = True
        names = [entry.file for entry in self._files]
        columns: Columns = {"file": list(range(len(names))), "name": list(names)}
        self._engine.put_table("raw_file", columns, {"file": "INTEGER", "name": "VARCHAR"})
        if self._engine.query_one(composing.UNNUMBERED_PRODUCTS_SQL)["n"]:
            self._engine.run(composing.NUMBER_PRODUCTS_SQL)
        self._engine.run(composing.REPEATED_SQL)
        if self._engine.query_one("SELECT count(*) AS n FROM repeated")["n"]:
            self._engine.run(composing.conflicts_sql())
            self._engine.run(composing.DROP_REPEATED_SQL)

    def _require_content(self, reports: int) -> None:
        """A release holds reports, or deletions and nothing that lacks its reports."""
        names = ", ".join(entry.file for entry in self._files)
        kept = sum(entry.ledger.kept for entry in self._files)
        deletions = self._engine.query_one("SELECT count(*) AS n FROM deletion")["n"]
        if reports or (deletions and deletions == kept):
            return
        if kept:
            raise UnreadableFile(
                f"{names} belong to reports that none of them holds; nothing was taken in.",
                "Take them in together with the file of the reports themselves (FAERS: DEMO).",
            )
        raise UnreadableFile(
            f"No row of {names} could be kept; nothing was taken in.", "The reasons: " + self._reasons()
        )

    def _content_hash(self) -> str:
        return hashlib.sha256("".join(entry.sha256 for entry in self._files).encode()).hexdigest()

    def _reasons(self) -> str:
        counted = [f"{reason['reason']} ({reason['count']})" for reason in self.quarantine_reasons()[:3]]
        return ", ".join(counted) or "the file has no rows"

    def _write_words(self) -> dict[str, Any] | None:
        """Write the words that the release brought, in the order in which they came.

        The first release writes its file even without a word, so that there always is a dictionary to read.
        """
        brought = self._words.since(self._manifest.next_word)
        rows = len(brought["word"])
        if not rows and self._manifest.words:
            return None
        file = self._staging / "words.parquet"
        self._engine.put_table("new_word", brought, NEW_WORDS)
        self._engine.write_parquet("SELECT * FROM new_word ORDER BY word", file)
        return {"file": word_file(self._manifest.next_ordinal), "rows": rows, "sha256": hash_file(file)}

    def _write_tables(self, ordinal: int) -> dict[str, Mapping[str, Any]]:
        """Write the Parquet files of the release; per table its hash and number of rows."""
        folder = self._staging / "tables"
        folder.mkdir()
        self._engine.run(composing.numbered_sql(ordinal))
        queries = {
            "report": composing.report_sql(lists_outcomes="report_outcome" in self._seen),
            **{table: composing.child_sql(table) for table in composing.CHILDREN},
            **composing.listed_sql(ordinal),
        }
        described: dict[str, Mapping[str, Any]] = {}
        for table, sql in queries.items():
            file = folder / f"{table}.parquet"
            rows = self._engine.write_parquet(sql, file)
            described[table] = {"rows": rows, "sha256": hash_file(file)}
        return described

    def _with_orphans(self) -> list[str]:
        """The tables that were written with rows that belong to no report; their statistics tell."""
        found = []
        for table in composing.CHILDREN:
            self._engine.show_files("written", [self._staging / "tables" / f"{table}.parquet"])
            if self._engine.query_one("SELECT count(*) AS n FROM written WHERE report IS NULL")["n"]:
                found.append(table)
        return found

    def _count_files(self) -> tuple[FileEntry, ...]:
        """The ledgers of the raw files, with their orphans and with what the quarantine holds of them."""
        orphans = self._engine.query(composing.orphans_sql(self._with_orphans()))
        alone = dict(zip(orphans["file"], orphans["orphans"], strict=True))
        noted = self._engine.query("SELECT file, scope, count(*) AS n FROM quarantine GROUP BY ALL")
        notes = dict(zip(zip(noted["file"], noted["scope"], strict=True), noted["n"], strict=True))
        return tuple(
            FileEntry(
                file=entry.file,
                sha256=entry.sha256,
                bytes=entry.bytes,
                reader=entry.reader,
                rows_read=entry.ledger.read,
                rows_kept=entry.ledger.kept,
                rows_quarantined=entry.ledger.quarantined,
                rows_repaired=int(str(notes.get((entry.file, "repair"), 0))),
                rows_orphaned=int(str(alone.get(place, 0))),
                values_quarantined=int(str(notes.get((entry.file, "value"), 0))),
            )
            for place, entry in enumerate(self._files)
        )


def newest(last: date | None) -> str:
    """The release date that the data themselves tell."""
    if last is None:
        raise UnreadableFile("The file holds no date of receipt.", "State the release date with --as-of.")
    return last.isoformat()
