"""Do the strata share one odds ratio?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from phytovigil.schema.counts import Counts
from phytovigil.signals.confounding.common_odds import fit_common_odds, fitted_variance, likeliest_common_odds
from phytovigil.signals.confounding.informative import is_informative
from phytovigil.signals.confounding.mantel_haenszel import mantel_haenszel_ror

TARONE = "Breslow, Day 1980 (IARC Scientific Publications 32); Tarone 1985, doi:10.1093/biomet/72.1.91"

FEWEST_EXPECTED = 5.0
"""A fitted cell below this makes its stratum sparse: the χ² approximation is then doubtful."""

MOST_SPARSE = 0.2
"""Share of sparse strata above which the test says that it should not be relied on."""


@dataclass(frozen=True, slots=True)
class Homogeneity:
    """The outcome of a test of homogeneity; value and p_value are NaN where it cannot be done.

    value : χ². degrees : of freedom, strata compared − 1. strata : strata compared.
    sparse : of these, strata with a fitted cell below 5. reliable : no more than a fifth of them are.
    """

    value: float
    p_value: float
    degrees: int
    strata: int
    sparse: int

    @property
    def reliable(self) -> bool:
        """Whether the χ² approximation can be relied on."""
        return self.sparse <= MOST_SPARSE * self.strata


def breslow_day(counts: Counts, *, tarone: bool = True) -> Homogeneity:
    """χ² of Breslow and Day that the odds ratio is the same in every stratum, corrected by Tarone.

    Σ (a − A)²/V − (Σa − ΣA)²/ΣV, with A the cases fitted with the odds ratio of Mantel and Haenszel and V their
    variance; the second term is Tarone's.
    counts : one pair, shape (strata,). Strata with an empty margin are left out. Not done (NaN) with fewer than two
    strata that carry information, or where the common odds ratio is not estimable.
    Breslow, Day 1980, IARC Scientific Publications 32, p. 142; Tarone 1985, doi:10.1093/biomet/72.1.91.

    >>> strata = Counts.of(a=[20, 15, 3, 12, 1], b=[14, 12, 2, 3, 0], c=[10, 3, 3, 7, 3], d=[24, 15, 2, 5, 2])
    >>> found = breslow_day(strata)
    >>> round(found.value, 4), round(found.p_value, 4), found.degrees, found.sparse
    (1.8436, 0.7645, 4, 4)
    """
    known = counts.select(is_informative(counts))
    common = float(mantel_haenszel_ror(known).point[0])
    if len(known.a) < 2 or not 0 < common < np.inf:
        return Homogeneity(np.nan, np.nan, max(len(known.a) - 1, 0), len(known.a), 0)
    cells = fit_common_odds(known, common)
    variance = fitted_variance(cells)
    away = known.a - cells[0]
    value = float((away**2 / variance).sum() - (away.sum() ** 2 / variance.sum() if tarone else 0.0))
    return _compared(max(value, 0.0), known, cells)


def likelihood_ratio(counts: Counts) -> Homogeneity:
    """Likelihood-ratio χ² that the odds ratio is the same in every stratum: 2 Σ observed · ln(observed / fitted).

    Fitted with the odds ratio of highest likelihood: twice the gain in log-likelihood of a logistic regression from
    letting product and stratum interact. Zero cells are no obstacle.
    counts : one pair, shape (strata,). Strata with an empty margin are left out. Not done (NaN) with fewer than two
    strata that carry information, or where the common odds ratio is 0 or infinite.
    Wilks 1938, doi:10.1214/aoms/1177732360.

    >>> strata = Counts.of(a=[5, 9], b=[15, 21], c=[20, 12], d=[160, 58])
    >>> round(likelihood_ratio(strata).value, 4)
    0.1087
    """
    known = counts.select(is_informative(counts))
    start = float(mantel_haenszel_ror(known).point[0])
    common = likeliest_common_odds(known, start) if len(known.a) > 1 else np.nan
    if not np.isfinite(common):
        return Homogeneity(np.nan, np.nan, max(len(known.a) - 1, 0), len(known.a), 0)
    cells = fit_common_odds(known, common)
    observed, away = np.stack([known.a, known.b, known.c, known.d]), known.a - cells[0]
    # Observed over fitted, less 1: all four cells are equally far away, so nothing large is subtracted.
    excess = np.where(observed > 0, np.stack([away, -away, -away, away]) / np.stack(cells), 0)
    return _compared(max(2 * float((observed * np.log1p(excess)).sum()), 0.0), known, cells)


def _compared(value: float, known: Counts, cells: tuple[np.ndarray, ...]) -> Homogeneity:
    degrees = len(known.a) - 1
    sparse = int((np.minimum.reduce(cells) < FEWEST_EXPECTED).sum())
    return Homogeneity(value, float(chdtrc(degrees, value)), degrees, len(known.a), sparse)
