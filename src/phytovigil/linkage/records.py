"""Records as a linkage sees them: one row per case, every value a number, items of lists by rarity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

NO_DAY = np.int32(-(2**31))
"""Stands for a date that was not given."""

BLANK = -1
"""Stands for a value of few kinds that was not given."""

LISTS = ("drugs", "reactions", "indications")
"""Fields that hold several items; the position is the number of the kind."""

CODED = ("sex", "country", "reporter", "outcomes", "sender", "control", "authority", "literature")
"""Fields whose values are only equal or not equal."""

Integers = NDArray[Any]
Floats = NDArray[np.float64]
Shares = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Items:
    """What each record lists, as rows of a sparse matrix.

    start : (records + 1,), where each record's items begin. item : numbers of items, ascending within a record.
    kind : (items,), position in LISTS. count : (items,), records that list it. Items are numbered from the rarest to
    the most common, so a record's first items say most.
    """

    start: NDArray[np.int64]
    item: NDArray[np.int32]
    kind: NDArray[np.int8]
    count: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Records:
    """The compared fields of every case, each of shape (records,).

    report : the store's number of the report, ascending. event_day : first day of the stated period, in days since
    1970-01-01, or NO_DAY; event_precision : 0 no date, 1 year, 2 month, 3 day. received : day, or NO_DAY.
    age (years), weight (kg) : NaN where not given. codes : fields of CODED → numbers from 0, or BLANK.
    """

    report: NDArray[np.int64]
    event_day: NDArray[np.int32]
    event_precision: NDArray[np.int8]
    received: NDArray[np.int32]
    age: NDArray[np.float32]
    weight: NDArray[np.float32]
    codes: Mapping[str, NDArray[np.int32]]
    items: Items

    @property
    def number(self) -> int:
        """How many records there are."""
        return len(self.report)


def gather_items(record: Integers, kind: Integers, word: Integers, records: int) -> Items:
    """Items of all records from rows (record, kind, word), each at most once, in any order.

    >>> items = gather_items(np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([7, 7, 3]), 2)
    >>> items.count.tolist(), items.item.tolist(), items.kind.tolist()
    ([1, 2], [1, 0, 1], [1, 0])
    """
    words = int(word.max(initial=-1)) + 1
    code = kind.astype(np.int64) * words + word
    counts = np.bincount(code, minlength=words * len(LISTS))
    used = np.flatnonzero(counts)
    by_rarity = used[np.lexsort((used, counts[used]))]
    number = np.empty(len(counts), np.int32)
    number[by_rarity] = np.arange(len(by_rarity), dtype=np.int32)
    item = number[code]
    order = np.lexsort((item, record))
    start = np.concatenate([[0], np.cumsum(np.bincount(record, minlength=records))]).astype(np.int64)
    return Items(start, item[order], (by_rarity // max(words, 1)).astype(np.int8), counts[by_rarity])


def number_values(values: Integers, blank: int = 0) -> NDArray[np.int32]:
    """Numbers from 0 for values that are only equal or not; `blank` becomes BLANK.

    >>> number_values(np.array([90, 0, 17, 90])).tolist()
    [1, -1, 0, 1]
    """
    given = values != blank
    _, numbers = np.unique(values[given], return_inverse=True)
    coded = np.full(len(values), BLANK, np.int32)
    coded[given] = numbers
    return coded


def make_records(
    facts: Iterable[Mapping[str, Integers]], items: Iterable[Mapping[str, Integers]], papers: Integers
) -> Records:
    """Records from columns in parts. facts : report, dates, age, weight and hashes of CODED, 0 where blank, a row for
    each record. items : record, kind and word. papers : the number of the paper that each record cites, or BLANK.
    """
    columns, listed = join_parts(facts) or no_facts(), join_parts(items)
    codes = {name: number_values(columns.pop(name)) for name in CODED if name in columns}
    if not listed:
        listed = dict.fromkeys(("record", "kind", "word"), np.empty(0, np.int64))
    gathered = gather_items(listed["record"], listed["kind"], listed["word"], len(papers))
    return Records(**columns, codes={**codes, "literature": papers.astype(np.int32)}, items=gathered)


def no_facts() -> dict[str, Integers]:
    """Columns of no record."""
    kinds = {"report": np.int64, "event_day": np.int32, "event_precision": np.int8, "received": np.int32}
    numbers = {name: np.empty(0, kind) for name, kind in (kinds | {"age": np.float32, "weight": np.float32}).items()}
    return numbers | {name: np.empty(0, np.uint64) for name in CODED if name != "literature"}


def join_parts(parts: Iterable[Mapping[str, Integers]]) -> dict[str, Integers]:
    """Columns in parts, whole; nothing where there is no part."""
    held = list(parts)
    return {name: np.concatenate([part[name] for part in held]) for name in held[0]} if held else {}
