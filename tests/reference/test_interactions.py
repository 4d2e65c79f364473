"""Two products and a reaction: printed figures, 30 digits, logistic regression, and simulated truth."""

from __future__ import annotations

from collections.abc import Iterator

import mpmath
import numpy as np
import pytest
import statsmodels.api as sm
from mpmath import mpf
from statsmodels.stats.proportion import confint_proportions_2indep

from phytovigil.signals.interactions.baselines import (
    expected_with_both,
    interaction_contrast,
    ratio_of_odds_ratios,
    reri,
    wilson,
)
from phytovigil.signals.interactions.omega import omega
from phytovigil.signals.interactions.triples import CELLS, TripleCounts

Margins = tuple[int, int, int, int, int, int, int, int]


def from_margins(margins: Margins) -> TripleCounts:
    """n111, then cases with both products, first and reaction, second and reaction, first, second, reaction, all."""
    both_r, both, first_r, second_r, first, second, reacted, total = margins
    return TripleCounts.of(
        both_r,
        both - both_r,
        first_r - both_r,
        first - both - first_r + both_r,
        second_r - both_r,
        second - both - second_r + both_r,
        reacted - first_r - second_r + both_r,
        total - first - second - reacted + both + first_r + second_r - both_r,
    )


PRINTED: list[tuple[Margins, float, float]] = [
    ((45, 250, 120, 85, 580, 420, 340, 50_000), -1.0478, -1.5003),
    ((25, 250, 120, 85, 580, 420, 340, 50_000), -2.2590, -2.8801),
    ((80, 250, 120, 85, 580, 420, 340, 50_000), 1.1732, 0.8396),
    ((5, 50, 20, 15, 120, 100, 70, 5_000), -1.6685, -3.1960),
    ((250, 5_000, 3_500, 2_800, 12_000, 8_500, 6_500, 45_000_000), -3.9613, -4.1457),
    ((500, 5_000, 3_500, 2_800, 12_000, 8_500, 6_500, 45_000_000), -2.8613, -2.9905),
    ((100, 5_000, 3_500, 2_800, 12_000, 8_500, 6_500, 45_000_000), -5.3364, -5.6332),
    ((800, 8_000, 6_000, 5_000, 20_000, 15_000, 11_200, 45_000_000), -2.7935, -2.8953),
    ((150, 3_500, 2_500, 2_000, 10_000, 7_000, 5_000, 45_000_000), -3.8685, -4.1087),
    ((23, 278, 78, 67, 1_775, 1_613, 305, 9_822), 0.9380, 0.2882),
    ((10, 23, 10, 19, 39, 1_489, 39, 5_503), 4.0335, 3.0034),
    ((5, 27, 63, 11, 6_083, 5_071, 3_695, 3_200_000), 2.8554, 1.3278),
]
"""Omega and its lower limit, as printed in the validation data of the R package pvOmega of the Uppsala Monitoring
Centre (tests/testthat/fixtures/omega_validation_data.csv). The last three rows are its examples “of the article”."""


@pytest.fixture(autouse=True)
def thirty_digits() -> Iterator[None]:
    with mpmath.workdps(30):
        yield


@pytest.mark.parametrize(("margins", "point", "low"), PRINTED)
def test_omega_as_printed_by_pvomega(margins: Margins, point: float, low: float) -> None:
    """The point to every digit. Its lower limits come from a search that stops up to 1.5 in the last digit early."""
    found = omega(from_margins(margins))
    assert found.point.round(4).tolist() == [point]
    assert found.low.tolist() == [pytest.approx(low, abs=1.5e-4)]


def test_example_of_the_article_as_printed_by_pvomega() -> None:
    """README and tests of pvOmega print all digits of the example of Norén et al. 2008, Table II."""
    counts = from_margins((10, 23, 10, 19, 33, 1489, 39, 5503))
    assert [rate.tolist() for rate in counts.rates] == [
        [pytest.approx(value, rel=1e-14)] for value in (0.434782608695652, 0, 0.00613915416098226, 0.004995004995005)
    ]
    assert expected_with_both(counts).tolist() == [pytest.approx(0.141200545702593, rel=1e-13)]
    found = omega(counts)
    assert found.point.tolist() == [pytest.approx(4.03346986434757, rel=1e-14)]
    assert found.low.tolist() == [pytest.approx(3.00332741843529, rel=1e-13)]
    assert found.high.tolist() == [pytest.approx(4.79004083721906, rel=1e-13)]


