"""Products beside one another, and one product across sources, against counts made in plain Python."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scipy import optimize, stats

import phytovigil

Ask = Callable[..., dict[str, Any]]
WORDS = {"kratom": ("KRATOM", "MITRAGYNA", "MITRAGYNINE"), "valerian": ("VALERIAN",), "melatonin": ("MELATONIN",)}
"""Words that mean these products and no others in CAERS, under vocabulary 2026-11."""

ASKED = ("compare", *WORDS, "--reaction", "NAUSEA", "--role", "any", "--source", "caers", "--vocabulary", "2026-11")


@pytest.fixture(scope="module")
def compared(ask: Ask, store: Path) -> dict[str, Any]:
    return ask(*ASKED, "--store", store)["sources"][0]


def test_every_row_has_the_counts_of_the_oracle(compared: dict[str, Any], caers: Any) -> None:
    assert [row["product"] for row in compared["rows"]] == list(WORDS)
    for row in compared["rows"]:
        assert tuple(row[cell] for cell in "abcd") == caers.count(WORDS[row["product"]], ["NAUSEA"])
        assert row["product_cases"] == row["a"] + row["b"]


def test_every_row_is_the_answer_to_count(ask: Ask, compared: dict[str, Any], store: Path) -> None:
    keys = ("a", "b", "c", "d", "n", "expected", "estimates", "signal", "verdict", "why")
    for row in compared["rows"][:2]:
        asked = ("count", "--product", row["product"], *ASKED[len(WORDS) + 1 :], "--store", store)
        answer = ask(*asked)
        assert {key: row[key] for key in keys} == {key: answer[key] for key in keys}


def test_shared_cases_are_those_that_name_both(compared: dict[str, Any], caers: Any) -> None:
    reacted = caers.with_term(["NAUSEA"])
    assert [row["products"] for row in compared["shared"]] == [
        ["kratom", "valerian"], ["kratom", "melatonin"], ["valerian", "melatonin"],
    ]  # fmt: skip
    for row in compared["shared"]:
        both = set.intersection(*(caers.with_product(WORDS[name], "any") for name in row["products"]))
        assert (row["cases"], row["cases_with_reaction"]) == (len(both), len(both & reacted))
    assert compared["shared"][2]["cases"] > 0


def conditional_limits(a: int, b: int, c: int, d: int) -> tuple[float, float]:
    """Exact mid-P limits of an odds ratio by solving Fisher's noncentral hypergeometric distribution."""

    def tail(log_ratio: float, side: int) -> float:
        model = stats.nchypergeom_fisher(a + b + c + d, a + b, a + c, math.exp(log_ratio))
        beyond = model.sf(a) if side > 0 else model.cdf(a - 1)
        return float(beyond + 0.5 * model.pmf(a) - 0.025)

    low, high = (optimize.brentq(tail, -12, 12, args=(side,), xtol=1e-12) for side in (1, -1))
    return math.exp(low), math.exp(high)


def test_two_products_are_compared_without_the_cases_of_both(compared: dict[str, Any], caers: Any) -> None:
    reacted = caers.with_term(["NAUSEA"])
    first = caers.with_product(WORDS["kratom"], "any")
    for row in compared["between"]:
        other = caers.with_product(WORDS[row["products"][1]], "any")
        alone, beside = first - other, other - first
        cells = (len(alone & reacted), len(alone - reacted), len(beside & reacted), len(beside - reacted))
        assert tuple(row[cell] for cell in "abcd") == cells
        assert row["left_out"] == len(first & other)
        a, b, c, d = cells
        error = math.sqrt(sum(1 / cell for cell in cells))
        logs = [math.log(a * d / b / c) + reach * error for reach in (0, -1.959964, 1.959964)]
        assert [row["log_difference"][key] for key in ("point", "low", "high")] == pytest.approx(logs, abs=1e-5)
        exact = row["estimates"]["ror-midp"]
        assert (exact["low"], exact["high"]) == pytest.approx(conditional_limits(*cells), rel=1e-5)


def test_active_comparator_of_count_is_the_same_where_no_case_names_both(ask: Ask, store: Path) -> None:
    scope = ("--reaction", "NAUSEA", "--role", "any", "--source", "caers", "--store", store)
    row = ask("compare", "kratom", "turmeric", *scope)["sources"][0]["between"][0]
    assert row["left_out"] == 0
    answer = ask("count", "--product", "kratom", "--among", "turmeric", *scope)
    assert [row[cell] for cell in "abcd"] == [answer[cell] for cell in "abcd"]
    assert row["estimates"]["ror-midp"] == answer["estimates"]["ror-midp"]


def test_swapping_two_products_turns_the_ratio_round(ask: Ask, store: Path) -> None:
    scope = ("--reaction", "liver-injury", "--role", "any", "--source", "caers", "--store", store)
    one, other = (ask("compare", *names, *scope)["sources"][0]["between"][0]["estimates"]["ror"]
                  for names in (("kratom", "green-tea"), ("green-tea", "kratom")))  # fmt: skip
    assert one["point"] == pytest.approx(1 / other["point"], rel=1e-9)
    assert (one["low"], one["high"]) == pytest.approx((1 / other["high"], 1 / other["low"]), rel=1e-9)


