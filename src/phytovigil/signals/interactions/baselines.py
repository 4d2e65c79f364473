"""What two products would do side by side: baselines of no interaction, and how far the cases depart from them.

An additive baseline adds what each product adds to the background; a multiplicative one multiplies their odds ratios.
Reports are not a cohort: every figure here is about shares of reports.
"""

from __future__ import annotations

import numpy as np

from phytovigil.schema.counts import Estimates, Floats
from phytovigil.signals.interactions.triples import TripleCounts, share
from phytovigil.signals.interval import log_normal_interval, normal_quantile


def expected_with_both(counts: TripleCounts) -> Floats:
    """Cases of both products that would have the reaction if what each adds to the background were added; (triples,).

    g11 = 1 − 1 / (max(o00, o10) + max(o00, o01) − o00 + 1) with o = f / (1 − f), times n11·. A product with fewer
    reports of the reaction than the background adds nothing: it is not taken to protect.
    NaN where a share is unknown (no case with only that product, or with neither) or is 1, so that its odds are
    infinite.
    Norén, Sundberg, Bate, Edwards 2008, equation 16, doi:10.1002/sim.3247.

    >>> expected_with_both(TripleCounts.of(10, 13, 0, 10, 9, 1457, 20, 3984)).round(4)
    array([0.1412])
    """
    _, f10, f01, f00 = counts.rates
    o10, o01, o00 = (odds(rate) for rate in (f10, f01, f00))
    together = np.maximum(o00, o10) + np.maximum(o00, o01) - o00
    return together / (together + 1) * counts.both


def odds(rate: Floats) -> Floats:
    """Odds of a share; NaN where it is 1 or unknown."""
    return np.divide(rate, 1 - rate, out=np.full_like(rate, np.nan), where=rate < 1)


def interaction_contrast(counts: TripleCounts, *, level: float = 0.95) -> Estimates:
    """Interaction contrast f11 − f10 − f01 + f00: departure from additivity in shares of reports; null value 0.

    Limits by recovering variances (MOVER) from Wilson's score interval of each share, which holds for few cases.
    Returns Estimates of shape (triples,), NaN where one of the four groups has no case.
    Zou and Donner 2008, doi:10.1002/sim.3095; for two shares it is Newcombe's hybrid score interval.

    >>> found = interaction_contrast(TripleCounts.of(10, 13, 1, 9, 9, 1457, 20, 3984))
    >>> found.point.round(3), found.low.round(3), found.high.round(3)
    (array([0.334]), array([-0.019]), array([0.547]))
    """
    wholes = (counts.both, counts.first_only, counts.second_only, counts.neither)
    below: Floats = np.zeros_like(counts.n111)
    above: Floats = np.zeros_like(counts.n111)
    for part, whole, sign in zip(
        (counts.n111, counts.n101, counts.n011, counts.n001), wholes, (1, -1, -1, 1), strict=True
    ):
        rate = share(part, whole)
        low, high = wilson(rate, whole, level)
        less, more = (rate - low) ** 2, (high - rate) ** 2
        below, above = below + (less if sign > 0 else more), above + (more if sign > 0 else less)
    f11, f10, f01, f00 = counts.rates
    point = f11 - f10 - f01 + f00
    return Estimates(point, point - np.sqrt(below), point + np.sqrt(above))


def wilson(rate: Floats, whole: Floats, level: float) -> tuple[Floats, Floats]:
    """Wilson's score interval of a share; doi:10.1080/01621459.1927.10502953."""
    squared = normal_quantile(level) ** 2
    size = np.where(whole > 0, whole, np.nan)
    centre = (rate + squared / (2 * size)) / (1 + squared / size)
    reach = np.sqrt(squared * (rate * (1 - rate) / size + squared / (4 * size**2))) / (1 + squared / size)
    return centre - reach, centre + reach


def reri(counts: TripleCounts, *, level: float = 0.95) -> Estimates:
    """Relative excess due to interaction OR11 − OR10 − OR01 + 1 of reporting odds; no unit, null value 0.

    Each odds ratio compares with the cases of neither product. Wald limits by the delta method: read them with care
    where a cell is small, and the interaction contrast beside them.
    Returns Estimates of shape (triples,), NaN where any of the eight cells is 0.
    Hosmer and Lemeshow 1992, doi:10.1097/00001648-199209000-00012.

    >>> found = reri(TripleCounts.of(225, 166, 6, 12, 8, 18, 3, 20))
    >>> found.point.round(2), found.low.round(2), found.high.round(2)
    (array([3.74]), array([-1.84]), array([9.32]))
    """
    o11, o10, o01, o00 = cell_odds(counts)
    with_both, first, second = o11 / o00, o10 / o00, o01 / o00
    v11, v10, v01, v00 = log_odds_variances(counts)
    point = with_both - first - second + 1
    # The derivative by each log odds; the background's is minus the sum of the others.
    variance = with_both**2 * v11 + first**2 * v10 + second**2 * v01 + (with_both - first - second) ** 2 * v00
    reach = normal_quantile(level) * np.sqrt(variance)
    return Estimates(point, point - reach, point + reach)


def ratio_of_odds_ratios(counts: TripleCounts, *, level: float = 0.95) -> Estimates:
    """OR11 / (OR10 · OR01): departure from multiplicativity, no unit, null value 1, with a log-normal interval.

    It is the exponent of the interaction term of a logistic regression on the two products.
    Returns Estimates of shape (triples,), NaN where any of the eight cells is 0.
    Used for reports by van Puijenbroek, Egberts, Heerdink, Leufkens 2000, doi:10.1007/s002280000215.

    >>> found = ratio_of_odds_ratios(TripleCounts.of(225, 166, 6, 12, 8, 18, 3, 20))
    >>> found.point.round(3)
    array([0.915])
    """
    o11, o10, o01, o00 = (np.log(cell) for cell in cell_odds(counts))
    return log_normal_interval(o11 - o10 - o01 + o00, np.sqrt(sum(log_odds_variances(counts))), level)


def with_and_without(counts: TripleCounts) -> tuple[tuple[Floats, Floats], ...]:
    """Cases with and without the reaction: of both products, of the first, of the second, of neither."""
    return (
        (counts.n111, counts.n110),
        (counts.n101, counts.n100),
        (counts.n011, counts.n010),
        (counts.n001, counts.n000),
    )


def cell_odds(counts: TripleCounts) -> tuple[Floats, Floats, Floats, Floats]:
    """Odds of the reaction in the four groups; NaN in all where any of the eight cells is 0."""
    full = every_cell_filled(counts)
    o11, o10, o01, o00 = (np.divide(x, y, out=np.full_like(x, np.nan), where=full) for x, y in with_and_without(counts))
    return o11, o10, o01, o00


def log_odds_variances(counts: TripleCounts) -> tuple[Floats, Floats, Floats, Floats]:
    """Variances of the logarithms of the four odds; NaN in all where any of the eight cells is 0."""
    full = every_cell_filled(counts)
    v11, v10, v01, v00 = (
        np.divide(x + y, x * y, out=np.full_like(x, np.nan), where=full) for x, y in with_and_without(counts)
    )
    return v11, v10, v01, v00


def every_cell_filled(counts: TripleCounts) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Where no cell of the table is 0."""
    with_reaction = (counts.n111 > 0) & (counts.n101 > 0) & (counts.n011 > 0) & (counts.n001 > 0)
    without = (counts.n110 > 0) & (counts.n100 > 0) & (counts.n010 > 0) & (counts.n000 > 0)
    return with_reaction & without
