"""A pair over quarters or years: estimates then and up to then, when a rule first held, and when reporting changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from phytovigil.errors import InvalidCounts
from phytovigil.schema.counts import Counts
from phytovigil.signals.registry import RULES
from phytovigil.signals.time.change_points import SIMULATIONS, Change, Changes, find_changes
from phytovigil.signals.time.cumulative import accumulate, expected_by_period, first_held, held_since
from phytovigil.study.counting import Cells
from phytovigil.study.estimating import apply_rule, estimate_pairs, finite, show
from phytovigil.study.examining.asked import Asked
from phytovigil.study.examining.periods import Series, count_by_period

MEASURES = ("ror-midp", "ror", "prr", "ic")
"""Measures of every period; none of them learns from other pairs."""

SERIES_RULES = ("ic025", "ror-midp025", "ror025", "evans")
"""Rules whose first period is looked for."""

CORRELATED = 2.0
"""An autocorrelation above this many standard errors (1/√periods) is said to make p-values too small."""

NOTES = (
    "Periods are those of first receipt; each case counts as it stands in the releases read here, not as it was known "
    "then: somebody who looked then might have seen a rule met earlier or later.",
    "A rule that is looked at again after every period is met by chance more often than one that is looked at once; "
    "`phytovigil examine sequential` allows for that.",
)


def examine_trend(asked: Asked, period: str = "quarter") -> dict[str, Any]:
    """The question of trend, answered. period : "quarter" or "year"."""
    series = count_by_period(asked, period)
    as_of = asked.counter.opened.as_of
    changes = {name: find_series_changes(name, series) for name in ("product", "pair")}
    name = {"product": asked.product.name, "pair": f"{asked.product.name} with {within_sentence(asked.reaction.title)}"}
    described = {key: describe_changes(name[key], found, series) for key, found in changes.items()}
    return {
        "period": period,
        "undated": series.describe_undated(),
        "periods": describe_periods(series, as_of),
        "rules": describe_rules(series),
        "changes": described,
        "flags": [step["text"] for key in changes for step in described[key]["steps"] if step["rise"]],
        "notes": [*NOTES, *describe_gaps(series, as_of)],
    }


def within_sentence(title: str) -> str:
    """A reaction's title as it stands inside a sentence."""
    return title[:1].lower() + title[1:]


def describe_periods(series: Series, as_of: str) -> list[dict[str, Any]]:
    """One row for each period: its own table and estimates, and those of everything received up to its end."""
    if not series.periods:
        return []
    counts = series.counts
    added = cells_of(accumulate(counts))
    within = expected_by_period(counts)
    own, cumulative = estimate_pairs(series.cells, MEASURES), estimate_pairs(added, MEASURES)
    return [
        {
            **period.describe(as_of),
            **describe_cells(cells, estimate),
            "per_10000": per_ten_thousand(cells[0] + cells[1], sum(cells)),
            "cumulative": {
                **describe_cells(total, estimated),
                "expected_by_period": finite(float(within[place])),
            },
        }
        for place, (period, cells, total, estimate, estimated) in enumerate(
            zip(series.periods, series.cells, added, own, cumulative, strict=True)
        )
    ]


def cells_of(counts: Counts) -> list[Cells]:
    """The tables as whole numbers."""
    columns = (counts.a, counts.b, counts.c, counts.d)
    return [(int(a), int(b), int(c), int(d)) for a, b, c, d in zip(*columns, strict=True)]


def describe_cells(cells: Cells, estimate: dict[str, Any]) -> dict[str, Any]:
    """A 2×2 table with its margins, expected cases and measures."""
    a, b, c, d = cells
    margins = {"with_product": a + b, "with_reaction": a + c, "n": sum(cells)}
    kept = {name: estimate["estimates"][name] for name in MEASURES}
    return {"a": a, "b": b, "c": c, "d": d, **margins, "expected": estimate["expected"], "estimates": kept}


def per_ten_thousand(cases: int, total: int) -> float | None:
    """Cases in 10,000 reports of any kind; None without a report."""
    return finite(1e4 * cases / total) if total else None


def describe_rules(series: Series) -> list[dict[str, Any]]:
    """When each rule was first met by the cumulative counts, and since when it has held."""
    added = cells_of(accumulate(series.counts)) if series.periods else []
    described = []
    for name in SERIES_RULES:
        passed = apply_rule(added, name, 1)
        first, since = first_held(passed), held_since(passed)
        described.append({
            "rule": name,
            "title": RULES[name].title,
            "first_period": None if first is None else series.periods[first].label,
            "first_a": None if first is None else added[first][0],
            "held_since": None if since is None else series.periods[since].label,
        })  # fmt: skip
    return described


