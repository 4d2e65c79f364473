from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, chi2

from phytovigil.errors import InvalidCounts, InvalidRequest
from phytovigil.schema.counts import Counts
from phytovigil.signals import likelihood_ratio as room
from phytovigil.signals.likelihood_ratio import log_likelihood_ratio, lrt, lrt_simulated

pytestmark = pytest.mark.filterwarnings("error")

MARGIN = np.array([5, 20, 75, 400, 1_500, 8_000])


def test_ratio_is_that_of_two_binomial_likelihoods() -> None:
    generator = np.random.default_rng(2)
    size = generator.integers(20, 5_000, 300)
    share = generator.uniform(0.001, 0.5, 300)
    seen = generator.binomial(size, np.minimum(share * 2, 1))
    best, null = binom.logpmf(seen, size, seen / size), binom.logpmf(seen, size, share)
    wanted = np.where(seen > size * share, best - null, 0)
    found = log_likelihood_ratio(seen.astype(float), size * share, size.astype(float))
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-10)


def test_every_case_of_the_product_may_have_the_reaction() -> None:
    found = lrt(Counts.of([6], [0], [94], [900]))
    assert found.value[0] == pytest.approx(6 * np.log(10))


def test_p_value_is_half_of_chi_squared() -> None:
    found = lrt(Counts.of([9, 4], [91, 96], [36, 396], [9864, 9504]))
    assert found.p_value[0] == pytest.approx(chi2.sf(2 * found.value[0], 1) / 2)
    assert (found.value[1], found.p_value[1]) == (0, 1)


def test_expected_cases_of_strata_are_used() -> None:
    plain = lrt(Counts.of([9], [91], [36], [9864])).value[0]
    adjusted = lrt(Counts.of([9], [91], [36], [9864], stratified=[2.0])).value[0]
    assert 0 < adjusted < plain


def test_the_same_seed_gives_the_same_numbers_in_any_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = [1, 1, 2, 3, 9, 44]
    first, other = lrt_simulated(seen, MARGIN, replicates=999), lrt_simulated(seen, MARGIN, replicates=999, seed=1)
    assert first.threshold != other.threshold
    monkeypatch.setattr(room, "CELLS", 100)
    again = lrt_simulated(seen, MARGIN, replicates=999)
    np.testing.assert_array_equal(again.p_value, first.p_value)
    assert again.threshold == first.threshold


def test_above_the_threshold_is_the_same_as_a_small_p_value() -> None:
    for level in (0.01, 0.05, 0.5):
        for extra in range(12):
            found = lrt_simulated([extra, 0, 1, 3, 9, 44], MARGIN + extra, replicates=199, level=level)
            above = found.log_likelihood_ratio > found.threshold
            assert above.tolist() == (found.p_value <= level).tolist()


def test_p_values_are_ranks_among_the_replicates() -> None:
    found = lrt_simulated([5, 0, 0, 0, 1, 4], MARGIN, replicates=999)
    assert found.p_value[0] == 1 / 1000
    np.testing.assert_allclose(found.p_value * 1000, np.round(found.p_value * 1000))
    assert (found.p_value[found.log_likelihood_ratio == 0] == 1).all()


def test_p_value_of_two_reactions_is_the_binomial_tail() -> None:
    """With two reactions the greatest ratio has a known distribution: the sum over all ways to deal 12 pairs."""
    margin, size = np.array([30.0, 70.0]), 12
    ways = np.arange(size + 1)
    greatest = np.maximum(
        log_likelihood_ratio(ways, size * 0.3, size), log_likelihood_ratio(size - ways, size * 0.7, size)
    )
    found = lrt_simulated([7, 5], margin, replicates=19_999)
    exact = binom.pmf(ways, size, 0.3)[greatest >= found.log_likelihood_ratio[0] - 1e-9].sum()
    assert found.p_value[0] == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 19_999))


def test_any_false_signal_is_as_rare_as_the_level_says() -> None:
    generator, alarms = np.random.default_rng(11), 0
    for seed in range(400):
        seen = generator.multinomial(60, MARGIN / MARGIN.sum())
        alarms += lrt_simulated(seen, MARGIN + seen, replicates=199, seed=seed).p_value.min() <= 0.05
    assert alarms / 400 <= 0.05 + 3.3 * np.sqrt(0.05 * 0.95 / 400)


def test_a_product_without_reports_cannot_be_tested() -> None:
    found = lrt_simulated(np.zeros(6), MARGIN)
    assert np.isnan([*found.log_likelihood_ratio, *found.p_value, found.threshold]).all()


def test_reactions_never_reported_have_no_ratio() -> None:
    found = lrt_simulated([0, 4, 6], [0, 10, 990], replicates=99)
    assert (found.log_likelihood_ratio[0], found.p_value[0]) == (0, 1)


@pytest.mark.parametrize(
    ("seen", "margin"),
    [([-1], [4]), ([1.5], [4]), ([float("nan")], [4]), ([5], [4]), ([1, 2], [4]), ([[1]], [[4]])],
)
def test_impossible_counts_are_refused(seen: list, margin: list) -> None:
    with pytest.raises(InvalidCounts):
        lrt_simulated(seen, margin)


@pytest.mark.parametrize(("replicates", "level"), [(0, 0.05), (18, 0.05), (999, 0), (999, 1), (999, 5)])
def test_too_few_replicates_for_a_level_are_refused(replicates: int, level: float) -> None:
    with pytest.raises(InvalidRequest, match="replicates"):
        lrt_simulated([1, 2], [10, 20], replicates=replicates, level=level)
