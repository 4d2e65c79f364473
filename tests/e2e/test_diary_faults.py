"""A diary under faults: killed writers, two programs at once, a full disk."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from phytovigil.followup.diary import LEAST_COST, FileDiary, keyfile
from phytovigil.schema.diary import Note, Pain, Photo

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no fork, no signals, no limit on the size of files")

PASSPHRASE = "a passphrase of four words"
MARKER = "Marker-of-plain-text"

CHILDREN = """
import json, os, resource, signal, sys, time
from pathlib import Path
from phytovigil.errors import PhytovigilError
from phytovigil.followup.diary import FileDiary
from phytovigil.schema.diary import Note

def write(diary, say, mark):
    for number in range(1_000_000):
        if number % 5 == 4:
            say(diary.add_photo(b"\\xff\\xd8\\xff" + f"{mark} {number}".encode() * 2_000, "cheek", "2026-03-01").id)
        elif number % 5 == 3:
            say(diary.add_many((Note(f"{mark} {number} {part}" * 20), "2026-03-01") for part in range(60))[-1].id)
        else:
            say(diary.add(Note(f"{mark} {number}"), "2026-03-01").id)

def add(diary, say, count, meeting, writers):
    for number in range(count):
        if number == count // 2:
            (Path(meeting) / str(os.getpid())).touch()
            while len(list(Path(meeting).iterdir())) < writers:
                time.sleep(0.001)
        say(diary.add(Note(f"{os.getpid()} {number}"), "2026-03-01").id)

def fill(diary, say, what, limit, path):
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        if what == "entries":
            diary.add_many((Note("x" * 1000), "2026-03-01") for _ in range(3000))
        elif what == "photo":
            diary.add_photo(b"\\xff\\xd8\\xff" + bytes(8_000_000), "cheek", "2026-03-01")
        elif what == "import":
            diary.import_lines(Path(path))
        else:
            diary.export_lines(Path(path))
    except PhytovigilError as error:
        say(str(error))
        os._exit(error.exit_code)

def run(folder, out, what, *arguments):
    handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    say = lambda text: os.write(handle, text.encode() + b"\\n")
    with FileDiary.open(Path(folder), "a passphrase of four words") as diary:
        say("open")
        globals()[what](diary, say, *arguments)
    os._exit(0)

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for line in sys.stdin:
    order = json.loads(line)
    if order[0] == "wait":
        print(os.waitstatus_to_exitcode(os.waitpid(order[1], 0)[1]), flush=True)
    else:
        child = os.fork()
        if child == 0:
            try:
                run(*order)
            finally:
                os._exit(99)
        print(child, flush=True)
"""
"""A process with one thread that makes children at once, as each would need long to load Python's modules."""


