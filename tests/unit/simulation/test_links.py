"""Planted ratios come back, the confounder deceives until it is stratified."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from phytovigil.simulation import Confounder, Parameters, PlantedLink, Truth, simulate

RATIOS = (0.5, 1.0, 2.0, 5.0)
STANDARD_ERRORS = 4.0


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    folder = tmp_path_factory.mktemp("links") / "out"
    planted = tuple(PlantedLink(ratio, product_share=0.05, reaction_share=0.04) for ratio in RATIOS)
    confounder = Confounder(boost=6.0, product_share=0.04, reaction_share=0.04)
    parameters = Parameters(planted=planted, confounder=confounder)
    return simulate(folder, reports=40_000, quarters=["2022Q1", "2022Q2"], seed=11, parameters=parameters)


def log_ratio(cells: tuple[int, int, int, int]) -> tuple[float, float]:
    """Logarithm of the proportional reporting ratio and its standard error (Evans 2001, doi:10.1002/pds.677)."""
    a, b, c, d = cells
    error = math.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
    return math.log((a / (a + b)) / (c / (c + d))), error


@pytest.mark.parametrize("pair", range(len(RATIOS)))
def test_planted_ratio_is_recovered(truth: Truth, pair: int) -> None:
    told = truth.pairs[pair]
    assert (told.kind, told.ratio) == ("planted", RATIOS[pair])
    found, error = log_ratio(told.counts["any_role"])
    assert error < 0.2
    assert abs(found - math.log(told.ratio)) < STANDARD_ERRORS * error


def test_shares_are_as_stated(truth: Truth) -> None:
    a, b, c, d = truth.pairs[1].counts["any_role"]
    assert (a + b) / truth.cases_left == pytest.approx(0.05, abs=0.006)
    assert c / (c + d) == pytest.approx(0.04 * 0.95, abs=0.006)


def test_confounder_deceives_until_stratified(truth: Truth) -> None:
    told = truth.pairs[-1]
    assert told.kind == "confounded"
    crude, error = log_ratio(told.counts["any_role"])
    assert crude > STANDARD_ERRORS * error
    for stratum in ("any_role_in_band", "any_role_outside_band"):
        found, error = log_ratio(told.counts[stratum])
        assert abs(found) < STANDARD_ERRORS * error
    strata = zip(told.counts["any_role_in_band"], told.counts["any_role_outside_band"], strict=True)
    assert tuple(map(sum, strata)) == told.counts["any_role"]


def test_band_of_the_truth_is_that_of_the_files(tmp_path: Path) -> None:
    parameters = Parameters(planted=(), duplicate_share=0.2)
    truth = simulate(tmp_path / "out", reports=3_000, quarters=["2022Q1"], seed=5, parameters=parameters)
    path = tmp_path / "out" / "faers_ascii_2022Q1" / "ascii" / "DEMO22Q1.txt"
    header, *lines = path.read_text().splitlines()
    rows = [dict(zip(header.split("$"), line.split("$"), strict=True)) for line in lines]
    years = {"YR": 1, "DEC": 10}
    inside = [row["sex"] == "F" and 60 <= int(row["age"] or 0) * years.get(row["age_cod"], 0) < 80 for row in rows]
    assert sum(truth.pairs[0].counts["any_role_in_band"]) == sum(inside) > 300
