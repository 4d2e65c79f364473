"""The negative binomial that a gamma prior makes of Poisson counts, without loss of digits at either end of its range.

With λ ~ Gamma(α, rate β) and N | λ ~ Poisson(λE), f(n) = Γ(α+n) / (Γ(α) n!) · (E/(β+E))^n · (β/(β+E))^α.
As α grows with α/β fixed this is a Poisson; as α falls to 0 and zeros are left out, a logarithmic series. A search for
the best prior passes through both, so differences of log-gammas are taken here by Stirling's series, not by
subtracting two large numbers.
"""

from __future__ import annotations

import numpy as np
from scipy.special import digamma, gammaln

from phytovigil.schema.counts import Floats

LARGE = 16.0
"""From here on the series below give every digit of a double."""

_LOG_GAMMA = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156)
_DIGAMMA = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12)


def log_coefficient(shape: float, counts: Floats) -> Floats:
    """Logarithm of Γ(α+n) / (Γ(α) n!), of the shape of counts; 0 for n = 0.

    >>> log_coefficient(2.0, np.array([0.0, 1.0, 3.0])).round(12)
    array([0.        , 0.69314718, 1.38629436])
    """
    n = np.maximum(counts, 1.0)
    greater, lesser = np.maximum(shape, n), np.minimum(shape, n)
    by_series = _log_gamma_step(np.maximum(greater, LARGE), lesser) - gammaln(lesser) - np.log(n)
    directly = gammaln(shape + n) - gammaln(shape) - gammaln(n + 1)
    found: Floats = np.where(greater < LARGE, directly, by_series)
    return np.where(counts == 0, 0.0, found)


def digamma_step(shape: float, counts: Floats) -> Floats:
    """ψ(α+n) − ψ(α), of the shape of counts.

    >>> digamma_step(1.0, np.array([0.0, 1.0, 2.0])).round(12)
    array([0. , 1. , 1.5])
    """
    if shape < LARGE:
        step: Floats = digamma(shape + counts) - digamma(shape)
        return np.where(counts == 0, 0.0, step)
    end = shape + counts
    found: Floats = np.log1p(counts / shape) + counts / (2 * shape * end)
    return found + _series(_DIGAMMA, shape**-2.0, shape**-2.0) - _series(_DIGAMMA, end**-2.0, end**-2.0)


def _log_gamma_step(start: Floats, step: Floats) -> Floats:
    """The step log Γ(start+step) − log Γ(start), start at least LARGE."""
    end = start + step
    main = step * np.log(start) + (end - 0.5) * np.log1p(step / start) - step
    return main + log_gamma_remainder(end) - log_gamma_remainder(start)


def log_gamma_remainder(shape: Floats) -> Floats:
    """The remainder log Γ(z) − [(z − 1/2) log z − z + log(2π)/2], z at least LARGE."""
    return _series(_LOG_GAMMA, 1 / shape, shape**-2.0)


def _series(terms: tuple[float, ...], first: Floats | float, ratio: Floats | float) -> Floats:
    total: Floats = np.zeros_like(np.asarray(ratio, dtype=np.float64))
    for term in reversed(terms):
        total = total * ratio + term
    return total * first
