"""A compiled dictionary in an own folder: what its names mean, what the vocabulary keeps, damage, determinism."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from phytovigil.errors import InvalidRequest, InvalidVocabulary, UnknownName
from phytovigil.vocabulary import ProductVocabulary, load_products
from phytovigil.vocabulary.dictionary_compiling import compile_dictionary
from phytovigil.vocabulary.own_folder import make_own_folder, read_own_nodes, read_own_parts

SALTED = "METAZOLE SODIUM"
BASE = load_products()


@pytest.fixture(scope="module")
def files(synthetic_dictionaries: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """RxNorm, UNII and ATC files that meet the vocabulary's own names in every way."""
    conso, rel = synthetic_dictionaries.conso, synthetic_dictionaries.rel
    folder = tmp_path_factory.mktemp("files")
    names = [
        conso("1", "IN", "zorbadine"),
        conso("1", "SU", "ZORBADINE", "MTHSPL", "ZZ00000001"),
        conso("1", "IN", "zorbadine", "ATC", "N02BE91"),
        conso("9", "PT", "Anilides", "ATC", "N02BE"),
        conso("2", "IN", "quelapine"),
        conso("3", "PIN", "zorbadine mesylate"),
        conso("4", "PIN", "quelapine calcium"),
        conso("5", "BN", "Duozorb"),
        conso("6", "BN", "Twicetold", suppress="O"),
        conso("7", "BN", "Twicetold"),
        conso("11", "IN", "kratom"),
        conso("11", "SY", "ketum"),
        conso("11", "SY", "Mitragyna leafstuff"),
        conso("12", "BN", "Calcium kratomos"),
        conso("13", "IN", "kava preparation"),
        conso("13", "SY", "monarch zorbleaf"),
        conso("14", "IN", "zinc zorbate"),
        conso("13", "IN", "kava", "ATC", "N05CX91"),
    ]
    relations = [
        rel("1", "form_of", "3"),
        rel("2", "form_of", "4"),
        rel("1", "tradename_of", "5"),
        rel("2", "tradename_of", "5"),
        rel("1", "tradename_of", "6"),
        rel("2", "tradename_of", "7"),
        rel("1", "tradename_of", "12"),
    ]
    unii = [
        ("ZB-12345", "cd", "ZZ00000001", "ZORBADINE"),
        (f"{SALTED} [INN]", "of", "AB00000002", SALTED),
        ("METAZOLE", "of", "AB00000003", "METAZOLE"),
        ("NOVALGON", "bn", "AB00000002", SALTED),
        ("MITRAGYNA SPECIOSA LEAF", "of", "AB00000004", "MITRAGYNA SPECIOSA LEAF"),
        ("LEAF OF BALIMOON", "cn", "AB00000004", "MITRAGYNA SPECIOSA LEAF"),
        ("SAMENAME", "cn", "AB00000005", "FIRSTSTUFF"),
        ("SAMENAME", "cn", "AB00000006", "OTHERSTUFF"),
        ("FIRSTSTUFF", "of", "AB00000005", "FIRSTSTUFF"),
        ("ZORBADINE", "bn", "AB00000006", "OTHERSTUFF"),
        ("12 34", "cn", "AB00000006", "OTHERSTUFF"),
    ]
    codes = folder / "codes.csv"
    codes.write_text('code,name\nB01ZZ01,fluxamine\nB01ZZ51,"fluxamine, combinations"\nB01ZZ,Thinners\n')
    return {
        "rxnorm": synthetic_dictionaries.write_rxnorm(folder / "rxnorm", names, relations),
        "unii": synthetic_dictionaries.write_unii(folder / "UNII_Names_2Nov2026.txt", unii),
        "atc": codes,
    }


@pytest.fixture(scope="module")
def compiled(files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """An own folder with the dictionary, and what compiling it told."""
    own = tmp_path_factory.mktemp("own") / "Our clinic"
    assert make_own_folder(own)
    return own, compile_dictionary(own, read_own_nodes(own), **files)


@pytest.fixture(scope="module")
def products(compiled: tuple[Path, dict[str, Any]]) -> ProductVocabulary:
    return load_products(compiled[0])


@pytest.fixture(scope="module")
def read(products: ProductVocabulary) -> Callable[[str], set[str]]:
    """Ids of the nodes that a string certainly names."""

    def read(text: str) -> set[str]:
        return {match.node for match in products.resolve(text) if match.certainty == "certain"}

    return read


def test_version_names_base_and_folder(products: ProductVocabulary) -> None:
    assert products.version == f"{BASE.version}+our-clinic"
    assert products.sha256 != BASE.sha256


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("Zorbadine", {"zorbadine"}),
        ("ZORBADINE 10 MG TABLETS", {"zorbadine"}),
        ("ZORBADINE MESYLATE", {"zorbadine"}),
        ("ZORBADINE HYDROCHLORIDE 5MG", {"zorbadine"}),
        ("QUELAPINE CALCIUM", {"quelapine"}),
        ("ZORBADINE CALCIUM TABLETS", {"zorbadine"}),
        ("ZORBADINE, CALCIUM", {"zorbadine", "calcium"}),
        ("DUOZORB", {"quelapine", "zorbadine"}),
        ("QUELAPINE\\ZORBADINE", {"quelapine", "zorbadine"}),
        ("zorbadine + quelapine", {"quelapine", "zorbadine"}),
        ("ZORBADINE AND KRATOM", {"zorbadine", "kratom-leaf"}),
        ("FLUXAMINE CITRATE; METAZOLE", {"fluxamine", "metazole"}),
        ("ZB 12345", {"zorbadine"}),
        (SALTED, {"metazole"}),
        ("NOVALGON", {"metazole"}),
        ("TWICETOLD", {"quelapine"}),
        ("LEAF OF BALIMOON", {"kratom-leaf"}),
        ("MONARCH ZORBLEAF", {"kava"}),
        ("ZINC ZORBATE", {"zinc", "zinc-zorbate"}),
        ("SAMENAME", set()),
        ("SUPERZORBADINEX", set()),
        ("NEW ZORBADINE THING", set()),
        ("12 34", set()),
    ],
)
def test_names_of_the_dictionary(read: Callable[[str], set[str]], text: str, nodes: set[str]) -> None:
    assert read(text) == nodes


