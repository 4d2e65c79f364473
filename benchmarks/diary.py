"""Seconds of a large diary: opening, adding, reading for a summary, checking, export and import.

Usage: python benchmarks/diary.py [--entries 200000] [--photos 5000] [--folder FOLDER] [--keep]
Makes a diary of random entries and photos (300 kB of random bytes each) with the passphrase's usual cost, and prints
the table of docs/reference/follow/diary.md. What is opened is opened in a process of its own each time, with the
database dropped from the memory of the system first where the system lets a program do so ("cold").
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from phytovigil.followup.diary import FileDiary
from phytovigil.schema import diary as kinds

PASSPHRASE = "correct horse battery staple"
BATCH = 10_000
PHOTO_BYTES = 300_000
START = datetime(2006, 1, 1, tzinfo=UTC)
WORDS = ["tired", "after", "lunch", "itchy", "arms", "slept", "badly", "better", "today", "rain", "headache", "tea"]
READING = """
import json, resource, sys, time
from phytovigil.followup.diary import FileDiary
from phytovigil.schema.diary import KINDS
def now():
    return time.perf_counter(), time.process_time()
loaded = now()
diary = FileDiary.open(sys.argv[1], sys.argv[2])
opened = now()
diary.entries()
read = now()
for kind in KINDS:
    diary.entries(kind)
again = now()
spent = {"open": (loaded, opened), "read": (opened, read), "by_kind": (read, again)}
answer = {name: [after[which] - before[which] for which in (0, 1)] for name, (before, after) in spent.items()}
print(json.dumps(answer | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def make_contents(chance: random.Random, count: int) -> Iterator[tuple[kinds.Content, str]]:
    """Entries of twenty years, of the kinds that a person writes, hardly two alike."""
    makers: list[Callable[[], kinds.Content]] = [
        lambda: kinds.Pain(chance.randrange(11), chance.choice(("average", "worst", "now"))),
        lambda: kinds.Itch(chance.randrange(11)),
        lambda: kinds.Use("powder", "kratom", round(chance.uniform(1, 8), 2), "g", "powder"),
        lambda: kinds.Use(" ".join(chance.sample(WORDS, 2)), "", round(chance.uniform(1, 500), 1), "mg", "tablet"),
        lambda: kinds.Alcohol(chance.randrange(5)),
        lambda: kinds.Peg(chance.randrange(11), chance.randrange(11), chance.randrange(11)),
        lambda: kinds.Note(" ".join(chance.choices(WORDS, k=20))),
        lambda: kinds.Event(" ".join(chance.choices(WORDS, k=4)), grade=chance.randrange(1, 4), started="2025-01-01"),
        lambda: kinds.Lab("alt", round(chance.uniform(10, 300), 1), "U/L", 40.0, "the report"),
        lambda: kinds.Reading("x", "method 1", tuple(round(chance.uniform(0, 99), 4) for _ in range(3))),
        lambda: kinds.Withdrawal(tuple(chance.randrange(5) for _ in range(16))),
    ]
    for number in range(count):
        moment = START + timedelta(minutes=number * 50)
        yield chance.choice(makers)(), moment.strftime("%Y-%m-%dT%H:%M")


def make_photo(chance: random.Random) -> bytes:
    """Bytes that begin as a JPEG does."""
    return b"\xff\xd8\xff\xe0" + chance.randbytes(PHOTO_BYTES)


def fill(diary: FileDiary, entries: int, photos: int) -> None:
    """Write the entries in batches and the photos one by one."""
    chance = random.Random(1)
    contents = list(make_contents(chance, entries - photos))
    for begin in range(0, len(contents), BATCH):
        diary.add_many(contents[begin : begin + BATCH])
    for number in range(photos):
        moment = START + timedelta(days=number)
        diary.add_photo(make_photo(chance), "left cheek", moment.strftime("%Y-%m-%d"))


def forget(folder: Path) -> bool:
    """Drop the database from the memory of the system."""
    if not hasattr(os, "posix_fadvise"):
        return False
    handle = os.open(folder / "diary.db", os.O_RDONLY)
    try:
        os.fsync(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)
    return True


def read_in_a_process(folder: Path) -> dict[str, Any]:
    """Open and read everything in a new process: seconds by the clock and of the processor, megabytes."""
    command = [sys.executable, "-c", READING, str(folder), PASSPHRASE]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def time_each(action: Callable[[], object], times: int) -> list[list[float]]:
    """Seconds of each call, by the clock and of the processor."""
    spent = []
    for _ in range(times):
        start, worked = time.perf_counter(), time.process_time()
        action()
        spent.append([time.perf_counter() - start, time.process_time() - worked])
    return spent


def tell(what: str, spent: list[list[float]]) -> None:
    """One line of the table: median and longest by the clock, median of the processor."""
    clock, worked = zip(*spent, strict=True)
    print(
        f"| {what} | {statistics.median(clock):.3f} s | {max(clock):.3f} s | {statistics.median(worked):.3f} s |",
        flush=True,
    )


def measure(folder: Path, entries: int, photos: int) -> None:
    """Make the diary and print the table."""
    start = time.perf_counter()
    with FileDiary.create(folder, PASSPHRASE) as diary:
        fill(diary, entries, photos)
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(
        f"{entries:,} entries, {photos:,} photos, {size / 1e9:.2f} GB, written in {time.perf_counter() - start:.0f} s"
    )
    print("| what | median | longest | processor |\n|---|---:|---:|---:|")
    runs = [read_in_a_process(folder) for _ in range(5)]
    cold = [read_in_a_process(folder) for _ in range(5) if forget(folder)]
    for name, answers in (("", runs), (", cold", cold)):
        for what, key in (("open", "open"), ("read all entries", "read"), ("read them again by kind", "by_kind")):
            if answers:
                tell(what + name, [answer[key] for answer in answers])
    print(f"| memory of the reading process | {runs[0]['memory']:.0f} MB | | |")
    measure_writing(folder)


def measure_writing(folder: Path) -> None:
    """Adding, checking, export and import."""
    chance = random.Random(2)
    with FileDiary.open(folder, PASSPHRASE) as diary:
        tell("add an entry", time_each(lambda: diary.add(kinds.Pain(chance.randrange(11)), "2026-03-01"), 200))
        photos = [make_photo(chance) for _ in range(50)]
        tell("add a photo", time_each(lambda: diary.add_photo(photos.pop(), "left cheek", "2026-03-01"), 50))
        tell("check everything", time_each(diary.verify, 1))
        for photos_too in (False, True):
            lines = folder.parent / f"lines-{photos_too}.jsonl"
            named = "with photos" if photos_too else "without photos"
            tell(f"export {named}", time_each(lambda: diary.export_lines(lines, photos=photos_too), 1))  # noqa: B023
            with FileDiary.create(folder.parent / f"copy-{photos_too}", PASSPHRASE) as copy:
                tell(f"import {named}", time_each(lambda: copy.import_lines(lines), 1))  # noqa: B023


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--photos", type=int, default=5_000)
    parser.add_argument("--folder", type=Path, default=None, help="where to work; a temporary folder for none")
    parser.add_argument("--keep", action="store_true", help="leave the files there")
    arguments = parser.parse_args()
    room = Path(tempfile.mkdtemp(dir=arguments.folder))
    try:
        measure(room / "diary", arguments.entries, arguments.photos)
    finally:
        if arguments.keep:
            print(room)
        else:
            shutil.rmtree(room)


if __name__ == "__main__":
    main()
