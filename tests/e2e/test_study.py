"""Studies run through the command line: the worked one on the real data, and two about other products."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import phytovigil

Ask = Callable[..., dict[str, Any]]
Findings = dict[str, Any]

WORDS: dict[str, tuple[str, ...]] = {
    "kratom": ("KRATOM", "MITRAGYNA", "MITRAGYNINE"),
    "kava": ("KAVA", "KAVAKAVA"),
    "valerian": ("VALERIAN",),
    "st-johns-wort": ("ST JOHN S WORT", "ST JOHNS WORT", "SAINT JOHN S WORT", "HYPERICUM"),
    "turmeric": ("TURMERIC", "TUMERIC", "CURCUMA", "CURCUMIN"),
    "green-tea": ("GREEN TEA", "GREENTEA", "TEA GREEN", "EGCG", "CAMELLIA SINENSIS"),
    "black-cohosh": ("BLACK COHOSH", "CIMICIFUGA", "REMIFEMIN", "REMIFENIN"),
    "ephedra": ("EPHEDRA", "MA HUANG"),
    "colloidal-silver": ("COLLOIDAL SILVER", "ARGENTYN", "SOVEREIGN SILVER"),
    "psyllium": ("PSYLLIUM", "PLANTAGO OVATA"),
    "melatonin": ("MELATONIN",),
    "glucosamine": ("GLUCOSAMINE",),
    "niacin": ("NIACIN", "NICOTINIC ACID"),
}
"""Words by which CAERS of 2004 to 2017 names these products, found by reading its names.

They know what vocabulary 2026-11 knows; a later one knows more brands and spellings, but no more names of kratom.
"""
LIKELY = {"kratom": (*WORDS["kratom"], "KRATUM", "KROTAM", "MITRGYNINEM")}
"""The same with misspellings, which vocabulary 2026-11-22 takes for likely names."""


@pytest.fixture(scope="module")
def examples(project_root: Path) -> Path:
    return project_root / "examples"


@pytest.fixture(scope="module")
def dossier(ask: Ask, store: Path, examples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dossier of the worked study, from the reports."""
    folder = tmp_path_factory.mktemp("kratom") / "dossier"
    ask("study", examples / "kratom-skin.toml", "--store", store, "--out", folder)
    return folder


@pytest.fixture(scope="module")
def kratom(dossier: Path, check: Callable[[Findings], Findings]) -> Findings:
    return check(json.loads((dossier / "findings.json").read_text("utf-8")))


@pytest.fixture(scope="module")
def turmeric(store: Path, examples: Path, check: Callable[[Findings], Findings]) -> Findings:
    return check(phytovigil.open(store).study(examples / "turmeric-liver.toml"))


