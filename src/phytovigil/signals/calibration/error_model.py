"""How systematic error changes with the true effect, and intervals that allow for it.

A log estimate of a pair with true log ratio x scatters about a + b·x with the variance (c + d·|x|)² + se².
Schuemie et al. 2018, doi:10.1073/pnas.1708282114.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq, minimize

from phytovigil.errors import InvalidRequest
from phytovigil.schema.counts import Estimates, Floats
from phytovigil.signals.calibration.empirical_null import FEWEST_CONTROLS, EmpiricalNull
from phytovigil.signals.interval import normal_quantile

FARTHEST = 100.0
"""Log ratio beyond which a limit counts as infinite: e¹⁰⁰ is no effect of anything."""


@dataclass(frozen=True, slots=True)
class SystematicErrorModel:
    """Mean a + b·x and standard deviation c + d·|x| of log estimates at true log ratio x, beside their own errors.

    mean_intercept a, mean_slope b, sd_intercept c, sd_slope d. NaN where withheld. notes : why, or what is assumed.
    """

    mean_intercept: float
    mean_slope: float
    sd_intercept: float
    sd_slope: float
    notes: tuple[str, ...] = ()

    @property
    def withheld(self) -> bool:
        """Whether there is no model."""
        return math.isnan(self.mean_intercept)


def assume_constant_error(null: EmpiricalNull) -> SystematicErrorModel:
    """The model for negative controls alone: the error of a pair is taken not to depend on its true effect.

    A method that is biased towards no effect breaks the assumption; its calibrated intervals then cover too little.
    Schuemie et al. 2018, doi:10.1073/pnas.1708282114; convertNullToErrorModel of the R package EmpiricalCalibration.
    """
    if null.withheld:
        return SystematicErrorModel(math.nan, math.nan, math.nan, math.nan, null.notes)
    note = "The systematic error is taken not to depend on the true effect: there are negative controls alone."
    return SystematicErrorModel(null.mean, 1.0, null.sd, 0.0, (note,))


def fit_error_model(estimates: ArrayLike, errors: ArrayLike, truth: ArrayLike) -> SystematicErrorModel:
    """The model of negative and positive controls, by maximum likelihood.

    estimates, errors, truth : log estimates, their standard errors and true log ratios (0: negative control), shape
        (controls,); a control with a value that is not finite is left out.
    The standard deviation is never negative within the range of the true values. Withheld for fewer than
    FEWEST_CONTROLS, or where all true values are the same size.
    Raises InvalidRequest for shapes that differ or a standard error that is not positive.
    """
    values, spread, true = (np.atleast_1d(np.asarray(given, dtype=np.float64)) for given in (estimates, errors, truth))
    if not values.shape == spread.shape == true.shape:
        raise InvalidRequest("estimates, errors and truth differ in shape.")
    if (spread <= 0).any():
        raise InvalidRequest("A standard error is 0 or negative.")
    finite = np.isfinite(values) & np.isfinite(spread) & np.isfinite(true)
    values, spread, true = values[finite], spread[finite], true[finite]
    if len(values) < FEWEST_CONTROLS or np.ptp(np.abs(true)) == 0:
        note = f"At least {FEWEST_CONTROLS} controls, of true ratios that differ, are needed."
        return SystematicErrorModel(math.nan, math.nan, math.nan, math.nan, (note,))
    farthest = float(np.abs(true).max())
    near, far = best_spreads(values, spread, true, farthest)
    sds = near + (far - near) * np.abs(true) / farthest
    intercept, slope = weighted_line(values, spread, true, sds)
    return SystematicErrorModel(intercept, slope, near, (far - near) / farthest)


def weighted_line(values: Floats, errors: Floats, truth: Floats, sds: Floats) -> tuple[float, float]:
    """Intercept and slope that are likeliest for given standard deviations."""
    weights = 1 / (errors**2 + sds**2)
    centre_x, centre_y = weights @ truth / weights.sum(), weights @ values / weights.sum()
    slope = weights @ ((truth - centre_x) * (values - centre_y)) / (weights @ (truth - centre_x) ** 2)
    return float(centre_y - slope * centre_x), float(slope)


def best_spreads(values: Floats, errors: Floats, truth: Floats, farthest: float) -> tuple[float, float]:
    """The likeliest standard deviations at no effect and at the farthest true value; both are 0 or more."""
    share = np.abs(truth) / farthest

    def loss(both: Floats) -> float:
        sds = both[0] + (both[1] - both[0]) * share
        intercept, slope = weighted_line(values, errors, truth, sds)
        variance = errors**2 + sds**2
        return float(0.5 * (np.log(variance) + (values - intercept - slope * truth) ** 2 / variance).sum())

    size = float(np.std(values - truth)) + 1e-6
    starts = [(size, size), (size / 10, size), (size, size / 10), (0.0, 0.0)]
    options = {"xatol": 1e-10, "fatol": 1e-12, "maxiter": 4000, "maxfev": 4000}
    found = [
        minimize(loss, start, method="Nelder-Mead", bounds=[(0, None), (0, None)], options=options) for start in starts
    ]
    near, far = min(found, key=lambda each: float(each.fun)).x
    return float(near), float(far)


def calibrated_interval(
    model: SystematicErrorModel, estimates: ArrayLike, errors: ArrayLike, *, level: float = 0.95
) -> Estimates:
    """Calibrated log ratios with intervals: the true values that the model finds compatible with each estimate.

    estimates, errors : log estimates and standard errors, shape (pairs,). Returns Estimates of log ratios, NaN where
    the estimate is not finite or the model withheld; a limit beyond FARTHEST is infinite.
    Raises InvalidRequest for a level outside 0 to 1.

    >>> model = SystematicErrorModel(-0.066550795, 0.933292141, 0.187468405, 0.002979502)
    >>> found = calibrated_interval(model, [-0.3575234], [0.06668903])
    >>> found.point.round(3), found.low.round(3), found.high.round(3)
    (array([-0.312]), array([-0.734]), array([0.107]))
    """
    reach = normal_quantile(level)
    values, spread = (np.atleast_1d(np.asarray(given, dtype=np.float64)) for given in (estimates, errors))
    point, low, high = (np.full(values.shape, np.nan) for _ in range(3))
    for place in np.flatnonzero(np.isfinite(values) & np.isfinite(spread) & (not model.withheld)):
        for limit, distance in ((point, 0.0), (low, -reach), (high, reach)):
            limit[place] = true_value(model, float(values[place]), float(spread[place]), distance)
    return Estimates(point, low, high, notes=model.notes)


def true_value(model: SystematicErrorModel, estimate: float, error: float, distance: float) -> float:
    """The true value whose model lies `distance` standard deviations above the estimate."""

    def excess(true: float) -> float:
        sd = max(model.sd_intercept + model.sd_slope * abs(true), 0.0)
        return model.mean_intercept + model.mean_slope * true - estimate - distance * math.hypot(sd, error)

    if excess(-FARTHEST) >= 0 or excess(FARTHEST) <= 0:
        return math.copysign(math.inf, distance) if distance else math.nan
    return float(brentq(excess, -FARTHEST, FARTHEST, xtol=1e-12))
