"""The database: SQLite, every page of it encrypted and authenticated (ChaCha20-Poly1305, SQLite3 Multiple Ciphers).

A rollback journal with `synchronous=EXTRA`: what is confirmed stands in the database itself and on the disk, and its
journal is gone from the folder for good. A write-ahead log was not taken: an entry would stand in the log only, and
a log that is damaged is cut short in silence. Pages of the journal are encrypted, too; all else that SQLite would
put aside stays in memory.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from phytovigil.errors import DamagedDiary, DiaryBusy, DiaryError, MissingLibrary, NewerDiary

if TYPE_CHECKING:
    import apsw

NAME = "diary.db"
CIPHER = "chacha20"
PAGE_BYTES = 8192
NAME_BYTES = 16
BUSY_MILLISECONDS = 20_000
APPLICATION = 0x50687644
VERSION = 1
PRIVATE = 0o600
PLAIN_SQLITE = b"SQLite format 3\0"

SETTINGS = {
    "temp_store": "memory",
    "synchronous": "extra",
    "fullfsync": "on",
    "foreign_keys": "on",
    "trusted_schema": "off",
    "cell_size_check": "on",
    "mmap_size": 0,
    "cache_size": -32_000,
}

TABLES = """
CREATE TABLE entry (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    recorded TEXT NOT NULL,
    content TEXT,
    corrects TEXT REFERENCES entry (id),
    why TEXT NOT NULL,
    link BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX replaced_once ON entry (corrects) WHERE corrects IS NOT NULL;
CREATE TABLE photo (sha256 TEXT NOT NULL PRIMARY KEY, bytes BLOB) STRICT;
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entry_is_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
CREATE TRIGGER photo_stays BEFORE UPDATE ON photo WHEN OLD.bytes IS NOT NULL OR NEW.sha256 <> OLD.sha256
    BEGIN SELECT RAISE(ABORT, 'photos are never changed'); END;
CREATE TRIGGER photo_is_kept BEFORE DELETE ON photo BEGIN SELECT RAISE(ABORT, 'photos are never deleted'); END;
"""
"""bytes of a photo: NULL where an import left them out. corrects: an entry is replaced once, so that none forks."""


def create_database(folder: Path, key: bytes, diary: bytes) -> None:
    """Write an empty database that only its owner may read."""
    path = folder / NAME
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE))
    connection = connect(path, key, diary)
    try:
        with explaining(path):
            settle(connection)
            connection.pragma("page_size", PAGE_BYTES)
            connection.pragma("application_id", APPLICATION)
            connection.pragma("user_version", VERSION)
            connection.execute(f"BEGIN IMMEDIATE; {TABLES} COMMIT")
    finally:
        connection.close()


def connect(path: Path, key: bytes, diary: bytes) -> apsw.Connection:
    """A connection with its key; nothing is read yet."""
    library = load_apsw()
    with explaining(path):
        connection: apsw.Connection = library.Connection(str(path.resolve()), flags=library.SQLITE_OPEN_READWRITE)
        connection.set_busy_timeout(BUSY_MILLISECONDS)
        connection.pragma("cipher", CIPHER)
        connection.pragma("key", f"raw:{key.hex()}{diary.hex()}")
    return connection


def settle(connection: apsw.Connection) -> None:
    """Give a connection its settings, some of which read the first page."""
    for name, value in SETTINGS.items():
        connection.pragma(name, value)


def open_database(folder: Path, key: bytes, diary: bytes) -> apsw.Connection:
    """The database of a diary, after a look at its first page, size and version.

    Raises DamagedDiary, NewerDiary, DiaryBusy, DiaryError, MissingLibrary.
    """
    path = folder / NAME
    if not path.is_file():
        raise damaged("it is missing")
    if path.stat().st_size < PAGE_BYTES:
        raise damaged("it is cut short, hardly anything is left of it")
    connection = connect(path, key, diary)
    try:
        check_beginning(connection, path, key, diary)
        settle(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def check_beginning(connection: apsw.Connection, path: Path, key: bytes, diary: bytes) -> None:
    """Raise what is wrong with a database as far as its first page and its size tell."""
    apsw = load_apsw()
    try:
        with explaining(path, but=(apsw.NotADBError, apsw.CorruptError)), reading(connection):
            version, application = connection.pragma("user_version"), connection.pragma("application_id")
            size, pages = path.stat().st_size, connection.pragma("page_count")
    except (apsw.NotADBError, apsw.CorruptError):
        raise damaged(explain_beginning(path, key, diary)) from None
    if application == APPLICATION and version > VERSION:
        raise NewerDiary(f"The database has format {version}; this program knows {VERSION}.", "Update the program.")
    if (application, version) != (APPLICATION, VERSION):
        raise damaged("it holds something else than a diary")
    if size < pages * PAGE_BYTES:
        raise damaged("it is cut short, its end is missing")
    if size > pages * PAGE_BYTES:
        raise damaged(f"it has {size:,} bytes where {pages * PAGE_BYTES:,} were written")


def explain_beginning(path: Path, key: bytes, diary: bytes) -> str:
    """Why a database cannot be read from its beginning."""
    beginning = read_beginning(path)
    if beginning == PLAIN_SQLITE:
        return "a database that is not encrypted stands in its place"
    if is_readable_though_short(path, key, diary):
        return "it is cut short, its end is missing"
    if beginning != diary:
        return "its beginning is altered, or it is the database of another diary"
    return "its first page fails its authentication, so it is altered or damaged"


def read_beginning(path: Path) -> bytes:
    """The first bytes, by SQLite's own hand: a plain `open` and `close` would drop the locks of this whole process."""
    apsw = load_apsw()
    flags = [apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_MAIN_DB, 0]
    file = apsw.VFSFile(apsw.vfs_names()[0], str(path.resolve()), flags)
    try:
        return bytes(file.xRead(NAME_BYTES, 0))
    except apsw.Error:
        return b""
    finally:
        file.xClose()


def is_readable_though_short(path: Path, key: bytes, diary: bytes) -> bool:
    """Whether the first page is sound, and only says more pages than there are.

    With `writable_schema` SQLite takes a file that is shorter than its first page says.
    """
    connection = connect(path, key, diary)
    try:
        connection.pragma("query_only", True)
        connection.pragma("writable_schema", True)
        return bool(connection.pragma("page_count"))
    except load_apsw().Error:
        return False
    finally:
        connection.close()


def query(connection: apsw.Connection, statement: str, values: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Rows of a statement, one after the other."""
    yield from connection.execute(statement, values)


@contextmanager
def reading(connection: apsw.Connection) -> Iterator[None]:
    """One unchanging view of the database."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        end_transaction(connection, "ROLLBACK")


@contextmanager
def writing(connection: apsw.Connection, path: Path) -> Iterator[None]:
    """One transaction, alone from its first statement on: all of it is written, or nothing."""
    with explaining(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            end_transaction(connection, "ROLLBACK")
            raise


def end_transaction(connection: apsw.Connection, how: str) -> None:
    """End a transaction, which SQLite may have ended by itself on an error."""
    if connection.in_transaction:
        connection.execute(how)


@contextmanager
def explaining(path: Path, but: tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """Turn errors of SQLite into errors of a diary. but : errors that the caller explains."""
    apsw = load_apsw()
    try:
        yield
    except but:
        raise
    except (apsw.NotADBError, apsw.CorruptError):
        raise damaged("a page fails its authentication, so it is altered or damaged") from None
    except (apsw.BusyError, apsw.LockedError):
        raise DiaryBusy("Another program is writing to the diary.", "Try again when it has finished.") from None
    except apsw.FullError:
        raise DiaryError("The disk is full.", "Free some space; the diary is as it was.") from None
    except (apsw.ReadOnlyError, apsw.CantOpenError, apsw.PermissionsError) as error:
        raise DiaryError(f"{path} cannot be opened or written ({error}).", "See to its permissions.") from None
    except apsw.IOError as error:
        raise DiaryError(
            f"{path} cannot be written or read ({error}).", "See to the disk and its free space, then open it again."
        ) from None


def damaged(what: str) -> DamagedDiary:
    """The error of a database that cannot be trusted."""
    return DamagedDiary(
        f"The database ({NAME}) of the diary is damaged: {what}.",
        "It was left as it is. Put the folder back from a copy.",
    )


@cache
def load_apsw() -> ModuleType:
    """The library of the database; raises MissingLibrary, also for a build of it that cannot encrypt."""
    try:
        import apsw
    except ImportError as error:
        raise MissingLibrary("A diary", "apsw-sqlite3mc", "follow") from error
    if not hasattr(apsw, "mc_version"):
        raise MissingLibrary("A diary", "apsw-sqlite3mc (apsw alone does not encrypt)", "follow")
    return apsw
