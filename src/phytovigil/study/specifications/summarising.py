"""What all specifications of an outcome say together, and what each choice moves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from statistics import fmean, median
from typing import Any

from phytovigil.study.specifications.choices import Design
from phytovigil.study.specifications.estimating import short

Columns = dict[str, list[Any]]

PRIOR = 0.5
"""Added to observed and expected cases, so that their ratio has a logarithm in every specification."""


def summarise(columns: Columns, design: Design, different: int) -> dict[str, Any]:
    """The whole curve. different : number of different tables of counts behind it."""
    estimable = [value for value in columns["estimate"] if value is not None]
    judged = [signal for signal in columns["signal"] if signal is not None]
    return {
        "specifications": len(design),
        "different_tables": different,
        "estimable": len(estimable),
        **count_sides(columns, range(len(design))),
        "judged": len(judged),
        "most_cases": max(columns["a"]),
        "least_expected": min(columns["expected"]),
        "most_expected": max(columns["expected"]),
        "median": short(median(estimable)) if estimable else None,
        "lowest": min(estimable, default=None),
        "highest": max(estimable, default=None),
        "main": describe_main(columns, design),
    }


def count_sides(columns: Columns, places: Sequence[int]) -> dict[str, int]:
    """On which side of no disproportion some specifications lie, and how many are disproportionate by the rule."""
    values = [columns["estimate"][place] for place in places]
    highs = [columns["high"][place] for place in places]
    return {
        "above_one": sum(value is not None and value > 1 for value in values),
        "interval_above": sum(columns["above"][place] for place in places),
        "interval_below": sum(high is not None and high < 1 for high in highs),
        "signals": sum(columns["signal"][place] is True for place in places),
    }


def describe_main(columns: Columns, design: Design) -> dict[str, Any]:
    """The main analysis, and where it ranks: 1 is the lowest of the estimable specifications."""
    place = design.main_place
    own = columns["estimate"][place]
    lower = sum(value is not None and own is not None and value < own for value in columns["estimate"])
    return {"position": place, "rank": None if own is None else lower + 1, **pick_row(columns, place)}


ROW = ("a", "expected", "estimate", "low", "high", "ic025", "above", "signal")


def pick_row(columns: Columns, place: int) -> dict[str, Any]:
    """One specification."""
    return {name: columns[name][place] for name in ROW}


def list_steps(columns: Columns, design: Design) -> list[dict[str, Any]]:
    """Every analysis that differs from the main one in a single choice."""
    start, steps = design.main_place, []
    for choice, stride in zip(design.choices, list_strides(design.sizes), strict=True):
        for level, named in enumerate(choice.levels):
            if level != choice.main:
                place = start + (level - choice.main) * stride
                title = f"{choice.title.lower()}: {named.title}"
                found = {"choice": choice.name, "level": named.name, "title": title, **pick_row(columns, place)}
                changed = columns["signal"][place] is not columns["signal"][start]
                steps.append({**found, "changes": changed and None not in (found["signal"], columns["signal"][start])})
    return steps


def list_strides(sizes: Sequence[int]) -> list[int]:
    """How far apart two specifications stand that differ by one level of a choice only.

    >>> list_strides([2, 3, 4])
    [12, 4, 1]
    """
    return [math.prod(sizes[place + 1 :]) for place in range(len(sizes))]


def list_movers(columns: Columns, design: Design) -> list[dict[str, Any]]:
    """What each choice moves, the one that changes most verdicts first."""
    shares = share_variance(log_ratios(columns), design.sizes)
    movers = []
    for place, (choice, stride) in enumerate(zip(design.choices, list_strides(design.sizes), strict=True)):
        pairs = list_pairs(len(design), len(choice.levels), stride)
        movers.append(
            {
                "choice": choice.name,
                "title": choice.title,
                "variance_percent": None if choice.name == "measure" or shares is None else shares[place],
                "pairs": len(pairs),
                "verdict_changes": count_changes(columns["signal"], pairs),
                "interval_changes": count_changes(columns["above"], pairs),
                "levels": [
                    describe_level(columns, level.name, level.title, places)
                    for level, places in zip(
                        choice.levels, list_places(len(design), len(choice.levels), stride), strict=True
                    )
                ],
            }
        )
    return sorted(movers, key=weigh_mover)


def weigh_mover(mover: dict[str, Any]) -> tuple[float, float, float]:
    """By the share of pairs in which the verdict changes, then the interval's side, then by variance; largest first."""
    pairs = mover["pairs"]
    return -mover["verdict_changes"] / pairs, -mover["interval_changes"] / pairs, -(mover["variance_percent"] or 0)


