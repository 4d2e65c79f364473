"""`phytovigil evidence …` as a person uses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phytovigil.evidence.loading import DATA

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """The library on kratom with one share that is wrong."""
    for file in (DATA / "kratom").glob("*.toml"):
        text = file.read_text("utf-8").replace("value = 59.9, unit", "value = 95.9, unit")
        (tmp_path / file.name).write_text(text, "utf-8")
    return tmp_path


def test_rows_in_words(run: Callable[..., Any]) -> None:
    out = run("evidence", "list", "kratom", "--kind", "trial").out
    assert "trial-cold-pressor" in out
    assert "Context is shown and never computed with." in out
    shown = run("evidence", "show", "law-us-7oh-order").out
    assert "unknown: verify" in shown
    assert "no legal advice" in shown
    assert "15.0 s (SD 19.0)" in run("evidence", "show", "trial-cold-pressor").out


def test_a_wrong_figure_ends_the_check_with_its_code(run: Callable[..., Any], wrong: Path) -> None:
    done = run("evidence", "check", wrong)
    assert done.code == 5
    assert "FAILS: death-sudors-2016-2017, cause." in done.out
    said = "1 comparison fails, first death-sudors-2016-2017, cause. Compare the figures with their source."
    assert done.err == f"phytovigil: {said}\n"
    assert run("evidence", "check").code == 0


def test_a_wrong_folder_and_an_unknown_row_are_one_line(
    refuse: Callable[..., str], wrong: Path, tmp_path: Path
) -> None:
    assert "“cause” contradicts other figures" in refuse(5, "evidence", "list", "--evidence", wrong)
    assert "holds no library.toml" in refuse(5, "evidence", "check", tmp_path / "none")
    assert "Did you mean “trial-cold-pressor”" in refuse(3, "evidence", "show", "trial-cold-presser")
