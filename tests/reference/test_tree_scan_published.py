"""Log-likelihood ratios that other programs print, to every digit printed, from the counts printed beside them."""

from __future__ import annotations

import numpy as np
import pytest

from phytovigil.signals.hierarchy.incidence import incidence
from phytovigil.signals.hierarchy.likelihood import bernoulli_ratio, conditional_ratio
from phytovigil.signals.hierarchy.tree_scan import scan_bernoulli

# R package TreeMineR (Entrop, Wintzell, doi:10.32614/CRAN.package.TreeMineR), tests/testthat/_snaps/TreeMineR.md: its
# output for its data set `diagnoses` with p = 1/11: cut, exposed, unexposed, log-likelihood ratio.
TREEMINER = [
    ("12", 122, 669, "16.187145"),
    ("11", 132, 782, "13.657855"),
    ("V01-X59", 241, 1687, "12.268163"),
    ("V01-V99", 210, 1438, "11.957318"),
    ("15", 133, 822, "11.797748"),
    ("19", 306, 2281, "10.806142"),
    ("02", 207, 1452, "10.423109"),
    ("18", 114, 712, "9.711722"),
    ("01", 207, 1483, "9.2870063"),
    ("16", 109, 690, "8.803335"),
    ("03", 49, 360, "1.8956802"),
    ("04", 107, 711, "7.0237236"),
    ("05", 114, 747, "7.9647135"),
    ("06", 89, 558, "7.4686450"),
    ("07", 60, 419, "3.0926847"),
    ("08", 27, 215, "0.5867027"),
    ("09", 98, 626, "7.6290864"),
    ("10", 73, 496, "4.3174359"),
]

# R package smerc (French), tests/testthat/test-scan.test.R of two versions, checked there against SaTScan: New York
# leukaemia data of Waller and Gotway 2004, persons and cases of each cluster, cases expected, log-likelihood ratio.
# The conditional Poisson ratio is that of the spatial scan. All clusters are out of 552 cases in 1,057,673 persons.
SATSCAN = [
    (95_249, 85, "49.71", "11.577255"),
    (119_050, 106, "62.13", "14.78"),
    (40_696, 42, "21.24", "8.29"),
    (45_667, 44, "23.83", "7.20"),
]
PERSONS, CASES = 1_057_673, 552


def rounded(value: float, printed: str) -> str:
    return f"{value:.{len(printed.partition('.')[2])}f}"


@pytest.mark.parametrize(("cut", "exposed", "unexposed", "printed"), TREEMINER)
def test_bernoulli_ratio_as_treeminer_prints_it(cut: str, exposed: int, unexposed: int, printed: str) -> None:
    found = bernoulli_ratio([exposed], [exposed + unexposed], 1 / 11)[0]
    assert rounded(found, printed) == printed


def test_bernoulli_scan_ranks_as_treeminer_does() -> None:
    """Disjoint leaves with the counts of the chapters: the scan's own ratios, in the printed order."""
    chapters = [entry for entry in TREEMINER if entry[0].isdigit()]
    size = len(chapters)
    exposed = np.array([entry[1] for entry in chapters])
    total = exposed + np.array([entry[2] for entry in chapters])
    found = scan_bernoulli(incidence(range(size), range(size), (size, size)), exposed, total, 1 / 11, replicates=999)
    assert [rounded(value, entry[3]) for value, entry in zip(found.ratio, chapters, strict=True)] == [
        entry[3] for entry in chapters
    ]
    assert found.p_value[0] == pytest.approx(0.001)


@pytest.mark.parametrize(("persons", "cases", "expected", "printed"), SATSCAN)
def test_conditional_poisson_ratio_as_satscan_prints_it(persons: int, cases: int, expected: str, printed: str) -> None:
    mean = CASES * persons / PERSONS
    assert rounded(mean, expected) == expected
    assert rounded(conditional_ratio([cases], [mean], CASES)[0], printed) == printed
