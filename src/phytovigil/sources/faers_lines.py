"""Clean lines out of a FAERS table: what is certain is repaired, what is not is put aside, the rest passes untouched.

A file of hundreds of megabytes is looked at as arrays of bytes; only the few lines that stand out are taken apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from phytovigil.sources.faers_layouts import Layout
from phytovigil.sources.faers_repair import LONGEST_LINE, Note, Repairer
from phytovigil.sources.rawfile import HEAD

BLOCK = 1 << 24
"""Bytes looked at together."""

NEWLINE, RETURN, DOLLAR, BLANK, DELETE = 10, 13, 36, 32, 127

PLAIN = bytes([NEWLINE, RETURN, *range(BLANK, DELETE), *range(DELETE + 1, 256)])
"""Every byte but control characters."""

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Block:
    """Whole rows of a file, each with `delimiters` delimiters.

    content : UTF-8 text, a line feed after each row. lines : 1-based line of each row in the raw file.
    refused : rows put aside. notes : what was refused or repaired. bytes_read : of the raw file so far.
    """

    content: bytes
    lines: Places
    refused: int
    notes: tuple[Note, ...]
    bytes_read: int

    @property
    def is_filled(self) -> bool:
        """Whether there is anything in it to keep or to tell."""
        return bool(self.lines.size or self.refused or self.notes)


@dataclass
class Pieces:
    """A block while it is put together."""

    parts: list[bytes | memoryview] = field(default_factory=list)
    lines: list[Places] = field(default_factory=list)
    refused: int = 0
    notes: list[Note] = field(default_factory=list)
    undecided: int = 0

    def add(self, part: bytes | memoryview, lines: Places) -> None:
        """Add rows with their lines."""
        self.parts.append(part)
        self.lines.append(lines)


def read_blocks(stream: BinaryIO, layout: Layout, delimiters: int) -> Iterator[Block]:
    """Blocks of a table whose header has been read from the stream already; none is empty.

    delimiters : how many each row of a block shall have; rows that have others are brought to it if that is certain.
    """
    start = stream.read(HEAD)
    repairer = Repairer(layout, delimiters, majority_delimiters(start, layout, delimiters))
    line, bytes_read, held, rest = 2, 0, b"", b""
    chunks = read_chunks(start, stream)
    for chunk in chunks:
        bytes_read += len(chunk)
        text = rest + chunk
        cut = text.rfind(b"\n") + 1
        text, rest = text[:cut], text[cut:]
        if len(rest) > LONGEST_LINE:
            text, rest = text + rest + b"\n", skip_line(chunks)
        if text:
            block, line, held = clean(held + text, line, repairer, bytes_read, more=True)
            yield from (block,) if block.is_filled else ()
    if held or rest:
        text = held + rest if rest.endswith(b"\n") or not rest else held + rest + b"\n"
        block, _, _ = clean(text, line, repairer, bytes_read, more=False)
        yield from (block,) if block.is_filled else ()


def majority_delimiters(start: bytes, layout: Layout, announced: int) -> int:
    """How many delimiters most rows have, one more than part the columns where rows end in one.

    The first row alone may be damaged. start : the first bytes below the header. announced : decides between equals.
    """
    rows = [line.rstrip(b"\r") for line in start.split(b"\n")]
    counts = [(row.count(b"$"), row.endswith(b"$")) for row in rows]
    trailing, plain = counts.count((layout.width, True)), sum(count == layout.width - 1 for count, _ in counts)
    if trailing and trailing == plain:
        return announced
    return layout.width if trailing > plain else layout.width - 1


def read_chunks(start: bytes, stream: BinaryIO) -> Iterator[bytes]:
    """Pieces of a stream of which the start has been read already."""
    for place in range(0, len(start), BLOCK):
        yield start[place : place + BLOCK]
    while chunk := stream.read(BLOCK):
        yield chunk


def skip_line(chunks: Iterator[bytes]) -> bytes:
    """Read on past the end of a line that is too long to be one; what follows it in the last chunk."""
    for chunk in chunks:
        _, newline, rest = chunk.partition(b"\n")
        if newline:
            return rest
    return b""


def clean(text: bytes, first: int, repairer: Repairer, bytes_read: int, *, more: bool) -> tuple[Block, int, bytes]:
    """One block of whole lines, the number of the line after it, and lines that must be read with what follows.

    more : whether anything follows.
    """
    array = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(array == NEWLINE)
    odd = odd_lines(text, array, ends, repairer)
    if not odd.size:
        lines = np.arange(first, first + ends.size, dtype=np.int64)
        return Block(text, lines, 0, (), bytes_read), first + ends.size, b""
    pieces = take_apart(text, ends, odd, first, repairer, more=more)
    lines = np.concatenate(pieces.lines) if pieces.lines else np.empty(0, np.int64)
    block = Block(b"".join(pieces.parts), lines, pieces.refused, tuple(pieces.notes), bytes_read)
    decided = ends.size - pieces.undecided
    held = text[ends[decided - 1] + 1 if decided else 0 :] if pieces.undecided else b""
    return block, first + decided, held


def odd_lines(text: bytes, array: NDArray[np.uint8], ends: Places, repairer: Repairer) -> Places:
    """Places of the lines that need a look: other delimiters than expected, control characters, not UTF-8, long."""
    marks = array[np.flatnonzero((array == DOLLAR) | (array == NEWLINE))]
    counts = np.diff(np.flatnonzero(marks == NEWLINE), prepend=-1) - 1
    odd = (counts != repairer.delimiters) | (counts != repairer.usual)
    if repairer.has_trailing:
        odd |= last_bytes(array, ends) != DOLLAR
    odd |= np.diff(ends, prepend=-1) > LONGEST_LINE
    for places in (control_places(text, array, ends), foreign_places(text, array)):
        odd[np.searchsorted(ends, places)] = True
    return np.flatnonzero(odd)


def last_bytes(array: NDArray[np.uint8], ends: Places) -> NDArray[np.uint8]:
    """The last byte of each line but the line end; of an empty line, anything but a delimiter."""
    last = array[np.maximum(ends - 1, 0)]
    return np.where(last == RETURN, array[np.maximum(ends - 2, 0)], last)


def control_places(text: bytes, array: NDArray[np.uint8], ends: Places) -> Places:
    """Places of control characters other than the ends of lines."""
    at_ends = int((array[ends[ends > 0] - 1] == RETURN).sum())
    if not text.translate(None, PLAIN) and text.count(b"\r") == at_ends:
        return np.empty(0, np.int64)  # the usual case, told without an array
    found = np.flatnonzero((array < BLANK) | (array == DELETE))
    values = array[found]
    before_newline = np.zeros(found.size, bool)
    before_newline[:-1] = (values[:-1] == RETURN) & (values[1:] == NEWLINE) & (np.diff(found) == 1)
    places: Places = found[(values != NEWLINE) & ~before_newline]
    return places


def foreign_places(text: bytes, array: NDArray[np.uint8]) -> Places:
    """Places of bytes above ASCII, if the block is not UTF-8 as a whole."""
    if text.isascii():
        return np.empty(0, np.int64)
    try:
        text.decode()
    except UnicodeDecodeError:
        return np.flatnonzero(array > DELETE)
    return np.empty(0, np.int64)


def take_apart(text: bytes, ends: Places, odd: Places, first: int, repairer: Repairer, *, more: bool) -> Pieces:
    """The lines between the odd ones as they stand, and what the odd ones can be read as.

    more : whether lines follow, which may belong to the last odd ones.
    """
    pieces, view = Pieces(), memoryview(text)
    starts = np.concatenate(([0], ends[:-1] + 1))
    done = 0
    for group in np.split(odd, np.flatnonzero(np.diff(odd) > 1) + 1):
        begin, end = int(group[0]), int(group[-1]) + 1
        if begin > done:
            pieces.add(view[starts[done] : starts[begin]], np.arange(first + done, first + begin, dtype=np.int64))
        raw = [(first + place, text[starts[place] : ends[place]]) for place in range(begin, end)]
        outcome = repairer.repair(raw, more=more and end == ends.size)
        pieces.refused += outcome.refused
        pieces.undecided = outcome.undecided
        pieces.notes += outcome.notes
        if outcome.rows:
            pieces.add(
                b"".join(row + b"\n" for _, row in outcome.rows), np.array([at for at, _ in outcome.rows], np.int64)
            )
        done = end
    if done < ends.size:
        pieces.add(view[starts[done] :], np.arange(first + done, first + ends.size, dtype=np.int64))
    return pieces
