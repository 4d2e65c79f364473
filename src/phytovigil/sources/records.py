"""CSV records out of raw bytes. A damaged line is named and put aside; it never takes its neighbours with it."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from phytovigil.sources.reasons import Reason

LONGEST_LINE = 131_072
"""Bytes of one line, and characters of one record; no report of the known sources has a tenth of it."""

MOST_LINES = 50
"""Lines that one quoted value may span before the opening quotation mark is taken for a stray one."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """A physical line: its 1-based number, its text, and the reason if it cannot be read; bytes read so far."""

    number: int
    text: str
    reason: Reason | None
    bytes_read: int


class Record(NamedTuple):
    """A record of a table: where it starts, its raw text, its fields, and the reason if it cannot be read."""

    line: int
    raw: str
    fields: list[str]
    reason: Reason | None
    bytes_read: int


def read_lines(stream: BinaryIO) -> Iterator[Line]:
    """Physical lines, without their ends; an over-long line is cut and named, not held in memory."""
    bytes_read = number = 0
    while chunk := stream.readline(LONGEST_LINE):
        number += 1
        bytes_read += len(chunk)
        if number == 1:
            chunk = chunk.removeprefix(BYTE_ORDER_MARK)
        if len(chunk) == LONGEST_LINE and not chunk.endswith(b"\n"):
            bytes_read += skip_line(stream)
            yield Line(number, chunk.decode("latin-1"), Reason.LINE_TOO_LONG, bytes_read)
        else:
            yield decode_line(number, chunk.rstrip(b"\r\n"), bytes_read)


def skip_line(stream: BinaryIO) -> int:
    """Read on to the end of the line; the number of bytes passed over."""
    passed = 0
    while chunk := stream.readline(LONGEST_LINE):
        passed += len(chunk)
        if chunk.endswith(b"\n"):
            break
    return passed


def decode_line(number: int, line: bytes, bytes_read: int) -> Line:
    """UTF-8, else Windows-1252: files mix both, line by line.

    >>> decode_line(1, b"CAF\\xc9", 4).text, decode_line(1, "CAFÉ".encode(), 5).text
    ('CAFÉ', 'CAFÉ')
    """
    if b"\0" in line:
        return Line(number, line.decode("latin-1"), Reason.NUL_BYTE, bytes_read)
    try:
        return Line(number, line.decode(), None, bytes_read)
    except UnicodeDecodeError:
        pass
    try:
        return Line(number, line.decode("cp1252"), None, bytes_read)
    except UnicodeDecodeError:
        return Line(number, line.decode("latin-1"), Reason.UNDECODABLE, bytes_read)


class OpenQuote(Exception):
    """The text ends inside a quoted value."""


class StrayQuote(Exception):
    """A quoted value goes on after its closing quotation mark."""


def split_fields(text: str) -> list[str]:
    """Fields of one record, strictly after RFC 4180; raises OpenQuote or StrayQuote.

    >>> split_fields('1,"A, B",12" PIZZA')
    ['1', 'A, B', '12" PIZZA']
    """
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader((text,), strict=True))
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise OpenQuote from None
        raise StrayQuote from None


def split_loosely(text: str) -> list[str]:
    """Fields as well as they can be told apart."""
    try:
        return next(csv.reader((text,)), [])
    except csv.Error:
        return []


class RecordReader:
    """Records of a comma-separated file, after its header.

    columns : number of columns of the header.
    starts_record : whether fields of a line look like a whole record; guards a quoted value that spans lines.
    """

    def __init__(self, lines: Iterator[Line], columns: int, starts_record: Callable[[list[str]], bool]) -> None:
        self._lines, self._columns, self._starts_record = lines, columns, starts_record
        self._waiting: deque[Line] = deque()

    def __iter__(self) -> Iterator[Record]:
        while line := self._next_line():
            if line.reason is None and not line.text.strip():
                continue
            yield self._read_record(line)

    def _next_line(self) -> Line | None:
        return self._waiting.popleft() if self._waiting else next(self._lines, None)

    def _read_record(self, line: Line) -> Record:
        number, text, reason, bytes_read = line
        if reason:
            return Record(number, text, [], reason, bytes_read)
        try:
            fields = split_fields(text.replace("\r", " ") if "\r" in text else text)
        except OpenQuote:
            return self._read_across_lines(line)
        except StrayQuote:
            return Record(number, text, [], Reason.UNBALANCED_QUOTE, bytes_read)
        if len(fields) != self._columns:
            return Record(number, text, fields, Reason.WRONG_COLUMN_COUNT, bytes_read)
        return Record(number, text, fields, None, bytes_read)

    def _read_across_lines(self, first: Line) -> Record:
        """A record whose quoted value holds line ends; the first line alone is put aside if it never closes."""
        taken: list[Line] = []
        text = first.text
        while len(taken) < MOST_LINES and len(text) < LONGEST_LINE:
            line = self._next_line()
            if line is None:
                break
            taken.append(line)
            if line.reason or self._starts_record(split_loosely(line.text)):
                break
            text = f"{text}\n{line.text}"
            if '"' not in line.text:
                continue
            try:
                fields = split_fields(text)
            except OpenQuote:
                continue
            except StrayQuote:
                break
            if len(fields) != self._columns:
                break
            return Record(first.number, text, fields, None, line.bytes_read)
        self._waiting.extendleft(reversed(taken))
        return Record(first.number, first.text, [], Reason.UNBALANCED_QUOTE, first.bytes_read)
