"""Taking FAERS quarters in amid kills, full disks, broken files and Ctrl-C: no answer is changed or made wrong."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections import namedtuple
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from phytovigil.errors import DamagedStore, StoreError, UnreadableFile
from phytovigil.simulation import Parameters, simulate
from phytovigil.sources import draft
from phytovigil.sources.rawfile import GuardedStream
from phytovigil.store import Store, manifest
from phytovigil.study.workspace import Workspace

QUARTERS = ("2012Q2", "2018Q4", "2019Q1", "2019Q2")
"""The first is in the store already: of the legacy layout. The last two name deleted cases."""

SMALL = Parameters(
    products=30, reactions=20, indications=20, firms=10, follow_up_share=0.3, deleted_share=0.05, spelling_share=0
)
PAIR = ("SIMULATED DRUG 00001", "SIMULATED REACTION 00001")
SLOW = pytest.mark.slow
KILLED = -signal.SIGKILL
INTERRUPTED = 130

DRIVER = '''
"""Fork one ingest per line of JSON (store, paths, kill) and say how it ended.

kill : number of the step towards a new state of the store before which the ingest is killed, or null.
"""
import contextlib, json, os, signal, sys
from pathlib import Path
import filelock, pyarrow.csv, pyarrow.compute  # what is loaded here need not be loaded in every fork
with contextlib.suppress(ImportError):
    import pandas  # Arrow loads it where it is installed
from phytovigil.store import placing
from phytovigil.study.workspace import Workspace
from phytovigil.vocabulary import load_products, load_reactions

load_reactions(), load_products().map_texts(["KRATOM", "KRATTON 4"])

def run(store, paths, kill):
    steps = []
    def before(home, name):
        call = getattr(home, name)
        def stepping(*given):
            if len(steps) == kill:
                os.kill(os.getpid(), signal.SIGKILL)
            steps.append(f"{name} {Path(given[-1]).name}" if home is os else name)
            return call(*given)
        setattr(home, name, stepping)
    before(os, "replace"), before(placing, "write_manifest")
    ledger = Workspace(store).ingest([Path(each) for each in paths])
    Path(store + ".json").write_text(json.dumps({"steps": steps, "ledger": ledger}))

for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if not child:
        try:
            run(**asked)
        finally:
            error = sys.exc_info()[1]
            if error:
                print(repr(error), file=sys.stderr, flush=True)
            os._exit(1 if error else 0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
'''

Answers = list[dict[str, Any]]


def hashes(folder: Path) -> dict[str, str]:
    """Hash of every file of a store that says something: not its lock, and not what was under way."""
    files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    return {
        name: hashlib.sha256(file.read_bytes()).hexdigest()
        for name, file in sorted(files.items())
        if not name.startswith(("lock", "staging/", "stamps", "derived/", "manifest.json.draft"))
    }


def ask_all(folder: Path, as_of: str | None = None) -> Answers:
    """What a store answers of one pair and of one product, without the name of its folder."""
    workspace = Workspace(folder)
    answers = [
        workspace.count(*PAIR, source="faers", as_of=as_of, cases=True),
        workspace.signals(PAIR[0], source="faers", as_of=as_of, min_cases=1),
    ]
    return json.loads(json.dumps(answers).replace(json.dumps(str(folder)), '"store"'))  # type: ignore[no-any-return]


def released(folder: Path) -> list[str]:
    """Dates of the releases, in their order."""
    return [release.as_of for release in Store(folder).releases()]


@dataclass
class Bench:
    """A store that answers from the first quarter, three quarters more, and the store with all of them."""

    folder: Path
    zips: list[Path]
    driver: subprocess.Popen[str] | None = None
    copies: Iterator[int] = field(default_factory=count)
    answers: dict[str, Answers] = field(default_factory=dict)

    @property
    def before(self) -> Path:
        return self.folder / "before"

    @property
    def after(self) -> Path:
        return self.folder / "after"

    @property
    def newer(self) -> list[Path]:
        return self.zips[1:]

    def copy(self, of: Path | None = None) -> Path:
        """A copy of a store, by default of the one before."""
        return Path(shutil.copytree(of or self.before, self.folder / f"copy-{next(self.copies)}"))

    def ingest(self, store: Path, kill: int | None = None) -> int:
        """Exit status of an ingest of the newer quarters in a process of its own."""
        assert self.driver is not None
        assert self.driver.stdin is not None
        assert self.driver.stdout is not None
        asked = {"store": str(store), "paths": [str(path) for path in self.newer], "kill": kill}
        self.driver.stdin.write(json.dumps(asked) + "\n")
        self.driver.stdin.flush()
        return int(self.driver.stdout.readline())

    def told(self, store: Path) -> dict[str, Any]:
        """Steps and ledger of the last ingest into a store that was not killed."""
        return json.loads(Path(f"{store}.json").read_text())  # type: ignore[no-any-return]

    def check_old(self, store: Path) -> int:
        """No file is damaged and every earlier answer is what it was; the number of newer quarters that are in."""
        assert Workspace(store).releases(verify=True)["damaged"] == []
        held = released(store)
        assert held == released(self.after)[: len(held)]
        old, new = hashes(self.before), hashes(store)
        assert all(new[name] == old[name] for name in old if name != "manifest.json")
        assert ask_all(store, "2012-06-30") == self.answers["old"]
        return len(held) - 1

    def check_continued(self, store: Path, finished: int) -> None:
        """Taking in again passes over what was finished and leads to the same bytes and answers."""
        assert self.ingest(store) == 0
        changed = {entry["as_of"]: entry["changed"] for entry in self.told(store)["ledger"]["files"]}
        assert list(changed.values()) == [False] * finished + [True] * (len(self.newer) - finished)
        self.check_whole(store)

    def check_whole(self, store: Path) -> None:
        """The store is the same as after an undisturbed ingest."""
        assert hashes(store) == hashes(self.after)
        assert ask_all(store) == self.answers["new"]
        assert ask_all(store, "2012-06-30") == self.answers["old"]
        assert not any((store / "staging").glob("*"))
        shutil.rmtree(store)


def add_broken_row(path: Path) -> None:
    """One row that is put aside, at the end of the archive's list of reactions."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content + b"1$2\r\n" if "REAC" in name else content)