MOUTH = TripleCounts.of(225, 166, 6, 12, 8, 18, 3, 20)
"""Cancer of mouth and pharynx by alcohol and tobacco, Rothman and Keller 1972."""


def test_reri_of_hosmer_and_lemeshow() -> None:
    """Page 455 of Hosmer and Lemeshow 1992, doi:10.1097/00001648-199209000-00012, as quoted by R package epiR, prints
    3.73 (−1.84 to 9.32); the point is 3.7398."""
    found = reri(MOUTH)
    assert (found.low.round(2).tolist(), found.high.round(2).tolist()) == ([-1.84], [9.32])
    assert np.floor(100 * found.point).tolist() == [373]


TABLES = [
    (225, 166, 6, 12, 8, 18, 3, 20),
    (10, 13, 1, 15, 9, 1457, 20, 3978),
    (3, 40, 11, 400, 25, 900, 300, 60_000),
    (1, 1, 1, 1, 1, 1, 1, 1),
]


@pytest.mark.parametrize("cells", TABLES)
def test_every_formula_again_with_thirty_digits(cells: tuple[int, ...]) -> None:
    counts = TripleCounts.of(*cells)
    x = dict(zip(CELLS, map(mpf, cells), strict=True))
    pairs = {key: (x[f"n{key}1"], x[f"n{key}0"]) for key in ("11", "10", "01", "00")}
    shares = {key: a / (a + b) for key, (a, b) in pairs.items()}
    odds = {key: a / b for key, (a, b) in pairs.items()}
    gained = [max(odds["00"], odds[key]) - odds["00"] for key in ("10", "01")]
    together = odds["00"] + sum(gained)
    expected = sum(pairs["11"]) * together / (1 + together)
    assert expected_with_both(counts)[0] == pytest.approx(float(expected), rel=1e-12)
    point = mpmath.log((x["n111"] + mpf("0.5")) / (expected + mpf("0.5")), 2)
    found = omega(counts)
    assert found.point[0] == pytest.approx(float(point), rel=1e-12, abs=1e-13)
    for limit, tail in ((found.low[0], "0.025"), (found.high[0], "0.975")):
        below = mpmath.gammainc(
            x["n111"] + mpf("0.5"), 0, mpf(2) ** mpf(float(limit)) * (expected + mpf("0.5")), regularized=True
        )
        assert float(below) == pytest.approx(float(tail), rel=1e-9)
    z = mpmath.sqrt(2) * mpmath.erfinv(mpf("0.95"))
    log_ratio = mpmath.log(odds["11"] * odds["00"] / (odds["10"] * odds["01"]))
    error = mpmath.sqrt(sum(1 / value for value in x.values()))
    ratio = ratio_of_odds_ratios(counts)
    assert ratio.point[0] == pytest.approx(float(mpmath.exp(log_ratio)), rel=1e-12)
    assert ratio.low[0] == pytest.approx(float(mpmath.exp(log_ratio - z * error)), rel=1e-10)
    contrast = shares["11"] - shares["10"] - shares["01"] + shares["00"]
    assert interaction_contrast(counts).point[0] == pytest.approx(float(contrast), rel=1e-9, abs=1e-14)


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:Perfect separation")  # as many groups as parameters
@pytest.mark.parametrize("cells", TABLES[:3])
def test_ratio_of_odds_ratios_and_reri_are_those_of_logistic_regression(cells: tuple[int, ...]) -> None:
    design = np.array([[1, first, second, first * second] for first in (1, 0) for second in (1, 0)], dtype=float)
    outcomes = np.array(cells, dtype=float).reshape(4, 2)
    model = sm.GLM(outcomes, design, family=sm.families.Binomial()).fit(tol=1e-14)
    counts = TripleCounts.of(*cells)
    ratio = ratio_of_odds_ratios(counts)
    low, high = np.exp(model.conf_int()[3])
    assert ratio.point[0] == pytest.approx(np.exp(model.params[3]), rel=1e-6)
    assert (ratio.low[0], ratio.high[0]) == (pytest.approx(low, rel=1e-6), pytest.approx(high, rel=1e-6))
    _, first, second, both = model.params
    slope = np.array(
        [
            0,
            np.exp(first + second + both) - np.exp(first),
            np.exp(first + second + both) - np.exp(second),
            np.exp(first + second + both),
        ]
    )
    error = np.sqrt(slope @ model.cov_params() @ slope)
    found = reri(counts)
    assert found.point[0] == pytest.approx(np.exp(first + second + both) - np.exp(first) - np.exp(second) + 1, rel=1e-6)
    assert (found.high[0] - found.low[0]) / 2 == pytest.approx(1.959964 * error, rel=1e-5)


