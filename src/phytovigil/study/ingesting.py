"""Raw files → store: release by release, each whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from phytovigil import __version__
from phytovigil.errors import InvalidRequest
from phytovigil.sources import Intake, match_inputs
from phytovigil.store import Release, Store
from phytovigil.store.store import StoreWriter
from phytovigil.store.writing import Ledger, ReleaseWriter
from phytovigil.study.facts import describe_release
from phytovigil.study.pacing import (
    Meter,
    Opened,
    Progress,
    Read,
    Step,
    announce_space,
    leave_out_known,
    read_ahead,
    read_releases,
    require_space,
)
from phytovigil.study.reasons import explain_reasons
from phytovigil.study.sourcing import open_source
from phytovigil.vocabulary import load_products, load_reactions

SCHEMA = "phytovigil/ingest/1"

COUNTED = ("rows_read", "rows_kept", "rows_quarantined", "rows_repaired", "rows_orphaned", "values_quarantined")
"""Figures of one file's ledger, in the order in which they are shown."""

Notice = Callable[[str], None]
"""Called with a sentence that a person should read before the work begins."""


def ingest(
    store: Store,
    paths: Sequence[Path],
    source: str | None = None,
    as_of: str | None = None,
    progress: Progress | None = None,
    notice: Notice | None = None,
    wait_seconds: float = 5.0,
) -> dict[str, Any]:
    """Take files in, release by release; one that the store already holds changes nothing. Returns the ledger as JSON.

    A killed run is continued by running it again: the releases that were finished are recognised by their content.
    """
    inputs = match_inputs(paths, source)
    check_dates(inputs.releases, as_of)
    meter = Meter(sum(release.size for release in inputs.releases), progress)
    entries: list[dict[str, Any]] = []
    with store.writing(wait_seconds) as writer:
        new = leave_out_known(inputs.releases, store.releases())
        require_space(store.folder, new)
        if notice and (said := announce_space(store.folder, new)):
            notice(said)
        steps = read_ahead(read_releases(inputs.releases, writer.contents()))
        with closing(steps):
            for step in steps:
                if isinstance(step, Opened):
                    entries.extend(take_in(writer, step, steps, as_of, meter))
    for name in sorted({release.reader.source for release in inputs.releases}):
        meter.tell(f"case tables of {name}")
        prepare(store, name)
    store.clear_unused()
    return summarise(entries, [{"file": item.name, "reason": item.reason} for item in inputs.skipped])


def check_dates(releases: Sequence[Intake], as_of: str | None) -> None:
    """Raise InvalidRequest for one date given to several releases whose names tell different ones."""
    told = sorted({release.date for release in releases if release.date})
    if as_of and len(told) > 1:
        raise InvalidRequest(
            f"One date is stated for {len(told)} releases; their names say {told[0]} to {told[-1]}.",
            "Leave --as-of out, or take them in one at a time.",
        )


def take_in(
    writer: StoreWriter, opened: Opened, steps: Iterator[Step], as_of: str | None, meter: Meter
) -> list[dict[str, Any]]:
    """Take the files of one release in and describe what became of their rows."""
    intake = opened.release
    named = list(zip(intake.files, opened.hashes, strict=True))
    if opened.held:
        meter.pass_over(intake)
        return [describe_entry(writer.require_content(sha256), raw.name, sha256, ()) for raw, sha256 in named]
    release = writer.begin(intake.reader.source)
    try:
        write_batches(release, opened, steps, meter)
        reasons = release.quarantine_reasons()
        _, committed = release.commit(as_of or intake.date)
    except BaseException:
        release.abandon()
        raise
    return [describe_entry(committed, raw.name, sha256, reasons, changed=True) for raw, sha256 in named]


def write_batches(release: ReleaseWriter, opened: Opened, steps: Iterator[Step], meter: Meter) -> None:
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
            meter.finish(raw)
            continue
        release.append(batch, ledger)
        meter.tell(raw.name, batch.bytes_read)


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
