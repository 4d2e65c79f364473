"""`examine hierarchy` on the real data, beside counts made in plain Python, and with a made-up MedDRA."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from phytovigil.vocabulary import load_reactions

Ask = Callable[..., dict[str, Any]]
NIACIN = ("NIACIN", "NICOTINIC ACID")
"""Words by which CAERS names it, as vocabulary 2026-11 has them and the tests of the studies."""
KRATOM = ("KRATOM", "MITRAGYNA", "MITRAGYNINE")
FROZEN = ("--vocabulary", "2026-11")


@pytest.fixture(scope="module")
def kava(ask: Ask, store: Path) -> dict[str, Any]:
    return ask("examine", "hierarchy", "--product", "kava", "--source", "caers", "--store", store)


def test_liver_injury_stands_out_with_kava(kava: dict[str, Any]) -> None:
    """FDA warned of liver injury with kava in 2002; single liver terms are too few to carry it."""
    first = kava["cuts"][0]
    assert (first["node"], first["level"]) == ("Liver injury", "broad group")
    assert first["p_value"] == 0.001
    assert first["significant"]
    assert kava["significant"] == sum(cut["significant"] for cut in kava["cuts"])
    assert "It is no cause" in " ".join(kava["text"])


@functools.cache
def currents_of(reported: tuple[str, ...]) -> dict[str, str]:
    """Each term of a file, and the term that it is counted as."""
    terms = load_reactions().terms
    return {term: terms.current(term) for term in reported}


def also_called(terms: Iterable[str], caers: Any) -> list[str]:
    """The terms of the file that are counted as any of these, in all spellings and under older names."""
    wanted = load_reactions().currents(terms)
    return [term for term, current in currents_of(tuple(caers.by_term)).items() if current in wanted]


@pytest.mark.parametrize(
    ("product", "words", "vocabulary", "least"), [("niacin", NIACIN, FROZEN, 20), ("kratom", KRATOM, (), 1)]
)
def test_counts_are_distinct_cases_as_the_oracle_counts_them(
    ask: Ask, store: Path, caers: Any, product: str, words: tuple[str, ...], vocabulary: tuple[str, ...], least: int
) -> None:
    groups = {group.title: group for group in load_reactions().groups}
    asked = ("examine", "hierarchy", "--product", product, "--role", "any", "--source", "caers", *vocabulary)
    answer = ask(*asked, "--store", store)
    assert answer["n"] == len(caers.cases)
    assert answer["with_product"] == len(caers.with_product(words, "any"))
    checked = 0
    for cut in answer["cuts"]:
        group = groups.get(cut["node"])
        scopes = {"broad group": "broad", "narrow group": "narrow"}
        terms = getattr(group, scopes[cut["level"]]) if group and cut["level"] in scopes else (cut["node"],)
        terms = also_called(terms, caers)
        assert tuple(cut[cell] for cell in "abcd") == caers.count(words, terms)
        assert cut["expected"] == pytest.approx((cut["a"] + cut["b"]) * (cut["a"] + cut["c"]) / answer["n"])
        assert all(entry["a"] == caers.count(words, also_called([entry["term"]], caers))[0] for entry in cut["named"])
        checked += 1
    assert checked >= least


def test_the_same_counts_as_the_command_count(ask: Ask, store: Path, kava: dict[str, Any]) -> None:
    counted = ask(
        "count", "--product", "kava", "--reaction", "liver-injury/broad", "--source", "caers", "--store", store
    )
    cut = kava["cuts"][0]
    assert [cut[cell] for cell in "abcd"] == [counted[cell] for cell in "abcd"]
    assert cut["expected"] == counted["expected"]
    assert cut["ic"]["point"] == pytest.approx(counted["estimates"]["ic"]["point"])


def test_the_same_seed_gives_the_same_answer_and_strata_are_used(ask: Ask, store: Path, kava: dict[str, Any]) -> None:
    question = ("examine", "hierarchy", "--product", "kava", "--source", "caers", "--store", store)
    assert ask(*question) == kava
    within = ask(*question, "--stratum", "sex", "--stratum", "year")
    assert within["null"]["strata"] == ["sex", "year"]
    crude = {(cut["node"], cut["level"]): cut for cut in kava["cuts"]}
    both = [cut for cut in within["cuts"] if (cut["node"], cut["level"]) in crude]
    assert both
    for cut in both:
        assert cut["a"] == crude[(cut["node"], cut["level"])]["a"]
        assert cut["expected"] != crude[(cut["node"], cut["level"])]["expected"]
    assert "in each stratum of sex × year" in " ".join(within["text"])


def test_mentions_count_more_than_cases_under_the_poisson_null(ask: Ask, store: Path) -> None:
    answer = ask(
        "examine", "hierarchy", "--product", "niacin", "--null", "poisson", "--source", "caers", "--store", store
    )
    flushing = answer["cuts"][0]
    assert flushing["node"] == "Flushing"
    assert flushing["observed"] > flushing["a"]
    assert flushing["observed"] == sum(entry["a"] for entry in flushing["named"])
    assert "as if they came from" in " ".join(answer["text"])


def test_a_product_with_nothing_unusual_has_no_cut(ask: Ask, store: Path, run: Callable[..., Any]) -> None:
    question = ("examine", "hierarchy", "--product", "kava", "--source", "caers", "--years", "2005", "--store", store)
    answer = ask(*question)
    assert answer["significant"] == 0
    assert answer["text"][0].startswith("No c")
    assert answer["text"][0] in " ".join(run(*question).out.split())


def test_a_population_without_the_product_is_said(ask: Ask, store: Path) -> None:
    answer = ask("examine", "hierarchy", "--product", "kava", "--source", "caers", "--age", "0-1", "--store", store)
    assert (answer["with_product"], answer["cuts"]) == (0, [])
    assert "nothing to scan" in answer["text"][0]


def test_own_meddra(
    ask: Ask, store: Path, synthetic: ModuleType, tmp_path: Path, caers: Any, kava: dict[str, Any]
) -> None:
    """Terms of the reports in made-up classes; a term that the dictionary does not hold is listed with its cases."""
    ordered = sorted(caers.by_term, key=lambda term: (-len(caers.by_term[term]), term))
    common = list(islice((term for term in ordered if also_called([term], caers) == [term]), 420))
    preferred = sorted(term.capitalize() for term in common[:400])
    folder = synthetic.SyntheticMeddra(preferred=preferred).write(tmp_path / "MedAscii")
    question = ("examine", "hierarchy", "--product", "niacin", "--source", "caers", "--store", store, "--role", "any")
    question += FROZEN
    answer = ask(*question, "--meddra", tmp_path)
    tree = answer["tree"]
    assert (tree["kind"], tree["meddra"]["version"], tree["levels"]) == ("meddra", "99.1", ["SOC", "HLGT", "HLT", "PT"])
    assert "99.1" in tree["title"]
    assert tree["terms"] == 400
    listed = {entry["term"]: entry for entry in tree["unmatched"]}
    assert 400 + len(listed) == kava["tree"]["terms"]
    for term in common[400:420]:
        assert listed[term]["cases"] == len(caers.by_term[term])
        assert listed[term]["a"] == caers.count(NIACIN, [term])[0]
    assert answer["cuts"][0]["named"][0]["term"] == "FLUSHING" or answer["cuts"][0]["node"] == "Flushing"
    wider = ask(*question, "--meddra", folder, "--all-ways")
    assert wider["tree"]["title"].endswith("all ways up of each term")
    terms = {term.upper() for term in preferred}
    for cut in (cut for cut in answer["cuts"] if cut["level"] == "PT"):
        assert cut["node"].upper() in terms
        assert tuple(cut[cell] for cell in "abcd") == caers.count(NIACIN, [cut["node"].upper()])


def test_the_variable_names_the_folder_and_groups_can_still_be_asked_for(
    ask: Ask, small: Path, synthetic: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preferred = ["Jaundice", "Nausea", "Synthetic ache", "Synthetic spot", "Eructation", "Synthetic itch"]
    monkeypatch.setenv("PHYTOVIGIL_MEDDRA", str(synthetic.SyntheticMeddra(preferred=preferred).write(tmp_path / "m")))
    question = ("examine", "hierarchy", "--product", "kava", "--store", small, "--min-cases", "1")
    assert ask(*question)["tree"]["kind"] == "meddra"
    assert ask(*question, "--tree", "groups")["tree"]["meddra"] is None
    queries = ask(*question, "--tree", "smq")
    assert queries["tree"]["title"] == "SMQs of MedDRA 99.1"
    wilting = [cut for cut in queries["cuts"] if cut["node"] == "Synthetic wilting"]
    assert not wilting or wilting[0]["terms"] > 0


def test_what_is_refused(refuse: Callable[..., str], store: Path, small: Path, tmp_path: Path) -> None:
    question = ("examine", "hierarchy", "--product", "kava", "--source", "caers", "--store", store)
    assert "does not come with the program" in refuse(2, *question, "--tree", "meddra")
    assert "groups, meddra, smq" in refuse(2, *question, "--tree", "whoart")
    assert "cases, poisson" in refuse(2, *question, "--null", "cheerful")
    assert "sex, age, year" in refuse(2, *question, "--stratum", "colour")
    assert "19 to 99999" in refuse(2, *question, "--replicates", "3")
    assert "lacks llt.asc" in refuse(5, *question, "--meddra", tmp_path)
    assert "“kava”" in refuse(3, "examine", "hierarchy", "--product", "kvaa", "--source", "caers", "--store", store)
    assert "numerators only" in refuse(
        7, "examine", "hierarchy", "--product", "kratom", "--source", "faers-dashboard", "--store", store
    )


def test_the_text_shows_counts_tree_and_meaning(run: Callable[..., Any], store: Path) -> None:
    done = run("examine", "hierarchy", "--product", "kava", "--source", "caers", "--store", store)
    assert done.code == 0
    said = ("caers as of 2017-06-30", "distinct cases", "suspect role", "reaction groups", "Liver injury", "p ≤ 0.05")
    for part in (*said, "no cause and no frequency"):
        assert part in done.out, part
