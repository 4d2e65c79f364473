"""Tables → the estimate, interval and verdict of every specification."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from phytovigil.schema.counts import Counts, Estimates
from phytovigil.schema.specifications import ADJUSTED_MEASURES
from phytovigil.signals.confounding.many_strata import StratifiedSums, adjusted_ic, common_prr, common_ror
from phytovigil.signals.ic import ic_of_expected
from phytovigil.signals.registry import MEASURES, RULES, apply_rule
from phytovigil.study.estimating import finite

CELLS = 4
ADJUSTED_RULES = ("ic025", "ror025")
"""Rules that look at measures alone that can be adjusted for strata."""

Row = dict[str, Any]


def estimate_tables(tables: Sequence[Sequence[float]], measures: Sequence[str], rule: str, min_cases: int) -> list[Row]:
    """Every table with its estimates on the scale of a ratio, by measure, and its verdict by the study's rule.

    tables : rows of a, b, c, d and, where cases were divided, sums over strata.
    """
    rows: list[Row] = [{} for _ in tables]
    for divided in (False, True):
        places = [place for place, table in enumerate(tables) if (len(table) > CELLS) is divided]
        if places:
            some = [tables[place] for place in places]
            for place, row in zip(places, estimate_alike(some, measures, rule, min_cases, divided), strict=True):
                rows[place] = row
    return rows


def estimate_alike(
    tables: Sequence[Sequence[float]], measures: Sequence[str], rule: str, min_cases: int, divided: bool
) -> list[Row]:
    """The same for tables that are all divided, or all not."""
    columns = list(zip(*tables, strict=True))
    sums = StratifiedSums.of(columns[CELLS:]) if divided else None
    counts = Counts.of(*columns[:CELLS], stratified=None if sums is None else sums.expected)
    shown = {name: estimate_measure(name, counts, sums) for name in measures}
    deciding = ic_of_expected(counts.a, counts.expected)
    signals = judge_tables(rule, min_cases, counts, sums)
    return [
        {
            **dict(zip("abcd", map(int, table[:CELLS]), strict=True)),
            "expected": short(counts.expected[place]),
            "ic025": short(deciding.low[place]),
            "signal": signals[place],
            "estimates": {name: pick(found, place, MEASURES[name].scale) for name, found in shown.items() if found},
        }
        for place, table in enumerate(tables)
    ]


def estimate_measure(name: str, counts: Counts, sums: StratifiedSums | None) -> Estimates | None:
    """A measure of all tables, summed over strata where cases were divided; None if it has no such form."""
    if sums is None:
        return MEASURES[name].estimate(counts)
    if name not in ADJUSTED_MEASURES:
        return None
    return adjusted_ic(counts.a, sums) if name == "ic" else {"ror": common_ror, "prr": common_prr}[name](sums)


def judge_tables(rule: str, min_cases: int, counts: Counts, sums: StratifiedSums | None) -> list[bool | None]:
    """Whether each table is disproportionate by the study's rule; None where the rule has no form for it."""
    learns = any(MEASURES[name].learns for name in RULES[rule].measures)
    if learns or (sums is not None and rule not in ADJUSTED_RULES):
        return [None] * len(counts.a)
    known = {} if sums is None else {"ic": adjusted_ic(counts.a, sums), "ror": common_ror(sums)}
    passed = apply_rule(rule, counts, known=known)
    return [bool(value) for value in passed & (counts.a >= min_cases)]


def pick(found: Estimates, place: int, scale: str) -> tuple[float | None, float | None, float | None]:
    """Point and limits of one table as a ratio."""
    values = (found.point[place], found.low[place], found.high[place])
    point, low, high = (short(2.0**value if scale == "log2" else value) for value in values)
    return point, low, high


def short(value: float) -> float | None:
    """A number of 6 significant digits, more than anything shows and few enough for thousands of them.

    >>> short(1 / 3)
    0.333333
    """
    number = finite(value)
    return None if number is None else float(f"{number:.6g}")
