"""How two values of a field compare: the same, near in one of several ways, or different.

A value that is the same is more telling the rarer it is, so its share among all records goes along. Dates are compared
as precisely as the less precise of the two is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phytovigil.linkage.records import BLANK, NO_DAY, Floats, Integers, Records

MISSING, SAME, DIFFERENT, NEAR = 0, 1, 2, 3
"""Levels of agreement; NEAR and above are the field's ways of being near, in its own order."""

Comparison = tuple[NDArray[np.int8], NDArray[np.float32]]
"""Levels of pairs, and the share of records that have the left record's value."""

Comparer = Callable[[Integers, Integers], Comparison]


@dataclass(frozen=True, slots=True)
class Field:
    """A field that is compared. near : what its levels from NEAR on mean, in words.

    told : the field under which a reader sees it. about_patient : whether it describes the person, so that it can tell
    two patients of one story apart.
    """

    name: str
    near: tuple[str, ...] = ()
    told: str = ""
    about_patient: bool = False

    @property
    def levels(self) -> int:
        """How many levels there are."""
        return NEAR + len(self.near)

    @property
    def shown(self) -> str:
        """The name under which its weight is shown."""
        return self.told or self.name


EVENT_NEAR = ("a day apart", "day and month swapped", "within a week", "within a month", "one part of the date differs",
              "within a year")  # fmt: skip
AGE_NEAR = ("a year apart", "one is rounded", "within five years")
WEIGHT_NEAR = ("within 3 kg", "within 10 kg")
RECEIVED_NEAR = ("the same day", "within a week", "within a month", "within three months", "within a year")
RECEIVED_DAYS = (0, 7, 31, 92, 366)

FIELDS = (
    Field("event_date", EVENT_NEAR),
    Field("age", AGE_NEAR, about_patient=True),
    Field("sex", about_patient=True),
    Field("country"),
    Field("weight", WEIGHT_NEAR, about_patient=True),
    Field("reporter"),
    Field("outcomes"),
    Field("received", RECEIVED_NEAR),
    Field("received_with_event", RECEIVED_NEAR, told="received"),
    Field("literature"),
    Field("sender", ("the same sender, another number",)),
    Field("authority"),
)
"""The fields besides the lists. How close the dates of receipt are is learned apart for pairs whose event dates agree:
reports of one day's events come in together, whosever they are."""


class FieldComparer:
    """Compares pairs of records in every field of FIELDS."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.event = EventDates(records)
        self.comparers: dict[str, Comparer] = {
            "event_date": self.event.compare,
            "age": Numbers(records.age.astype(np.float64), compare_ages).compare,
            "weight": Numbers(records.weight.astype(np.float64), compare_weights).compare,
            "sender": Senders(records).compare,
            **{
                name: Codes(records.codes[name]).compare
                for name in ("sex", "country", "reporter", "outcomes", "literature", "authority")
            },
        }

    def compare(self, left: Integers, right: Integers) -> Comparison:
        """Levels (pairs, fields) and shares (pairs, fields) of FIELDS."""
        levels = np.zeros((len(left), len(FIELDS)), np.int8)
        shares = np.zeros((len(left), len(FIELDS)), np.float32)
        for place, field in enumerate(FIELDS):
            if field.name in self.comparers:
                levels[:, place], shares[:, place] = self.comparers[field.name](left, right)
        received = compare_received(self.records.received, left, right)
        events_agree = (levels[:, 0] == SAME) | ((levels[:, 0] >= NEAR) & (levels[:, 0] < NEAR + 4))
        levels[:, position("received")] = np.where(events_agree, MISSING, received)
        levels[:, position("received_with_event")] = np.where(events_agree, received, MISSING)
        return levels, shares


def position(name: str) -> int:
    """Place of a field in FIELDS."""
    return [field.name for field in FIELDS].index(name)


class Codes:
    """Values that are only equal or not."""

    def __init__(self, codes: NDArray[np.int32]) -> None:
        self.codes = codes
        counts = np.bincount(codes[codes != BLANK])
        self.share = np.append(counts / max(counts.sum(), 1), 0.0).astype(np.float32)

    def compare(self, left: Integers, right: Integers) -> Comparison:
        """SAME or DIFFERENT; MISSING where either is blank."""
        one, other = self.codes[left], self.codes[right]
        levels = np.where(one == other, SAME, DIFFERENT)
        levels[(one == BLANK) | (other == BLANK)] = MISSING
        return levels.astype(np.int8), self.share[one]


class Senders:
    """The sender's number of the case; failing that, whether the sender is the same."""

    def __init__(self, records: Records) -> None:
        self.senders, self.numbers = records.codes["sender"], Codes(records.codes["control"])

    def compare(self, left: Integers, right: Integers) -> Comparison:
        """SAME for the same number, NEAR for another number of the same sender."""
        levels, shares = self.numbers.compare(left, right)
        alike = (self.senders[left] == self.senders[right]) & (self.senders[left] != BLANK)
        levels[(levels == DIFFERENT) & alike] = NEAR
        return levels, shares


