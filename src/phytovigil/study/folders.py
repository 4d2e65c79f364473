"""Write a set of files into a folder with a manifest of their hashes, and compare the folder with it later."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from phytovigil.errors import DamagedStore

MANIFEST = "manifest.json"
PARTIAL = ".partial"


def write_folder(folder: Path, files: Mapping[str, bytes], head: Mapping[str, Any]) -> dict[str, Any]:
    """Write files by their path in the folder, then the manifest. head : what the manifest says besides the files.

    The manifest of an earlier run is removed first and the new one written last: a folder with a manifest is whole.
    Files of the earlier run that this one does not write are removed; files that no manifest names stay.
    """
    old = set(read_manifest(folder)["files"]) if (folder / MANIFEST).is_file() else set()
    (folder / MANIFEST).unlink(missing_ok=True)
    for name in sorted(old - set(files)):
        (folder / name).unlink(missing_ok=True)
    for name, content in files.items():
        replace_file(folder / name, content)
    manifest = {**head, "files": {name: describe_file(content) for name, content in sorted(files.items())}}
    replace_file(folder / MANIFEST, (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode())
    return manifest


def replace_file(file: Path, content: bytes) -> None:
    """Write a file under another name first, so that it is never seen half written."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(file.name + PARTIAL)
    partial.write_bytes(content)
    os.replace(partial, file)


def describe_file(content: bytes) -> dict[str, Any]:
    """Size in bytes and hash."""
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a folder. Raises DamagedStore if there is none, or none that can be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        if not all(is_inside(name) for name in manifest["files"]):
            raise ValueError("it names files outside the folder")
    except FileNotFoundError as error:
        raise DamagedStore(
            f"{folder} has no {MANIFEST}: it is no dossier, or writing it was broken off.",
            "Run the study again.",
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedStore(f"{folder / MANIFEST} cannot be read: {error}.") from error
    return dict(manifest)


def is_inside(name: str) -> bool:
    """Whether a path of a manifest stays within its folder.

    >>> is_inside("figures/forest.svg"), is_inside("../elsewhere"), is_inside("/etc/passwd")
    (True, False, False)
    """
    parts = Path(name).parts
    return bool(parts) and ".." not in parts and not Path(name).is_absolute()


def list_changes(folder: Path, manifest: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Files that differ from the manifest, are missing, or are not in it."""
    for name, described in manifest["files"].items():
        file = folder / name
        if not file.is_file():
            yield {"file": name, "state": "missing", "why": "The manifest names it and it is not there."}
        elif describe_file(file.read_bytes()) != {key: described[key] for key in ("bytes", "sha256")}:
            yield {"file": name, "state": "changed", "why": "Its content differs from the hash in the manifest."}
    known = {*manifest["files"], MANIFEST}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        if (name := file.relative_to(folder).as_posix()) not in known:
            yield {
                "file": name,
                "state": "extra",
                "why": "The manifest does not name it; it is not part of the dossier.",
            }
