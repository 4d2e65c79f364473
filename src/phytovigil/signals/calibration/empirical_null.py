"""What a method reports where there is nothing: the empirical null, learned from negative controls.

Each control has a systematic error θᵢ of its own, drawn from a normal distribution with mean μ and standard deviation
σ, and its log estimate scatters about θᵢ with the standard error that the method gives.
Schuemie et al. 2014, doi:10.1002/sim.5925.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq, minimize_scalar
from scipy.special import chdtri, ndtr

from phytovigil.errors import InvalidRequest
from phytovigil.schema.counts import Floats
from phytovigil.signals.interval import tail_probability

FEWEST_CONTROLS = 5
"""Controls below which no null is given: two parameters from fewer say next to nothing about either."""

GRID = 64
"""Values of σ that the search for the highest likelihood begins with; it can have more than one summit."""

NODES = 400
"""Values of σ over which the uncertainty of the null is summed."""


@dataclass(frozen=True, slots=True)
class EmpiricalNull:
    """A normal distribution of systematic error, on the scale of the natural logarithm of the ratio.

    mean, sd : maximum-likelihood estimates of μ and σ; NaN where withheld.
    mean_low, mean_high, sd_low, sd_high : limits by profile likelihood at `level`.
    controls : estimates that it was learned from. notes : why it is withheld, or what limits it.
    spreads, weights, means, variances : σ on a grid, its posterior weight, and mean and variance of μ given σ; they
        carry the uncertainty of the null into a p-value. Empty where withheld.
    """

    mean: float
    sd: float
    mean_low: float
    mean_high: float
    sd_low: float
    sd_high: float
    controls: int
    level: float
    notes: tuple[str, ...]
    spreads: Floats
    weights: Floats
    means: Floats
    variances: Floats

    @property
    def withheld(self) -> bool:
        """Whether there were too few controls."""
        return math.isnan(self.mean)

    @property
    def expected_absolute_error(self) -> float:
        """Mean of |θ|, in log units: the expected absolute systematic error of the R package EmpiricalCalibration."""
        if self.withheld or self.sd == 0:
            return abs(self.mean)
        ratio = self.mean / self.sd
        density = math.exp(-(ratio**2) / 2) / math.sqrt(2 * math.pi)
        return float(2 * self.sd * density + self.mean * (1 - 2 * ndtr(-ratio)))


def fit_null(estimates: ArrayLike, errors: ArrayLike, *, level: float = 0.95) -> EmpiricalNull:
    """The empirical null of negative controls, by maximum likelihood.

    estimates, errors : log estimates and their standard errors, shape (controls,). A control with a value that is not
        finite is left out and counted in the notes.
    Withheld (NaN, with a note) for fewer than FEWEST_CONTROLS. σ = 0 is a valid optimum: the controls then scatter no
    more than their standard errors say.
    Raises InvalidRequest for shapes that differ, a standard error that is not positive, or a level outside 0 to 1.
    Schuemie et al. 2014, doi:10.1002/sim.5925. The model is that of a random-effects meta-analysis.

    >>> null = fit_null([0.4, 0.6, 0.9, 1.7, 0.5, 0.9], [0.8, 0.2, 0.3, 0.6, 0.2, 0.1])
    >>> round(null.mean, 3), round(null.sd, 3), null.controls
    (0.79, 0.063, 6)
    """
    tail_probability(level)
    values, spread, missing = checked(estimates, errors)
    notes = (f"{missing} controls without a finite estimate were left out.",) if missing else ()
    if len(values) < FEWEST_CONTROLS:
        return withheld_null(len(values), level, notes)
    sd = best_spread(values, spread)
    mean = weighted_mean(values, spread, sd)
    drop = float(chdtri(1, 1 - level)) / 2
    floor = log_likelihood(values, spread, mean, sd) - drop
    sd_low, sd_high = spread_limits(values, spread, sd, floor)
    mean_low, mean_high = mean_limits(values, spread, (sd_low, sd_high), floor)
    posterior = spread_posterior(values, spread)
    return EmpiricalNull(mean, sd, mean_low, mean_high, sd_low, sd_high, len(values), level, notes, *posterior)


def checked(estimates: ArrayLike, errors: ArrayLike) -> tuple[Floats, Floats, int]:
    """Finite estimates with their standard errors, and how many were not finite."""
    values = np.atleast_1d(np.asarray(estimates, dtype=np.float64))
    spread = np.atleast_1d(np.asarray(errors, dtype=np.float64))
    if values.shape != spread.shape or values.ndim != 1:
        raise InvalidRequest(f"estimates have shape {values.shape} and errors {spread.shape}; they must agree.")
    if (spread <= 0).any():
        raise InvalidRequest("A standard error is 0 or negative.")
    finite = np.isfinite(values) & np.isfinite(spread)
    return values[finite], spread[finite], int((~finite).sum())


def withheld_null(controls: int, level: float, notes: tuple[str, ...]) -> EmpiricalNull:
    """No null, and why."""
    nothing: Floats = np.empty(0)
    note = f"{controls} negative controls carry information; at least {FEWEST_CONTROLS} are needed."
    unknown = (math.nan,) * 6
    return EmpiricalNull(*unknown, controls, level, (*notes, note), nothing, nothing, nothing, nothing)


def weighted_mean(values: Floats, errors: Floats, sd: float) -> float:
    """The mean of the null that is likeliest for a given σ."""
    weights = 1 / (errors**2 + sd**2)
    return float(weights @ values / weights.sum())


def log_likelihood(values: Floats, errors: Floats, mean: float, sd: float) -> float:
    """Log-likelihood of the controls, without the constant."""
    variance = errors**2 + sd**2
    return float(-0.5 * (np.log(variance) + (values - mean) ** 2 / variance).sum())


def best_spread(values: Floats, errors: Floats, mean: float | None = None) -> float:
    """The likeliest σ ≥ 0, for a given mean or for the likeliest mean at each σ."""

    def loss(sd: float) -> float:
        return float(profile_loss(values, errors, np.array([sd]), mean)[0])

    centre = float(np.median(values)) if mean is None else mean
    widest = float(np.abs(values - centre).max()) + 1e-12
    grid = np.concatenate([[0.0], np.geomspace(widest * 1e-4, widest * 1.5, GRID)])
    losses = profile_loss(values, errors, grid, mean)
    place = int(np.argmin(losses))
    bounds = (grid[max(place - 1, 0)], grid[min(place + 1, GRID)])
    found = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-9 * bounds[1]})
    # The likelihood is flat in σ at 0; what is no better than 0 itself is 0.
    return float(found.x) if found.fun < losses[0] - 1e-10 else 0.0


def profile_loss(values: Floats, errors: Floats, spreads: Floats, mean: float | None = None) -> Floats:
    """Minus the log-likelihood at each σ, for a given mean or for the likeliest one."""
    precision = 1 / (errors**2 + spreads[:, None] ** 2)
    centres = (precision @ values / precision.sum(axis=1))[:, None] if mean is None else mean
    loss: Floats = 0.5 * (precision * (values - centres) ** 2 - np.log(precision)).sum(axis=1)
    return loss


def spread_limits(values: Floats, errors: Floats, sd: float, floor: float) -> tuple[float, float]:
    """Where the profile likelihood of σ falls to the floor; 0 where it does not fall that far."""

    def above(tried: float) -> float:
        return log_likelihood(values, errors, weighted_mean(values, errors, tried), tried) - floor

    low = 0.0 if above(0.0) >= 0 else float(brentq(above, 0.0, sd, xtol=1e-12))
    return low, outer_root(above, sd, 1.0)


def mean_limits(values: Floats, errors: Floats, between: tuple[float, float], floor: float) -> tuple[float, float]:
    """Where the profile likelihood of μ falls to the floor on either side.

    For each σ the log-likelihood is a parabola in μ, so the μ above the floor are an interval; the limits are the
    outermost ends of these intervals over all σ, which lie `between` the limits of σ.
    """
    grid = np.linspace(*between, GRID)

    def end(direction: float) -> float:
        def inward(sd: float) -> float:
            return -float(interval_end(values, errors, np.array([sd]), floor, direction)[0])

        place = int(np.argmax(interval_end(values, errors, grid, floor, direction)))
        bounds = (grid[max(place - 1, 0)], grid[min(place + 1, GRID - 1)])
        found = minimize_scalar(inward, bounds=bounds, method="bounded", options={"xatol": 1e-10})
        return -direction * float(min(found.fun, inward(bounds[0]), inward(bounds[1])))

    return end(-1.0), end(1.0)


def interval_end(values: Floats, errors: Floats, spreads: Floats, floor: float, direction: float) -> Floats:
    """For each σ, how far out in a direction μ is above the floor; −∞ where no μ is."""
    precision = 1 / (errors**2 + spreads[:, None] ** 2)
    centres = precision @ values / precision.sum(axis=1)
    spare = -profile_loss(values, errors, spreads) - floor
    reach = np.sqrt(2 * np.maximum(spare, 0) / precision.sum(axis=1))
    ends: Floats = np.where(spare >= -1e-9, direction * centres + reach, -np.inf)
    return ends


def outer_root(above: Callable[[float], float], start: float, direction: float) -> float:
    """The first sign change away from the start; steps double until the function is negative."""
    step = 0.05
    while above(start + direction * step) > 0:
        step *= 2
    return float(brentq(above, start, start + direction * step, xtol=1e-10))


def spread_posterior(values: Floats, errors: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """σ on a grid with its posterior weight, and mean and variance of μ for each.

    Flat priors on μ and on σ ≥ 0 (Gelman 2006, doi:10.1214/06-BA117A). μ given σ is normal, so that only σ has to be
    summed: Gauss-Legendre nodes on t, with σ = scale · t / (1 − t) for the long tail that few controls leave.
    """
    nodes, weights = gauss_legendre()
    scale = float(np.median(errors)) + float(values.std())
    spreads = scale * nodes / (1 - nodes)
    precision = 1 / (errors[None, :] ** 2 + spreads[:, None] ** 2)
    variances = 1 / precision.sum(axis=1)
    means = variances * (precision @ values)
    misfit = (precision * (values[None, :] - means[:, None]) ** 2).sum(axis=1)
    log_density = 0.5 * (np.log(precision).sum(axis=1) + np.log(variances) - misfit)
    mass = np.exp(log_density - log_density.max()) * weights / (1 - nodes) ** 2
    return spreads, mass / mass.sum(), means, variances


@cache
def gauss_legendre() -> tuple[Floats, Floats]:
    """Nodes and weights on 0 to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return (nodes + 1) / 2, weights / 2


def leave_one_out(estimates: Floats, errors: Floats) -> tuple[Floats, Floats]:
    """Mean and sd of the null of all other controls, for each control: what calibrates it without having seen it.

    estimates, errors : finite, shape (controls,); at least FEWEST_CONTROLS + 1, otherwise all NaN.
    """
    controls = len(estimates)
    means, sds = np.full(controls, np.nan), np.full(controls, np.nan)
    if controls > FEWEST_CONTROLS:
        for place in range(controls):
            values, spread = np.delete(estimates, place), np.delete(errors, place)
            sds[place] = best_spread(values, spread)
            means[place] = weighted_mean(values, spread, sds[place])
    return means, sds
