"""The page of simulated coverage says what its benchmark finds: a small part of it, simulated again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from phytovigil.signals.registry import MEASURES, RULES, STATISTICS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference" / "measures" / "coverage.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([^`]+)` \| (.+) \|$", re.MULTILINE)
TABLES, PRINTED = 2_000, 20_000
COLUMNS = (1, 10)
"""Expected cases of the columns that are simulated again."""


@pytest.fixture(scope="module")
def benchmark(load_benchmark: Callable[[str], ModuleType]) -> ModuleType:
    return load_benchmark("interval_coverage")


def table_of(title: str) -> dict[str, list[str]]:
    """The cells of a table of the page by name of the row."""
    section = PAGE.partition(f"## {title}, per cent\n")[2].partition("\n## ")[0]
    return {name: cells.split(" | ") for name, cells in ROW.findall(section)}


def check(printed: str, again: float, tables: int) -> None:
    """Within 4.5 standard errors of the difference, and the rounding of the page."""
    share = float(printed) / 100
    spread = max(share * (1 - share), 0.5 / tables)
    on_the_page = tables * PRINTED // TABLES
    allowed = 4.5 * np.sqrt(spread * (1 / tables + 1 / on_the_page)) + 0.0005
    assert again == pytest.approx(share, abs=allowed)


@pytest.mark.parametrize("expected", COLUMNS)
@pytest.mark.parametrize("ratio", [1, 3])
def test_coverage_as_on_the_page(benchmark: ModuleType, expected: int, ratio: int) -> None:
    rows, column = table_of(f"Coverage of 95 % intervals at ratio {ratio}"), benchmark.EXPECTED.index(expected)
    assert rows.keys() >= {name for name, measure in MEASURES.items() if not measure.learns}
    for name, cells in rows.items():
        number = TABLES // benchmark.SLOW.get(name, 1)
        found = benchmark.coverage(name, expected, ratio, TABLES)
        printed = re.findall(r"[\d.]+", cells[column])
        check(printed[0], found[0], number)
        check(printed[-1], found[1], number)


@pytest.mark.parametrize("expected", COLUMNS)
@pytest.mark.parametrize(("title", "ratio"), [("Called by chance at ratio 1", 1), ("Found at ratio 3", 3)])
def test_calls_as_on_the_page(benchmark: ModuleType, title: str, ratio: int, expected: int) -> None:
    rows, column = table_of(title), benchmark.EXPECTED.index(expected)
    learning = {name for name, measure in MEASURES.items() if measure.learns}
    settled = {name for name, rule in RULES.items() if not learning & set(rule.measures)}
    assert rows.keys() >= (MEASURES.keys() - learning) | STATISTICS.keys() | settled
    for name, cells in rows.items():
        number = TABLES // benchmark.SLOW.get(name, 1)
        check(cells[column], benchmark.called(name, expected, ratio, TABLES), number)


def test_tables_without_an_interval_as_on_the_page(benchmark: ModuleType) -> None:
    rows = table_of("Not estimable at ratio 1")
    assert rows.keys() == {"prr", "ror"}
    for name, cells in rows.items():
        check(cells[-1], benchmark.not_estimable(name, 1, 1, TABLES), TABLES)


def test_the_check_would_notice_a_figure_that_is_wrong() -> None:
    with pytest.raises(AssertionError):
        check("95.0", 0.90, TABLES)
    with pytest.raises(AssertionError):
        check("2.5", 0.05, TABLES)
