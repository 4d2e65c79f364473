"""Days from the start of a product to the event, where the dates are as precise as they were reported."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

EXACT, PARTIAL, BEFORE, UNCLEAR, STATED = "exact", "partial", "before-start", "unclear-order", "stated"
NO_START, NO_EVENT, NEITHER = "without-start", "without-event-date", "without-either"
STATUSES = (EXACT, PARTIAL, UNCLEAR, BEFORE, NO_START, NO_EVENT, NEITHER)
"""What becomes of a case. partial: a date is a month or a year, and the event surely came after the start;
unclear-order: it may have come before; before-start: it surely did. STATED, of a case file alone: the days are given,
not the dates."""


@dataclass(frozen=True, slots=True)
class Onset:
    """The days from start to event, 0 on the same day, as bounds that are equal where both dates are days."""

    status: str
    low: int | None = None
    high: int | None = None

    @property
    def after(self) -> bool | None:
        """Whether the event came after the start, or on its day; None where that is not known."""
        return {EXACT: True, PARTIAL: True, STATED: True, BEFORE: False}.get(self.status)


def measure_onset(start: str | None, event: str | None) -> Onset:
    """How long after the start the event came.

    start, event : ISO dates, a day, a month or a year. Raises ValueError for a text that is none.

    >>> measure_onset("2019-03-05", "2019-04-01")
    Onset(status='exact', low=27, high=27)
    >>> measure_onset("2018", "2019-03-05")
    Onset(status='partial', low=64, high=428)
    >>> measure_onset("2019", "2019-03").status, measure_onset("2019-03-05", "2019-03-04").status
    ('unclear-order', 'before-start')
    """
    if not start or not event:
        missing = {(True, False): NO_EVENT, (False, True): NO_START}.get((bool(start), bool(event)), NEITHER)
        return Onset(missing)
    (first_start, last_start), (first_event, last_event) = span_date(start), span_date(event)
    low, high = (first_event - last_start).days, (last_event - first_start).days
    if high < 0:
        return Onset(BEFORE, low, high)
    if low == high:
        return Onset(EXACT, low, high)
    return Onset(PARTIAL if low >= 0 else UNCLEAR, low, high)


def span_date(text: str) -> tuple[date, date]:
    """The first and the last day that a date may mean.

    >>> span_date("2020-02")
    (datetime.date(2020, 2, 1), datetime.date(2020, 2, 29))
    """
    year, month, day = (*(int(part) for part in text.split("-")), 0, 0)[:3]
    if day:
        return date(year, month, day), date(year, month, day)
    if month:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return date(year, 1, 1), date(year, 12, 31)
