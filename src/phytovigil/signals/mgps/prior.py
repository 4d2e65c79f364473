"""The prior of the shrinker: a mixture of two gamma distributions of the ratio λ of true to expected count."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, isfinite, log
from typing import Any

import numpy as np
from scipy.special import expit, logit

from phytovigil.errors import InvalidRequest
from phytovigil.schema.counts import Floats
from phytovigil.signals.interval import normal_quantile

PARAMETERS = ("alpha1", "beta1", "alpha2", "beta2", "p")
SCALES = ("log_alpha1", "log_beta1", "log_alpha2", "log_beta2", "logit_p")
"""On which the fit works and has its standard errors."""


@dataclass(frozen=True, slots=True)
class Prior:
    """λ ~ P · Gamma(α1, rate β1) + (1 − P) · Gamma(α2, rate β2).

    log_odds : log P / (1 − P). It is kept beside p because P may round to 1 while 1 − P still matters: where zeros are
        left out, only the ratio of (1 − P) to a vanishing α1 does.
    Component 1 is the one with the larger mean α/β: fits keep to that order.
    """

    alpha1: float
    beta1: float
    alpha2: float
    beta2: float
    p: float
    log_odds: float

    @classmethod
    def of(cls, alpha1: float, beta1: float, alpha2: float, beta2: float, p: float) -> Prior:
        """A prior with known parameters, such as published ones, in the order given.

        Raises InvalidRequest unless shapes and rates are positive and p is from 0 to 1.

        >>> round(Prior.of(0.2, 0.1, 2.0, 4.0, 1 / 3).log_odds, 6)
        -0.693147
        """
        if not (all(isfinite(value) and value > 0 for value in (alpha1, beta1, alpha2, beta2)) and 0 <= p <= 1):
            raise InvalidRequest(
                f"The prior {alpha1}, {beta1}, {alpha2}, {beta2}, {p} needs positive shapes and rates and p in 0 to 1."
            )
        return cls(alpha1, beta1, alpha2, beta2, p, float(logit(p)))

    @property
    def parameters(self) -> tuple[float, float, float, float, float]:
        """α1, β1, α2, β2, P."""
        return self.alpha1, self.beta1, self.alpha2, self.beta2, self.p

    @property
    def vector(self) -> Floats:
        """(log α1, log β1, log α2, log β2, logit P), shape (5,)."""
        return np.array([log(value) for value in self.parameters[:4]] + [self.log_odds])


def prior_at(x: Floats) -> Prior:
    """The prior at (log α1, log β1, log α2, log β2, logit P)."""
    alpha1, beta1, alpha2, beta2 = (exp(float(value)) for value in x[:4])
    return Prior(alpha1, beta1, alpha2, beta2, float(expit(x[4])), float(x[4]))


def in_order(x: Floats) -> Floats:
    """The same prior with the component of the larger mean α/β first; of equal means, the one of the larger shape."""
    if (x[0] - x[1], x[0]) >= (x[2] - x[3], x[2]):
        return x
    return np.array([x[2], x[3], x[0], x[1], -x[4]])


@dataclass(frozen=True, slots=True)
class Mode:
    """A local maximum of the likelihood, and how many starts of the search ended in it.

    eb05_moved : largest and 99th percentile of the factor by which EB05 of a pair differs from that of the best mode.
    """

    prior: Prior
    log_likelihood: float
    starts: int
    eb05_moved: tuple[float, float] = (float("nan"), float("nan"))

    def described(self) -> dict[str, Any]:
        """Plain values."""
        found: dict[str, Any] = dict(zip(PARAMETERS, self.prior.parameters, strict=True))
        found |= {"log_likelihood": self.log_likelihood, "starts": self.starts}
        largest, usual = self.eb05_moved
        return found | {"eb05_ratio_largest": _plain(largest), "eb05_ratio_99th_percentile": _plain(usual)}


@dataclass(frozen=True, slots=True, eq=False)
class PriorFit(Prior):
    """A prior learned from cells by maximum likelihood, and how far to trust it.

    log_likelihood, gradient_norm : at the estimate; the gradient by (log α, log β, logit P) that are not at a bound.
    truncation, least : how counts below `least` were left out; see likelihood.TRUNCATIONS.
    cells : cells learned from. points : points that stood for them in the last step. starts : starts of the search.
    converged : the search ended where the likelihood is flat and curved downwards in every free direction.
    at_bound : a parameter ran to the end of its range; bounded says which.
    covariance : shape (5, 5), of (log α1, log β1, log α2, log β2, logit P), the inverse of the observed information;
        NaN for parameters at a bound. modes : the other local maxima, best first. warnings : sentences.
    """

    log_likelihood: float
    gradient_norm: float
    truncation: str
    least: int
    cells: float
    points: int
    starts: int
    agreeing: int
    converged: bool
    bounded: tuple[str, ...]
    covariance: Floats
    modes: tuple[Mode, ...]
    warnings: tuple[str, ...]

    @property
    def at_bound(self) -> bool:
        """A parameter ran to the end of its range."""
        return bool(self.bounded)

    @property
    def standard_errors(self) -> Floats:
        """Of log α1, log β1, log α2, log β2 and logit P; shape (5,), NaN at a bound."""
        return np.sqrt(np.diag(self.covariance))

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Lower and upper limits of α1, β1, α2, β2, P: Wald limits on the log and logit scales; shape (5,) each."""
        reach = normal_quantile(level) * self.standard_errors
        return _natural(self.vector - reach), _natural(self.vector + reach)

    def learned(self) -> dict[str, Any]:
        """Plain values for Estimates.learned."""
        errors = dict(zip(SCALES, self.standard_errors, strict=True))
        found: dict[str, Any] = dict(zip(PARAMETERS, self.parameters, strict=True))
        return found | {
            "logit_p": self.log_odds,
            "standard_errors": {name: _plain(value) for name, value in errors.items()},
            "log_likelihood": self.log_likelihood,
            "gradient_norm": self.gradient_norm,
            "truncation": self.truncation,
            "least_count": self.least,
            "pairs": self.cells,
            "points": self.points,
            "starts": self.starts,
            "starts_in_best_mode": self.agreeing,
            "converged": self.converged,
            "at_bound": list(self.bounded),
            "other_modes": [mode.described() for mode in self.modes],
            "warnings": list(self.warnings),
        }


def _natural(x: Floats) -> Floats:
    return np.append(np.exp(x[:4]), expit(x[4]))


def _plain(value: float) -> float | None:
    return float(value) if isfinite(value) else None
