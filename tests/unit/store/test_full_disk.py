"""A disk that is full, or a file that may not grow: one line, and the store is as it was."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from phytovigil.store import Store

INGEST = """
import resource, signal, sys
from datetime import date
from phytovigil.errors import StoreError
from phytovigil.schema.reports import Batch
from phytovigil.store import Store
from phytovigil.store.writing import Ledger

folder, limit, rows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
if limit:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    with Store(folder, 600_000_000).writing() as writer:
        release, ledger = writer.begin("caers"), Ledger()
        try:
            numbers = [str(number * 7919 % 1_000_003) for number in range(rows)]
            report = {"key": list(map(int, numbers)), "case_id": numbers, "version": [0] * rows,
                      "received": [date(2020, 1, 1)] * rows,
                      "control_number": [f"US-{hash(n) % 10**12}" for n in numbers], "line": list(range(rows))}
            release.append(Batch({"report": report}, rows, rows, 0), ledger)
            release.finish_file("large.csv", "ef" * 32, 1, "made-up", ledger)
            release.commit("2020-12-31")
        finally:
            release.abandon()
except StoreError as error:
    print(error)
    sys.exit(error.exit_code)
"""


def ingest_large(store: Store, limit: int = 0, rows: int = 200_000) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", INGEST, str(store.folder), str(limit), str(rows)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Two mebibytes of disk; only the administrator of a machine can have them."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if not hasattr(os, "geteuid") or os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk; the test with a limit on file size says the same")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def assert_as_it_was(store: Store, before: dict[str, bytes], all_bytes: Any) -> None:
    assert store.damaged_files() == []
    assert all_bytes(store.folder) == before
    assert store.read("caers").engine.query_one("SELECT count(*) AS n FROM report")["n"] == 1


def test_a_full_disk(small_disk: Path, ingest: Any, report: Any, all_bytes: Any) -> None:
    store = Store(small_disk / "store")
    ingest(store, [report()], as_of="2015-12-31")
    before = all_bytes(store.folder)
    done = ingest_large(store)
    assert (done.returncode, done.stdout, done.stderr) == (
        6,
        "The disk is full. Free some space; the store is as it was.\n",
        "",
    )
    assert_as_it_was(store, before, all_bytes)
    assert ingest_large(store, rows=100).returncode == 0
    assert [release.reports for release in store.releases()] == [1, 100]


@pytest.mark.skipif(sys.platform == "win32", reason="limits on file size are a matter of POSIX")
@pytest.mark.parametrize("limit", [600, 20_000, 1_000_000])
def test_a_file_that_may_not_grow(store: Store, ingest: Any, report: Any, all_bytes: Any, limit: int) -> None:
    ingest(store, [report()], as_of="2015-12-31")
    before = all_bytes(store.folder)
    done = ingest_large(store, limit)
    assert done.returncode == 6, done.stderr
    assert done.stdout.startswith(("The store cannot be", "File too large"))
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
    assert_as_it_was(store, before, all_bytes)
