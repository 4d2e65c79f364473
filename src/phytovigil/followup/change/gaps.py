"""Stretches of a series without values, against the person's own usual interval."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from statistics import median

from phytovigil.schema.change import Gap

TIMES_USUAL = 3
DAYS_MORE = 3
"""A gap is longer than so many usual intervals, and by at least so many days longer than one."""


def find_gaps(days: Sequence[date], as_of: date) -> tuple[Gap, ...]:
    """Gaps between values, and between the last value and as_of.

    days : oldest first, none after as_of; a usual interval is the median of those between different days.

    >>> week = [date(2026, 3, day) for day in (1, 8, 15)]
    >>> [(gap.days, gap.until.isoformat()) for gap in find_gaps(week, date(2026, 5, 1))]
    [(47, '2026-05-01')]
    """
    different = sorted(set(days))
    if len(different) < 3:
        return ()
    lengths = [(after - before).days for before, after in pairwise(different)]
    usual = median(lengths)
    ends = [*different[1:], as_of]
    spans = [Gap(before, after, (after - before).days) for before, after in zip(different, ends, strict=True)]
    return tuple(gap for gap in spans if gap.days > TIMES_USUAL * usual and gap.days >= usual + DAYS_MORE)
