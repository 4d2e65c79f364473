"""One writer at a time; readers are never in the way; a lock falls with its process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from phytovigil.errors import StoreError, StoreLocked
from phytovigil.store import Store
from phytovigil.store import lock as lock_module

HOLD = """
import sys, time
from phytovigil.store import Store
with Store(sys.argv[1]).writing():
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@contextmanager
def holder(store: Store, seconds: float = 60) -> Iterator[subprocess.Popen[str]]:
    """A process that writes to the store for a while."""
    command = [sys.executable, "-c", HOLD, str(store.folder), str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_second_writer_waits_and_then_says_who_writes(store: Store) -> None:
    with holder(store) as process:
        started = time.monotonic()
        with pytest.raises(StoreLocked) as caught, store.writing(wait_seconds=0.3):
            pytest.fail("two writers at once")
        assert 0.3 <= time.monotonic() - started < 5
    said = str(caught.value)
    assert f"process {process.pid} on {socket.gethostname()} since 20" in said
    assert str(store.folder) in said
    assert "Wait for it to end" in caught.value.hint
    assert "\n" not in said
    assert caught.value.exit_code == 6


def test_a_second_writer_goes_on_when_the_first_ends(store: Store, ingest: Any, report: Any) -> None:
    with holder(store, seconds=0.5):
        ingest(store, [report()])
    assert len(store.releases()) == 1


def test_the_lock_is_free_after_its_holder_was_killed(store: Store, ingest: Any, report: Any) -> None:
    with holder(store) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert (store.folder / "lock.owner").exists()
        ingest(store, [report()])
    assert len(store.releases()) == 1
    assert not (store.folder / "lock.owner").exists()


def test_the_lock_is_free_after_an_error(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.writing():
        raise ZeroDivisionError
    with store.writing(wait_seconds=0):
        assert (store.folder / "lock.owner").exists()


def test_readers_read_while_a_writer_writes(two_releases: Store, batch: Any, report: Any) -> None:
    from phytovigil.store.writing import Ledger

    with holder(two_releases):
        assert len(two_releases.releases()) == 2
        assert two_releases.read("caers").engine.query_one("SELECT count(*) AS n FROM report")["n"] == 5
    session = two_releases.read("caers")
    with two_releases.writing() as writer:
        release, ledger = writer.begin("caers"), Ledger()
        release.append(batch([report("9")]), ledger)
        release.finish_file("made-up.csv", "ab" * 32, 1, "made-up", ledger)
        assert two_releases.read("caers").engine.query_one("SELECT count(*) AS n FROM report")["n"] == 5
        release.commit("2017-12-31")
        assert two_releases.read("caers").engine.query_one("SELECT count(*) AS n FROM report")["n"] == 6
    assert session.engine.query_one("SELECT count(*) AS n FROM report")["n"] == 5


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 3}', "null"])
def test_an_owner_that_cannot_be_read_is_said_so(tmp_path: Path, content: str) -> None:
    file = tmp_path / "lock.owner"
    file.write_text(content)
    assert lock_module.describe_owner(file) == "a process that did not say its name"
    assert lock_module.describe_owner(tmp_path / "nowhere") == "a process that did not say its name"


def test_a_disk_too_full_for_the_lock_is_one_line(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", refuse)
    with pytest.raises(StoreError, match="The disk is full"), store.writing():
        pytest.fail("a lock without an owner")
    monkeypatch.undo()
    with store.writing(wait_seconds=0):
        assert (store.folder / "lock.owner").exists()


def test_what_a_killed_ingest_left_is_cleared(two_releases: Store) -> None:
    leftover = two_releases.folder / "staging" / "release-3" / "spill"
    leftover.mkdir(parents=True)
    (leftover / "big.tmp").write_bytes(b"x")
    with two_releases.writing():
        assert list((two_releases.folder / "staging").iterdir()) == []
    assert two_releases.damaged_files() == []