class Children:
    """Programs that work on a diary, each a process of its own."""

    def __init__(self, room: Path) -> None:
        self._room = room
        self._parent = subprocess.Popen(
            [sys.executable, "-c", CHILDREN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def _order(self, *order: object) -> int:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(json.dumps(order) + "\n")
        self._parent.stdin.flush()
        return int(self._parent.stdout.readline())

    def start(self, folder: Path, what: str, *arguments: object) -> tuple[int, Path]:
        """Start a program and wait until it has the diary open; answers its number and the file that it writes to."""
        out = self._room / f"said-{time.monotonic_ns()}"
        child = self._order(str(folder), str(out), what, *arguments)
        for _ in range(20_000):
            if out.exists() and out.read_bytes():
                return child, out
            time.sleep(0.001)
        raise AssertionError("the program does not open the diary")

    def wait(self, child: int) -> int:
        """Its exit code."""
        return self._order("wait", child)

    def end(self) -> None:
        """End the process that makes the others."""
        self._parent.communicate()


@pytest.fixture(scope="module")
def children(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Children]:
    made = Children(tmp_path_factory.mktemp("said"))
    yield made
    made.end()


@pytest.fixture(scope="module", autouse=True)
def derived_once() -> Iterator[None]:
    """Remember keys by passphrase, salt and cost: the derivation is slow by intent, and tests open the same often."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyfile, "derive_key", cache(keyfile.derive_key))
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A diary with a few entries and a photo."""
    FileDiary.create(tmp_path / "diary", PASSPHRASE, cost=LEAST_COST).close()
    with FileDiary.open(tmp_path / "diary", PASSPHRASE) as diary:
        diary.add_many((Pain(number % 11), "2026-03-01") for number in range(30))
        diary.add_photo(b"\xff\xd8\xff" + b"photo" * 1000, "cheek", "2026-03-01")
    return tmp_path / "diary"


def kill_once(children: Children, folder: Path, seconds: float) -> tuple[list[str], bool]:
    """Kill a writer at an instant; answers the ids that it confirmed, and whether it was amid a transaction."""
    child, out = children.start(folder, "write", MARKER)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    assert children.wait(child) == -signal.SIGKILL
    raw = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert [name for name, data in raw.items() if MARKER.encode() in data] == []
    said = out.read_text().splitlines(keepends=True)
    return [line.strip() for line in said[1:] if line.endswith("\n")], "diary.db-journal" in raw


def kill_often(children: Children, folder: Path, times: int, longest: float) -> int:
    """Kill writers at random instants; answers how many were amid a transaction."""
    chance, confirmed, amid = random.Random(times), set[str](), 0
    with FileDiary.open(folder, PASSPHRASE) as diary:
        confirmed |= {entry.id for entry in diary.all_entries()}
    for number in range(times):
        ids, was_amid = kill_once(children, folder, chance.uniform(0, longest))
        confirmed |= set(ids)
        amid += was_amid
        with FileDiary.open(folder, PASSPHRASE) as diary:
            kept = {entry.id for entry in diary.all_entries()}
            assert confirmed <= kept, number
            confirmed = kept
            if number % 10 == times % 10 or number == times - 1:
                assert diary.verify().sound, number
    with FileDiary.open(folder, PASSPHRASE) as diary:
        check = diary.verify()
        photos = {entry.content.sha256 for entry in diary.entries("photo") if isinstance(entry.content, Photo)}
        assert (check.sound, check.photos, check.entries) == (True, len(photos), len(confirmed))
        parts = [
            entry for entry in diary.entries("note") if isinstance(entry.content, Note) and len(entry.content.text) > 99
        ]
        assert len(parts) % 60 == 0
        diary.add(Pain(0), "2026-03-01")
    assert sorted(file.name for file in folder.iterdir()) == ["diary.db", "key.json"]
    return amid


def test_a_killed_writer_loses_no_confirmed_entry(children: Children, folder: Path) -> None:
    kill_often(children, folder, 12, 0.15)


@pytest.mark.slow
def test_five_hundred_killed_writers_lose_no_confirmed_entry(children: Children, folder: Path) -> None:
    amid = kill_often(children, folder, 500, 0.3)
    print(f"{amid} of 500 were killed amid a transaction")
    assert amid > 50


def add_at_once(children: Children, folder: Path, writers: int, entries: int) -> None:
    """Several programs add at the same time: one chain, with every entry that one of them confirmed."""
    with FileDiary.open(folder, PASSPHRASE) as diary:
        before = {entry.id for entry in diary.all_entries()}
    meeting = folder.parent / f"meeting of {writers}"  # each waits there until all are half done
    meeting.mkdir()
    started = [children.start(folder, "add", entries, str(meeting), writers) for _ in range(writers)]
    assert [children.wait(child) for child, _ in started] == [0] * writers
    confirmed = [out.read_text().split()[1:] for _, out in started]
    assert [len(ids) for ids in confirmed] == [entries] * writers
    with FileDiary.open(folder, PASSPHRASE) as diary:
        ids = [entry.id for entry in diary.all_entries()]
        assert set(ids) == before.union(*confirmed)
        assert ids == sorted(set(ids))
        assert diary.verify().sound
    places = {identity: place for place, identity in enumerate(ids)}
    first, last = max(places[own[0]] for own in confirmed), min(places[own[-1]] for own in confirmed)
    assert first < last, "the programs wrote one after the other, not at once"
    assert [sorted(own, key=places.__getitem__) for own in confirmed] == confirmed


def test_two_programs_at_once_make_one_chain(children: Children, folder: Path) -> None:
    add_at_once(children, folder, 2, 25)


@pytest.mark.slow
def test_two_programs_of_two_hundred_entries_and_five_of_forty(children: Children, folder: Path) -> None:
    add_at_once(children, folder, 2, 200)
    add_at_once(children, folder, 5, 40)


def state_of(folder: Path) -> tuple[object, ...]:
    """Everything that a diary says. Not its bytes: a page that is put back is encrypted anew, with another nonce."""
    sizes = sorted((file.name, file.stat().st_size) for file in folder.iterdir())
    with FileDiary.open(folder, PASSPHRASE) as diary:
        return sizes, (folder / "key.json").read_bytes(), diary.verify(), diary.all_entries()


def fill(children: Children, folder: Path, what: str, limit: int, path: Path | None = None) -> tuple[int, str]:
    """Exit code and message of a program that writes more than there is room for."""
    child, out = children.start(folder, "fill", what, limit, str(path or ""))
    return children.wait(child), out.read_text().partition("\n")[2]


def large_export(path: Path) -> Path:
    """An export of a diary that is larger than the room there is."""
    with FileDiary.create(path / "large", PASSPHRASE, cost=LEAST_COST) as diary:
        diary.add_many((Note("x" * 1000), "2026-03-01") for _ in range(3000))
        diary.export_lines(path / "large.jsonl")
    return path / "large.jsonl"


def assert_nothing_was_written(folder: Path, before: tuple[object, ...], code: int, said: str) -> None:
    assert code == 10
    assert said.count("\n") == 1
    assert state_of(folder) == before


@pytest.mark.parametrize("what", ["entries", "photo", "import"])
def test_a_file_that_may_not_grow(children: Children, folder: Path, tmp_path: Path, what: str) -> None:
    before = state_of(folder)
    code, said = fill(children, folder, what, 1_000_000, large_export(tmp_path) if what == "import" else None)
    assert_nothing_was_written(folder, before, code, said)


def test_an_export_that_may_not_grow_leaves_no_file(children: Children, folder: Path, tmp_path: Path) -> None:
    before = state_of(folder)
    code, said = fill(children, folder, "export", 3_000, tmp_path / "out.jsonl")
    assert_nothing_was_written(folder, before, code, said)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["diary"]


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


@pytest.mark.parametrize("what", ["entries", "photo", "import"])
def test_a_full_disk(children: Children, small_disk: Path, tmp_path: Path, what: str) -> None:
    FileDiary.create(small_disk / "diary", PASSPHRASE, cost=LEAST_COST).close()
    with FileDiary.open(small_disk / "diary", PASSPHRASE) as diary:
        diary.add(Pain(3), "2026-03-01")
    before = state_of(small_disk / "diary")
    code, said = fill(children, small_disk / "diary", what, 0, large_export(tmp_path) if what == "import" else None)
    assert_nothing_was_written(small_disk / "diary", before, code, said)
    assert said == "The disk is full. Free some space; the diary is as it was.\n"