class Numbers:
    """Ages or weights: the same when rounded, else by a rule of their own."""

    def __init__(self, values: Floats, rule: Callable[[Floats, Floats], Integers]) -> None:
        self.values, self.rule = values, rule
        given = values[~np.isnan(values)].clip(0, 999).round().astype(np.int64)
        self.share = (np.bincount(given, minlength=1000) / max(len(given), 1)).astype(np.float32)

    def compare(self, left: Integers, right: Integers) -> Comparison:
        """Levels by the rule; MISSING where either is not given."""
        one, other = self.values[left], self.values[right]
        blank = np.isnan(one) | np.isnan(other)
        one, other = np.where(blank, 0, one), np.where(blank, 0, other)
        levels = np.where(blank, MISSING, self.rule(one, other))
        return levels.astype(np.int8), self.share[one.clip(0, 999).round().astype(np.int64)]


def compare_ages(one: Floats, other: Floats) -> Integers:
    """Levels of two ages in years.

    >>> compare_ages(np.array([44., 44, 44, 44, 44]), np.array([44.3, 45, 40, 47, 61])).tolist()
    [1, 3, 4, 5, 2]
    """
    one, other = one.round(), other.round()
    apart = np.abs(one - other)
    rounded = ((one % 10 == 0) | (other % 10 == 0)) & (apart < 10) | ((one % 5 == 0) | (other % 5 == 0)) & (apart < 5)
    return np.select([apart == 0, apart == 1, rounded, apart <= 5], [SAME, NEAR, NEAR + 1, NEAR + 2], DIFFERENT)


def compare_weights(one: Floats, other: Floats) -> Integers:
    """Levels of two body weights in kg.

    >>> compare_weights(np.array([70., 70, 70, 70]), np.array([70.2, 72, 79, 90])).tolist()
    [1, 3, 4, 2]
    """
    apart = np.abs(one.round() - other.round())
    return np.select([apart == 0, apart <= 3, apart <= 10], [SAME, NEAR, NEAR + 1], DIFFERENT)


def compare_received(received: NDArray[np.int32], left: Integers, right: Integers) -> Integers:
    """Levels of two dates of receipt: never SAME, as the day itself tells nothing."""
    one, other = received[left].astype(np.int64), received[right].astype(np.int64)
    apart = np.abs(one - other)
    levels = np.select([apart <= days for days in RECEIVED_DAYS], range(NEAR, NEAR + len(RECEIVED_DAYS)), DIFFERENT)
    return np.where((one == NO_DAY) | (other == NO_DAY), MISSING, levels)


class EventDates:
    """Event dates, each as precise as it was given: a year, a month or a day."""

    def __init__(self, records: Records) -> None:
        self.day, self.precision = records.event_day.astype(np.int64), records.event_precision
        given = self.precision > 0
        dates = np.where(given, self.day, 0).astype("datetime64[D]")
        month = dates.astype("datetime64[M]").astype(np.int64)
        self.month, self.of_month = month, (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
        self.year = month // 12
        parts = [(self.year, 1), (self.month, 2), (self.day, 3)]
        self.shares = [shares_of(part, self.precision >= least) for part, least in parts]

    def compare(self, left: Integers, right: Integers) -> Comparison:
        """Levels of pairs at the precision that both have, with the share of the left one's period."""
        common = np.minimum(self.precision[left], self.precision[right])
        levels = np.full(len(left), MISSING, np.int64)
        shares = np.zeros(len(left), np.float32)
        for precision, values in ((1, self.year), (2, self.month)):
            chosen = np.flatnonzero(common == precision)
            one, other = values[left[chosen]], values[right[chosen]]
            levels[chosen] = np.where(one == other, SAME, DIFFERENT)
            shares[chosen] = self.shares[precision - 1][left[chosen]]
        chosen = np.flatnonzero(common == 3)
        levels[chosen] = self.compare_days(left[chosen], right[chosen])
        shares[chosen] = self.shares[2][left[chosen]]
        return levels.astype(np.int8), shares

    def compare_days(self, left: Integers, right: Integers) -> Integers:
        """Levels of pairs whose dates are both full."""
        apart = np.abs(self.day[left] - self.day[right])
        month, other_month = self.month[left] % 12 + 1, self.month[right] % 12 + 1
        same_year = self.year[left] == self.year[right]
        same_day = self.of_month[left] == self.of_month[right]
        swapped = same_year & (self.of_month[left] == other_month) & (self.of_month[right] == month)
        one_part = same_day & (same_year | (month == other_month))
        return np.select(
            [apart == 0, apart == 1, swapped, apart <= 7, apart <= 31, one_part, apart <= 366],
            [SAME, *range(NEAR, NEAR + len(EVENT_NEAR))],
            DIFFERENT,
        )


def shares_of(values: Integers, given: NDArray[np.bool_]) -> NDArray[np.float32]:
    """For each record the share of records that have its value, among those that give one."""
    shares = np.zeros(len(values), np.float32)
    if given.any():
        _, numbers, counts = np.unique(values[given], return_inverse=True, return_counts=True)
        shares[given] = counts[numbers] / given.sum()
    return shares


def describe_level(field: Field, level: int) -> str:
    """A level in words.

    >>> describe_level(FIELDS[0], 4)
    'day and month swapped'
    """
    return {MISSING: "not given", SAME: "same", DIFFERENT: "different"}.get(level) or field.near[level - NEAR]


def agreement_words() -> Sequence[tuple[str, int, str]]:
    """(field, level, words) of every level there is."""
    return [(field.name, level, describe_level(field, level)) for field in FIELDS for level in range(field.levels)]
