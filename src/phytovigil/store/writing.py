"""Taking a release in: batches into a staging database, then Parquet with integers for words, then one commit."""

from __future__ import annotations

import hashlib
import importlib
import os
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from phytovigil.errors import StoreError, UnreadableFile
from phytovigil.schema.reports import TABLES, Batch
from phytovigil.store.engine import Engine, explain_os_error, quote_text
from phytovigil.store.manifest import (
    FileEntry,
    Manifest,
    Release,
    require_date,
    sync_folder,
    word_file,
    write_manifest,
)
from phytovigil.store.tables import hash_file

WORDS = {
    "report_product": ("verbatim", "ingredient", "category", "indication", "route"),
    "report_reaction": ("term", "outcome"),
}
"""Columns that are kept as numbers of the store's dictionary."""

ROLE_NUMBERS = "CASE role WHEN 'suspect' THEN 0 WHEN 'interacting' THEN 1 WHEN 'concomitant' THEN 2 END"

CASE_LEVEL = "received, revised, event_date, sex, age_years, weight_kg, country, reporter, serious, outcomes"


@dataclass
class Ledger:
    """Running totals of one raw file."""

    read: int = 0
    kept: int = 0
    quarantined: int = 0


class ReleaseWriter:
    """One release on its way into the store. Nothing is visible to readers before `commit` returns.

    Not for use outside `Store.writing`, which holds the lock.
    """

    def __init__(self, folder: Path, manifest: Manifest, source: str, memory_limit: str) -> None:
        # Loaded before anything is staged: Python tells an interrupt amid loading a library as something else.
        importlib.import_module("pyarrow")
        self._folder, self._manifest, self._source = folder, manifest, source
        self._staging = folder / "staging" / f"release-{manifest.next_ordinal}"
        self._files: list[FileEntry] = []
        try:
            shutil.rmtree(self._staging, ignore_errors=True)
            self._staging.mkdir(parents=True)
        except OSError as error:
            raise explain_os_error(error) from error
        self._engine = Engine(self._staging / "spill", memory_limit)
        for table, types in TABLES.items():
            self._engine.create_table(table, types)

    def append(self, batch: Batch, ledger: Ledger) -> None:
        """Add one batch and count it."""
        for table, columns in batch.tables.items():
            if columns and len(next(iter(columns.values()))):
                self._engine.add_rows(table, columns, TABLES[table])
        ledger.read += batch.rows_read
        ledger.kept += batch.rows_kept
        ledger.quarantined += batch.rows_quarantined

    def finish_file(self, file: str, sha256: str, size: int, reader: str, ledger: Ledger) -> None:
        """Close the ledger of one raw file."""
        self._collapse_reports(file)
        values = self._engine.query_one(
            f"SELECT count(*) AS values FROM quarantine WHERE scope = 'value' AND file = {quote_text(file)}"
        )["values"]
        self._files.append(FileEntry(file, sha256, size, reader, ledger.read, ledger.kept, ledger.quarantined, values))

    def commit(self, as_of: str | None) -> tuple[Manifest, Release]:
        """Make the release part of the store: files first, then the manifest in one rename."""
        facts = self._engine.query_one(
            "SELECT count(*) AS reports, max(greatest(received, coalesce(revised, received))) AS last FROM report"
        )
        if not facts["reports"]:
            raise UnreadableFile(
                f"No row of {', '.join(entry.file for entry in self._files)} could be kept; nothing was taken in.",
                "The reasons: " + self._reasons(),
            )
        ordinal = self._manifest.next_ordinal
        dated = require_date(as_of) if as_of else newest(facts["last"])
        release_id = f"{self._source}-{dated}-{self._content_hash()[:8]}"
        if any(release.id == release_id for release in self._manifest.releases):
            raise StoreError(
                f"The store holds the release {release_id} already.", "Ask `find_content` before taking in."
            )
        words = self._write_words()
        try:
            self._write_tables(ordinal)
            tables = self._describe_tables()
            release = Release(release_id, ordinal, self._source, dated, facts["reports"], tuple(self._files), tables)
            return self._publish(release, words), release
        except OSError as error:
            raise explain_os_error(error) from error
        finally:
            self.abandon()

    def quarantine_reasons(self) -> list[dict[str, Any]]:
        """Reason codes of what was put aside, with their counts, most frequent first."""
        counted = self._engine.query("""
            SELECT scope, reason, count(*) AS count FROM quarantine
            GROUP BY scope, reason ORDER BY count DESC, scope, reason""")
        return [dict(zip(counted, row, strict=True)) for row in zip(*counted.values(), strict=True)]

    def abandon(self) -> None:
        """Drop what was staged."""
        self._engine.close()
        shutil.rmtree(self._staging, ignore_errors=True)

    def _collapse_reports(self, file: str) -> None:
        """One row per case and version. The first row speaks; what later rows say otherwise is quarantined."""
        self._engine.run(f"""
            INSERT INTO quarantine
            SELECT {quote_text(file)}, line, 'value', 'conflicting-report', 'case', case_id
            FROM report WINDOW same AS (PARTITION BY case_id, version ORDER BY rowid)
            QUALIFY row_number() OVER same > 1
                AND ({CASE_LEVEL}) IS DISTINCT FROM first(({CASE_LEVEL})) OVER same""")
        self._engine.run("""
            CREATE OR REPLACE TABLE report AS
            SELECT DISTINCT ON (case_id, version) * FROM report ORDER BY case_id, version, rowid""")

    def _content_hash(self) -> str:
        return hashlib.sha256("".join(entry.sha256 for entry in self._files).encode()).hexdigest()

    def _reasons(self) -> str:
        counted = [f"{reason['reason']} ({reason['count']})" for reason in self.quarantine_reasons()[:3]]
        return ", ".join(counted) or "the file has no rows"

    def _write_words(self) -> dict[str, Any] | None:
        """Give numbers to the words that the store has not seen, in alphabetical order.

        The first release writes its file even without a word, so that there always is a dictionary to read.
        """
        known = [self._folder / entry["file"] for entry in self._manifest.words]
        if known:
            self._engine.show_files("known_word", known)
        else:
            self._engine.create_table("known_word", {"word": "INTEGER", "text": "VARCHAR"})
        used = " UNION ".join(
            f'SELECT "{column}" AS text FROM {table}' for table, columns in WORDS.items() for column in columns
        )
        self._engine.run(f"""
            CREATE TABLE new_word AS
            SELECT ({self._manifest.next_word} + row_number() OVER (ORDER BY text) - 1)::INTEGER AS word, text
            FROM ({used}) WHERE text IS NOT NULL AND text NOT IN (SELECT text FROM known_word)""")
        self._engine.run("CREATE TABLE word AS SELECT * FROM known_word UNION ALL SELECT * FROM new_word")
        rows = self._engine.query_one("SELECT count(*) AS n FROM new_word")["n"]
        if not rows and known:
            return None
        file = self._staging / "words.parquet"
        self._engine.write_parquet("SELECT * FROM new_word ORDER BY word", file)
        return {
            "file": word_file(self._manifest.next_ordinal),
            "rows": rows,
            "sha256": hash_file(file),
        }

    def _write_tables(self, ordinal: int) -> None:
        tables = self._staging / "tables"
        tables.mkdir()
        self._engine.run(f"""
            CREATE TABLE numbered AS
            SELECT ({ordinal}::BIGINT << 32) + row_number() OVER (ORDER BY line, case_id, version) - 1 AS report, *
            FROM report""")
        self._engine.write_parquet("SELECT * FROM numbered ORDER BY report", tables / "report.parquet")
        self._engine.write_parquet(self._product_sql(), tables / "report_product.parquet")
        self._engine.write_parquet(self._reaction_sql(), tables / "report_reaction.parquet")
        self._engine.write_parquet(
            "SELECT * FROM quarantine ORDER BY file, line, scope, reason, field, raw", tables / "quarantine.parquet"
        )

    def _product_sql(self) -> str:
        columns = ", ".join(f'{name}.word AS "{name}"' for name in WORDS["report_product"])
        joins = " ".join(f'LEFT JOIN word {name} ON {name}.text = p."{name}"' for name in WORDS["report_product"])
        return f"""
            SELECT report,
                row_number() OVER (PARTITION BY report ORDER BY p.seq, p.rowid)::INTEGER AS seq,
                ({ROLE_NUMBERS})::TINYINT AS role, {columns},
                dose, "start", "end", dechallenge, rechallenge
            FROM report_product p JOIN numbered USING (case_id, version) {joins}
            ORDER BY report, seq"""

    def _reaction_sql(self) -> str:
        return """
            SELECT DISTINCT report, term.word AS term, outcome.word AS outcome
            FROM report_reaction r JOIN numbered USING (case_id, version)
            JOIN word term ON term.text = r.term LEFT JOIN word outcome ON outcome.text = r.outcome
            ORDER BY ALL"""

    def _describe_tables(self) -> dict[str, dict[str, Any]]:
        described = {}
        for file in sorted((self._staging / "tables").iterdir()):
            self._engine.show_files("written", [file])
            rows = self._engine.query_one("SELECT count(*) AS n FROM written")["n"]
            described[file.stem] = {"rows": rows, "sha256": hash_file(file)}
        return described

    def _publish(self, release: Release, words: dict[str, Any] | None) -> Manifest:
        """Move files into place, then name them in the manifest; before that rename they do not exist for readers."""
        if words:
            place_file(self._staging / "words.parquet", self._folder / str(words["file"]))
        place_file(self._staging / "tables", self._folder / "releases" / release.id)
        manifest = self._manifest.with_release(release, words)
        write_manifest(self._folder, manifest)
        return manifest


def place_file(staged: Path, target: Path) -> None:
    """Move a file or folder to where it stays, durably; what an interrupted commit left there is replaced."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for file in [staged] if staged.is_file() else sorted(staged.iterdir()):
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
    if target.is_dir():
        shutil.rmtree(target)
    os.replace(staged, target)
    sync_folder(target.parent)


def newest(last: date | None) -> str:
    """The release date that the data itself tell."""
    if last is None:
        raise UnreadableFile("The file holds no date of receipt.", "State the release date with --as-of.")
    return last.isoformat()


def clean_staging(folder: Path) -> None:
    """Remove what ingests that were killed left behind; called with the lock held."""
    for leftover in (folder / "staging").glob("*"):
        shutil.rmtree(leftover, ignore_errors=True)
