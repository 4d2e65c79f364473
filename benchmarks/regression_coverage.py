"""Coverage of the adjusted odds ratio under confounding by co-reported products, with a known truth.

Usage: python benchmarks/regression_coverage.py [--runs N]
Each run simulates 10,000 cases and 100 products; a bystander is named beside the product under study, and so are five
to eight weaker causes. The table is that of docs/reference/measures/regression.md.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from phytovigil.signals.confounding.regression import Plan, choose_penalty
from phytovigil.signals.confounding.regression_design import Design, merge_rows
from phytovigil.signals.confounding.regression_refit import profile_interval
from phytovigil.signals.confounding.regression_solver import probability

CASES, PRODUCTS, CAUSES = 10_000, 100, 15


@dataclass(frozen=True)
class Scenario:
    """exposed : share of cases with the product. Shares of these that name the bystander and each weaker cause."""

    name: str
    ratio: float
    exposed: float
    bystander: tuple[float, float]
    weaker: tuple[int, float, float]
    base: float = -4.6


SCENARIOS = (
    Scenario("a", 1, 0.02, (0.5, 5), (5, 0.2, 2)),
    Scenario("b", 3, 0.008, (0.4, 3), (5, 0.2, 2)),
    Scenario("c", 1, 0.012, (0.6, 4), (8, 0.1, 3), -5),
)
COLUMNS = ("crude", "one selection, 1 SE", "one selection, minimum", "both selections, 1 SE", "both selections")


def simulate(scenario: Scenario, seed: int) -> Design:
    rng = np.random.default_rng(seed)
    frequency = np.minimum(0.2 / np.arange(1, PRODUCTS + 1) ** 0.8, 0.2)
    named = rng.random((CASES, PRODUCTS)) < frequency
    exposed = rng.random(CASES) < scenario.exposed
    number, share, ratio = scenario.weaker
    beside = np.arange(40, 41 + number)
    named[:, beside[0]] |= exposed & (rng.random(CASES) < scenario.bystander[0])
    for place in beside[1:]:
        named[:, place] |= exposed & (rng.random(CASES) < share)
    effects = np.zeros(PRODUCTS)
    effects[beside[0]], effects[beside[1:]] = np.log(scenario.bystander[1]), np.log(ratio)
    others = rng.choice(np.setdiff1d(np.arange(PRODUCTS), beside), CAUSES, replace=False)
    effects[others] = rng.normal(0.8, 0.5, CAUSES)
    chance = probability(scenario.base + named @ effects + np.log(scenario.ratio) * exposed)
    reacted = (rng.random(CASES) < chance).astype(np.float64)
    columns = sparse.csc_array(np.column_stack([exposed, named]).astype(np.float64))
    return merge_rows(Design(columns, 1, reacted, 1 - reacted))


def intervals(design: Design, seed: int) -> list[tuple[float, float, float]]:
    """Log odds ratio with its limits, by each choice of products."""
    outcome = choose_penalty(design, Plan(), seed, 0)
    exposure = choose_penalty(design.of_exposure(), Plan(), seed + 1, 0)
    wide, narrow = outcome.places(outcome.minimum), outcome.places(outcome.one_error)
    beside = exposure.places(exposure.one_error)
    chosen: list[Any] = [np.zeros(0, dtype=np.intp), narrow, wide, np.union1d(narrow, beside), np.union1d(wide, beside)]
    return [profile_interval(design.choose(places)) for places in chosen]


def measure(scenario: Scenario, runs: int) -> str:
    found = np.array([intervals(simulate(scenario, seed), seed) for seed in range(runs)])
    truth = np.log(scenario.ratio)
    held = ((found[:, :, 1] <= truth) & (truth <= found[:, :, 2])).mean(axis=0)
    bias = np.exp(found[:, :, 0].mean(axis=0) - truth)
    cells = [f"{share:.2f} (×{factor:.2f})" for share, factor in zip(held, bias, strict=True)]
    return f"| {scenario.name} | {scenario.ratio:g} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=100)
    asked = parser.parse_args()
    print(f"| | truth | {' | '.join(COLUMNS)} |\n|---|---:|{'---:|' * len(COLUMNS)}")
    for scenario in SCENARIOS:
        print(measure(scenario, asked.runs), flush=True)


if __name__ == "__main__":
    main()
