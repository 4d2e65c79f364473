"""Counts → estimates, and the verdict that the study's rule gives: always with its numbers and its why."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from phytovigil.schema.counts import Counts
from phytovigil.signals.families import adjust_parts
from phytovigil.signals.registry import RULES, STATISTICS, estimate_all
from phytovigil.signals.registry import apply_rule as passes
from phytovigil.study.counting import Cells

DISPROPORTIONATE = "disproportionate"
TOO_FEW = "too-few-to-say"
NOT_DISPROPORTIONATE = "not-disproportionate"
NO_MEASURE = "no-measure"

DOUBLING = 2.0
"""While the upper limit of the reporting odds ratio reaches it, silence cannot reassure. The limit is that of the exact
mid-P interval: shrinkage pulls the limits of the IC towards no effect, most where there are fewest cases."""

DECIDERS = ("ror-midp", "ic")
"""Measures behind every verdict, whichever are asked for: they exist where no case is seen."""


def make_counts(cells: Sequence[Cells], stratified: Sequence[float] | None = None) -> Counts:
    """Counts of many pairs. stratified : the cases expected with both, summed over strata."""
    a, b, c, d = ([row[place] for row in cells] for place in range(4))
    return Counts.of(a, b, c, d, stratified=stratified)


def estimate_pairs(
    cells: Sequence[Cells],
    measures: Sequence[str],
    *,
    stratified: Sequence[float] | None = None,
    learned: Mapping[str, Any] | None = None,
    level: float | None = None,
) -> list[dict[str, Any]]:
    """Expected counts, Yates' χ² and the measures of many pairs at once; null where not estimable.

    stratified : expected cases summed over strata. learned : what measures that learn have learned, by name.
    level : of the intervals of the measures asked for, each one's own unless given.
    """
    if not cells:
        return []
    counts = make_counts(cells, stratified)
    shown = estimate_all(counts, measures, learned=learned, level=level)
    deciding = estimate_all(counts, [name for name in DECIDERS if name not in shown or level])
    estimates = {name: shown[name] if name in shown else deciding[name] for name in with_deciders(measures)}
    chi2 = STATISTICS["chi2-yates"].test(counts).value
    return [
        {
            "expected": finite(counts.expected[row]),
            "chi2_yates": finite(chi2[row]),
            "estimates": {
                name: {
                    "point": finite(found.point[row]),
                    "low": finite(found.low[row]),
                    "high": finite(found.high[row]),
                }
                for name, found in estimates.items()
            },
        }
        for row in range(len(cells))
    ]


def with_deciders(measures: Sequence[str]) -> tuple[str, ...]:
    """The measures asked for, and those behind the verdict.

    >>> with_deciders(["ror", "ic"])
    ('ror', 'ic', 'ror-midp')
    """
    return tuple(dict.fromkeys([*measures, *DECIDERS]))


def run_tests(cells: Sequence[Cells], tests: Sequence[str], adjust: str = "") -> list[dict[str, Any]]:
    """p-values of many pairs by test, and those adjusted for the number of pairs where that is asked for."""
    counts = make_counts(cells)
    found = {name: STATISTICS[name].test(counts) for name in tests}
    rows: list[dict[str, Any]] = [
        {name: {"p": finite(tested.p_value[row])} for name, tested in found.items()} for row in range(len(cells))
    ]
    if adjust:
        for name, tested in found.items():
            (together,) = adjust_parts([tested.p_value], adjust, [counts.a >= 0])
            for row, value in zip(rows, together, strict=True):
                row[name]["q"] = finite(value)
    return rows


def apply_rule(
    cells: Sequence[Cells],
    rule: str,
    min_cases: int,
    *,
    stratified: Sequence[float] | None = None,
    learned: Mapping[str, Any] | None = None,
) -> list[bool]:
    """Whether each pair is a signal by a stated rule."""
    if not cells:
        return []
    counts = make_counts(cells, stratified)
    known = estimate_all(counts, RULES[rule].measures, learned=learned)
    return [bool(passed) for passed in passes(rule, counts, known=known) & (counts.a >= min_cases)]


def judge_pair(cells: Cells, estimate: dict[str, Any], signal: bool, rule: str, min_cases: int) -> tuple[str, str]:
    """Verdict and why of one pair."""
    a, b, c, _ = cells
    if a + b == 0:
        return NO_MEASURE, "No case of this population names the product."
    if a + c == 0:
        return NO_MEASURE, "No case of this population names the reaction."
    seen = f"{a:,} observed, {show(estimate['expected'])} expected"
    if signal:
        return DISPROPORTIONATE, f"{seen}: the rule is met ({RULES[rule].title})."
    few = f"; fewer than {min_cases} cases" if a < min_cases else ""
    most = estimate["estimates"]["ror-midp"]["high"]
    if most is None or most >= DOUBLING:
        limit = "of any size" if most is None else f"up to {show(most)}"
        return TOO_FEW, f"{seen}{few}: a reporting odds ratio {limit} is not excluded (exact mid-P limit)."
    return NOT_DISPROPORTIONATE, (
        f"{seen}: the rule is not met ({RULES[rule].title}), and a doubling is excluded "
        f"(the exact mid-P limit of the reporting odds ratio is {show(most)})."
    )


def show(value: float | None) -> str:
    """A number with the digits that a reader can use.

    >>> show(0.2462), show(3.41), show(1234.5)
    ('0.25', '3.4', '1,234')
    """
    if value is None:
        return "not estimable"
    if value >= 100:
        return f"{math.floor(value):,}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}" if value >= 0.005 else f"{value:.1g}"


def finite(value: float) -> float | None:
    """A number of 12 significant digits, or None for NaN and infinities, which JSON cannot carry.

    The digits beyond depend on the processor and on which pairs are solved together; with them the same input would
    not give the same bytes everywhere.

    >>> finite(1 / 3), finite(float("inf"))
    (0.333333333333, None)
    """
    number = float(value)
    return float(f"{number:.12g}") if math.isfinite(number) else None
