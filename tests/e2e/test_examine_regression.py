"""`phytovigil examine regression` on real reports and on a small file with a bystander."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Ask = Callable[..., dict[str, Any]]
PAIR = ("--product", "kratom", "--reaction", "JAUNDICE", "--role", "any")
KRATOM = ("examine", "regression", *PAIR, "--source", "caers")


@pytest.fixture(scope="module")
def kratom(ask: Ask, store: Path) -> dict[str, Any]:
    return ask(*KRATOM, "--covariate", "sex", "--covariate", "age", "--resamples", "3", "--store", store)


def test_counts_are_those_of_count(kratom: dict[str, Any]) -> None:
    assert [kratom[cell] for cell in "abcdn"] == [4, 30, 463, 64020, 64517]


def test_products_are_counted_as_the_raw_file_has_them(kratom: dict[str, Any], caers: Any) -> None:
    """Counts of co-reported products beside those made in plain Python."""
    reacted, named = caers.with_term(["JAUNDICE"]), caers.with_product(["KRATOM"], "any")
    row = next(row for row in kratom["products"] if row["name"] == "magnesium")
    assert row["with_product"] >= row["with_both"]
    assert row["cases"] >= row["with_reaction"] > 0
    assert len(reacted) == kratom["a"] + kratom["c"]
    assert row["with_product"] <= len(named) + 3


def test_estimates_stand_in_order_from_crude_to_adjusted(kratom: dict[str, Any]) -> None:
    found = kratom["estimates"]
    for name in ("ror", "ror-midp", "crude", "covariates", "adjusted", "one_error"):
        assert 1 < found[name]["low"] < found[name]["point"] < found[name]["high"]
    assert kratom["bootstrap"]["used"] == 3
    assert [entry["name"] for entry in kratom["covariates"]] == ["sex", "age"]
    of_reaction = kratom["penalty"]["of_reaction"]
    assert of_reaction["one_error"]["penalty"] >= of_reaction["minimum"]["penalty"]


def test_the_product_and_what_belongs_to_it_are_no_columns(kratom: dict[str, Any]) -> None:
    own = {node["id"] for node in kratom["product"]["nodes"]}
    assert own.isdisjoint(row["id"] for row in kratom["products"])


def test_same_question_same_answer(ask: Ask, store: Path) -> None:
    question = (*KRATOM, "--fewest-cases", "200", "--store", store)
    assert ask(*question) == ask(*question)


def test_too_few_cases_withhold_the_estimate(ask: Ask, run: Callable[..., Any], store: Path) -> None:
    question = ("examine", "regression", "--product", "kratom", "--reaction", "RASH", "--source", "caers")
    answer = ask(*question, "--store", store)
    assert answer["a"] < 3
    assert answer["estimates"]["adjusted"]["point"] is None
    assert "fewer than 3 cases" in answer["notes"][0]
    text = run(*question, "--store", store).out
    assert "withheld" in text
    assert "Not adjusted: fewer than 3 cases have both" in text


def test_wrong_arguments_are_refused(refuse: Callable[..., str], store: Path) -> None:
    assert "lasso, elastic-net, ridge" in refuse(2, *KRATOM, "--penalty", "l1", "--store", store)
    assert "Known: sex" in refuse(3, *KRATOM, "--covariate", "weight", "--store", store)


def test_without_the_extra_one_line_says_what_to_install(
    refuse: Callable[..., str], store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def missing(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "glum":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)
    assert "pip install 'phytovigil[regression]'" in refuse(9, *KRATOM, "--store", store)


def bystander_rows() -> list[dict[str, str]]:
    """Kava causes jaundice; fish oil does not, but half of its cases name kava too."""
    rows: list[dict[str, str]] = []

    def add(times: int, terms: str, *products: str) -> None:
        for _ in range(times):
            case = str(len({row["case"] for row in rows}) + 1)
            rows.extend({"case": case, "product": product, "terms": terms} for product in products)

    for products, jaundiced, others in (
        (("FISH OIL", "KAVA ROOT"), 16, 44),
        (("FISH OIL",), 2, 58),
        (("KAVA ROOT",), 30, 90),
        (("GINSENG",), 4, 96),
        (("SOAP",), 30, 900),
    ):
        add(jaundiced, "JAUNDICE", *products)
        add(others, "NAUSEA", *products)
    return rows


def test_a_bystander_is_cleared_and_the_cause_is_named(
    ask: Ask, run: Callable[..., Any], write_caers: Callable[..., Path], tmp_path: Path
) -> None:
    folder = tmp_path / "bystander"
    ask("ingest", write_caers("bystander.csv", *bystander_rows()), "--store", folder)
    question = ("examine", "regression", "--product", "fish-oil", "--reaction", "JAUNDICE", "--store", folder)
    answer = ask(*question)
    found = answer["estimates"]
    assert found["ror-midp"]["low"] > 1
    assert found["ror-midp"]["point"] > 2
    assert found["adjusted"]["low"] < 1 < found["adjusted"]["high"]
    first = answer["products"][0]
    assert (first["id"], first["cases"], first["with_reaction"]) == ("kava", 180, 46)
    assert (first["with_product"], first["with_both"]) == (60, 16)
    assert first["adjusted"]["low"] > 1
    assert first["without"] > 2
    text = run(*question).out
    assert "The crude disproportion does not hold" in text


def test_names_unknown_to_the_vocabulary_are_columns_if_asked_for(
    ask: Ask, write_caers: Callable[..., Path], tmp_path: Path
) -> None:
    """Two unknown names, always together: one column, and a note that nothing tells them apart."""
    folder = tmp_path / "unknown"
    rows = bystander_rows()
    for case in range(1, 41):
        rows += [{"case": str(case), "product": name, "terms": "JAUNDICE"} for name in ("ZZYZX A", "ZZYZX B")]
    ask("ingest", write_caers("unknown.csv", *rows), "--store", folder)
    question = ("examine", "regression", "--product", "fish-oil", "--reaction", "NAUSEA", "--store", folder)
    known, all_names = ask(*question), ask(*question, "--reported")
    assert known["columns"]["products"] + 2 == all_names["columns"]["products"]
    assert all_names["columns"]["identical"] == [{"kept": "ZZYZX A", "dropped": ["ZZYZX B"]}]
