"""An honest statement about one series as of a day: baseline, present, noise, and whether a change exceeds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import sqrt

import numpy as np

from phytovigil.errors import InvalidRequest
from phytovigil.followup.change.gaps import find_gaps
from phytovigil.followup.change.importance import importance_of, reaches_importance
from phytovigil.followup.change.looking import (
    LEAST_BASELINE,
    LEAST_PRESENT,
    LOOKS_A_YEAR,
    Comparison,
    Daily,
    average_days,
    choose_baseline,
    compare_looks,
    take_present,
)
from phytovigil.followup.change.saying import say_series, say_warnings
from phytovigil.followup.change.trend import find_trend
from phytovigil.schema.change import (
    CHANGE,
    DOWN,
    IMPORTANT,
    NEITHER,
    NO_CHANGE,
    TOO_FEW,
    UP,
    Baseline,
    Looks,
    Series,
    SeriesChange,
)
from phytovigil.schema.diary import ANALYTES

RUN_IN_DAYS = 14
BASELINE_DAYS = 28
RESOLUTIONS: Mapping[str, float] = {"peg": 1 / 3, **dict.fromkeys(ANALYTES, 0.1)}
"""Step of the scale, where it is not 1."""

SDC_FACTOR = 1.96 * sqrt(2)
PROBABILITY_OF = (
    "that the true level now lies on this side of the baseline, for this look alone, if beforehand any size of change "
    "was as likely as any other"
)
LOOKS_HOW = "weekly looks; each is held to a 52nd of alpha, so that those of any one year together stay within it"


def describe_change(
    series: Series,
    as_of: date,
    *,
    run_in_days: int | None = None,
    baseline_days: int = BASELINE_DAYS,
    baseline: tuple[date, date] | None = None,
    alpha: float = 0.05,
) -> SeriesChange:
    """What is said about a series as of a day; later values are not looked at.

    run_in_days : left out at the beginning (14; 0 for liver values). baseline_days : length of the baseline after it;
    it is lengthened until it holds eight days with values. baseline : first and last day, stated instead of both.
    alpha : share of unchanged persons who may be told of a change in a year.
    Raises InvalidRequest for lengths below 0 or 1 or an alpha that is no share.
    """
    check_settings(run_in_days, baseline_days, alpha)
    run_in = default_run_in(series.name) if run_in_days is None else run_in_days
    daily = take_days(series, as_of)
    ground = take_stated(daily, baseline) if baseline else choose_baseline(daily, run_in, baseline_days)
    enough = len(ground.days) >= LEAST_BASELINE
    looks = compare_looks(daily, ground, float(as_of.toordinal()), alpha) if enough else []
    newest = looks[-1] if looks and looks[-1].look == as_of.toordinal() else None
    how = describe_choice(baseline, run_in, ground)
    return assemble(series, as_of, daily, ground, looks, newest, how, alpha)


def check_settings(run_in: int | None, length: int, alpha: float) -> None:
    """Raise InvalidRequest for settings that cannot be."""
    if (run_in or 0) < 0 or length < 1:
        raise InvalidRequest(f"a run-in of {run_in} and a baseline of {length} days.", "Give 0 or more, and 1 or more.")
    if not 0 < alpha < 1:
        raise InvalidRequest(f"alpha is {alpha:g}.", "It is a share between 0 and 1, such as 0.05.")


def default_run_in(name: str) -> int:
    """A liver value is measured, not felt: it has no run-in."""
    return 0 if name in ANALYTES else RUN_IN_DAYS


def take_days(series: Series, as_of: date) -> Daily:
    """Values up to as_of, one per day."""
    known = [(day.toordinal(), value) for day, value in zip(series.days, series.values, strict=True) if day <= as_of]
    days, values = np.array(known, dtype=float).reshape(-1, 2).T
    return average_days(days, values, RESOLUTIONS.get(series.name, 1.0))


def take_stated(daily: Daily, baseline: tuple[date, date]) -> Daily:
    """Values of a stated baseline."""
    first, last = baseline
    if last < first:
        raise InvalidRequest(f"the baseline ends ({last}) before it begins ({first}).", "Mend one of the two.")
    return daily.between(first.toordinal() - 1, last.toordinal())


def describe_choice(stated: tuple[date, date] | None, run_in: int, ground: Daily) -> str:
    """How the baseline was chosen, in words."""
    if stated:
        return f"the stated days {stated[0]} to {stated[1]}"
    left = f"after the first {run_in} days, which are left out as a run-in" if run_in else "from the first value"
    return f"{len(ground.days)} days with values, {left}"


def assemble(
    series: Series,
    as_of: date,
    daily: Daily,
    ground: Daily,
    looks: Sequence[Comparison],
    newest: Comparison | None,
    how: str,
    alpha: float,
) -> SeriesChange:
    """The statement from its parts."""
    importance = importance_of(series.name)
    change = newest.change if newest else None
    important = reaches_importance(importance, newest.change, newest.baseline) if newest else None
    told = [look for look in looks if look.told]
    days = [date.fromordinal(int(day)) for day in daily.days]
    stated = SeriesChange(
        name=series.name,
        label=series.label,
        unit=series.unit,
        as_of=as_of,
        verdict=name_verdict(newest, important),
        direction=name_side(newest),
        baseline=describe_baseline(ground, newest, how),
        present=newest.present if newest else None,
        present_values=len(newest.present_days) if newest else 0,
        present_from=date.fromordinal(int(newest.present_days[0])) if newest else None,
        change=change,
        low=newest.change - newest.half_width if newest else None,
        high=newest.change + newest.half_width if newest else None,
        share=newest.change / newest.baseline if newest and newest.baseline else None,
        smallest_detectable=SDC_FACTOR * float(ground.values.std(ddof=1)) if newest else None,
        limit=newest.limit if newest else None,
        importance=importance,
        important=important,
        probability=newest.probability if newest else None,
        probability_of=PROBABILITY_OF,
        trend=find_trend(daily.days, daily.values),
        gaps=find_gaps(days, as_of),
        looks=Looks(len(looks), LOOKS_A_YEAR, alpha, LOOKS_HOW),
        needed=0 if newest else count_needed(daily, ground, as_of),
        first_told=date.fromordinal(int(told[0].look)) if told else None,
        said="",
    )
    return say_series(stated, say_warnings(stated, series, days))


def name_verdict(newest: Comparison | None, important: bool | None) -> str:
    """One of VERDICTS."""
    if newest is None:
        return TOO_FEW
    if not newest.told:
        return NO_CHANGE
    return IMPORTANT if important else CHANGE


def name_side(newest: Comparison | None) -> str:
    """The side on which the present lies."""
    if newest is None or newest.change == 0:
        return NEITHER
    return UP if newest.change > 0 else DOWN


def describe_baseline(ground: Daily, newest: Comparison | None, how: str) -> Baseline | None:
    """The baseline with its mean as it is compared, or the plain mean where nothing is compared yet."""
    if not len(ground.days):
        return None
    mean = newest.baseline if newest else float(ground.values.mean())
    sd = float(ground.values.std(ddof=1)) if len(ground.days) > 1 else 0.0
    first, last = (date.fromordinal(int(day)) for day in (ground.days[0], ground.days[-1]))
    return Baseline(len(ground.days), first, last, mean, sd, how)


def count_needed(daily: Daily, ground: Daily, as_of: date) -> int:
    """Further days with values until something can be said."""
    if len(ground.days) < LEAST_BASELINE:
        return LEAST_BASELINE - len(ground.days) + LEAST_PRESENT
    present = take_present(daily, float(ground.days[-1]), float(as_of.toordinal()))
    return max(LEAST_PRESENT - len(present.days), 1)
