"""One raw file, alone or inside a zip archive, as a guarded stream of bytes."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from phytovigil.errors import UnreadableFile

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 1 << 18
"""Bytes read at a time."""

HEAD = 1 << 16
"""Bytes of a file that are looked at to recognise it."""

MOST_SWELLING = 200
"""Bytes that one archived byte may become; deflate reaches 1032, real reports 5 to 20."""

ALWAYS_ALLOWED = 10_000_000
"""Bytes below which swelling is not looked at: nothing this small does harm."""

MOST_MEMBERS = 10_000
"""Members of an archive."""


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file that may hold reports.

    name : how ledgers call it, for example "CAERS.zip/CAERS.csv".
    path : the file on disk. member : the member of that zip archive, or "".
    size : bytes, uncompressed. given : whether the user named it, rather than a folder or an archive it is in.
    """

    name: str
    path: Path
    member: str
    size: int
    given: bool = True

    def open(self) -> BinaryIO:
        """The uncompressed bytes. Whatever goes wrong, now or while reading, is an UnreadableFile."""
        return io.BufferedReader(GuardedStream(self), CHUNK)

    def head(self) -> bytes:
        """The first bytes, by which a reader recognises the file."""
        with self.open() as stream:
            return stream.read(HEAD)

    def sha256(self) -> str:
        """Identity of the data, whether zipped or not: SHA-256 of the uncompressed bytes, in hex."""
        digest = hashlib.sha256()
        with self.open() as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
        return digest.hexdigest()


class GuardedStream(io.RawIOBase):
    """Bytes of a raw file; errors of the disk, of the archive and of its compression become UnreadableFile."""

    def __init__(self, raw: RawFile) -> None:
        super().__init__()
        self._raw = raw
        self._archive: zipfile.ZipFile | None = None
        with guarding(raw.name):
            if raw.member:
                self._archive = open_archive(raw.path)
                self._inner: BinaryIO = self._archive.open(raw.member)  # type: ignore[assignment]
            else:
                self._inner = raw.path.open("rb", buffering=0)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill the buffer as far as there are bytes."""
        view = memoryview(buffer).cast("B")
        with guarding(self._raw.name):
            return self._inner.readinto(view) or 0  # type: ignore[attr-defined]

    def close(self) -> None:
        """Close the file, and the archive around it."""
        if not self.closed:
            inner = getattr(self, "_inner", None)
            if inner is not None:
                inner.close()
            if self._archive is not None:
                self._archive.close()
        super().close()


@contextmanager
def guarding(name: str) -> Iterator[None]:
    """Turn what goes wrong while a file is read into one line for the user."""
    try:
        yield
    except FileNotFoundError as error:
        raise UnreadableFile(f"There is no file or folder {name}.", "Check the path.") from error
    except OSError as error:
        raise UnreadableFile(f"{name} cannot be read: {error.strerror or error}.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        raise UnreadableFile(f"{name} is damaged or cut short ({error}).", "Download it again.") from error
    except RuntimeError as error:
        raise UnreadableFile(
            f"{name} is encrypted, or compressed in a way that is not supported ({error}).",
            "Unpack it and give the unpacked file.",
        ) from error


def open_archive(path: Path) -> zipfile.ZipFile:
    """A zip archive that is no bomb, judged by what it announces; what it delivers beyond that is never read.

    Python stops a member at its announced size and then finds the checksum wrong, so a lie about the size ends
    as a damaged archive.
    """
    archive = zipfile.ZipFile(path)
    try:
        refuse_bomb(archive, path.name, path.stat().st_size)
    except UnreadableFile:
        archive.close()
        raise
    return archive


def refuse_bomb(archive: zipfile.ZipFile, name: str, packed: int) -> None:
    """Raise UnreadableFile for an archive that announces more than reports ever swell to."""
    members = archive.infolist()
    swollen = sum(member.file_size for member in members)
    if len(members) <= MOST_MEMBERS and (swollen <= ALWAYS_ALLOWED or swollen <= packed * MOST_SWELLING):
        return
    raise UnreadableFile(
        f"{name} announces {len(members)} files of {swollen:,} bytes out of {packed:,} packed bytes; "
        f"no archive of reports does that.",
        f"If you trust it, unpack it and give the unpacked files (the limit is {MOST_SWELLING} to 1).",
    )