@pytest.mark.parametrize("text", ["KETUM", "CALCIUM KRATOMOS", "CENTRUM SILVER", "KRATOM", "KETUM GEL", "BALI"])
def test_what_the_vocabulary_decides_stays_decided(products: ProductVocabulary, text: str) -> None:
    kept = [(match.node, match.rule) for match in products.resolve(text)]
    assert kept == [(match.node, match.rule) for match in BASE.resolve(text)]


def test_match_names_file_and_release(products: ProductVocabulary) -> None:
    (match,) = products.resolve("zorbadine")
    assert (match.rule, match.certainty, match.evidence) == ("dictionary", "certain", "RxNorm 20AA_261102F")
    (match,) = products.resolve("novalgon")
    assert match.evidence == "UNII 2Nov2026"


def test_person_may_ask_by_id_name_or_class(products: ProductVocabulary) -> None:
    assert products.node("Zorbadine").id == products.node("ZB-12345").id == "zorbadine"
    assert products.node("monarch zorbleaf").id == "kava"
    assert products.members("atc-n02b") == ("atc-n02b", "atc-n02be", "zorbadine")
    assert products.node("fluxamine").parents == ("atc-b01zz",)
    assert products.node("atc-b01zz").name == "Thinners (ATC B01ZZ)"
    assert "atc-n05cx" in products.node("kava").parents
    with pytest.raises(UnknownName, match="zorbadine"):
        products.node("zorbadime")


def test_index_of_the_base_gives_the_same_vocabulary(products: ProductVocabulary, compiled: tuple[Path, Any]) -> None:
    whole = ProductVocabulary(read_own_parts(compiled[0]))
    assert (whole.version, whole.sha256) == (products.version, products.sha256)
    assert list(whole.nodes) == list(products.nodes)
    assert whole.node("zorbadine") == products.node("zorbadine")


def test_names_and_notes_are_shown(products: ProductVocabulary) -> None:
    assert products.node("zorbadine").note == "RxNorm concept 1. ATC N02BE91."
    assert ("ZB-12345", "UNII 2Nov2026") in {(name.text, name.source) for name in products.names("zorbadine")}
    assert "monarch zorbleaf" in {name.text for name in products.names("kava")}
    assert {name.text for name in BASE.names("kava")} < {name.text for name in products.names("kava")}


def test_positions_nodes_and_hierarchy_agree(products: ProductVocabulary) -> None:
    assert [products.positions[node.id] for node in products.nodes] == list(range(len(products.nodes)))
    assert list(products.positions) == [node.id for node in products.nodes]
    assert [node.id for node in products.nodes[: len(BASE.nodes)]] == [node.id for node in BASE.nodes]
    for node in products.nodes:
        above = products.ancestors(products.positions[node.id])
        for place in above:
            assert node.id in products.members(products.nodes[place].id)


def test_ledgers_balance(compiled: tuple[Path, dict[str, Any]]) -> None:
    about = compiled[1]
    for file in about["files"]:
        assert file["rows_read"] == file["rows_kept"] + sum(item["count"] for item in file["left_out"])
    assert about["names_offered"] == about["names_kept"] + sum(item["count"] for item in about["left_out"])
    counted = {item["reason"]: item["count"] for item in about["left_out"]}
    assert counted["ambiguous"] == 2
    assert counted["too-short"] == 1
    assert counted["weaker"] == 2


def test_same_files_give_the_same_bytes(
    compiled: tuple[Path, dict[str, Any]], files: dict[str, Path], tmp_path: Path
) -> None:
    own = tmp_path / "Our clinic"
    make_own_folder(own)
    compile_dictionary(own, read_own_nodes(own), **files)
    written = {file.name: file.read_bytes() for file in (own / "dictionary").iterdir()}
    assert written == {file.name: file.read_bytes() for file in (compiled[0] / "dictionary").iterdir()}
    assert load_products(own).sha256 == load_products(compiled[0]).sha256


@pytest.mark.parametrize("file", ["about.json", "nodes.tsv", "names-rxnorm.tsv"])
def test_damaged_dictionary_is_refused(compiled: tuple[Path, dict[str, Any]], tmp_path: Path, file: str) -> None:
    own = tmp_path / "own"
    shutil.copytree(compiled[0], own)
    damaged = own / "dictionary" / file
    damaged.write_bytes(damaged.read_bytes()[:-3])
    with pytest.raises(InvalidVocabulary, match="cannot be used"):
        load_products(own).resolve("ZORBADINE")


def test_dictionary_of_other_nodes_is_refused(compiled: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(compiled[0], own)
    (own / "more.toml").write_text(
        '[[node]]\nid = "moonroot"\nname = "moonroot"\nkind = "botanical"\nsource = "own"\nnames = ["moonroot"]\n'
    )
    with pytest.raises(InvalidVocabulary, match="compiled with other nodes"):
        load_products(own)


def test_without_any_file_there_is_nothing_to_compile(tmp_path: Path) -> None:
    make_own_folder(tmp_path)
    with pytest.raises(InvalidRequest, match="No file is named"):
        compile_dictionary(tmp_path, read_own_nodes(tmp_path))
