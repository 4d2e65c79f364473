"""Blocking and comparing against slow counterparts in plain Python that look at every pair of 300 reports."""

from __future__ import annotations

import math
from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from phytovigil.linkage import blocking
from phytovigil.linkage.blocking import find_groups
from phytovigil.linkage.comparing import Comparer
from phytovigil.linkage.fields import FIELDS, SAME, FieldComparer, agreement_words, position
from phytovigil.linkage.lists import ListComparer
from phytovigil.linkage.look_alikes import count_look_alikes


def listed(records, place: int, kind: int) -> list[int]:
    """Items of one kind of a record, rarest first."""
    items = records.items
    return [int(item) for item in items.item[items.start[place] : items.start[place + 1]] if items.kind[item] == kind]


def keys_of(records, place: int) -> set[tuple]:
    """Every key of a record, as the explanation says."""
    drugs, reactions = listed(records, place, 0), listed(records, place, 1)
    code = {name: int(values[place]) for name, values in records.codes.items()}
    day, dated = int(records.event_day[place]), records.event_precision[place] == 3
    keys: set[tuple] = set()
    if dated:
        keys |= {("day-drug", day, drug) for drug in drugs[:4]}
        keys |= {("day-reaction", day, reaction) for reaction in reactions[:3]}
    if not np.isnan(records.age[place]) and code["sex"] != -1:
        who = (round(float(records.age[place])), code["sex"])
        keys |= {("who-drug", *who, code["country"], drug) for drug in drugs[:2]}
        keys |= {("who-reaction", *who, code["country"], reaction) for reaction in reactions[:2]}
        if dated:
            keys.add(("who-day", *who, day))
        if records.event_precision[place] >= 2 and code["country"] != -1:
            keys.add(("who-month", *who, day // 31, code["country"]))
    keys |= {(name, code[name]) for name in ("literature", "control", "authority") if code[name] != -1}
    keys |= {("drug-reaction", drug, reaction) for drug in drugs[:3] for reaction in reactions[:3]}
    for name, items in (("drugs", drugs), ("reactions", reactions)):
        keys |= {(name, *pair) for pair in combinations(items[:3], 2)}
    return keys


def pairs_of(groups, most: int = 500) -> list[tuple[int, int]]:
    return [
        pair for block in groups.blocks(most) for pair in zip(block.left.tolist(), block.right.tolist(), strict=True)
    ]


def test_pairs_that_share_a_key_are_compared_and_no_others(few, monkeypatch):
    monkeypatch.setattr(blocking, "REACH", 300)
    keys = [keys_of(few.records, place) for place in range(300)]
    wanted = {pair for pair in combinations(range(300), 2) if keys[pair[0]] & keys[pair[1]]}
    found = pairs_of(find_groups(few.records))
    assert len(found) == len(set(found))
    assert set(found) == wanted
    assert len(wanted & few.pairs) / len(few.pairs) > 0.95


@pytest.mark.parametrize("most", [1, 37, 10_000])
def test_blocks_hold_the_same_pairs_whatever_their_size(few, most):
    assert sorted(pairs_of(find_groups(few.records), most)) == sorted(pairs_of(find_groups(few.records)))


def test_pairs_beyond_reach_are_counted(records_of, monkeypatch):
    monkeypatch.setattr(blocking, "REACH", 2)
    crowd = records_of([{"drugs": [1], "reactions": [2]} for _ in range(5)])
    groups = find_groups(crowd)
    assert pairs_of(groups) == [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3), (2, 4), (3, 4)]
    assert (groups.within_reach, groups.out_of_reach) == (7, 3)


def slow_list_bits(records, one: int, other: int) -> dict[int, tuple[float, int, int]]:
    """By kind of list: bits of shared items, items shared, items alone."""
    number = records.number
    rows = [
        set(records.items.item[records.items.start[at] : records.items.start[at + 1]].tolist()) for at in range(number)
    ]
    together = Counter(pair for row in rows for pair in combinations(sorted(row), 2))
    count = Counter(item for row in rows for item in row)
    shared = sorted(rows[one] & rows[other])
    bits = dict.fromkeys(range(3), 0.0)
    for rank, item in enumerate(shared):
        tied = 0.0
        for rarer in shared[:rank]:
            seen = max(together[rarer, item] - 2, 0)
            tied = max(tied, math.log2((seen + 0.5) / (count[rarer] * count[item] / number + 0.5)))
        bits[int(records.items.kind[item])] += max(math.log2(number / count[item]) - tied, 0.0)
    found = {}
    for kind in range(3):
        mine, theirs = (set(listed(records, at, kind)) for at in (one, other))
        alone = len(mine ^ theirs) if mine and theirs else 0
        found[kind] = (bits[kind], len(mine & theirs), alone)
    return found


def test_lists_weigh_as_counted_one_by_one(few):
    comparer = ListComparer(few.records.items)
    chosen = [*sorted(few.pairs)[:12], (0, 1), (5, 200), (17, 18)]
    left, right = (np.array([pair[side] for pair in chosen]) for side in (0, 1))
    found = comparer.compare(left, right)
    for row, pair in enumerate(chosen):
        for kind, (bits, shared, alone) in slow_list_bits(few.records, *pair).items():
            assert found.weight[row, kind] == pytest.approx(bits, abs=1e-4)
            assert (found.shared[row, kind], found.alone[row, kind]) == (shared, alone)


def test_items_that_always_go_together_are_counted_once(records_of):
    bound = [{"drugs": [1, 2]} for _ in range(30)] + [{"drugs": [place + 5]} for place in range(970)]
    free = [{"drugs": [1]} for _ in range(28)] + [{"drugs": [2]} for _ in range(28)] + [{"drugs": [1, 2]}] * 2
    free += [{"drugs": [place + 5]} for place in range(942)]
    pair = np.array([0]), np.array([1])
    tied = ListComparer(records_of(bound).items).compare(*pair).weight[0, 0]
    apart = ListComparer(records_of(free).items).compare(np.array([56]), np.array([57])).weight[0, 0]
    once = math.log2(1000 / 30)
    assert tied == pytest.approx(once, abs=0.8)
    assert apart == pytest.approx(2 * once, abs=0.7)


def level(records, field: str, one: int = 0, other: int = 1) -> str:
    levels, _ = FieldComparer(records).compare(np.array([one]), np.array([other]))
    words = {(name, number): text for name, number, text in agreement_words()}
    return words[field, int(levels[0, position(field)])]


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ({"event_day": 16_500}, {"event_day": 16_500}, "same"),
        ({"event_day": 16_500}, {"event_day": 16_501}, "a day apart"),
        ({"event_day": 16_500}, {"event_day": 16_506}, "within a week"),
        ({"event_day": 16_500}, {"event_day": 16_530}, "within a month"),
        ({"event_day": 16_500}, {"event_day": 16_866}, "one part of the date differs"),
        ({"event_day": 16_500}, {"event_day": 16_700}, "within a year"),
        ({"event_day": 16_500}, {"event_day": 17_500}, "different"),
        # 2015-03-04 and 2015-04-03
        ({"event_day": 16_498}, {"event_day": 16_528}, "day and month swapped"),
        # a day in March 2015, and March 2015, which begins on day 16,495
        ({"event_day": 16_500}, {"event_day": 16_495, "precision": 2}, "same"),
        ({"event_day": 16_530}, {"event_day": 16_495, "precision": 2}, "different"),
        # a day of 2015, and 2015
        ({"event_day": 16_500}, {"event_day": 16_436, "precision": 1}, "same"),
        ({"event_day": 16_500}, {}, "not given"),
    ],
)
def test_event_dates_compare_as_precisely_as_they_are_given(records_of, one, other, said):
    assert level(records_of([one, other]), "event_date") == said


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ({"sender": 4, "control": 9}, {"sender": 5, "control": 9}, "same"),
        ({"sender": 4, "control": 9}, {"sender": 4, "control": 8}, "the same sender, another number"),
        ({"sender": 4, "control": 9}, {"sender": 5, "control": 8}, "different"),
        ({"sender": 4}, {"sender": 4}, "not given"),
    ],
)
def test_senders_compare_by_their_numbers(records_of, one, other, said):
    assert level(records_of([one, other]), "sender") == said


