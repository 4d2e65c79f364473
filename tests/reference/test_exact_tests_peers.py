"""Exact tests, likelihood ratios and Poisson limits through SciPy, statsmodels and 30-digit arithmetic."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from scipy.stats import fisher_exact, hypergeom
from statsmodels.stats.rates import confint_poisson

from phytovigil.schema.counts import Counts
from phytovigil.signals.fisher import fisher, fisher_midp, fisher_midp_two_sided, fisher_two_sided
from phytovigil.signals.likelihood_ratio import lrt
from phytovigil.signals.observed_expected import observed_expected

Table = tuple[int, int, int, int]


def draw_tables(number: int) -> np.ndarray:
    """Tables over many sizes, many with zeros and ties, none with an empty margin; shape (tables, 4)."""
    generator = np.random.default_rng(20_27)
    means = 10 ** generator.uniform([0, 0.5, 0.5, 1], [1.5, 3, 3, 5], size=(number, 4))
    drawn = np.vstack([generator.poisson(means), generator.integers(0, 6, (number, 4))])
    a, b, c, d = drawn.T
    return drawn[np.minimum.reduce([a + b, c + d, a + c, b + d]) > 0]


TABLES = draw_tables(120)
COUNTS = Counts.of(*TABLES.T)


def test_one_sided_is_that_of_scipy() -> None:
    a, b, c, d = TABLES.T
    theirs = hypergeom(a + b + c + d, a + c, a + b)
    np.testing.assert_allclose(fisher(COUNTS), theirs.sf(a - 1), rtol=1e-10)
    np.testing.assert_allclose(fisher_midp(COUNTS), theirs.sf(a - 1) - theirs.pmf(a) / 2, rtol=1e-9)
    exact = [fisher_exact(table.reshape(2, 2), alternative="greater").pvalue for table in TABLES[:60]]
    np.testing.assert_allclose(fisher(COUNTS)[:60], exact, rtol=1e-9)


def test_two_sided_is_that_of_scipy() -> None:
    theirs = [fisher_exact(table.reshape(2, 2)).pvalue for table in TABLES]
    np.testing.assert_allclose(fisher_two_sided(COUNTS), theirs, rtol=1e-9)


def exact_p_values(table: Table) -> list[mpmath.mpf]:
    """One-sided, one-sided mid-P, two-sided, two-sided mid-P, from binomial coefficients."""
    a, b, c, d = table
    least, most = max(0, a - d), min(a + b, a + c)
    weights = {x: mpmath.binomial(a + b, x) * mpmath.binomial(c + d, a + c - x) for x in range(least, most + 1)}
    total, own = mpmath.fsum(weights.values()), weights[a]
    up = mpmath.fsum(weight for x, weight in weights.items() if x > a)
    fewer = mpmath.fsum(weight for weight in weights.values() if weight < own)
    equal = mpmath.fsum(weight for weight in weights.values() if weight == own)
    return [part / total for part in (up + own, up + own / 2, fewer + equal, fewer + equal / 2)]


@pytest.mark.parametrize(
    "table",
    [(3, 1, 1, 3), (0, 16, 15, 57), (7, 27, 1, 33), (12, 6, 5, 12), (4, 30, 463, 64020), (7, 1454, 302, 690525)],
    ids=str,
)
def test_exact_tests_with_thirty_digits(table: Table) -> None:
    counts = Counts.of(*([cell] for cell in table))
    with mpmath.workdps(30):
        wanted = [float(p_value) for p_value in exact_p_values(table)]
    tests = (fisher, fisher_midp, fisher_two_sided, fisher_midp_two_sided)
    np.testing.assert_allclose([test(counts)[0] for test in tests], wanted, rtol=1e-11)


@pytest.mark.parametrize("table", [(9, 91, 36, 9864), (6, 0, 94, 900), (7, 1454, 302, 690525), (2, 8, 2, 9)], ids=str)
def test_likelihood_ratio_with_thirty_digits(table: Table) -> None:
    found = lrt(Counts.of(*([cell] for cell in table)))
    with mpmath.workdps(30):
        a, b, c, d = map(mpmath.mpf, table)
        size, null = a + b, (a + c) / (a + b + c + d)
        best = a / size
        ratio = a * mpmath.log(best / null) + (b * mpmath.log((1 - best) / (1 - null)) if b else 0)
        tail = mpmath.erfc(mpmath.sqrt(ratio)) / 2
    assert found.value[0] == pytest.approx(float(ratio), rel=1e-10)
    assert found.p_value[0] == pytest.approx(float(tail), rel=1e-9)


@pytest.mark.parametrize("level", [0.95, 0.9])
def test_poisson_limits_are_those_of_statsmodels(level: float) -> None:
    found = observed_expected(COUNTS, level=level)
    a, expected = COUNTS.a, COUNTS.expected
    low, high = confint_poisson(a, expected, method="exact-c", alpha=1 - level)
    seen = a > 0
    np.testing.assert_allclose(found.point, a / expected)
    np.testing.assert_allclose(found.low[seen], low[seen], rtol=1e-10)
    np.testing.assert_allclose(found.high, high, rtol=1e-10)