def list_places(number: int, levels: int, stride: int) -> list[list[int]]:
    """Places of the specifications of each level of a choice.

    >>> list_places(8, 2, 2)
    [[0, 1, 4, 5], [2, 3, 6, 7]]
    """
    found: list[list[int]] = [[] for _ in range(levels)]
    for place in range(number):
        found[place // stride % levels].append(place)
    return found


def list_pairs(number: int, levels: int, stride: int) -> list[tuple[int, int]]:
    """All pairs of specifications that differ in one choice only.

    >>> list_pairs(4, 2, 1)
    [(0, 1), (2, 3)]
    """
    return [
        (place, place + step * stride)
        for place in range(number)
        for step in range(1, levels - place // stride % levels)
    ]


def count_changes(verdicts: Sequence[bool | None], pairs: Sequence[tuple[int, int]]) -> int:
    """Pairs whose two verdicts are both known and differ."""
    return sum(
        verdicts[one] is not verdicts[other] and None not in (verdicts[one], verdicts[other]) for one, other in pairs
    )


def describe_level(columns: Columns, name: str, title: str, places: Sequence[int]) -> dict[str, Any]:
    """All specifications of one level."""
    values = [value for place in places if (value := columns["estimate"][place]) is not None]
    return {
        "level": name,
        "title": title,
        "specifications": len(places),
        "estimable": len(values),
        "median": short(median(values)) if values else None,
        **count_sides(columns, places),
    }


def log_ratios(columns: Columns) -> list[float]:
    """log2 of observed over expected cases, 1/2 added to both: defined in every specification, 0 where both are 0."""
    return [
        math.log2((seen + PRIOR) / (expected + PRIOR))
        for seen, expected in zip(columns["a"], columns["expected"], strict=True)
    ]


def share_variance(values: Sequence[float], sizes: Sequence[int]) -> list[float] | None:
    """Per cent of the variance that the main effect of each choice explains; None where nothing varies.

    All combinations of levels stand once each in `values`, so the choices are orthogonal and the shares add up to what
    main effects explain; the rest of 100 is interactions.

    >>> share_variance([0, 1, 3, 4], [2, 2])
    [90.0, 10.0]
    """
    mean = fmean(values)
    total = math.fsum((value - mean) ** 2 for value in values)
    if total <= 1e-12 * len(values):
        return None
    return [
        float(f"{100 * explained(values, levels, stride, mean) / total:.6g}")
        for levels, stride in zip(sizes, list_strides(sizes), strict=True)
    ]


def explained(values: Sequence[float], levels: int, stride: int, mean: float) -> float:
    """Sum of squares between the levels of a choice."""
    groups = list_places(len(values), levels, stride)
    return math.fsum(len(group) * (fmean(values[place] for place in group) - mean) ** 2 for group in groups)


def fill_columns(design: Design, rows: Sequence[dict[str, Any]], table_of: Sequence[int]) -> Columns:
    """One value of every specification in each column, in the order of the design.

    rows : what is known of each different table. table_of : of every combination of levels without the measure.
    """
    measures = [level.name for level in design.choices[-1].levels] if ends_in_measure(design) else [design.main.measure]
    names = ("a", "b", "c", "d", "expected", "ic025", "signal")
    columns: Columns = {name: [] for name in (*names, "estimate", "low", "high", "above")}
    for table, measure in product(table_of, measures):
        row = rows[table]
        point, low, high = row["estimates"].get(measure, (None, None, None))
        found = {"estimate": point, "low": low, "high": high, "above": low is not None and low > 1}
        for name, values in columns.items():
            values.append(found[name] if name in found else row[name])
    return columns


def ends_in_measure(design: Design) -> bool:
    """Whether the measure is a choice; it is the last one then."""
    return bool(design.choices) and design.choices[-1].name == "measure"
