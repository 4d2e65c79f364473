"""A store of random cases: counts against a loop over them, and a snapshot against the store."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import phytovigil
from phytovigil.errors import InvalidRequest, InvalidStudy, NoAnswer, UnknownName
from phytovigil.schema.selection import Selection

HEADING = [
    *("RA_Report #", "RA_CAERS Created Date", "AEC_Event Start Date", "PRI_Product Role"),
    *("PRI_Reported Brand/Product Name", "PRI_FDA Industry Code", "PRI_FDA Industry Name"),
    *("CI_Age at Adverse Event", "CI_Age Unit", "CI_Gender", "AEC_One Row Outcomes", "SYM_One Row Coded Symptoms"),
]
NAMES = {"KAVA ROOT": "kava", "VALERIAN": "valerian", "MELATONIN 3 MG": "melatonin", "FISH FINGERS": ""}
MISSPELT = {"KAVVA ROOT": "kava", "VALERRIAN": "valerian"}
"""Names that are likely a product's: certain names leave them out."""
TERMS = ("JAUNDICE", "YELLOW SKIN", "NAUSEA", "VOMITING", "PRURITUS", "SKIN DISCOLOURATION")

STUDY = """
[study]
name = "random"
title = "Random"
question = "Is kava linked to jaundice?"
product = "kava"
outcomes = ["jaundice", "NAUSEA"]
context = ["itch"]
comparators = ["valerian", "reported:FISH FINGERS"]
sources = ["caers"]

[[sensitivity]]
label = "any role"
role = "any"

[[sensitivity]]
label = "women, with melatonin, in 2015"
sex = ["female"]
years = [2015, 2015]
with_products = ["melatonin"]

[[sensitivity]]
label = "serious supplements without valerian"
serious = true
category = ["54"]
without_products = ["valerian"]

[[control]]
kind = "positive"
product = "melatonin"
reaction = "NAUSEA"
"""


@dataclass
class Case:
    number: int
    year: int
    sex: str
    age: int | None
    serious: bool
    products: list[tuple[str, str, str]]
    terms: list[str]

    def names(self, product: str, role: str, likely: bool = False) -> bool:
        return any(
            product in (NAMES.get(name), name, MISSPELT.get(name) if likely else None)
            and (role == "any" or said == "Suspect")
            for said, name, _ in self.products
        )


def draw_case(number: int, chance: random.Random) -> Case:
    products = [
        (chance.choice(["Suspect", "Suspect", "Concomitant"]), name, chance.choice(["54", "9"]))
        for name in chance.sample(sorted([*NAMES, *MISSPELT]), chance.randint(1, 3))
    ]
    return Case(
        number,
        chance.choice([2014, 2015, 2016]),
        chance.choice(["Female", "Male", "Not Available"]),
        chance.choice([None, 1, 17, 18, 44, 45, 80]),
        chance.random() < 0.5,
        products,
        chance.sample(TERMS, chance.randint(0, 3)),
    )


def write_cases(cases: list[Case], file: Path) -> None:
    """One row per product; everything else is repeated, and the rows are in any order."""
    rows = [
        [
            str(case.number),
            f"3/4/{case.year}",
            "",
            role,
            name,
            code,
            "class",
            "" if case.age is None else str(case.age),
            "Not Available" if case.age is None else "Year(s)",
            case.sex,
            "HOSPITALIZATION" if case.serious else "VISITED AN ER",
            ", ".join(case.terms),
        ]
        for case in cases
        for role, name, code in case.products
    ]
    random.Random(7).shuffle(rows)
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows([HEADING, *rows])


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    chance = random.Random(20_170_630)
    return [draw_case(number, chance) for number in range(1, 400)]


