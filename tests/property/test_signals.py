"""What must hold for every table: symmetries, order, scale, and that pairs do not disturb each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.schema.counts import Counts, Estimates
from phytovigil.signals.chi_squared import chi_squared, chi_squared_yates, p_value
from phytovigil.signals.ic import ic, ic_of_expected
from phytovigil.signals.prr import prr
from phytovigil.signals.registry import MEASURES, RULES, apply_rule
from phytovigil.signals.ror import ror
from phytovigil.signals.ror_exact import ror_exact, ror_midp

pytestmark = pytest.mark.filterwarnings("error")

Table = tuple[int, int, int, int]

few = st.integers(0, 12)
many = st.integers(0, 3000)
tables = st.tuples(few, st.one_of(few, many), st.one_of(few, many), st.one_of(few, many))
batches = st.lists(tables, min_size=1, max_size=12)
ODDS_RATIOS = [ror, ror_midp, ror_exact]


def counts_of(batch: list[Table]) -> Counts:
    return Counts.of(*np.array(batch, dtype=float).T)


def parts(estimates: Estimates) -> np.ndarray:
    return np.stack([estimates.point, estimates.low, estimates.high])


def inverted(estimates: Estimates) -> np.ndarray:
    """1 / odds ratio with its limits in order; 0 and infinity change places."""
    with np.errstate(divide="ignore"):
        return 1 / np.stack([estimates.point, estimates.high, estimates.low])


@pytest.mark.parametrize("estimate", ODDS_RATIOS)
@given(batch=batches)
def test_swapping_rows_or_columns_inverts_the_odds_ratio(estimate, batch: list[Table]) -> None:
    here = parts(estimate(counts_of(batch)))
    rows = [(c, d, a, b) for a, b, c, d in batch]
    columns = [(b, a, d, c) for a, b, c, d in batch]
    np.testing.assert_allclose(inverted(estimate(counts_of(rows))), here, rtol=1e-8)
    np.testing.assert_allclose(inverted(estimate(counts_of(columns))), here, rtol=1e-8)


@pytest.mark.parametrize("estimate", [*ODDS_RATIOS, ic])
@given(batch=batches)
def test_product_and_reaction_may_change_places(estimate, batch: list[Table]) -> None:
    transposed = [(a, c, b, d) for a, b, c, d in batch]
    np.testing.assert_allclose(
        parts(estimate(counts_of(transposed))), parts(estimate(counts_of(batch))), rtol=1e-8, atol=1e-12
    )


@pytest.mark.parametrize("name", MEASURES)
@given(batch=batches, level=st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_interval_holds_the_point_and_widens_with_the_level(name: str, batch: list[Table], level: float) -> None:
    estimate = MEASURES[name].estimate
    inner, outer = estimate(counts_of(batch), level=level), estimate(counts_of(batch), level=0.999)
    known = ~np.isnan(inner.point)
    assert (np.isnan(inner.low) == ~known).all()
    assert (np.isnan(inner.high) == ~known).all()
    for smaller, larger in (
        (outer.low, inner.low),
        (inner.low, inner.point),
        (inner.point, inner.high),
        (inner.high, outer.high),
    ):
        assert (smaller[known] <= larger[known]).all()


@given(cases=st.integers(0, 500), expected=st.floats(0.001, 500))
def test_ic_rises_with_each_case(cases: int, expected: float) -> None:
    one, more = (parts(ic_of_expected([number], [expected])) for number in (cases, cases + 1))
    assert (more > one).all()


@given(expected=st.floats(1e-9, 500), cases=st.integers(0, 2))
def test_two_cases_never_lift_ic025_above_zero(expected: float, cases: int) -> None:
    assert ic_of_expected([cases], [expected]).low[0] < 0


@given(batch=batches, factor=st.integers(2, 50))
def test_more_of_the_same_keeps_the_ratio_and_narrows_the_interval(batch: list[Table], factor: int) -> None:
    once = counts_of(batch)
    often = Counts.of(once.a * factor, once.b * factor, once.c * factor, once.d * factor)
    for estimate in (prr, ror):
        here, there = estimate(once), estimate(often)
        np.testing.assert_allclose(there.point, here.point, rtol=1e-9)
        width, narrow = np.log(here.high / here.low), np.log(there.high / there.low)
        np.testing.assert_allclose(narrow, width / np.sqrt(factor), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(chi_squared(often), factor * chi_squared(once), rtol=1e-9, atol=1e-9)


@given(batch=batches)
def test_conditional_estimate_lies_between_the_sample_odds_ratio_and_one(batch: list[Table]) -> None:
    counts = counts_of(batch)
    known = ~np.isnan(ror(counts).point)
    conditional, sample = np.log(ror_midp(counts).point[known]), np.log(ror(counts).point[known])
    assert (np.abs(conditional) <= np.abs(sample) + 1e-9).all()
    assert (conditional * sample >= -1e-9).all()


@given(batch=batches)
def test_mid_p_lies_within_the_exact_interval(batch: list[Table]) -> None:
    mid, exact = ror_midp(counts_of(batch)), ror_exact(counts_of(batch))
    known = ~np.isnan(mid.point)
    assert (exact.low[known] <= mid.low[known]).all()
    assert (mid.high[known] <= exact.high[known]).all()


@given(batch=batches)
def test_yates_never_raises_chi_squared(batch: list[Table]) -> None:
    plain, corrected = chi_squared(counts_of(batch)), chi_squared_yates(counts_of(batch))
    known = ~np.isnan(plain)
    assert (np.isnan(corrected) == ~known).all()
    assert (corrected[known] <= plain[known]).all()
    assert (p_value(corrected)[known] >= p_value(plain)[known]).all()


@pytest.mark.parametrize("name", MEASURES)
@given(batch=batches)
def test_each_pair_is_answered_as_if_alone(name: str, batch: list[Table]) -> None:
    estimate = MEASURES[name].estimate
    together = parts(estimate(counts_of(batch)))
    alone = np.concatenate([parts(estimate(counts_of([table]))) for table in batch], axis=1)
    np.testing.assert_allclose(together, alone, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=50)
@given(batch=batches)
def test_no_rule_fires_below_three_cases_or_against_the_evidence(name: str, batch: list[Table]) -> None:
    counts = counts_of(batch)
    fired = apply_rule(name, counts)
    assert fired.dtype == bool
    assert (counts.a[fired] >= 3).all()
    assert (counts.a[fired] > counts.expected[fired]).all()
