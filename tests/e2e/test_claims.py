"""Claims of the worked study on the real reports: what must follow from data and rules, beside plain counts."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from phytovigil.evidence.loading import load_evidence
from phytovigil.store import Store
from phytovigil.study.benefit_risk import benefit_risk
from phytovigil.study.claims.checking import check_claims
from phytovigil.study.claims.judging import judge_claims
from phytovigil.study.controls import judge_source
from phytovigil.study.definition import load_study
from phytovigil.study.facts import describe_data_set
from phytovigil.study.running import run_pairs
from phytovigil.study.study_runs import open_evidence

EXPECTED = {
    "chronic-pain": "partly-supported",
    "named-pain-diseases": "unproven-self-report",
    "anti-inflammatory": "no-evidence-found",
    "skin-discolouration": "supported-by-cases-only",
    "significant-risk": "cannot-be-answered",
    "rare": "cannot-be-answered",
    "depigmentation": "no-evidence-found",
    "rash": "not-reported-more",
    "itch": "supported-by-cases-only",
    "enzymes": "no-evidence-found",
    "liver-impact": "supported",
    "jaundice": "supported",
    "colour-from-liver": "no-evidence-found",
    "skin-conditions": "no-evidence-found",
    "dependence": "supported",
    "seizure": "supported-by-reports-only",
    "safe-and-effective": "evidence-against",
}
"""What an audit of these claims by hand came to, before the program was written."""


@pytest.fixture(scope="module")
def answered(store: Path, project_root: Path) -> dict[str, Any]:
    """Claims and benefit beside risk, counted from the reports, without what no claim reads."""
    study = replace(load_study(project_root / "examples" / "kratom-claims.toml"), sensitivities=(), comparators=())
    library = load_evidence("kratom")
    with open_evidence(Store(store), study, None) as opened:
        plan, evidence = opened[:2]
        counters = {name: item.counter.opened for name, item in evidence.items()}
        check_claims(plan.study, counters["caers"].products)
        facts = {name: describe_data_set(counter.source) for name, counter in counters.items()}
        sources = [{**facts[name], "pairs": run_pairs(plan, item, facts[name])} for name, item in evidence.items()]
        controls = {"sources": [judge_source(source, study.min_cases) for source in sources if source["complete"]]}
        findings: dict[str, Any] = {"sources": sources, "controls": controls}
        findings["claims"] = judge_claims(plan, evidence, findings, library)
        findings["benefit_risk"] = benefit_risk(plan, evidence, findings, library)
    return findings


@pytest.fixture(scope="module")
def claims(answered: dict[str, Any]) -> dict[str, Any]:
    return {claim["id"]: claim for claim in answered["claims"]["claims"]}


@pytest.fixture(scope="module")
def caers_rows(shared_data: Path) -> list[dict[str, str]]:
    """The rows of the raw file that belong to cases which name kratom."""
    with zipfile.ZipFile(shared_data / "caers" / "CAERS_ASCII_2004_2017Q2.zip") as archive:
        (name,) = (name for name in archive.namelist() if name.lower().endswith(".csv"))
        rows = list(csv.DictReader(io.StringIO(archive.read(name).decode("latin-1"))))
    named = re.compile(r"\b(KRATOM|MITRAGYNA|MITRAGYNINE)\b")
    cases = {row["RA_Report #"] for row in rows if named.search(row["PRI_Reported Brand/Product Name"].upper())}
    return [row for row in rows if row["RA_Report #"] in cases]


def test_conclusions_are_those_of_the_audit(claims: dict[str, Any]) -> None:
    assert {name: claim["conclusion"] for name, claim in claims.items()} == EXPECTED


def test_what_must_hold(claims: dict[str, Any]) -> None:
    pigment = claims["skin-discolouration"]
    assert pigment["reports"]["state"] == "too-few-to-say"
    assert "frequency unknown" in pigment["title"]
    assert {line["line"] for line in pigment["lines"] if line["says"] == "supports"} == {
        "case series", "case reports", "mechanism",
    }  # fmt: skip
    pain = claims["chronic-pain"]
    assert pain["certainty"] == "very low"
    (trial,) = (line for line in pain["lines"] if line["line"] == "trial")
    assert "chronic pain was a reason for exclusion" in trial["rows"][0]["bearing"]
    assert {line["certainty"] for line in pain["lines"] if line["line"] == "survey"} == {"very low"}
    for name in ("liver-impact", "jaundice"):
        assert claims[name]["reports"]["state"] == "disproportionate"
    assert "absence of evidence, not evidence of absence" in claims["depigmentation"]["reports"]["statement"]
    assert "no denominator" in claims["rare"]["title"]


def test_controls_let_the_reports_speak(claims: dict[str, Any]) -> None:
    assert not any(reading["withheld"] for claim in claims.values() for reading in claim["reports"]["readings"])


def test_the_question_of_subgroups_beside_the_raw_rows(
    answered: dict[str, Any], caers_rows: list[dict[str, str]]
) -> None:
    terms: dict[str, set[str]] = {}
    for row in caers_rows:
        found = {term.strip() for term in row["SYM_One Row Coded Symptoms"].split(",")}
        terms.setdefault(row["RA_Report #"], set()).update(found)
    skin = next(item for item in answered["claims"]["conditions"] if item["condition"] == "skin-disease")
    (caers,) = (source for source in skin["sources"] if source["source"] == "caers")
    with_disease = sum(bool(found & set(skin["terms"])) for found in terms.values())
    assert caers["sizes"]["product_with"] == with_disease
    assert caers["sizes"]["product_with"] + caers["sizes"]["product_without"] == len(terms)
    assert caers["verdict"] == "too-few-to-say"
    assert caers["others"]["low"] > 1  # whatever people take: a skin disease comes with more reports of skin colour


def test_gravity_beside_the_raw_rows(answered: dict[str, Any], caers_rows: list[dict[str, str]]) -> None:
    outcomes: dict[str, str] = {}
    for row in caers_rows:
        outcomes.setdefault(row["RA_Report #"], row["AEC_One Row Outcomes"])
    counted = Counter(name for text in outcomes.values() for name in {part.strip() for part in text.split(",")})
    (caers,) = (item for item in answered["benefit_risk"]["gravity"] if item["source"] == "caers")
    shown = {item["outcome"]: item["cases"] for item in caers["outcomes"]}
    assert caers["cases"] == len(outcomes)
    assert shown["death"] == counted["DEATH"]
    assert shown["hospitalisation"] == counted["HOSPITALIZATION"]


@pytest.fixture(scope="module")
def listing_rows(shared_data: Path) -> Iterator[list[dict[str, str]]]:
    with (shared_data / "faers_dashboard" / "kratom_2008-06_2025-11.csv").open(encoding="utf-8-sig") as file:
        yield list(csv.DictReader(file))


def test_reasons_for_use_are_counted_by_case(answered: dict[str, Any], listing_rows: list[dict[str, str]]) -> None:
    (column,) = (name for name in listing_rows[0] if "reason for use" in name.lower())
    whole = Counter(
        reason
        for row in listing_rows
        for reason in {part.strip().upper() for part in row[column].split(";")}
        if reason not in ("", "-", "NOT SPECIFIED", "N/A")
    )
    caers, listing = answered["benefit_risk"]["uses"]
    assert (caers["stated"], caers["reasons"]) == (0, [])
    assert listing["stated"] >= max(item["cases"] for item in listing["reasons"])
    # The raw field joins the reasons of all products of a case, so it bounds the count of the product's own.
    for item in listing["reasons"]:
        assert 0 < item["cases"] <= whole[item["reason"]], item


def test_no_score_and_no_rate(answered: dict[str, Any]) -> None:
    text = json.dumps(answered["benefit_risk"])
    assert not re.search(r'"(score|rate|share|percent)"', text)
    assert "no rates" in text


STUDY = """
[study]
name = "kava-claims"
title = "Kava"
question = "What is said of kava?"
product = "kava"
outcomes = ["jaundice"]
sources = ["caers"]