def make_bench(folder: Path, reports: int) -> Bench:
    simulate(folder / "raw", reports=reports, quarters=QUARTERS, seed=11, parameters=SMALL, zipped=True)
    add_broken_row(next((folder / "raw").glob(f"*{QUARTERS[1]}.zip")))
    bench = Bench(folder, [path for quarter in QUARTERS for path in (folder / "raw").glob(f"*{quarter}.zip")])
    Workspace(bench.before).ingest([bench.zips[0]])
    bench.answers["old"] = ask_all(bench.before)
    shutil.copytree(bench.before, bench.after)
    ledger = Workspace(bench.after).ingest(bench.newer)
    assert ledger["rows_quarantined"] == 1
    bench.answers["new"] = ask_all(bench.after)
    return bench


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    found = make_bench(tmp_path_factory.mktemp("faers"), reports=480)
    (found.folder / "driver.py").write_text(DRIVER)
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, str(found.folder / "driver.py")], **pipes) as driver:
        found.driver = driver
        yield found
        assert driver.stdin is not None
        driver.stdin.close()


@pytest.fixture(scope="module")
def large_bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return make_bench(tmp_path_factory.mktemp("large"), reports=8_000)


def test_the_two_states_differ(bench: Bench) -> None:
    old, new = bench.answers["old"], bench.answers["new"]
    assert old[0]["a"] > 0
    assert new[0]["a"] > old[0]["a"]
    assert released(bench.after) == ["2012-06-30", "2018-12-31", "2019-03-31", "2019-06-30"]
    assert ask_all(bench.after, "2012-06-30") == old


