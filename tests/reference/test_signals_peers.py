"""The same tables through SciPy and statsmodels, which were written by others."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2_contingency
from scipy.stats.contingency import odds_ratio, relative_risk
from statsmodels.stats.contingency_tables import Table2x2

from phytovigil.schema.counts import Counts, Estimates
from phytovigil.signals.chi_squared import chi_squared, chi_squared_yates, p_value
from phytovigil.signals.prr import prr
from phytovigil.signals.ror import ror
from phytovigil.signals.ror_exact import ror_exact, ror_midp


def draw_tables(smallest: int, number: int) -> np.ndarray:
    """Tables over many sizes, drawn once and for all; shape (number, 4)."""
    generator = np.random.default_rng(20_26)
    means = 10 ** generator.uniform([0, 0.5, 0.5, 1], [1.5, 3, 3, 5], size=(number, 4))
    return np.maximum(generator.poisson(means), smallest)


TABLES = draw_tables(smallest=1, number=150)
WITH_ZEROS = np.vstack([draw_tables(smallest=0, number=60), [[0, 7, 9, 200], [5, 0, 3, 80], [5, 40, 0, 80]]])


def columns(tables: np.ndarray) -> Counts:
    return Counts.of(*tables.T)


def at(estimates: Estimates, pair: int) -> list[float]:
    return [float(values[pair]) for values in (estimates.point, estimates.low, estimates.high)]


@pytest.mark.parametrize("level", [0.95, 0.9])
def test_prr_is_the_relative_risk_of_scipy_and_statsmodels(level: float) -> None:
    found = prr(columns(TABLES), level=level)
    for pair, (a, b, c, d) in enumerate(TABLES.tolist()):
        theirs = relative_risk(a, a + b, c, c + d)
        interval = theirs.confidence_interval(level)
        np.testing.assert_allclose(at(found, pair), [theirs.relative_risk, *interval], rtol=1e-9)
        other = Table2x2([[a, b], [c, d]])
        confint = other.riskratio_confint(1 - level)
        np.testing.assert_allclose(at(found, pair), [other.riskratio, *confint], rtol=1e-9)


@pytest.mark.parametrize("level", [0.95, 0.9])
def test_ror_is_the_odds_ratio_of_statsmodels(level: float) -> None:
    found = ror(columns(TABLES), level=level)
    for pair, (a, b, c, d) in enumerate(TABLES.tolist()):
        theirs = Table2x2([[a, b], [c, d]])
        confint = theirs.oddsratio_confint(1 - level)
        np.testing.assert_allclose(at(found, pair), [theirs.oddsratio, *confint], rtol=1e-9)


def test_haldane_is_the_shifted_table_of_statsmodels() -> None:
    found = ror(columns(WITH_ZEROS), haldane=True)
    for pair, table in enumerate(WITH_ZEROS):
        if np.isnan(found.point[pair]):
            continue
        theirs = Table2x2((table + 0.5).reshape(2, 2), shift_zeros=False)
        np.testing.assert_allclose(at(found, pair), [theirs.oddsratio, *theirs.oddsratio_confint()], rtol=1e-9)


@pytest.mark.parametrize("level", [0.95, 0.8])
@pytest.mark.parametrize("tables", [TABLES[:60], WITH_ZEROS], ids=["no zeros", "zeros"])
def test_exact_is_the_conditional_odds_ratio_of_scipy(tables: np.ndarray, level: float) -> None:
    found, mid = ror_exact(columns(tables), level=level), ror_midp(columns(tables), level=level)
    np.testing.assert_array_equal(found.point, mid.point)
    for pair, table in enumerate(tables):
        square = table.reshape(2, 2)
        if 0 in (*square.sum(axis=0), *square.sum(axis=1)):
            assert np.isnan(at(found, pair)).all()
            continue
        theirs = odds_ratio(square, kind="conditional")
        want = [theirs.statistic, *theirs.confidence_interval(level)]
        np.testing.assert_allclose(at(found, pair), want, rtol=1e-6)


@pytest.mark.parametrize(("value", "correction"), [(chi_squared, False), (chi_squared_yates, True)])
def test_chi_squared_is_that_of_scipy(value, correction: bool) -> None:
    found = value(columns(TABLES))
    for pair, table in enumerate(TABLES):
        theirs = chi2_contingency(table.reshape(2, 2), correction=correction)
        np.testing.assert_allclose(found[pair], theirs.statistic, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(p_value(found)[pair], theirs.pvalue, rtol=1e-8)
