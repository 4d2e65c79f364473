"""A file is compared with its hash once, and again when it was touched."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from phytovigil.store import stamps
from phytovigil.store.stamps import changed_files


@pytest.fixture
def recorded(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "words").mkdir()
    for name in ("a.parquet", "words/b.parquet"):
        (tmp_path / name).write_bytes(name.encode())
    return {name: hashlib.sha256(name.encode()).hexdigest() for name in ("a.parquet", "words/b.parquet")}


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that are read for their hash."""
    read: list[str] = []
    hash_file = stamps.hash_file

    def noted(file: Path) -> str:
        read.append(file.name)
        return hash_file(file)

    monkeypatch.setattr(stamps, "hash_file", noted)
    return read


def test_intact_files_are_read_once(tmp_path: Path, recorded: dict[str, str], reads: list[str]) -> None:
    assert changed_files(tmp_path, recorded) == []
    assert reads == ["a.parquet", "b.parquet"]
    assert changed_files(tmp_path, recorded) == []
    assert len(reads) == 2


def test_a_touched_file_is_read_again(tmp_path: Path, recorded: dict[str, str], reads: list[str]) -> None:
    changed_files(tmp_path, recorded)
    os.utime(tmp_path / "a.parquet", ns=(1, 1))
    assert changed_files(tmp_path, recorded) == []
    assert reads == ["a.parquet", "b.parquet", "a.parquet"]


def test_a_change_that_keeps_size_and_time_is_told(tmp_path: Path, recorded: dict[str, str]) -> None:
    changed_files(tmp_path, recorded)
    file = tmp_path / "a.parquet"
    times = file.stat().st_atime_ns, file.stat().st_mtime_ns
    file.write_bytes(b"A.parquet")
    os.utime(file, ns=times)
    assert changed_files(tmp_path, recorded) == ["a.parquet"]
    file.write_bytes(b"a.parquet")
    assert changed_files(tmp_path, recorded) == []


def test_a_missing_file_is_told(tmp_path: Path, recorded: dict[str, str]) -> None:
    changed_files(tmp_path, recorded)
    (tmp_path / "words" / "b.parquet").unlink()
    assert changed_files(tmp_path, recorded) == ["words/b.parquet"]


def test_another_recorded_hash_asks_again(tmp_path: Path, recorded: dict[str, str]) -> None:
    changed_files(tmp_path, recorded)
    assert changed_files(tmp_path, {**recorded, "a.parquet": "00"}) == ["a.parquet"]


@pytest.mark.parametrize("content", ["", "[]", "{", '{"a.parquet": 3}', "\0"])
def test_stamps_that_say_nothing_are_made_anew(
    tmp_path: Path, recorded: dict[str, str], reads: list[str], content: str
) -> None:
    (tmp_path / "stamps.json").write_text(content)
    assert changed_files(tmp_path, recorded) == []
    assert reads == ["a.parquet", "b.parquet"]
    assert set(json.loads((tmp_path / "stamps.json").read_text())) == set(recorded)


def test_files_that_are_gone_are_forgotten(tmp_path: Path, recorded: dict[str, str]) -> None:
    changed_files(tmp_path, recorded)
    (tmp_path / "a.parquet").unlink()
    (tmp_path / "c.parquet").write_bytes(b"c")
    changed_files(tmp_path, {"c.parquet": hashlib.sha256(b"c").hexdigest()})
    assert set(json.loads((tmp_path / "stamps.json").read_text())) == {"words/b.parquet", "c.parquet"}


def test_a_store_that_cannot_be_written_is_read_each_time(
    tmp_path: Path, recorded: dict[str, str], reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(stamps.os, "replace", refuse)
    assert changed_files(tmp_path, recorded) == changed_files(tmp_path, recorded) == []
    assert len(reads) == 4
