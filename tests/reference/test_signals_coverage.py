"""How often the intervals hold the truth, in simulated tables with few expected cases; seeds are fixed.

Bands are the nominal level plus or minus 3.3 standard errors of a simulated proportion (1 in 1,000 by chance).
"""

from __future__ import annotations

import numpy as np
import pytest

from phytovigil.schema.counts import Counts, Estimates
from phytovigil.signals.ic import ic_of_expected
from phytovigil.signals.ror_exact import ror_exact, ror_midp

WITH_PRODUCT, OTHERS = 100, 60_000


def chance(level: float, number: int) -> float:
    return 3.3 * float(np.sqrt(level * (1 - level) / number))


def draw_counts(odds_ratio: np.ndarray, mean: np.ndarray, seed: int) -> Counts:
    """Tables of two binomials whose odds have this ratio; `mean` is the mean of a."""
    with_product = mean / WITH_PRODUCT
    others = with_product / (odds_ratio * (1 - with_product) + with_product)
    generator = np.random.default_rng(seed)
    a, c = generator.binomial(WITH_PRODUCT, with_product), generator.binomial(OTHERS, others)
    return Counts.of(a, WITH_PRODUCT - a, c, OTHERS - c)


def coverage(estimates: Estimates, truth: np.ndarray) -> float:
    assert not np.isnan(estimates.low).any()
    return float(((estimates.low <= truth) & (truth <= estimates.high)).mean())


def test_mid_p_covers_close_to_its_level_and_exact_covers_more() -> None:
    number = 40_000
    generator = np.random.default_rng(1)
    truth, mean = np.exp(generator.uniform(np.log(0.5), np.log(8), number)), generator.uniform(0.5, 8, number)
    counts = draw_counts(truth, mean, seed=2)
    mid, exact = coverage(ror_midp(counts), truth), coverage(ror_exact(counts), truth)
    assert mid >= 0.95 - chance(0.95, number)
    assert mid <= 0.965, "mid-P should not be as cautious as the exact interval"
    assert exact > mid + 0.01


def test_mid_p_nears_its_level_as_counts_grow() -> None:
    number = 10_000
    generator = np.random.default_rng(3)
    truth, mean = generator.uniform(0.5, 3, number), generator.uniform(15, 40, number)
    assert coverage(ror_midp(draw_counts(truth, mean, seed=4)), truth) == pytest.approx(0.95, abs=chance(0.95, number))


@pytest.mark.parametrize("mean", [0.3, 1.0, 2.5, 8.0])
@pytest.mark.parametrize("odds_ratio", [1.0, 3.0])
def test_exact_never_covers_less_than_its_level(mean: float, odds_ratio: float) -> None:
    number = 4_000
    truth = np.full(number, odds_ratio)
    counts = draw_counts(truth, np.full(number, mean), seed=5)
    assert coverage(ror_exact(counts), truth) >= 0.95 - chance(0.95, number)


@pytest.mark.parametrize("level", [0.95, 0.8])
def test_ic_covers_at_its_level_where_its_prior_holds(level: float) -> None:
    """With ratios drawn from the prior Gamma(1/2, 1/2), a credibility interval covers at its level exactly."""
    number = 200_000
    generator = np.random.default_rng(6)
    expected, ratio = 10 ** generator.uniform(-1, 1, number), generator.gamma(0.5, 2, number)
    observed = generator.poisson(ratio * expected)
    found = coverage(ic_of_expected(observed, expected, level=level), np.log2(ratio))
    assert found == pytest.approx(level, abs=chance(level, number))
