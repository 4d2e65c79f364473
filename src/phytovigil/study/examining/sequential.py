"""Watching a pair quarter by quarter: observed against expected, with a boundary that allows for looking again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, groupby
from typing import Any

from phytovigil.errors import InvalidRequest
from phytovigil.schema.counts import Floats
from phytovigil.signals.time.cumulative import expected_by_period
from phytovigil.signals.time.group_sequential import (
    SPENDING,
    exact_boundaries,
    normal_boundaries,
    normal_cases_needed,
    signed_root,
    spend_alpha,
)
from phytovigil.signals.time.max_sprt import (
    USUAL_MINIMUM,
    boundary_of_looks,
    cases_needed,
    check_request,
    continuous_boundary,
    log_likelihood_ratio,
)
from phytovigil.signals.time.poisson_walk import crossing_chances
from phytovigil.study.as_of import QUARTER
from phytovigil.study.estimating import finite, show
from phytovigil.study.examining.asked import Asked
from phytovigil.study.examining.periods import Period, Series, count_by_period

METHODS = {"maxsprt": "Poisson MaxSPRT", "group": "group-sequential test"}
OWN_SHARE = 0.1
"""Share of the reaction's cases that are the product's own, from which it is said that they raise the expectation."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the watching was to be done. limit : expected cases that end it; None means those of the whole series."""

    method: str = "maxsprt"
    alpha: float = 0.05
    minimum_events: int = USUAL_MINIMUM
    spending: str = "obf"
    look: str = "quarter"
    limit: float | None = None

    def __post_init__(self) -> None:
        check_request(self.alpha, self.minimum_events)
        for name, value, known in (
            ("method", self.method, METHODS),
            ("spending", self.spending, SPENDING),
            ("look", self.look, ("quarter", "year")),
        ):
            if value not in known:
                raise InvalidRequest(f"{name} is “{value}”; it can be {' or '.join(known)}.")
        if self.limit is not None and not 0 < self.limit < float("inf"):
            raise InvalidRequest(f"limit is {self.limit}; it is a number of expected cases above 0.")


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks that were taken: cumulative cases observed and expected at the end of each."""

    periods: tuple[Period, ...]
    observed: tuple[int, ...]
    expected: tuple[float, ...]


def examine_sequential(asked: Asked, plan: Plan, start: str | None = None) -> dict[str, Any]:
    """The question of sequential surveillance, answered. start : first quarter (2010Q1) or year watched."""
    series = count_by_period(asked, "quarter")
    watched = series.since(read_start(start)) if start else series
    looks = take_looks(watched, plan.look)
    tested = looks_within(looks, plan)
    shown = draw_boundary(looks, tested, plan) if tested else {"boundary": None, "rows": [{} for _ in looks.periods]}
    as_of = asked.counter.opened.as_of
    rows = [
        {**describe_look(looks, place, as_of), "tested": place < tested, **row}
        for place, row in enumerate(untested(shown["rows"], len(looks.periods)))
    ]
    crossed = next((row["period"] for row in rows if row["crossed"]), None)
    return {
        "method": plan.method,
        "alpha": plan.alpha,
        "minimum_events": plan.minimum_events,
        "spending": plan.spending if plan.method == "group" else None,
        "look": plan.look,
        "from": watched.periods[0].label if watched.periods else None,
        "limit": describe_limit(looks, plan),
        "boundary": shown["boundary"],
        "looks": rows,
        "crossed": bool(crossed) if tested else None,
        "first_crossed": crossed,
        "undated": series.describe_undated(),
        "why": describe_outcome(rows, crossed, tested, plan),
        "notes": describe_limits_of_it(watched, looks, shown["boundary"], plan, as_of),
    }


def read_start(text: str) -> date:
    """The first day of a quarter (2010Q1) or a year (2010).

    >>> read_start("2010Q2"), read_start("2010")
    (datetime.date(2010, 4, 1), datetime.date(2010, 1, 1))
    """
    quarter = QUARTER.fullmatch(text)
    if quarter and int(quarter[1]):
        return date(int(quarter[1]), 3 * int(quarter[2]) - 2, 1)
    if len(text) == 4 and text.isascii() and text.isdigit() and int(text):
        return date(int(text), 1, 1)
    raise InvalidRequest(f"“{text}” is no quarter and no year.", "Write it as 2010Q1 or 2010.")


def take_looks(series: Series, look: str) -> Looks:
    """Looks at the end of every quarter, or of every year; what is expected is always added up quarter by quarter."""
    expected = [float(value) for value in expected_by_period(series.counts)] if series.periods else []
    observed = list(accumulate(cells[0] for cells in series.cells))
    if look == "quarter":
        return Looks(series.periods, tuple(observed), tuple(expected))
    lasts = [list(places)[-1] for _, places in groupby(range(len(observed)), lambda at: series.periods[at].start.year)]
    years = tuple(Period.beginning(date(series.periods[at].start.year, 1, 1), "year") for at in lasts)
    return Looks(years, tuple(observed[at] for at in lasts), tuple(expected[at] for at in lasts))


def looks_within(looks: Looks, plan: Plan) -> int:
    """How many looks are before the end of the surveillance; 0 where nothing was expected by the last of them.

    The group-sequential test may look once beyond its limit and then spends what is left; MaxSPRT may not.
    """
    if not looks.expected or looks.expected[-1] == 0:
        return 0
    if plan.limit is None:
        return len(looks.expected)
    within = sum(expected <= plan.limit for expected in looks.expected)
    beyond = plan.method == "group" and (not within or looks.expected[within - 1] < plan.limit)
    tested = min(within + beyond, len(looks.expected))
    return tested if tested and looks.expected[tested - 1] > 0 else 0


def draw_boundary(looks: Looks, tested: int, plan: Plan) -> dict[str, Any]:
    """The boundary and what every tested look makes of it."""
    expected, observed = looks.expected[:tested], looks.observed[:tested]
    return (draw_group if plan.method == "group" else draw_max_sprt)(expected, observed, plan)


def draw_max_sprt(expected: Sequence[float], observed: Sequence[int], plan: Plan) -> dict[str, Any]:
    """MaxSPRT: with a limit set beforehand the boundary of continuous watching, else that of the looks taken."""
    alpha, fewest = plan.alpha, plan.minimum_events
    made = (
        continuous_boundary(plan.limit, alpha=alpha, minimum_events=fewest)
        if plan.limit
        else boundary_of_looks(expected, alpha=alpha, minimum_events=fewest)
    )
    needed = cases_needed(made.critical_value, expected, plan.minimum_events)
    boundary = {
        "kind": "continuous" if plan.limit else "looks",
        "critical_value": finite(made.critical_value),
        "type_one_error": finite(made.type_one_error),
        "normal_type_one_error": None,
    }
    return {"boundary": boundary, "rows": [cross(seen, need) for seen, need in zip(observed, needed, strict=True)]}


def draw_group(expected: Sequence[float], observed: Sequence[int], plan: Plan) -> dict[str, Any]:
    """Alpha spending: exact counts decide, the normal boundary stands beside them."""
    planned = plan.limit or expected[-1]
    spent = spend_alpha([value / planned for value in expected], alpha=plan.alpha, spending=plan.spending)
    needed, error = exact_boundaries(expected, spent, minimum_events=plan.minimum_events)
    normal = normal_boundaries(expected, spent)
    by_normal = normal_cases_needed(normal, expected, minimum_events=plan.minimum_events)
    boundary = {
        "kind": "spending",
        "critical_value": None,
        "type_one_error": finite(error[-1]),
        "normal_type_one_error": finite(float(crossing_chances(expected, by_normal).sum())),
    }
    rows = [
        {
            **cross(observed[place], needed[place]),
            "information": finite(expected[place] / planned),
            "spent": finite(spent[place]),
            "error": finite(error[place]),
            "normal_boundary": finite(normal[place]),
            "normal_needed": whole(by_normal[place]),
        }
        for place in range(len(expected))
    ]
    return {"boundary": boundary, "rows": rows}


def cross(observed: int, needed: float) -> dict[str, Any]:
    """Cases needed at a look, and whether they were there."""
    return {"needed": whole(needed), "crossed": bool(observed >= needed)}


def whole(value: float) -> int | None:
    """A number of cases; None where no number would do."""
    return None if value == float("inf") else int(value)


UNTESTED = {
    "needed": None,
    "crossed": None,
    "information": None,
    "spent": None,
    "error": None,
    "normal_boundary": None,
    "normal_needed": None,
}


def untested(rows: Sequence[dict[str, Any]], length: int) -> list[dict[str, Any]]:
    """Every look with the same fields, null where it was not tested or the method has none."""
    return [{**UNTESTED, **row} for row in [*rows, *({} for _ in range(length - len(rows)))]]


def describe_look(looks: Looks, place: int, as_of: str) -> dict[str, Any]:
    """What is seen at a look, whatever the boundary."""
    observed, expected = looks.observed[place], looks.expected[place]
    before = (looks.observed[place - 1], looks.expected[place - 1]) if place else (0, 0.0)
    return {
        **looks.periods[place].describe(as_of),
        "new": observed - before[0],
        "new_expected": finite(expected - before[1]),
        "observed": observed,
        "expected": finite(expected),
        "ratio": finite(observed / expected) if expected else None,
        "llr": finite(only(log_likelihood_ratio([observed], [expected]))),
        "z": finite(only(signed_root([observed], [expected]))),
    }


def only(values: Floats) -> float:
    """The one value of an array."""
    return float(values[0])


def describe_limit(looks: Looks, plan: Plan) -> dict[str, Any]:
    """The expected cases that end the surveillance."""
    if plan.limit is not None:
        return {"kind": "planned", "expected": finite(plan.limit)}
    return {"kind": "whole", "expected": finite(looks.expected[-1]) if looks.expected else None}


def describe_outcome(rows: Sequence[dict[str, Any]], crossed: str | None, tested: int, plan: Plan) -> str:
    """The answer in one or two sentences."""
    if not rows:
        return "No case of this population has a date of receipt in the time watched, so there is nothing to watch."
    if not tested:
        return "Nothing was expected within the limit (no case of the product, or none of the reaction): no test."
    last = rows[tested - 1]
    if crossed:
        at = next(row for row in rows if row["period"] == crossed)
        later = f" By {last['period']}: {last['observed']:,} observed, {show(last['expected'])} expected."
        return (
            f"The boundary was first reached in {crossed}: {some_cases(at['observed'])} observed, "
            f"{show(at['expected'])} expected, {at['needed']:,} needed. Somebody who watched like this would have "
            f"been alerted then.{'' if at is last else later}"
        )
    needed = "" if last["needed"] is None else f", {last['needed']:,} needed"
    few = (
        f" Fewer than the minimum of {some_cases(plan.minimum_events)} can never reach it."
        if last["observed"] < plan.minimum_events
        else ""
    )
    return (
        f"The boundary was not reached by {last['period']}: {some_cases(last['observed'])} observed, "
        f"{show(last['expected'])} expected{needed}.{few}"
    )


def some_cases(count: int) -> str:
    """A number of cases in words.

    >>> some_cases(1), some_cases(1200)
    ('1 case', '1,200 cases')
    """
    return f"{count:,} case{'' if count == 1 else 's'}"


def describe_limits_of_it(
    series: Series, looks: Looks, boundary: dict[str, Any] | None, plan: Plan, as_of: str
) -> list[str]:
    """What the answer is not."""
    notes = [
        "Expected cases are those that independence of product and reaction within each quarter's reports would give. "
        "Spontaneous reports have no denominator of users: this is reporting beyond other products' reporting, not a "
        "rate of harm.",
        "What is expected is taken as known, although it is estimated from the same reports; the conditional MaxSPRT "
        "of Li and Kulldorff 2010, for an expectation from historical person-time, does not apply to it.",
        "Cases count as they stand in the releases read here, by first receipt; they may not have been known so then.",
    ]
    if plan.limit is None:
        notes.append(
            "The surveillance ends with the data, and its length was known when the boundary was drawn: this looks "
            "back. Who plans ahead gives a limit."
        )
    elif looks.expected and looks.expected[-1] < plan.limit:
        share = 100 * looks.expected[-1] / plan.limit
        notes.append(f"{share:.1f} % of the planned limit is reached so far; the surveillance is not at its end.")
    return [*notes, *describe_gaps(series, looks, boundary, plan, as_of)]


def describe_gaps(series: Series, looks: Looks, boundary: dict[str, Any] | None, plan: Plan, as_of: str) -> list[str]:
    """What is particular to this answer."""
    notes = []
    a, _, c, _ = (sum(column) for column in zip(*series.cells, strict=True)) if series.cells else (0, 0, 0, 0)
    if a and a / (a + c) > OWN_SHARE:
        notes.append(
            f"The product's own cases are {100 * a / (a + c):.0f} % of the reaction's; they raise what is expected of "
            "it, so the test is on the safe side and late."
        )
    undated = series.describe_undated()
    if undated["n"]:
        notes.append(f"Left out for want of a date of receipt: {some_cases(undated['n'])}, {undated['a']:,} with both.")
    if looks.periods and looks.periods[-1].end.isoformat() > as_of:
        notes.append(f"{looks.periods[-1].label} is not complete: the data ends on {as_of}.")
    if boundary and boundary["critical_value"] == 0:
        notes.append(
            f"So little is expected that {some_cases(plan.minimum_events)} by the end have a chance of only "
            f"{boundary['type_one_error']:.2g}: the minimum is the boundary."
        )
    if boundary and (boundary["normal_type_one_error"] or 0) > plan.alpha:
        notes.append(
            f"The normal boundary would cry wolf with a chance of {boundary['normal_type_one_error']:.3f} here, not "
            f"{plan.alpha:g}; the exact number of cases needed decides."
        )
    return notes
