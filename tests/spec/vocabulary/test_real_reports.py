"""Names and groups on the regulators' own files; every figure was counted from these files by plain reading."""

from __future__ import annotations

import csv
import functools
import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from phytovigil.vocabulary import ProductVocabulary, load_products, load_reactions

Row = dict[str, str]


@pytest.fixture(scope="module")
def products() -> ProductVocabulary:
    return load_products()


@pytest.fixture(scope="module")
def caers(shared_data: Path) -> list[Row]:
    archive = zipfile.ZipFile(shared_data / "caers" / "CAERS_ASCII_2004_2017Q2.zip")
    with archive.open("CAERS_ASCII_2004_2017Q2.csv") as raw:
        return list(csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8", newline="")))


@pytest.fixture(scope="module")
def kratom_listing(shared_data: Path) -> list[Row]:
    file = shared_data / "faers_dashboard" / "kratom_2008-06_2025-11.csv"
    with file.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text))


def caers_terms(row: Row) -> set[str]:
    return {term.strip() for term in row["SYM_One Row Coded Symptoms"].split(",")}


def dashboard_terms(row: Row) -> set[str]:
    return {term.strip().upper() for term in row["Reactions"].split(";")}


@functools.cache
def map_names(products: ProductVocabulary, names: tuple[str, ...]) -> dict[str, set[int]]:
    """The nodes of each name; once for all tests, as the same file is asked again and again."""
    where, found = products.map_texts(names)
    nodes: dict[str, set[int]] = {name: set() for name in names}
    for place, node in zip(where, found, strict=True):
        nodes[names[place]].add(node)
    return nodes


def select_rows(rows: list[Row], products: ProductVocabulary, group: str) -> list[Row]:
    wanted = {products.position(member) for member in products.members(group)}
    names = tuple(dict.fromkeys(row["PRI_Reported Brand/Product Name"] for row in rows))
    nodes = map_names(products, names)
    return [row for row in rows if nodes[row["PRI_Reported Brand/Product Name"]] & wanted]


def count_reports(rows: Iterable[Row], terms: tuple[str, ...]) -> int:
    return len({row["RA_Report #"] for row in rows if caers_terms(row) & set(terms)})


def test_caers_has_34_kratom_reports(caers: list[Row], products: ProductVocabulary) -> None:
    selected = {row["RA_Report #"] for row in select_rows(caers, products, "kratom")}
    token = re.compile(r"\b(KRATOM|MITRAGYNA|MITRAGYNINE)\b")
    assert selected == {row["RA_Report #"] for row in caers if token.search(row["PRI_Reported Brand/Product Name"])}
    assert len(selected) == 34


def test_four_of_them_have_jaundice_and_none_a_pigment_term(caers: list[Row], products: ProductVocabulary) -> None:
    kratom, reactions = select_rows(caers, products, "kratom"), load_reactions()
    assert count_reports(kratom, ("JAUNDICE",)) == 4
    assert count_reports(kratom, reactions.group("jaundice").narrow) == 4
    assert count_reports(kratom, reactions.group("skin-pigmentation").narrow) == 0
    assert count_reports(kratom, reactions.group("skin-pigmentation").broad) == 0
    assert count_reports(caers, ("JAUNDICE",)) == 467


def test_centrum_silver_is_never_silver(caers: list[Row], products: ProductVocabulary) -> None:
    silver = select_rows(caers, products, "colloidal-silver")
    names = {row["PRI_Reported Brand/Product Name"] for row in silver}
    assert "COLLOIDAL SILVER" in names
    assert not [name for name in names if "CENTRUM" in name]


def test_flush_free_niacin_and_niacinamide_are_not_niacin(caers: list[Row], products: ProductVocabulary) -> None:
    niacin = {row["PRI_Reported Brand/Product Name"] for row in select_rows(caers, products, "niacin")}
    assert "PURITAN'S PRIDE NIACIN 500MG COATED CAPLETS" in niacin
    assert not [name for name in niacin if "NIACINAMIDE" in name and "NIACIN " not in name]
    assert not [name for name in niacin if re.search(r"FLUSH[ -]FREE NIACIN\b|NO[ -]FLUSH NIACIN\b", name)]