def find_series_changes(name: str, series: Series) -> Changes | str:
    """The steps of the product's reports, or of the pair's, relative to all reports; or why they are not looked for."""
    cases = [cells[0] if name == "pair" else cells[0] + cells[1] for cells in series.cells]
    if not any(cases):
        return "There is no case, so there is nothing to look for a change in."
    try:
        return find_changes(cases, [sum(cells) for cells in series.cells])
    except InvalidCounts as error:
        return str(error)


def describe_changes(name: str, found: Changes | str, series: Series) -> dict[str, Any]:
    """The steps of one series as JSON."""
    if isinstance(found, str):
        return {"steps": [], "dispersion": None, "autocorrelation": None, "p_values": [], "simulations": 0,
                "notes": [found]}  # fmt: skip
    return {
        "steps": [describe_step(name, step, series) for step in found.changes],
        "dispersion": finite(found.dispersion),
        "autocorrelation": finite(found.autocorrelation),
        "p_values": [finite(p_value) for p_value in found.number_p_values],
        "simulations": SIMULATIONS if found.number_p_values else 0,
        "notes": describe_doubts(found, len(series.periods)),
    }


def describe_step(name: str, step: Change, series: Series) -> dict[str, Any]:
    """One step, with the sentence that a reader should see beside every later estimate."""
    period = series.periods[step.position]
    return {
        "period": period.label,
        "start": period.start.isoformat(),
        "rise": step.ratio > 1,
        "before": describe_stretch(step.before, step.before_all),
        "after": describe_stretch(step.after, step.after_all),
        "ratio": {"point": finite(step.ratio), "low": finite(step.low), "high": finite(step.high)},
        "p_value": finite(step.p_value),
        "text": describe_in_words(name, step, period.label),
    }


def describe_stretch(cases: float, total: float) -> dict[str, Any]:
    """Cases and all reports of the stretch on one side of a step."""
    return {"cases": int(cases), "n": int(total), "per_10000": per_ten_thousand(int(cases), int(total))}


def describe_in_words(name: str, step: Change, label: str) -> str:
    """What a step means."""
    if step.before == 0:
        return (
            f"Reporting of {name} set in with {label}: no case in the {step.before_all:,.0f} reports of the stretch "
            f"before, {step.after:,.0f} in the {step.after_all:,.0f} after; estimates after it may reflect attention."
        )
    if step.after == 0:
        return (
            f"Reporting of {name} stopped with {label}: {step.before:,.0f} in the {step.before_all:,.0f} reports of "
            f"the stretch before, no case in the {step.after_all:,.0f} after."
        )
    limits = f"95 % interval {show(step.low)} to {show(step.high)}"
    if step.ratio > 1:
        return (
            f"Reporting of {name} rose {show(step.ratio)}-fold from {label} ({limits}) relative to all reports; "
            "estimates after it may reflect attention."
        )
    return f"Reporting of {name} fell to {show(step.ratio)} of what it was from {label} ({limits})."


def describe_doubts(found: Changes, length: int) -> list[str]:
    """What weakens the steps of one series."""
    doubts = []
    if not found.number_p_values:
        doubts.append("Fewer than four periods have reports: no change can be looked for.")
    if found.autocorrelation > CORRELATED / length**0.5:
        doubts.append(
            f"Neighbouring periods resemble each other (autocorrelation {found.autocorrelation:.2f}): a slow drift may "
            "be shown as steps, and the p-values are too small."
        )
    if not found.complete:
        doubts.append("As many changes were found as are looked for; there may be more.")
    return doubts


def describe_gaps(series: Series, as_of: str) -> list[str]:
    """What the series does not hold."""
    undated = series.describe_undated()
    gaps = []
    if undated["n"]:
        gaps.append(
            f"Cases without a date of receipt, which are in no period: {undated['n']:,}, of them "
            f"{undated['with_product']:,} with the product and {undated['a']:,} with both."
        )
    if not series.periods:
        return [*gaps, "No case of this population has a date of receipt."]
    last = series.periods[-1]
    if last.end.isoformat() > as_of:
        gaps.append(f"{last.label} is not complete: the data ends on {as_of}.")
    return [*gaps, *missing_side(series.cells)]


def missing_side(cells: Sequence[Cells]) -> list[str]:
    """Sentences for a product, a reaction or a pair that is never reported."""
    a, with_product, with_reaction = (
        sum(column) for column in zip(*((a, a + b, a + c) for a, b, c, _ in cells), strict=True)
    )
    if not with_product:
        return ["No dated case of this population names the product, so nothing is estimated."]
    if not with_reaction:
        return ["No dated case of this population names the reaction, so nothing is estimated."]
    return [] if a else ["No dated case of this population names both."]
