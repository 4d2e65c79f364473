"""How many cases it takes before silence reassures, beside SciPy's own distributions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from phytovigil.schema.counts import Counts
from phytovigil.signals.needed import cases_to_exclude, people_to_exclude
from phytovigil.signals.ror_exact import ror_midp


def poisson_limit(cases: int) -> float:
    """Upper mid-P limit of a Poisson mean."""

    def tail(mean: float) -> float:
        return float(stats.poisson.cdf(cases - 1, mean) + stats.poisson.pmf(cases, mean) / 2 - 0.025)

    return float(optimize.brentq(tail, cases, 20 * cases + 20))


def test_with_an_ample_background_it_is_the_poisson_answer() -> None:
    expected = next(cases for cases in range(1, 100) if poisson_limit(cases) / cases < 2)
    found = cases_to_exclude(10**6, 10**9)
    assert found is not None
    assert found.expected == expected == 7


@pytest.mark.parametrize(("c", "d"), [(437, 64_046), (12, 64_000), (2_710, 61_773), (30, 40)])
def test_one_case_fewer_would_not_do(c: int, d: int) -> None:
    found = cases_to_exclude(c, d)
    assert found is not None
    high = []
    for cases in (found.expected - 1, found.expected):
        others = int(np.ceil(cases * (d / c)))
        high.append(ror_midp(Counts.of(cases, others, c, d)).high[0])
    assert high[1] < 2 <= high[0]
    assert found.high == pytest.approx(high[1])
    assert found.with_product == pytest.approx(found.expected * (c + d) / c, abs=1)


@pytest.mark.parametrize(("c", "d"), [(0, 100), (100, 0), (8, 64_000)])
def test_a_background_that_is_too_small_never_reassures(c: int, d: int) -> None:
    assert cases_to_exclude(c, d) is None


@pytest.mark.parametrize("share", [0.5, 0.05, 0.001])
def test_people_without_an_event(share: float) -> None:
    people = people_to_exclude(share)
    assert stats.binom.pmf(0, people, share) <= 0.05 < stats.binom.pmf(0, people - 1, share)
    assert people <= 3 / share
