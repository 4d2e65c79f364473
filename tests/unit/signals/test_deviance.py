from __future__ import annotations

import mpmath
import numpy as np
import pytest

from phytovigil.schema.counts import Counts
from phytovigil.signals.deviance import deviance_term, log_factorial_rest, log_table_probability

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize("count", [0, 1, 2, 15, 16, 17, 1000, 10**9])
def test_rest_of_stirling_is_what_the_gamma_function_leaves(count: int) -> None:
    with mpmath.workdps(40):
        rest = mpmath.loggamma(count + 1) - (count * mpmath.log(count) - count if count else 0)
    assert log_factorial_rest(np.array([float(count)]))[0] == pytest.approx(float(rest), rel=1e-14, abs=4e-15)


@pytest.mark.parametrize(("count", "expected"), [(0, 3.5), (7, 0.25), (1_000_003, 1_000_000), (5, 5)])
def test_deviance_term_is_its_definition(count: int, expected: float) -> None:
    with mpmath.workdps(40):
        ratio = mpmath.mpf(count) / mpmath.mpf(expected)
        term = (count * mpmath.log(ratio) if count else 0) - count + mpmath.mpf(expected)
    found = deviance_term(np.array([count - expected]), np.array([float(expected)]))[0]
    assert found == pytest.approx(float(term), rel=1e-9, abs=1e-15)


def test_nothing_expected_has_no_deviance() -> None:
    assert deviance_term(np.array([0.0]), np.array([0.0])).tolist() == [0]


def test_probability_of_a_table_among_a_billion() -> None:
    """Log factorials of this size cancel ten digits; thirty digits of mpmath do not mind."""
    a, b, c, d = 210_000, 9_790_000, 19_790_000, 970_210_000
    with mpmath.workdps(40):
        exact = sum(mpmath.loggamma(m + 1) for m in (a + b, c + d, a + c, b + d))
        exact -= sum(mpmath.loggamma(m + 1) for m in (a, b, c, d, a + b + c + d))
    found = log_table_probability(Counts.of([a], [b], [c], [d]))[0]
    assert found == pytest.approx(float(exact), rel=1e-12)


def test_the_only_table_possible_is_certain() -> None:
    counts = Counts.of([0, 0, 5, 8], [0, 0, 90, 0], [0, 5, 0, 0], [0, 90, 0, 0])
    np.testing.assert_allclose(log_table_probability(counts), 0, atol=1e-13)