@pytest.fixture(scope="module")
def niacin_dossier(ask: Ask, store: Path, examples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("niacin") / "dossier"
    ask("study", examples / "niacin-flushing.toml", "--store", store, "--out", folder)
    return folder


@pytest.fixture(scope="module")
def niacin(niacin_dossier: Path) -> Findings:
    findings: Findings = json.loads((niacin_dossier / "findings.json").read_text("utf-8"))
    return findings


@pytest.fixture(scope="module")
def frozen(
    store: Path, examples: Path, check: Callable[[Findings], Findings], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Findings]:
    """A study as the first vocabulary answers it."""

    def run_frozen(name: str) -> Findings:
        folder = tmp_path_factory.mktemp("frozen")
        text = (examples / f"{name}.toml").read_text("utf-8").replace('"2026-11-22"', '"2026-11"')
        if "vocabulary" not in text:
            text = text.replace("[study]\n", '[study]\nvocabulary = "2026-11"\nreactions = "2026-11"\n', 1)
        (folder / "study.toml").write_text(text, "utf-8")
        findings = check(phytovigil.open(store).study(folder / "study.toml"))
        assert (findings["vocabulary"]["products"], findings["vocabulary"]["reactions"]) == ("2026-11", "2026-11")
        return findings

    return run_frozen


def pairs(findings: Findings, source: str) -> list[dict[str, Any]]:
    return next(item["pairs"] for item in findings["sources"] if item["source"] == source)


def keeps(selection: dict[str, Any], age_from: float | None) -> Callable[[Any], bool]:
    """The population of a selection, spelt out for the oracle."""
    years, sexes, codes, avoided = (selection[key] for key in ("years", "sex", "category", "without_products"))

    def keep(case: Any) -> bool:
        return (
            (not years or years[0] <= case.received.year <= years[1])
            and (not sexes or case.sex.lower() in sexes)
            and (not codes or bool(set(codes) & case.codes))
            and (selection["serious"] is None or case.serious == selection["serious"])
            and (age_from is None or (case.age is not None and case.age >= age_from))
            and not any(case.has_product(WORDS[name], "any") for name in avoided)
        )

    return keep


def test_dossier_is_whole(dossier: Path) -> None:
    assert (dossier / "dossier.html").stat().st_size > 10_000
    assert list((dossier / "figures").glob("*.svg"))


def count_like_the_raw_file(findings: Findings, caers: Any, chosen: Callable[[dict[str, Any]], bool]) -> int:
    """Compare the chosen pairs with a loop over the raw file; how many they are. Folding is compared elsewhere."""
    terms = {reaction["key"]: reaction["terms"] for reaction in findings["reactions"]}
    populations: dict[str, set[str]] = {}
    compared = 0
    for pair in pairs(findings, "caers"):
        selection = pair["selection"]
        if pair["product"] not in WORDS or selection["duplicates"] == "folded" or not chosen(pair):
            continue
        if selection["text"] not in populations:
            populations[selection["text"]] = caers.select(keeps(selection, 18 if "75+" in selection["age"] else None))
        later = findings["vocabulary"]["products"] != "2026-11"
        words = LIKELY if later and selection["names"] == "likely" else WORDS
        asked = (words[pair["product"]], terms[pair["reaction"]], selection["role"])
        counted = caers.count(*asked, populations[selection["text"]])
        assert tuple(pair[cell] for cell in "abcd") == counted, pair["id"]
        compared += 1
    return compared


@pytest.mark.parametrize(("study", "least"), [("kratom-skin", 40), ("turmeric-liver", 15), ("niacin-flushing", 3)])
def test_every_pair_of_the_first_vocabulary_is_that_of_the_raw_file(
    study: str, least: int, caers: Any, frozen: Callable[..., Findings]
) -> None:
    """Also with likely names: the first vocabulary has none, so they change nothing."""
    assert count_like_the_raw_file(frozen(study), caers, lambda pair: True) >= least


def test_every_pair_of_the_product_is_that_of_the_raw_file(kratom: Findings, caers: Any) -> None:
    """Under the newest vocabulary, certain names and likely ones."""

    def is_of_kratom(pair: dict[str, Any]) -> bool:
        return pair["product"] == "kratom" and not pair["selection"]["without_products"]

    assert kratom["vocabulary"]["products"] == "2026-11-22"
    assert count_like_the_raw_file(kratom, caers, is_of_kratom) >= 25


def test_counts_of_other_products_link_to_their_cases(kratom: Findings, caers: Any, dossier: Path) -> None:
    """Comparators and controls: the very cases of the raw file, as far as the words of the oracle know the product."""
    source = kratom["sources"][0]
    others = {other["pair"]: other for other in source["other_cases"]}
    pairs_of_others = [pair for pair in source["pairs"] if pair["product"] != "kratom" and pair["a"]]
    assert {pair["id"] for pair in pairs_of_others} == set(others)
    page = (dossier / "dossier.html").read_text("utf-8")
    terms = {reaction["key"]: reaction["terms"] for reaction in kratom["reactions"]}
    compared = 0
    for pair in pairs_of_others:
        listed = others[pair["id"]]
        assert len(listed["cases"]) + listed["further"] == pair["a"]
        assert f'<a href="#cases-of-{pair["id"]}">' in page
        assert f'id="cases-of-{pair["id"]}"' in page
        if pair["product"] in ("valerian", "kava", "green-tea", "psyllium"):
            known = caers.with_product(WORDS[pair["product"]], "any") & caers.with_term(terms[pair["reaction"]])
            assert known <= {case["case_id"] for case in listed["cases"]}
            compared += 1
    assert compared >= 5


def test_folding_leaves_out_the_suspected_duplicates_and_nothing_else(kratom: Findings) -> None:
    """Cases of the population, cell by cell: never more than with all of them kept, and fewer by what was folded."""
    source = kratom["sources"][0]
    kept = {pair["reaction"]: pair for pair in source["pairs"] if pair["part"] == "main"}
    folded = [pair for pair in source["pairs"] if pair["label"] == "suspected duplicates folded"]
    assert {pair["reaction"] for pair in folded} == {"skin-pigmentation/narrow", "jaundice/narrow"}
    duplicates = source["duplicates"]
    assert duplicates["folded"] >= duplicates["clusters"] > 0
    for pair in folded:
        whole = kept[pair["reaction"]]
        assert whole["n"] - pair["n"] == duplicates["folded"]
        assert whole["a"] + whole["b"] - pair["a"] - pair["b"] == duplicates["product_folded"]
        assert all(pair[cell] <= whole[cell] for cell in "abcd")


def test_every_pair_of_the_listing_is_that_of_the_raw_file(kratom: Findings, listing: list[dict[str, str]]) -> None:
    reported = [{" ".join(term.upper().split()) for term in row["Reactions"].split(";")} for row in listing]
    terms = {reaction["key"]: set(reaction["terms"]) for reaction in kratom["reactions"]}
    found = {pair["reaction"]: pair for pair in pairs(kratom, "faers-dashboard") if pair["part"] in ("main", "scope")}
    assert {"skin-pigmentation/narrow", "skin-pigmentation/broad", "jaundice/narrow", "jaundice/broad"} <= set(found)
    for key, pair in found.items():
        cases = sum(bool(terms[key] & row) for row in reported)
        assert (pair["a"], pair["b"]) == (cases, 1_503 - cases), key
        assert (pair["c"], pair["estimates"], pair["verdict"]) == (None, {}, "no-measure")
    folded = next(s["duplicates"]["folded"] for s in kratom["sources"] if s["source"] == "faers-dashboard")
    for pair in pairs(kratom, "faers-dashboard"):
        without = {"with likely names": 0, "suspected duplicates folded": folded}.get(pair["label"], 0)
        assert pair["a"] + pair["b"] == 1_503 - without, pair["id"]
    assert folded > 0
    assert found["skin-pigmentation/narrow"]["a"] == 5
    assert found["jaundice/narrow"]["a"] == 9


def test_terms_behind_each_reaction_are_those_of_the_raw_file(
    kratom: Findings, caers: Any, listing: list[dict[str, str]]
) -> None:
    """Jaundice and yellow skin of the listing stand apart: 9 cases are 6 and 3."""
    counted: dict[str, dict[tuple[str, str], int]] = {
        source["source"]: {(item["reaction"], item["term"]): item["cases"] for item in source["terms"]}
        for source in kratom["sources"]
    }
    named = [caers.cases[number].terms for number in caers.with_product(WORDS["kratom"], "any")]
    reported = [{" ".join(term.upper().split()) for term in row["Reactions"].split(";")} for row in listing]
    for source, cases in (("caers", named), ("faers-dashboard", reported)):
        expected = {
            (reaction["key"], term): sum(term in case for case in cases)
            for reaction in kratom["reactions"]
            for term in reaction["terms"]
        }
        assert counted[source] == {key: cases for key, cases in expected.items() if cases}
    assert counted["faers-dashboard"]["jaundice/narrow", "JAUNDICE"] == 6
    assert counted["faers-dashboard"]["jaundice/narrow", "YELLOW SKIN"] == 3


def test_answer_of_the_worked_study(kratom: Findings) -> None:
    first, _, last = kratom["answer"]
    pigment, _, jaundice = first.partition("; and ")
    assert "34 cases" in pigment
    assert "64,517" in pigment
    assert "no disproportionate reporting of skin pigmentation" in pigment
    assert "0 observed" in pigment
    assert "absence proves little" in pigment
    assert jaundice.startswith("disproportionate reporting of jaundice (4 observed")
    assert "1,503 cases" in last
    assert "numerators only" in last
    assert "cannot prove a cause" in last


def test_pigment_and_jaundice_never_share_a_row(kratom: Findings) -> None:
    terms = {reaction["key"]: set(reaction["terms"]) for reaction in kratom["reactions"]}
    pigment = set().union(*(terms[key] for key in terms if key.startswith("skin-pigmentation/")))
    jaundice = set().union(*(terms[key] for key in terms if key.startswith("jaundice/")))
    assert pigment
    assert jaundice
    assert not pigment & jaundice
    assert "FAECES DISCOLOURED" not in pigment | jaundice
    for source in kratom["sources"]:
        rows = {pair["reaction"] for pair in source["pairs"] if pair["part"] == "main"}
        assert {"skin-pigmentation/narrow", "jaundice/narrow"} <= rows


def test_findings_say_what_they_were_made_of(kratom: Findings, examples: Path) -> None:
    caers = kratom["sources"][0]
    text = (examples / "kratom-skin.toml").read_text("utf-8")
    assert kratom["study"]["text"] == text
    assert (caers["cases"], caers["product_cases"]) == (64_517, 34)
    assert caers["releases"][0]["files"][0]["rows_read"] == 90_786
    assert len(caers["case_list"]) == 34


def test_same_bytes_again_elsewhere(
    environment: dict[str, str], niacin_dossier: Path, store: Path, examples: Path, tmp_path: Path
) -> None:
    """Another process, hash seed, time zone and locale."""
    elsewhere = {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LANG": "C", "LC_ALL": "C"}
    command = [
        sys.executable,
        "-m",
        "phytovigil",
        "study",
        str(examples / "niacin-flushing.toml"),
        "--store",
        str(store),
    ]
    done = subprocess.run(
        [*command, "--out", "again"], cwd=tmp_path, env={**environment, **elsewhere}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    first = {
        file.relative_to(niacin_dossier): file.read_bytes() for file in niacin_dossier.rglob("*") if file.is_file()
    }
    again = tmp_path / "again"
    second = {file.relative_to(again): file.read_bytes() for file in again.rglob("*") if file.is_file()}
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []
    assert {Path("findings.json"), Path("dossier.html")} <= set(first)


def test_snapshot_gives_the_same_estimates(
    ask: Ask, check: Callable[[Findings], Findings], kratom: Findings, store: Path, examples: Path, tmp_path: Path
) -> None:
    study, folder = examples / "kratom-skin.toml", tmp_path / "snapshot"
    made = ask("snapshot", study, "--out", folder, "--store", store)
    check(json.loads((folder / "snapshot.json").read_text("utf-8")))
    assert sum(file.stat().st_size for file in folder.iterdir()) < 2_000_000
    assert {file.name for file in folder.iterdir()} == {"snapshot.json", "counts.csv", "noted.json"}
    assert set(made["files"]) == {"counts.csv", "noted.json"}
    again = check(phytovigil.open(tmp_path / "no-store").study(study, snapshot=folder))
    assert again["basis"] == kratom["basis"]
    assert [item["pairs"] for item in again["sources"]] == [item["pairs"] for item in kratom["sources"]]
    assert [item["profiles"] for item in again["sources"]] == [item["profiles"] for item in kratom["sources"]]
    assert again["answer"] == kratom["answer"]
    assert [item["case_list"] for item in again["sources"]] == [[], []]
    assert all("given away without the cases" in item["case_list_note"] for item in again["sources"])


def test_snapshot_written_twice_has_the_same_bytes(ask: Ask, store: Path, examples: Path, tmp_path: Path) -> None:
    study = examples / "niacin-flushing.toml"
    for name in ("one", "two"):
        ask("snapshot", study, "--out", tmp_path / name, "--store", store)
    one, two = ({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two


def test_damaged_snapshot_is_refused(
    ask: Ask, refuse: Callable[..., str], store: Path, examples: Path, tmp_path: Path
) -> None:
    study, folder = examples / "niacin-flushing.toml", tmp_path / "snapshot"
    ask("snapshot", study, "--out", folder, "--store", store)
    counts = folder / "counts.csv"
    counts.write_bytes(counts.read_bytes().replace(b",0,", b",1,", 1))
    said = refuse(6, "study", study, "--snapshot", folder, "--out", tmp_path / "dossier")
    assert "counts.csv" in said
    assert not (tmp_path / "dossier").exists()


def test_another_study_needs_another_snapshot(
    ask: Ask, refuse: Callable[..., str], store: Path, examples: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "snapshot"
    ask("snapshot", examples / "niacin-flushing.toml", "--out", folder, "--store", store)
    said = refuse(7, "study", examples / "turmeric-liver.toml", "--snapshot", folder, "--out", tmp_path / "dossier")
    assert "snapshot" in said


def test_answers_follow_the_product(turmeric: Findings, niacin: Findings) -> None:
    for findings, name in ((turmeric, "turmeric"), (niacin, "niacin")):
        said = " ".join(findings["answer"]).lower()
        assert name in said
        assert "kratom" not in json.dumps(findings["answer"] + findings["methods"]).lower()
        assert "kratom" not in json.dumps(pairs(findings, "caers")).lower()
    assert "liver injury" in turmeric["answer"][0]
    assert "flushing" in niacin["answer"][0]


def test_niacin_and_flushing_is_found(niacin: Findings) -> None:
    main = [pair for pair in pairs(niacin, "caers") if pair["part"] == "main"]
    assert [(pair["reaction"], pair["verdict"]) for pair in main] == [("flushing/narrow", "disproportionate")]