@pytest.fixture(scope="module")
def steps(bench: Bench) -> list[str]:
    """What an undisturbed ingest does to the state of the store, in order."""
    store = bench.copy()
    assert bench.ingest(store) == 0
    bench.check_whole(store)
    steps: list[str] = bench.told(store)["steps"]
    return steps


class TestKilled:
    """Before a step that changes the state of the store: a rename, or the writing of the manifest."""

    def test_every_quarter_has_one_commit(self, steps: list[str]) -> None:
        assert steps.count("write_manifest") == steps.count("replace manifest.json") == len(QUARTERS) - 1
        assert len([step for step in steps if step.endswith(".parquet")]) == len(QUARTERS) - 1
        assert [step.split("-")[0] for step in steps[-3:]] == ["replace cases", "replace nodes", "replace terms"]

    def test_at_one_step_after_the_other_in_the_same_store(self, bench: Bench, steps: list[str]) -> None:
        """Each run begins with what the killed one before it left behind, and comes one step further."""
        a_quarter = steps.index("replace manifest.json") + 1
        store = bench.copy()
        for finished in range(len(QUARTERS) - 1):
            for step in range(a_quarter):
                assert bench.ingest(store, step) == KILLED
                assert bench.check_old(store) == finished
            assert bench.ingest(store, a_quarter) == KILLED
            assert bench.check_old(store) == finished + 1
        bench.check_continued(store, len(QUARTERS) - 1)

    @pytest.mark.slow
    def test_at_each_commit_of_one_run(self, bench: Bench, steps: list[str]) -> None:
        """The quarters that were committed stay, the others are taken in by the next run."""
        for finished, step in enumerate(place for place, name in enumerate(steps) if name == "write_manifest"):
            store = bench.copy()
            assert bench.ingest(store, step) == KILLED
            assert bench.check_old(store) == finished
            bench.check_continued(store, finished)

    @pytest.mark.slow
    def test_at_every_step_of_one_run(self, bench: Bench, steps: list[str]) -> None:
        commits = [place for place, name in enumerate(steps) if name == "replace manifest.json"]
        for step in range(len(steps)):
            store = bench.copy()
            assert bench.ingest(store, step) == KILLED
            finished = bench.check_old(store)
            assert finished == sum(place < step for place in commits)
            bench.check_continued(store, finished)


def start(arguments: list[str], environment: dict[str, str], **given: Any) -> subprocess.Popen[str]:
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-m", "phytovigil", *arguments], env=environment, **pipes, **given)


def start_ingest(bench: Bench, store: Path, environment: dict[str, str], **given: Any) -> subprocess.Popen[str]:
    return start(["ingest", *map(str, bench.newer), "--store", str(store)], environment, **given)


def live_through_kills(bench: Bench, environment: dict[str, str], seed: int, kills: int, longest: float) -> set[int]:
    """Kill ingests at random instants, each in the store that the one before left, until it is whole; then anew.

    Returns how many releases the store was seen with.
    """
    instants, reached, killed = random.Random(seed), set[int](), 0
    while killed < kills:
        store, is_whole = bench.copy(), False
        while not is_whole and killed < kills:
            is_whole = not ingest_until(bench, store, environment, instants.uniform(0, longest))
            killed += not is_whole
            assert Workspace(store).releases(verify=True)["damaged"] == []
            reached.add(len(released(store)))
            if killed % 5 == 0:
                bench.check_old(store)
        bench.check_old(store)
        assert not ingest_until(bench, store, environment, 60)
        bench.check_whole(store)
    return reached


def ingest_until(bench: Bench, store: Path, environment: dict[str, str], seconds: float) -> bool:
    """Take the newer quarters in by a process of its own, and whether it had to be killed after so many seconds."""
    with start_ingest(bench, store, environment) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        said = process.communicate()
    assert process.returncode in (0, KILLED), said
    return process.returncode == KILLED


