"""When did the reaction come, counted from the start of the product?"""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import accumulate
from typing import Any

from phytovigil.cases import (
    ONSET_STATUSES,
    OTHER_PRODUCTS,
    OTHER_REACTIONS,
    PAIR,
    USABLE,
    onset_sql,
    starts_sql,
)
from phytovigil.errors import InvalidRequest, NoAnswer
from phytovigil.signals.time.onset import (
    CONSTANT,
    EARLY,
    MINIMUM_CASES,
    MINIMUM_COMPARED,
    RISING,
    fit_onset,
    pattern,
    spread,
)
from phytovigil.signals.time.two_samples import PERMUTATIONS, compare_samples
from phytovigil.signals.time.weibull import Interval, WeibullFit
from phytovigil.study.estimating import finite
from phytovigil.study.examining.asked import Asked

CONVENTION = "Days are event date minus start of the product: 0 is the same day, 1 the day after."

WORDS = {
    EARLY: "The shape lies below 1: among these cases the rate is highest right after the start, and falls.",
    CONSTANT: "The shape is not told from 1: among these cases the rate may stay the same, fall or rise.",
    RISING: "The shape lies above 1: among these cases the rate rises with the time since the start.",
}
COMPARED = {
    OTHER_REACTIONS: "other reactions of the product",
    OTHER_PRODUCTS: "other products of the reaction",
}
SELECTED = "Only reports with both dates count, and early reactions are the easier ones to suspect and to report."
UNTRUNCATED = (
    "Right truncation is not taken into account: whoever started late had little time for a late reaction to be "
    "reported, so times look shorter than they are. `--truncated-at DATE` accounts for it."
)
LEADING = (
    "In cases of other products, the product with the strongest role, and of those the first in the report, speaks "
    "for the case."
)


class Onsets:
    """The days of one set of cases, and what became of those without any."""

    def __init__(self, asked: Asked, which: str, until: date | None) -> None:
        sql = onset_sql(
            asked.counted_product, asked.counted_reaction, asked.selection, asked.nodes, which=which, until=until
        )
        found = asked.query(sql)
        self.cases = dict.fromkeys(ONSET_STATUSES, 0)
        self.days: list[int] = []
        self.windows: list[int] | None = [] if until else None
        for status, day, window, cases in zip(*found.values(), strict=True):
            number = int(str(cases))
            self.cases[str(status)] += number
            if status == USABLE:
                self.days += [int(str(day))] * number
                if self.windows is not None:
                    self.windows += [int(str(window))] * number

    def describe(self) -> dict[str, Any]:
        """The ledger, whose parts add up to the cases, and how the days are spread."""
        ledger = {status.replace("-", "_"): number for status, number in self.cases.items()}
        return {
            "ledger": {"cases": sum(self.cases.values()), **ledger},
            "spread": self.describe_spread() if self.days else None,
        }

    def describe_spread(self) -> dict[str, Any]:
        """Quartiles and extremes, in days."""
        found = spread(self.days)
        names = ("minimum", "first_quartile", "median", "third_quartile", "maximum", "same_day")
        return {name: int(getattr(found, name)) for name in names}


def examine_onset(asked: Asked, truncated_at: str | None, seed: int) -> dict[str, Any]:
    """Times to onset of the pair, their distribution, and how they differ from two sets of other cases.

    truncated_at : last day on which an event could be in the data. seed : of the reshuffling behind the p-values.
    Raises NoAnswer where the source records no start of any product, InvalidRequest for what is no date.
    """
    until = read_day(truncated_at)
    if seed < 0:
        raise InvalidRequest(f"--seed is {seed}; it is 0 or more.")
    source = asked.counter.opened.source
    if not asked.query(starts_sql())["starts"][0]:
        raise NoAnswer(
            f"{source.label} does not record when a product was started, so there is no time to onset.",
            "Reports of FAERS in ASCII or XML have such dates.",
        )
    pair = Onsets(asked, PAIR, until)
    weibull, notes = describe_weibull(pair)
    return {
        "convention": CONVENTION,
        "truncated_at": until.isoformat() if until else None,
        "seed": seed,
        **pair.describe(),
        "days": count_days(pair),
        "weibull": weibull,
        "comparisons": [compare(asked, pair, which, until, seed) for which in COMPARED],
        "notes": [*notes, SELECTED, *([] if until else [UNTRUNCATED]), LEADING],
    }


