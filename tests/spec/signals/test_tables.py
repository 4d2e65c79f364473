"""The tiny tables beside this file, read and answered; they are written to be read as a manual."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from phytovigil.schema.counts import Counts
from phytovigil.signals.registry import MEASURES, RULES, apply_rule, measure

HERE = Path(__file__).parent


def cases_of(name: str) -> list[dict[str, Any]]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))["case"]


def says(case: dict[str, Any]) -> str:
    return case["says"]


def counts_of(case: dict[str, Any]) -> Counts:
    return Counts.of(*([case["table"][cell]] for cell in "abcd"))


@pytest.mark.parametrize("case", cases_of("measures"), ids=says)
def test_measure(case: dict[str, Any]) -> None:
    found = measure(case["measure"]).estimate(counts_of(case))
    written = {part: case[part] for part in ("point", "low", "high") if part in case}
    shown = {part: f"{getattr(found, part)[0]:.3f}".replace("nan", "none") for part in written}
    assert shown == written


@pytest.mark.parametrize("case", cases_of("rules"), ids=says)
def test_rules(case: dict[str, Any]) -> None:
    counts = counts_of(case)
    assert [name for name in RULES if apply_rule(name, counts)[0]] == case["fires"]


def test_every_measure_and_rule_is_told() -> None:
    assert {case["measure"] for case in cases_of("measures")} == set(MEASURES)
    alone = {name for name, asked in RULES.items() if not any(MEASURES[used].learns for used in asked.measures)}
    assert {name for case in cases_of("rules") for name in case["fires"]} == alone