def test_one_product_across_sources(ask: Ask, store: Path, listing: list[dict[str, str]]) -> None:
    sources = ("--source", "caers", "--source", "faers-dashboard")
    answer = ask("compare", "kratom", "--reaction", "JAUNDICE", *sources, "--store", store)
    measured, counted = (part["rows"][0] for part in answer["sources"])
    assert measured["estimates"]
    assert measured["n"] == 64_517
    icteric = sum("jaundice" in [term.strip().lower() for term in row["Reactions"].split(";")] for row in listing)
    assert (counted["a"], counted["product_cases"]) == (icteric, len(listing))
    assert (counted["estimates"], counted["verdict"], counted["n"]) == ({}, "no-measure", None)
    assert any("Sources overlap" in note for note in answer["notes"])


def test_products_stand_as_asked_and_the_answer_says_that_nothing_is_ranked(ask: Ask, three_cases: Path) -> None:
    for names in (("fish-oil", "kava"), ("kava", "fish-oil")):
        answer = ask("compare", *names, "--reaction", "NAUSEA", "--store", three_cases)
        assert [row["product"] for row in answer["sources"][0]["rows"]] == list(names)
        assert "none of these numbers ranks them by risk" in answer["notes"][0]


def test_parts_of_one_another_are_not_set_against_each_other(ask: Ask, three_cases: Path) -> None:
    row = ask("compare", "tea", "green-tea", "--reaction", "NAUSEA", "--store", three_cases)["sources"][0]["between"][0]
    assert row["withheld"].startswith("one of the two is counted under the other")
    assert (row["estimates"], row["log_difference"]) == ({}, None)


def test_products_without_a_case_or_a_reaction_are_not_compared(ask: Ask, three_cases: Path) -> None:
    asked = ("--reaction", "NAUSEA", "--reaction", "ERUCTATION", "--reaction", "jaundice", "--store", three_cases)
    rows = ask("compare", "kava", "valerian", "fish-oil", *asked)["sources"][0]["between"]
    said = {(row["products"][1], row["reaction"]): row["withheld"] for row in rows}
    assert said["valerian", "NAUSEA"] == "one of the two is named in no case of the population"
    assert said["fish-oil", "NAUSEA"] == ""
    kava = [row for row in rows if row["products"][1] == "fish-oil"]
    assert [(row["a"], row["b"], row["c"], row["d"]) for row in kava] == [(2, 0, 0, 1), (0, 2, 1, 0), (1, 1, 0, 1)]


def test_what_cannot_be_compared_is_refused_in_a_line(refuse: Callable[..., str], three_cases: Path) -> None:
    end = ("--store", three_cases)
    assert "nothing to compare" in refuse(2, "compare", "kava", "--reaction", "NAUSEA", *end)
    assert "given twice" in refuse(2, "compare", "kava", "kava", "--reaction", "NAUSEA", *end)
    assert "Two of the names mean" in refuse(2, "compare", "kava", "piper methysticum", "--reaction", "NAUSEA", *end)
    assert "“kratom”" in refuse(3, "compare", "kava", "kratomm", "--reaction", "NAUSEA", *end)
    assert "“jaundice”" in refuse(3, "compare", "kava", "kratom", "--reaction", "jaundise", *end)


def test_files_hold_the_numbers_of_the_answer(ask: Ask, store: Path, tmp_path: Path) -> None:
    reactions = ("--reaction", "liver-injury", "--reaction", "itch")
    scope = ("--role", "any", "--source", "caers", "--store", store)
    answer = ask("compare", "kratom", "kava", "green-tea", *reactions, *scope, "--out", tmp_path / "a")
    with (tmp_path / "a" / "compare.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, written in zip(answer["sources"][0]["rows"], rows, strict=True):
        assert [written[key] for key in ("product", "reaction")] == [row["product"], row["reaction"]]
        assert [int(written[cell]) for cell in "abcd"] == [row[cell] for cell in "abcd"]
        low = row["estimates"]["ror-midp"]["low"]
        assert float(written["ror-midp_low"]) == low
    with (tmp_path / "a" / "between.csv").open(encoding="utf-8", newline="") as file:
        between = list(csv.DictReader(file))
    assert [row["second"] for row in between] == ["kava", "green-tea"] * 2
    svg = (tmp_path / "a" / "compare.svg").read_text("utf-8")
    assert svg.index("kratom") < svg.index("green tea")
    assert (tmp_path / "a" / "compare.png").read_bytes().startswith(b"\x89PNG")
    ask("compare", "kratom", "kava", "green-tea", *reactions, *scope, "--out", tmp_path / "b")
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_text_fits_eighty_columns(run: Callable[..., Any], store: Path) -> None:
    names = ("kratom", "kava", "green-tea", "turmeric", "st-johns-wort", "cannabidiol")
    done = run("compare", *names, "--reaction", "liver-injury", "--role", "any", "--source", "caers", "--store", store)
    table = done.out.partition("product")[2].partition(" against ")[0].splitlines()[:-1]
    assert len(table) == 8
    assert max(map(len, table)) <= 80
    assert "kratom against green tea: ROR 2.3 (0.72 to 6.2); 5 of 34 cases against 23 of 327" in done.out


def test_from_python(three_cases: Path) -> None:
    pv = phytovigil.open(three_cases)
    answer = pv.compare(["kava", "fish-oil"], ["NAUSEA"], role="any")
    assert [row["a"] for row in answer["sources"][0]["rows"]] == [2, 0]
    assert answer["selection"]["role"] == "any"
