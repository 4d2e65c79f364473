"""Cells drawn from a known prior: is it learned, and do its intervals hold it as often as they say?"""

from __future__ import annotations

import numpy as np
import pytest

from phytovigil.signals.mgps.fitting import fit_prior
from phytovigil.signals.mgps.posterior import posterior_quantile
from phytovigil.signals.mgps.prior import Prior, PriorFit
from phytovigil.signals.mgps.squashing import as_cells, squash

TRUTH = Prior.of(3.25379064, 0.39988801, 2.02613219, 1.90808279, 0.06534557)
"""What openEBGM's vignettes print for dietary supplements in CAERS 2012."""


def draw(number: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Observed counts, expected counts and true ratios of cells; expected ones from about 0.02 to 20."""
    generator = np.random.default_rng(seed)
    expected = np.exp(generator.normal(-0.5, 1.8, number))
    first = generator.uniform(size=number) < TRUTH.p
    shape, rate = np.where(first, TRUTH.alpha1, TRUTH.alpha2), np.where(first, TRUTH.beta1, TRUTH.beta2)
    ratio = generator.gamma(shape, 1 / rate)
    return generator.poisson(ratio * expected), expected, ratio


def learn(observed: np.ndarray, expected: np.ndarray, truncation: str, starts: int = 10) -> PriorFit:
    seen = observed >= (truncation != "none")
    cells = as_cells(observed[seen], expected[seen])
    return fit_prior(squash(cells.observed, cells.expected), truncation=truncation, starts=starts, polish_on=cells)


@pytest.mark.parametrize("truncation", ["none", "mixture"])
def test_a_large_table_gives_the_prior_back(truncation: str) -> None:
    observed, expected, _ = draw(200_000, seed=1)
    fit = learn(observed, expected, truncation)
    assert fit.converged
    assert not fit.at_bound
    off = (fit.vector - TRUTH.vector) / fit.standard_errors
    assert (np.abs(off) < 3.3).all()
    assert (fit.standard_errors < 0.1).all()


def test_zeros_make_the_prior_known_better() -> None:
    observed, expected, _ = draw(50_000, seed=2)
    with_zeros, without = learn(observed, expected, "none"), learn(observed, expected, "mixture")
    assert (with_zeros.standard_errors < without.standard_errors).all()


def test_credibility_limits_hold_true_ratios_as_often_as_they_say() -> None:
    observed, expected, ratio = draw(60_000, seed=3)
    fit = learn(observed, expected, "mixture")
    for probability in (0.05, 0.5, 0.95):
        below = (ratio <= posterior_quantile(fit, observed, expected, probability)).mean()
        assert below == pytest.approx(probability, abs=3.3 * np.sqrt(0.25 / observed.size) + 0.003)


@pytest.mark.slow
def test_intervals_of_the_parameters_cover_at_their_level() -> None:
    """400 tables of 10,000 cells; about half have a case and are learned from. Limits are Wald, on log and logit."""
    runs, held = 400, np.zeros(5)
    for seed in range(runs):
        observed, expected, _ = draw(10_000, seed=10_000 + seed)
        low, high = learn(observed, expected, "mixture").interval(0.95)
        truth = np.array(TRUTH.parameters)
        held += (low <= truth) & (truth <= high)
    covered = held / runs
    print(f"coverage of alpha1, beta1, alpha2, beta2, p: {covered}")
    assert (np.abs(covered - 0.95) <= 0.03).all()