def test_every_row_of_the_kratom_listing_names_kratom(kratom_listing: list[Row], products: ProductVocabulary) -> None:
    group = set(products.members("kratom"))
    missed = [
        row["Case ID"]
        for row in kratom_listing
        if not group & {match.node for field in NAME_FIELDS for match in products.resolve(row[field])}
    ]
    assert len(kratom_listing) == 1503
    assert missed == []


NAME_FIELDS = ("Suspect Product Active Ingredients", "Suspect Product Names", "Concomitant Product Names")


def test_the_label_of_fda_is_the_leaf(kratom_listing: list[Row], products: ProductVocabulary) -> None:
    """Rows that carry the ingredient HERBALS\\MITRAGYNINE or 7-HYDROXYMITRAGYNINE, against plain text search."""
    for words, node in (("Herbals\\Mitragynine", "kratom-leaf"), ("7-Hydroxymitragynine", "7-hydroxymitragynine")):
        column = [row["Suspect Product Active Ingredients"] for row in kratom_listing]
        where, found = products.map_texts(column)
        mapped = {a for a, b in zip(where, found, strict=True) if products.nodes[b].id == node}
        assert mapped == {place for place, text in enumerate(column) if words in text.split(";")}


def test_five_cases_of_the_listing_have_a_pigment_term(kratom_listing: list[Row]) -> None:
    narrow = set(load_reactions().group("skin-pigmentation").narrow)
    found = [dashboard_terms(row) & narrow for row in kratom_listing if dashboard_terms(row) & narrow]
    assert sorted(term for terms in found for term in terms) == ["SKIN DISCOLOURATION"] * 4 + ["SKIN HYPERPIGMENTATION"]
    assert len(found) == 5
    assert sum("FAECES DISCOLOURED" in dashboard_terms(row) for row in kratom_listing) == 1


def test_known_kratom_strings_map_into_the_group(shared_data: Path, products: ProductVocabulary) -> None:
    texts = (shared_data / "names" / "kratom_verbatim_faers.txt").read_text(encoding="utf-8").splitlines()
    group = {products.position(member) for member in products.members("kratom")}
    where, found = products.map_texts(texts)
    mapped = {a for a, b in zip(where, found, strict=True) if b in group}
    assert len(texts) == 95
    assert [texts[place] for place in range(95) if place not in mapped] == ["CALCIUM KRATOMOS"]


RECALL = {
    # node -> name in the hand-made list, strings of that name that we find, strings in all
    "kratom": ("Kratom", 87, 88),
    "st-johns-wort": ("Hypericum perforatum", 49, 50),
    "green-tea": ("Green tea", 117, 131),
    "devils-claw": ("Harpagophytum procumbens", 24, 26),
    "guarana": ("Guarana", 19, 20),
}


@pytest.mark.parametrize("node_id", RECALL)
def test_recall_on_strings_matched_by_hand(shared_data: Path, products: ProductVocabulary, node_id: str) -> None:
    """What is missed are misspellings, which are left out on purpose, and black tea under green tea."""
    name, least, total = RECALL[node_id]
    with (shared_data / "names" / "faers_verbatim_positive.csv").open(encoding="utf-8", newline="") as text:
        strings = [row["FAERS_drug_match"] for row in csv.DictReader(text) if row["lookup_value"] == name]
    members = set(products.members(node_id))
    found = [text for text in strings if members & {match.node for match in products.resolve(text)}]
    assert len(strings) == total
    assert len(found) >= least


def test_every_term_of_a_group_occurs_in_reports(caers: list[Row], shared_data: Path) -> None:
    """No term is invented: each stands in CAERS, in the kratom listing or in the counts of FAERS 2022 and 2023."""
    parquet = pytest.importorskip("pyarrow.parquet")
    seen = set().union(*(caers_terms(row) for row in caers))
    folder = shared_data / "counts"
    for file, column in (
        ("faers_2023_us_primary_suspect.parquet", "reaction_pt"),
        ("faers_2022q3_primary_suspect_pairs.parquet", "AE"),
    ):
        terms = parquet.read_table(folder / file, columns=[column]).column(0).unique().to_pylist()
        seen |= {term.strip().upper() for term in terms}
    missing = {term for group in load_reactions("2026-11").groups for term in group.broad} - seen
    with (shared_data / "faers_dashboard" / "kratom_2008-06_2025-11.csv").open(encoding="utf-8-sig") as text:
        missing -= set().union(*(dashboard_terms(row) for row in csv.DictReader(text)))
    assert missing == set()
