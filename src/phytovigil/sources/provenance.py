"""What every download leaves: a folder, an archive that was tested, and a record of where a file came from."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from phytovigil.errors import NetworkError, UnreadableFile
from phytovigil.sources.download import Interrupted
from phytovigil.sources.rawfile import CHUNK, guarding, open_archive


def make_folder(folder: Path) -> Path:
    """The folder, made if it was not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NetworkError(f"{folder} cannot be made: {error.strerror or error}.") from error
    return folder


def verify_archive(file: Path, name: str) -> None:
    """Raise Interrupted for a damaged zip archive. name : how messages call it."""
    try:
        with guarding(name), open_archive(file) as archive:
            damaged = archive.testzip()
    except UnreadableFile as error:
        raise Interrupted(error.message.rstrip(".")) from error
    if damaged:
        raise Interrupted(f"its member {damaged} is damaged")


def provenance_path(file: Path) -> Path:
    """Where the provenance of a file lies."""
    return file.with_name(f"{file.name}.provenance.json")


def is_as_fetched(file: Path, **facts: str) -> bool:
    """Whether the file is there as it was when it was fetched, and its provenance states these facts."""
    try:
        said = json.loads(provenance_path(file).read_text(encoding="utf-8"))
        if any(said[key] != value for key, value in facts.items()) or file.stat().st_size != said["size"]:
            return False
        return bool(hash_file(file) == said["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def write_provenance(file: Path, **facts: str | int) -> None:
    """Record where a file came from beside its size and SHA-256, in one rename."""
    staged = provenance_path(file).with_suffix(".json.part")
    try:
        record = {**facts, "sha256": hash_file(file), "size": file.stat().st_size}
        staged.write_text(json.dumps(record, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        os.replace(staged, provenance_path(file))
    except OSError as error:
        raise NetworkError(f"{file.name} has no provenance: {error.strerror or error}.") from error


def hash_file(file: Path) -> str:
    """SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
