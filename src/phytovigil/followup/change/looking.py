"""Present against baseline, once a week: how large the difference is, how sure, and whether it exceeds the noise.

The baseline is a stretch at the beginning, after a run-in that is left out: who begins a diary in a bad week gets
better by themself (regression to the mean). The present is the newest four weeks. Each stretch has a level of its own;
the noise is learned from the squares within all stretches, four weeks each, and never across them, so that a change of
level does not count as noise; of the stretches between baseline and present the most restless is left out, since the
change may lie within it. Looks are weekly; each is held to alpha / 52 (Bonferroni), so that those of
any one year together tell at most alpha of unchanged persons of a change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from phytovigil.followup.change.noise import (
    MIXTURES,
    Floats,
    Level,
    choose_mixture,
    error_factors,
    find_level,
    weigh_mixtures,
)

WINDOW_DAYS = 28
LEAST_BASELINE = 8
LEAST_PRESENT = 3
REACH_DAYS = 92
"""The present may reach so far back where values are rare …"""
STALE_DAYS = 45
"""… but its newest value is never older than this."""
LOOKS_A_YEAR = 52


@dataclass(frozen=True, slots=True)
class Daily:
    """Mean of each day that has values. days : ordinals, different, oldest first. resolution : step of the scale."""

    days: Floats
    values: Floats
    resolution: float

    def between(self, after: float, until: float) -> Daily:
        """Days after one and up to another."""
        chosen = (self.days > after) & (self.days <= until)
        return Daily(self.days[chosen], self.values[chosen], self.resolution)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One look. baseline, present : levels. error : standard error of the change."""

    look: float
    baseline: float
    present: float
    present_days: Floats
    error: float
    freedom: int
    alpha: float

    @property
    def change(self) -> float:
        """Present minus baseline."""
        return self.present - self.baseline

    @property
    def half_width(self) -> float:
        """Half of the 95 % interval, for this look alone."""
        return float(stdtrit(self.freedom, 0.975)) * self.error

    @property
    def limit(self) -> float:
        """What the change must exceed to be told."""
        return float(stdtrit(self.freedom, 1 - self.alpha / LOOKS_A_YEAR / 2)) * self.error

    @property
    def told(self) -> bool:
        """Whether the change exceeds the noise."""
        return abs(self.change) > self.limit

    @property
    def probability(self) -> float:
        """That the true level moved in the direction seen, if any size was as likely as any other beforehand."""
        return float(stdtr(self.freedom, abs(self.change) / self.error))


def average_days(days: Floats, values: Floats, resolution: float) -> Daily:
    """One value per day: the mean of its values. days : sorted."""
    different, first, counts = np.unique(days, return_index=True, return_counts=True)
    sums = np.add.reduceat(values, first) if len(values) else values
    return Daily(different.astype(float), sums / counts, resolution)


def choose_baseline(daily: Daily, run_in: int, length: int) -> Daily:
    """Values of so many days after the run-in, and further ones until there are eight, as far as there are any."""
    if not len(daily.days):
        return daily
    start = daily.days[0] + run_in
    kept = daily.between(start - 1, np.inf)
    number = max(int((kept.days < start + length).sum()), LEAST_BASELINE)
    return Daily(kept.days[:number], kept.values[:number], daily.resolution)


@dataclass(frozen=True, slots=True)
class Learned:
    """What stretches with levels of their own say about the noise, under each mixture."""

    squares: Floats
    fit: Floats
    freedom: int
    restless: Level | None = None

    @staticmethod
    def nothing() -> Learned:
        """No stretch yet."""
        return Learned(np.zeros(len(MIXTURES)), np.zeros(len(MIXTURES)), 0)

    def add(self, level: Level) -> Learned:
        """One stretch more; the most restless so far is remembered."""
        worst = level if self.restless is None or level.unrest > self.restless.unrest else self.restless
        return Learned(self.squares + level.squares, self.fit + level.fit, self.freedom + level.freedom, worst)

    def calm(self) -> Learned:
        """Without the most restless stretch."""
        worst = self.restless
        if worst is None:
            return self
        return Learned(self.squares - worst.squares, self.fit - worst.fit, self.freedom - worst.freedom)


def compare_looks(daily: Daily, baseline: Daily, as_of: float, alpha: float) -> list[Comparison]:
    """Every weekly look after the baseline that had enough values, and the one of as_of, oldest first."""
    ground = find_level(baseline.days, baseline.values)
    end = float(baseline.days[-1])
    between, done = Learned.nothing(), end
    found = []
    for look in list_looks(end, as_of):
        while done + WINDOW_DAYS <= look - WINDOW_DAYS:
            block = daily.between(done, done + WINDOW_DAYS)
            if len(block.days) > 1:
                between = between.add(find_level(block.days, block.values))
            done += WINDOW_DAYS
        present = take_present(daily, end, look)
        if len(present.days) >= LEAST_PRESENT:
            now = find_level(present.days, present.values)
            learned = between.calm().add(ground).add(now)
            found.append(judge_look(look, ground, now, learned, daily.resolution, alpha))
    return found


def list_looks(end: float, as_of: float) -> Iterator[float]:
    """Each seventh day after the baseline, then as_of."""
    yield from np.arange(end + 7, as_of, 7)
    if as_of > end:
        yield as_of


def take_present(daily: Daily, end: float, look: float) -> Daily:
    """Values of the newest four weeks; where these are fewer than three, the newest three of 92 days.

    Nothing where the newest is older than 45 days."""
    recent = daily.between(max(end, look - WINDOW_DAYS), look)
    if len(recent.days) >= LEAST_PRESENT:
        return recent
    longer = daily.between(max(end, look - REACH_DAYS), look)
    if not len(longer.days) or longer.days[-1] < look - STALE_DAYS:
        return recent
    return Daily(longer.days[-LEAST_PRESENT:], longer.values[-LEAST_PRESENT:], daily.resolution)


def judge_look(look: float, ground: Level, now: Level, learned: Learned, resolution: float, alpha: float) -> Comparison:
    """One look; the noise is never smaller than what rounding to the steps of the scale makes."""
    squares = np.maximum(learned.squares, learned.freedom * resolution**2 / 12)
    errors = np.sqrt(squares / learned.freedom * error_factors(ground, now))
    weights = weigh_mixtures(learned.fit, squares, learned.freedom)
    chosen = choose_mixture(np.abs(now.means - ground.means) / errors, weights)
    return Comparison(
        look,
        float(ground.means[chosen]),
        float(now.means[chosen]),
        now.days,
        float(errors[chosen]),
        learned.freedom,
        alpha,
    )