@pytest.fixture(scope="module")
def pv(cases: list[Case], tmp_path_factory: pytest.TempPathFactory) -> phytovigil.Workspace:
    folder = tmp_path_factory.mktemp("random")
    write_cases(cases, folder / "cases.csv")
    workspace = phytovigil.open(folder / "store")
    ledger = workspace.ingest([folder / "cases.csv"])
    assert ledger["rows_kept"] == sum(len(case.products) for case in cases)
    assert ledger["reports"] == len(cases)
    return workspace


def count(
    cases: list[Case], product: str, terms: list[str], role: str, keep: Callable[[Case], bool], likely: bool = False
) -> tuple[int, int, int, int]:
    cells = {(True, True): 0, (True, False): 0, (False, True): 0, (False, False): 0}
    for case in filter(keep, cases):
        cells[case.names(product, role, likely), any(term in case.terms for term in terms)] += 1
    return tuple(cells.values())  # type: ignore[return-value]


SELECTIONS: list[tuple[Selection, Callable[[Case], bool]]] = [
    (Selection(), lambda case: True),
    (Selection(sex=("female",)), lambda case: case.sex == "Female"),
    (Selection(sex=("male", "unknown")), lambda case: case.sex != "Female"),
    (Selection(age=("0-1", "12-17")), lambda case: case.age in (1, 17)),
    (Selection(age=("18-44",)), lambda case: case.age in (18, 44)),
    (Selection(age=("unknown", "75+")), lambda case: case.age in (None, 80)),
    (Selection(years=(2015, 2016)), lambda case: case.year >= 2015),
    (Selection(serious=True), lambda case: case.serious),
    (Selection(serious=False), lambda case: not case.serious),
    (Selection(category=("54",)), lambda case: any(code == "54" for _, _, code in case.products)),
    (Selection(category=("09", "54")), lambda case: True),
    (Selection(with_products=("melatonin",)), lambda case: case.names("melatonin", "any")),
    (
        Selection(with_products=("melatonin", "valerian")),
        lambda case: case.names("melatonin", "any") and case.names("valerian", "any"),
    ),
    (
        Selection(without_products=("melatonin", "valerian")),
        lambda case: not case.names("melatonin", "any") and not case.names("valerian", "any"),
    ),
    (Selection(names="likely"), lambda case: True),
    (Selection(names="likely", sex=("female",), years=(2015, 2016)), lambda c: c.sex == "Female" and c.year >= 2015),
    (
        Selection(names="likely", without_products=("valerian",)),
        lambda case: not case.names("valerian", "any", likely=True),
    ),
]


@pytest.mark.parametrize(("selection", "keep"), SELECTIONS, ids=lambda value: getattr(value, "describe", str)()[:50])
@pytest.mark.parametrize("role", ["suspect", "any"])
def test_counts_are_those_of_a_loop(
    pv: phytovigil.Workspace, cases: list[Case], selection: Selection, keep: Callable[[Case], bool], role: str
) -> None:
    from dataclasses import replace

    asked = replace(selection, role=role)
    for product in ("kava", "FISH FINGERS"):
        for reaction in ("jaundice", "NAUSEA", "skin-pigmentation"):
            answer = pv.count(product, reaction, selection=asked)
            terms, likely = answer["reaction"]["terms"], selection.names == "likely"
            expected = count(cases, product, terms, role, keep, likely)
            assert tuple(answer[cell] for cell in "abcd") == expected


def test_strata_add_up(pv: phytovigil.Workspace) -> None:
    whole = pv.count("kava", "NAUSEA")
    for field, values in (("sex", ("female", "male", "unknown")), ("years", ((2014, 2014), (2015, 2016)))):
        parts = [
            pv.count("kava", "NAUSEA", selection=Selection(**{field: (value,) if field == "sex" else value}))
            for value in values
        ]
        for cell in "abcdn":
            assert sum(part[cell] for part in parts) == whole[cell]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("study") / "random.toml"
    file.write_text(STUDY)
    return file


