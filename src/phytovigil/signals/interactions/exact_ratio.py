"""Does an odds ratio differ between two groups of cases? The exact answer, for tables with small and empty cells."""

from __future__ import annotations

import numpy as np

from phytovigil.schema.counts import Estimates, Floats
from phytovigil.signals.interactions.triples import TripleCounts
from phytovigil.signals.interval import normal_quantile, tail_probability
from phytovigil.signals.noncentral_hypergeometric import log_weights, solve_log_odds


def ratio_midp(counts: TripleCounts, *, level: float = 0.95) -> Estimates:
    """Ratio of two odds ratios of reporting, with the mid-P interval; no unit, null value 1.

    The first odds ratio sets the second factor against the reaction among the cases with the first factor, the other
    does so among the cases without it. Given the margins of both tables and the number of cases with second factor
    and reaction in the two together, the odds ratio that both may share drops out, and the number in the first table
    depends on the ratio alone. Point: the conditional maximum-likelihood estimate. Limits: the ratios at which a more
    extreme division plus half the observed one has probability (1 − level) / 2.
    Returns Estimates of shape (triples,): point and low are 0, or point and high infinite, where the division is the
    most extreme that the margins allow; NaN where they allow only one, so that the table says nothing.
    Raises InvalidRequest for a level outside 0 to 1.
    Zelen 1971, doi:10.1093/biomet/58.1.129; Agresti 1992, doi:10.1214/ss/1177011454.

    >>> found = ratio_midp(TripleCounts.of(6, 4, 3, 9, 5, 20, 30, 100))
    >>> found.point.round(2), found.low.round(2), found.high.round(2)
    (array([4.7]), array([0.56]), array([47.18]))
    """
    rows = [_solve(*_weights(counts, place), level) for place in range(len(counts.n111))]
    point, low, high = np.array(rows, dtype=np.float64).reshape(-1, 3).T
    return Estimates(point, low, high)


def _weights(counts: TripleCounts, place: int) -> tuple[Floats, Floats]:
    """Log weights of moving cases into the first table's corner and out of the other's, and back; shape (1, moves)."""
    names = ("n111", "n110", "n101", "n100", "n011", "n010", "n001", "n000")
    a1, b1, c1, d1, a0, b0, c0, d0 = (getattr(counts, name)[place : place + 1] for name in names)
    most_up, most_down = (int(min(cell[0] for cell in cells)) for cells in ((b1, c1, a0, d0), (a1, d1, b0, c0)))
    up = log_weights((b1, c1), (a1, d1), most_up) + log_weights((a0, d0), (b0, c0), most_up)
    down = log_weights((a1, d1), (b1, c1), most_down) + log_weights((b0, c0), (a0, d0), most_down)
    return up, down


def _solve(up: Floats, down: Floats, level: float) -> tuple[float, float, float]:
    """Point, low and high of one ratio."""
    tail = tail_probability(level)
    target, rises, falls = float(np.log(tail) - np.log1p(-tail)), up.shape[1] > 1, down.shape[1] > 1
    if not (rises or falls):
        return np.nan, np.nan, np.nan
    reach = normal_quantile(level)
    low = _root(_with_half(up), _with_half(down), target, -reach) if falls else -np.inf
    high = _root(_with_half(up), _with_half(down), -target, reach) if rises else np.inf
    point = np.inf if not rises else -np.inf if not falls else _root(_by_move(up), _by_move(down), 0.0, 0.0)
    return float(np.exp(point)), float(np.exp(low)), float(np.exp(high))


def _with_half(weights: Floats) -> Floats:
    """The observed division counts half on each side."""
    return np.concatenate([weights[:, :1] + np.log(0.5), weights[:, 1:]], axis=1)


def _by_move(weights: Floats) -> Floats:
    """Weights times the number of moves: at the point, moves up and moves down balance."""
    with np.errstate(divide="ignore"):
        return np.asarray(weights + np.log(np.arange(weights.shape[1])))


def _root(up: Floats, down: Floats, target: float, start: float) -> float:
    return float(solve_log_odds(up, down, target, np.array([start]))[0])
