"""Estimates, tests and tables as plain values."""

from __future__ import annotations

from typing import Any

from phytovigil.schema.counts import Estimates
from phytovigil.signals.confounding.homogeneity import Homogeneity
from phytovigil.signals.measure import Tested
from phytovigil.study.counting import Cells
from phytovigil.study.estimating import finite


def plain_cells(cells: Cells) -> dict[str, int]:
    """The four cells and their sum.

    >>> plain_cells((1, 2, 3, 4))
    {'a': 1, 'b': 2, 'c': 3, 'd': 4, 'n': 10}
    """
    return {**dict(zip("abcd", cells, strict=True)), "n": sum(cells)}


def plain_estimate(found: Estimates, place: int = 0) -> dict[str, float | None]:
    """One estimate with its limits; null where not estimable or without bound."""
    return {name: finite(getattr(found, name)[place]) for name in ("point", "low", "high")}


def plain_test(tested: Tested, degrees: int) -> dict[str, Any]:
    """The outcome of a χ² test of one pair."""
    return {"chi2": finite(tested.value[0]), "degrees": degrees, "p_value": finite(tested.p_value[0])}


def plain_homogeneity(found: Homogeneity) -> dict[str, Any]:
    """The outcome of a test of homogeneity."""
    return {
        "chi2": finite(found.value),
        "degrees": found.degrees,
        "p_value": finite(found.p_value),
        "compared": found.strata,
        "sparse": found.sparse,
        "reliable": found.reliable and finite(found.p_value) is not None,
    }


def say_p(value: float) -> str:
    """A p-value in a sentence.

    >>> say_p(0.0412), say_p(0.00004)
    ('p = 0.041', 'p < 0.001')
    """
    return "p < 0.001" if value < 0.001 else f"p = {value:.2g}"
