"""The page on what the vocabulary covers says what its script finds, and plain counts agree with it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pyarrow.compute
import pyarrow.csv
import pytest

from phytovigil.vocabulary import load_products

LEAST_SUPPLEMENTS = 200

PLAIN = {
    "biotin": r"\bBIOTIN(?:\d+)?\b|\bVITAMIN (?:H|B ?-?7)\b",
    "lutein": r"\bLUTEIN\b",
    "flintstones": r"\bFLINTSTONES?\b",
    "apoaequorin": r"\bPREVAGEN\b|\bAPOAEQUORIN\b",
    "super-beta-prostate": r"\bSUPER BETA PROSTATE\b",
    "hydroxycut": r"\bHYDROXY ?CUT\b",
}
"""Nodes whose names are a word or two, and the words as a regular expression."""


@pytest.fixture(scope="module")
def coverage(load_benchmark: Callable[[str], ModuleType]) -> ModuleType:
    """The script; it is no part of the package."""
    return load_benchmark("vocabulary_coverage")


@pytest.fixture(scope="module")
def supplements(coverage: ModuleType, shared_data: Path) -> dict[str, set[str]]:
    """Report numbers by product name, of the class of dietary supplements."""
    found: dict[str, set[str]] = coverage.read_caers(shared_data)[1]
    return found


def test_the_reader_finds_every_case_of_the_class(
    coverage: ModuleType, supplements: dict[str, set[str]], shared_data: Path
) -> None:
    """The oracle is another reader of CSV."""
    file, member = coverage.CAERS
    with zipfile.ZipFile(shared_data / file) as archive, archive.open(member) as raw:
        table = pyarrow.csv.read_csv(raw, parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True))
    supplement = pyarrow.compute.equal(table["PRI_FDA Industry Code"].cast("string"), coverage.SUPPLEMENT_CLASS)
    cases = pyarrow.compute.count_distinct(table.filter(supplement)["RA_Report #"]).as_py()
    assert len(set().union(*supplements.values())) == cases


@pytest.fixture(scope="module")
def mapped(coverage: ModuleType, supplements: dict[str, set[str]]) -> dict[str, list[str]]:
    """The nodes of each name that has any."""
    found: dict[str, list[str]] = coverage.map_to_ids(load_products(coverage.AFTER), list(supplements))
    return found


@pytest.mark.parametrize("node_id", PLAIN)
def test_cases_of_a_node_are_those_whose_names_say_so(
    coverage: ModuleType, supplements: dict[str, set[str]], mapped: dict[str, list[str]], node_id: str
) -> None:
    """The oracle is a regular expression over the names as reported."""
    pattern = re.compile(PLAIN[node_id])
    expected = {case for name, cases in supplements.items() if pattern.search(name.replace("'", "")) for case in cases}
    found = dict(coverage.rank_nodes(load_products(coverage.AFTER), supplements, mapped))
    assert found[node_id] == len(expected)


def test_the_most_reported_supplements_are_covered(
    coverage: ModuleType, supplements: dict[str, set[str]], mapped: dict[str, list[str]]
) -> None:
    products = load_products(coverage.AFTER)
    top = [name for name, _ in coverage.rank_names(supplements)[: coverage.MOST_NAMES]]
    assert sum(name in mapped for name in top) >= 290
    ranked = coverage.rank_nodes(products, supplements, mapped)
    kinds = [products.node(node_id).kind for node_id, _ in ranked]
    assert sum(kind not in ("botanical", "group") for kind in kinds) >= LEAST_SUPPLEMENTS


def test_names_are_read_as_the_regulator_codes_them(coverage: ModuleType, shared_data: Path) -> None:
    """The oracle is the active ingredient that FDA gives for a row; what differs was read by hand."""
    agreeing, rows = coverage.compare_with_ingredients(load_products(coverage.AFTER), coverage.read_faers(shared_data))
    assert rows > 16_000
    assert agreeing / rows > 0.99


@pytest.mark.slow
def test_the_page_says_what_the_script_finds(coverage: ModuleType, shared_data: Path) -> None:
    """After a change of the vocabulary: python benchmarks/vocabulary_coverage.py --write."""
    assert coverage.PAGE.read_text(encoding="utf-8") == coverage.write_page(shared_data)
