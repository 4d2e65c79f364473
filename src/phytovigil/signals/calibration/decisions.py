"""How often a rule is right: its calls beside what is known of the pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from phytovigil.errors import InvalidRequest
from phytovigil.signals.interval import normal_quantile


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share with its interval of Wilson; NaN where there is nothing to take a share of."""

    point: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Decisions:
    """Calls of a rule against the truth, in pairs: found, missed, false alarms, rightly silent.

    sensitivity : of the positive controls, the share called. specificity : of the negative ones, the share not called.
    positive_predictive_value, negative_predictive_value : of the calls, of the silences, the share that is right; both
        depend on how many positives the reference set has, which is nothing like their share among all pairs.
    youden : sensitivity + specificity − 1.
    """

    found: int
    missed: int
    false_alarms: int
    rightly_silent: int
    sensitivity: Proportion
    specificity: Proportion
    positive_predictive_value: Proportion
    negative_predictive_value: Proportion
    youden: float


def wilson_interval(part: int, whole: int, *, level: float = 0.95) -> Proportion:
    """A share of counts with the score interval of Wilson 1927, doi:10.1080/01621459.1927.10502953.

    >>> found = wilson_interval(8, 10)
    >>> found.point, round(found.low, 3), round(found.high, 3)
    (0.8, 0.49, 0.943)
    """
    reach = normal_quantile(level)
    if whole == 0:
        return Proportion(float("nan"), float("nan"), float("nan"))
    share = part / whole
    centre = share + reach**2 / (2 * whole)
    distance = reach * float(np.sqrt(share * (1 - share) / whole + reach**2 / (4 * whole**2)))
    scale = 1 + reach**2 / whole
    # At 0 and 1 the limit is the share itself; rounding must not put it outside.
    low = 0.0 if part == 0 else (centre - distance) / scale
    high = 1.0 if part == whole else (centre + distance) / scale
    return Proportion(share, low, high)


def compare_decisions(called: ArrayLike, truth: ArrayLike, *, level: float = 0.95) -> Decisions:
    """Calls against the truth, both booleans of shape (pairs,).

    Raises InvalidRequest for shapes that differ or a level outside 0 to 1.

    >>> compare_decisions([True, False, True, False], [True, True, False, False]).youden
    0.0
    """
    calls, known = (np.atleast_1d(np.asarray(given)).astype(np.bool_) for given in (called, truth))
    if calls.shape != known.shape:
        raise InvalidRequest(f"called has shape {calls.shape} and truth {known.shape}; they must agree.")
    found, missed = int((calls & known).sum()), int((~calls & known).sum())
    alarms, silent = int((calls & ~known).sum()), int((~calls & ~known).sum())
    sensitivity = wilson_interval(found, found + missed, level=level)
    specificity = wilson_interval(silent, silent + alarms, level=level)
    return Decisions(
        found,
        missed,
        alarms,
        silent,
        sensitivity,
        specificity,
        wilson_interval(found, found + alarms, level=level),
        wilson_interval(silent, silent + missed, level=level),
        sensitivity.point + specificity.point - 1,
    )
