"""What one trial reads: files with their names, alone, in a folder or in an archive."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

FIXED_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Sample:
    """kind : of the seed that it comes from.

    members : name within the folder or archive, and content. archive : its name, "" for plain files.
    torn : (place as a share, byte) pairs that are written over the archive when all is packed.
    """

    kind: str
    members: tuple[tuple[str, bytes], ...]
    archive: str = ""
    torn: tuple[tuple[float, int], ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all members."""
        return sum(len(content) for _, content in self.members)

    def with_content(self, place: int, content: bytes) -> Sample:
        """The same with another content of one member."""
        members = list(self.members)
        members[place] = (members[place][0], content)
        return Sample(self.kind, tuple(members), self.archive, self.torn)

    def write(self, folder: Path) -> Path:
        """Write it below a folder and return the path that a user would name."""
        if self.archive:
            path = folder / self.archive
            path.write_bytes(self.pack())
            return path
        for name, content in self.members:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return folder / self.members[0][0] if len(self.members) == 1 else folder

    def pack(self) -> bytes:
        """The archive's bytes, damaged where they are to be; the same sample gives the same bytes."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name, content in self.members:
                entry = zipfile.ZipInfo(name, FIXED_TIME)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, content)
        packed = bytearray(stream.getvalue())
        for share, byte in self.torn:
            packed[int(share * (len(packed) - 1))] = byte
        return bytes(packed)
