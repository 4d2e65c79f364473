"""The checks, against sources of truth of their own."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.errors import InvalidEvidence
from phytovigil.evidence.arithmetic import evaluate, names_in
from phytovigil.evidence.consistency import check_row
from phytovigil.evidence.loading import load_evidence
from phytovigil.schema.evidence import Citation, EvidenceFigure, EvidenceRow

Write = Callable[..., Path]


def make_row(*figures: EvidenceFigure, n: int | None = None) -> EvidenceRow:
    citation = Citation("bee", "Bee B", "T", url="https://example.org")
    return EvidenceRow("row", "survey", "T", "F.", "", n, ("mood",), figures, ("L.",), citation, "2026", "fact")


@settings(max_examples=150, deadline=None)
@given(of=st.integers(1, 400), digits=st.integers(0, 1), tenths=st.integers(0, 1000))
def test_whole_number_rule_is_the_enumeration_of_all_counts(of: int, digits: int, tenths: int) -> None:
    printed = Decimal(tenths) / 10 if digits else Decimal(tenths // 10)
    unit = Decimal(1).scaleb(-digits)
    shares = [Decimal(100 * count) / of for count in range(of + 1)]
    possible = any(abs(share - printed) <= unit / 2 for share in shares)
    figure = EvidenceFigure("share", "share", float(printed), digits, unit="%", of=of)
    checks = [check for check in check_row(make_row(figure)) if check.rule == "whole-number"]
    # It is asked only where some share cannot be printed: fewer people than steps of the last digit.
    assert bool(checks) == (Decimal(100) / of > unit)
    assert all(check.holds == possible for check in checks)


@settings(max_examples=100, deadline=None)
@given(count=st.integers(0, 500), more=st.integers(0, 500), digits=st.integers(0, 2))
def test_a_share_rounded_from_its_count_always_holds(count: int, more: int, digits: int) -> None:
    of = count + more + 1
    share = (Decimal(100 * count) / of).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    figure = EvidenceFigure("share", "share", float(share), digits, unit="%", count=count, of=of)
    assert all(check.holds for check in check_row(make_row(figure)))
    wrong = EvidenceFigure("share", "share", float(share) + 2 * figure.step, digits, unit="%", count=count, of=of)
    assert any(check.state == "fails" for check in check_row(make_row(wrong)))


@settings(max_examples=100, deadline=None)
@given(log=st.floats(-2, 3), width=st.floats(0.05, 1.5))
def test_a_rounded_wald_interval_of_a_ratio_always_holds(log: float, width: float) -> None:
    import math

    point, low, high = (round(math.exp(log + side * width), 2) for side in (0, -1, 1))
    figure = EvidenceFigure("or", "OR", point, 2, low=low, high=high, interval="95 % CI", scale="ratio")
    assert all(check.holds for check in check_row(make_row(figure)))


@pytest.mark.parametrize(
    ("figure", "rule"),
    [
        (EvidenceFigure("a", "a", 9.0, of=8), "part"),
        (EvidenceFigure("a", "a", 3.0, of=300), "part"),
        (EvidenceFigure("a", "a", 5.0, low=6, high=9, interval="range"), "between"),
        (EvidenceFigure("a", "a", None, low=9, high=6, interval="range"), "between"),
        (EvidenceFigure("a", "a", 1.6, 1, low=1.2, high=1.7, interval="95 % CI", scale="ratio"), "log-middle"),
        (EvidenceFigure("a", "a", 3.0, basis="derived", formula="n / 100"), "formula"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_a_contradiction_is_found(figure: EvidenceFigure, rule: str) -> None:
    failed = [check for check in check_row(make_row(figure, n=200)) if not check.holds]
    assert [check.rule for check in failed] == [rule]
    assert failed[0].state == "fails"


def test_a_group_adds_up_within_its_rounding() -> None:
    parts = [EvidenceFigure(f"p{i}", "p", value, unit="%", group="all") for i, value in enumerate((33.0, 33.0, 33.0))]
    assert [check.holds for check in check_row(make_row(*parts))] == [True]
    less = [EvidenceFigure(f"p{i}", "p", value, unit="%", group="all") for i, value in enumerate((33.0, 33.0, 30.0))]
    assert [check.holds for check in check_row(make_row(*less))] == [False]
    counts = [EvidenceFigure(f"c{i}", "c", value, group="all") for i, value in enumerate((12.0, 8.0))]
    assert [check.holds for check in check_row(make_row(*counts, n=20))] == [True]
    assert [check.holds for check in check_row(make_row(*counts, n=21))] == [False]


def test_a_flag_makes_a_failure_known() -> None:
    figure = EvidenceFigure("a", "a", 80, unit="%", of=53, flag="The source errs.")
    checks = [check for check in check_row(make_row(figure)) if check.rule == "whole-number"]
    assert [check.state for check in checks] == ["known"]


def test_a_wrong_figure_stops_the_loading(write_library: Write) -> None:
    good = '{ name = "part", label = "part", value = 8.5, unit = "%", count = 17, of = 200 },'
    assert load_evidence(write_library(good)).rows[0].figure("part").value == 8.5
    folder = write_library(good.replace("8.5", "9.5"))
    with pytest.raises(
        InvalidEvidence, match=r"Row “one-row”, figure “part” contradicts .* 9.5 is printed, 8.45 to 8.55"
    ):
        load_evidence(folder)
    assert load_evidence(folder, strict=False).rows[0].figure("part").value == 9.5


def test_digits_are_those_that_were_written(write_library: Write) -> None:
    limits = 'low = 1.5, high = 40, interval = "range"'
    lines = f'{{ name = "a", label = "a", value = 1.50 }},\n{{ name = "b", label = "b", value = 39, {limits} }},'
    row = load_evidence(write_library(lines)).rows[0]
    assert [figure.digits for figure in row.figures] == [2, 1]


@settings(max_examples=200, deadline=None)
@given(a=st.floats(0.01, 100), b=st.floats(0.01, 100), c=st.floats(-3, 3))
def test_arithmetic_is_that_of_python(a: float, b: float, c: float) -> None:
    formula = "(a + 2 * b) / (a - -b) ** c - 1.5"
    assert evaluate(formula, {"a": a, "b": b, "c": c}) == pytest.approx((a + 2 * b) / (a - -b) ** c - 1.5)
    assert names_in(formula) == ("a", "b", "c")


@pytest.mark.parametrize(
    "formula",
    ["__import__('os')", "a.b", "a if a else a", "a and a", "[a]", "a[0]", "1 / 0", "a +", "True", "'x'", "1e999",
     "lambda: a", "b", "(-a) ** 0.5", "a % 2", "9 ** 9 ** 9 ** 9"],
)  # fmt: skip
def test_a_formula_that_is_no_arithmetic_is_refused(formula: str) -> None:
    with pytest.raises(InvalidEvidence):
        evaluate(formula, {"a": 2.0})
