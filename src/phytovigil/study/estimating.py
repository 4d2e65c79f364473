"""Counts → estimates, and the verdict that the study's rule gives: always with its numbers and its why."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from phytovigil.schema.counts import Counts
from phytovigil.signals.registry import MEASURES, RULES, STATISTICS
from phytovigil.study.counting import Cells

DISPROPORTIONATE = "disproportionate"
TOO_FEW = "too-few-to-say"
NOT_DISPROPORTIONATE = "not-disproportionate"
NO_MEASURE = "no-measure"

DOUBLING = 1.0
"""log2 of 2. While the IC's upper limit reaches it, even twice the expected reporting is not excluded."""


def estimate_pairs(cells: Sequence[Cells], measures: Sequence[str]) -> list[dict[str, Any]]:
    """Expected counts, Yates' χ² and the measures of many pairs at once; null where not estimable."""
    if not cells:
        return []
    counts = Counts.of(*(list(column) for column in zip(*cells, strict=True)))
    estimates = {name: MEASURES[name].estimate(counts) for name in with_ic(measures)}
    chi2 = STATISTICS["chi2-yates"].value(counts)
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


def with_ic(measures: Sequence[str]) -> tuple[str, ...]:
    """The measures asked for, and the IC: the verdict needs an interval that exists where no case is seen.

    >>> with_ic(["ror"])
    ('ror', 'ic')
    """
    return tuple(dict.fromkeys([*measures, "ic"]))


def apply_rule(cells: Sequence[Cells], rule: str, min_cases: int) -> list[bool]:
    """Whether each pair is a signal by a stated rule."""
    if not cells:
        return []
    counts = Counts.of(*(list(column) for column in zip(*cells, strict=True)))
    return [bool(passed) for passed in RULES[rule].signals(counts) & (counts.a >= min_cases)]


def judge_pair(cells: Cells, estimate: dict[str, Any], signal: bool, rule: str, min_cases: int) -> tuple[str, str]:
    """Verdict and why of one pair."""
    a, b, c, _ = cells
    expected, ic = estimate["expected"], estimate["estimates"].get("ic") or {}
    if a + b == 0:
        return NO_MEASURE, "No case of this population names the product."
    if a + c == 0:
        return NO_MEASURE, "No case of this population names the reaction."
    seen = f"{a:,} observed, {show(expected)} expected"
    if signal:
        return DISPROPORTIONATE, f"{seen}: {RULES[rule].title} is met."
    few = f"; fewer than {min_cases} cases" if a < min_cases else ""
    if ic.get("high") is None or ic["high"] >= DOUBLING:
        times = f"{2 ** ic['high']:.2g}" if ic.get("high") is not None else "any number of"
        return TOO_FEW, f"{seen}{few}: up to {times} times the expected reporting is not excluded."
    return NOT_DISPROPORTIONATE, f"{seen}: {RULES[rule].title} is not met, and a doubling is excluded."


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
    """A plain number, or None for NaN and infinities, which JSON cannot carry."""
    number = float(value)
    return number if math.isfinite(number) else None
