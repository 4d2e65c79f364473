"""When reporting changed: steps in a series of counts relative to all reports, such as publicity leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, xlogy

from phytovigil.errors import InvalidCounts, InvalidRequest
from phytovigil.schema.counts import Floats
from phytovigil.signals.interval import tail_probability

SHORTEST = 2
"""Periods between two changes at least: a single period is a spike, and no test can tell it from chance by its step."""

MOST_CHANGES = 6
"""Changes looked for at most."""

LONGEST = 250
"""Periods that a series may have: sixty years of quarters."""

SIMULATIONS = 999
"""Simulated series behind each p-value, unless said otherwise."""


@dataclass(frozen=True, slots=True)
class Change:
    """One step in a series.

    position : the first period of the new level. before, after : cases between the neighbouring changes, and `..._all`
        all reports there. ratio : rate after over rate before, with `low` and `high`; 0 or infinite where one side has
        no case. p_value : of a step anywhere between the neighbouring changes, by simulation.
    """

    position: int
    before: float
    before_all: float
    after: float
    after_all: float
    ratio: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Changes:
    """The steps of a series.

    dispersion : variance over mean within the stretches between changes, at least 1; what the intervals allow for.
    number_p_values : p-value of one or two changes more than none, than those found so far, and so on, up to the
        first that is not significant. complete : False where MOST_CHANGES were found and there may be more.
    autocorrelation : of neighbouring periods within the stretches; well above 0, the p-values are too small. NaN where
        there are too few periods or no case.
    """

    changes: tuple[Change, ...]
    dispersion: float
    number_p_values: tuple[float, ...]
    autocorrelation: float = float("nan")
    complete: bool = True


def find_changes(
    cases: ArrayLike,
    total: ArrayLike,
    *,
    alpha: float = 0.05,
    level: float = 0.95,
    simulations: int = SIMULATIONS,
    seed: int = 1,
) -> Changes:
    """Steps in the rate of `cases` per report of `total`, both of shape (periods,), in the order of time.

    Model: within a stretch the cases of a period have mean rate · total and variance φ times the mean (quasi-Poisson).
    For each number of changes the best places are found exactly, by dynamic programming over the deviance. Changes are
    added while the F-like gain of one more, or of two (a rise that ends again), is larger than in all but `alpha` of
    `simulations` series simulated from the fit without them, with its rates and its dispersion; two tests, so each
    p-value is doubled. A period without reports (total 0) carries no weight.
    Returns no change where there are fewer than 2 × SHORTEST periods or no case.
    Raises InvalidCounts for values that cannot be or a series above LONGEST periods, InvalidRequest for alpha or level
    outside 0 to 1.
    Segmentation: Auger and Lawrence 1989, doi:10.1007/BF02458835. Number of changes by the parametric bootstrap of
    the likelihood ratio: McLachlan 1987, doi:10.2307/2347790. Monte Carlo p-value: Davison and Hinkley 1997,
    doi:10.1017/CBO9780511802843.

    >>> found = find_changes([2, 3, 2, 4, 2, 9, 11, 8, 10, 12], [100] * 10)
    >>> [(step.position, round(step.ratio, 2)) for step in found.changes]
    [(5, 3.85)]
    """
    counts, offset = _checked(cases, total)
    tail = tail_probability(level)
    if not 0 < alpha < 1:
        raise InvalidRequest(f"alpha is {alpha}; it lies between 0 and 1.")
    random = np.random.default_rng(seed)
    used = np.flatnonzero(offset > 0)
    counts, offset = counts[used], offset[used]
    if len(counts) < 2 * SHORTEST or counts.sum() == 0:
        return Changes((), 1.0, ())
    borders, p_values = _choose_number(counts, offset, alpha, simulations, random)
    dispersion = _dispersion(counts, offset, borders)
    steps = []
    for start, place, end in zip(borders, borders[1:], borders[2:], strict=False):
        before = (float(counts[start:place].sum()), float(offset[start:place].sum()))
        after = (float(counts[place:end].sum()), float(offset[place:end].sum()))
        limits = ratio_interval(*before, *after, dispersion=dispersion, tail=tail)
        p_value = _test_between(counts[start:end], offset[start:end], simulations, random)
        steps.append(Change(int(used[place]), *before, *after, *limits, p_value))
    residuals = _residuals(counts, offset, borders)
    return Changes(
        tuple(steps), dispersion, p_values, _autocorrelation(residuals), not p_values or p_values[-1] > alpha
    )


def _choose_number(
    counts: Floats, offset: Floats, alpha: float, simulations: int, random: np.random.Generator
) -> tuple[list[int], tuple[float, ...]]:
    """Borders of the stretches (0, changes, length), and the p-value of each addition that was tried."""
    most = min(MOST_CHANGES, len(counts) // SHORTEST - 1)
    deviances, borders = best_segmentations(counts, offset, most)
    p_values: list[float] = []
    number = 0
    while number < most and deviances[number] > 0:
        means, dispersion = _fitted(counts, offset, borders[number]), _dispersion(counts, offset, borders[number])
        simulated = _simulate(means, dispersion, simulations, random)
        one_or_two = min(2, most - number)
        tried = _test_more(deviances, _deviances(simulated, offset, number + one_or_two), number, len(counts))
        p_values.append(min(tried))
        if p_values[-1] > alpha:
            break
        number += 1 if tried[0] <= alpha else 2
    return borders[number], tuple(p_values)


def _test_more(deviances: Floats, simulated: Floats, number: int, length: int) -> list[float]:
    """P-values of one change more and of two more; doubled, since either suffices.

    Two are tried because a rise that ends again gains little from its beginning alone.
    """
    found = []
    for more in range(1, len(simulated) - number):
        freedom = length - number - more - 1
        gain = _gain(deviances[number], deviances[number + more], freedom)
        found.append(_p_value(gain, _gain(simulated[number], simulated[number + more], freedom)))
    return [min(1.0, len(found) * p_value) for p_value in found]


def best_segmentations(counts: Floats, offset: Floats, most: int) -> tuple[Floats, list[list[int]]]:
    """The smallest deviance with 0, 1, … `most` changes, and the borders (0, changes, length) that give it.

    Exact: dynamic programming over all places that leave SHORTEST periods in every stretch.

    >>> deviances, borders = best_segmentations(np.array([1.0, 2, 1, 8, 9, 7]), np.ones(6), 1)
    >>> borders[1], deviances.round(3)
    ([0, 3, 6], array([16.572,  0.722]))
    """
    length = len(counts)
    fit, chosen = _search(counts[None, :], offset, most)
    borders = []
    for number in range(most + 1):
        ends = [length]
        for stage in range(number, 0, -1):
            ends.append(int(chosen[stage][ends[-1]]))
        borders.append([0, *reversed(ends)] if number else [0, length])
    return _saturated(counts[None, :], offset)[0] - 2 * fit[:, 0], borders


def _deviances(counts: Floats, offset: Floats, most: int) -> Floats:
    """Smallest deviances of many series, shape (changes + 1, series)."""
    fit, _ = _search(counts, offset, most)
    return _saturated(counts, offset) - 2 * fit


def _saturated(counts: Floats, offset: Floats) -> Floats:
    """Twice the log likelihood of a rate of its own for each period, without the terms that cancel."""
    return np.asarray(2 * (xlogy(counts, counts / offset)).sum(axis=1))


def _search(counts: Floats, offset: Floats, most: int) -> tuple[Floats, dict[int, NDArray[np.intp]]]:
    """Log likelihoods of the best 0, 1, … changes, shape (changes + 1, series); where the last change is, for one."""
    series, length = counts.shape
    added = np.zeros((series, length + 1))
    np.cumsum(counts, axis=1, out=added[:, 1:])
    seen = np.concatenate([[0.0], np.cumsum(offset)])
    best = np.full((most + 1, series, length + 1), -np.inf)
    chosen = {stage: np.zeros(length + 1, dtype=np.intp) for stage in range(1, most + 1)}
    for end in range(SHORTEST, length + 1):
        starts = np.arange(0, end - SHORTEST + 1)
        inside = added[:, end, None] - added[:, starts]
        stretch = xlogy(inside, inside / (seen[end] - seen[starts]))
        best[0, :, end] = stretch[:, 0]
        for stage in range(1, most + 1):
            options = best[stage - 1][:, starts] + stretch
            best[stage, :, end] = options.max(axis=1)
            chosen[stage][end] = options[0].argmax()
    return best[:, :, length], chosen


def _gain(without: Floats, with_one: Floats, freedom: int) -> Floats:
    """What one more change explains, per unit of what stays unexplained: free of the dispersion."""
    left = np.maximum(with_one, 0.0) / max(freedom, 1)
    gained = np.maximum(without - with_one, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(gained > 1e-9, gained / left, 0.0)


def _p_value(seen: Floats, simulated: Floats) -> float:
    """Share of series, the observed one among them, whose gain is at least as large; infinite gains are equal."""
    return float((1 + np.count_nonzero(simulated >= seen * (1 - 1e-9))) / (1 + len(simulated)))


def _fitted(counts: Floats, offset: Floats, borders: list[int]) -> Floats:
    """Mean of every period, from the rate of its stretch."""
    means = np.empty(len(counts))
    for start, end in pairwise(borders):
        means[start:end] = counts[start:end].sum() / offset[start:end].sum() * offset[start:end]
    return means


def _dispersion(counts: Floats, offset: Floats, borders: list[int]) -> float:
    """Pearson's χ² per degree of freedom, at least 1: reports do not come more evenly than at random."""
    freedom = len(counts) - len(borders) + 1
    return max(1.0, float((_residuals(counts, offset, borders) ** 2).sum() / freedom)) if freedom > 0 else 1.0