def assert_same_estimates(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Equal to the last digit that matters: pairs estimated together may differ from one alone by rounding."""
    assert set(one) == set(other)
    for name, estimate in one.items():
        assert set(estimate) == set(other[name])
        for part, value in other[name].items():
            assert estimate[part] == (None if value is None else pytest.approx(value, rel=1e-12)), (name, part)


def test_pairs_of_a_study_are_those_of_count(pv: phytovigil.Workspace, study: Path) -> None:
    pairs = pv.study(study)["sources"][0]["pairs"]
    # 3 main, 1 broad list, 5 analyses of 2 outcomes (2 that every study has), 2 comparators of 2 outcomes, 1 control
    assert len(pairs) == 3 + 1 + 10 + 4 + 1
    choices = {(pair["selection"]["names"], pair["selection"]["duplicates"], pair["label"]) for pair in pairs[4:14]}
    assert {
        ("likely", "kept", "with likely names"),
        ("certain", "folded", "suspected duplicates folded"),
    } <= choices
    assert len({pair["id"] for pair in pairs}) == len(pairs)
    for pair in pairs:
        fields = {key: value for key, value in pair["selection"].items() if key != "text"}
        selection = Selection(
            **{key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
        )
        single = pv.count(pair["product"], pair["reaction"], selection=selection)
        assert [pair[cell] for cell in "abcdn"] == [single[cell] for cell in "abcdn"]
        assert_same_estimates(pair["estimates"], single["estimates"])


def test_a_study_of_likely_names_is_answered_with_certain_ones_too(
    pv: phytovigil.Workspace, cases: list[Case], study: Path, tmp_path: Path
) -> None:
    """The main analysis and its reverse, each against a loop over the cases; names that count are not called likely."""
    file = tmp_path / "likely.toml"
    file.write_text(STUDY.replace("[[sensitivity]]", '[selection]\nnames = "likely"\n\n[[sensitivity]]', 1))
    (source,), (usual,) = pv.study(file)["sources"], pv.study(study)["sources"]
    terms = [item["term"] for item in source["terms"] if item["reaction"] == "jaundice/narrow"]
    found = {pair["label"]: pair for pair in source["pairs"] if pair["reaction"] == "jaundice/narrow"}
    for label, likely in (("main analysis", True), ("certain names only", False)):
        cells = tuple(found[label][cell] for cell in "abcd")
        assert cells == count(cases, "kava", terms, "suspect", lambda case: True, likely), label
    assert found["main analysis"]["a"] > found["certain names only"]["a"]
    assert source["likely"] == []
    assert [entry["name"] for entry in usual["likely"]] == ["KAVVA ROOT"]
    assert usual["likely"][0]["cases"] == sum(any(name == "KAVVA ROOT" for _, name, _ in c.products) for c in cases)


def test_snapshot_answers_as_the_store_does(pv: phytovigil.Workspace, study: Path, tmp_path: Path) -> None:
    made = pv.snapshot(study, tmp_path / "snapshot")
    assert made["names"] == ["FISH FINGERS"]
    assert "NAUSEA" in made["terms"]
    from_store = pv.study(study)
    from_snapshot = phytovigil.open(tmp_path / "nothing").study(study, snapshot=tmp_path / "snapshot")
    (store,), (snapshot,) = from_store["sources"], from_snapshot["sources"]
    same = set(store) - {"case_list", "case_list_note", "other_cases", "quarantine"}
    assert {key: store[key] for key in same} == {key: snapshot[key] for key in same}
    assert from_store["answer"] == from_snapshot["answer"]


def test_snapshot_holds_no_report(pv: phytovigil.Workspace, study: Path, tmp_path: Path) -> None:
    """Counts leave the house, not the rows: no case, and no raw text of what was put aside."""
    pv.snapshot(study, tmp_path / "snapshot")
    (source,) = phytovigil.open(tmp_path / "nothing").study(study, snapshot=tmp_path / "snapshot")["sources"]
    (whole,) = pv.study(study)["sources"]
    assert (source["case_list"], source["other_cases"], source["quarantine"]["examples"]) == ([], [], [])
    assert whole["quarantine"]["examples"]
    assert source["quarantine"]["reasons"] == whole["quarantine"]["reasons"]


def test_snapshot_does_not_answer_what_it_did_not_count(pv: phytovigil.Workspace, study: Path, tmp_path: Path) -> None:
    pv.snapshot(study, tmp_path / "snapshot")
    for change in (
        ('product = "kava"', 'product = "green-tea"'),
        ("years = [2015, 2015]", "serious = false\nyears = [2015, 2015]"),
        ('sources = ["caers"]', 'sources = ["faers-dashboard"]'),
    ):
        other = tmp_path / "other.toml"
        other.write_text(STUDY.replace(*change))
        with pytest.raises(NoAnswer, match="asks other things"):
            pv.study(other, snapshot=tmp_path / "snapshot")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (('product = "kava"', 'product = "kvaa"'), InvalidStudy),
        (('"NAUSEA"]\ncontext', '"NAUSEAA"]\ncontext'), InvalidStudy),
        (('"reported:FISH FINGERS"', '"reported:FISH FINGER"'), InvalidStudy),
        (('with_products = ["melatonin"]', 'with_products = ["melatonine"]'), InvalidStudy),
        (("serious = true", 'reporter = ["Consumer"]'), NoAnswer),
        (('category = ["54"]', 'category = ["99"]'), UnknownName),
        (('sources = ["caers"]', 'sources = ["cears"]'), UnknownName),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_nothing_is_counted_that_is_not_understood(
    pv: phytovigil.Workspace, tmp_path: Path, change: tuple[str, str], error: type[Exception]
) -> None:
    assert change[0] in STUDY
    file = tmp_path / "wrong.toml"
    file.write_text(STUDY.replace(*change))
    with pytest.raises(error):
        pv.study(file)


def test_missing_source_is_named_and_not_passed_over(pv: phytovigil.Workspace, tmp_path: Path) -> None:
    file = tmp_path / "two.toml"
    file.write_text(STUDY.replace('["caers"]', '["caers", "faers-dashboard"]'))
    findings = pv.study(file)
    assert [item["source"] for item in findings["missing_sources"]] == ["faers-dashboard"]
    assert "not at hand" in findings["answer"][2]


def test_second_release_adds_and_an_earlier_date_still_answers(cases: list[Case], tmp_path: Path) -> None:
    """A case that comes again is counted once; the answer as of the first release stays."""
    first, second = cases[:150], cases[100:250]
    pv = phytovigil.open(tmp_path / "store")
    write_cases(first, tmp_path / "first.csv")
    write_cases(second, tmp_path / "second.csv")
    pv.ingest([tmp_path / "first.csv"], as_of="2016-12-31")
    before = pv.count("kava", "NAUSEA")
    pv.ingest([tmp_path / "second.csv"], as_of="2017-03-31")
    after = pv.count("kava", "NAUSEA")
    assert (before["n"], after["n"]) == (150, 250)
    assert pv.count("kava", "NAUSEA", as_of="2016-12-31") == before
    with pytest.raises(UnknownName):
        pv.count("kava", "NAUSEA", as_of="2016-12-30")


def test_wrong_role_is_refused_before_anything_is_opened() -> None:
    with pytest.raises(InvalidRequest):
        Selection(role="bystander")


def test_screen_rows_are_those_of_count(pv: phytovigil.Workspace) -> None:
    answer: dict[str, Any] = pv.signals("kava", min_cases=1)
    assert {"NAUSEA", "jaundice/narrow"} <= {row["reaction"] for row in answer["rows"]}
    for row in answer["rows"]:
        single = pv.count("kava", row["reaction"])
        assert [row[cell] for cell in "abcd"] == [single[cell] for cell in "abcd"]
        assert_same_estimates(row["estimates"], single["estimates"])
    lows = [row["estimates"]["ic"]["low"] for row in answer["rows"]]
    assert lows == sorted(lows, reverse=True)
