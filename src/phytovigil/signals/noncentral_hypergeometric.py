"""The distribution of a 2×2 table with fixed margins and a given odds ratio, as seen from the observed table.

Moving k cases into the cells a and d (and out of b and c) is "up", the reverse is "down". The probability of the
table k moves away, relative to the observed one, is a weight of the margins times ψᵏ up or ψ⁻ᵏ down, with ψ the
odds ratio. Every exact estimate of ψ is then one equation: the sum of terms on the up side over the sum on the
down side equals a known number. Weights are products of ratios of small whole numbers, added up as logarithms
outwards from the observed table, so no large factorials cancel and the accuracy does not suffer from a large N.

Arrays of weights have shape (pairs, moves + 1); column k belongs to k moves and column 0 to the observed table.
Fisher 1935, doi:10.2307/2342435; Cornfield 1956 (Proc 3rd Berkeley Symp 4:135).
"""

from __future__ import annotations

import numpy as np

from phytovigil.schema.counts import Floats

PRECISION = 1e-11
"""Largest last step in ln ψ, relative to 1 or to ln ψ where that is larger."""


def log_weights(leaving: tuple[Floats, Floats], entering: tuple[Floats, Floats], moves: int) -> Floats:
    """Log weights of the tables 0 to `moves` moves away, shape (pairs, moves + 1); −inf beyond the margins.

    leaving, entering : the two cells that cases leave and the two that they enter, each of shape (pairs,).

    >>> np.exp(log_weights((np.array([2.0]), np.array([1.0])), (np.array([0.0]), np.array([3.0])), 2))
    array([[1. , 0.5, 0. ]])
    """
    step = np.arange(moves)
    left = [np.maximum(cell[:, None] - step, 0) for cell in leaving]
    entered = [cell[:, None] + (step + 1) for cell in entering]
    with np.errstate(divide="ignore"):
        ratios = np.log((left[0] * left[1]) / (entered[0] * entered[1]))
    return np.concatenate([np.zeros((len(ratios), 1)), np.cumsum(ratios, axis=1)], axis=1)


def log_sum_and_mean(weights: Floats, log_odds: Floats) -> tuple[Floats, Floats]:
    """Logarithm of the sum of weight · e^(k · log_odds) over k, and the mean of k under these terms."""
    moves = np.arange(weights.shape[1], dtype=np.float64)
    terms = np.multiply.outer(log_odds, moves)
    terms += weights
    top = terms.max(axis=1)
    terms -= top[:, None]
    np.exp(terms, out=terms)
    total = terms.sum(axis=1)
    return top + np.log(total), (terms @ moves) / total


def solve_log_odds(up: Floats, down: Floats, target: float, start: Floats, most_steps: int = 200) -> Floats:
    """The ln ψ at which ln(sum up) − ln(sum down) = target, for each pair; NaN where `most_steps` do not do.

    Newton's method. The left side rises with ln ψ; its slope is the mean move up plus the mean move down, of which
    one rises and the other falls, so it cannot be flat on both sides of a steep root, which is where Newton's
    method would go to and fro.
    """
    log_odds, settled = start, np.zeros(start.shape, dtype=bool)
    for _ in range(most_steps):
        if settled.all():
            break
        sum_up, mean_up = log_sum_and_mean(up, log_odds)
        sum_down, mean_down = log_sum_and_mean(down, -log_odds)
        step = (sum_up - sum_down - target) / (mean_up + mean_down)
        log_odds = log_odds - step
        settled = np.abs(step) <= PRECISION * np.maximum(np.abs(log_odds), 1)
    return np.where(settled, log_odds, np.nan)


def share_left_out(weights: Floats, log_odds: Floats) -> Floats:
    """An upper bound on the terms beyond the last column, as a share of the sum of those kept.

    From one move on, the ratio of a term to the one before it falls with every move. With q the last ratio, all
    that follows the last term is therefore at most that term times q / (1 − q). Infinite where q ≥ 1; zero where
    the last column lies beyond the margins.
    """
    last, before = weights[:, -1], weights[:, -2]
    log_total, _ = log_sum_and_mean(weights, log_odds)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.exp(last - before + log_odds)
        bound = np.exp(last + (weights.shape[1] - 1) * log_odds - log_total) * ratio / (1 - ratio)
    return np.where(np.isneginf(last), 0.0, np.where(ratio < 1, bound, np.inf))
