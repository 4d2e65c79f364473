"""`examine interaction` on the real CAERS file, beside a count in plain Python."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product as every
from pathlib import Path
from typing import Any

import pytest

Ask = Callable[..., dict[str, Any]]
FROZEN = ("--vocabulary", "2026-11")
"""The vocabulary in which these products have plain words for names; a later one knows more."""
WORDS = {"kratom": ("KRATOM", "MITRAGYNA", "MITRAGYNINE")}


def examine(ask: Ask, store: Path, *options: str) -> dict[str, Any]:
    return ask("examine", "interaction", *options, "--source", "caers", "--store", store)


@pytest.mark.parametrize("role", ["any", "suspect"])
@pytest.mark.parametrize(
    ("first", "second", "vocabulary"),
    [("melatonin", "valerian", FROZEN), ("melatonin", "glucosamine", FROZEN), ("kratom", "valerian", ())],
)
def test_eight_cells_are_those_of_a_loop_over_the_cases(
    ask: Ask, store: Path, caers: Any, first: str, second: str, vocabulary: tuple[str, ...], role: str
) -> None:
    """Products whose names in CAERS are plain words, and no others."""
    asked = ("--product", first, "--and", second, "--reaction", "NAUSEA", "--role", role)
    answer = examine(ask, store, *asked, *vocabulary)
    cells = dict.fromkeys(answer["rows"][0]["cells"], 0)
    named = [caers.with_product(WORDS.get(name, (name.upper(),)), role) for name in (first, second)]
    with_term = caers.with_term(["NAUSEA"])
    for number in caers.cases:
        key = "".join(str(int(number in chosen)) for chosen in (*named, with_term))
        cells[f"n{key}"] += 1
    assert answer["rows"][0]["cells"] == cells
    assert sum(cells.values()) == 64_517
    assert cells["n101"] + cells["n100"] > 0
    assert cells["n111"] + cells["n110"] > 0 or first == "kratom"


def test_every_row_agrees_with_the_two_by_two_tables(ask: Ask, store: Path) -> None:
    """The margins of each triple are the 2×2 tables that `count` gives."""
    answer = examine(ask, store, "--product", "niacin", "--reaction", "itch", "--role", "any", "--min-cases", "8")
    assert len(answer["rows"]) > 2
    for row in answer["rows"][:2]:
        n = row["cells"]
        assert n["n111"] >= 8
        for position, name in ((0, "niacin"), (1, row["second"]["id"])):
            question = ("--product", name, "--reaction", "itch", "--role", "any", "--source", "caers")
            table = ask("count", *question, "--store", store)
            added = [
                sum(n[f"n{''.join(bits)}"] for bits in every("10", repeat=3) if (bits[position], bits[2]) == wanted)
                for wanted in (("1", "1"), ("1", "0"), ("0", "1"), ("0", "0"))
            ]
            assert added == [table[cell] for cell in "abcd"]


def test_one_second_product_has_the_row_that_it_has_in_the_list(ask: Ask, store: Path) -> None:
    question = ("--product", "niacin", "--reaction", "itch", "--role", "any")
    listed = examine(ask, store, *question)["rows"]
    for row in (listed[0], listed[-1]):
        assert examine(ask, store, *question, "--and", row["second"]["id"])["rows"] == [row]
    assert [row["omega"]["low"] for row in listed] == sorted((row["omega"]["low"] for row in listed), reverse=True)


def test_products_may_be_exchanged(ask: Ask, store: Path) -> None:
    one = examine(ask, store, "--product", "kava", "--and", "kratom", "--reaction", "jaundice", "--role", "any")
    other = examine(ask, store, "--product", "kratom", "--and", "kava", "--reaction", "jaundice", "--role", "any")
    for measure in ("expected", "omega", "contrast"):
        assert one["rows"][0][measure] == pytest.approx(other["rows"][0][measure], rel=1e-9)
    assert one["rows"][0]["cells"]["n101"] == other["rows"][0]["cells"]["n011"]


def test_nothing_is_claimed_where_no_case_names_both(ask: Ask, run: Callable[..., Any], store: Path) -> None:
    question = ("--product", "kratom", "--and", "reported:REDACTED", "--reaction", "jaundice")
    row = examine(ask, store, *question)["rows"][0]
    assert row["cells"]["n111"] + row["cells"]["n110"] == 0
    assert row["verdict"] == "withheld"
    assert row["omega"] == {"point": None, "low": None, "high": None}
    assert row["withheld"][0] == "No case names both products."
    said = run("examine", "interaction", *question, "--source", "caers", "--store", store).out
    assert "not estimable" in said
    assert "0.00 (" not in said


def test_text_says_what_the_json_says(ask: Ask, run: Callable[..., Any], store: Path) -> None:
    question = ("--product", "niacin", "--and", "fish oil", "--reaction", "itch", "--role", "any")
    row = examine(ask, store, *question)["rows"][0]
    said = run("examine", "interaction", *question, "--source", "caers", "--store", store).out
    for part in (f"{row['cells']['n000']:,}", f"{row['omega']['point']:.2f}".replace("-", "−"), "as of 2017-06-30"):
        assert part in said
    assert "not an interaction proven" in said


def test_list_without_any_product_says_so(run: Callable[..., Any], store: Path) -> None:
    question = ("--product", "kratom", "--reaction", "jaundice", "--source", "caers", "--store", str(store))
    assert "No other product is named in 3 or more" in run("examine", "interaction", *question).out


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--product", "kratom", "--and", "kratom"), 2, "same product"),
        (("--product", "kratom", "--and", "kratom-leaf"), 2, "counted under the other"),
        (("--product", "kratom-leaf", "--and", "kratom"), 2, "counted under the other"),
        (("--product", "kratom", "--and", "kvaa"), 3, "kava"),
        (("--product", "kratom", "--min-cases", "0"), 2, "at least 1"),
    ],
)
def test_questions_that_cannot_be_are_refused(
    refuse: Callable[..., str], store: Path, options: tuple[str, ...], code: int, said: str
) -> None:
    where = ("--reaction", "jaundice", "--source", "caers", "--store", str(store))
    assert said in refuse(code, "examine", "interaction", *options, *where)


def test_numerators_only_are_refused(refuse: Callable[..., str], store: Path) -> None:
    question = ("--product", "kratom", "--reaction", "jaundice", "--source", "faers-dashboard", "--store", str(store))
    assert "numerators only" in refuse(7, "examine", "interaction", *question)