@pytest.mark.slow
def test_killed_at_200_random_instants(large_bench: Bench, environment: dict[str, str]) -> None:
    """The instants cover the whole of a run; two stores are lived through at a time."""
    bench = large_bench
    trials = [bench.copy(), bench.copy()]
    began = time.monotonic()
    with ThreadPoolExecutor(len(trials)) as lanes:
        list(lanes.map(lambda store: ingest_until(bench, store, environment, 60), trials))
        longest = time.monotonic() - began
        for store in trials:
            bench.check_whole(store)
        runs = lanes.map(lambda seed: live_through_kills(bench, environment, seed, 100, longest), (2018, 2019))
        assert set().union(*runs) == {1, 2, 3, 4}


@pytest.fixture
def small_disk(bench: Bench, tmp_path: Path) -> Iterator[Path]:
    """A disk on which the store has its place and little more; only the administrator of a machine can have it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if not hasattr(os, "geteuid") or os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk; the tests with a limit on file size say the same")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


class TestFullDisk:
    def refuse(self, process: subprocess.Popen[str], code: int = 6) -> str:
        """The one line that a failing command says."""
        out, err = process.communicate(timeout=120)
        assert (process.returncode, out) == (code, ""), err
        assert err.startswith("phytovigil: ")
        assert err.count("\n") == 1
        assert "defect" not in err
        return err

    def test_small_disk(self, small_disk: Path, bench: Bench, environment: dict[str, str]) -> None:
        store = Path(shutil.copytree(bench.before, small_disk / "store"))
        ballast = small_disk / "ballast"
        ballast.write_bytes(b"\0" * (shutil.disk_usage(small_disk).free - 150_000))
        said = self.refuse(start_ingest(bench, store, environment))
        assert "disk" in said
        bench.check_old(store)
        ballast.unlink()
        with start_ingest(bench, store, environment) as process:
            assert process.wait() == 0
        assert hashes(store) == hashes(bench.after)

    @pytest.mark.skipif(sys.platform == "win32", reason="limits on file size are a matter of POSIX")
    @pytest.mark.parametrize("limit", [1_500, pytest.param(100, marks=SLOW), pytest.param(4_000, marks=SLOW)])
    def test_files_that_may_not_grow(self, bench: Bench, environment: dict[str, str], limit: int) -> None:
        import resource

        def limit_files() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        store = bench.copy()
        self.refuse(start_ingest(bench, store, environment, preexec_fn=limit_files))
        assert bench.check_old(store) == 0
        bench.check_continued(store, 0)

    @pytest.mark.parametrize("call", ["replace", "fsync"])
    @pytest.mark.parametrize("quarters_before", [0, 1])
    def test_no_room_at_a_step_of_the_commit(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch, call: str, quarters_before: int
    ) -> None:
        """The operating system refuses one step; the quarters before it are in, and this one is not."""
        store = bench.copy()
        original, calls = getattr(os, call), [0]
        steps = {"replace": 3, "fsync": 12}[call]

        def refuse(*given: Any, **named: Any) -> Any:
            calls[0] += 1
            if calls[0] == steps * quarters_before + 2:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return original(*given, **named)

        with monkeypatch.context() as patch:
            patch.setattr(manifest.os, call, refuse)
            with pytest.raises(StoreError, match="The disk is full"):
                Workspace(store).ingest(bench.newer)
        assert bench.check_old(store) == quarters_before
        bench.check_continued(store, quarters_before)

    def test_room_is_asked_for_before_anything_is_read(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        store, usage = bench.copy(), namedtuple("usage", "total used free")
        before = hashes(store)
        text = sum(member.file_size for path in bench.newer for member in zipfile.ZipFile(path).infolist())
        with monkeypatch.context() as patch:
            patch.setattr(shutil, "disk_usage", lambda folder: usage(10**9, 10**9, text // 10))
            patch.setattr(GuardedStream, "readinto", refuse_late_reading(patch))
            with pytest.raises(StoreError) as refused:
                Workspace(store).ingest(bench.newer)
        assert "GB" in refused.value.message
        assert str(store) in refused.value.message
        assert "--store" in refused.value.hint
        assert hashes(store) == before
        bench.check_continued(store, 0)


def refuse_late_reading(patch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Reading for which no file may be opened twice: recognising opens each once, taking in would again."""
    original, opened = GuardedStream.readinto, dict[str, GuardedStream]()

    def readinto(self: GuardedStream, buffer: Any) -> int:
        assert opened.setdefault(self._raw.name, self) is self, "read before room was asked for"
        return original(self, buffer)

    return readinto


