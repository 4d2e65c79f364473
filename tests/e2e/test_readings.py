"""Every count with and without likely names and suspected duplicates, in commands and in studies."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Ask = Callable[..., dict[str, Any]]
KRATOM = ("--product", "kratom", "--reaction", "jaundice", "--role", "any", "--source", "caers")
LISTED = ("--product", "kratom", "--reaction", "jaundice", "--role", "any", "--source", "faers-dashboard")


@pytest.fixture(scope="module")
def own(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store, of this file's own: duplicates are searched in it."""
    return Path(shutil.copytree(store, tmp_path_factory.mktemp("readings") / "store"))


def product_cases(answer: dict[str, Any]) -> int:
    return int(answer["a"] + answer["b"])


def test_likely_names_add_the_misspelt_cases_and_no_others(ask: Ask, store: Path, shared_data: Path) -> None:
    """Of CAERS, 34 reports hold KRATOM or MITRAGYN, and three more a word that is one of them misspelt."""
    certain = ask("count", *KRATOM, "--store", store)
    likely = ask("count", *KRATOM, "--likely-names", "--store", store)
    assert product_cases(certain) == 34
    assert product_cases(likely) == certain["with_likely_names"]["product_cases"] == 37
    assert likely["with_likely_names"] is None
    assert likely["selection"]["text"] == "any role; with likely names"
    assert (certain["a"], likely["a"]) == (4, certain["with_likely_names"]["a"])


def test_an_older_vocabulary_answers_as_it_did(ask: Ask, store: Path) -> None:
    """The counts of 2026-11, which knows no likely names."""
    old = ask("count", *KRATOM, "--vocabulary", "2026-11", "--likely-names", "--store", store)
    assert [old[cell] for cell in "abcd"] == [4, 30, 499, 63_984]
    assert old["vocabulary"]["products"] == "2026-11"


def test_folding_leaves_out_what_the_search_says(ask: Ask, own: Path) -> None:
    kept = ask("count", *LISTED, "--store", own)
    folded = ask("count", *LISTED, "--fold-duplicates", "--store", own)
    linked = ask("cases", "link", "--source", "faers-dashboard", "--store", own)
    assert product_cases(kept) == 1_503
    assert product_cases(folded) == 1_503 - linked["folded"] < 1_503
    assert folded["selection"]["text"] == "any role; suspected duplicates folded"


def test_a_decision_changes_the_count_by_its_case(ask: Ask, own: Path, tmp_path: Path) -> None:
    """One sure pair of two that nothing else resembles, decided to be different."""
    where = ("--source", "faers-dashboard", "--least", "0.95", "--most", "2000", "--store", own)
    pairs = ask("cases", "duplicates", *where)["pairs"]
    pair = next(pair for pair in pairs if pair["cluster"] is not None and len(pair["members"]) == 2)
    file = tmp_path / "pairs.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["source", "case", "other_case", "decision", "by", "date", "note"])
        writer.writerow(["faers-dashboard", pair["case"], pair["other_case"], "different", "JD", "2026-11-22", ""])
    folded = ask("count", *LISTED, "--fold-duplicates", "--store", own)
    decided = ask("count", *LISTED, "--fold-duplicates", "--pair-decisions", file, "--store", own)
    assert product_cases(decided) == product_cases(folded) + 1


def test_a_study_is_answered_with_and_without(ask: Ask, own: Path, tmp_path: Path, project_root: Path) -> None:
    text = (project_root / "examples" / "kratom-skin.toml").read_text("utf-8")
    file = tmp_path / "study.toml"
    file.write_text(text.partition("[specifications]")[0], encoding="utf-8")  # curve and controls are not asked here
    findings = ask("study", file, "--store", own, "--out", tmp_path / "dossier")
    listing = next(source for source in findings["sources"] if source["source"] == "faers-dashboard")
    counted = ask("count", *LISTED, "--fold-duplicates", "--store", own)
    told = listing["duplicates"]
    assert told["treatment"] == "kept"
    assert told["product_cases"] - told["product_folded"] == product_cases(counted)
    [folded] = [
        pair
        for pair in listing["pairs"]
        if pair["label"] == "suspected duplicates folded" and pair["reaction"] == "jaundice/narrow"
    ]
    assert (folded["a"], folded["b"]) == (counted["a"], counted["b"])
    caers = next(source for source in findings["sources"] if source["source"] == "caers")
    assert sum(name["cases"] for name in caers["likely"]) >= 3
    page = (tmp_path / "dossier" / "dossier.html").read_text("utf-8")
    assert "Names that are likely kratom and are not counted" in page
    assert "suspected to repeat another one" in page


HEADING = "source,case,other_case,decision,by,date,note\n"
STUDY = """
[study]
name = "decided"
title = "Decided"
question = "Is kratom linked to jaundice?"
product = "kratom"
outcomes = ["jaundice"]
sources = ["caers"]
pair_decisions = "pairs.csv"
"""


def test_a_snapshot_answers_for_the_decisions_that_it_was_counted_with(
    ask: Ask, refuse: Callable[..., str], small: Path, tmp_path: Path
) -> None:
    study, decisions, folder = tmp_path / "study.toml", tmp_path / "pairs.csv", tmp_path / "snapshot"
    study.write_text(STUDY, encoding="utf-8")
    decisions.write_text(HEADING, encoding="utf-8")
    written = ask("snapshot", study, "--out", folder, "--store", small)
    findings = ask("study", study, "--snapshot", folder, "--out", tmp_path / "dossier")
    assert findings["pair_decisions"] == written["pair_decisions"]
    assert findings["pair_decisions"]["file"] == "pairs.csv"
    decisions.write_text(f"{HEADING}caers,1,2,different,JD,2026-11-22,\n", encoding="utf-8")
    said = refuse(7, "study", study, "--snapshot", folder, "--out", tmp_path / "dossier")
    assert "other decisions on suspected duplicates" in said