[[claim]]
id = "jaundice"
text = "Kava turns the skin yellow."
about = "harm"
reactions = ["jaundice"]

[[claim]]
id = "rare"
text = "It is rare."
about = "frequency"
reactions = ["jaundice"]
"""


def test_the_command_prints_conclusions_and_fits_its_schema(
    ask: Callable[..., dict[str, Any]], run: Callable[..., Any], three_cases: Path, tmp_path: Path
) -> None:
    file = tmp_path / "kava.toml"
    file.write_text(STUDY, encoding="utf-8")
    answer = ask("claims", file, "--store", three_cases)
    conclusions = {claim["id"]: claim["conclusion"] for claim in answer["claims"]}
    assert conclusions == {"jaundice": "no-evidence-found", "rare": "cannot-be-answered"}
    done = run("claims", file, "--store", three_cases)
    assert done.code == 0
    assert "Cannot be answered by this evidence (no denominator)" in done.out
    assert "absence of evidence, not evidence of absence" in done.out


def test_a_study_without_claims_is_told_how_to_list_them(
    refuse: Callable[..., str], three_cases: Path, tmp_path: Path
) -> None:
    file = tmp_path / "kava.toml"
    file.write_text(STUDY.partition("[[claim]]")[0], encoding="utf-8")
    assert "lists no claim" in refuse(7, "claims", file, "--store", three_cases)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('reactions = ["jaundice"]', 'reactions = ["itch"]', "claim jaundice: “itch” is no outcome and no context"),
        ('about = "harm"', 'about = "hram"', "about is “hram”; it can be “benefit”"),
        ('text = "It is rare."', 'text = "It is rare and safe."', "says “safe” and is about frequency"),
        (
            'id = "rare"',
            '[[claim.evidence]]\nrow = "x"\nline = "trial"\nsays = "supports"\n\n[[claim]]\nid = "rare"',
            "there is no evidence row “x”. No evidence on this product is at hand",
        ),
    ],
)
def test_bad_claims_are_one_clear_line(
    refuse: Callable[..., str], three_cases: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    file = tmp_path / "kava.toml"
    wrong = STUDY.replace(old, new, 1) if "[[claim.evidence]]" not in new else STUDY.replace(f"[[claim]]\n{old}", new)
    file.write_text(wrong, encoding="utf-8")
    assert said in refuse(5, "claims", file, "--store", three_cases)