def read_day(text: str | None) -> date | None:
    """A day of the calendar; raises InvalidRequest for anything else.

    >>> read_day("2019-12-31")
    datetime.date(2019, 12, 31)
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequest(f"“{text}” is no date.", "Write it as 2019-12-31.") from error


def count_days(pair: Onsets) -> list[dict[str, int]]:
    """The empirical distribution: each day that occurred, its cases, and the cases up to it."""
    counted = sorted(Counter(pair.days).items())
    totals = accumulate(cases for _, cases in counted)
    return [{"days": day, "cases": cases, "up_to": total} for (day, cases), total in zip(counted, totals, strict=True)]


def describe_weibull(pair: Onsets) -> tuple[dict[str, Any] | None, list[str]]:
    """The fitted distribution by both treatments of whole days; without one, why."""
    if len(pair.days) < MINIMUM_CASES:
        return None, [
            f"A distribution is fitted from {MINIMUM_CASES} usable times to onset on; here are {len(pair.days)}."
        ]
    fit = fit_onset(pair.days, pair.windows)
    if fit is None:
        reason = "all days are alike, or the truncation leaves the scale open"
        return None, [f"No Weibull distribution fits best, so none is shown: {reason}."]
    half = fit_onset(pair.days, pair.windows, half_day=True)
    described = {**describe_fit(fit), "pattern": pattern(fit), "meaning": WORDS[pattern(fit)]}
    return {**described, "half_day": describe_fit(half) if half else None}, []


def describe_fit(fit: WeibullFit) -> dict[str, Any]:
    """A fit as plain values."""
    return {
        "shape": plain_interval(fit.shape),
        "scale_days": plain_interval(fit.scale),
        "median_days": plain_interval(fit.median),
        "log_likelihood": finite(fit.log_likelihood),
    }


def plain_interval(found: Interval) -> dict[str, float | None]:
    """An estimate with its limits; null where the likelihood sets no bound.

    Its last digits are those of a search, so fewer are given than of a formula.
    """
    return {name: shorten(getattr(found, name)) for name in ("point", "low", "high")}


def shorten(value: float) -> float | None:
    """Six significant digits, or None for what JSON cannot carry.

    >>> shorten(0.69759900173), shorten(float("inf"))
    (0.697599, None)
    """
    number = finite(value)
    return None if number is None else float(f"{number:.6g}")


def compare(asked: Asked, pair: Onsets, which: str, until: date | None, seed: int) -> dict[str, Any]:
    """The pair's days beside those of other cases; without a test where either has too few."""
    others = Onsets(asked, which, until)
    described = {"with": which, "title": COMPARED[which], **others.describe()}
    few = min(len(pair.days), len(others.days))
    if few < MINIMUM_COMPARED:
        why = f"One side has only {few} usable times to onset; both need {MINIMUM_COMPARED}."
        return {**described, "kolmogorov_smirnov": None, "cliffs_delta": None, "permutations": None, "why": why}
    found = compare_samples(pair.days, others.days, seed=seed)
    return {
        **described,
        "kolmogorov_smirnov": {"distance": finite(found.ks), "p_value": finite(found.ks_p)},
        "cliffs_delta": {
            "point": finite(found.delta),
            "low": finite(found.low),
            "high": finite(found.high),
            "p_value": finite(found.delta_p),
        },
        "permutations": PERMUTATIONS,
        "why": "",
    }
