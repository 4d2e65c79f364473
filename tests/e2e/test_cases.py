"""`phytovigil cases`: suspected duplicates found, shown, decided, and given back."""

from __future__ import annotations

import csv
import itertools
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

Ask = Callable[..., dict[str, Any]]
LISTING = ("--source", "faers-dashboard")


@pytest.fixture(scope="module")
def listing_store(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store with the listing of kratom, of this file's own: its links are searched here once."""
    return Path(shutil.copytree(store, tmp_path_factory.mktemp("linked") / "store"))


@pytest.fixture(scope="module")
def linked(ask: Ask, listing_store: Path) -> dict[str, Any]:
    return ask("cases", "link", *LISTING, "--store", listing_store)


@pytest.fixture(scope="module")
def sure(ask: Ask, linked: dict[str, Any], listing_store: Path) -> list[dict[str, Any]]:
    """The pairs that share a cluster."""
    found = ask("cases", "duplicates", *LISTING, "--least", "0.95", "--most", "2000", "--store", listing_store)
    return [pair for pair in found["pairs"] if pair["cluster"] is not None]


def write(file: Path, *rows: tuple[str, str, str]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["source", "case", "other_case", "decision", "by", "date", "note"])
        writer.writerows(("faers-dashboard", *row, "JD", "2026-11-22", "") for row in rows)
    return file


def test_link_adds_up(linked: dict[str, Any], listing: list[dict[str, str]]) -> None:
    assert linked["reports"] == len(listing)
    assert linked["clustered"] - linked["clusters"] == linked["folded"] > 0
    assert sum(band["pairs"] for band in linked["bands"]) <= linked["pairs_compared"]
    assert [band["from"] for band in linked["bands"][1:]] == [band["below"] for band in linked["bands"][:-1]]


def test_clusters_hold_one_kept_case_and_no_case_twice(linked: dict[str, Any], sure: list[dict[str, Any]]) -> None:
    clusters = {pair["cluster"]: pair["members"] for pair in sure}
    assert all(sum(member["kept"] for member in members) == 1 for members in clusters.values())
    cases = [member["case"] for members in clusters.values() for member in members]
    assert len(cases) == len(set(cases)) == linked["clustered"]


def test_clusters_are_cliques_of_sure_pairs_that_nothing_bars(
    ask: Ask, linked: dict[str, Any], listing_store: Path
) -> None:
    """SciPy's connected components: a component that is a clique is one cluster, every other is parted into cliques."""
    where = (*LISTING, "--least", "0.95", "--most", "5000", "--store", listing_store)
    pairs = ask("cases", "duplicates", *where)["pairs"]
    allowed = {frozenset((pair["case"], pair["other_case"])) for pair in pairs if not pair["vetoes"] and pair["told"]}
    number = {case: place for place, case in enumerate(sorted({case for pair in allowed for case in pair}))}
    left, right = zip(*(sorted(number[case] for case in pair) for pair in allowed), strict=True)
    graph = coo_matrix(([1] * len(left), (left, right)), shape=(len(number), len(number)))
    _, component = connected_components(graph, directed=False)
    clusters = {
        frozenset(member["case"] for member in pair["members"]) for pair in pairs if pair["cluster"] is not None
    }
    for cluster in clusters:
        assert all(frozenset(both) in allowed for both in itertools.combinations(cluster, 2))
    cases = list(number)
    for label in set(component.tolist()):
        members = frozenset(case for case, found in zip(cases, component, strict=True) if found == label)
        if all(frozenset(both) in allowed for both in itertools.combinations(members, 2)):
            assert members in clusters
        else:
            assert any(cluster <= members for cluster in clusters)


def test_pairs_can_be_asked_for_by_product_reaction_and_case(
    ask: Ask, sure: list[dict[str, Any]], listing_store: Path
) -> None:
    where = (*LISTING, "--most", "5000", "--least", "0", "--store", listing_store)
    every = ask("cases", "duplicates", *where)
    of_kratom = ask("cases", "duplicates", "--product", "kratom", *where)
    assert of_kratom["product"]["id"] == "kratom"
    assert 0 < of_kratom["found"] <= every["found"]
    case = sure[0]["case"]
    of_case = ask("cases", "duplicates", "--case", case, *where)
    expected = [pair for pair in every["pairs"] if case in (pair["case"], pair["other_case"])]
    assert [pair["other_case"] for pair in of_case["pairs"]] == [pair["other_case"] for pair in expected]
    jaundice = ask("cases", "duplicates", "--reaction", "jaundice", *where)
    assert jaundice["found"] < every["found"]


def test_all_pairs_go_into_a_file(
    ask: Ask, run: Callable[..., Any], linked: dict[str, Any], listing_store: Path, tmp_path: Path
) -> None:
    where = (*LISTING, "--least", "0.5", "--store", listing_store)
    found = ask("cases", "duplicates", *where, "--most", "1", "--out", tmp_path / "pairs.csv")
    with (tmp_path / "pairs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (len(rows), len(found["pairs"])) == (found["found"], 1)
    assert rows[0]["case"] == found["pairs"][0]["case"]
    assert run("cases", "duplicates", *where, "--out", tmp_path / "pairs.txt").code == 2


def test_compare_says_what_duplicates_says_and_the_other_way_round(
    ask: Ask, sure: list[dict[str, Any]], listing_store: Path
) -> None:
    pair = sure[0]
    both = [
        ask("cases", "compare", *numbers, *LISTING, "--store", listing_store)["pair"]
        for numbers in ((pair["case"], pair["other_case"]), (pair["other_case"], pair["case"]))
    ]
    assert both[0] == both[1]
    assert both[0]["probability"] == pair["probability"]
    assert both[0]["fields"] == pair["fields"]


def test_compare_weighs_a_pair_that_was_no_candidate(ask: Ask, linked: dict[str, Any], listing_store: Path) -> None:
    answer = ask("cases", "compare", "6669537", "24272141", *LISTING, "--store", listing_store)
    assert answer["pair"]["probability"] < 0.01
    facts = {fact["field"]: (fact["left"], fact["right"]) for fact in answer["facts"]}
    assert facts["age_years"] == (43, 38)
    assert facts["received"][0] == "2008-06-03"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("compare", "6669537", "6669537"), "Both numbers are of the case 6669537"),
        (("compare", "6669537", "666953"), "Did you mean “6669537”"),
        (("duplicates", "--case", "no-such-case"), "No case is called “no-such-case”"),
        (("duplicates", "--product", "kratum"), "No product is called “kratum”"),
    ],
)
def test_what_there_is_not_is_said(
    run: Callable[..., Any], linked: dict[str, Any], listing_store: Path, arguments: tuple[str, ...], told: str
) -> None:
    done = run("cases", *arguments, *LISTING, "--store", listing_store)
    assert done.code in (2, 3)
    assert told in done.err


