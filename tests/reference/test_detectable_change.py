"""What is promised about change: unchanged persons are rarely told of one, and a true one is found soon.

The ordinary run sees few persons and asks whether what it saw is compatible with the promise (exact binomial test);
the slow one sees 1,000 and asks for the promise itself. The page prints what the benchmark found; some of its cells
are simulated again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from scipy.stats import binom

from phytovigil.schema.change import TOO_FEW
from phytovigil.simulation.person import PhotoNoise, SkinSettings

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "explanation" / "change-and-noise.md").read_text(encoding="utf-8")
FEW, MANY = 40, 1_000


@pytest.fixture(scope="module")
def benchmark(load_benchmark: Callable[[str], ModuleType]) -> ModuleType:
    return load_benchmark("detectable_change")


def at_most(share: float, promised: float, persons: int) -> bool:
    """Whether so many would be seen in more than one run of 1,000 if the promise just held."""
    return bool(binom.sf(round(share * persons) - 1, persons, promised) > 1e-3)


def at_least(share: float, promised: float, persons: int) -> bool:
    return at_most(1 - share, 1 - promised, persons)


def test_the_bounds_refuse_what_breaks_a_promise() -> None:
    assert not at_most(0.25, 0.05, FEW)
    assert not at_least(0.70, 0.90, FEW)
    assert at_most(0.08, 0.05, FEW)


@pytest.mark.parametrize("size", [5, 8])
def test_unchanged_skin_is_rarely_told_of_a_change(benchmark: ModuleType, size: int) -> None:
    assert at_most(benchmark.share_told(SkinSettings(baseline=size), FEW, 1), 0.05, FEW)


def test_twice_the_smallest_detectable_change_is_found_within_four_photos(benchmark: ModuleType) -> None:
    found, named = benchmark.share_found(SkinSettings(), FEW, 1, 2.0, 10, own=False)
    assert at_least(found, 0.90, FEW)
    assert at_least(named, 0.90, FEW)


def test_one_sitting_is_no_baseline(benchmark: ModuleType) -> None:
    """Why photos of one day count as one: counted as eight days they would tell a third of unchanged persons."""
    assert benchmark.share_told_after_one_sitting(FEW // 2) > 0.15


def test_noise_that_lasts_for_weeks_raises_false_alarms(benchmark: ModuleType) -> None:
    """The check that can fail: with noise of a kind that the rule does not know, the promise is tighter."""
    lasting = SkinSettings(noise=PhotoNoise(lasting=0.97, day=(4.0, 3.0, 3.0)), baseline=12)
    assert benchmark.share_told(lasting, FEW, 1) > 0.1


def test_a_jaundice_like_change_is_named_and_never_called_pigment(benchmark: ModuleType) -> None:
    found, pigment = benchmark.share_yellow(8, 15, 12.0)
    assert pigment == 0
    assert at_least(found, 0.90, 15)


def test_unchanged_pain_is_rarely_told_of_a_change(benchmark: ModuleType) -> None:
    """Daily and weekly, begun when it is bad."""
    for weekly in (False, True):
        told = benchmark.told_pain(benchmark.PAINS["as assumed"], FEW // 2, weekly, benchmark.RUN_IN)
        assert at_most(told, 0.05, FEW // 2)


def test_a_large_change_of_pain_is_found(benchmark: ModuleType) -> None:
    early, late = benchmark.found_pain(benchmark.PAINS["as assumed"], 10, True, None)
    assert at_least(late, 0.90, 10)
    assert early <= late


def test_intervals_of_periods_hold_the_truth(benchmark: ModuleType) -> None:
    holds, _, wrong = (float(cell) / 100 for cell in benchmark.period_cells("AR(1), 0.5 a day", 8, 7, FEW))
    assert at_least(holds, 0.95, FEW)
    assert at_most(wrong, 0.05, FEW)


def test_below_five_days_more_are_asked_for(benchmark: ModuleType) -> None:
    found = benchmark.describe_persons(benchmark.make_persons(SkinSettings(baseline=4, follow=0), 5, 1).series)
    assert {one.verdict for one in found} == {TOO_FEW}
    assert all("more days with usable photos" in one.said for one in found)


def cells_of(title: str) -> dict[str, list[str]]:
    """Rows of the first table under a heading of the page, by their first cell."""
    section = PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+) \|$", section, re.MULTILINE)
    return {cells[0]: cells[1:] for cells in (row.split(" | ") for row in rows)}


def test_the_page_prints_what_the_benchmark_finds(benchmark: ModuleType) -> None:
    """Cells of unchanged skin, simulated again with few persons; all of them are within the promise."""
    table = cells_of("Skin without a change")
    for name, noise in list(benchmark.NOISES.items())[4:5]:
        printed = float(table[name][1]) / 100
        again = benchmark.share_told(SkinSettings(noise=noise, baseline=8), FEW, 8)
        assert binom.sf(round(again * FEW) - 1, FEW, max(printed, 0.005)) > 1e-3
    assert set(benchmark.NOISES) <= set(table)


@pytest.mark.slow
@pytest.mark.parametrize("size", [5, 8, 12, 20])
def test_a_thousand_unchanged_skins(benchmark: ModuleType, size: int) -> None:
    assert benchmark.share_told(SkinSettings(baseline=size), MANY, benchmark.SEED + size) <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize("size", [8, 12, 20])
def test_a_thousand_changed_skins(benchmark: ModuleType, size: int) -> None:
    found, named = benchmark.share_found(SkinSettings(baseline=size), MANY, benchmark.SEED + size, 2.0, 10, False)
    assert found >= 0.90
    assert named >= 0.90


@pytest.mark.slow
@pytest.mark.parametrize("weekly", [False, True])
@pytest.mark.parametrize("name", ["as assumed", "begin in a very bad week"])
def test_a_thousand_unchanged_pains(benchmark: ModuleType, name: str, weekly: bool) -> None:
    assert benchmark.told_pain(benchmark.PAINS[name], MANY, weekly, benchmark.RUN_IN) <= 0.05


@pytest.mark.slow
def test_a_thousand_comparisons_of_periods(benchmark: ModuleType) -> None:
    draws = [benchmark.period_cells("days independent", 8, 14, MANY)]
    assert np.mean([float(cells[0]) for cells in draws]) >= 94.0
