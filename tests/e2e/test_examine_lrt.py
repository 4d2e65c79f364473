"""`phytovigil examine lrt` on the real data, beside counts made in plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from phytovigil.vocabulary import load_reactions

Ask = Callable[..., dict[str, Any]]
CUT = "HALLUCINATION"
"""The one term with its own name before a comma in others (“HALLUCINATION, AUDITORY”); the oracle adds them to it."""


@pytest.fixture(scope="module")
def kava(ask: Ask, store: Any) -> dict[str, Any]:
    return ask("examine", "lrt", "--product", "kava", "--role", "any", "--source", "caers", "--store", store)


@pytest.mark.parametrize(
    ("product", "words", "vocabulary"),
    [
        ("kava", ("KAVA", "KAVAKAVA"), ("--vocabulary", "2026-11")),
        ("kratom", ("KRATOM", "MITRAGYNA", "MITRAGYNINE"), ()),
    ],
)
def test_terms_are_counted_in_distinct_cases(
    ask: Ask, store: Any, caers: Any, product: str, words: tuple[str, ...], vocabulary: tuple[str, ...]
) -> None:
    """The oracle splits at every comma, so a handful of terms that hold one are cut there and not here.

    All spellings and older names of a term are one term.
    """
    current = load_reactions().terms.current
    by_term: dict[str, set[str]] = {}
    for term, cases in caers.by_term.items():
        by_term.setdefault(current(term), set()).update(cases)
    asked = ("examine", "lrt", "--product", product, "--role", "any", "--source", "caers", *vocabulary)
    answer = ask(*asked, "--store", store)
    named = caers.with_product(words, "any")
    assert len(answer["rows"]) > 20
    for row in (row for row in answer["rows"] if row["reaction"] != CUT):
        cases = by_term[current(row["reaction"])]
        assert (row["a"], row["a"] + row["c"]) == (len(cases & named), len(cases))
    assert 0 <= len(by_term) - answer["terms"] <= 10
    assert answer["all_pairs"] == pytest.approx(sum(len(cases) for cases in by_term.values()), rel=1e-3)


def test_ratios_follow_from_the_counts(kava: dict[str, Any]) -> None:
    size = kava["pairs"]
    assert kava["rows"]
    for row in kava["rows"]:
        expected = size * (row["a"] + row["c"]) / kava["all_pairs"]
        ratio = row["a"] * math.log(row["a"] / expected)
        ratio += (size - row["a"]) * math.log((size - row["a"]) / (size - expected))
        assert (row["expected"], row["log_likelihood_ratio"]) == pytest.approx((expected, ratio))
        assert row["significant"] == (row["p_value"] <= 0.05)


def test_the_seed_decides_and_the_list_is_cut_by_cases(ask: Ask, store: Any, kava: dict[str, Any]) -> None:
    asked = ("examine", "lrt", "--product", "kava", "--role", "any", "--source", "caers", "--store", store)
    assert ask(*asked) == kava
    other = ask(*asked, "--seed", "2", "--min-cases", "3")
    assert other["threshold"] == pytest.approx(kava["threshold"], rel=0.03)
    assert [row["reaction"] for row in other["rows"]] == [row["reaction"] for row in kava["rows"] if row["a"] >= 3]


def test_a_product_without_a_reaction_has_nothing_to_test(ask: Ask, store: Any) -> None:
    narrow = ("--sex", "female", "--age", "0-1")
    answer = ask("examine", "lrt", "--product", "kratom", "--source", "caers", "--store", store, *narrow)
    assert (answer["pairs"], answer["rows"], answer["threshold"]) == (0, [], None)
    assert "No case" in answer["notes"][0]
