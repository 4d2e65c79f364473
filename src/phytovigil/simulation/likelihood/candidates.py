"""Pairs of reports that may tell one event: all whose sets of products and reactions differ by what a change can do."""

from __future__ import annotations

import numpy as np

from phytovigil.simulation.copying import TERM_GROUP
from phytovigil.simulation.draws import Integers, mix, spread
from phytovigil.simulation.likelihood.telling import BLANK, Items, Told

Keys = tuple[np.ndarray, Integers]


def candidate_pairs(told: Told) -> Integers:
    """Positions of the reports, left below right, sorted, shape (pairs, 2).

    Complete for an original and its near-copy: at most one product is dropped and one added, reactions stay within
    their groups of neighbours but for at most one dropped and one added, so that the two share a set with at most one
    item taken out. Reports of one paper are all paired.
    """
    products = set_keys(told.products)
    groups = set_keys(Items(told.reactions.begin, told.reactions.item // TERM_GROUP))
    key, report = crossed(products, groups, len(told.sex))
    cited = np.nonzero(told.paper != BLANK)[0]
    pairs = np.concatenate([pairs_within(key, report), pairs_within(told.paper[cited], cited)])
    return np.unique(pairs, axis=0)


def set_keys(items: Items) -> Keys:
    """Keys of each report's set and of the set without one of its items, with the report of each key."""
    counts = items.counts()
    owner = np.repeat(np.arange(len(counts)), counts)
    kept = np.ones(len(owner), dtype=bool)
    kept[1:] = (items.item[1:] != items.item[:-1]) | (owner[1:] != owner[:-1])
    owner, words = owner[kept], mix(spread(items.item[kept]))
    counts = np.bincount(owner, minlength=len(counts))
    whole = np.zeros(len(counts), dtype=np.uint64)
    np.add.at(whole, owner, words)
    less = counts[owner] > 1
    reports = np.concatenate([np.arange(len(counts)), owner[less]])
    return np.concatenate([whole, whole[owner[less]] - words[less]]), reports


def crossed(first: Keys, second: Keys, reports: int) -> Keys:
    """Every key of the first kind with every key of the second, report by report."""
    (one, owner), (two, other) = (sorted_by_report(keys) for keys in (first, second))
    number = np.bincount(other, minlength=reports)
    begin = np.cumsum(number) - number
    times = number[owner]
    step = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    report = np.repeat(owner, times)
    return mix(np.repeat(one, times) ^ mix(two[begin[report] + step])), report


def sorted_by_report(keys: Keys) -> Keys:
    """Keys in the order of their reports."""
    order = np.argsort(keys[1], kind="stable")
    return keys[0][order], keys[1][order]


def pairs_within(key: np.ndarray, report: Integers) -> Integers:
    """All pairs of different reports that share a key, left below right, shape (pairs, 2)."""
    order = np.lexsort((report, key))
    key, report = key[order], report[order]
    found = [np.empty((0, 2), dtype=np.int64)]
    for step in range(1, longest_run(key)):
        same = np.nonzero(key[step:] == key[:-step])[0]
        found.append(np.stack([report[same], report[same + step]], axis=1))
    pairs = np.concatenate(found)
    return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)


def longest_run(key: np.ndarray) -> int:
    """The largest number of equal keys in a row."""
    edges = np.nonzero(np.append(key[1:] != key[:-1], True))[0]
    return int(np.diff(np.concatenate([[-1], edges])).max(initial=0))
