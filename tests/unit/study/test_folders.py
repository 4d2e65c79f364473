"""A folder with a manifest is whole; every later change is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phytovigil.errors import DamagedStore
from phytovigil.study import folders
from phytovigil.study.folders import MANIFEST, list_changes, read_manifest, write_folder

FILES = {"a.txt": b"one", "deep/b.txt": b"two"}


def test_what_was_written_is_what_the_manifest_says(tmp_path: Path) -> None:
    made = write_folder(tmp_path, FILES, {"schema": "x"})
    assert read_manifest(tmp_path) == made
    assert made["files"]["a.txt"] == {
        "bytes": 3,
        "sha256": "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed",
    }
    assert list(list_changes(tmp_path, made)) == []


def test_changed_missing_and_extra_files_are_told(tmp_path: Path) -> None:
    made = write_folder(tmp_path, {**FILES, "c.txt": b"three"}, {})
    (tmp_path / "a.txt").write_bytes(b"eno")
    (tmp_path / "deep/b.txt").unlink()
    (tmp_path / "d.txt").write_bytes(b"")
    found = {change["file"]: change["state"] for change in list_changes(tmp_path, made)}
    assert found == {"a.txt": "changed", "deep/b.txt": "missing", "d.txt": "extra"}


def test_files_of_the_earlier_run_go_and_a_strangers_file_stays(tmp_path: Path) -> None:
    write_folder(tmp_path, FILES, {})
    (tmp_path / "own.txt").write_text("mine")
    write_folder(tmp_path, {"a.txt": b"new"}, {})
    assert sorted(file.name for file in tmp_path.rglob("*") if file.is_file()) == ["a.txt", MANIFEST, "own.txt"]


def test_a_run_that_is_broken_off_leaves_no_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_folder(tmp_path, FILES, {})
    written = []

    def stop_at_second(file: Path, content: bytes) -> None:
        written.append(file)
        if len(written) == 2:
            raise KeyboardInterrupt
        file.write_bytes(content)

    monkeypatch.setattr(folders, "replace_file", stop_at_second)
    with pytest.raises(KeyboardInterrupt):
        write_folder(tmp_path, {"a.txt": b"1", "c.txt": b"2"}, {})
    with pytest.raises(DamagedStore, match="has no manifest"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", ""])
def test_a_manifest_that_points_outside_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / MANIFEST).write_text(json.dumps({"files": {name: {"bytes": 1, "sha256": ""}}}))
    with pytest.raises(DamagedStore, match="outside the folder"):
        read_manifest(tmp_path)
