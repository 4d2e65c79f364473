"""What every reader is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from phytovigil.schema.reports import Batch
from phytovigil.sources.rawfile import RawFile


class Reader(ABC):
    """A file format of a source.

    name : of the format. source : name of the data set that it carries. title, description : for people.
    """

    name: ClassVar[str]
    source: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str]

    @abstractmethod
    def accepts(self, raw: RawFile, head: bytes) -> bool:
        """Whether the file is of this format, judged by its content: the head is its first 64 KB."""

    def release_of(self, raw: RawFile) -> str:
        """What files that make up one release have in common; unless a reader says otherwise, each is its own."""
        return f"{raw.path}/{raw.member}"

    def release_date(self, raw: RawFile) -> str | None:
        """Date (ISO) of the release that the file's name tells; None where only its rows can."""
        return None

    @abstractmethod
    def read(self, raw: RawFile, *, today: date | None = None) -> Iterator[Batch]:
        """The file as batches of about 20,000 raw rows, in file order; rows kept + quarantined = rows read.

        today : the day after which no report can have been received; the computer's own date unless given.
        Raises UnreadableFile where the file ends, swells or breaks; what was yielded before is then not a whole.
        """
