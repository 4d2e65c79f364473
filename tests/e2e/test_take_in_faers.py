"""FAERS quarters from files to answers, on simulated quarters of which one is damaged."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import phytovigil
from phytovigil.study import pacing

Ask = Callable[..., dict[str, Any]]
Run = Callable[..., Any]
Refuse = Callable[..., str]

XML = """<?xml version="1.0" encoding="UTF-8"?><ichicsr lang="en"><ichicsrmessageheader>
<messagesenderidentifier>FDA-Public Use</messagesenderidentifier></ichicsrmessageheader><safetyreport>
<safetyreportversion>1</safetyreportversion><safetyreportid>10003300</safetyreportid>
<receivedate>20140306</receivedate><receiptdate>20140306</receiptdate>
<sender><senderorganization>FDA-Public Use</senderorganization></sender>
<patient><reaction><reactionmeddrapt>NAUSEA</reactionmeddrapt></reaction>
<drug><drugcharacterization>1</drugcharacterization><medicinalproduct>KAVA ROOT</medicinalproduct></drug></patient>
</safetyreport></ichicsr>
"""

ROLES = {"primary": ("PS",), "suspect": ("PS", "SS", "I"), "any": ("PS", "SS", "I", "C")}


@pytest.fixture(scope="module")
def quarters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three quarters of 100 reports each; in 2019Q1 a row of DRUG is lost and two rows share a line."""
    folder = tmp_path_factory.mktemp("faers") / "made"
    phytovigil.Workspace("no-store").simulate(folder, reports=300, quarters="2018Q4..2019Q2", seed=5)
    shutil.rmtree(folder / "truth")
    for readme in folder.rglob("*README*"):
        readme.unlink()
    drug = next(folder.rglob("DRUG19Q1.txt"))
    lines = drug.read_bytes().split(b"\r\n")
    lines[5:7] = [lines[5] + lines[6]]
    lines[20] = b"lost$row"
    drug.write_bytes(b"\r\n".join(lines))
    return folder


