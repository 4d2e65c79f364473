"""Raw files → store: release by release, each whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from phytovigil import __version__
from phytovigil.sources import match_inputs
from phytovigil.store import Release, Store
from phytovigil.store.store import StoreWriter
from phytovigil.store.writing import Ledger, ReleaseWriter
from phytovigil.study.facts import describe_release
from phytovigil.study.pacing import Opened, Read, Step, read_ahead, read_releases, require_space
from phytovigil.study.reasons import explain_reasons
from phytovigil.study.sourcing import open_source
from phytovigil.vocabulary import load_products, load_reactions

SCHEMA = "phytovigil/ingest/1"

COUNTED = ("rows_read", "rows_kept", "rows_quarantined", "rows_repaired", "rows_orphaned", "values_quarantined")
"""Figures of one file's ledger, in the order in which they are shown."""

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
    """Take files in, release by release; one that the store already holds changes nothing. Returns the ledger as JSON.

    A killed run is continued by running it again: the releases that were finished are recognised by their content.
    """
    inputs = match_inputs(paths, source)
    entries: list[dict[str, Any]] = []
    with store.writing(wait_seconds) as writer:
        require_space(store.folder, inputs.releases)
        steps = read_ahead(read_releases(inputs.releases, writer.contents()))
        with closing(steps):
            for step in steps:
                if isinstance(step, Opened):
                    entries.extend(take_in(writer, step, steps, as_of, progress))
    for name in sorted({release.reader.source for release in inputs.releases}):
        prepare(store, name)
    return summarise(entries, [{"file": item.name, "reason": item.reason} for item in inputs.skipped])


def take_in(
    writer: StoreWriter, opened: Opened, steps: Iterator[Step], as_of: str | None, progress: Progress | None
) -> list[dict[str, Any]]:
    """Take the files of one release in and describe what became of their rows."""
    intake = opened.release
    named = list(zip(intake.files, opened.hashes, strict=True))
    if opened.held:
        return [describe_entry(writer.require_content(sha256), raw.name, sha256, ()) for raw, sha256 in named]
    release = writer.begin(intake.reader.source)
    try:
        write_batches(release, opened, steps, progress)
        reasons = release.quarantine_reasons()
        _, committed = release.commit(as_of or intake.date)
    except BaseException:
        release.abandon()
        raise
    return [describe_entry(committed, raw.name, sha256, reasons, changed=True) for raw, sha256 in named]


def write_batches(release: ReleaseWriter, opened: Opened, steps: Iterator[Step], progress: Progress | None) -> None:
    """Write what is read of one release, file by file."""
    hashes = dict(zip(opened.release.files, opened.hashes, strict=True))
    ledger = Ledger()
    for step in steps:
        if not isinstance(step, Read):
            return
        raw, batch = step.file, step.batch
        if batch is None:
            release.finish_file(raw.name, hashes[raw], raw.size, opened.release.reader.name, ledger)
            ledger = Ledger()
            continue
        release.append(batch, ledger)
        if progress:
            progress(raw.name, batch.bytes_read, raw.size)


def describe_entry(
    release: Release, name: str, sha256: str, reasons: Iterable[dict[str, Any]], *, changed: bool = False
) -> dict[str, Any]:
    """One file's ledger as JSON. reasons : counted reasons of the whole release."""
    described = describe_release(release)
    file = next(entry for entry in described["files"] if entry["sha256"] == sha256)
    return {
        "file": name,
        "changed": changed,
        "release": release.id,
        "source": release.source,
        "as_of": release.as_of,
        "reader": file["reader"],
        "sha256": sha256,
        "bytes": file["bytes"],
        **{key: file[key] for key in COUNTED},
        "reports": release.reports,
        "reasons": explain_reasons(
            [{key: each[key] for key in ("scope", "reason", "count")} for each in reasons if each["file"] == name]
        ),
    }


def summarise(entries: list[dict[str, Any]], skipped: list[dict[str, Any]]) -> dict[str, Any]:
    """The ledger of the whole ingest."""
    return {
        "schema": SCHEMA,
        "program": {"name": "phytovigil", "version": __version__},
        **{key: sum(entry[key] for entry in entries) for key in COUNTED},
        "reports": sum({entry["release"]: entry["reports"] for entry in entries}.values()),
        "changed": any(entry["changed"] for entry in entries),
        "files": entries,
        "skipped": skipped,
    }


def prepare(store: Store, source: str) -> None:
    """Make the case tables of a source, so that the first question does not wait for them."""
    open_source(store, source, None, load_products(), load_reactions()).close()
