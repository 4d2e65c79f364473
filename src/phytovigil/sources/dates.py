"""Dates as regulators write them, kept as precise as they were reported."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from phytovigil.sources.reasons import Fault, Reason
from phytovigil.sources.values import is_missing

EARLIEST_RECEIPT = date(1960, 1, 1)
"""FDA has collected spontaneous reports since the 1960s."""

EARLIEST_EVENT_YEAR = 1900

MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip

SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
COMPACT = re.compile(r"(\d{4})(?:(\d{2})(\d{2})?)?", re.ASCII)
ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?", re.ASCII)
NAMED = re.compile(r"(?:(\d{1,2})-)?([A-Za-z]{3})-(\d{4})", re.ASCII)

Parts = tuple[int, int | None, int | None]


def split_date(text: str) -> Parts | None:
    """Year, month and day of a written date, the last two None where they were not reported.

    Read are 8/4/2003 (month first), 20030804, 200308, 2003, 2003-08-04, 2003-08, 04-AUG-2003 and Aug-2003.
    """
    if found := SLASHED.fullmatch(text):
        return int(found[3]), int(found[1]), int(found[2])
    if found := COMPACT.fullmatch(text) or ISO.fullmatch(text):
        return int(found[1]), int(found[2]) if found[2] else None, int(found[3]) if found[3] else None
    if (found := NAMED.fullmatch(text)) and (month := MONTHS.get(found[2].lower())):
        return int(found[3]), month, int(found[1]) if found[1] else None
    return None


@lru_cache(maxsize=65536)
def write_iso(text: str) -> str | None:
    """The date in ISO 8601, no more precise than reported; None for what is no date of the calendar.

    >>> write_iso("8/4/2003"), write_iso("AUG-2003"), write_iso("2003"), write_iso("2/30/2003")
    ('2003-08-04', '2003-08', '2003', None)
    """
    parts = split_date(text.strip())
    if parts is None:
        return None
    year, month, day = parts
    if month == 0 and day:
        return None  # a day of no month; zeros elsewhere stand for what is not known
    try:
        whole = date(year, month or 1, day or 1)
    except ValueError:
        return None
    return whole.isoformat()[: 10 if day else 7 if month else 4]


def read_received(text: str, today: date) -> tuple[date | None, Reason | None]:
    """The date of receipt, which must be whole, or the reason for which the row cannot be kept.

    >>> read_received("1/1/2004", date(2026, 1, 1))
    (datetime.date(2004, 1, 1), None)
    """
    if is_missing(text):
        return None, Reason.NO_RECEIVED_DATE
    written = write_iso(text)
    if written is None or len(written) < 10:
        return None, Reason.IMPOSSIBLE_RECEIVED_DATE
    received = date.fromisoformat(written)
    if not EARLIEST_RECEIPT <= received <= today:
        return None, Reason.IMPOSSIBLE_RECEIVED_DATE
    return received, None


def read_event_date(text: str, today: date) -> tuple[str | None, Fault | None]:
    """The date of the event in ISO 8601, as precise as reported. One after receipt is odd, yet kept.

    >>> read_event_date("AUG-2003", date(2026, 1, 1)), read_event_date("-", date(2026, 1, 1))
    (('2003-08', None), (None, None))
    """
    if is_missing(text):
        return None, None
    written = write_iso(text)
    if written is None or int(written[:4]) < EARLIEST_EVENT_YEAR or written > today.isoformat():
        return None, Fault(Reason.IMPOSSIBLE_EVENT_DATE, "event_date", text)
    return written, None
