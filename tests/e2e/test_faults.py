"""An ingest that is killed at any moment leaves the store as it was before or as it is after, and can be repeated."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from phytovigil.store import Store
from phytovigil.study.workspace import Workspace

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the driver of these tests forks")

DRIVER = '''
"""Fork one ingest per line of stdin (folder, raw file, moment) and kill it there; say how it ended.

A moment is a whole number n, "before the n-th step towards the disk", a number of seconds with a point, or "never".
"""
import contextlib, os, shutil, signal, sys, time
from pathlib import Path
import filelock, pyarrow  # what is loaded here need not be loaded in every fork
with contextlib.suppress(ImportError):
    import pandas  # Arrow loads it where it is installed
from phytovigil.store import engine, placing, store
from phytovigil.study.workspace import Workspace
from phytovigil.vocabulary import load_products, load_reactions

steps, target = [], None
load_reactions(), load_products().map_texts(["KRATOM", "KRATTON 4"])

def step(name):
    if len(steps) == target:
        os.kill(os.getpid(), signal.SIGKILL)
    steps.append(name)

def before(home, name):
    call = getattr(home, name)
    def stepping(*given, **named):
        step(name)
        return call(*given, **named)
    setattr(home, name, stepping)

def run(folder, raw):
    for home, name in ((os, "fsync"), (os, "replace"), (shutil, "rmtree"), (engine.Engine, "write_parquet"),
                       (placing, "place_file"), (placing, "write_manifest"), (store, "clean_staging")):
        before(home, name)
    Workspace(folder).ingest([Path(raw)])
    step("end")
    Path(folder + ".steps").write_text(" ".join(steps))
    os._exit(0)

for line in sys.stdin:
    folder, raw, moment = line.rstrip("\\n").split("\\t")
    target = int(moment) if moment.isdigit() else None
    source, sink = os.pipe()
    child = os.fork()
    if not child:
        try:
            run(folder, raw)
        finally:
            os.write(sink, b"x")
            os._exit(1)
    if "." in moment:
        time.sleep(float(moment))
        os.kill(child, signal.SIGKILL)
    began = time.monotonic()
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), round(time.monotonic() - began, 3), flush=True)
'''

HEADER = (
    "RA_Report #,RA_CAERS Created Date,AEC_Event Start Date,PRI_Product Role,PRI_Reported Brand/Product Name,"
    "PRI_FDA Industry Code,PRI_FDA Industry Name,CI_Age at Adverse Event,CI_Age Unit,CI_Gender,"
    "AEC_One Row Outcomes,SYM_One Row Coded Symptoms"
)

KILLED = -9

State = tuple[list[str], tuple[int, ...]]
"""Ids of the releases, and the 2×2 table of one pair."""


def write_caers(file: Path, first: int, reports: int, year: int) -> Path:
    """Reports of our own in the layout of 2004 to 2017: two products and two reactions each, every fifth on kratom."""
    lines = [HEADER]
    for number in range(first, first + reports):
        names = ("KRATOM" if number % 5 == 0 else f"SUPPLEMENT {number % 11}", f"VITAMIN {number % 3} OF {year}")
        terms = f"NAUSEA, {'RASH' if number % 2 else 'JAUNDICE'}"
        for role, name in zip(("Suspect", "Concomitant"), names, strict=True):
            lines.append(
                f"{number},{number % 12 + 1}/{number % 28 + 1}/{year},,{role},{name},54,Vit/Min,{number % 80},Year(s),"
                f'Female,DEATH,"{terms}"'
            )
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@dataclass
class Bench:
    """A store before an ingest, the raw file, the store after it, and a process that kills."""

    folder: Path
    raw: Path
    driver: subprocess.Popen[str]

    @property
    def before(self) -> Path:
        return self.folder / "before"

    @property
    def after(self) -> Path:
        return self.folder / "after"

    @cached_property
    def states(self) -> dict[str, State]:
        """The two states that there may be."""
        return {"before": state(self.before), "after": state(self.after)}

    @cached_property
    def steps(self) -> list[str]:
        """What an undisturbed ingest does to the disk, in order."""
        return (self.folder / "after.steps").read_text().split()

    def ingest(self, folder: Path, moment: str) -> tuple[int, float]:
        """Exit status and seconds of an ingest that is killed at a moment."""
        assert self.driver.stdin is not None
        assert self.driver.stdout is not None
        self.driver.stdin.write(f"{folder}\t{self.raw}\t{moment}\n")
        self.driver.stdin.flush()
        status, seconds = self.driver.stdout.readline().split()
        return int(status), float(seconds)

    def killed(self, name: str, moment: str) -> tuple[Path, int]:
        """A copy of the store, after an ingest into it was killed."""
        folder = self.folder / name
        shutil.copytree(self.before, folder)
        status, _ = self.ingest(folder, moment)
        return folder, status


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("faults")
    older = write_caers(folder / "older.csv", 100_000, 40, 2015)
    raw = write_caers(folder / "newer.csv", 100_030, 40, 2016)
    Workspace(folder / "before").ingest([older])
    (folder / "driver.py").write_text(DRIVER)
    command = [sys.executable, str(folder / "driver.py")]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as driver:
        found = Bench(folder, raw, driver)
        shutil.copytree(found.before, found.after)
        assert found.ingest(found.after, "never")[0] == 0
        yield found
        assert driver.stdin is not None
        driver.stdin.close()


def content(folder: Path) -> dict[str, str]:
    """Hash of every file of a store that says something: not its lock, and not what was under way."""
    files = {str(file.relative_to(folder)): file for file in folder.rglob("*") if file.is_file()}
    return {
        name: hashlib.sha256(file.read_bytes()).hexdigest()
        for name, file in sorted(files.items())
        if not name.startswith(("lock", "staging/", "stamps", "derived/draft-", "manifest.json.draft"))
    }


def state(folder: Path) -> State:
    """What a store answers: its releases, and the 2×2 table of a pair."""
    counted = Workspace(folder).count("kratom", "JAUNDICE", source="caers")
    return [release.id for release in Store(folder).releases()], tuple(counted[cell] for cell in "abcd")


def assert_whole(bench: Bench, folder: Path) -> str:
    """The store is in one of two states; repeating the ingest leads to the same bytes as if nothing had happened."""
    assert Store(folder).damaged_files() == []
    found = state(folder)
    (reached,) = (name for name, known in bench.states.items() if known == found)
    assert bench.ingest(folder, "never")[0] == 0
    repeated, undisturbed = content(folder), content(bench.after)
    if reached == "before":  # asking for the state has derived the older tables once more
        undisturbed = {**content(bench.before), **undisturbed}
    assert repeated == undisturbed
    shutil.rmtree(folder)
    return reached


def test_the_two_states_differ(bench: Bench) -> None:
    (one, first), (two, second) = bench.states.values()
    assert (len(one), len(two)) == (1, 2)
    assert (sum(first), sum(second)) == (40, 70)
    assert first[0] < second[0]


def kill_before_steps(bench: Bench, steps: list[int]) -> None:
    reached = []
    for step in steps:
        folder, status = bench.killed(f"step-{step}", str(step))
        assert status == KILLED
        reached.append(assert_whole(bench, folder))
    committed = reached.index("after")
    assert committed > 0
    assert reached == ["before"] * committed + ["after"] * (len(reached) - committed)


def test_killed_before_each_kind_of_step_towards_the_disk(bench: Bench) -> None:
    """Where a step is repeated, as for each table of a release, before the first."""
    kinds = [step for step, name in enumerate(bench.steps) if step == 0 or bench.steps[step - 1] != name]
    assert [bench.steps[step] for step in kinds][-1] == "end"
    assert {"fsync", "replace", "write_parquet", "place_file", "write_manifest", "clean_staging"} < set(bench.steps)
    kill_before_steps(bench, kinds)


@pytest.mark.slow
def test_killed_before_every_step_towards_the_disk(bench: Bench) -> None:
    kill_before_steps(bench, list(range(len(bench.steps))))


def kill_at_random(bench: Bench, times: int) -> None:
    trial = bench.folder / "trial"
    shutil.copytree(bench.before, trial)
    _, longest = bench.ingest(trial, "never")
    shutil.rmtree(trial)
    instants = random.Random(2017)
    for number in range(times):
        folder, status = bench.killed(f"random-{number}", f"{instants.uniform(0, longest):.4f}")
        assert status in (KILLED, 0)
        assert_whole(bench, folder)


def test_killed_at_random_instants(bench: Bench) -> None:
    kill_at_random(bench, 12)


@pytest.mark.slow
def test_killed_at_many_random_instants(bench: Bench) -> None:
    kill_at_random(bench, 200)
