"""Which files have been compared with their hash already: each is read for that once, and again when it was touched.

A stamp is what the file system says of a file (size, times of its content and of its entry) beside the hash that it had
then. As long as it says the same, the file is taken for unchanged; `phytovigil releases --verify` reads every byte.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from phytovigil.store.tables import hash_file

NAME = "stamps.json"

Stamp = list[int | str]


def changed_files(store: Path, recorded: Mapping[str, str]) -> list[str]:
    """Names of files that are missing or differ from their recorded hash. Files compared before are not read again."""
    stamps = read_stamps(store)
    fresh: dict[str, Stamp] = {}
    changed = []
    for name, sha256 in recorded.items():
        stamp = stamp_of(store / name, sha256)
        if stamp is None:
            changed.append(name)
        elif stamps.get(name) != stamp:
            if hash_file(store / name) == sha256:
                fresh[name] = stamp
            else:
                changed.append(name)
    if fresh:
        write_stamps(store, {**existing(store, stamps), **fresh})
    return changed


def stamp_of(file: Path, sha256: str) -> Stamp | None:
    """The stamp of a file, or None if it is not there."""
    try:
        facts = file.stat()
    except OSError:
        return None
    return [facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, sha256]


def existing(store: Path, stamps: Mapping[str, Stamp]) -> dict[str, Stamp]:
    """The stamps of files that are still there."""
    return {name: stamp for name, stamp in stamps.items() if (store / name).exists()}


def read_stamps(store: Path) -> dict[str, Stamp]:
    """The stamps that were noted; none if there are none, or none that can be read."""
    try:
        noted = json.loads((store / NAME).read_text(encoding="utf-8"))
        return noted if isinstance(noted, dict) else {}
    except (OSError, ValueError):
        return {}


def write_stamps(store: Path, stamps: Mapping[str, Stamp]) -> None:
    """Note the stamps in one rename. A store that cannot be written goes without; its files are read each time."""
    draft = store / f"stamps-{secrets.token_hex(8)}.draft"
    with suppress(OSError):
        draft.write_text(json.dumps(stamps, indent=0, sort_keys=True), encoding="utf-8")
        os.replace(draft, store / NAME)


def read_hashes(folder: Path) -> dict[str, str]:
    """The hashes that were noted of the files of a folder of the cache; none if they cannot be read."""
    try:
        noted = json.loads((folder / "hashes.json").read_text(encoding="utf-8"))
        return {str(name): str(sha256) for name, sha256 in noted.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def write_hashes(folder: Path, tables: Iterable[str]) -> None:
    """Note the hashes of the tables of a folder of the cache."""
    hashes = {f"{name}.parquet": hash_file(folder / f"{name}.parquet") for name in tables}
    (folder / "hashes.json").write_text(json.dumps(hashes, indent=0, sort_keys=True), encoding="utf-8")
