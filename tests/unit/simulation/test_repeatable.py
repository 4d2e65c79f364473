"""The same request writes the same bytes; another seed does not."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from phytovigil.simulation import simulate, writer

Read = Callable[[Path], dict[str, bytes]]
PROGRAM = """
import sys
from pathlib import Path
from phytovigil.simulation import simulate
simulate(Path(sys.argv[1]), reports=700, quarters=["2004Q4", "2020Q1"], seed=2, zipped=True)
"""


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_same_bytes_in_another_process(tmp_path: Path, contents: Read, hash_seed: str) -> None:
    simulate(tmp_path / "here", reports=700, quarters=["2004Q4", "2020Q1"], seed=2, zipped=True)
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path / "there")], check=True, env=environment)
    here = contents(tmp_path / "here")
    assert "faers_ascii_2020Q1.zip" in here
    assert here == contents(tmp_path / "there")


def test_size_of_chunks_changes_nothing(tmp_path: Path, contents: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    simulate(tmp_path / "large", reports=500, quarters=["2010Q1", "2020Q1"], seed=2)
    monkeypatch.setattr(writer, "CHUNK_REPORTS", 33)
    simulate(tmp_path / "small", reports=500, quarters=["2010Q1", "2020Q1"], seed=2)
    assert contents(tmp_path / "large") == contents(tmp_path / "small")


@pytest.mark.parametrize("seed", [3, 2 + 2**32, 2 + 2**62])
def test_another_seed_writes_other_reports(tmp_path: Path, contents: Read, seed: int) -> None:
    simulate(tmp_path / "first", reports=50, quarters=["2020Q1"], seed=2)
    simulate(tmp_path / "second", reports=50, quarters=["2020Q1"], seed=seed)
    name = "faers_ascii_2020Q1/ascii/DRUG20Q1.txt"
    assert contents(tmp_path / "first")[name] != contents(tmp_path / "second")[name]


def test_archive_holds_what_the_folder_holds(tmp_path: Path, contents: Read) -> None:
    simulate(tmp_path / "open", reports=300, quarters=["2020Q1"], seed=2)
    simulate(tmp_path / "zipped", reports=300, quarters=["2020Q1"], seed=2, zipped=True)
    assert not (tmp_path / "zipped" / "faers_ascii_2020Q1").exists()
    with zipfile.ZipFile(tmp_path / "zipped" / "faers_ascii_2020Q1.zip") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        held = {name: archive.read(name) for name in archive.namelist()}
    assert "ascii/DEMO20Q1.txt" in held
    assert held == contents(tmp_path / "open" / "faers_ascii_2020Q1")


def test_progress_is_told_to_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "CHUNK_REPORTS", 40)
    told: list[tuple[int, int]] = []
    simulate(
        tmp_path / "out",
        reports=100,
        quarters=["2020Q1", "2020Q2"],
        seed=2,
        progress=lambda done, all_: told.append((done, all_)),
    )
    assert told == [(40, 100), (50, 100), (90, 100), (100, 100)]
