"""Noise of a series of one person that lasts: levels and slopes from values whose errors are correlated.

Neighbouring days are alike: a bad week is bad throughout. The noise of a value is taken to have three parts: one that
is fresh each day, one that fades within days (time constant 3 days) and one that fades within weeks (20 days). How
large the parts are is not known, so each of 16 mixtures is weighed by how well it fits the person's values (restricted
likelihood, Patterson HD, Thompson R. Biometrika 1971;58:545-554, doi:10.1093/biomet/58.3.545). They are put in order
of the test statistic, and the one at 40 % of the weight is used: a little on the careful side of the median, chosen by
simulation so that unchanged persons are told of a change in fewer than one year in twenty. The slow part is never taken
to be less than a tenth of the variance: a few weeks cannot show that there is none. Under each mixture the level is
that of generalised least squares (Aitken AC. Proc R Soc Edinb 1936;55:42-48, doi:10.1017/S0370164600014346). The size
of the noise is the person's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int_]

FAST_DAYS, SLOW_DAYS = 3.0, 20.0
SLOW_SHARES = (0.1, 0.25, 0.4, 0.6)
FAST_SHARES = (0.0, 1 / 3, 2 / 3, 0.95)
"""Share of the fast part in what is not slow."""

CAREFUL = 0.4

MIXTURES = np.array([(1 - slow) * np.array([1 - fast, fast, 0]) for slow in SLOW_SHARES for fast in FAST_SHARES])
MIXTURES[:, 2] = np.repeat(SLOW_SHARES, len(FAST_SHARES))
"""Shares of the fresh, the fast and the slow part, one row per mixture."""


def correlate(left: Floats, right: Floats) -> Floats:
    """Correlations of the three parts, (3, left, right); days within one set are different."""
    apart = np.abs(left[:, None] - right[None, :])
    return np.stack([(apart == 0).astype(float), np.exp(-apart / FAST_DAYS), np.exp(-apart / SLOW_DAYS)])


def mix(parts: Floats) -> Floats:
    """One matrix per mixture from those of the three parts."""
    mixed: Floats = np.tensordot(MIXTURES, parts, axes=1)
    return mixed


@dataclass(frozen=True, slots=True)
class Level:
    """Level of a stretch under each mixture. means, squares, fit : (16,). weights : (16, n), rows adding to 1.

    squares : of the residuals, as if they were independent. fit : restricted log-likelihood without its scale.
    """

    days: Floats
    means: Floats
    weights: Floats
    squares: Floats
    fit: Floats

    @property
    def freedom(self) -> int:
        """Values that say something about the size of the noise."""
        return len(self.days) - 1

    @property
    def unrest(self) -> float:
        """Squares per value under the first mixture, nearly all of which is fresh each day."""
        return float(self.squares[0]) / self.freedom


@lru_cache(maxsize=256)
def solve_pattern(pattern: tuple[float, ...]) -> tuple[Floats, Floats, Floats]:
    """Weights of the mean, matrix of the squared residuals and fit, for days counted from the first."""
    days = np.array(pattern)
    covariance = mix(correlate(days, days))
    precision = np.linalg.inv(covariance)
    columns = precision.sum(axis=1)
    totals = columns.sum(axis=1)
    matrix = precision - columns[:, :, None] * columns[:, None, :] / totals[:, None, None]
    fit = -(np.linalg.slogdet(covariance)[1] + np.log(totals)) / 2
    return columns / totals[:, None], matrix, fit


def find_level(days: Floats, values: Floats) -> Level:
    """The best linear unbiased mean of a stretch under each mixture, and the squares left."""
    weights, matrix, fit = solve_pattern(tuple(days - days[0]))
    squares = np.maximum((matrix @ values) @ values, 0.0)
    return Level(days, weights @ values, weights, squares, fit)


def error_factors(baseline: Level, present: Level) -> Floats:
    """Variance of the difference of two levels under each mixture, in variances of one value."""
    days = np.concatenate([baseline.days, present.days])
    weights = np.concatenate([-baseline.weights, present.weights], axis=1)
    parts = ((weights @ correlate(days, days)) * weights).sum(axis=2)
    return np.asarray((MIXTURES.T * parts).sum(axis=0))


def weigh_mixtures(fit: Floats, squares: Floats, freedom: int) -> Floats:
    """How well each mixture fits, adding to 1; each is as likely as any other beforehand, the size of noise unknown."""
    logs = fit - freedom / 2 * np.log(squares)
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def choose_mixture(statistics: Floats, weights: Floats) -> int:
    """Place of the statistic that 40 % of the weight lie at or below."""
    order = np.argsort(statistics, kind="stable")
    return int(order[np.searchsorted(np.cumsum(weights[order]), CAREFUL)])


@dataclass(frozen=True, slots=True)
class Coefficients:
    """One coefficient of a line through the values, under each mixture. estimates, errors, weights : (16,)."""

    estimates: Floats
    errors: Floats
    weights: Floats
    freedom: int


def fit_columns(days: Floats, values: Floats, columns: Floats, place: int) -> Coefficients:
    """Generalised least squares of values on columns (n, k); the coefficient of the column at `place`."""
    covariance = mix(correlate(days, days))
    precision = np.asarray(np.linalg.inv(covariance), dtype=float)
    bread = np.linalg.inv(columns.T @ precision @ columns)
    estimates = (bread @ columns.T @ precision) @ values
    residuals = values - estimates @ columns.T
    freedom = len(days) - columns.shape[1]
    squares = (np.matmul(precision, residuals[:, :, None])[:, :, 0] * residuals).sum(axis=1)
    squares = np.maximum(squares, 1e-12)
    fit = (np.linalg.slogdet(bread)[1] - np.linalg.slogdet(covariance)[1]) / 2
    errors = np.sqrt(squares / freedom * bread[:, place, place])
    return Coefficients(estimates[:, place], errors, weigh_mixtures(fit, squares, freedom), freedom)
