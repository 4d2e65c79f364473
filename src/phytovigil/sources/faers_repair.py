"""Lines of a FAERS table that are not whole rows: repaired where only one reading is possible, else put aside."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from phytovigil.sources.draft import LONGEST_RAW
from phytovigil.sources.faers_layouts import NUMBER, Layout
from phytovigil.sources.reasons import Reason

LONGEST_LINE = 1 << 20
"""Bytes of one line; the longest row that FDA published has some thousand."""

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
ELECTRONIC_NUMBER = re.compile(r"E2B\w+", re.ASCII)

MOST_SPLIT = 20
"""Lines that one row may be spread over."""

MOST_VERSION_DIGITS = 3
"""Digits of a version, which follow the case number in the number of a report."""


class Note(NamedTuple):
    """Something to tell of a raw line: its number, why, and the text."""

    line: int
    reason: Reason
    raw: str


@dataclass
class Outcome:
    """What a run of odd lines came to: rows (line, UTF-8 text), rows put aside, and notes on both.

    undecided : lines at the end of the run, for which the lines after it must be known.
    """

    rows: list[tuple[int, bytes]] = field(default_factory=list)
    refused: int = 0
    notes: list[Note] = field(default_factory=list)
    undecided: int = 0

    def refuse(self, line: int, reason: Reason, text: str) -> None:
        """Put one row aside."""
        self.refused += 1
        self.notes.append(Note(line, reason, text[:LONGEST_RAW]))


class Repairer:
    """Repairs of one table.

    delimiters : how many a row shall have. usual : how many the rows of the file have, one more than part the
        columns where each row ends in one (has_trailing).
    """

    def __init__(self, layout: Layout, delimiters: int, usual: int | None = None) -> None:
        self._layout, self.delimiters = layout, delimiters
        self.usual = delimiters if usual is None else usual
        self._width = layout.width
        self.has_trailing = self.usual == layout.width
        self._has_case = layout.has_case

    def repair(self, lines: list[tuple[int, bytes]], *, more: bool = False) -> Outcome:
        """Read a run of consecutive odd lines. more : whether other odd lines may follow that are not known yet."""
        outcome = Outcome()
        place = 0
        while place < len(lines):
            used = self._read_at(lines, place, outcome, more)
            if not used:
                outcome.undecided = len(lines) - place
                break
            place += used
        return outcome

    def _read_at(self, lines: list[tuple[int, bytes]], place: int, outcome: Outcome, more: bool) -> int:
        """Read the row that begins at a place; the number of lines used, 0 if that depends on lines to come."""
        number, raw = lines[place]
        if len(raw) <= LONGEST_LINE and not raw.strip(b" \t\r\0"):
            return 1
        text, reasons = decode(raw)
        if text is None:
            outcome.refuse(number, reasons[0], raw.decode("latin-1"))
            return 1
        fields = text.split("$")
        used = 1
        rows = self._part(fields)
        if not rows and len(fields) <= self.usual:
            row, used = self._join(fields, lines, place, more)
            rows = [row] if row else self._complete(fields)
        if not used:
            return 0
        if not rows:
            outcome.refuse(number, Reason.WRONG_COLUMN_COUNT, text)
            return 1
        kinds = dict.fromkeys(reasons + rows[0].reasons)
        outcome.notes.extend(Note(number, reason, text[:LONGEST_RAW]) for reason in kinds)
        for row in rows:
            outcome.rows.append((number, self._write(row.fields)))
        return used

    def _write(self, fields: list[str]) -> bytes:
        return "$".join(fields + [""] * (self.delimiters + 1 - len(fields))).encode()

    def _is_whole(self, fields: list[str]) -> bool:
        """Whether a row has as many delimiters as the rows of the file have, a trailing one with nothing behind."""
        return len(fields) == self.usual + 1 and (not self.has_trailing or not fields[-1].strip())

    def _part(self, fields: list[str]) -> list[Row]:
        """A line as one row, or as two that lost the line end between them; nothing if neither is certain."""
        if self._is_whole(fields):
            return [Row(fields[: self._width], [])]
        if mended := self._mend_number(fields):
            return [Row(mended, [Reason.STRAY_DELIMITER])]
        for first, second in self._cuts(fields):
            if self._is_whole(second) and self._layout.starts_row(first) and self._layout.starts_row(second):
                return [Row(first, [Reason.JOINED_ROWS]), Row(second[: self._width], [])]
        return []

    def _complete(self, fields: list[str]) -> list[Row]:
        """A row that lacks nothing but the trailing delimiter of its neighbours: its last column holds something.

        If that were empty, the row might as well lack any other column.
        """
        if self.has_trailing and len(fields) == self._width and fields[-1].strip():
            return [Row(fields, [])]
        return []

    def _cuts(self, fields: list[str]) -> list[tuple[list[str], list[str]]]:
        """Where a second row can begin: behind the trailing delimiter of the first, or else within its last field.

        There, a case number tells how many digits belong to the second row; legacy rows have no such proof.
        """
        width = self._width
        if self.has_trailing:
            return [(fields[:width], fields[width:])]
        if not self._has_case or len(fields) <= width:
            return []
        last, case = fields[width - 1], fields[width].strip()
        ends = [len(last) - digits for digits in range(1, MOST_VERSION_DIGITS + 1)]
        starts = [end - len(case) for end in ends if case and last[:end].endswith(case)]
        if len(starts) != 1:
            return []
        start = starts[0]
        return [([*fields[: width - 1], last[:start]], [last[start:], *fields[width:]])]

    def _mend_number(self, fields: list[str]) -> list[str] | None:
        """A manufacturer's number such as “JP-FIRM-$E2B0000000182”, cut in two by the delimiter that it holds."""
        if "mfr_num" not in self._layout.columns or len(fields) != self.usual + 2:
            return None
        place = self._layout.place("mfr_num")
        if not fields[place].endswith("-") or not ELECTRONIC_NUMBER.fullmatch(fields[place + 1]):
            return None
        # The delimiter itself cannot be written back; its place in the number is kept by a blank.
        mended = [*fields[:place], f"{fields[place]} {fields[place + 1]}", *fields[place + 2 :]]
        return mended[: self._width] if self._is_whole(mended) and self._layout.starts_row(mended) else None

    def _join(
        self, fields: list[str], lines: list[tuple[int, bytes]], place: int, more: bool
    ) -> tuple[Row | None, int]:
        """A row that was broken over consecutive lines, of which only the first begins as a row does.

        The row and its lines; no row and 1 line if there is no certain one; 0 lines if lines to come decide.
        """
        if not self._layout.starts_row(fields):
            return None, 1
        joined, reasons = fields, [Reason.SPLIT_ROW]
        for used, (_, raw) in enumerate(lines[place + 1 : place + MOST_SPLIT], start=2):
            text, found = decode(raw)
            following = text.split("$") if text is not None else []
            if not following or NUMBER.fullmatch(following[0].strip()):
                return None, 1  # an unreadable line, or one that may be a row of its own
            joined = [*joined[:-1], f"{joined[-1]} {following[0]}".strip(), *following[1:]]
            reasons += found
            if len(joined) > self.usual:
                return (Row(joined[: self._width], reasons), used) if self._is_whole(joined) else (None, 1)
        is_cut_short = more and len(lines) < place + MOST_SPLIT
        return None, 0 if is_cut_short else 1


class Row(NamedTuple):
    """Fields of one row and the repairs that gave them."""

    fields: list[str]
    reasons: list[Reason]


def decode(raw: bytes) -> tuple[str | None, list[Reason]]:
    """A line as text without control characters, with what was mended; None with the reason if that is impossible."""
    if len(raw) > LONGEST_LINE:
        return None, [Reason.LINE_TOO_LONG]
    reasons: list[Reason] = []
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        try:
            text = raw.decode("cp1252")
        except UnicodeDecodeError:
            return None, [Reason.UNDECODABLE]
        reasons.append(Reason.WINDOWS_1252)
    text = text.rstrip("\r")
    cleaned = CONTROL.sub(" ", text)
    if cleaned != text:
        reasons.append(Reason.CONTROL_REPLACED)
    return cleaned, reasons
