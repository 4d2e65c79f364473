"""Every measure again, from its definition, with 30 digits and nothing shared with the code under test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import mpmath
import numpy as np
import pytest
from mpmath import mp, mpf

from phytovigil.schema.counts import Counts, Estimates
from phytovigil.signals.chi_squared import chi_squared, chi_squared_yates, p_value
from phytovigil.signals.ic import ic
from phytovigil.signals.prr import prr
from phytovigil.signals.ror import ror
from phytovigil.signals.ror_exact import ror_exact, ror_midp

Table = tuple[int, int, int, int]

TABLES: list[Table] = [
    (3, 1, 1, 3),
    (12, 6, 5, 12),
    (7, 27, 1, 33),
    (4, 30, 463, 64020),
    (1, 33, 2, 64481),
    (7, 1454, 302, 690525),
    (12, 1488, 1488, 187012),
    (40, 2, 3, 1),
]
ZERO_CELLS: list[Table] = [(0, 34, 463, 64020), (5, 0, 12, 900), (3, 97, 0, 9900), (0, 3, 4, 0), (6, 0, 0, 8)]


@pytest.fixture(autouse=True)
def thirty_digits() -> Iterator[None]:
    with mpmath.workdps(30):
        yield


def counts_of(table: Table) -> Counts:
    return Counts.of(*([cell] for cell in table))


def check(found: Estimates, point: mpf, low: mpf, high: mpf) -> None:
    for got, want in ((found.point, point), (found.low, low), (found.high, high)):
        np.testing.assert_allclose(got, [float(want)], rtol=1e-9, atol=1e-12)


def normal(level: str) -> mpf:
    return mpmath.sqrt(2) * mpmath.erfinv(mpf(level))


@pytest.mark.parametrize("level", ["0.95", "0.9"])
@pytest.mark.parametrize("table", TABLES)
def test_prr(table: Table, level: str) -> None:
    a, b, c, d = map(mpf, table)
    ratio = (a / (a + b)) / (c / (c + d))
    factor = mpmath.exp(normal(level) * mpmath.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)))
    check(prr(counts_of(table), level=float(level)), ratio, ratio / factor, ratio * factor)


@pytest.mark.parametrize("haldane", [False, True])
@pytest.mark.parametrize("table", TABLES)
def test_ror(table: Table, haldane: bool) -> None:
    a, b, c, d = (mpf(cell) + (mpf("0.5") if haldane else 0) for cell in table)
    ratio = a * d / (b * c)
    factor = mpmath.exp(normal("0.95") * mpmath.sqrt(1 / a + 1 / b + 1 / c + 1 / d))
    check(ror(counts_of(table), haldane=haldane), ratio, ratio / factor, ratio * factor)


def gamma_quantile(shape: mpf, probability: mpf) -> mpf:
    """Bisection on the logarithm: slow, and certain."""
    low, high = mpf(-200), mpmath.log(shape + 40 * mpmath.sqrt(shape) + 60)
    for _ in range(110):
        middle = (low + high) / 2
        below = mpmath.gammainc(shape, 0, mpmath.exp(middle), regularized=True) < probability
        low, high = (middle, high) if below else (low, middle)
    return mpmath.exp(low)


@pytest.mark.parametrize("level", ["0.95", "0.8"])
@pytest.mark.parametrize("table", [*TABLES, ZERO_CELLS[0]])
def test_ic(table: Table, level: str) -> None:
    a, b, c, d = map(mpf, table)
    tail, half = (1 - mpf(level)) / 2, mpf("0.5")
    rate = (a + b) * (a + c) / (a + b + c + d) + half
    limits = [mpmath.log(gamma_quantile(a + half, p) / rate, 2) for p in (tail, 1 - tail)]
    check(ic(counts_of(table), level=float(level)), mpmath.log((a + half) / rate, 2), *limits)


@pytest.mark.parametrize("table", TABLES)
def test_chi_squared(table: Table) -> None:
    a, b, c, d = map(mpf, table)
    total = a + b + c + d
    for value, correction in ((chi_squared, mpf(0)), (chi_squared_yates, mpf("0.5"))):
        expected = [
            (a, (a + b) * (a + c)),
            (b, (a + b) * (b + d)),
            (c, (c + d) * (a + c)),
            (d, (c + d) * (b + d)),
        ]
        distance = sum(
            max(mpf(0), abs(cell - margins / total) - correction) ** 2 / (margins / total) for cell, margins in expected
        )
        found = value(counts_of(table))
        np.testing.assert_allclose(found, [float(distance)], rtol=1e-9)
        tail = mpmath.erfc(mpmath.sqrt(distance / 2))
        np.testing.assert_allclose(p_value(found), [float(tail)], rtol=1e-8)


def weights_of(table: Table) -> tuple[list[mpf], int]:
    """Weights of every possible table from binomial coefficients, and the place of the observed one."""
    a, b, c, d = table
    least, most = max(0, a - d), min(a + b, a + c)
    weight, found = mpmath.binomial(a + b, least) * mpmath.binomial(c + d, a + c - least), []
    for x in range(least, most + 1):
        found.append(weight)
        weight *= mpf((a + b - x) * (a + c - x)) / ((x + 1) * (d - a + x + 1))
    return found, a - least


def terms_at(weights: list[mpf], log_odds: mpf) -> list[mpf]:
    step, factor, terms = mpmath.exp(log_odds), mpf(1), []
    for weight in weights:
        terms.append(weight * factor)
        factor *= step
    return terms


def odds_where(rises: Callable[[mpf], mpf], target: mpf) -> mpf:
    low, high = mpf(-40), mpf(40)
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if rises(middle) < target else (low, middle)
    return mpmath.exp((low + high) / 2)


def exact_by_definition(table: Table, own_share: mpf) -> tuple[mpf, mpf, mpf]:
    weights, place = weights_of(table)

    def upper(log_odds: mpf) -> mpf:
        terms = terms_at(weights, log_odds)
        return (mp.fsum(terms[place + 1 :]) + own_share * terms[place]) / mp.fsum(terms)

    def not_lower(log_odds: mpf) -> mpf:
        terms = terms_at(weights, log_odds)
        return 1 - (mp.fsum(terms[:place]) + own_share * terms[place]) / mp.fsum(terms)

    def mean(log_odds: mpf) -> mpf:
        terms = terms_at(weights, log_odds)
        return mp.fsum(k * term for k, term in enumerate(terms)) / mp.fsum(terms)

    first, last = place == 0, place == len(weights) - 1
    point = mpf(0) if first else mp.inf if last else odds_where(mean, mpf(place))
    low = mpf(0) if first else odds_where(upper, mpf("0.025"))
    high = mp.inf if last else odds_where(not_lower, mpf("0.975"))
    return point, low, high


@pytest.mark.parametrize("table", TABLES + ZERO_CELLS)
def test_mid_p(table: Table) -> None:
    check(ror_midp(counts_of(table)), *exact_by_definition(table, mpf("0.5")))


@pytest.mark.parametrize("table", TABLES[:6] + ZERO_CELLS)
def test_exact(table: Table) -> None:
    check(ror_exact(counts_of(table)), *exact_by_definition(table, mpf(1)))
