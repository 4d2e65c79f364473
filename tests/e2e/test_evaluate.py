"""Evaluation and calibration on simulated reports, whose links are planted, and on the real ones."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import norm

from phytovigil.simulation import Truth, simulate
from phytovigil.simulation.parameters import Parameters, PlantedLink

Ask = Callable[..., dict[str, Any]]

RATIOS = (1.0, 1.0, 1.0, 1.0, 1.5, 2.0, 3.0, 5.0)
SHARE = 0.05
"""Frequent enough that every control is expected about ten times in 6,000 reports."""


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    planted = tuple(PlantedLink(ratio, SHARE, SHARE) for ratio in RATIOS)
    folder = tmp_path_factory.mktemp("planted") / "raw"
    return simulate(folder, reports=6000, quarters=["2019Q1"], seed=5, parameters=Parameters(planted=planted))


@pytest.fixture(scope="module")
def simulated(truth: Truth, run: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the simulated reports."""
    raw = next(tmp_path_factory.getbasetemp().glob("planted*/raw"))
    store = tmp_path_factory.mktemp("simulated") / "store"
    done = run("ingest", raw / "faers_ascii_2019Q1", "--store", store)
    assert done.code == 0, done.err
    return store


@pytest.fixture(scope="module")
def reference(truth: Truth, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every planted product with every planted reaction: linked with its own alone, where the ratio is not 1."""
    pairs = [pair for pair in truth.pairs if pair.kind == "planted"]
    file = tmp_path_factory.mktemp("set") / "planted.csv"
    lines = ["product,reaction,truth,group,ratio"]
    for number, one in enumerate(pairs):
        for other in pairs:
            linked = one is other and one.ratio > 1
            odds = odds_ratio(one.ratio) if linked else 1.0
            group = "first half" if number < len(pairs) / 2 else "second half"
            lines.append(f"{one.product},{other.reaction},{int(linked)},{group},{odds}")
    file.write_text("\n".join([*lines, "NOBODY SELLS IT,Simulated reaction 08001,0,,1", ""]), encoding="utf-8")
    return file


def odds_ratio(ratio: float) -> float:
    """The odds ratio of a ratio of proportions, where the reaction is reported with a share of SHARE otherwise."""
    return ratio * SHARE / (1 - ratio * SHARE) * (1 - SHARE) / SHARE


@pytest.fixture(scope="module")
def answer(ask: Ask, simulated: Path, reference: Path) -> dict[str, Any]:
    return ask("evaluate", reference, "--store", simulated, "--k", "3", "--k", "10")


def ranking(answer: dict[str, Any], measure: str, by: str = "low") -> dict[str, Any]:
    return next(each for each in answer["measures"] if (each["measure"], each["ranked_by"]) == (measure, by))


def test_planted_links_are_found(answer: dict[str, Any]) -> None:
    """Ratios of 2, 3 and 5 stand out of 60 negatives; 1.5 does not always."""
    assert answer["evaluated"] == {"pairs": 64, "positive": 4, "negative": 60}
    for measure in ("ror", "ror-midp", "ic", "prr"):
        found = ranking(answer, measure)
        assert found["auc"]["point"] > 0.9
        assert found["auc"]["low"] < found["auc"]["point"] <= found["auc"]["high"] <= 1
        assert found["precision_at"][0] == {"k": 3, "precision": 1.0}
        assert found["average_precision"] > 0.75
    for rule in answer["rules"]:
        assert rule["found"] >= 3 or rule["rule"] not in ("evans", "ic025", "ror025")
        assert rule["found"] + rule["missed"] == 4
        assert rule["false_alarms"] + rule["rightly_silent"] == 60
    assert {rule["rule"] for rule in answer["rules"]} >= {"evans", "ic025", "ror025", "ror-midp025"}


def test_counts_are_those_of_count(ask: Ask, simulated: Path, answer: dict[str, Any], truth: Truth) -> None:
    for pair in answer["pairs"][::9]:
        one = ask("count", "--product", pair["product"], "--reaction", pair["reaction"], "--store", simulated)
        assert [pair[cell] for cell in "abcd"] == [one[cell] for cell in "abcd"]
        assert pair["estimates"]["ic"] == one["estimates"]["ic"]


def test_counts_are_those_of_the_simulation(answer: dict[str, Any], truth: Truth) -> None:
    found = {(pair["product"], pair["reaction"]): [pair[cell] for cell in "abcd"] for pair in answer["pairs"]}
    for pair in truth.pairs:
        if pair.kind == "planted":
            assert found[pair.product, pair.reaction] == list(pair.counts["suspect_exact_name"])


def test_a_product_that_nobody_reports_is_listed(answer: dict[str, Any], run: Callable[..., Any]) -> None:
    assert answer["not_evaluable"] == [
        {
            "product": "NOBODY SELLS IT",
            "reaction": "Simulated reaction 08001",
            "truth": "negative",
            "reason": "the source reports no such product",
        }
    ]
    products = {product["name"]: product for product in answer["matches"]["products"]}
    assert products["NOBODY SELLS IT"] == {
        "name": "NOBODY SELLS IT",
        "found_as": [],
        "nodes": [],
        "spellings": [],
    }
    assert products["SIMULATED DRUG 12001"]["found_as"] == ["as reported"]


def test_groups_divide_the_pairs(answer: dict[str, Any]) -> None:
    assert [(group["group"], group["pairs"], group["positive"]) for group in answer["groups"]] == [
        ("first half", 32, 0),
        ("second half", 32, 4),
    ]
    first, second = (
        {(each["measure"], each["ranked_by"]): each["auc"]["point"] for each in group["measures"]}
        for group in answer["groups"]
    )
    assert first["ic", "low"] is None
    assert second["ic", "low"] > 0.85


def test_simulated_reports_have_no_systematic_error(answer: dict[str, Any]) -> None:
    error = answer["systematic_error"]
    assert (error["negative_controls"], error["informative"]) == (60, 60)
    assert error["null"]["mean_low"] < 0 < error["null"]["mean_high"]
    assert error["null"]["sd_low"] == 0
    assert error["share_below_alpha_calibrated"] <= 0.15


def test_the_curve_holds_the_area(answer: dict[str, Any]) -> None:
    found = ranking(answer, "ror", "point")
    false, true = found["roc"]["false_positive_rate"], found["roc"]["true_positive_rate"]
    area = sum((false[i + 1] - false[i]) * (true[i + 1] + true[i]) / 2 for i in range(len(false) - 1))
    assert area == pytest.approx(found["auc"]["point"], abs=1e-9)


def test_csv_has_a_row_for_each_pair(
    run: Callable[..., Any], simulated: Path, reference: Path, answer: dict[str, Any]
) -> None:
    done = run("evaluate", reference, "--store", simulated, "--format", "csv", "--measure", "ic")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [(row["product"], int(row["a"])) for row in rows] == [(p["product"], p["a"]) for p in answer["pairs"]]
    assert float(rows[0]["ic_low"]) == answer["pairs"][0]["estimates"]["ic"]["low"]


def test_the_bootstrap_is_repeatable(ask: Ask, simulated: Path, reference: Path) -> None:
    question = ("evaluate", reference, "--store", simulated, "--measure", "ic", "--bootstrap", "200")
    one, two = ask(*question), ask(*question)
    assert one == two
    assert {each["measure"] for each in one["measures"]} == {"cases", "ic"}
    assert one["measures"][1]["auc"]["low"] < 1


def test_text_says_what_the_json_says(run: Callable[..., Any], simulated: Path, reference: Path) -> None:
    text = run("evaluate", reference, "--store", simulated, "--measure", "ror", "--measure", "ic").out
    for part in ("65 pairs, 4 positive, 61 negative", "Evaluated: 64 pairs", "NOBODY SELLS IT", "AUC by chance 0.50"):
        assert part in text


def test_calibration_of_a_planted_pair(ask: Ask, simulated: Path, reference: Path, truth: Truth) -> None:
    """The strongest link, calibrated by the negatives alone: shifted by the null's mean, widened by its sd."""
    pair = next(pair for pair in truth.pairs if pair.ratio == 5.0)
    negatives = reference.with_name("negatives.csv")
    rows = [line for line in reference.read_text("utf-8").splitlines() if ",0," in line]
    negatives.write_text("\n".join(["product,reaction,truth,group,ratio", *rows]), encoding="utf-8")
    question = ("--product", pair.product, "--reaction", pair.reaction, "--controls", negatives, "--store", simulated)
    found = ask("examine", "calibration", *question)
    estimate, null = found["estimate"], found["systematic_error"]["null"]
    error = math.hypot(estimate["standard_error"], null["sd"])
    shifted = estimate["log_ratio"] - null["mean"]
    assert estimate["calibrated"]["point"] == pytest.approx(math.exp(shifted), rel=1e-6)
    assert estimate["calibrated"]["low"] == pytest.approx(math.exp(shifted - 1.959964 * error), rel=1e-5)
    assert estimate["calibrated"]["p_value"] == pytest.approx(2 * norm.sf(abs(shifted) / error), rel=1e-5)
    assert estimate["calibrated"]["low"] < odds_ratio(5.0) < estimate["calibrated"]["high"]
    assert found["error_model"]["mean_slope"] == 1
    assert [row["left_out"] for row in found["pairs"]].count("the source reports no such product") == 1


def test_positive_controls_of_known_ratio_teach_the_slope(ask: Ask, simulated: Path, reference: Path) -> None:
    question = ("--product", "SIMULATED DRUG 12001", "--reaction", "Simulated reaction 08001")
    found = ask("examine", "calibration", *question, "--controls", reference, "--store", simulated)
    assert found["error_model"]["positive_controls"] == 4
    assert found["error_model"]["mean_slope"] == pytest.approx(1.0, abs=0.35)
    own = [row for row in found["pairs"] if row["left_out"] == "it is the pair in question"]
    assert [(row["product"], row["reaction"]) for row in own] == [("SIMULATED DRUG 12001", "Simulated reaction 08001")]


def test_too_few_controls_withhold_the_calibration(
    ask: Ask, run: Callable[..., Any], store: Path, tmp_path: Path
) -> None:
    controls = tmp_path / "controls.csv"
    controls.write_text("product,reaction\ncalcium,ALOPECIA\nkava,ALOPECIA\nno such thing,RASH\n", encoding="utf-8")
    question = ("examine", "calibration", "--product", "kratom", "--reaction", "jaundice", "--role", "any",
                "--controls", controls, "--source", "caers", "--store", store)  # fmt: skip
    found = ask(*question)
    assert found["estimate"]["uncalibrated"]["point"] > 10
    assert found["estimate"]["calibrated"] == dict.fromkeys(found["estimate"]["calibrated"])
    assert found["note"].startswith("No calibration: 1 negative controls")
    assert [row["left_out"] for row in found["pairs"]] == [
        "",
        "fewer than 3 cases are expected",
        "the source reports no such product",
    ]
    assert "No calibration" in run(*question).out


def test_what_is_refused(refuse: Callable[..., str], store: Path, tmp_path: Path) -> None:
    def written(text: str) -> Path:
        file = tmp_path / "set.csv"
        file.write_text(text, encoding="utf-8")
        return file

    kava = written("product,reaction,truth\nkava,jaundice,1\n")
    assert "numerators only" in refuse(7, "evaluate", kava, "--source", "faers-dashboard", "--store", store)
    assert "ebgmm" in refuse(3, "evaluate", kava, "--source", "caers", "--store", store, "--measure", "ebgmm")
    none = written("product,reaction,truth\nno such thing,jaundice,1\n")
    assert "holds no pair" in refuse(7, "evaluate", none, "--source", "caers", "--store", store)
    broken = written("product,reaction,truth\nkava,jaundice,often\n")
    assert "line 2" in refuse(4, "evaluate", broken, "--source", "caers", "--store", store)
    only = written("product,reaction,truth\nkava,jaundice,1\n")
    asked = ("--product", "kava", "--reaction", "jaundice", "--source", "caers", "--store", store)
    assert "no negative control" in refuse(2, "examine", "calibration", *asked, "--controls", only)


def test_outcomes_of_the_omop_set_are_unions_of_terms(ask: Ask, store: Path, tmp_path: Path) -> None:
    """The format of the OMOP set, on CAERS: an outcome of two terms counts a case with both once."""
    reference = tmp_path / "ohdsi.csv"
    reference.write_text(
        "exposureName,outcomeName,groundTruth\nKava,Liver 1,1\nKratom,Liver 1,0\nNo such thing,Liver 1,0\n",
        encoding="utf-8",
    )
    outcomes = tmp_path / "outcomes.csv"
    outcomes.write_text(
        "outcomeName,meddra_pt\nLiver 1,Jaundice\nLiver 1,Hepatitis\nLiver 1,Never reported so\n", encoding="utf-8"
    )
    names = tmp_path / "names.json"
    names.write_text(json.dumps({"kratom": ["mitragyna"]}), encoding="utf-8")
    given = ("--outcomes", outcomes, "--names", names, "--source", "caers", "--store", store, "--measure", "ic")
    found = ask("evaluate", reference, *given)
    assert found["matches"]["reactions"] == [
        {"name": "Liver 1", "terms": ["JAUNDICE", "HEPATITIS"], "not_reported": ["Never reported so"]}
    ]
    words = tmp_path / "words.csv"
    words.write_text("product,reaction,truth\nkava,term:JAUNDICE; term:HEPATITIS,1\n", encoding="utf-8")
    plain = ask("evaluate", words, "--source", "caers", "--store", store, "--measure", "ic")
    single = [
        ask("count", "--product", "kava", "--reaction", term, "--source", "caers", "--store", store)
        for term in ("JAUNDICE", "term:HEPATITIS")
    ]
    assert [plain["pairs"][0][cell] for cell in "abcd"] == [found["pairs"][0][cell] for cell in "abcd"]
    assert max(one["a"] for one in single) <= plain["pairs"][0]["a"] <= sum(one["a"] for one in single)
    assert plain["pairs"][0]["a"] + plain["pairs"][0]["c"] < sum(one["a"] + one["c"] for one in single)
    assert plain["measures"][0]["auc"]["point"] is None
