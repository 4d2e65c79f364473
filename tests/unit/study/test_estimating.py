"""Counts to estimates and verdicts."""

from __future__ import annotations

import math

import pytest

from phytovigil.signals.measure import Rule
from phytovigil.signals.registry import MEASURES as MEASURES_BY_NAME
from phytovigil.signals.registry import RULES
from phytovigil.study.estimating import apply_rule, estimate_pairs, finite, judge_pair

MEASURES = ("prr", "ror", "ror-midp", "ic")
KRATOM_JAUNDICE = (4, 30, 463, 64_020)


def judge(cells: tuple[int, int, int, int], rule: str = "ic025", min_cases: int = 3) -> tuple[str, str]:
    (estimate,) = estimate_pairs([cells], MEASURES)
    (signal,) = apply_rule([cells], rule, min_cases)
    return judge_pair(cells, estimate, signal, rule, min_cases)


def learning(rule: Rule) -> bool:
    """Whether a rule looks at a measure that learns from all pairs, which one pair cannot teach."""
    return any(MEASURES_BY_NAME[name].learn for name in rule.measures)


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        (KRATOM_JAUNDICE, "disproportionate"),
        ((0, 34, 437, 64_046), "too-few-to-say"),
        ((2, 32, 437, 64_046), "too-few-to-say"),
        ((100, 9_900, 1_000, 99_000), "not-disproportionate"),
        ((0, 0, 437, 64_046), "no-measure"),
        ((0, 34, 0, 64_046), "no-measure"),
    ],
)
def test_verdict(cells: tuple[int, int, int, int], verdict: str) -> None:
    said, why = judge(cells)
    assert said == verdict
    assert why.endswith(".")
    if verdict != "no-measure":
        assert f"{cells[0]:,} observed" in why


@pytest.mark.parametrize("measures", [("prr",), ("ic",), ("ror", "ic"), MEASURES])
@pytest.mark.parametrize("rule", [name for name, rule in RULES.items() if not learning(rule)])
def test_verdict_needs_no_measure_that_was_not_asked_for(measures: tuple[str, ...], rule: str) -> None:
    (estimate,) = estimate_pairs([KRATOM_JAUNDICE], measures)
    (signal,) = apply_rule([KRATOM_JAUNDICE], rule, 3)
    assert judge_pair(KRATOM_JAUNDICE, estimate, signal, rule, 3)[0] == "disproportionate"
    few = (1, 33, 437, 64_046)
    (estimate,) = estimate_pairs([few], measures)
    assert judge_pair(few, estimate, False, rule, 3)[0] == "too-few-to-say"
    assert set(measures) <= set(estimate["estimates"])


def test_a_rule_that_learns_is_not_met_where_nothing_was_learned() -> None:
    assert apply_rule([KRATOM_JAUNDICE], "eb05", 3) == [False]


def test_more_cases_may_be_asked_for() -> None:
    assert apply_rule([KRATOM_JAUNDICE], "ic025", 4) == [True]
    assert apply_rule([KRATOM_JAUNDICE], "ic025", 5) == [False]
    assert "fewer than 5 cases" in judge(KRATOM_JAUNDICE, min_cases=5)[1]


def test_many_pairs_keep_their_order() -> None:
    cells = [KRATOM_JAUNDICE, (0, 34, 437, 64_046), (100, 9_900, 1_000, 99_000)]
    together = estimate_pairs(cells, MEASURES)
    assert together == [estimate_pairs([each], MEASURES)[0] for each in cells]
    assert estimate_pairs([], MEASURES) == apply_rule([], "ic025", 3) == []


def test_what_is_not_estimable_is_null_and_never_zero() -> None:
    (estimate,) = estimate_pairs([(0, 34, 437, 64_046)], MEASURES)
    assert estimate["estimates"]["ror"] == {"point": None, "low": None, "high": None}
    assert estimate["expected"] == pytest.approx(34 * 437 / 64_517)


def test_finite() -> None:
    assert [finite(value) for value in (1.5, math.nan, math.inf, -math.inf)] == [1.5, None, None, None]