class TestDamage:
    """One byte is changed, or a file is gone: the answer is as before, or the file is named. Never another number."""

    @staticmethod
    def ask_everything(store: Path) -> Answers:
        quarantine = Workspace(store).quarantine()
        quarantine.pop("store")
        return [{"releases": Workspace(store).releases()["releases"]}, quarantine, *ask_all(store)]

    @staticmethod
    def ask_or_name(ask: Callable[[], Any], file: str) -> Any:
        """The answer, or None if the file, or the command that names it, is told instead."""
        try:
            return ask()
        except StoreError as damage:
            said = str(damage)
        assert Path(file).name in said or "`phytovigil releases --verify` names it" in said, said
        assert "\n" not in said
        return None

    def check_answers(self, bench: Bench, store: Path, file: str) -> None:
        """Every answer is what it was, or an error."""
        found = self.ask_or_name(lambda: self.ask_everything(store), file)
        assert found in (None, self.ask_everything(bench.after)), f"another answer after {file} was damaged"

    @staticmethod
    def kinds(store: Path) -> list[str]:
        """One file of each kind but the manifest: every table of the second release, and the words it brought."""
        second = Store(store).releases()[1]
        return [*(f"releases/{second.id}/{table}.parquet" for table in second.tables), "words/000002.parquet"]

    def test_there_are_eight_kinds(self, bench: Bench) -> None:
        assert len(self.kinds(bench.after)) == 8
        assert all((bench.after / name).is_file() for name in self.kinds(bench.after))

    @pytest.mark.parametrize("kind", range(8))
    def test_one_byte_while_case_tables_are_there(self, bench: Bench, kind: int) -> None:
        """They were made before the damage, so that numbers may still be given."""
        file, places = self.kinds(bench.after)[kind], random.Random(kind)
        intact = (bench.after / file).read_bytes()
        store = bench.copy(bench.after)
        for place in [0, len(intact) - 1, len(intact) - 9, *(places.randrange(len(intact)) for _ in range(3))]:
            turned = intact[place] ^ 1 << places.randrange(8)
            (store / file).write_bytes(intact[:place] + bytes([turned]) + intact[place + 1 :])
            answer = self.ask_or_name(lambda: Workspace(store).count(*PAIR, source="faers"), file)
            assert answer is None or answer["a"] == bench.answers["new"][0]["a"]
            assert Store(store).damaged_files() == [file]
        (store / file).write_bytes(intact)
        assert self.ask_everything(store) == self.ask_everything(bench.after)
        shutil.rmtree(store)

    @pytest.mark.parametrize("kind", range(8))
    def test_one_byte_before_case_tables_are_made(self, bench: Bench, kind: int) -> None:
        """Nothing is computed from a file that differs from what was written."""
        file, places = self.kinds(bench.after)[kind], random.Random(100 + kind)
        intact = (bench.after / file).read_bytes()
        store = bench.copy(bench.after)
        for place in [0, len(intact) - 1, len(intact) - 9, *(places.randrange(len(intact)) for _ in range(3))]:
            turned = intact[place] ^ 1 << places.randrange(8)
            (store / file).write_bytes(intact[:place] + bytes([turned]) + intact[place + 1 :])
            shutil.rmtree(store / "derived", ignore_errors=True)
            with pytest.raises(DamagedStore, match=f"file {file} differs from what was written") as damage:
                ask_all(store)
            assert "Put a copy of it back" in damage.value.hint
        shutil.rmtree(store)

    @pytest.mark.parametrize("kind", range(8))
    def test_a_file_is_gone(self, bench: Bench, kind: int) -> None:
        store = bench.copy(bench.after)
        file = self.kinds(store)[kind]
        (store / file).unlink()
        with pytest.raises(DamagedStore, match=rf"lacks its file {Path(file).name} in .*{Path(file).parent}") as damage:
            self.ask_everything(store)
        assert "Put a copy of it back" in damage.value.hint
        assert Store(store).damaged_files() == [file]
        shutil.rmtree(store)

    @pytest.mark.parametrize("table", ["report", "quarantine", "words"])
    def test_another_value_while_case_tables_are_there(self, bench: Bench, table: str) -> None:
        """A list of cases, of names or of what was put aside shows no value that was not taken in."""
        store = bench.copy(bench.after)
        [file] = [name for name in self.kinds(store) if Path(name).stem == table or name.startswith(table)]
        rows = pyarrow.parquet.read_table(store / file)
        column = {"report": "age_years", "quarantine": "raw", "words": "text"}[table]
        values = rows.column(column).to_pylist()
        changed = [value if value is None else f"{value}!" if isinstance(value, str) else 99.0 for value in values]
        other = pyarrow.array(changed, rows.schema.field(column).type)
        rows = rows.set_column(rows.column_names.index(column), column, other)
        pyarrow.parquet.write_table(rows, store / file)
        self.check_answers(bench, store, file)

    def test_one_byte_of_the_manifest_that_makes_it_unreadable(self, bench: Bench) -> None:
        store = bench.copy(bench.after)
        text = (store / "manifest.json").read_bytes()
        for before, after in ((b"{", b"["), (b'"releases"', b'"releasez"'), (b'"ordinal"', b'"ordinam"'), (b"}", b"|")):
            (store / "manifest.json").write_bytes(text.replace(before, after, 1))
            with pytest.raises(DamagedStore, match=r"manifest\.json") as damage:
                ask_all(store)
            assert "Put a copy of it back" in damage.value.hint
        shutil.rmtree(store)

    @pytest.mark.parametrize("name", ["reports", "rows_read", "rows_quarantined", "as_of", "bytes"])
    def test_another_digit_in_the_manifest(self, bench: Bench, name: str) -> None:
        store = bench.copy(bench.after)
        text = (store / "manifest.json").read_bytes()
        found = re.search(rb'"%s": "?[-\d]*\d' % name.encode(), text)
        assert found
        place = found.end() - 1
        (store / "manifest.json").write_bytes(text[:place] + bytes([text[place] ^ 1]) + text[place + 1 :])
        with pytest.raises(DamagedStore, match=r"manifest\.json differs from what was written"):
            self.ask_everything(store)
        shutil.rmtree(store)

    def test_the_manifest_is_gone(self, bench: Bench) -> None:
        """An ingest would begin anew, and write its words over those of the first release."""
        store = bench.copy(bench.after)
        (store / "manifest.json").unlink()
        for ask in (ask_all, released, lambda folder: Workspace(folder).ingest(bench.newer)):
            with pytest.raises(DamagedStore, match=r"manifest\.json"):
                ask(store)

    def test_ingest_into_a_damaged_store_keeps_what_it_has(self, bench: Bench) -> None:
        store = bench.copy()
        words = store / "words" / "000001.parquet"
        words.write_bytes(words.read_bytes()[:-5] + b"?" + words.read_bytes()[-4:])
        before = hashes(store)
        with pytest.raises(DamagedStore, match=r"words/000001\.parquet"):
            Workspace(store).ingest(bench.newer)
        assert hashes(store) == before
        shutil.rmtree(store)


