"""Boundaries of sequential surveillance as others print them; the table beside this file says where."""

from __future__ import annotations

import tomllib
from itertools import product
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from scipy.stats import poisson

from phytovigil.signals.time.group_sequential import normal_boundaries, spend_alpha
from phytovigil.signals.time.max_sprt import continuous_boundary

PUBLISHED = tomllib.loads(Path(__file__).with_name("sequential_published.toml").read_text(encoding="utf-8"))
TABLE = PUBLISHED["max_sprt"]

NEAR = 1e-10
"""The authors stop their search when the error is within 1e-8 of 0.05; they happen to be nearer than that."""


def cells(limits: list[float]) -> list[tuple[float, int, float]]:
    rows = zip(TABLE["limits"], TABLE["critical_values"], strict=True)
    return [
        (limit, minimum, value)
        for limit, row in rows
        for minimum, value in zip(TABLE["minimum_events"], row, strict=True)
        if limit in limits and [limit, minimum] != TABLE["misprint"]
    ]


@pytest.mark.parametrize(("limit", "minimum", "value"), cells(TABLE["limits"][:15]))
def test_max_sprt_as_printed(limit: float, minimum: int, value: float) -> None:
    check_critical_value(limit, minimum, value)


@pytest.mark.slow
@pytest.mark.parametrize(("limit", "minimum", "value"), cells(TABLE["limits"][15:]))
def test_max_sprt_of_long_surveillance_as_printed(limit: float, minimum: int, value: float) -> None:
    check_critical_value(limit, minimum, value)


def check_critical_value(limit: float, minimum: int, value: float) -> None:
    found = continuous_boundary(limit, alpha=TABLE["alpha"], minimum_events=minimum)
    if value == 0:
        assert found.critical_value == 0
        assert found.type_one_error == pytest.approx(poisson.sf(minimum - 1, limit), rel=1e-12)
        assert found.type_one_error < TABLE["alpha"]
    else:
        assert found.critical_value == pytest.approx(value, abs=NEAR)
        assert found.type_one_error == pytest.approx(TABLE["alpha"], abs=1e-11)


def test_the_one_entry_that_differs_is_not_a_root() -> None:
    """For T = 6, M = 1 the printed value is 6e-7 too large: at 30 digits its error is not 0.05, and ours is."""
    printed = TABLE["critical_values"][TABLE["limits"].index(6)][0]
    ours = continuous_boundary(6).critical_value
    assert round(ours, 6) == 3.342729
    assert printed - ours == pytest.approx(6e-7, abs=1e-10)
    assert abs(error_at_30_digits(ours, 6) - mpmath.mpf("0.05")) < 1e-11
    assert abs(error_at_30_digits(printed, 6) - mpmath.mpf("0.05")) > 2e-8


def error_at_30_digits(critical_value: float, limit: int) -> Any:
    """Type I error of watching after every case, by the recursion over cases of Kulldorff et al. 2011."""
    with mpmath.workdps(30):
        value, chances, before, cases = mpmath.mpf(critical_value), [mpmath.mpf(1)], mpmath.mpf(0), 1
        while before < limit:
            mean = min(-cases * mpmath.re(mpmath.lambertw(-mpmath.exp(-1 - value / cases))), mpmath.mpf(limit))
            step = [mpmath.exp(before - mean) * (mean - before) ** k / mpmath.factorial(k) for k in range(cases)]
            chances = [sum(chances[i] * step[k - i] for i in range(min(k + 1, len(chances)))) for k in range(cases)]
            before, cases = mean, cases + 1
        return 1 - sum(chances)


def test_the_table_is_whole() -> None:
    assert len(TABLE["limits"]) == len(TABLE["critical_values"]) == 30
    assert {len(row) for row in TABLE["critical_values"]} == {7}
    assert len(list(product(TABLE["limits"], TABLE["minimum_events"]))) == 210


@pytest.mark.parametrize("entry", PUBLISHED["spending"], ids=lambda entry: f"{entry['spending']}-{entry['alpha']}")
def test_spending_boundaries_as_printed(entry: dict[str, Any]) -> None:
    shares = np.array(entry["information"]) / entry["information"][-1]
    spent = spend_alpha(shares, alpha=entry["alpha"], spending=entry["spending"])
    check_boundaries(entry, spent)


@pytest.mark.parametrize("entry", PUBLISHED["spent"], ids=lambda entry: str(entry["spent"]))
def test_boundaries_of_a_given_spending_as_printed(entry: dict[str, Any]) -> None:
    check_boundaries(entry, np.array(entry["spent"]))


def check_boundaries(entry: dict[str, Any], spent: np.ndarray[Any, Any]) -> None:
    found = normal_boundaries(entry["information"], spent)
    assert found.round(entry["digits"]).tolist() == np.round(entry["boundaries"], entry["digits"]).tolist()


def test_every_figure_names_its_origin() -> None:
    assert all(entry["origin"] for entry in (TABLE, *PUBLISHED["spending"], *PUBLISHED["spent"]))
