"""Suspected duplicates of real data beside one reading of them, drawn at random from bands of probability.

Who read, and how: docs/reference/duplicates-read-by-hand.md.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import phytovigil

FILES = {
    "faers-dashboard": Path("faers_dashboard") / "kratom_2008-06_2025-11.csv",
    "caers": Path("caers") / "CAERS_ASCII_2004_2017Q2.zip",
}
Reading = dict[str, str]


def read_verdicts(source: str) -> list[Reading]:
    with (Path(__file__).parent / "pairs_read_by_hand.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["source"] == source]


def folded_together(shared_data: Path, folder: Path, source: str) -> set[frozenset[str]]:
    """Pairs of cases that share a cluster, every two of its cases."""
    workspace = phytovigil.open(folder)
    workspace.ingest([shared_data / FILES[source]])
    answer: dict[str, Any] = workspace.cases.duplicates(source=source, least=0.0, most=None)
    pairs = {frozenset((pair["case"], pair["other_case"])) for pair in answer["pairs"] if pair["cluster"] is not None}
    assert pairs
    return pairs


def count_verdicts(source: str, together: set[frozenset[str]]) -> Counter[str]:
    """Verdicts of the pairs that were read and that share a cluster."""
    return Counter(
        row["verdict"] for row in read_verdicts(source) if frozenset((row["case"], row["other_case"])) in together
    )


def test_readings_are_complete() -> None:
    for source in FILES:
        rows = read_verdicts(source)
        assert len(rows) == len({frozenset((row["case"], row["other_case"])) for row in rows}) > 390
        assert {row["verdict"] for row in rows} == {"same", "different", "cannot tell"}
        assert all(row["why"] for row in rows)


def test_the_listing_of_kratom_folds_what_was_read_as_one(shared_data: Path, tmp_path: Path) -> None:
    found = count_verdicts("faers-dashboard", folded_together(shared_data, tmp_path / "store", "faers-dashboard"))
    assert found["different"] == 0
    assert found["same"] >= 100
    assert found["cannot tell"] <= 0.05 * found.total()


@pytest.mark.slow
def test_caers_folds_no_pair_that_was_read_as_two(shared_data: Path, tmp_path: Path) -> None:
    found = count_verdicts("caers", folded_together(shared_data, tmp_path / "store", "caers"))
    assert found["different"] == 0
    assert found["same"] >= 30
    assert found["cannot tell"] <= 0.25 * found.total()