class TestInterrupted:
    @pytest.mark.parametrize(
        "moment",
        ["staging", "first commit", pytest.param("waiting", marks=SLOW), pytest.param("reading on", marks=SLOW)],
    )
    def test_ctrl_c(self, large_bench: Bench, environment: dict[str, str], moment: str) -> None:
        """In good time, with one line; the quarters that were finished stay."""
        bench = large_bench
        store = bench.copy()
        with start_ingest(bench, store, environment) as process:
            await_moment(store, moment)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (INTERRUPTED, "")
        assert err.startswith("phytovigil: Interrupted")
        assert err.count("\n") == 1
        finished = bench.check_old(store)
        assert finished < len(bench.newer)
        assert Workspace(store).ingest(bench.newer)["changed"]
        bench.check_whole(store)


def await_moment(store: Path, moment: str) -> None:
    """Return once an ingest has come as far."""
    signs: dict[str, Callable[[], bool]] = {
        "waiting": lambda: (store / "lock.owner").exists(),
        "staging": lambda: any((store / "staging").glob("release-2")),
        "first commit": lambda: (store / "words" / "000002.parquet").exists(),
        "reading on": lambda: any((store / "staging").glob("release-3")),
    }
    deadline = time.monotonic() + 30
    while not signs[moment]():
        assert time.monotonic() < deadline
        time.sleep(0.001)


