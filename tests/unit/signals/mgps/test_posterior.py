from __future__ import annotations

import numpy as np
import pytest

from phytovigil.errors import InvalidCounts, InvalidRequest
from phytovigil.signals.mgps import posterior as posteriors
from phytovigil.signals.mgps.posterior import Posterior, ebgm, posterior_mixing, posterior_quantile, solved_quantile
from phytovigil.signals.mgps.prior import Prior, prior_at
from phytovigil.signals.mgps.squashing import as_cells, squash
from phytovigil.signals.mgps.tables import make_table

PRIOR = Prior.of(3.25379064, 0.39988801, 2.02613219, 1.90808279, 0.06534557)

pytestmark = pytest.mark.filterwarnings("error")


def pairs(number: int, seed: int = 6) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    expected = np.exp(generator.uniform(-8, 4, number))
    return generator.poisson(expected * generator.gamma(0.6, 2, number)).astype(float), expected


def test_limits_rise_with_the_probability_and_enclose_the_mean() -> None:
    observed, expected = pairs(5_000)
    limits = [posterior_quantile(PRIOR, observed, expected, part) for part in (0.025, 0.05, 0.5, 0.95, 0.975)]
    assert (np.diff(limits, axis=0) > 0).all()
    mean = ebgm(PRIOR, observed, expected)
    assert (limits[1] < mean).all()
    assert (mean < limits[3]).all()


def test_many_cases_outweigh_the_prior() -> None:
    assert ebgm(PRIOR, [10**7], [10**6])[0] == pytest.approx(10, rel=1e-3)
    assert ebgm(PRIOR, [2**40], [2.0**39])[0] == pytest.approx(2, rel=1e-9)
    low, high = (posterior_quantile(PRIOR, [2**40], [2.0**39], part)[0] for part in (0.05, 0.95))
    assert low < 2 < high < low * 1.00001


def test_next_to_nothing_expected_leaves_the_prior_and_the_count() -> None:
    assert ebgm(PRIOR, [1], [1e-12])[0] == pytest.approx(ebgm(PRIOR, [1], [1e-9])[0], rel=1e-6)
    assert np.isfinite(posterior_quantile(PRIOR, [1, 0], [1e-300, 1e-300], 0.95)).all()
    assert 0 < ebgm(PRIOR, [0], [1e12])[0] < 1e-10


def test_none_expected_is_no_estimate() -> None:
    for found in (
        ebgm(PRIOR, [0, 1, 1], [0, 0, 1.0]),
        posterior_mixing(PRIOR, [0, 1, 1], [0, 0, 1.0]),
        posterior_quantile(PRIOR, [0, 1, 1], [0, 0, 1.0], 0.05),
    ):
        assert np.isnan(found).tolist() == [True, True, False]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_prior_of_one_component_is_a_gamma(share: float) -> None:
    prior = Prior.of(2.0, 3.0, 2.0, 3.0, share)
    other = Prior.of(2.0, 3.0, 2.0, 3.0, 0.4)
    for probability in (0.05, 0.9):
        here, there = (posterior_quantile(one, [4], [1.5], probability) for one in (prior, other))
        assert here == pytest.approx(there, rel=1e-13)
    assert posterior_mixing(prior, [4], [1.5])[0] == share


def test_a_share_that_rounds_to_one_still_tells_the_components_apart() -> None:
    """As in a fit whose α1 runs to 0: only the ratio of 1 − P to α1 counts for pairs with a case."""
    limits = [prior_at(np.array([-a, np.log(0.005), np.log(0.2), np.log(0.4), a - 3.0])) for a in (24.0, 27.0)]
    found = [posterior_quantile(prior, [1, 5], [0.3, 0.3], 0.05) for prior in limits]
    np.testing.assert_allclose(found[0], found[1], rtol=1e-9)
    mixing = posterior_mixing(limits[1], [1, 5], [0.3, 0.3])
    assert ((mixing > 0.01) & (mixing < 0.99)).all()


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    observed, expected = pairs(3_000)
    whole = [ebgm(PRIOR, observed, expected), posterior_quantile(PRIOR, observed, expected, 0.05)]
    monkeypatch.setattr(posteriors, "BLOCK", 700)
    np.testing.assert_array_equal(ebgm(PRIOR, observed, expected), whole[0])
    np.testing.assert_array_equal(posterior_quantile(PRIOR, observed, expected, 0.05), whole[1])


