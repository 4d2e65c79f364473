"""The cache of derived tables does not grow with every release that is taken in."""

from __future__ import annotations

import os
import time
from pathlib import Path

from phytovigil.store import Store


def make_folder(store: Path, name: str, *, used_hours_ago: float) -> Path:
    folder = store / "derived" / name
    folder.mkdir(parents=True)
    (folder / "cases.parquet").write_bytes(b"rows")
    then = time.time() - 3600 * used_hours_ago
    os.utime(folder, (then, then))
    return folder


def test_only_what_was_not_used_for_long_goes(tmp_path: Path) -> None:
    recent = make_folder(tmp_path, "cases-new", used_hours_ago=0.5)
    stale = make_folder(tmp_path, "cases-old", used_hours_ago=2)
    Store(tmp_path).clear_unused()
    assert recent.is_dir()
    assert not stale.exists()


def test_a_store_without_a_cache_is_left_alone(tmp_path: Path) -> None:
    Store(tmp_path / "none").clear_unused()
    assert not (tmp_path / "none").exists()