def test_a_value_has_the_share_of_those_that_give_one(records_of):
    records = records_of([{"sex": 0}, {"sex": 0}, {"sex": 1}, {"sex": 0}, {}])
    _, shares = FieldComparer(records).compare(np.array([0, 2]), np.array([1, 4]))
    assert shares[:, position("sex")].tolist() == pytest.approx([0.75, 0.25])


def test_dates_of_receipt_stand_apart_where_event_dates_agree(records_of):
    records = records_of([{"event_day": 16_500, "received": 16_600}] * 2 + [{"received": 16_600}])
    compared = Comparer(records).compare(blocking.Block(np.array([0, 0]), np.array([1, 2]), np.array([True, True])))
    given = compared.levels[:, [position("received"), position("received_with_event")]] > 0
    assert given.tolist() == [[False, True], [True, False]]
    assert not (compared.levels[:, position("received")] == SAME).any()
    assert compared.levels.shape == (2, len(FIELDS))


def test_look_alikes_are_those_of_the_record_with_more():
    random = np.random.default_rng(4)
    left, right = np.array(list(combinations(range(9), 2))).T
    likeness, apart = random.integers(0, 6, len(left)).astype(float), random.random(len(left))
    slow = []
    for one, other, own in zip(left, right, likeness, strict=True):
        counts = []
        for record in (one, other):
            touching = [
                at
                for at in range(len(left))
                if record in (left[at], right[at]) and (left[at], right[at]) != (one, other)
            ]
            counts.append(sum(apart[at] for at in touching if likeness[at] >= own - 1))
        slow.append(max(counts))
    np.testing.assert_allclose(count_look_alikes(left, right, likeness, apart), slow, atol=1e-9)
