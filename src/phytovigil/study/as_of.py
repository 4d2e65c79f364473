"""The date of a question: a whole day, or a quarter, which means its last day."""

from __future__ import annotations

import re
from datetime import date

from phytovigil.errors import InvalidRequest

QUARTER = re.compile(r"(\d{4})Q([1-4])", re.ASCII | re.IGNORECASE)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
QUARTER_ENDS = ("03-31", "06-30", "09-30", "12-31")


def read_as_of(text: str | None) -> str | None:
    """The day in ISO 8601; None stays None. A year alone is refused, because it could mean either end of it.

    >>> read_as_of("2019Q4"), read_as_of("2019-12-31")
    ('2019-12-31', '2019-12-31')
    >>> read_as_of("2019")
    Traceback (most recent call last):
    phytovigil.errors.InvalidRequest: “2019” is no date. Write a day like 2017-06-30 or a quarter like 2019Q4.
    """
    if text is None:
        return None
    quarter = QUARTER.fullmatch(text)
    written = f"{quarter[1]}-{QUARTER_ENDS[int(quarter[2]) - 1]}" if quarter else text
    try:
        if DAY.fullmatch(written):
            return date.fromisoformat(written).isoformat()
    except ValueError:
        pass
    raise InvalidRequest(f"“{text}” is no date.", "Write a day like 2017-06-30 or a quarter like 2019Q4.")
