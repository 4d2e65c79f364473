"""Paths that a user names, expanded into raw files: folders into their files, zip archives into their members."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from phytovigil.errors import UnreadableFile
from phytovigil.sources.rawfile import RawFile, guarding, open_archive

WORKBOOK_PART = "xl/workbook.xml"
"""The member by which a zip archive is an Excel workbook."""


def open_inputs(paths: Sequence[Path]) -> list[RawFile]:
    """Every file under the paths, in the order given and by name within a folder; none twice, none hidden.

    Raises UnreadableFile for a path that does not exist and for a damaged or suspicious archive.
    """
    found: dict[tuple[Path, str], RawFile] = {}
    for path in paths:
        for raw in expand_path(Path(path)):
            found.setdefault((raw.path.resolve(), raw.member), raw)
    return list(found.values())


def expand_path(path: Path) -> Iterator[RawFile]:
    """The raw files of one path."""
    if path.is_dir():
        for file in walk_folder(path):
            yield from expand_file(file, (path.resolve().name / file.relative_to(path)).as_posix(), given=False)
    else:
        yield from expand_file(path, path.name, given=True)


def walk_folder(folder: Path) -> Iterator[Path]:
    """Files below a folder, by name, without hidden ones; links to folders are not followed."""
    for parent, folders, files in os.walk(folder, onerror=complain):
        folders[:] = sorted(name for name in folders if not is_hidden(name))
        yield from (Path(parent, name) for name in sorted(files) if not is_hidden(name))


def complain(error: OSError) -> None:
    """Say which folder cannot be listed."""
    raise UnreadableFile(f"{error.filename} cannot be listed: {error.strerror}.") from error


def is_hidden(name: str) -> bool:
    """Whether a name belongs to the operating system rather than to the user."""
    return name.startswith(".") or name == "__MACOSX"


def expand_file(path: Path, name: str, *, given: bool) -> Iterator[RawFile]:
    """The file itself, or the members of the archive that it is."""
    with guarding(name):
        size = path.stat().st_size
        if not path.is_file():
            raise UnreadableFile(f"{name} is neither a file nor a folder.")
        with path.open("rb") as stream:
            is_zip = stream.read(4) == b"PK\x03\x04"
        members = list_members(path) if is_zip else []
    if not is_zip or any(member.filename == WORKBOOK_PART for member in members):
        yield RawFile(name, path, "", size, given)
        return
    for member in sorted(members, key=lambda each: each.filename):
        if not member.is_dir() and not any(map(is_hidden, PurePosixPath(member.filename).parts)):
            yield RawFile(f"{name}/{member.filename}", path, member.filename, member.file_size, given=False)


def list_members(path: Path) -> list[zipfile.ZipInfo]:
    """The directory of an archive."""
    with open_archive(path) as archive:
        return archive.infolist()
