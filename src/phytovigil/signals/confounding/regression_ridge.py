"""The interval of an unpenalised coefficient when all other products are shrunken by a ridge."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve

from phytovigil.signals.confounding.regression_design import Design
from phytovigil.signals.confounding.regression_solver import Fit, probability
from phytovigil.signals.interval import normal_quantile


def ridge_interval(design: Design, fit: Fit, level: float = 0.95) -> tuple[float, float, float]:
    """Odds ratio of the first column with its interval, at the maximum of a ridge regression.

    A ridge is a normal prior of mean 0 and variance 1/λ on every log odds ratio that it penalises; the interval is that
    of the normal approximation to the posterior, whose precision is the information plus λ.
    NaN where that precision cannot be inverted.
    Le Cessie, van Houwelingen 1992, doi:10.2307/2347628.
    """
    log_odds = fit.log_odds(design.columns)
    weight = design.cases * probability(log_odds) * probability(-log_odds)
    ones = sparse.csc_array(np.ones((len(weight), 1)))
    whole = sparse.csc_array(sparse.hstack([ones, design.columns], format="csc"))
    precision = (whole.T @ sparse.diags_array(weight) @ whole).toarray()
    shrunken = np.arange(1 + design.free, len(precision))
    precision[shrunken, shrunken] += fit.penalty
    first = np.zeros(len(precision))
    first[1] = 1.0
    try:
        variance = float(cho_solve(cho_factor(precision), first)[1])
    except np.linalg.LinAlgError:
        return np.nan, np.nan, np.nan
    point, reach = float(fit.coefficients[0]), normal_quantile(level) * variance**0.5
    return float(np.exp(point)), float(np.exp(point - reach)), float(np.exp(point + reach))