class TestBrokenInput:
    def test_an_archive_cut_short_in_the_middle_of_a_member(self, bench: Bench, tmp_path: Path) -> None:
        """Its directory is whole, so that it is recognised; the quarter before it is in, and nothing of it is."""
        store, broken = bench.copy(), tmp_path / bench.newer[1].name
        content = bytearray(bench.newer[1].read_bytes())
        with zipfile.ZipFile(bench.newer[1]) as archive:
            largest = max(archive.infolist(), key=lambda member: member.compress_size)
        middle = largest.header_offset + largest.compress_size // 2
        content[middle : middle + 400] = bytes(400)
        broken.write_bytes(content)
        with pytest.raises(UnreadableFile) as refused:
            Workspace(store).ingest([bench.newer[0], broken, bench.newer[2]])
        assert broken.name in refused.value.message
        assert bench.check_old(store) in (0, 1)
        shutil.rmtree(store)

    def test_a_file_that_breaks_off_after_rows_were_written(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The disk fails amid the second quarter, when its first tables are staged."""
        store, original, reads = bench.copy(), GuardedStream.readinto, [0]

        def fail_late(self: GuardedStream, buffer: Any) -> int:
            if "2019Q1" in self._raw.name and "THER" in self._raw.name:
                reads[0] += 1
                if reads[0] > 5:
                    raise UnreadableFile(f"{self._raw.name} cannot be read: input/output error.")
            return original(self, buffer)

        with monkeypatch.context() as patch:
            patch.setattr(GuardedStream, "readinto", fail_late)
            with pytest.raises(UnreadableFile, match="input/output error"):
                Workspace(store).ingest(bench.newer)
        finished = bench.check_old(store)
        assert finished == 1
        bench.check_continued(store, finished)

    def test_an_xml_file_that_lacks_its_end(
        self, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Reports were handed over already when the end turns out to be missing."""
        store, file = bench.copy(), tmp_path / "1_ADR19Q4.xml"
        before = hashes(store)
        report = (
            "<safetyreport><safetyreportversion>1</safetyreportversion><safetyreportid>{}</safetyreportid>"
            "<receivedate>20191002</receivedate><receiptdate>20191002</receiptdate><patient><reaction>"
            "<reactionmeddrapt>Rash</reactionmeddrapt></reaction><drug><drugcharacterization>1</drugcharacterization>"
            "<medicinalproduct>KRATOM</medicinalproduct></drug></patient></safetyreport>\n"
        )
        header = "<ichicsr><ichicsrmessageheader><messagesenderidentifier>FDA</messagesenderidentifier>"
        body = "".join(report.format(number) for number in range(30_000_000, 30_000_200))
        file.write_text(f"{header}</ichicsrmessageheader>\n{body}")
        monkeypatch.setattr(draft, "BATCH_ROWS", 20)
        with pytest.raises(UnreadableFile, match="cut short"):
            Workspace(store).ingest([file])
        assert hashes(store) == before
        assert bench.check_old(store) == 0
        file.write_text(f"{header}</ichicsrmessageheader>\n{body}</ichicsr>\n")
        assert Workspace(store).ingest([file])["reports"] == 200
        shutil.rmtree(store)
