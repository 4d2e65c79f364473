"""Suspected duplicates on simulated reports whose duplicates are known, beside the best that can be reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@dataclass(frozen=True)
class Measured:
    """Figures of one world, as `benchmarks/link_reports.py` computes them."""

    figures: dict[str, Any]

    @property
    def bound(self) -> dict[str, Any]:
        told: dict[str, Any] = self.figures["bound"]
        return told

    def right_from(self, probability: float) -> tuple[int, int]:
        """Pairs of stated probability from here on, and how many of them are right."""
        bands = [band for band in self.figures["bands"] if band["low"] >= probability]
        return sum(band["pairs"] for band in bands), sum(band["right"] for band in bands)


@pytest.fixture(scope="module")
def benchmark_module(load_benchmark: Callable[[str], ModuleType]) -> ModuleType:
    return load_benchmark("link_reports")


@pytest.fixture(scope="module")
def usual(benchmark_module: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    folder = tmp_path_factory.mktemp("linked")
    return Measured(benchmark_module.measure(12_000, 11, "usual", True, folder))


def test_precision_and_recall_on_a_small_database(usual: Measured) -> None:
    assert usual.figures["true_pairs"] > 450
    assert usual.figures["precision"] >= 0.98
    assert usual.figures["recall"] >= 0.75
    assert usual.figures["recall_at_precision"]["0.98"] >= 0.90


def test_most_pairs_of_one_event_are_compared(usual: Measured) -> None:
    assert usual.figures["found_among_kept"] / usual.figures["true_pairs"] > 0.94


def test_a_sure_pair_is_right_as_often_as_it_says(usual: Measured) -> None:
    pairs, right = usual.right_from(0.95)
    assert pairs > 300
    assert right / pairs >= 0.95
    stated = sum(band["pairs"] * band["stated"] for band in usual.figures["bands"] if band["pairs"])
    assert sum(band["right"] for band in usual.figures["bands"]) == pytest.approx(stated, rel=0.1)


def test_no_wrong_pair_of_patients_is_grouped_but_few(usual: Measured) -> None:
    assert usual.figures["grouped_pairs"] > 300
    assert usual.figures["grouped_wrong"] <= 0.01 * usual.figures["grouped_pairs"]
    assert usual.figures["grouped_recall"] > 0.70


def test_the_simulators_own_ratio_is_not_beaten(usual: Measured) -> None:
    """What the generating model reaches bounds every method; a linkage above it would have seen the truth."""
    for bar in ("0.99", "0.98", "0.95"):
        assert usual.figures["recall_at_precision"][bar] <= usual.bound["recall_at_precision"][bar] + 0.005
    assert usual.bound["recall"] > 0.98


@pytest.mark.slow
@pytest.mark.parametrize("world", ["usual", "blank", "common"])
def test_two_hundred_thousand_reports(benchmark_module: ModuleType, tmp_path: Path, world: str) -> None:
    told = Measured(benchmark_module.measure(200_000, 12, world, True, tmp_path))
    assert told.figures["recall_at_precision"]["0.98"] >= 0.90
    assert told.figures["precision"] >= 0.98
    assert told.figures["megabytes"] < 3_000
    pairs, right = told.right_from(0.95)
    assert right / pairs >= 0.95
