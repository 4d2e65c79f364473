"""The reports of a FAERS XML or SGML file, one piece of bytes each, found without parsing what lies around them.

A quarter is one document of some gigabytes. Cut at the tags of its reports, a broken report never takes its
neighbours with it, and no more than one is held in memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import BinaryIO, NamedTuple

from phytovigil.errors import UnreadableFile
from phytovigil.sources.rawfile import CHUNK

LONGEST_REPORT = 8_000_000
"""Bytes of one report; the longest known has some hundred thousand."""

KEPT_OF_TOO_LONG = 40_000
"""Bytes of an over-long report that are kept for the quarantine."""

LONGEST_TAG = 256

TAG = re.compile(rb"<(/?)(safetyreport|ichicsr)(?=[\s>])[^<>]{0,200}>")

OPENING, CLOSING = b"<safetyreport>", b"</safetyreport>"

END_OF_HEADER = b"</ichicsrmessageheader>"

FIRST_FIELD = re.compile(rb"<safetyreport(?:version|id)>")
"""What every report begins with."""

ONLY_CLOSING_TAGS = re.compile(rb"(?:\s*</[a-z]+\s*>)*\s*")


class Sign(Enum):
    """The tag that ends a stretch of bytes."""

    REPORT = b"safetyreport"
    END_OF_REPORT = b"/safetyreport"
    FILE = b"ichicsr"
    END_OF_FILE = b"/ichicsr"
    NOTHING = b""


class Stretch(NamedTuple):
    """Bytes up to the next tag: the line where they begin, whether they are all there, and the bytes read so far."""

    line: int
    text: bytes
    sign: Sign
    is_whole: bool
    bytes_read: int


class State(Enum):
    """What a piece is."""

    REPORT = "a report between its two tags"
    MENDED = "a report whose opening tag is missing, with that tag"
    STRAY = "closing tags that belong to no report"
    FRAGMENT = "what cannot be told to be one whole report"
    TOO_LONG = "the beginning of what is longer than any report"


class Piece(NamedTuple):
    """A report, or what stands where one should."""

    line: int
    text: bytes
    state: State
    bytes_read: int


def read_stretches(stream: BinaryIO) -> Iterator[Stretch]:
    """The file cut at the tags of its reports; of what is over-long only the beginning is held."""
    buffer, place, search, bytes_read = b"", 0, 0, 0
    line = begins_at = 1
    beginning: bytes | None = None
    while True:
        if found := TAG.search(buffer, search):
            text = buffer[place : found.start()] if beginning is None else beginning
            yield Stretch(begins_at, text, Sign(found[1] + found[2]), beginning is None, bytes_read)
            line += buffer.count(b"\n", place, found.end())
            place = search = found.end()
            begins_at, beginning = line, None
            continue
        search = max(place, len(buffer) - LONGEST_TAG)
        if search - place > LONGEST_REPORT:
            beginning = beginning or buffer[place : place + KEPT_OF_TOO_LONG]
            line += buffer.count(b"\n", place, search)
            place = search
        chunk = stream.read(CHUNK)
        if not chunk:
            break
        bytes_read += len(chunk)
        buffer = buffer[place:] + chunk
        place, search = 0, search - place
    yield Stretch(begins_at, beginning or buffer[place:], Sign.NOTHING, beginning is None, bytes_read)


def read_pieces(name: str, stream: BinaryIO) -> Iterator[Piece]:
    """The reports of a file, and what stands where one should.

    Raises UnreadableFile where the file does not end with its closing tag, or goes on after it.
    """
    is_inside = has_ended = False
    is_header = True
    for stretch in read_stretches(stream):
        if stretch.sign is Sign.NOTHING:
            refuse_open_end(name, stretch, has_ended=has_ended)
        elif is_inside:
            yield judge_inside(stretch)
        elif piece := judge_outside(stretch, is_header=is_header):
            yield piece
        is_inside = stretch.sign is Sign.REPORT
        is_header = stretch.sign in (Sign.FILE, Sign.END_OF_FILE)
        has_ended = stretch.sign is Sign.END_OF_FILE


def refuse_open_end(name: str, rest: Stretch, *, has_ended: bool) -> None:
    """Raise UnreadableFile unless nothing comes after the closing tag of the file."""
    if not has_ended:
        raise UnreadableFile(f"{name} is cut short; it is not taken in as a whole.", "Download it again.")
    if b"<" in rest.text or not rest.is_whole:
        raise UnreadableFile(f"{name} goes on after its end; it is not taken in as a whole.", "Download it again.")


def judge_inside(stretch: Stretch) -> Piece:
    """A report after its opening tag."""
    if not stretch.is_whole:
        return Piece(stretch.line, stretch.text, State.TOO_LONG, stretch.bytes_read)
    if stretch.sign is not Sign.END_OF_REPORT:
        return Piece(stretch.line, OPENING + stretch.text, State.FRAGMENT, stretch.bytes_read)
    return Piece(stretch.line, OPENING + stretch.text + CLOSING, State.REPORT, stretch.bytes_read)


def judge_outside(stretch: Stretch, *, is_header: bool) -> Piece | None:
    """What stands between two reports, where nothing should. is_header: whether it follows a tag of the file."""
    if not stretch.is_whole:
        return Piece(stretch.line, stretch.text, State.TOO_LONG, stretch.bytes_read)
    text = stretch.text
    header_end = text.rfind(END_OF_HEADER) + len(END_OF_HEADER) if is_header and END_OF_HEADER in text else 0
    start = header_end + len(text[header_end:]) - len(text[header_end:].lstrip())
    body = text[start:].rstrip()
    closing = CLOSING if stretch.sign is Sign.END_OF_REPORT else b""
    field = FIRST_FIELD.search(body)
    state = State.FRAGMENT
    if ONLY_CLOSING_TAGS.fullmatch(body):
        state = State.STRAY
    elif closing and field and (is_header or field.start() == 0):
        state, start, body = State.MENDED, start + field.start(), OPENING + body[field.start() :]
    elif is_header and not closing and not field:
        return None
    line = stretch.line + text.count(b"\n", 0, start)
    return Piece(line, body + closing, state, stretch.bytes_read) if body or closing else None
