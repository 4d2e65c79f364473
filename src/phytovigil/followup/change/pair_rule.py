"""The rule of two successive photo days, for colours (three channels at once) and for one channel (a rise of b*)."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log2, sqrt

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from phytovigil.followup.change.colour_distance import Floats, shift_distance
from phytovigil.followup.change.noise import Flags
from phytovigil.followup.change.pair_limits import chance_of_alarm, pair_limit

SDC_FACTOR = 1.96 * sqrt(2)
LOOKS_A_YEAR = 52
LEAST_SEM = 0.2
"""Noise is never taken to be smaller, in ΔE00 or b*: colours are printed with less precision than that."""
FRESH_DIFFERENCES = 10
"""So many differences between later photos are needed before they may raise the noise."""
TRIMMED = 0.1
"""Share of the greatest of these that is left out, so that one real step does not count as noise."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Looks at follow-up days. distances : of each day. sem : of the baseline. noise : as used at each day.

    limits : of each day. told : whether the rule fires at each day, never at the first.
    standing : of each day, the smaller distance of the pair in standard errors, 0 where the two are on two sides.
    """

    distances: Floats
    sem: float
    noise: Floats
    limits: Floats
    told: Flags
    standing: Floats
    values: int

    @property
    def smallest_detectable(self) -> float:
        """1.96·√2·SEM."""
        return SDC_FACTOR * self.sem

    @property
    def probability(self) -> float:
        """Share of unchanged persons whose newest pair would lie closer to the baseline."""
        return 1 - chance_of_alarm(float(self.standing[-1]), self.values, 1)


def judge_colours(baseline: Floats, follow: Floats, colour: Floats, days: Floats, alpha: float) -> Judged:
    """Judge colours (or differences of colours), in ΔE00 around `colour`.

    baseline : (n, 3). follow : (t, 3). days : of the follow-up, ordinals. alpha : for the looks of a year.
    """
    centre = baseline.mean(axis=0)
    shifts = follow - centre
    together = np.concatenate([[False], (shifts[1:] * shifts[:-1]).sum(axis=1) > 0])[: len(follow)]
    sizes = shift_distance(colour, np.concatenate([baseline - centre, shifts, np.diff(follow, axis=0)]))
    residuals, distances, steps = np.split(sizes, [len(baseline), len(baseline) + len(follow)])
    return judge(residuals**2, distances, together, steps, days, alpha, one_sided=False)


def judge_rise(baseline: Floats, follow: Floats, days: Floats, alpha: float) -> Judged:
    """Judge the rise of one channel. baseline : (n,). follow : (t,)."""
    shifts = follow - baseline.mean()
    rises = np.maximum(shifts, 0.0)
    together = np.concatenate([[False], (rises[1:] > 0) & (rises[:-1] > 0)])[: len(follow)]
    squares = (baseline - baseline.mean()) ** 2
    return judge(squares, rises, together, np.abs(np.diff(follow)), days, alpha, one_sided=True)


def judge(
    squares: Floats, distances: Floats, together: Flags, steps: Floats, days: Floats, alpha: float, one_sided: bool
) -> Judged:
    """Judge distances from a baseline whose squared residuals are given."""
    values = len(squares)
    sem = max(sqrt(squares.sum() / (values - 1)), LEAST_SEM)
    noise = np.maximum(sem, later_noise(steps, len(distances)))
    factor = sqrt(1 + 1 / values)
    factors = np.array([pair_limit(values, looks, alpha, one_sided) for looks in plan_looks(days)])
    limits = np.maximum(factors * factor, SDC_FACTOR) * noise
    beyond = distances > limits
    smaller = np.minimum(distances, np.concatenate([[0.0], distances[:-1]])[: len(distances)])
    told = together & beyond & np.concatenate([[False], distances[:-1] > limits[1:]])[: len(distances)]
    return Judged(distances, sem, noise, limits, told, np.where(together, smaller / noise / factor, 0.0), values)


def plan_looks(days: Floats) -> list[int]:
    """Looks that a year is planned to have, at each day: 52, doubled as often as the last 365 days needed more."""
    done = np.arange(1, len(days) + 1) - np.searchsorted(days, days - 365, side="right")
    return [LOOKS_A_YEAR * 2 ** max(0, ceil(log2(number / LOOKS_A_YEAR))) for number in done]


def later_noise(steps: Floats, days: int) -> Floats:
    """Noise of one day from the differences between successive later days, 0 where there are too few.

    steps : (days − 1,) sizes of these differences. The newest two days never count: they are what is judged.
    """
    padded = np.concatenate([np.full(LOOKS_A_YEAR + 2, np.inf), steps**2])
    windows = np.sort(sliding_window_view(padded, LOOKS_A_YEAR), axis=1)[:days]
    known = np.isfinite(windows).sum(axis=1)
    kept = np.arange(LOOKS_A_YEAR) < (known - np.maximum(1, (TRIMMED * known).astype(int)))[:, None]
    sums = np.where(kept, windows, 0.0).sum(axis=1)
    return np.where(known >= FRESH_DIFFERENCES, np.sqrt(sums / np.maximum(kept.sum(axis=1), 1) / 2), 0.0)
