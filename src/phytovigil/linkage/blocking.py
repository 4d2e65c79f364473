"""Which pairs are compared at all: records that share a key, found without looking at every pair.

A key is something that two reports of one event are likely to share and two others are not, such as the day of the
event with a drug, or a rare drug with a rare reaction. Every record has a few dozen keys. A group of records that share
a key may be large; then each record meets only the next REACH ones of the group, in the order of the reports. What is
not compared for this reason is counted. So the cost grows with the records and not with their square.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phytovigil.linkage.records import BLANK, NO_DAY, Integers, Items, Records

REACH = 20
"""Records of a larger group that each record of it meets."""

Keys = tuple[NDArray[np.uint64], NDArray[np.int64]]
"""Hashed keys and the records that have them, of equal length."""

MIXERS = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)


@dataclass(frozen=True, slots=True)
class Block:
    """Pairs to compare, each once, left < right. by_items : found by a key made of nothing but listed items."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    by_items: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Blocking:
    """Groups of records that share a key, and the way through them record by record.

    member : (entries,) records, group by group, ascending. end : (entries,) where the entry's group ends.
    entry : (entries,) places in `member`, in the order of the records; start : (records + 1,) where each begins.
    first_item_entry : entries from here on in `member` come from keys of items alone.
    within_reach, out_of_reach : pairs of groups that are, and are not, compared; one pair may be in several groups.
    """

    member: NDArray[np.int32]
    end: NDArray[np.int64]
    entry: NDArray[np.int64]
    start: NDArray[np.int64]
    first_item_entry: int
    within_reach: int
    out_of_reach: int

    def blocks(self, most: int) -> Iterator[Block]:
        """All pairs, in blocks of about `most`, in the order of the left record."""
        partners = np.minimum(self.end[self.entry] - self.entry - 1, REACH)
        done = np.concatenate([[0], np.cumsum(partners)])[self.start]
        records = len(self.start) - 1
        first = 0
        while first < records:
            last = max(int(np.searchsorted(done, done[first] + most, side="right")) - 1, first + 1)
            block = self.pairs_of(first, last)
            if len(block.left):
                yield block
            first = last

    def pairs_of(self, first: int, last: int) -> Block:
        """The pairs whose left record is one of first … last − 1."""
        entries = self.entry[self.start[first] : self.start[last]]
        partners = np.minimum(self.end[entries] - entries - 1, REACH)
        place = np.repeat(entries, partners)
        steps = np.arange(len(place)) - np.repeat(np.cumsum(partners) - partners, partners) + 1
        codes = (self.member[place].astype(np.int64) << 32 | self.member[place + steps]) << 1
        codes |= place >= self.first_item_entry
        codes.sort()
        if not len(codes):
            return Block(codes, codes, codes.astype(np.bool_))
        last_of_pair = np.append(codes[1:] >> 1 != codes[:-1] >> 1, True)
        codes = codes[last_of_pair]
        pair = codes >> 1
        return Block(pair >> 32, pair & 0xFFFFFFFF, (codes & 1).astype(np.bool_))


def find_groups(records: Records) -> Blocking:
    """Group the records by every key."""
    facts = [*fact_keys(records)]
    items = [*item_keys(records)]
    members, ends, compared, left_out = [], [], 0, 0
    offset = first_item_entry = 0
    for place, keys in enumerate([*facts, *items]):
        if place == len(facts):
            first_item_entry = offset
        member, end = group_records(keys)
        sizes = end - np.arange(len(end)) - 1
        near = int(np.minimum(sizes, REACH).sum())
        compared, left_out = compared + near, left_out + int(sizes.sum()) - near
        members.append(member)
        ends.append(end + offset)
        offset += len(member)
    member, end = np.concatenate(members), np.concatenate(ends)
    entry = np.argsort(member, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(member, minlength=records.number))]).astype(np.int64)
    return Blocking(member, end, entry, start, first_item_entry, compared, left_out)


