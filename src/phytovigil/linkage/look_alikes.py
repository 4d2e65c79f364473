"""Pairs in a crowd: reports that are alike because many are alike, and not because they tell one event.

A batch of one law firm, an outbreak, the patients of one paper: forty reports share product, reaction, country and day,
and every two of them look like one event. What fields say one by one cannot see this; counting can: how many other
reports look as much like a record as its partner does? For each size of crowd it is learned from the patients (age,
sex, weight) how far likeness can be believed there. A few look-alikes may be further copies of the same report; with
many, likeness means little, and each pair has to be told by its patients.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phytovigil.linkage.records import Floats, Integers

MARGIN = 1.0
"""Bits that another partner may be less alike and still count as much alike."""

CROWDS = (0, 1, 3, 6, 15)
"""Look-alikes from which each class of crowd begins."""


def count_look_alikes(left: Integers, right: Integers, likeness: Floats, apart: Floats) -> Floats:
    """Other partners of either record that are as much alike as the pair is, of the record with more.

    left, right : records of the pairs. likeness : bits. apart : probability that each pair is not of one event:
    partners that are of the same event are no look-alikes.

    >>> count_look_alikes(np.array([0, 0, 0]), np.array([1, 2, 3]), np.array([9.0, 9, 5]), np.ones(3)).tolist()
    [1.0, 1.0, 2.0]
    """
    pairs = len(left)
    if not pairs:
        return np.empty(0)
    record, weight = np.concatenate([left, right]).astype(np.int64), np.tile(apart, 2)
    span = float(np.ptp(likeness)) + 2 * MARGIN + 1
    key = record * span - (np.tile(likeness, 2) - likeness.min())
    order = np.argsort(key, kind="stable")
    owners, total = record[order], np.append(0.0, np.cumsum(weight[order]))
    last = np.searchsorted(key[order], key + MARGIN, side="right")
    others = total[last] - total[np.searchsorted(owners, record, side="left")] - weight
    found: Floats = np.maximum(np.maximum(others[:pairs], others[pairs:]), 0)
    return found


def crowd_class(look_alikes: Floats) -> NDArray[np.int64]:
    """The class of each pair's crowd, its position in CROWDS; half a look-alike counts as one.

    >>> crowd_class(np.array([0, 0.4, 0.5, 2, 3, 40])).tolist()
    [0, 0, 1, 1, 2, 4]
    """
    return np.searchsorted(CROWDS, look_alikes + 0.5, side="right") - 1
