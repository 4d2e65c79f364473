"""A dossier holds as long as nobody changed it, and every change is found, also one that was covered up."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Ask = Callable[..., dict[str, Any]]

STUDY = """
[study]
name = "kava-jaundice"
title = "Kava and jaundice"
question = "Is kava linked to jaundice?"
product = "kava"
outcomes = ["jaundice"]
sources = ["caers"]
vocabulary = "2026-11-22"
reactions = "2026-11-22"
"""


@pytest.fixture(scope="module")
def made(ask: Ask, three_cases: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    (folder / "study.toml").write_text(STUDY)
    ask("study", folder / "study.toml", "--store", three_cases, "--out", folder / "dossier")
    return folder / "dossier"


@pytest.fixture
def dossier(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "dossier"))


def verify(run: Callable[..., Any], check: Callable[[Any], Any], folder: Path) -> dict[str, Any]:
    """What `verify` finds in a dossier that does not hold."""
    done = run("verify", folder, "--json")
    assert done.code == 6
    assert "does not hold" in done.err
    answer: dict[str, Any] = check(json.loads(done.out))
    assert not answer["holds"]
    return answer


def test_a_dossier_holds_wherever_it_is_carried(ask: Ask, dossier: Path, tmp_path: Path) -> None:
    """It needs no store; a file of somebody else beside it is told and does no harm."""
    carried = Path(shutil.move(dossier, tmp_path / "elsewhere"))
    (carried / "notes of mine.txt").write_text("seen")
    answer = ask("verify", carried)
    assert answer["holds"]
    assert answer["recomputed"] == answer["files"] == sum(1 for file in carried.rglob("*") if file.is_file()) - 2
    assert [change["file"] for change in answer["changes"]] == ["notes of mine.txt"]


def change_count(dossier: Path) -> None:
    """One more case with product and reaction."""
    file = dossier / "snapshot/counts.csv"
    rows = list(csv.reader(io.StringIO(file.read_text())))
    main = next(row for row in rows if row[2:4] == ["jaundice/narrow", "suspect role"])
    place = rows[0].index("a")
    main[place] = str(int(main[place]) + 1)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    file.write_text(text.getvalue())


def cover_up(dossier: Path) -> None:
    """Set every hash right again, of the snapshot and of the manifest."""
    for name, key in (("snapshot/snapshot.json", "snapshot"), ("manifest.json", "")):
        content = json.loads((dossier / name).read_text())
        for file in content["files"]:
            raw = (dossier / key / file).read_bytes()
            digest = hashlib.sha256(raw).hexdigest()
            content["files"][file] = digest if key else {"bytes": len(raw), "sha256": digest}
        (dossier / name).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def test_one_changed_count_makes_it_fail(run: Any, check: Any, dossier: Path) -> None:
    change_count(dossier)
    answer = verify(run, check, dossier)
    assert [change["file"] for change in answer["changes"]] == ["snapshot/counts.csv"]
    values = {item["file"]: item["values"] for item in answer["differences"]}["findings.json"]
    assert {"path": "sources.0.pairs.0.a", "held": "1", "recomputed": "2"} in values


def test_hashes_set_right_do_not_help(run: Any, check: Any, dossier: Path) -> None:
    change_count(dossier)
    cover_up(dossier)
    answer = verify(run, check, dossier)
    assert answer["changes"] == []
    assert {"dossier.html", "findings.json"} <= {item["file"] for item in answer["differences"]}


@pytest.mark.parametrize("name", ["dossier.html", "findings.json", "study/study.toml", "figures/forest-caers.svg"])
def test_any_changed_file_is_named(run: Any, check: Any, dossier: Path, name: str) -> None:
    file = dossier / name
    file.write_bytes(file.read_bytes() + b"\n")
    assert name in {change["file"] for change in verify(run, check, dossier)["changes"]}


def test_a_missing_file_and_a_missing_snapshot(run: Any, check: Any, dossier: Path) -> None:
    (dossier / "findings.json").unlink()
    shutil.rmtree(dossier / "snapshot")
    answer = verify(run, check, dossier)
    assert {"findings.json", "snapshot/counts.csv"} <= {item["file"] for item in answer["changes"]}
    assert "cannot be read" in answer["failure"]


def test_no_dossier_at_all(refuse: Callable[..., str], tmp_path: Path) -> None:
    assert "no manifest.json" in refuse(6, "verify", tmp_path)


def test_in_words(run: Any, dossier: Path) -> None:
    assert "have the same bytes" in run("verify", dossier).out
    change_count(dossier)
    said = run("verify", dossier).out
    assert "snapshot/counts.csv: changed" in said
    assert "sources.0.pairs.0.a: 1, recomputed 2" in said
