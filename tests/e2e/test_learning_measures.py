"""EBGM wherever it can be asked for: it learns from all pairs of the population, or is withheld without them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

Ask = Callable[..., dict[str, Any]]

STUDY = """
[study]
name = "niacin-flushing-ebgm"
title = "Niacin and flushing"
question = "Is niacin linked to flushing?"
product = "niacin"
outcomes = ["flushing", "FLUSHING"]
sources = ["caers"]

[selection]
role = "any"

[signal]
measures = ["ror-midp", "ic", "ebgm"]
rule = "eb05"

[[sensitivity]]
label = "women"
sex = ["female"]
"""


@pytest.fixture(scope="module")
def screened(ask: Ask, store: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The row of niacin and FLUSHING in a screen of all pairs, and what was learned."""
    out = tmp_path_factory.mktemp("screen") / "all.parquet"
    question = ("screen", "--source", "caers", "--store", store, "--role", "any", "--measure", "ebgm", "--rule", "eb05")
    answer = ask(*question, "--out", out)
    rows = pyarrow.parquet.read_table(out).to_pylist()
    (row,) = (row for row in rows if (row["product"], row["reaction"]) == ("niacin", "FLUSHING"))
    return {"row": row, "learned": answer["learned"]["ebgm"], "rows": rows}


def test_count_and_signals_give_what_the_screen_gives(ask: Ask, store: Path, screened: dict[str, Any]) -> None:
    asked = ("--product", "niacin", "--source", "caers", "--store", store, "--role", "any", "--measure", "ebgm")
    one = ask("count", *asked, "--reaction", "term:FLUSHING")
    listed = ask("signals", *asked)
    of_list = next(row for row in listed["rows"] if row["reaction"] == "FLUSHING")
    for found in (one["estimates"]["ebgm"], of_list["estimates"]["ebgm"]):
        for part, column in (("point", "ebgm"), ("low", "ebgm_low"), ("high", "ebgm_high")):
            assert found[part] == pytest.approx(screened["row"][column], rel=1e-6)
    for answer in (one, listed):
        assert answer["learned"]["ebgm"]["p"] == pytest.approx(screened["learned"]["p"])
        assert answer["levels"]["ebgm"] == 0.9


def test_the_rule_is_met_where_the_limit_reaches_two(screened: dict[str, Any]) -> None:
    rows = screened["rows"]
    assert any(row["signal"] for row in rows)
    for row in rows:
        assert row["signal"] == (row["ebgm_low"] >= 2), row


def test_a_study_learns_from_each_population_it_names(
    run: Callable[..., Any], store: Path, tmp_path: Path, screened: dict[str, Any], ask: Ask
) -> None:
    file, out = tmp_path / "study.toml", tmp_path / "dossier"
    file.write_text(STUDY, encoding="utf-8")
    assert run("study", file, "--store", store, "--out", out).code == 0
    findings = json.loads((out / "findings.json").read_text("utf-8"))
    pairs = {(pair["label"], pair["reaction"]): pair for pair in findings["sources"][0]["pairs"]}
    main = pairs["main analysis", "FLUSHING"]["estimates"]["ebgm"]
    assert main["low"] == pytest.approx(screened["row"]["ebgm_low"], rel=1e-6)
    women = ask("count", "--product", "niacin", "--reaction", "term:FLUSHING", "--role", "any", "--sex", "female",
                "--measure", "ebgm", "--source", "caers", "--store", store)  # fmt: skip
    assert pairs["women", "FLUSHING"]["estimates"]["ebgm"] == women["estimates"]["ebgm"]
    assert any("learned from all pairs" in sentence for sentence in findings["methods"])


def test_a_snapshot_keeps_what_was_learned(ask: Ask, store: Path, tmp_path: Path) -> None:
    """All pairs are not in a snapshot; what they taught is."""
    file, snapshot = tmp_path / "study.toml", tmp_path / "snapshot"
    file.write_text(STUDY, encoding="utf-8")
    ask("snapshot", file, "--store", store, "--out", snapshot)
    here = ask("study", file, "--store", store, "--out", tmp_path / "one")
    there = ask("study", file, "--snapshot", snapshot, "--out", tmp_path / "two")
    assert [pair["estimates"] for pair in there["sources"][0]["pairs"]] == [
        pair["estimates"] for pair in here["sources"][0]["pairs"]
    ]
    assert there["methods"] == here["methods"]
