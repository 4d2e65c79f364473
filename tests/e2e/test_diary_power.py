"""Lost power: what a writer asked of the system is recorded, and cut at any point, as a disk would that lost it.

Of writes that were not yet brought to the disk by fsync some stand, some do not, and some stand in part; of names that
were made or removed without fsync of their folder, a first few stand. Each such disk must open, with every entry that
was confirmed before the cut.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from phytovigil.errors import DiaryError
from phytovigil.followup.diary import LEAST_COST, FileDiary, keyfile
from phytovigil.schema.diary import Pain

OLD, NEW = "a passphrase of four words", "another passphrase"
SECTOR = 512
needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="no strace to record what the writer asks for")
CALLS = "openat,pwrite64,write,ftruncate,fsync,fdatasync,unlink,unlinkat,rename,renameat,renameat2"
WRITER = """
import os, sys
from pathlib import Path
from phytovigil.followup.diary import FileDiary, database
from phytovigil.schema.diary import Note
database.SETTINGS["synchronous"] = sys.argv[2]
with FileDiary.open(Path(sys.argv[1]), "a passphrase of four words") as diary:
    for number in range(12):
        if number % 4 == 3:
            entry = diary.add_photo(b"\\xff\\xd8\\xff" + bytes([number]) * 60_000, "cheek", "2026-03-01")
        elif number % 4 == 2:
            entry = diary.add_many((Note(f"{number} {part} " * 30), "2026-03-01") for part in range(30))[-1]
        else:
            entry = diary.add(Note(str(number)), "2026-03-01")
        os.write(1, entry.id.encode())
    diary.change_passphrase("a passphrase of four words", "another passphrase")
    os.write(1, b"changed")
"""


@dataclass
class Inode:
    """A file: what is on the disk for sure, and what was asked since."""

    kept: bytearray = field(default_factory=bytearray)
    asked: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        for place, data in self.asked:
            apply(self.kept, place, data)
        self.asked.clear()

    def after_cut(self, chance: random.Random) -> bytes:
        """The file as it may stand after the cut."""
        left = bytearray(self.kept)
        share = chance.choice((0.0, 0.5, 0.9, 1.0))
        for place, data in self.asked:
            if chance.random() < share:
                torn = None if data is None else data[: chance.choice((len(data), SECTOR * chance.randrange(17)))]
                apply(left, place, torn)
        return bytes(left)


def apply(raw: bytearray, place: int, data: bytes | None) -> None:
    """Write at a place; without data, cut there."""
    if data is None:
        del raw[place:]
        raw.extend(bytes(max(0, place - len(raw))))
        return
    raw.extend(bytes(max(0, place - len(raw))))
    raw[place : place + len(data)] = data


class Disk:
    """A folder as the system sees it, and as the disk has it."""

    def __init__(self, folder: Path) -> None:
        self.names = {file.name: Inode(bytearray(file.read_bytes())) for file in folder.iterdir()}
        self.kept_names = dict(self.names)
        self.asked: list[tuple[str, Inode | None]] = []

    def name(self, name: str, inode: Inode | None) -> None:
        """Give a name to a file, or take it away."""
        self.asked.append((name, inode))
        set_name(self.names, name, inode)

    @property
    def is_settled(self) -> bool:
        """Whether everything that was asked is on the disk."""
        return not self.asked and not any(inode.asked for inode in self.names.values())

    def sync_names(self) -> None:
        self.kept_names = dict(self.names)
        self.asked.clear()

    def after_cut(self, chance: random.Random) -> dict[str, bytes]:
        names = dict(self.kept_names)
        for name, inode in self.asked[: chance.choice((0, len(self.asked), chance.randrange(len(self.asked) + 1)))]:
            set_name(names, name, inode)
        return {name: inode.after_cut(chance) for name, inode in names.items()}


def set_name(names: dict[str, Inode], name: str, inode: Inode | None) -> None:
    if inode is None:
        names.pop(name, None)
    else:
        names[name] = inode


STRING = r'"((?:\\x[0-9a-f]{2})*)"'
HANDLE = r"\d+<((?:\\x[0-9a-f]{2})*)>"


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def replay(trace: list[str], folder: Path, disk: Disk) -> Iterator[str]:
    """Take the recorded calls one by one; gives what was confirmed by each, mostly nothing."""
    for line in trace:
        call, _, rest = re.sub(r"^\d+ +", "", line).partition("(")
        if " = -1 " in line or not rest:
            continue
        handle = re.match(HANDLE, rest)
        path = Path(unhex(handle[1]).decode()) if handle else None
        if call == "write" and rest.startswith("1<"):
            yield unhex(re.search(STRING, rest)[1]).decode()  # type: ignore[index]
        elif path is not None and path == folder and call in ("fsync", "fdatasync"):
            disk.sync_names()
        elif (
            path is not None
            and path.parent == folder
            and call in ("pwrite64", "write", "ftruncate", "fsync", "fdatasync")
        ):
            change_file(disk.names[path.name], call, rest)
        elif call in ("openat", "unlink", "unlinkat", "rename", "renameat", "renameat2"):
            named = [Path(unhex(one).decode()) for one in re.findall(STRING, rest)]
            change_names(disk, call, rest, [one.name for one in named if one.parent == folder])
        yield ""


def change_file(inode: Inode, call: str, rest: str) -> None:
    """One call on an open file."""
    if call == "pwrite64":
        data = unhex(re.search(STRING, rest)[1])  # type: ignore[index]
        inode.asked.append((int(re.search(r", (\d+)\) += ", rest)[1]), data))  # type: ignore[index]
    elif call == "write":  # key.json.new only, in one call
        inode.asked.append((0, unhex(re.search(STRING, rest)[1])))  # type: ignore[index]
    elif call == "ftruncate":
        inode.asked.append((int(re.search(r", (\d+)\) += ", rest)[1]), None))  # type: ignore[index]
    else:
        inode.sync()


def change_names(disk: Disk, call: str, rest: str, names: list[str]) -> None:
    """One call on names."""
    if call == "openat":
        if names and "O_CREAT" in rest and names[0] not in disk.names:
            disk.name(names[0], Inode())
    elif call.startswith("unlink"):
        for name in names:
            disk.name(name, None)
    elif len(names) == 2:
        inode = disk.names[names[0]]
        disk.name(names[1], inode)
        disk.name(names[0], None)


@pytest.fixture(scope="module", autouse=True)
def derived_once() -> Iterator[None]:
    """Remember keys by passphrase, salt and cost: the derivation is slow by intent, and tests open the same often."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyfile, "derive_key", cache(keyfile.derive_key))
        yield


