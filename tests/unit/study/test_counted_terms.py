"""Variants of a reaction term share a row; every table of counts reads them so."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import phytovigil
from phytovigil.study.counted_terms import map_terms, show_terms
from phytovigil.study.sourcing import open_source
from phytovigil.vocabulary import load_products, load_reactions

HEADER = (
    "RA_Report #,RA_CAERS Created Date,AEC_Event Start Date,PRI_Product Role,PRI_Reported Brand/Product Name,"
    "PRI_FDA Industry Code,PRI_FDA Industry Name,CI_Age at Adverse Event,CI_Age Unit,CI_Gender,"
    "AEC_One Row Outcomes,SYM_One Row Coded Symptoms"
)
TERMS = (
    "SKIN DISCOLORATION",
    "Skin Discolouration",
    "RIGORS",
    "CHILLS",
    "CONVULSION",
    "YELLOW SKIN",
    "UNEVALUABLE EVENT",
    "MENTAL RETARDATION",
    "MENTAL RETARDATION SEVERITY UNSPECIFIED",
    "MALAISE",
)
CURRENT = {
    "SKIN DISCOLORATION": "SKIN DISCOLOURATION",
    "RIGORS": "CHILLS",
    "CONVULSION": "SEIZURE",
    "MENTAL RETARDATION": "INTELLECTUAL DISABILITY",
    "MENTAL RETARDATION SEVERITY UNSPECIFIED": "INTELLECTUAL DISABILITY",
}
"""By hand: what each term is today, where that is another one."""

NEW, OLD = load_reactions("2026-11-22"), load_reactions("2026-11")
Counted = dict[str, set[str]]


def now(term: str) -> str:
    return CURRENT.get(term.upper(), term.upper())


@pytest.fixture(scope="module")
def cases() -> dict[str, tuple[str, set[str]]]:
    """Product and terms by case number; drawn with a fixed seed."""
    chance = random.Random(5)
    return {
        str(number): (chance.choice(("KAVA", "BREAD")), set(chance.sample(TERMS, chance.randrange(4))))
        for number in range(400)
    }


@pytest.fixture(scope="module")
def pv(cases: dict[str, tuple[str, set[str]]], tmp_path_factory: pytest.TempPathFactory) -> phytovigil.Workspace:
    folder = tmp_path_factory.mktemp("variants")
    with (folder / "caers.csv").open("w", newline="", encoding="utf-8") as handle:
        handle.write(f"{HEADER}\n")
        writer = csv.writer(handle, lineterminator="\n")
        for number, (product, terms) in cases.items():
            joined = ", ".join(sorted(terms))
            writer.writerow((number, "1/2/2015", "", "Suspect", product, "54", "Vit/Min", "", "", "Female", "", joined))
    workspace = phytovigil.Workspace(folder / "store")
    assert workspace.ingest([folder / "caers.csv"])["reports"] == 400
    return workspace


def by_hand(
    cases: dict[str, tuple[str, set[str]]], wanted: Callable[[str], bool], product: str = "KAVA"
) -> tuple[int, ...]:
    """a, b, c, d. wanted : whether a term as reported is of the reaction."""
    cells = {(named, had): 0 for named in (True, False) for had in (True, False)}
    for name, terms in cases.values():
        cells[name == product, any(wanted(term) for term in terms)] += 1
    return cells[True, True], cells[True, False], cells[False, True], cells[False, False]


@pytest.mark.parametrize(
    ("asked", "key", "reported"),
    [
        ("SKIN DISCOLORATION", "SKIN DISCOLOURATION", ["SKIN DISCOLORATION", "SKIN DISCOLOURATION"]),
        ("skin discolouration", "SKIN DISCOLOURATION", ["SKIN DISCOLORATION", "SKIN DISCOLOURATION"]),
        ("Rigors", "CHILLS", ["CHILLS", "RIGORS"]),
        ("SEIZURE", "CONVULSION", ["CONVULSION"]),
        (
            "INTELLECTUAL DISABILITY",
            "INTELLECTUAL DISABILITY",
            ["MENTAL RETARDATION", "MENTAL RETARDATION SEVERITY UNSPECIFIED"],
        ),
        ("MALAISE", "MALAISE", ["MALAISE"]),
    ],
)
def test_a_term_is_counted_with_its_variants(
    pv: phytovigil.Workspace, cases: dict[str, tuple[str, set[str]]], asked: str, key: str, reported: list[str]
) -> None:
    answer = pv.count("kava", asked, cases=True)
    assert (answer["reaction"]["key"], answer["reaction"]["reported"]) == (key, reported)
    expected = by_hand(cases, lambda term: term.upper() in reported)
    assert tuple(answer[cell] for cell in "abcd") == expected
    assert len(answer["cases"]) == expected[0]
    for case in answer["cases"]:
        marked = {entry["term"] for entry in case["terms"] if key in entry["reactions"]}
        assert marked == {entry["term"] for entry in case["terms"]} & set(reported) != set()


@pytest.mark.parametrize(
    ("group", "held"),
    [
        ("skin-pigmentation", {"SKIN DISCOLOURATION"}),
        ("jaundice", {"YELLOW SKIN"}),
        ("seizure", {"SEIZURE"}),
        ("liver-injury/broad", {"YELLOW SKIN"}),
    ],
)
def test_a_group_counts_all_variants_of_its_terms(
    pv: phytovigil.Workspace, cases: dict[str, tuple[str, set[str]]], group: str, held: set[str]
) -> None:
    answer = pv.count("kava", group)
    assert tuple(answer[cell] for cell in "abcd") == by_hand(cases, lambda term: now(term) in held)
    assert set(answer["reaction"]["reported"]) == {term.upper() for term in TERMS if now(term) in held}


def test_signals_and_screen_have_one_row_for_a_reaction(
    pv: phytovigil.Workspace, cases: dict[str, tuple[str, set[str]]]
) -> None:
    names = {
        "SKIN DISCOLOURATION",
        "CHILLS",
        "CONVULSION",
        "YELLOW SKIN",
        "INTELLECTUAL DISABILITY",
        "MALAISE",
    }
    rows = {row["reaction"]: row for row in pv.signals("kava", min_cases=1)["rows"] if row["kind"] == "term"}
    pairs = {row["reaction"]: row for row in pv.screen(most=1000)["rows"] if row["product"] == "kava"}
    assert set(rows) == set(pairs) == names
    for name in names:
        expected = by_hand(cases, lambda term, name=name: now(term) == now(name))  # type: ignore[misc]
        assert tuple(rows[name][cell] for cell in "abcd") == expected
        assert tuple(pairs[name][cell] for cell in "abcd") == expected


def test_stratified_counts_and_the_tree_know_the_same_rows(pv: phytovigil.Workspace) -> None:
    plain = pv.signals("kava", min_cases=1)["rows"]
    split = pv.signals("kava", min_cases=1, strata=("sex",))["rows"]
    assert [row["reaction"] for row in plain] == [row["reaction"] for row in split]
    assert [row["expected"] for row in plain] == pytest.approx([row["expected"] for row in split])
    tree = pv.examine.hierarchy("kava", replicates=99)
    cuts = {cut["node"]: tuple(cut[cell] for cell in "abcd") for cut in tree["cuts"] if cut["level"] == "term"}
    rows = {row["reaction"]: tuple(row[cell] for cell in "abcd") for row in plain}
    assert cuts.items() <= rows.items()
    assert cuts


def test_the_older_version_takes_every_term_as_it_is(
    pv: phytovigil.Workspace, cases: dict[str, tuple[str, set[str]]]
) -> None:
    opened = open_source(pv.store, "caers", None, load_products("2026-11"), OLD)
    try:
        reported = {term.upper() for _, terms in cases.values() for term in terms}
        assert set(opened.terms) == set(opened.reported) == set(opened.currents) == reported
        found = opened.session.engine.query("SELECT term, case_index FROM case_reaction ORDER BY ALL")
        assert found == opened.session.engine.query("SELECT term, case_index FROM case_term ORDER BY ALL")
    finally:
        opened.close()


def test_the_answer_does_not_depend_on_what_was_opened_before(pv: phytovigil.Workspace) -> None:
    first = pv.count("kava", "CHILLS")
    open_source(pv.store, "caers", None, load_products("2026-11"), OLD).close()
    assert pv.count("kava", "CHILLS") == first


def test_the_store_keeps_what_was_reported(pv: phytovigil.Workspace) -> None:
    opened = open_source(pv.store, "caers", None, load_products(), NEW)
    try:
        assert set(opened.reported) == {term.upper() for term in TERMS} - {"UNEVALUABLE EVENT"}
        assert opened.reported["SKIN DISCOLORATION"] == "SKIN DISCOLOURATION"
        assert "UNEVALUABLE EVENT" in set(opened.session.engine.query("SELECT text FROM word")["text"])
        sizes = opened.session.engine.query("SELECT term, case_index FROM case_reaction")
        assert len(set(zip(*sizes.values(), strict=True))) == len(sizes["term"])
    finally:
        opened.close()


def test_a_source_without_a_term_can_be_opened(tmp_path: Path) -> None:
    file = tmp_path / "caers.csv"
    row = "1,1/2/2015,,Suspect,KAVA,54,Vit/Min,,,Female,,"
    file.write_text(f"{HEADER}\n{row}\n", encoding="utf-8")
    pv = phytovigil.Workspace(tmp_path / "store")
    pv.ingest([file])
    assert pv.signals("kava", min_cases=1)["rows"] == []
    assert pv.reactions.unmapped()["totals"]["all"] == {"terms": 0, "cases": 0}


def test_unmapped_terms_and_totals(
    pv: phytovigil.Workspace, cases: dict[str, tuple[str, set[str]]], tmp_path: Path
) -> None:
    answer = pv.reactions.unmapped(most=1, out=tmp_path / "all.csv")
    count: dict[str, int] = {}
    for _, terms in cases.values():
        for term in terms:
            count[term.upper()] = count.get(term.upper(), 0) + 1
    outside = {"RIGORS", "CHILLS", "MALAISE", "MENTAL RETARDATION", "MENTAL RETARDATION SEVERITY UNSPECIFIED"}
    totals: dict[str, Any] = answer["totals"]
    assert totals["all"] == {"terms": 10, "cases": sum(count.values())}
    assert totals["ungrouped"] == {"terms": 5, "cases": sum(count[term] for term in outside)}
    assert totals["not_coded"] == {"terms": 1, "cases": count["UNEVALUABLE EVENT"]}
    assert totals["without_variant"] == {"terms": 1, "cases": count["MALAISE"]}
    for size in ("terms", "cases"):
        parts = sum(totals[kind][size] for kind in ("grouped", "ungrouped", "not_coded"))
        assert parts == totals["all"][size]
    assert len(answer["terms"]) == 1
    assert answer["not_coded"][0]["term"] == "UNEVALUABLE EVENT"
    with (tmp_path / "all.csv").open(encoding="utf-8") as handle:
        written = list(csv.DictReader(handle))
    assert {row["term"]: int(row["cases"]) for row in written} == {term: count[term] for term in outside}
    assert [int(row["cases"]) for row in written] == sorted((count[term] for term in outside), reverse=True)


def test_a_term_is_explained_from_the_store(pv: phytovigil.Workspace) -> None:
    answer = pv.reactions.explain("skin discoloration")
    assert (answer["rule"], answer["current"]) == ("spelling", "SKIN DISCOLOURATION")
    assert {entry["term"] for entry in answer["reported"]} == {"SKIN DISCOLORATION", "SKIN DISCOLOURATION"}
    places = {entry["group"]: entry["place"] for entry in answer["groups"]}
    assert places["skin-pigmentation"] == "narrow"
    assert places["jaundice"] == "excluded"
    assert pv.reactions.explain("SEIZURE")["older_names"] == ["CONVULSION"]
    assert [entry["term"] for entry in pv.reactions.explain("unevaluable event")["reported"]] == ["UNEVALUABLE EVENT"]
    strange = pv.reactions.explain("YELOW SKIN")
    assert (strange["rule"], strange["near"][0]) == ("unknown", "YELLOW SKIN")
    assert pv.reactions.explain("MALAISE")["near"] == []


def test_the_mapping_shares_numbers(pv: phytovigil.Workspace) -> None:
    opened = open_source(pv.store, "caers", None, load_products(), OLD)
    try:
        map_terms(opened.session, NEW)
        found = opened.session.engine.query("SELECT * FROM mapped_term ORDER BY word")
        by_current: dict[object, set[object]] = {}
        for current, term in zip(found["current"], found["term"], strict=True):
            by_current.setdefault(current, set()).add(term)
        assert all(len(numbers) == 1 for numbers in by_current.values())
        assert len({*map(frozenset, by_current.values())}) == len(by_current)
        show_terms(opened.session, NEW)
        assert "UNEVALUABLE EVENT" not in opened.session.engine.query("SELECT text FROM counted_term")["text"]
    finally:
        opened.close()


STUDY = """
[study]
name = "variants"
title = "t"
question = "q?"
product = "kava"
outcomes = ["skin discoloration", "seizure"]
context = ["RIGORS", "SEIZURE"]
sources = ["caers"]
reactions = "2026-11-22"
"""


def test_a_study_and_its_snapshot_know_the_variants(
    pv: phytovigil.Workspace, cases: dict[str, tuple[str, set[str]]], tmp_path: Path
) -> None:
    file = tmp_path / "study.toml"
    file.write_text(STUDY, encoding="utf-8")
    pv.snapshot(file, tmp_path / "snapshot")
    told = [pv.study(file), pv.study(file, snapshot=tmp_path / "snapshot")]
    for findings in told:
        pairs = {
            pair["reaction"]: tuple(pair[cell] for cell in "abcd")
            for pair in findings["sources"][0]["pairs"]
            if pair["part"] == "main"
        }
        assert list(pairs) == ["SKIN DISCOLOURATION", "seizure/narrow", "CHILLS", "CONVULSION"]
        for name in ("SKIN DISCOLOURATION", "CHILLS", "CONVULSION"):
            assert pairs[name] == by_hand(cases, lambda term, name=name: now(term) == now(name))  # type: ignore[misc]
    behind = {(entry["reaction"], entry["term"]) for entry in told[0]["sources"][0]["terms"]}
    assert {("CHILLS", "CHILLS"), ("CHILLS", "RIGORS"), ("seizure/narrow", "CONVULSION")} <= behind