def _residuals(counts: Floats, offset: Floats, borders: list[int]) -> Floats:
    """Pearson's residuals; 0 in a stretch without a case."""
    means = _fitted(counts, offset, borders)
    return np.divide(counts - means, np.sqrt(means), out=np.zeros_like(means), where=means > 0)


def _autocorrelation(residuals: Floats) -> float:
    """Correlation of neighbouring residuals."""
    size = float((residuals**2).sum())
    return float((residuals[1:] * residuals[:-1]).sum() / size) if size > 0 else float("nan")


def _simulate(means: Floats, dispersion: float, simulations: int, random: np.random.Generator) -> Floats:
    """Series with these means and a variance of `dispersion` times the mean: Poisson, or negative binomial."""
    if dispersion <= 1 + 1e-9:
        return random.poisson(means, (simulations, len(means))).astype(np.float64)
    rates = random.gamma(np.maximum(means, 1e-300) / (dispersion - 1), dispersion - 1, (simulations, len(means)))
    return random.poisson(rates).astype(np.float64)


def _test_between(counts: Floats, offset: Floats, simulations: int, random: np.random.Generator) -> float:
    """P-value of a change anywhere in a stretch."""
    seen = _deviances(counts[None, :], offset, 1)[:, 0]
    means = _fitted(counts, offset, [0, len(counts)])
    simulated = _simulate(means, _dispersion(counts, offset, [0, len(counts)]), simulations, random)
    others, freedom = _deviances(simulated, offset, 1), len(counts) - 2
    return _p_value(_gain(seen[0], seen[1], freedom), _gain(others[0], others[1], freedom))


