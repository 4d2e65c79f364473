"""Numbers and dates in words: thousands, sensible digits, intervals, and a plain "not estimable"."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

NOT_ESTIMABLE = "not estimable"
MISSING = "–"


def format_count(value: int | None) -> str:
    """A whole number with commas; a dash where the source cannot give it.

    >>> format_count(64517), format_count(None)
    ('64,517', '–')
    """
    return MISSING if value is None else f"{value:,}"


def format_ratio(value: float | None) -> str:
    """A ratio or an expected count: three figures from 1 upwards, two below.

    >>> [format_ratio(x) for x in (1234.4, 121.4, 18.43, 1.236, 0.2462, 0.0, None)]
    ['1,234', '121', '18.4', '1.24', '0.25', '0', 'not estimable']
    """
    if value is None or not math.isfinite(value):
        return NOT_ESTIMABLE
    if value == 0:
        return "0"
    if value < 1:
        return f"{value:.{1 - math.floor(math.log10(value))}f}"
    return f"{value:,.{max(0, 2 - math.floor(math.log10(value)))}f}"


def format_log2(value: float | None) -> str:
    """A value on the log2 scale: two decimals and a true minus.

    >>> format_log2(-0.304), format_log2(2.0), format_log2(None)
    ('−0.30', '2.00', 'not estimable')
    """
    if value is None or not math.isfinite(value):
        return NOT_ESTIMABLE
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else text.replace("-", "−")


def format_estimate(estimate: Mapping[str, Any] | None, scale: str) -> str:
    """A point with its 95 % interval; log2 values take "to", because a dash beside a minus misleads.

    >>> format_estimate({"point": 18.43, "low": 6.51, "high": 52.2}, "ratio")
    '18.4 [6.51–52.2]'
    >>> format_estimate({"point": -0.3, "low": -2.1, "high": 1}, "log2")
    '−0.30 [−2.10 to 1.00]'
    >>> format_estimate({"point": None, "low": None, "high": None}, "ratio")
    'not estimable'
    >>> format_estimate({"point": None, "low": 12.3, "high": None}, "ratio")
    'not estimable [12.3–open]'
    """
    low, high = (None, None) if estimate is None else (estimate["low"], estimate["high"])
    form, joint = (format_log2, " to ") if scale == "log2" else (format_ratio, "–")
    point = NOT_ESTIMABLE if estimate is None else form(estimate["point"])
    if low is None and high is None:
        return point if point == NOT_ESTIMABLE else f"{point} [interval {NOT_ESTIMABLE}]"
    ends = ("open" if low is None else form(low), "open" if high is None else form(high))
    return f"{point} [{joint.join(ends)}]"


def format_age(years: float | None) -> str:
    """An age in years; months below two years.

    >>> format_age(34.0), format_age(0.5), format_age(None)
    ('34 y', '6 months', '')
    """
    if years is None:
        return ""
    return f"{years * 12:.0f} months" if years < 2 else f"{math.floor(years)} y"


def count_cases(number: int) -> str:
    """A number of cases in words.

    >>> count_cases(1), count_cases(1503)
    ('1 case', '1,503 cases')
    """
    return f"{number:,} case" if number == 1 else f"{number:,} cases"


def format_bytes(size: int) -> str:
    """A file size for the eye; the exact hash stands beside it.

    >>> format_bytes(812), format_bytes(9_543_210)
    ('812 B', '9.5 MB')
    """
    for unit, divisor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= divisor:
            return f"{size / divisor:.1f} {unit}"
    return f"{size} B"
