"""On against off a product within one person (n-of-1), with values whose errors are correlated.

Values on minus values off by generalised least squares under the noise of noise.py, with a straight line over time
beside it, so that a steady natural course is not taken for an effect. The 95 % interval averages over the mixtures of
noise, each weighed by how well it fits, with Student's t of each. Where there are enough periods, the p-value is that
of a permutation of whole periods (Edgington ES. J Psychol 1975;90:57-68, doi:10.1080/00223980.1975.9923926), which
assumes nothing about the noise within a period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb

import numpy as np
from scipy.optimize import brentq
from scipy.special import stdtr

from phytovigil.errors import InvalidRequest
from phytovigil.followup.change.describing import RESOLUTIONS
from phytovigil.followup.change.looking import average_days
from phytovigil.followup.change.noise import (
    FAST_DAYS,
    MIXTURES,
    SLOW_DAYS,
    Coefficients,
    Flags,
    Floats,
    Places,
    fit_columns,
)
from phytovigil.followup.change.saying_periods import CANNOT_SAY, say_periods
from phytovigil.schema.change import PeriodComparison, PeriodSpan, Series
from phytovigil.schema.diary import Diary, Period, parse_when

LEAST_PERIODS = 2
"""Of each kind: with one of each, time and product are the same thing."""
LEAST_VALUES = 12
MOST_DAYS = 600
"""Of more days with values the newest are compared."""
ENOUGH_ORDERS, MOST_ORDERS = 40, 200_000
"""Orders of periods from which on a permutation can reach 5 % on two sides, and up to which all are gone through."""
GLS = "generalised least squares with a straight line over time, averaged over mixtures of noise that lasts"
PERMUTED = "p-value: permutation of whole periods, all {orders} orders"
FROM_INTERVAL = "p-value: from the same fit; there are too few periods to permute"
TOO_MANY = "p-value: from the same fit; there are too many orders of periods to permute"


@dataclass(frozen=True, slots=True)
class Placed:
    """Values that lie in periods. place : of the period, for each value. taking : of each period."""

    days: Floats
    values: Floats
    place: Places
    taking: Flags
    washed_out: int

    @property
    def on(self) -> Flags:
        """Whether each value is on the product."""
        return np.asarray(self.taking[self.place])


@dataclass(frozen=True, slots=True)
class Effect:
    """Effect averaged over the mixtures of noise."""

    found: Coefficients

    def below(self, value: float) -> float:
        """Probability that the effect is below a value."""
        found = self.found
        return float(found.weights @ stdtr(found.freedom, (value - found.estimates) / found.errors))

    def quantile(self, share: float) -> float:
        """The value below which the effect lies with this probability."""
        reach = 1e3 * float(self.found.errors.max())
        bounds = float(self.found.estimates.min()) - reach, float(self.found.estimates.max()) + reach
        return float(brentq(lambda value: self.below(value) - share, *bounds, xtol=1e-9))


def list_periods(diary: Diary) -> tuple[PeriodSpan, ...]:
    """The periods of a diary, oldest first."""
    found = [entry.content for entry in diary.entries("period") if isinstance(entry.content, Period)]
    spans = [
        PeriodSpan(parse_when("started", one.started).date(), parse_when("stopped", one.stopped).date(), one.taking)
        for one in found
    ]
    return tuple(sorted(spans, key=lambda span: (span.started, span.stopped)))


def compare_periods(series: Series, periods: Sequence[PeriodSpan], *, washout_days: int = 0) -> PeriodComparison:
    """Compare values on and off a product.

    washout_days : days left out at the beginning of each period after the first, in which the last one still acts.
    Raises InvalidRequest for periods that overlap or washout_days below 0.
    """
    spans = sorted(periods, key=lambda span: span.started)
    check_spans(spans, washout_days)
    placed = place_values(series, spans, washout_days)
    lacking = say_lacking(placed)
    fit = None if lacking else fit_effect(placed)
    p_value, how = (None, "") if fit is None else find_p_value(placed, fit)
    on, off = placed.values[placed.on], placed.values[~placed.on]
    found = PeriodComparison(
        name=series.name,
        label=series.label,
        unit=series.unit,
        effect=fit.quantile(0.5) if fit else None,
        low=fit.quantile(0.025) if fit else None,
        high=fit.quantile(0.975) if fit else None,
        p_value=p_value,
        on_mean=float(on.mean()) if len(on) else None,
        off_mean=float(off.mean()) if len(off) else None,
        on_periods=count_periods(placed, True),
        off_periods=count_periods(placed, False),
        on_values=len(on),
        off_values=len(off),
        washed_out=placed.washed_out,
        washout_days=washout_days,
        autocorrelation=day_to_day(fit) if fit else None,
        method=f"{GLS}; {how}{say_newest(placed)}" if fit else GLS,
        needed=lacking,
        cannot_say=CANNOT_SAY,
        said="",
        periods=tuple(spans),
    )
    return say_periods(found)


def check_spans(spans: Sequence[PeriodSpan], washout_days: int) -> None:
    """Raise InvalidRequest for periods that overlap."""
    if washout_days < 0:
        raise InvalidRequest(f"a washout of {washout_days} days.", "Give 0 or more.")
    for before, after in pairwise(spans):
        if after.started <= before.stopped:
            raise InvalidRequest(
                f"the period from {after.started} begins before the one from {before.started} has ended "
                f"({before.stopped}).",
                "Mend one of the two.",
            )


def place_values(series: Series, spans: Sequence[PeriodSpan], washout_days: int) -> Placed:
    """One value per day, each in its period; days outside periods and within a washout are left out."""
    days = np.array([float(day.toordinal()) for day in series.days])
    daily = average_days(days, np.array(series.values), RESOLUTIONS.get(series.name, 1.0))
    place = np.full(len(daily.days), -1)
    washed = np.zeros(len(daily.days), dtype=bool)
    for number, span in enumerate(spans):
        inside = (daily.days >= span.started.toordinal()) & (daily.days <= span.stopped.toordinal())
        place[inside] = number
        washed |= inside & (number > 0) & (daily.days < span.started.toordinal() + washout_days)
    kept = np.flatnonzero((place >= 0) & ~washed)[-MOST_DAYS:]
    taking = np.array([span.taking for span in spans], dtype=bool)
    return Placed(daily.days[kept], daily.values[kept], place[kept], taking, int(washed.sum()))


def say_newest(placed: Placed) -> str:
    """Whether only the newest days were compared."""
    return f"; the newest {MOST_DAYS} days with values" if len(placed.days) == MOST_DAYS else ""


def count_periods(placed: Placed, taking: bool) -> int:
    """Periods of a kind that have values."""
    return sum(1 for place in np.unique(placed.place) if placed.taking[place] == taking)


def say_lacking(placed: Placed) -> str:
    """What is missing for a comparison; empty where nothing is."""
    on, off = count_periods(placed, True), count_periods(placed, False)
    if min(on, off) < LEAST_PERIODS:
        return (
            f"at least {LEAST_PERIODS} periods on and {LEAST_PERIODS} off with values outside the washout "
            f"(there are {on} and {off})"
        )
    if len(placed.values) < LEAST_VALUES:
        return f"at least {LEAST_VALUES} days with values (there are {len(placed.values)})"
    return ""


def fit_effect(placed: Placed) -> Effect:
    """Effect of being on the product under each mixture of noise."""
    days = placed.days
    columns = np.column_stack([np.ones_like(days), placed.on.astype(float), (days - days.mean()) / 30])
    return Effect(fit_columns(days, placed.values, columns, 1))


def find_p_value(placed: Placed, fit: Effect) -> tuple[float, str]:
    """Two-sided p-value, and how it was found."""
    present = np.unique(placed.place)
    orders = comb(len(present), count_periods(placed, True))
    if not ENOUGH_ORDERS <= orders <= MOST_ORDERS:
        below = fit.below(0.0)
        return 2 * min(below, 1 - below), FROM_INTERVAL if orders < ENOUGH_ORDERS else TOO_MANY
    means = np.array([placed.values[placed.place == place].mean() for place in present])
    return permute_periods(means, placed.taking[present]), PERMUTED.format(orders=orders)


def permute_periods(means: Floats, taking: Flags) -> float:
    """Share of all orders of on and off whose difference of means is at least as far from 0 as the one seen."""
    number, on = len(means), int(taking.sum())
    chosen = np.array(list(combinations(range(number), on)))
    sums = means[chosen].sum(axis=1)
    differences = np.abs(sums / on - (means.sum() - sums) / (number - on))
    seen = abs(means[taking].mean() - means[~taking].mean())
    return float((differences >= seen - 1e-9).mean())


def day_to_day(fit: Effect) -> float:
    """Correlation of the noise of one day with that of the next, averaged over the mixtures."""
    return float(fit.found.weights @ (MIXTURES @ np.array([0.0, np.exp(-1 / FAST_DAYS), np.exp(-1 / SLOW_DAYS)])))
