"""What the R package openEBGM prints for dietary supplements in CAERS 2012, figure by figure.

All printed in its vignette “Empirical Bayes Metrics with openEBGM” as built on 2018-03-09 (package version 0.4.0,
inst/doc/x4_posteriorCalculationVignette.html; Canida, Ihrie 2017, doi:10.32614/RJ-2017-063): the prior with eight
decimals, expected counts with ten, and for the first six and the five highest pairs the figures below.
"""

from __future__ import annotations

import pytest

from phytovigil.signals.ebgm import estimate_with
from phytovigil.signals.mgps.posterior import posterior_mixing
from phytovigil.signals.mgps.prior import Prior

PRIOR = Prior.of(3.25379064, 0.39988801, 2.02613219, 1.90808279, 0.06534557)

FIGURES = [
    # N, E, Qn or None where it is not printed, EBGM, QUANT_05, QUANT_95
    (1, 0.0360548272, 0.2819736, 2.23, 0.49, 13.85),
    (1, 0.0038736591, 0.3409652, 2.58, 0.52, 15.78),
    (1, 0.0002979738, 0.3482316, 2.63, 0.52, 16.02),
    (1, 0.0360548272, 0.2819736, 2.23, 0.49, 13.85),
    (1, 0.0765792610, 0.2226354, 1.92, 0.47, 11.77),
    (1, 0.0527413588, 0.2556668, 2.09, 0.48, 12.95),
    (16, 0.40643623, None, 23.26, 15.68, 33.48),
    (19, 0.89690107, None, 16.78, 11.65, 23.55),
    (6, 0.07866508, None, 18.28, 10.16, 30.83),
    (8, 0.30482718, None, 15.25, 9.00, 24.52),
    (11, 0.56317044, None, 14.28, 8.98, 21.78),
]


def bisected(quantile: float) -> float:
    """A quantile as openEBGM's quantBisect finds and prints it.

    It halves the bracket from 1 to 100,000 (or from -100,000 to 1) until the wider of the two is below 0.01, then
    rounds the middle: off by up to 0.01, which the printed figures are.
    """
    low, high = (-100_000.0, 1.0) if quantile < 1 else (1.0, 100_000.0)
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if middle < quantile else (low, middle)
    assert (high - low) / 2 < 0.005
    return round((low + high) / 2, 2)


@pytest.mark.parametrize("figure", FIGURES)
def test_every_digit_as_printed(figure: tuple[int, float, float | None, float, float, float]) -> None:
    count, expected, mixing, mean, low, high = figure
    found = estimate_with(PRIOR, ([count], [expected]), level=0.90)
    assert round(float(found.point[0]), 2) == mean
    assert bisected(float(found.low[0])) == low
    assert bisected(float(found.high[0])) == high
    if mixing is not None:
        assert round(float(posterior_mixing(PRIOR, [count], [expected])[0]), 7) == mixing


@pytest.mark.parametrize("figure", FIGURES)
def test_the_tolerance_of_their_bisection_is_all_that_differs(figure: tuple) -> None:
    found = estimate_with(PRIOR, ([figure[0]], [figure[1]]), level=0.90)
    assert float(found.low[0]) == pytest.approx(figure[4], abs=0.0081)
    assert float(found.high[0]) == pytest.approx(figure[5], abs=0.0081)