@pytest.mark.parametrize(("part", "whole", "other", "of"), [(3, 20, 5, 400), (0, 9, 7, 80), (9, 9, 1, 60)])
def test_contrast_of_two_groups_is_newcombes_interval(part: int, whole: int, other: int, of: int) -> None:
    """With the second product in no way at work (huge groups of equal shares), only one difference remains."""
    huge = 10**12
    counts = TripleCounts.of(part, whole - part, other, of - other, 0, huge, 0, huge)
    low, high = confint_proportions_2indep(part, whole, other, of, method="newcomb", compare="diff")
    found = interaction_contrast(counts)
    assert (found.low[0], found.high[0]) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))


def test_wilson_as_statsmodels() -> None:
    from statsmodels.stats.proportion import proportion_confint

    for part, whole in ((0, 7), (3, 20), (20, 20), (467, 64_517)):
        low, high = wilson(np.array([part / whole]), np.array([float(whole)]), 0.9)
        expected = proportion_confint(part, whole, alpha=0.1, method="wilson")
        assert (low[0], high[0]) == (pytest.approx(expected[0], abs=1e-14), pytest.approx(expected[1], abs=1e-14))


# ------------------------------------------------------------------------------------------------- simulated truth

SIZES = np.array([60, 900, 700, 40_000])


def simulate(shares: list[float], number: int, seed: int) -> TripleCounts:
    generator = np.random.default_rng(seed)
    cells = []
    for size, share in zip(SIZES, shares, strict=True):
        with_reaction = generator.binomial(size, share, number)
        cells += [with_reaction, size - with_reaction]
    return TripleCounts.of(*cells)


@pytest.mark.parametrize("shares", [[0.11, 0.08, 0.04, 0.01], [0.3, 0.08, 0.04, 0.01]])
def test_contrast_covers_at_its_level(shares: list[float]) -> None:
    truth = shares[0] - shares[1] - shares[2] + shares[3]
    found = interaction_contrast(simulate(shares, 20_000, seed=1))
    covered = ((found.low <= truth) & (truth <= found.high)).mean()
    assert covered == pytest.approx(0.95, abs=0.015)


def test_omega_keeps_quiet_without_interaction_and_speaks_with_one() -> None:
    """Additive shares: Ω025 above 0 no more often than its tail. A share three times the sum: nearly always."""
    silent = omega(simulate([0.11, 0.08, 0.04, 0.01], 20_000, seed=2))
    assert (silent.low > 0).mean() <= 0.035
    speaking = omega(simulate([0.33, 0.08, 0.04, 0.01], 2_000, seed=3))
    assert (speaking.low > 0).mean() > 0.95


def test_multiplied_odds_are_an_interaction_on_the_additive_scale_only() -> None:
    """Each product triples the odds and both together multiply them by nine: the two baselines must disagree."""
    o00 = 0.01
    shares = [odds / (1 + odds) for odds in (9 * o00, 3 * o00, 3 * o00, o00)]
    size = 100_000
    cells = [count for share in shares for count in (round(size * share), size - round(size * share))]
    counts = TripleCounts.of(*cells)
    ratio = ratio_of_odds_ratios(counts)
    assert ratio.low[0] < 1 < ratio.high[0]
    assert omega(counts).low[0] > 0
    assert interaction_contrast(counts).low[0] > 0
    assert reri(counts).point[0] == pytest.approx(4, abs=0.05)