def record(room: Path, synchronous: str) -> tuple[Disk, list[str], set[str]]:
    """Record a writer; answers the disk before it, the recorded calls, and the ids of the entries before it."""
    folder = room / "diary"
    with FileDiary.create(folder, OLD, cost=LEAST_COST) as diary:
        before = {diary.add(Pain(number), "2026-03-01").id for number in range(10)}
    disk = Disk(folder)
    command = ["strace", "-f", "-y", "-xx", "-s", "100000", "-e", f"trace={CALLS}", "-o", str(room / "trace")]
    writer = [sys.executable, "-c", WRITER, str(folder), synchronous]
    subprocess.run([*command, *writer], check=True, capture_output=True)
    return disk, (room / "trace").read_text().splitlines(), before


def count_cuts(room: Path, synchronous: str) -> int:
    """Cut the power at every recorded call that leaves something unsaved, and look at the diary that is left."""
    disk, trace, confirmed = record(room, synchronous)
    folder, changed, cuts, chance = room / "diary", False, 0, random.Random(1)
    key = bytes(disk.names["key.json"].kept)
    for said in replay(trace, folder, disk):
        changed = changed or said == "changed"
        confirmed |= {said} - {"", "changed"}
        if disk.is_settled and not said:
            continue
        cuts += 1
        files = disk.after_cut(chance)
        check_cut(room / "cut", files, NEW if changed or files["key.json"] != key else OLD, confirmed)
    whole = {name: bytes(inode.kept) for name, inode in disk.names.items()}
    assert whole == {file.name: file.read_bytes() for file in folder.iterdir()}, "the recording is not what happened"
    assert (len(confirmed), changed) == (10 + 12, True)
    return cuts


def check_cut(folder: Path, files: dict[str, bytes], passphrase: str, confirmed: set[str]) -> None:
    """A diary as the cut left it opens, is sound and has what was confirmed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    with FileDiary.open(folder, passphrase) as diary:
        assert confirmed <= {entry.id for entry in diary.all_entries()}, "a confirmed entry is lost"
        assert diary.verify().sound


@needs_strace
@pytest.mark.slow
def test_lost_power_at_any_point_loses_no_confirmed_entry(tmp_path: Path) -> None:
    cuts = count_cuts(tmp_path, "extra")
    print(f"{cuts} cuts")
    assert cuts > 200


@needs_strace
@pytest.mark.slow
@pytest.mark.parametrize("synchronous", ["off", "normal", "full"])
def test_a_weaker_setting_would_be_found_out(tmp_path: Path, synchronous: str) -> None:
    """With each weaker setting of SQLite a cut loses an entry, or the diary."""
    with pytest.raises((AssertionError, DiaryError)) as caught:
        count_cuts(tmp_path, synchronous)
    assert "recording" not in str(caught.value)
