"""Putting what is staged in its place, durably: files first, then the manifest in one rename."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from phytovigil.store.engine import explain_os_error
from phytovigil.store.manifest import NAME, RELEASES, Manifest, Release, sync_folder, write_manifest


def publish(
    folder: Path, staging: Path, manifest: Manifest, release: Release, words: Mapping[str, Any] | None
) -> Manifest:
    """Move files into place, then name them in the manifest; before that rename they do not exist for readers."""
    if words:
        place_file(staging / "words.parquet", folder / str(words["file"]))
    place_file(staging / "tables", folder / RELEASES / release.id)
    extended = manifest.with_release(release, words)
    write_manifest(folder, extended)
    return extended


def place_file(staged: Path, target: Path) -> None:
    """Move a file or folder to where it stays, durably; what an interrupted commit left there is replaced."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for file in [staged] if staged.is_file() else sorted(staged.iterdir()):
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
    if target.is_dir():
        shutil.rmtree(target)
    os.replace(staged, target)
    sync_folder(target.parent)


def begin_manifest(folder: Path) -> None:
    """Give a new store its empty manifest."""
    if not (folder / NAME).exists() and not (folder / RELEASES).is_dir():
        try:
            write_manifest(folder, Manifest())
        except OSError as error:
            raise explain_os_error(error) from error


def clean_staging(folder: Path) -> None:
    """Remove what ingests that were killed left behind; called with the lock held."""
    for leftover in (folder / "staging").glob("*"):
        shutil.rmtree(leftover, ignore_errors=True)
