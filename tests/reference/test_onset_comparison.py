"""Two samples of days: SciPy's statistics, every relabelling of small samples, a printed interval, false alarms."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.stats import kstest, mannwhitneyu

from phytovigil.signals.time.two_samples import compare_samples

TREATMENT, CONTROL = [10, 10, 20, 20, 20, 30, 30, 30, 40, 50], [10, 20, 30, 40, 40, 50]


def test_printed_interval_of_cliffs_delta() -> None:
    """R package effsize (Torchiano), its test of cliff.delta, example of Hogarty and Kromrey 1999."""
    found = compare_samples(TREATMENT, CONTROL, seed=1)
    assert found.delta == -0.25
    assert (round(found.low, 7), round(found.high, 7)) == (-0.7265846, 0.3890062)


def draw(seed: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    return np.floor(generator.exponential(5, 23)), np.floor(generator.exponential(9, 41))


@pytest.mark.parametrize("seed", range(5))
def test_statistics_are_those_of_scipy(seed: int) -> None:
    first, second = draw(seed)
    found = compare_samples(first, second, seed=1, permutations=99)
    assert found.ks == pytest.approx(kstest(first, second).statistic, rel=1e-12)
    pairs = first.size * second.size
    assert found.delta == pytest.approx(2 * mannwhitneyu(first, second).statistic / pairs - 1, abs=1e-12)


def test_p_values_near_those_of_all_relabellings() -> None:
    first, second = [0, 0, 1, 2, 2], [1, 2, 2, 5, 9, 9]
    pooled = np.array([*first, *second], dtype=float)

    def of(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
        signs = np.sign(one[:, None] - other[None, :])
        values = np.unique(pooled)
        gaps = [abs((one <= value).mean() - (other <= value).mean()) for value in values]
        return max(gaps), abs(signs.mean())

    observed = of(pooled[:5], pooled[5:])
    every = []
    for chosen in combinations(range(11), 5):
        mask = np.isin(np.arange(11), chosen)
        every.append(of(pooled[mask], pooled[~mask]))
    exact = [np.mean([entry[place] >= observed[place] - 1e-12 for entry in every]) for place in (0, 1)]
    found = compare_samples(first, second, seed=4, permutations=20_000)
    for got, want in zip((found.ks_p, found.delta_p), exact, strict=True):
        assert got == pytest.approx(want, abs=4 * np.sqrt(want * (1 - want) / 20_000))


def test_samples_of_one_kind_alarm_no_more_often_than_said() -> None:
    """With heavy ties; a permutation test holds its level whatever the distribution."""
    generator = np.random.default_rng(7)
    found = []
    for trial in range(400):
        first, second = np.floor(generator.exponential(2, 12)), np.floor(generator.exponential(2, 30))
        tested = compare_samples(first, second, seed=trial, permutations=199)
        found.append((tested.ks_p, tested.delta_p))
    for values in zip(*found, strict=True):
        assert np.mean(np.array(values) <= 0.05) <= 0.05 + 3.3 * np.sqrt(0.05 * 0.95 / 400)


def test_interval_of_delta_covers() -> None:
    """Whole days of two exponentials; the truth by adding up the chances of every pair of days."""
    days = np.arange(400)
    chances = [np.exp(-days / mean) - np.exp(-(days + 1) / mean) for mean in (5.0, 9.0)]
    truth = float((np.sign(days[:, None] - days[None, :]) * chances[0][:, None] * chances[1][None, :]).sum())
    generator = np.random.default_rng(8)
    covered = 0
    for trial in range(300):
        first, second = np.floor(generator.exponential(5, 25)), np.floor(generator.exponential(9, 40))
        found = compare_samples(first, second, seed=trial, permutations=1)
        covered += found.low <= truth <= found.high
    assert covered / 300 == pytest.approx(0.95, abs=3.3 * np.sqrt(0.95 * 0.05 / 300) + 0.01)
