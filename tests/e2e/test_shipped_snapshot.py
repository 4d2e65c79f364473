"""The snapshot that comes with the program is what the program makes of the raw files, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

import phytovigil
from phytovigil.study.snapshots import read_snapshot, shipped_snapshot

STUDY = "examples/kratom-claims.toml"


@pytest.fixture(scope="module")
def shipped() -> Path:
    folder = shipped_snapshot("kratom-claims")
    assert folder is not None
    return folder


@pytest.fixture(scope="module")
def rebuilt(project_root: Path, store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rebuilt") / "snapshot"
    phytovigil.open(store).snapshot(project_root / STUDY, folder)
    return folder


def test_rebuilding_gives_the_same_bytes(shipped: Path, rebuilt: Path) -> None:
    assert {file.name for file in rebuilt.iterdir()} == {file.name for file in shipped.iterdir()}
    for name in ("snapshot.json", "counts.csv", "noted.json"):
        assert (rebuilt / name).read_bytes() == (shipped / name).read_bytes(), f"{name}: run `make snapshot DATA=...`"


def test_it_belongs_to_the_study_as_it_is_written(project_root: Path, shipped: Path) -> None:
    """A changed study file would name counts that the snapshot may not hold."""
    study = phytovigil.load_study(project_root / STUDY)
    assert read_snapshot(shipped).provenance["study"]["sha256"] == study.sha256


def test_it_holds_no_raw_text_and_little_else(shipped: Path) -> None:
    snapshot = read_snapshot(shipped)
    assert snapshot.provenance["cases"] is False
    assert not any(name.startswith("cases:") for answers in snapshot.record.values() for name in answers.notes)
    assert sum(file.stat().st_size for file in shipped.iterdir()) < 500_000


def test_an_empty_store_falls_back_on_it(project_root: Path, tmp_path: Path) -> None:
    findings = phytovigil.open(tmp_path / "none").study(project_root / STUDY)
    assert [source["case_list"] for source in findings["sources"]] == [[], []]
    jaundice = next(pair for pair in findings["sources"][0]["pairs"] if pair["reaction"] == "jaundice/narrow")
    assert (jaundice["a"], jaundice["b"], jaundice["n"]) == (4, 30, 64517)
