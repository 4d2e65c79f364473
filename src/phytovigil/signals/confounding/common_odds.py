"""The 2×2 tables that strata would show on average if they all had one odds ratio."""

from __future__ import annotations

import numpy as np

from phytovigil.schema.counts import Counts, Floats


def fit_common_odds(counts: Counts, odds_ratio: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Fitted a, b, c, d of each stratum, shape (strata,), with its margins and this odds ratio.

    Fitted a is the root of a'(n − n_D − n_E + a') = ψ (n_D − a')(n_E − a') between its bounds.
    counts : strata of which no margin is 0. odds_ratio : ψ, above 0 and finite.

    >>> [cell.round(6).tolist() for cell in fit_common_odds(Counts.of(a=[1], b=[9], c=[19], d=[71]), 1.0)]
    [[2.0], [8.0], [18.0], [72.0]]
    """
    product, reaction, total = counts.with_product, counts.with_reaction, counts.total
    half = total - (1 - odds_ratio) * (product + reaction)
    root = np.sqrt(half**2 + 4 * (1 - odds_ratio) * odds_ratio * product * reaction)
    # Of the two ways to write the same root, the one that adds numbers of one sign.
    with np.errstate(divide="ignore", invalid="ignore"):
        a = np.where(
            half >= 0,
            2 * odds_ratio * product * reaction / (half + root),
            (root - half) / (2 * (1 - odds_ratio)),
        )
    return a, product - a, reaction - a, (total - product - reaction) + a


def fitted_variance(cells: tuple[Floats, Floats, Floats, Floats]) -> Floats:
    """Variance of a in each stratum about its fitted value: 1 / (1/a + 1/b + 1/c + 1/d)."""
    variance: Floats = 1 / (1 / np.stack(cells)).sum(axis=0)
    return variance


def likeliest_common_odds(counts: Counts, start: float, most_steps: int = 200) -> float:
    """The odds ratio of highest likelihood that is common to all strata; NaN where it is 0, infinite or not found.

    The fitted cases with both must add up to those observed: Newton's method in the logarithm, at most 1 a step.
    counts : strata of which no margin is 0. start : a first guess, such as the odds ratio of Mantel and Haenszel,
    which is above 0 and finite exactly where this one is.

    >>> strata = Counts.of(a=[5, 9], b=[15, 21], c=[20, 12], d=[160, 58])
    >>> round(likeliest_common_odds(strata, 2.0), 6)
    2.314355
    """
    if not 0 < start < np.inf:
        return np.nan
    seen = counts.a.sum()
    log_odds = float(np.log(start))
    for _ in range(most_steps):
        cells = fit_common_odds(counts, float(np.exp(log_odds)))
        step = (seen - cells[0].sum()) / fitted_variance(cells).sum()
        step = float(np.clip(step, -1, 1))
        log_odds += step
        if abs(step) <= 1e-12 * max(abs(log_odds), 1):
            return float(np.exp(log_odds))
    return np.nan
