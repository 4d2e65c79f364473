"""Nonsense is refused before a file is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phytovigil.errors import InvalidRequest
from phytovigil.simulation import Confounder, Parameters, PlantedLink, simulate

NONSENSE: list[Callable[[], object]] = [
    lambda: Parameters(duplicate_share=1.5),
    lambda: Parameters(deleted_share=-0.1),
    lambda: Parameters(spelling_share=float("nan")),
    lambda: Parameters(follow_up_share=0.5),
    lambda: Parameters(products=0),
    lambda: Parameters(reactions=100_000),
    lambda: Parameters(planted=(PlantedLink(2.0),) * 201),
    lambda: Parameters(marginals={"coded": {}}),
    lambda: PlantedLink(0.0),
    lambda: PlantedLink(-1.0),
    lambda: PlantedLink(float("nan")),
    lambda: PlantedLink(20.0, reaction_share=0.1),
    lambda: PlantedLink(2.0, product_share=2.0),
    lambda: Confounder(boost=0),
    lambda: Confounder(boost=200),
    lambda: Confounder(sex="X"),
    lambda: Confounder(youngest=65),
    lambda: Confounder(youngest=80, oldest=60),
]


@pytest.mark.parametrize("make", NONSENSE)
def test_nonsense_parameters_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises(InvalidRequest) as error:
        make()
    assert error.value.hint


@pytest.mark.parametrize(
    "change",
    [
        {"reports": 0},
        {"reports": 1},
        {"reports": 10**9},
        {"quarters": []},
        {"quarters": ["2020Q1", "2020Q1"]},
        {"quarters": ["2020Q2", "2020Q1"]},
        {"quarters": ["2020Q5"]},
        {"quarters": ["2003Q4"]},
        {"quarters": ["2020"]},
        {"seed": -1},
        {"seed": 2**63},
    ],
)
def test_nonsense_requests_are_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    request: dict[str, Any] = {"reports": 10, "quarters": ["2020Q1", "2020Q2"], "seed": 1}
    with pytest.raises(InvalidRequest):
        simulate(tmp_path / "out", **request | change)
    assert not (tmp_path / "out").exists()


def test_a_folder_with_content_is_refused(tmp_path: Path) -> None:
    (tmp_path / "DEMO20Q1.txt").write_text("real")
    with pytest.raises(InvalidRequest, match="not an empty folder"):
        simulate(tmp_path, reports=10, quarters=["2020Q1"], seed=1)
    assert [path.name for path in tmp_path.iterdir()] == ["DEMO20Q1.txt"]


def test_nothing_planted_is_allowed(tmp_path: Path) -> None:
    parameters = Parameters(planted=(), confounder=None)
    truth = simulate(tmp_path / "out", reports=50, quarters=["2020q1"], seed=1, parameters=parameters)
    assert truth.pairs == ()
    assert truth.quarters == {"2020Q1": 50}
