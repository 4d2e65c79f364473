"""Adding up periods, and when a rule first held."""

from __future__ import annotations

import numpy as np

from phytovigil.schema.counts import Counts
from phytovigil.signals.time.cumulative import accumulate, expected_by_period, first_held, held_since


def test_sums_are_those_of_python() -> None:
    cells = np.random.default_rng(1).integers(0, 50, (4, 30))
    added = accumulate(Counts.of(*cells))
    for row, cell in zip((added.a, added.b, added.c, added.d), cells, strict=True):
        assert row.tolist() == [sum(cell[: stop + 1].tolist()) for stop in range(30)]


def test_counts_above_32_bits() -> None:
    assert accumulate(Counts.of([2**31, 2**31], [0, 0], [0, 0], [2**33, 1])).total[-1] == 2**32 + 2**33 + 1


def test_expected_within_periods_is_not_misled_by_a_common_rise() -> None:
    """Product and reaction are independent in each of two periods, and both are commoner in the second."""
    counts = Counts.of(a=[1, 400], b=[99, 400], c=[99, 400], d=[9_801, 400])
    assert expected_by_period(counts).tolist() == [1, 401]
    assert accumulate(counts).expected[-1] < 100


def test_empty_period_expects_nothing() -> None:
    assert expected_by_period(Counts.of([0, 1], [0, 1], [0, 1], [0, 1])).tolist() == [0, 1]


def test_first_and_since() -> None:
    assert (first_held([]), held_since([])) == (None, None)
    assert (first_held([False] * 3), held_since([False] * 3)) == (None, None)
    assert (first_held([True] * 3), held_since([True] * 3)) == (0, 0)
    assert (first_held([False, True, False]), held_since([False, True, False])) == (1, None)
