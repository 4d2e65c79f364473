"""Raw files → store: each file one release, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from phytovigil import __version__
from phytovigil.sources import RawFile, Reader, match_inputs
from phytovigil.store import Release, Store
from phytovigil.store.store import StoreWriter
from phytovigil.store.writing import Ledger
from phytovigil.study.facts import describe_release
from phytovigil.study.reasons import explain_reasons
from phytovigil.study.sourcing import open_source
from phytovigil.vocabulary import load_products, load_reactions

SCHEMA = "phytovigil/ingest/1"

Progress = Callable[[str, int, int], None]
"""Called with the file's name, the bytes read so far and the bytes it has."""


def ingest(
    store: Store,
    paths: Sequence[Path],
    source: str | None = None,
    as_of: str | None = None,
    progress: Progress | None = None,
    wait_seconds: float = 5.0,
) -> dict[str, Any]:
    """Take files in; a file that the store already holds changes nothing. Returns the ledger as JSON."""
    inputs = match_inputs(paths, source)
    entries = []
    with store.writing(wait_seconds) as writer:
        for raw, reader in inputs.files:
            entries.append(ingest_file(writer, raw, reader, as_of, progress))
    for name in sorted({reader.source for _, reader in inputs.files}):
        prepare(store, name)
    return summarise(entries, [{"file": item.name, "reason": item.reason} for item in inputs.skipped])


def ingest_file(
    writer: StoreWriter, raw: RawFile, reader: Reader, as_of: str | None, progress: Progress | None
) -> dict[str, Any]:
    """Take one file in and describe what became of its rows."""
    sha256 = raw.sha256()
    held = writer.find_content(sha256)
    if held is not None:
        return describe_entry(held, raw.name, sha256, changed=False)
    release = writer.begin(reader.source)
    ledger = Ledger()
    try:
        for batch in reader.read(raw):
            release.append(batch, ledger)
            if progress:
                progress(raw.name, batch.bytes_read, raw.size)
        release.finish_file(raw.name, sha256, raw.size, reader.name, ledger)
        reasons = release.quarantine_reasons()
        _, committed = release.commit(as_of)
    except BaseException:
        release.abandon()
        raise
    return {**describe_entry(committed, raw.name, sha256, changed=True), "reasons": explain_reasons(reasons)}


def describe_entry(release: Release, name: str, sha256: str, *, changed: bool) -> dict[str, Any]:
    """One file's ledger as JSON."""
    described = describe_release(release)
    file = next(entry for entry in described["files"] if entry["sha256"] == sha256)
    counted = {key: file[key] for key in ("rows_read", "rows_kept", "rows_quarantined", "values_quarantined")}
    return {
        "file": name,
        "changed": changed,
        "release": release.id,
        "source": release.source,
        "as_of": release.as_of,
        "reader": file["reader"],
        "sha256": sha256,
        "bytes": file["bytes"],
        **counted,
        "reports": release.reports,
        "reasons": [],
    }


def summarise(entries: list[dict[str, Any]], skipped: list[dict[str, Any]]) -> dict[str, Any]:
    """The ledger of the whole ingest."""
    totals = ("rows_read", "rows_kept", "rows_quarantined", "values_quarantined", "reports")
    return {
        "schema": SCHEMA,
        "program": {"name": "phytovigil", "version": __version__},
        **{key: sum(entry[key] for entry in entries) for key in totals},
        "changed": any(entry["changed"] for entry in entries),
        "files": entries,
        "skipped": skipped,
    }


def prepare(store: Store, source: str) -> None:
    """Make the case tables of a source, so that the first question does not wait for them."""
    open_source(store, source, None, load_products(), load_reactions()).close()
