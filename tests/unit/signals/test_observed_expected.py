from __future__ import annotations

import numpy as np
import pytest

from phytovigil.schema.counts import Counts
from phytovigil.signals.observed_expected import observed_expected

pytestmark = pytest.mark.filterwarnings("error")


def test_expected_cases_of_strata_are_used() -> None:
    found = observed_expected(Counts.of([6], [94], [30], [9870], stratified=[3.0]))
    plain = observed_expected(Counts.of([6], [94], [30], [9870]))
    assert found.point[0] == 2
    np.testing.assert_allclose(found.high / plain.high, found.point / plain.point)


def test_limits_are_where_the_count_is_on_the_edge() -> None:
    """By adding up Poisson probabilities: `low` gives as many or more with 2.5 %, `high` as few or fewer."""
    found = observed_expected(Counts.of([4], [96], [36], [9864]))
    steps = np.arange(1, 5)

    def at_most(mean: float, count: int) -> float:
        return float(np.exp(-mean) * (1 + np.cumprod(mean / steps)[:count].sum()))

    low, high = found.low[0] * 0.4, found.high[0] * 0.4
    assert 1 - at_most(low, 3) == pytest.approx(0.025)
    assert at_most(high, 4) == pytest.approx(0.025)


def test_wider_levels_have_wider_intervals() -> None:
    counts = Counts.of([0, 7], [34, 93], [463, 50], [64020, 9850])
    narrow, wide = observed_expected(counts, level=0.8), observed_expected(counts, level=0.99)
    assert (wide.high > narrow.high).all()
    assert wide.low[1] < narrow.low[1]
    assert wide.low[0] == narrow.low[0] == 0
