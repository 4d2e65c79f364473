"""How far two successive photo days must both lie from the baseline, so that a year of looks rarely cries wolf.

A change is told at a look when the newest two values both lie further from the baseline's mean than the limit, on the
same side. Under noise that is independent from day to day and normal, with mean and spread learned from n baseline
values, the chance that this happens in any of m looks is computed, not simulated: given the errors of mean and spread
the looks form a chain of three states (within, beyond on one side, beyond on the other), and the chance is averaged
over both errors by quadrature. Noise in one direction only is the worst case: in three dimensions a distance varies
less for the same total spread, and the same side is hit more rarely.

The rule of two successive points beyond a line is a runs rule of control charts: Champ CW, Woodall WH. Technometrics
1987;29:393-399, doi:10.1080/00401706.1987.10488266. Limits for few baseline values: Hillier FS. J Qual Technol
1969;1:17-26, doi:10.1080/00224065.1969.11980352.
"""

from __future__ import annotations

from functools import cache
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import gammaln, ndtr, roots_hermitenorm

Floats = npt.NDArray[np.float64]

MEAN_NODES = 21
SPREAD_NODES = 121


@cache
def pair_limit(values: int, looks: int, alpha: float, one_sided: bool = False) -> float:
    """The limit, in standard errors of one new value against the baseline's mean.

    values : baseline values, 2 or more. looks : pairs that are looked at. one_sided : only a rise counts.
    The chance of any alarm in these looks is alpha.

    >>> round(pair_limit(8, 52, 0.05), 2)
    2.91
    """
    return float(brentq(lambda limit: chance_of_alarm(limit, values, looks, one_sided) - alpha, 0.0, 1e4, xtol=1e-6))


def chance_of_alarm(limit: float, values: int, looks: int, one_sided: bool = False) -> float:
    """Chance that at least one of so many looks alarms where nothing has changed.

    A look needs two values: `looks` looks are looks + 1 successive values.
    """
    error, spread, weight = error_nodes(values)
    reach = limit * spread * sqrt(1 + 1 / values)
    up, down = ndtr(-(reach + error)), ndtr(-(reach - error))
    if one_sided:
        down = np.zeros_like(down)
    return float(1 - weight @ chance_of_silence(up, down, looks + 1))


def chance_of_silence(up: Floats, down: Floats, values: int) -> Floats:
    """Chance that no two successive values of so many lie beyond the limit on the same side."""
    within, above, below = np.ones_like(up), np.zeros_like(up), np.zeros_like(up)
    for _ in range(values):
        silent = within + above + below
        within, above, below = silent * (1 - up - down), (silent - above) * up, (silent - below) * down
    return within + above + below


@cache
def error_nodes(values: int) -> tuple[Floats, Floats, Floats]:
    """Quadrature over what n baseline values get wrong, in true standard deviations: mean, spread, weight."""
    errors, error_weights = roots_hermitenorm(MEAN_NODES)
    spreads, spread_weights = spread_nodes(values - 1)
    grid = np.meshgrid(errors / sqrt(values), spreads, indexing="ij")
    weights = np.outer(error_weights / error_weights.sum(), spread_weights)
    return grid[0].ravel(), grid[1].ravel(), weights.ravel()


def spread_nodes(freedom: int) -> tuple[Floats, Floats]:
    """Nodes and weights for the estimated standard deviation over the true one, even steps of its logarithm."""
    width = 1 / sqrt(2 * freedom)
    logs = np.linspace(-min(9.0, 14 * width), min(1.6, 9 * width), SPREAD_NODES)
    squared = freedom * np.exp(2 * logs)
    density = np.exp(freedom / 2 * np.log(squared / 2) - squared / 2 - gammaln(freedom / 2))
    return np.exp(logs), density / density.sum()