def test_tables_made_once_serve_other_pairs() -> None:
    """Pairs outside of what the tables were made for are solved one by one."""
    observed, expected = pairs(80_000)
    held = Posterior(PRIOR, squash(observed, expected))
    other = np.concatenate([observed[:500], [3, 9e6, 0]]), np.concatenate([expected[:500], [1e9, 4e6, 1e-20]])
    found = held.quantile(*other, 0.05)
    np.testing.assert_allclose(found, solved_quantile(PRIOR, *other, 0.05), rtol=1e-10)


def test_a_table_that_would_be_wrong_is_not_used() -> None:
    """A jump is no polynomial: the part where it is gets no piece; what is smooth keeps its own."""

    def jumping(counts: np.ndarray, means: np.ndarray) -> np.ndarray:
        return np.where((counts == 2) & (means > 1), 2.0, 1.0) * np.exp(-0.1 * means)

    expected = np.exp(np.random.default_rng(1).uniform(-3, 1, 40_000))
    counts = np.tile([1.0, 2.0], 20_000)
    table = make_table(jumping, as_cells(counts, expected))
    assert table is not None
    at_the_jump, elsewhere = np.full(2, 1e-9), np.full(2, -1.0)
    both = np.array([1.0, 2.0])
    assert (table.pieces(both, at_the_jump) >= 0).tolist() == [True, False]
    assert (table.pieces(both, elsewhere) >= 0).tolist() == [True, True]
    np.testing.assert_allclose(table.quantile(jumping, counts, expected), jumping(counts, expected), rtol=1e-10)


def test_components_that_hardly_overlap_are_read_from_shorter_pieces() -> None:
    """The limit turns sharply where the weight goes from one component to the other; most pairs are still read."""
    two = Prior.of(0.19, 0.012, 490.0, 480.0, 0.0025)
    generator = np.random.default_rng(5)
    expected = np.exp(generator.normal(-1.5, 2, 60_000))
    counts = 1.0 + generator.poisson(expected)
    held = Posterior(two, squash(counts, expected))
    for probability in (0.05, 0.95):
        found = held.quantile(counts[:3_000], expected[:3_000], probability)
        solved = solved_quantile(two, counts[:3_000], expected[:3_000], probability)
        np.testing.assert_allclose(found, solved, rtol=1e-10)
        table = held._tables[probability]
        assert table is not None
        assert (table.pieces(counts, np.log(expected)) >= 0).mean() > 0.75


def test_no_pairs_give_no_estimates() -> None:
    assert ebgm(PRIOR, [], []).shape == posterior_quantile(PRIOR, [], [], 0.05).shape == (0,)


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        ([-1], [1]),
        ([1], [-1]),
        ([0.5], [1]),
        ([float("nan")], [1]),
        ([1], [float("inf")]),
        ([1, 2], [1]),
        ([[1]], [[1]]),
    ],
)
def test_impossible_counts_are_refused(observed: list, expected: list) -> None:
    for work in (ebgm, posterior_mixing):
        with pytest.raises(InvalidCounts):
            work(PRIOR, observed, expected)
    with pytest.raises(InvalidCounts):
        posterior_quantile(PRIOR, observed, expected, 0.05)


@pytest.mark.parametrize("probability", [0, 1, 5, float("nan")])
def test_a_probability_lies_between_0_and_1(probability: float) -> None:
    for work in (posterior_quantile, solved_quantile):
        with pytest.raises(InvalidRequest):
            work(PRIOR, [1], [1.0], probability)
