"""One writer at a time, any number of readers. The lock falls with its process, however that ends."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from phytovigil.errors import StoreLocked
from phytovigil.store.engine import explain_os_error


@contextmanager
def hold_lock(folder: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the store's write lock.

    Waits up to `wait_seconds`; then raises StoreLocked that names the process that holds it.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / "lock", timeout=wait_seconds)
    owner = folder / "lock.owner"
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreLocked(
            f"Another process writes to the store {folder}: {describe_owner(owner)}.",
            "Wait for it to end, or choose another store with --store.",
        ) from error
    except OSError as error:
        raise explain_os_error(error) from error
    try:
        note_owner(owner)
        yield
    finally:
        owner.unlink(missing_ok=True)
        lock.release()


def note_owner(file: Path) -> None:
    """Say who holds the lock, for the message that another writer shows."""
    started = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        file.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": started}))
    except OSError as error:
        raise explain_os_error(error) from error


def describe_owner(file: Path) -> str:
    """Who holds the lock, as far as can be told."""
    try:
        owner = json.loads(file.read_text())
        return f"process {owner['pid']} on {owner['host']} since {owner['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "a process that did not say its name"
