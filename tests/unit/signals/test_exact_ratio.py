"""The exact ratio of two odds ratios beside every table that the margins allow, counted one by one."""

from __future__ import annotations

import math
import random
from math import comb

import numpy as np
import pytest

from phytovigil.errors import InvalidRequest
from phytovigil.signals.interactions.baselines import ratio_of_odds_ratios
from phytovigil.signals.interactions.exact_ratio import ratio_midp
from phytovigil.signals.interactions.triples import TripleCounts

Cells = tuple[int, ...]


def divisions(cells: Cells) -> dict[int, int]:
    """Number of the first table's corner → number of ways, over all tables with the margins and the common total."""
    a1, b1, c1, d1, a0, b0, c0, d0 = cells
    both = a1 + a0
    return {
        a: comb(a1 + b1, a) * comb(c1 + d1, a1 + c1 - a) * comb(a0 + b0, both - a) * comb(c0 + d0, a0 + c0 - both + a)
        for a in range(max(0, both - a0 - b0), min(a1 + b1, both) + 1)
        if 0 <= a1 + c1 - a <= c1 + d1 and 0 <= a0 + c0 - both + a <= c0 + d0
    }


def mid_p(cells: Cells, ratio: float, *, upwards: bool) -> float:
    """Probability of a more extreme division plus half of the observed one."""
    ways = {a: count * ratio**a for a, count in divisions(cells).items() if count}
    beyond = sum(way for a, way in ways.items() if (a > cells[0] if upwards else a < cells[0]))
    return (beyond + ways[cells[0]] / 2) / sum(ways.values())


def mean(cells: Cells, ratio: float) -> float:
    ways = {a: count * ratio**a for a, count in divisions(cells).items()}
    return sum(a * way for a, way in ways.items()) / sum(ways.values())


def random_tables() -> list[Cells]:
    generator = random.Random(20)
    return [tuple(generator.randint(0, 9) for _ in range(8)) for _ in range(60)]


@pytest.mark.parametrize("cells", random_tables())
def test_limits_leave_the_tails_that_they_promise(cells: Cells) -> None:
    found = ratio_midp(TripleCounts.of(*([cell] for cell in cells)))
    point, low, high = found.point[0], found.low[0], found.high[0]
    possible = [a for a, ways in divisions(cells).items() if ways]
    if len(possible) == 1:
        assert np.isnan([point, low, high]).all()
        return
    if cells[0] == min(possible):
        assert point == low == 0
    else:
        assert mid_p(cells, low, upwards=True) == pytest.approx(0.025, rel=1e-8)
    if cells[0] == max(possible):
        assert math.isinf(point)
        assert math.isinf(high)
    else:
        assert mid_p(cells, high, upwards=False) == pytest.approx(0.025, rel=1e-8)
    if 0 < point < math.inf:
        assert mean(cells, point) == pytest.approx(cells[0], rel=1e-8)


def test_the_exact_ratio_nears_the_one_of_large_counts() -> None:
    counts = TripleCounts.of([200], [4_000], [1_000], [30_000], [5_000], [200_000], [4_000], [600_000])
    exact, wald = ratio_midp(counts), ratio_of_odds_ratios(counts)
    for name in ("point", "low", "high"):
        assert getattr(exact, name)[0] == pytest.approx(getattr(wald, name)[0], rel=0.01)


def test_changing_the_names_of_the_groups_inverts_the_ratio() -> None:
    cells = (6, 4, 3, 9, 5, 20, 30, 100)
    there, back = (ratio_midp(TripleCounts.of(*([cell] for cell in row))) for row in (cells, cells[4:] + cells[:4]))
    assert there.point[0] == pytest.approx(1 / back.point[0])
    assert there.low[0] == pytest.approx(1 / back.high[0])


def test_a_level_beyond_one_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        ratio_midp(TripleCounts.of(6, 4, 3, 9, 5, 20, 30, 100), level=1.5)
