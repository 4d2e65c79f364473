"""What taking in needs of the machine: room on the disk, and a second core to read ahead on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Event, Thread

from phytovigil.errors import StoreError
from phytovigil.schema.reports import Batch
from phytovigil.sources import Intake, RawFile
from phytovigil.store import Release

SHARE_STORED = 0.25
"""Bytes that the store keeps of one byte of raw text; measured 0.1 to 0.2, see docs/reference/speed.md."""

SHARE_STAGED = 0.6
"""Bytes of one release that may lie in its staging area while it is taken in, for one byte of raw text."""

READ_AHEAD = 6
"""Steps that are read while one is being written: a release is read on while the one before it is committed."""

GIGABYTE = 1e9

WORTH_TELLING = 200_000_000
"""Bytes of text from which the disk space is announced before the work begins."""

Progress = Callable[[str, int, int], None]
"""Called with the name of what is being done, the bytes read so far and the bytes of all files of the run."""


@dataclass
class Meter:
    """How far a run has come, over all its files. total : their bytes."""

    total: int
    progress: Progress | None
    done: int = 0

    def tell(self, name: str, begun: int = 0) -> None:
        """Report what is being done. begun : bytes read of a file that is not at its end."""
        if self.progress:
            self.progress(name, min(self.done + begun, self.total), self.total)

    def finish(self, file: RawFile) -> None:
        """A file is at its end."""
        self.done += file.size

    def pass_over(self, release: Intake) -> None:
        """A release is in the store already."""
        self.done += release.size
        self.tell(release.files[-1].name)


def leave_out_known(releases: Sequence[Intake], stored: Iterable[Release]) -> list[Intake]:
    """Releases of which some file is new by name or size: enough to reckon with, before any content is compared.

    Without this a run that is continued would ask for the space of all that it has taken in already.
    """
    known = {(entry.file, entry.bytes) for release in stored for entry in release.files}
    return [release for release in releases if not known.issuperset((raw.name, raw.size) for raw in release.files)]


def space_needed(releases: Sequence[Intake]) -> int:
    """Bytes of disk that taking in may need at most: what stays, and the staging of the largest release."""
    stored = sum(release.size for release in releases) * SHARE_STORED
    staged = max((release.size for release in releases), default=0) * SHARE_STAGED
    return int(stored + staged)


def require_space(folder: Path, releases: Sequence[Intake]) -> None:
    """Raise StoreError before anything is read if the disk cannot hold what comes."""
    needed, free = space_needed(releases), shutil.disk_usage(folder).free
    if needed > free:
        raise StoreError(
            f"Taking in {sum(release.size for release in releases) / GIGABYTE:.1f} GB of text needs up to "
            f"{needed / GIGABYTE:.1f} GB of disk; {free / GIGABYTE:.1f} GB are free at {folder}.",
            "Free some space, take in fewer quarters at a time, or choose another disk with --store.",
        )


def announce_space(folder: Path, releases: Sequence[Intake]) -> str | None:
    """A sentence on the disk space that a large intake needs; None for a small one."""
    size = sum(release.size for release in releases)
    if size < WORTH_TELLING:
        return None
    needed, free = space_needed(releases), shutil.disk_usage(folder).free
    return (
        f"Taking in {size / GIGABYTE:.1f} GB of text; the store will need up to {needed / GIGABYTE:.1f} GB, "
        f"{free / GIGABYTE:.1f} GB are free."
    )


@dataclass(frozen=True, slots=True)
class Opened:
    """A release begins. hashes : of its files, in order. held : whether all of them have been taken in before."""

    release: Intake
    hashes: tuple[str, ...]
    held: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A part of a file was read; `batch` is None once the file is at its end."""

    file: RawFile
    batch: Batch | None


@dataclass(frozen=True, slots=True)
class Closed:
    """A release is at its end."""


Step = Opened | Read | Closed


def read_releases(releases: Iterable[Intake], known: set[str]) -> Iterator[Step]:
    """Read releases one after the other. known : hashes of contents that need not be read; those read are added."""
    for release in releases:
        hashes = tuple(raw.sha256() for raw in release.files)
        held = known.issuperset(hashes)
        known.update(hashes)
        yield Opened(release, hashes, held)
        for raw in () if held else release.files:
            for batch in release.reader.read(raw):
                yield Read(raw, batch)
            yield Read(raw, None)
        yield Closed()


def read_ahead(steps: Iterator[Step]) -> Generator[Step]:
    """The steps in their order, made in a thread of their own while the caller writes.

    Whatever reading raises is raised here. When the caller stops early, so does the reader.
    """
    queue: Queue[Step | BaseException | None] = Queue(READ_AHEAD)
    stopped = Event()

    def read() -> None:
        try:
            for step in steps:
                queue.put(step)
                if stopped.is_set():
                    return
            queue.put(None)
        except BaseException as error:
            queue.put(error)

    reader = Thread(target=read, name="read ahead", daemon=True)
    reader.start()
    try:
        while (item := queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()
        while reader.is_alive():
            if not queue.empty():
                queue.get_nowait()
            reader.join(0.01)
