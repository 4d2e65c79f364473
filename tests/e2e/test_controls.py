"""Control pairs of a study on the real data: a study whose controls fail gives no answer."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

import phytovigil

HEAD = """
[study]
name = "swapped"
title = "Kratom and jaundice"
question = "Is kratom linked to jaundice?"
product = "kratom"
outcomes = ["jaundice"]
sources = ["caers"]
vocabulary = "2026-11-22"
reactions = "2026-11-22"

[selection]
role = "any"
"""
KNOWN = (("niacin", "flushing"), ("green-tea", "liver-injury"), ("kava", "liver-injury"))
UNRELATED = (
    ("calcium", "jaundice"), ("vitamin-d", "jaundice"), ("vitamin-c", "jaundice"), ("fish-oil", "jaundice"),
    ("magnesium", "jaundice"), ("probiotic", "jaundice"),
)  # fmt: skip


def write_study(file: Path, positive: tuple[tuple[str, str], ...], negative: tuple[tuple[str, str], ...]) -> Path:
    controls = [
        f'\n[[control]]\nkind = "{kind}"\nproduct = "{product}"\nreaction = "{reaction}"\nwhy = "as known"\n'
        for kind, pairs in (("positive", positive), ("negative", negative))
        for product, reaction in pairs
    ]
    file.write_text(HEAD + "".join(controls), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def right(store: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return phytovigil.open(store).study(write_study(tmp_path_factory.mktemp("right") / "s.toml", KNOWN, UNRELATED))


def test_controls_that_behave_let_the_answer_stand(right: dict[str, Any]) -> None:
    assert not right["controls"]["failed"]
    assert "shows disproportionate reporting of jaundice" in right["answer"][0]


def test_swapped_controls_withhold_the_answer_and_keep_the_counts(
    store: Path, tmp_path: Path, right: dict[str, Any]
) -> None:
    wrong = phytovigil.open(store).study(write_study(tmp_path / "s.toml", UNRELATED, KNOWN))
    assert wrong["controls"]["failed"]
    assert wrong["answer"][0].startswith("The answer is withheld: on CAERS")
    assert "0 of 6 positive controls" in wrong["answer"][0]
    assert "3 of 3 negative controls" in wrong["answer"][0]
    assert "disproportionate reporting" not in " ".join(wrong["answer"])
    main = [next(pair for pair in findings["sources"][0]["pairs"] if pair["part"] == "main")
            for findings in (right, wrong)]  # fmt: skip
    assert main[0] == main[1]


def test_null_of_the_real_controls_is_that_of_the_oracle(right: dict[str, Any], caers: Any) -> None:
    """Log odds ratios by going through the raw file; μ and σ at the top of their likelihood."""
    (source,) = right["controls"]["sources"]
    vitamin = next(control for control in source["controls"] if control["product_name"] == "vitamin D")
    pair = next(pair for pair in right["sources"][0]["pairs"] if pair["id"] == vitamin["id"])
    a, b, c, d = (pair[cell] for cell in "abcd")
    assert sum((a, b, c, d)) == len(caers.cases)
    jaundice = next(reaction for reaction in right["reactions"] if reaction["key"] == "jaundice/narrow")
    assert a + c == len(caers.with_term(jaundice["terms"]))
    assert vitamin["log_ratio"] == pytest.approx(math.log(a * d / b / c), rel=1e-5)
    null = next(each for each in source["nulls"] if each["reaction"] == "jaundice/narrow")
    assert null["informative"] == 6

    def likelihood(mean: float, sd: float) -> float:
        found = [(each["log_ratio"], each["standard_error"]) for each in source["controls"] if each["informative"]]
        return sum(-0.5 * math.log(sd**2 + e**2) - 0.5 * (x - mean) ** 2 / (sd**2 + e**2) for x, e in found)

    best = likelihood(null["null"]["mean"], null["null"]["sd"])
    steps = (-0.02, 0.0, 0.02)
    near = [likelihood(null["null"]["mean"] + m, max(0.0, null["null"]["sd"] + s)) for m in steps for s in steps]
    assert max(near) <= best + 1e-6