def group_records(keys: Keys) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Records group by group and where each one's group ends; groups of one are left out.

    >>> group_records((np.array([5, 9, 5], np.uint64), np.array([0, 1, 2])))
    (array([0, 2], dtype=int32), array([2, 2]))
    """
    key, record = keys
    order = np.lexsort((record, key))
    key, record = key[order], record[order]
    if len(key):
        kept = np.append(True, (key[1:] != key[:-1]) | (record[1:] != record[:-1]))
        key, record = key[kept], record[kept]
    edges = np.flatnonzero(np.append(True, key[1:] != key[:-1])) if len(key) else np.empty(0, np.int64)
    sizes = np.diff(np.append(edges, len(key)))
    together = np.repeat(sizes > 1, sizes)
    kept_sizes = sizes[sizes > 1]
    return record[together].astype(np.int32), np.repeat(np.cumsum(kept_sizes), kept_sizes).astype(np.int64)


def fact_keys(records: Records) -> Iterator[Keys]:
    """Keys that hold a date, an age, a place, a citation or a number, alone or with an item."""
    dated = records.event_precision == 3
    day = records.event_day.astype(np.int64)
    aged = ~np.isnan(records.age)
    age = np.where(aged, np.nan_to_num(records.age), 0).round().astype(np.int64)
    sex, country = (records.codes[name].astype(np.int64) for name in ("sex", "country"))
    month = day // 31
    yield with_items(1, day, dated, records.items, 0, 4)
    yield with_items(2, day, dated, records.items, 1, 3)
    yield with_items(3, age * 4 + sex, aged & (sex != BLANK), records.items, 0, 2, country)
    yield with_items(4, age * 4 + sex, aged & (sex != BLANK), records.items, 1, 2, country)
    person = dated & aged & (sex != BLANK)
    yield plain_keys(5, person, day, age * 4 + sex)
    received = records.received.astype(np.int64)
    told = (records.event_precision >= 2) & aged & (sex != BLANK) & (country != BLANK) & (received != NO_DAY)
    yield plain_keys(6, told, month * 1024 + age * 4 + sex, country)
    for place, name in enumerate(("literature", "control", "authority")):
        code = records.codes[name].astype(np.int64)
        yield plain_keys(7 + place, code != BLANK, code)


def item_keys(records: Records) -> Iterator[Keys]:
    """Keys of two listed items: drug with reaction, two drugs, two reactions."""
    drugs, reactions = first_items(records.items, 0, 3), first_items(records.items, 1, 3)
    yield paired(11, drugs, reactions)
    yield paired(12, drugs, drugs)
    yield paired(13, reactions, reactions)


def first_items(items: Items, kind: int, most: int) -> NDArray[np.int64]:
    """The rarest items of one kind of every record, (records, most), −1 where there are fewer."""
    places = np.flatnonzero(items.kind[items.item] == kind)
    record = np.repeat(np.arange(len(items.start) - 1), np.diff(items.start))[places]
    begun = np.searchsorted(record, record, side="left") if len(record) else record
    rank = np.arange(len(record)) - begun
    found = np.full((len(items.start) - 1, most), -1, np.int64)
    chosen = rank < most
    found[record[chosen], rank[chosen]] = items.item[places[chosen]]
    return found


def with_items(
    number: int, value: Integers, given: Integers, items: Items, kind: int, most: int, other: Integers | None = None
) -> Keys:
    """A key for each of a record's rarest items of a kind together with a value."""
    found = first_items(items, kind, most)
    valid = (found >= 0) & given[:, None]
    record, _ = np.nonzero(valid)
    more = [] if other is None else [other[record]]
    return mix(number, value[record], found[valid], *more), record


def plain_keys(number: int, given: Integers, *values: Integers) -> Keys:
    """One key for each record that gives the values."""
    record = np.flatnonzero(given)
    return mix(number, *(value[record] for value in values)), record


def paired(number: int, one: NDArray[np.int64], other: NDArray[np.int64]) -> Keys:
    """A key for each pair of items, one of each table; pairs of a table with itself are told once."""
    same = one is other
    keys, owners = [], []
    for first in range(one.shape[1]):
        for second in range(first + 1 if same else 0, other.shape[1]):
            record = np.flatnonzero((one[:, first] >= 0) & (other[:, second] >= 0))
            keys.append(mix(number, one[record, first], other[record, second]))
            owners.append(record)
    return np.concatenate(keys), np.concatenate(owners)


def mix(number: int, *values: Integers) -> NDArray[np.uint64]:
    """One 64-bit number for several (the finaliser of SplitMix64, doi:10.1145/2660193.2660195, over each in turn)."""
    mixed = np.full(len(values[0]), number, np.uint64)
    for value in values:
        mixed = (mixed ^ value.astype(np.int64).view(np.uint64)) + np.uint64(MIXERS[0])
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(MIXERS[1])
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(MIXERS[2])
        mixed = mixed ^ (mixed >> np.uint64(31))
    return mixed
