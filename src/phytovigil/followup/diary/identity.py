"""Ids of entries: UUID version 7 (RFC 9562), rising within a diary, never used again."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

Clock = Callable[[], datetime]
"""Gives the present moment, with its time zone."""

FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
LAST_MOMENT = 4_102_444_800_000
"""Milliseconds of 2100-01-01: no id lies beyond, so that there is always room for the next."""

COUNTER_SIZE = 4096


def read_clock() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


def format_moment(moment: datetime) -> str:
    """ISO in UTC, to the millisecond.

    >>> format_moment(datetime(2026, 3, 1, 20, 0, tzinfo=UTC))
    '2026-03-01T20:00:00.000+00:00'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def make_id(moment: datetime, after: str = "") -> str:
    """An id of a moment, always greater than the id `after`, even where the clock was set back.

    >>> first = make_id(datetime(2026, 3, 1, tzinfo=UTC))
    >>> second = make_id(datetime(2020, 1, 1, tzinfo=UTC), after=first)
    >>> first < second, is_id(first), is_id("1")
    (True, True, False)
    """
    now = min(int(moment.timestamp() * 1000), LAST_MOMENT)
    ticks = max(now * COUNTER_SIZE, read_ticks(after) + 1 if after else 0)
    milliseconds, counter = divmod(ticks, COUNTER_SIZE)
    tail = 0b10 << 62 | secrets.randbits(62)
    return str(UUID(int=milliseconds << 80 | 7 << 76 | counter << 64 | tail))


def read_ticks(identity: str) -> int:
    """Milliseconds and counter of an id, as one number."""
    number = UUID(identity).int
    return (number >> 80) * COUNTER_SIZE + (number >> 64 & (COUNTER_SIZE - 1))


def is_id(text: str) -> bool:
    """Whether a text is an id that a diary could have given."""
    return FORM.fullmatch(text) is not None and read_ticks(text) <= LAST_MOMENT * COUNTER_SIZE
