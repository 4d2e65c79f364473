"""On against off a product: against statsmodels and SciPy, and what is said where it cannot be said."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import permutation_test

from phytovigil.errors import InvalidRequest
from phytovigil.followup.change import compare_periods, list_periods
from phytovigil.followup.change.noise import MIXTURES, correlate, mix
from phytovigil.followup.change.periods import fit_effect, permute_periods, place_values
from phytovigil.schema.change import PeriodSpan, Series
from phytovigil.schema.diary import Entries, Entry, Period

START = date(2026, 1, 1)


def spans(pattern: str, length: int = 14) -> tuple[PeriodSpan, ...]:
    """One period per letter, 1 on and 0 off."""
    return tuple(
        PeriodSpan(START + timedelta(days=place * length), START + timedelta(days=(place + 1) * length - 1), one == "1")
        for place, one in enumerate(pattern)
    )


def series(pattern: str, effect: float, length: int = 14, seed: int = 1, slope: float = 0.0) -> Series:
    draw = np.random.default_rng(seed)
    on = np.repeat([float(one) for one in pattern], length)
    values = 5 + effect * on + slope * np.arange(len(on)) + draw.normal(0, 0.7, len(on))
    days = tuple(START + timedelta(days=day) for day in range(len(on)))
    return Series("pain", "average pain", "points (0–10)", days, tuple(values))


ALTERNATING = "01010101"


def test_a_clear_effect_is_found() -> None:
    found = compare_periods(series(ALTERNATING, -2.0), spans(ALTERNATING))
    assert found.effect == pytest.approx(-2, abs=0.5)
    assert found.low < found.effect < found.high < 0
    assert found.p_value == pytest.approx(2 / 70)
    assert (found.on_periods, found.off_periods, found.on_values, found.off_values) == (4, 4, 56, 56)
    assert "lower while taking the product" in found.said
    assert "permutation of whole periods, all 70 orders" in found.method
    assert "expectation may make part of the difference" in found.said


def test_a_steady_course_is_not_an_effect() -> None:
    """Pain that falls by itself all the time: later periods are lower, on and off alike."""
    found = compare_periods(series("0011", 0.0, 28, slope=-0.03), spans("0011", 28))
    assert found.low < 0 < found.high
    assert "no difference beyond noise" in found.said
    assert "too few periods to permute" in found.method


def test_each_mixture_is_fitted_as_statsmodels_fits_it() -> None:
    one, pattern = series("0110", -1.0, 10), "0110"
    placed = place_values(one, spans(pattern, 10), 2)
    found = fit_effect(placed).found
    columns = np.column_stack([np.ones_like(placed.days), placed.on, (placed.days - placed.days.mean()) / 30])
    covariances = mix(correlate(placed.days, placed.days))
    fits = [sm.GLS(placed.values, columns.astype(float), sigma=covariance).fit() for covariance in covariances]
    np.testing.assert_allclose(found.estimates, [fit.params[1] for fit in fits])
    np.testing.assert_allclose(found.errors, [fit.bse[1] for fit in fits])
    assert found.weights.shape == (len(MIXTURES),)


def test_near_the_answer_of_glsar_where_noise_is_ar1() -> None:
    """Noise that no mixture is: AR(1) of 0.5 a day; statsmodels estimates the correlation itself."""
    draw = np.random.default_rng(7)
    noise = np.zeros(224)
    for day in range(1, 224):
        noise[day] = 0.5 * noise[day - 1] + draw.normal()
    on = np.repeat([float(one) for one in ALTERNATING], 28)
    base = series(ALTERNATING, 0.0, 28)
    found = compare_periods(Series("pain", "pain", "points", base.days, tuple(5 - on + noise)), spans(ALTERNATING, 28))
    columns = np.column_stack([np.ones(224), on, np.arange(224) / 30])
    peer = sm.GLSAR(5 - on + noise, columns, rho=1).iterative_fit(20)
    assert found.effect == pytest.approx(peer.params[1], abs=0.15)
    assert 0.8 < (found.high - found.low) / (2 * 1.97 * peer.bse[1]) < 2.0


def test_permutation_is_that_of_scipy() -> None:
    means = np.array([3.1, 4.9, 3.4, 5.2, 4.1, 4.4, 2.9, 5.0])
    taking = np.array([True, False] * 4)
    peer = permutation_test(
        (means[taking], means[~taking]), lambda x, y: x.mean() - y.mean(), n_resamples=np.inf, random_state=0
    )
    assert permute_periods(means, taking) == pytest.approx(peer.pvalue)


def test_washout_leaves_out_the_beginning_of_later_periods() -> None:
    found = compare_periods(series(ALTERNATING, -2.0), spans(ALTERNATING), washout_days=5)
    assert found.washed_out == 7 * 5
    assert found.on_values + found.off_values == 8 * 14 - 35
    assert "The first 5 days of each later period were left out (35 values)" in found.said


def test_carry_over_blurs_an_effect_and_a_washout_mends_it() -> None:
    one = series(ALTERNATING, -2.0, 28)
    values = np.array(one.values)
    on = np.repeat([float(letter) for letter in ALTERNATING], 28)
    late = np.concatenate([np.zeros(10), on[:-10]])
    blurred = Series("pain", "pain", "points", one.days, tuple(values - 2 * late + 2 * on))
    plain = compare_periods(blurred, spans(ALTERNATING, 28))
    mended = compare_periods(blurred, spans(ALTERNATING, 28), washout_days=10)
    assert abs(mended.effect + 2) < 0.4 < abs(plain.effect + 2)


@pytest.mark.parametrize("pattern", ["01", "011", "0", ""])
def test_too_few_periods_are_said(pattern: str) -> None:
    found = compare_periods(series(pattern or "0", -2.0), spans(pattern))
    assert (found.effect, found.p_value) == (None, None)
    assert "at least 2 periods on and 2 off" in found.needed
    assert "too few values to say" in found.said


def test_too_few_values_are_said() -> None:
    found = compare_periods(series("0101", -2.0, 2), spans("0101", 2))
    assert found.needed == "at least 12 days with values (there are 8)"


def test_days_outside_periods_are_not_used() -> None:
    found = compare_periods(series(ALTERNATING, -2.0), spans("0101"))
    assert found.on_values + found.off_values == 56


def test_periods_of_a_diary() -> None:
    recorded = "2026-06-01T00:00:00+00:00"
    later = Entry("1", "period", "2026-02-01", recorded, Period("2026-02-01", "2026-02-14", True))
    first = Entry("2", "period", "2026-03-01", recorded, Period("2026-01-01", "2026-01-14", False))
    assert [span.taking for span in list_periods(Entries([later, first]))] == [False, True]


def test_periods_that_cannot_be_are_refused() -> None:
    overlapping = (*spans("01"), PeriodSpan(START + timedelta(days=20), START + timedelta(days=40), False))
    with pytest.raises(InvalidRequest, match="begins before"):
        compare_periods(series("01", 0.0), overlapping)
    with pytest.raises(InvalidRequest, match="washout"):
        compare_periods(series("01", 0.0), spans("01"), washout_days=-1)
    with pytest.raises(InvalidRequest, match="stops"):
        PeriodSpan(START, START - timedelta(days=1), True)