def test_a_review_is_filled_in_and_given_back(
    ask: Ask, refuse: Callable[..., str], linked: dict[str, Any], listing_store: Path, tmp_path: Path
) -> None:
    file = tmp_path / "pairs.csv"
    where = (*LISTING, "--store", listing_store)
    answer = ask("cases", "review", "--out", file, "--sample", "5", *where)
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert len(rows) == answer["pairs"] == sum(answer["kinds"].values())
    assert len({tuple(sorted((row["case"], row["other_case"]))) for row in rows}) == len(rows)
    assert {row["decision"] for row in rows} == {""}
    assert "may hold decisions" in refuse(2, "cases", "review", "--out", file, *where)
    again = ask("cases", "link", *where, "--pair-decisions", file)
    assert again["decisions"]["undecided"] == len(rows)
    assert again["folded"] == linked["folded"]


def test_decisions_part_and_join(
    ask: Ask, sure: list[dict[str, Any]], linked: dict[str, Any], listing_store: Path, tmp_path: Path
) -> None:
    """A pair decided to be different is in no cluster; two cases that have nothing in common are, if so decided."""
    parted = sure[0]["case"], sure[0]["other_case"]
    joined = "6669537", "24272141"
    file = write(tmp_path / "decided.csv", (*parted, "different"), (*joined, "same"), ("1", "2", "same"))
    where = (*LISTING, "--store", listing_store, "--pair-decisions", file)
    answer = ask("cases", "link", *where)
    assert answer["decisions"] == {
        "file": str(file), "same": 2, "different": 1, "undecided": 0, "not_held": ["1", "2"]
    }  # fmt: skip
    assert ask("cases", "compare", *parted, *where)["pair"]["cluster"] is None
    assert ask("cases", "compare", *joined, *where)["pair"]["cluster"] is not None
    assert ask("cases", "link", *LISTING, "--store", listing_store) == linked


def test_decisions_that_contradict_each_other_are_refused(
    refuse: Callable[..., str], listing_store: Path, tmp_path: Path
) -> None:
    file = write(tmp_path / "decided.csv", ("1", "2", "same"), ("2", "3", "same"), ("1", "3", "different"))
    told = refuse(2, "cases", "link", *LISTING, "--store", listing_store, "--pair-decisions", file)
    assert "by the lines 2, 3 the cases 1 and 3 are the same, by line 4 they are different" in told


def test_a_store_of_three_cases_has_nothing_to_fold(ask: Ask, small: Path) -> None:
    answer = ask("cases", "link", "--store", small)
    assert (answer["reports"], answer["clusters"], answer["folded"]) == (3, 0, 0)
    assert ask("cases", "duplicates", "--store", small)["found"] == 0
