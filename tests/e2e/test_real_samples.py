"""The page about FAERS states what the program does with every real sample."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def script(load_benchmark: Callable[[str], ModuleType]) -> ModuleType:
    """The script that writes the table."""
    return load_benchmark("real_samples")


def test_table_of_the_page_is_what_the_program_does(script: ModuleType, shared_data: Path, project_root: Path) -> None:
    page = (project_root / "docs" / "reference" / "faers-ascii.md").read_text("utf-8")
    rows = script.take_in_samples(shared_data)
    assert len(rows) > 10
    assert all(int(row[2].replace(",", "")) == sum(int(cell.replace(",", "")) for cell in row[3:5]) for row in rows)
    assert script.write_table(rows) in page