def ratio_interval(
    before: float, before_all: float, after: float, after_all: float, *, dispersion: float = 1.0, tail: float = 0.025
) -> tuple[float, float, float]:
    """Rate after over rate before, with the limits of Jeffreys' interval for the share of the cases that come after.

    Given all cases, those after are binomial; an overdispersed count says as much as one that is φ times smaller.
    A side without a case has a ratio of 0 or infinity with one finite limit, then with `tail` on that side.
    Brown, Cai, DasGupta 2001, doi:10.1214/ss/1009213286.

    >>> tuple(round(limit, 2) for limit in ratio_interval(10, 100, 30, 100))
    (3.0, 1.51, 6.33)
    """
    if before + after == 0:
        return float("nan"), float("nan"), float("nan")
    first, second = before / dispersion, after / dispersion
    low = 0.0 if after == 0 else betaincinv(second + 0.5, first + 0.5, tail)
    high = 1.0 if before == 0 else betaincinv(second + 0.5, first + 0.5, 1 - tail)
    exposure = before_all / after_all
    point = np.inf if before == 0 else after / before * exposure
    limits = [np.inf if share == 1 else share / (1 - share) * exposure for share in (low, high)]
    return cast("tuple[float, float, float]", tuple(float(value) for value in (point, *limits)))


def _checked(cases: ArrayLike, total: ArrayLike) -> tuple[Floats, Floats]:
    counts, offset = (np.atleast_1d(np.asarray(values, dtype=np.float64)) for values in (cases, total))
    if counts.shape != offset.shape or counts.ndim != 1:
        raise InvalidCounts(f"cases have shape {counts.shape} and total {offset.shape}; one (periods,) is needed.")
    if not all((np.isfinite(values) & (values >= 0)).all() for values in (counts, offset)):
        raise InvalidCounts("cases or total hold a value that is negative or not a finite number.")
    if (counts > offset).any():
        raise InvalidCounts("a period has more cases than reports in all.")
    if len(counts) > LONGEST:
        raise InvalidCounts(f"the series has {len(counts):,} periods; at most {LONGEST} can be searched.")
    return counts, offset
