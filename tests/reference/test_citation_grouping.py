"""References of the FAERS listing of kratom, grouped by paper: beside a reading of them, and beside brute force."""

from __future__ import annotations

import csv
import itertools
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from phytovigil.linkage import citations
from phytovigil.linkage.citations import Papers, find_papers, numbers_conflict, same_paper
from phytovigil.linkage.references import read_references

LISTING = Path("faers_dashboard") / "kratom_2008-06_2025-11.csv"


@pytest.fixture(scope="module")
def texts(shared_data: Path) -> list[str]:
    with (shared_data / LISTING).open(encoding="utf-8-sig", newline="") as file:
        cells = [row["Literature Reference"].strip() for row in csv.DictReader(file)]
    return [cell for cell in cells if cell not in ("", "-")]


@pytest.fixture(scope="module")
def papers(texts: list[str]) -> Papers:
    return find_papers(texts)


@pytest.fixture(scope="module")
def by_hand(texts: list[str]) -> list[str]:
    """The paper of each text as it was read, "" where it names none: words that stand in this paper's title."""
    with (Path(__file__).parent / "papers_read_by_hand.csv").open(encoding="utf-8", newline="") as file:
        titles = {row["paper"]: re.compile(row["words"]) for row in csv.DictReader(file)}
    found = []
    for text in texts:
        named = [
            paper for paper, words in titles.items() if words.search(" ".join(text.upper().replace("’", "'").split()))
        ]
        assert len(named) <= 1, (named, text)
        found.append(named[0] if named else "")
    return found


def test_counts_are_those_of_the_page(texts: list[str], papers: Papers) -> None:
    assert (len(texts), len(set(texts))) == (559, 358)
    written = {" | ".join(read.text for read in read_references(text)) for text in texts} - {""}
    assert (len(written), len(papers.keys)) == (287, 79)


def test_grouping_is_what_a_person_reads(texts: list[str], papers: Papers, by_hand: list[str]) -> None:
    """Every text: no two papers joined, none parted, none missed. Four texts name no paper."""
    assert [not paper for paper in by_hand] == [not found for found in papers.of_text]
    assert sum(not paper for paper in by_hand) == 4
    as_read, as_found = defaultdict(set), defaultdict(set)
    for place, (paper, found) in enumerate(zip(by_hand, papers.of_text, strict=True)):
        as_read[paper].add(place)
        as_found[found].add(place)
    assert sorted(map(sorted, as_read.values())) == sorted(map(sorted, as_found.values()))


def every_pair(references: list[object]) -> np.ndarray:
    left, right = np.triu_indices(len(references), 1)
    return left * len(references) + right


def test_blocked_pairs_find_what_all_pairs_find(
    texts: list[str], papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(citations, "candidate_pairs", every_pair)
    every = find_papers(texts)
    assert every.of_text == papers.of_text
    assert papers.compared < every.compared / 20


def test_papers_are_components_parted_only_by_numbers_in_titles(texts: list[str], papers: Papers) -> None:
    """SciPy's connected components of all pairs that mean the same paper; a component may hold several papers only
    where titles of the two hold numbers that conflict.
    """
    read = sorted({reference for text in texts for reference in read_references(text)}, key=lambda item: item.text)
    same = [(i, j) for i, j in itertools.combinations(range(len(read)), 2) if same_paper(read[i], read[j])]
    graph = coo_matrix((np.ones(len(same)), np.array(same).T), shape=(len(read), len(read)))
    _, component = connected_components(graph, directed=False)
    paper_of = {
        reference: found[0]
        for text, found in zip(texts, papers.of_text, strict=True)
        for reference in read_references(text)
    }
    for i, j in itertools.combinations(range(len(read)), 2):
        if paper_of[read[i]] == paper_of[read[j]]:
            assert component[i] == component[j]
    for members in (np.flatnonzero(component == number) for number in np.unique(component)):
        of_paper = defaultdict(list)
        for place in members:
            of_paper[paper_of[read[place]]].append(read[place])
        for one, other in itertools.combinations(of_paper.values(), 2):
            assert any(numbers_conflict(left, right) for left, right in itertools.product(one, other))
