"""Everything of a diary as JSON Lines. The file is NOT encrypted."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phytovigil.errors import DiaryError, InvalidRequest
from phytovigil.followup.diary.chain import Row
from phytovigil.followup.diary.database import query, reading
from phytovigil.followup.diary.lines import write_compact
from phytovigil.followup.diary.rows import Head, read_head, read_rows

if TYPE_CHECKING:
    import apsw

FORMAT = "phytovigil diary export"
VERSION = 1
WARNING = "This file is not encrypted: whoever has it can read it. Keep it safe, and delete it when it has served."
PRIVATE = 0o600


def write_export(connection: apsw.Connection, diary: bytes, path: Path, *, photos: bool) -> int:
    """Write a diary as it is at one moment into a file that must not exist yet; answers the number of entries.

    Raises InvalidRequest, DiaryError; then there is no file.
    """
    if path.exists() or path.is_symlink():
        raise InvalidRequest(f"{path} is already there.", "Name a file that does not exist yet.")
    beside = path.with_name(f"{path.name}.part")
    try:
        with reading(connection):
            count = read_head(connection, diary).sequence
            write_lines(beside, export_lines(connection, diary, photos=photos))
        os.replace(beside, path)
    except OSError as error:
        raise DiaryError(
            f"{path} cannot be written ({error.strerror}).", "Free some space, or name another."
        ) from error
    finally:
        beside.unlink(missing_ok=True)
    return count


def write_lines(path: Path, lines: Iterator[dict[str, Any]]) -> None:
    """Write lines into a new file that only its owner may read, and bring it to the disk."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as out:
        for line in lines:
            out.write(write_compact(line).encode() + b"\n")
        out.flush()
        os.fsync(out.fileno())


def export_lines(connection: apsw.Connection, diary: bytes, *, photos: bool) -> Iterator[dict[str, Any]]:
    """The header, every entry in order of recording, every photo by its hash."""
    yield make_header(connection, read_head(connection, diary), diary, photos=photos)
    for _, row in read_rows(connection):
        yield to_line(row)
    if photos:
        statement = "SELECT sha256, bytes FROM photo WHERE bytes NOT NULL ORDER BY sha256"
        for sha256, data in query(connection, statement):
            yield {"photo": sha256, "base64": base64.b64encode(data).decode("ascii")}


def make_header(connection: apsw.Connection, head: Head, diary: bytes, *, photos: bool) -> dict[str, Any]:
    """What stands in the first line."""
    [(every, kept)] = query(connection, "SELECT count(*), count(bytes) FROM photo")
    carried = kept if photos else 0
    return {
        "format": FORMAT,
        "version": VERSION,
        "warning": WARNING,
        "diary": diary.hex(),
        "entries": head.sequence,
        "head": head.link.hex(),
        "photos": carried,
        "photos_left_out": every - carried,
    }


def to_line(row: Row) -> dict[str, Any]:
    """A row as the mapping that `lines.decode` reads."""
    content = None if row.content is None else json.loads(row.content)
    return {
        "id": row.id,
        "kind": row.kind,
        "at": row.at,
        "recorded": row.recorded,
        "content": content,
        "corrects": row.corrects or "",
        "why": row.why,
    }
