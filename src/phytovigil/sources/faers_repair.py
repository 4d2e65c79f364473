"""Lines of a FAERS table that are not whole rows: repaired where only one reading is possible, else put aside."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from phytovigil.sources.draft import LONGEST_RAW
from phytovigil.sources.faers_layouts import Layout
from phytovigil.sources.reasons import Reason

LONGEST_LINE = 1 << 20

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
LAST_AND_NUMBER = re.compile(r"(.*?\D|)(\d{5,12})", re.ASCII | re.DOTALL)
ELECTRONIC_NUMBER = re.compile(r"E2B\w+", re.ASCII)

MOST_SPLIT = 20
"""Lines that one row may be spread over."""


class Note(NamedTuple):
    """Something to tell of a raw line: its number, why, and the text."""

    line: int
    reason: Reason
    raw: str


@dataclass
class Outcome:
    """What a run of odd lines came to: rows (line, UTF-8 text), rows put aside, and notes on both."""

    rows: list[tuple[int, bytes]] = field(default_factory=list)
    refused: int = 0
    notes: list[Note] = field(default_factory=list)

    def refuse(self, line: int, reason: Reason, text: str) -> None:
        """Put one row aside."""
        self.refused += 1
        self.notes.append(Note(line, reason, text[:LONGEST_RAW]))


class Repairer:
    """Repairs of one table. delimiters : how many a row shall have."""

    def __init__(self, layout: Layout, delimiters: int) -> None:
        self._layout, self.delimiters = layout, delimiters
        self._width = layout.width

    def repair(self, lines: list[tuple[int, bytes]]) -> Outcome:
        """Read a run of consecutive odd lines."""
        outcome = Outcome()
        place = 0
        while place < len(lines):
            place += self._read_at(lines, place, outcome)
        return outcome

    def _read_at(self, lines: list[tuple[int, bytes]], place: int, outcome: Outcome) -> int:
        """Read the row that begins at a place; the number of lines used."""
        number, raw = lines[place]
        if not raw.strip(b" \t\r\0"):
            return 1
        text, reasons = decode(raw)
        if text is None:
            outcome.refuse(number, reasons[0], raw.decode("latin-1"))
            return 1
        fields = self._trim(text.split("$"))
        used = 1
        rows = self._part(fields)
        if not rows and len(fields) < self._width:
            rows, used, more = self._join(fields, lines, place)
            reasons += more
        if not rows:
            outcome.refuse(number, Reason.WRONG_COLUMN_COUNT, text)
            return 1
        kinds = dict.fromkeys(reasons + rows[0].reasons)
        outcome.notes.extend(Note(number, reason, text[:LONGEST_RAW]) for reason in kinds)
        for row in rows:
            outcome.rows.append((number, self._write(row.fields)))
        return used

    def _trim(self, fields: list[str]) -> list[str]:
        """Fields without the empty ones that stand behind the last column."""
        if len(fields) > self._width and not any(value.strip() for value in fields[self._width :]):
            return fields[: self._width]
        return fields

    def _write(self, fields: list[str]) -> bytes:
        return "$".join(fields + [""] * (self.delimiters + 1 - len(fields))).encode()

    def _part(self, fields: list[str]) -> list[Row]:
        """A line as one row, or as two that lost the line end between them; nothing if neither is certain."""
        if len(fields) == self._width:
            return [Row(fields, [])]
        if len(fields) == self._width + 1 and (mended := self._mend_number(fields)):
            return [Row(mended, [Reason.STRAY_DELIMITER])]
        for first, second in self._cuts(fields):
            second = self._trim(second)
            if len(second) == self._width and self._layout.starts_row(first) and self._layout.starts_row(second):
                return [Row(first, [Reason.JOINED_ROWS]), Row(second, [])]
        return []

    def _cuts(self, fields: list[str]) -> list[tuple[list[str], list[str]]]:
        """Where a second row can begin: behind the trailing delimiter of the first, or within its last field."""
        cuts = [(fields[: self._width], fields[self._width :])]
        merged = LAST_AND_NUMBER.fullmatch(fields[self._width - 1]) if len(fields) > self._width else None
        if merged:
            cuts.append(([*fields[: self._width - 1], merged[1]], [merged[2], *fields[self._width :]]))
        return cuts

    def _mend_number(self, fields: list[str]) -> list[str] | None:
        """A manufacturer's number such as “JP-FIRM-$E2B0000000182”, cut in two by the delimiter that it holds."""
        if "mfr_num" not in self._layout.columns:
            return None
        place = self._layout.place("mfr_num")
        if not fields[place].endswith("-") or not ELECTRONIC_NUMBER.fullmatch(fields[place + 1]):
            return None
        # The delimiter itself cannot be written back; its place in the number is kept by a blank.
        mended = [*fields[:place], f"{fields[place]} {fields[place + 1]}", *fields[place + 2 :]]
        return mended if self._layout.starts_row(mended) else None

    def _join(
        self, fields: list[str], lines: list[tuple[int, bytes]], place: int
    ) -> tuple[list[Row], int, list[Reason]]:
        """A row that was broken over consecutive lines, of which only the first begins as a row does."""
        if not self._layout.starts_row(fields):
            return [], 1, []
        joined, reasons = fields, [Reason.SPLIT_ROW]
        for used, (number, raw) in enumerate(lines[place + 1 : place + MOST_SPLIT], start=2):
            text, more = decode(raw)
            following = text.split("$") if text is not None else []
            if number != lines[place][0] + used - 1 or not following or self._layout.starts_row(following):
                break
            joined = self._trim([*joined[:-1], f"{joined[-1]} {following[0]}".strip(), *following[1:]])
            reasons += more
            if len(joined) >= self._width:
                return ([Row(joined, [])], used, reasons) if len(joined) == self._width else ([], 1, [])
        return [], 1, []


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
