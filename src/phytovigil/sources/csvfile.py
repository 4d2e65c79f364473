"""A comma-separated file: its line ends, its header, its records."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from phytovigil.sources.rawfile import CHUNK, HEAD, RawFile
from phytovigil.sources.records import (
    BYTE_ORDER_MARK,
    Line,
    Record,
    RecordReader,
    decode_line,
    read_lines,
    split_loosely,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


def has_lone_returns(head: bytes) -> bool:
    """Whether most lines end in carriage returns alone, as on old Macintosh computers."""
    line_feeds = head.count(b"\n")
    return head.count(b"\r") - head.count(b"\r\n") > line_feeds


def first_line(head: bytes) -> str:
    """The first line of a file that is not blank, decoded; "" if it is not text."""
    lines = head.removeprefix(BYTE_ORDER_MARK).replace(b"\r", b"\n").split(b"\n", 20)
    line = next((each for each in lines if each.strip()), b"")
    decoded = decode_line(1, line, len(line))
    return "" if decoded.reason else decoded.text


def read_header(head: bytes) -> list[str]:
    """The fields of the first line of a comma-separated file."""
    return [field.strip() for field in split_loosely(first_line(head))]


class LoneReturns(io.RawIOBase):
    """A stream with carriage returns turned into line feeds."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill the buffer as far as there are bytes."""
        view = memoryview(buffer).cast("B")
        chunk = self._stream.read(len(view)).replace(b"\r", b"\n")
        view[: len(chunk)] = chunk
        return len(chunk)


@dataclass
class CsvTable:
    """An open comma-separated file behind its header."""

    header: list[str]
    lines: Iterator[Line]

    def records(self, starts_record: Callable[[list[str]], bool]) -> Iterator[Record]:
        """The records that follow the header; see RecordReader."""
        return iter(RecordReader(self.lines, len(self.header), starts_record))


@contextmanager
def open_table(raw: RawFile) -> Iterator[CsvTable]:
    """Open a comma-separated file and read its header, the first line that is not blank."""
    with raw.open() as stream:
        source: BinaryIO = stream
        if has_lone_returns(stream.peek(HEAD)[:HEAD]):  # type: ignore[attr-defined]
            source = io.BufferedReader(LoneReturns(stream), CHUNK)
        lines = read_lines(source)
        header = next((line for line in lines if line.text.strip()), None)
        if header is None:
            yield CsvTable([], iter(()))
        else:
            yield CsvTable([field.strip() for field in split_loosely(header.text)], lines)
