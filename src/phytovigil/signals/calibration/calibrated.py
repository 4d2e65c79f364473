"""P-values that allow for the systematic error that negative controls show.

Schuemie et al. 2014, doi:10.1002/sim.5925.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from phytovigil.errors import InvalidRequest
from phytovigil.schema.counts import Floats
from phytovigil.signals.calibration.empirical_null import EmpiricalNull

ALTERNATIVES = ("two-sided", "greater", "less")


def calibrated_p(
    null: EmpiricalNull,
    estimates: ArrayLike,
    errors: ArrayLike,
    *,
    alternative: str = "two-sided",
    uncertain: bool = False,
) -> Floats:
    """Probability of an estimate at least this extreme for a pair without effect, by the empirical null.

    estimates, errors : log estimates and standard errors, shape (pairs,); NaN gives NaN, and so does a withheld null.
    alternative : "greater" and "less" are one-sided; "two-sided" is twice the smaller of both.
    uncertain : sum over what μ and σ may be, given how few the controls are, instead of taking their best values; the
        p-value is then that of the posterior predictive distribution, usually larger.
    Raises InvalidRequest for another alternative.

    >>> from phytovigil.signals.calibration.empirical_null import fit_null
    >>> null = fit_null([0.4, 0.6, 0.9, 1.7, 0.5, 0.9], [0.8, 0.2, 0.3, 0.6, 0.2, 0.1])
    >>> calibrated_p(null, [1.2], [0.1]).round(4), calibrated_p(null, [1.2], [0.1], uncertain=True).round(4)
    (array([0.0005]), array([0.2092]))
    """
    values, spread = (np.atleast_1d(np.asarray(given, dtype=np.float64)) for given in (estimates, errors))
    if uncertain and not null.withheld:
        below = predictive_below(null, values, spread)
    else:
        below = normal_below(values, spread, null.mean, null.sd)
    return tail(*below, alternative)


def uncalibrated_p(estimates: ArrayLike, errors: ArrayLike, *, alternative: str = "two-sided") -> Floats:
    """Wald p-values of log estimates: no systematic error, null value 0."""
    values, spread = (np.atleast_1d(np.asarray(given, dtype=np.float64)) for given in (estimates, errors))
    return tail(*normal_below(values, spread, 0.0, 0.0), alternative)


def normal_below(values: Floats, errors: Floats, mean: Floats | float, sd: Floats | float) -> tuple[Floats, Floats]:
    """Probabilities of a smaller and of a larger estimate; each computed for itself, so that tiny ones stay exact."""
    distance = (values - mean) / np.sqrt(errors**2 + np.asarray(sd) ** 2)
    return ndtr(distance), ndtr(-distance)


def predictive_below(null: EmpiricalNull, values: Floats, errors: Floats) -> tuple[Floats, Floats]:
    """The same, averaged over the posterior of the null: a mixture of normal distributions."""
    spread = np.sqrt(errors[:, None] ** 2 + (null.spreads**2 + null.variances)[None, :])
    distance = (values[:, None] - null.means[None, :]) / spread
    return ndtr(distance) @ null.weights, ndtr(-distance) @ null.weights


def tail(below: Floats, above: Floats, alternative: str) -> Floats:
    """The p-value of an alternative."""
    if alternative not in ALTERNATIVES:
        raise InvalidRequest(f"The alternative is “{alternative}”; it can be {', '.join(ALTERNATIVES)}.")
    if alternative == "two-sided":
        doubled: Floats = np.minimum(2 * np.minimum(below, above), 1.0)
        return doubled
    return above if alternative == "greater" else below