@pytest.fixture(scope="module")
def ledger(ask: Ask, quarters: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("store") / "store"
    return {**ask("ingest", quarters, "--store", folder, "--memory", "2GB"), "folder": folder}


@pytest.fixture(scope="module")
def store(ledger: dict[str, Any]) -> Path:
    folder: Path = ledger["folder"]
    return folder


def test_ledger_counts_repairs_and_orphans_of_each_file(ledger: dict[str, Any]) -> None:
    drug = next(file for file in ledger["files"] if file["file"].endswith("DRUG19Q1.txt"))
    assert (drug["rows_quarantined"], drug["rows_repaired"], drug["rows_orphaned"]) == (1, 1, 0)
    assert {(reason["scope"], reason["reason"]) for reason in drug["reasons"]} == {
        ("row", "wrong-column-count"),
        ("repair", "joined-rows"),
    }
    assert ledger["reports"] == 300
    for total in ("rows_read", "rows_kept", "rows_repaired", "rows_orphaned"):
        assert ledger[total] == sum(file[total] for file in ledger["files"])


def test_repairs_are_listed_beside_what_was_put_aside(ask: Ask, store: Path) -> None:
    answer = ask("quarantine", "--source", "faers", "--store", store)
    assert [(entry["scope"], entry["reason"], entry["line"]) for entry in answer["entries"]] == [
        ("repair", "joined-rows", 6),
        ("row", "wrong-column-count", 21),
    ]


def test_text_has_a_block_for_each_quarter(run: Run, ledger: dict[str, Any], quarters: Path, tmp_path: Path) -> None:
    done = run("ingest", quarters, "--store", tmp_path / "store")
    heads = [line for line in done.out.splitlines() if "→" in line]
    releases = list(dict.fromkeys(file["release"] for file in ledger["files"]))
    files = [sum(file["release"] == release for file in ledger["files"]) for release in releases]
    assert heads == [
        f"faers {name} → {release}: {number} files"
        for name, release, number in zip(("2018Q4", "2019Q1", "2019Q2"), releases, files, strict=True)
    ]
    assert done.err == ""
    again = run("ingest", quarters, "--store", tmp_path / "store")
    assert again.out == f"{sum(files)} files are already in the store as 3 releases; nothing changed.\n"


def test_a_run_is_continued_where_it_stopped(run: Run, quarters: Path, store: Path, tmp_path: Path) -> None:
    first = next(folder for folder in sorted(quarters.iterdir()) if "2018Q4" in folder.name)
    assert run("ingest", first, "--store", tmp_path / "store").code == 0
    done = run("ingest", quarters, "--store", tmp_path / "store")
    assert [line.split()[1] for line in done.out.splitlines() if "→" in line] == ["2019Q1", "2019Q2"]
    assert "7 files are already in the store as faers-2018-12-31-" in done.out
    manifests = [(folder / "manifest.json").read_text() for folder in (tmp_path / "store", store)]
    assert manifests[0].count("faers-") == manifests[1].count("faers-")


@pytest.mark.parametrize(("quarter", "day"), [("2018Q4", "2018-12-31"), ("2019q1", "2019-03-31")])
def test_a_quarter_is_its_last_day(ask: Ask, store: Path, quarter: str, day: str) -> None:
    question = ("signals", "--product", "reported:SIMULATED DRUG 00001", "--role", "any", "--min-cases", "1")
    answer, same = (ask(*question, "--store", store, "--as-of", date) for date in (quarter, day))
    assert answer == same
    assert answer["as_of"] == day
    assert len(answer["releases"]) == (1 if day == "2018-12-31" else 2)
    pv = phytovigil.open(store)
    assert pv.signals("reported:SIMULATED DRUG 00001", role="any", min_cases=1, as_of=quarter) == answer
    assert pv.quarantine(source="faers", as_of="2018Q4")["entries"] == []


def test_one_date_for_several_quarters_is_refused(refuse: Refuse, quarters: Path, tmp_path: Path) -> None:
    said = refuse(2, "ingest", quarters, "--as-of", "2019Q2", "--store", tmp_path / "store")
    assert "3 releases; their names say 2018-12-31 to 2019-06-30" in said
    assert not (tmp_path / "store").exists()


def test_a_date_may_be_stated_for_one(ask: Ask, quarters: Path, tmp_path: Path) -> None:
    first = next(folder for folder in sorted(quarters.iterdir()) if "2018Q4" in folder.name)
    answer = ask("ingest", first, "--as-of", "2019Q3", "--store", tmp_path / "store")
    assert {file["as_of"] for file in answer["files"]} == {"2019-09-30"}


@pytest.mark.parametrize("amount", ["lots", "2", "1MB", "-2GB"])
def test_memory_that_is_none_or_too_little_is_refused(
    refuse: Refuse, quarters: Path, tmp_path: Path, amount: str
) -> None:
    assert f"“{amount}”" in refuse(2, "ingest", quarters, f"--memory={amount}", "--store", tmp_path / "store")


def reports_naming(rows: list[list[str]], name: str) -> dict[str, set[str]]:
    return {role: {row[0] for row in rows if row[4] == name and row[3] in codes} for role, codes in ROLES.items()}


def test_primary_suspects_are_those_that_the_files_mark(ask: Ask, quarters: Path, tmp_path: Path) -> None:
    """One quarter, in which no case has two versions; its DRUG file is read line by line."""
    folder = next(folder for folder in sorted(quarters.iterdir()) if "2018Q4" in folder.name)
    rows = [line.split("$") for line in next(folder.rglob("DRUG18Q4.txt")).read_text().splitlines()[1:]]
    name, named = next(
        (name, named)
        for name in sorted({row[4] for row in rows})
        if len(set(map(len, (named := reports_naming(rows, name)).values()))) == len(ROLES)
    )
    ask("ingest", folder, "--store", tmp_path / "store")
    term = next(folder.rglob("REAC18Q4.txt")).read_text().splitlines()[1].split("$")[2]
    for role, reports in named.items():
        question = ("count", "--product", f"reported:{name}", "--reaction", f"term:{term.upper()}", "--role", role)
        answer = ask(*question, "--store", tmp_path / "store")
        assert answer["a"] + answer["b"] == len(reports), role
        assert answer["n"] == 100


def test_primary_suspect_is_refused_where_nothing_marks_one(refuse: Refuse, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "ADR14Q1.xml"
    file.write_text(XML)
    assert run("ingest", file, "--store", tmp_path / "store").code == 0
    question = ("count", "--product", "kava", "--reaction", "NAUSEA", "--store", tmp_path / "store")
    assert run(*question).code == 0
    assert "faers-xml does not mark the primary suspect" in refuse(7, *question, "--role", "primary")


def test_progress_goes_once_over_all_files(quarters: Path, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    total = sum(file.stat().st_size for file in quarters.rglob("*.txt"))
    for place in ("first run", "second run"):
        seen.clear()
        phytovigil.open(tmp_path / "store").ingest([quarters], progress=lambda *step: seen.append(step))
        done = [step[1] for step in seen]
        assert {step[2] for step in seen} == {total}, place
        assert done == sorted(done)
        assert done[-1] == total
        assert seen[-1][0] == "case tables of faers"


def test_disk_space_is_announced_for_a_large_intake_only(
    quarters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    phytovigil.open(tmp_path / "small").ingest([quarters], notice=said.append)
    assert said == []
    monkeypatch.setattr("phytovigil.study.pacing.WORTH_TELLING", 1)
    for _ in ("new", "held already"):
        phytovigil.open(tmp_path / "large").ingest([quarters], notice=said.append)
    assert len(said) == 1
    assert said[0].startswith("Taking in 0.0 GB of text; the store will need up to 0.0 GB, ")
    assert said[0].endswith(" GB are free.")


def test_disk_space_is_asked_for_what_is_new_only(
    refuse: Refuse, run: Run, quarters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With room for two of three quarters, all three are refused, and go in when the first is there."""
    folders = sorted(folder for folder in quarters.iterdir() if folder.is_dir())
    sizes = [sum(file.stat().st_size for file in folder.rglob("*.txt")) for folder in folders]
    assert len(sizes) == 3
    assert run("ingest", *folders[:1], "--store", tmp_path / "store").code == 0
    room = int(sum(sizes[1:]) * pacing.SHARE_STORED + max(sizes) * pacing.SHARE_STAGED) + 1
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=room))
    assert "GB of disk" in refuse(6, "ingest", *folders, "--store", tmp_path / "other")
    assert run("ingest", *folders, "--store", tmp_path / "store").code == 0
