"""What every interval needs: the tail that a level leaves on each side, and the log-normal interval."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from phytovigil.errors import InvalidRequest
from phytovigil.schema.counts import Estimates, Floats


def tail_probability(level: float) -> float:
    """The probability that a two-sided interval of this level leaves on each side.

    Raises InvalidRequest for a level that is not between 0 and 1, such as 95 meant as per cent.

    >>> round(tail_probability(0.95), 3)
    0.025
    """
    if not 0 < level < 1:
        raise InvalidRequest(f"level is {level}; it lies between 0 and 1.", "Write 0.95 for 95 per cent.")
    return (1 - level) / 2


def normal_quantile(level: float) -> float:
    """Half the width of a two-sided standard normal interval: 1.96 for level 0.95."""
    return float(-ndtri(tail_probability(level)))


def log_normal_interval(log_point: Floats, standard_error: Floats, level: float) -> Estimates:
    """Estimates exp(log_point ± z · standard_error); NaN in either argument stays NaN."""
    reach = normal_quantile(level) * standard_error
    return Estimates(np.exp(log_point), np.exp(log_point - reach), np.exp(log_point + reach))
