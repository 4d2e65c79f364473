"""A published version never changes: neither its data nor how they map."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest

from phytovigil.errors import InvalidVocabulary
from phytovigil.vocabulary import ProductVocabulary, list_product_versions, load_products
from phytovigil.vocabulary.indexing import write_index
from phytovigil.vocabulary.loading import PRODUCTS, hash_products, read_parts, read_version
from phytovigil.vocabulary.node_index import NodeIndex, index_file, read_index
from phytovigil.vocabulary.parts import VocabularyParts

FIRST = "cf5e71d283f4ac76bf5373aadeefae58746b259e22f47f9a507fdb49e1f10152"
CAERS = (45685, 12485, "25a458770c8567c4f30e83203485c5a17fbffa4cb5cfd11c0849acf73583c1cb")
"""Distinct names, mapped pairs, and their hash as the version was published."""
FIXED = [
    ("KRATOM", "kratom-leaf"),
    ("KRATUM", ""),
    ("KETUM GEL", "ketoprofen"),
    ("BLACKCOHOSH", ""),
    ("HYDROXYCUT", ""),
    ("CENTRUM SILVER", ""),
    ("HYPERICI HERBA", ""),
    ("TUMERIC", "turmeric"),
    ("CINAMIN", ""),
]


def test_the_first_version_has_its_hash() -> None:
    products = load_products("2026-11")
    assert products.sha256 == FIRST == hash_products(PRODUCTS / "2026-11")


@pytest.mark.parametrize(("text", "node"), FIXED)
def test_the_first_version_reads_as_it_did(text: str, node: str) -> None:
    products = load_products("2026-11")
    _, found = products.map_texts([text])
    assert [products.nodes[place].id for place in found] == node.split()


def test_the_first_version_maps_all_of_caers_as_it_did(shared_data: Path) -> None:
    archive = zipfile.ZipFile(shared_data / "caers" / "CAERS_ASCII_2004_2017Q2.zip")
    with archive.open("CAERS_ASCII_2004_2017Q2.csv") as raw:
        rows = csv.DictReader(io.TextIOWrapper(raw, encoding="latin-1"))
        names = sorted({row["PRI_Reported Brand/Product Name"] for row in rows})
    products = load_products("2026-11")
    where, found = products.map_texts(names)
    digest = hashlib.sha256()
    for text, node in zip(where, found, strict=True):
        digest.update(f"{names[text]}\t{products.nodes[node].id}\n".encode())
    assert (len(names), len(where), digest.hexdigest()) == CAERS


def test_every_id_of_the_first_version_is_in_later_ones() -> None:
    first = {node.id for node in load_products("2026-11").nodes}
    for version in list_product_versions()[1:]:
        assert first <= {node.id for node in load_products(version).nodes}


@pytest.mark.parametrize("version", list_product_versions())
def test_the_index_of_nodes_is_that_of_the_data(version: str) -> None:
    folder = PRODUCTS / version
    index = read_index(folder, hash_products(folder), lambda: read_parts(folder))
    assert index, "run: python -m phytovigil.vocabulary.indexing"
    assert index.nodes == tuple(read_version(version).nodes)


def test_names_that_do_not_fit_the_index_are_refused() -> None:
    first = read_version("2026-11")
    other = VocabularyParts("2026-11", hashes=["0"])
    products = ProductVocabulary(NodeIndex("2026-11", first.sha256, tuple(first.nodes), lambda: other))
    assert products.node("kratom").id == "kratom"
    with pytest.raises(InvalidVocabulary, match="changed while they were read"):
        products.resolve("KRATOM")


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"sha256": "0"}', '{"sha256": "x", "nodes": [[1]]}'])
def test_a_damaged_index_is_not_used(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "v"
    folder.mkdir()
    assert read_index(folder, "x", lambda: read_parts(folder)) is None
    index_file(folder).write_text(damage, encoding="utf-8")
    assert read_index(folder, "x", lambda: read_parts(folder)) is None


def test_an_index_is_written_the_same_twice(tmp_path: Path) -> None:
    parts = read_version("2026-11")
    one = write_index(tmp_path / "2026-11", parts).read_bytes()
    assert write_index(tmp_path / "2026-11", parts).read_bytes() == one
    assert json.loads(one)["sha256"] == FIRST
