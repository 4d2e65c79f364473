"""Reading RxNorm, UNII and ATC files: what is used, what is left out and why, and what is no such file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from phytovigil.errors import UnreadableFile
from phytovigil.vocabulary.atc import read_atc
from phytovigil.vocabulary.dictionary_draft import BRAND, OBSOLETE, PRECISE, PREFERRED, SYNONYM
from phytovigil.vocabulary.dictionary_ledger import REASONS
from phytovigil.vocabulary.rxnorm import read_rxnorm
from phytovigil.vocabulary.unii import read_unii

NAMES = "Name\tTYPE\tUNII\tDisplay Name\n"


@pytest.fixture
def release(synthetic_dictionaries: ModuleType, tmp_path: Path) -> Path:
    """Two substances, a salt, a combination, brands old and new, and rows of every kind that is left out."""
    conso, rel = synthetic_dictionaries.conso, synthetic_dictionaries.rel
    names = [
        conso("1", "IN", "zorbadine"),
        conso("1", "SU", "ZORBADINE", "MTHSPL", "ZZ00000001"),
        conso("1", "SY", "zorbadin"),
        conso("1", "IN", "zorbadine", "ATC", "N02BE91"),
        conso("1", "IN", "zorbadine", "ATC", "M01AX92"),
        conso("9", "PT", "Anilides", "ATC", "N02BE"),
        conso("2", "IN", "quelapine"),
        conso("3", "PIN", "zorbadine mesylate"),
        conso("4", "MIN", "quelapine / zorbadine"),
        conso("5", "BN", "Duozorb"),
        conso("6", "BN", "Oldzorb", suppress="O"),
        conso("7", "BN", "Hiddenzorb", suppress="E"),
        conso("7", "SY", "hidden too", suppress="Y"),
        conso("8", "BN", "Orphanbrand"),
        conso("10", "SCD", "zorbadine 10 MG Oral Tablet"),
        conso("10", "SY", "a tablet of zorbadine"),
        conso("1", "IN", "zorbadina", language="SPA"),
        conso("1", "CD", "Zorbadine 1 mg", "NDDF"),
        conso("12", "BN", "Saltbrand"),
        "1|2|3|",
        conso("2", "SY", "que|lapine"),
        conso("2", "SY", "quelapin").removesuffix("|"),
    ]
    relations = [
        rel("1", "form_of", "3"),
        rel("3", "has_form", "1"),
        rel("1", "tradename_of", "5"),
        rel("5", "has_tradename", "2"),
        rel("6", "has_tradename", "1"),
        rel("4", "part_of", "1"),
        rel("2", "has_part", "4"),
        rel("3", "tradename_of", "12"),
        rel("10", "consists_of", "1"),
        rel("1", "tradename_of", "99"),
        rel("1", "tradename_of", "8", suppress="E"),
        rel("1", "tradename_of", "8", source="NDDF"),
        "no relation",
    ]
    folder: Path = synthetic_dictionaries.write_rxnorm(tmp_path / "release", names, relations)
    return folder


def test_rxnorm_names_lead_to_their_ingredients(release: Path) -> None:
    draft = read_rxnorm(release)
    assert {(offer.text, offer.substances, offer.strength) for offer in draft.offers} == {
        ("zorbadine", ("rxcui 1",), PREFERRED),
        ("ZORBADINE", ("rxcui 1",), SYNONYM),
        ("zorbadin", ("rxcui 1",), SYNONYM),
        ("quelapine", ("rxcui 2",), PREFERRED),
        ("zorbadine mesylate", ("rxcui 1",), PRECISE),
        ("quelapine / zorbadine", ("rxcui 1", "rxcui 2"), PRECISE),
        ("Duozorb", ("rxcui 1", "rxcui 2"), BRAND),
        ("Oldzorb", ("rxcui 1",), BRAND + OBSOLETE),
        ("Saltbrand", ("rxcui 1",), BRAND),
    }
    assert draft.preferred == {"rxcui 1": "zorbadine", "rxcui 2": "quelapine"}
    assert draft.same == {"unii ZZ00000001": ("rxcui 1",)}
    assert draft.title == "RxNorm 20AA_261102F"
    assert [(row.code, row.substance) for row in draft.atc] == [
        ("N02BE91", "rxcui 1"),
        ("M01AX92", "rxcui 1"),
        ("N02BE", ""),
    ]


def test_rxnorm_ledger_counts_every_row_once(release: Path) -> None:
    names, relations = read_rxnorm(release).ledgers
    assert (names.read, relations.read) == (22, 13)
    assert names.left_out == Counter(
        {
            "wrong-columns": 3,
            "not-english": 1,
            "other-source": 1,
            "suppressed": 2,
            "no-substance-name": 2,
            "no-ingredient": 1,
        }
    )
    assert relations.left_out == Counter({"wrong-columns": 1, "other-relation": 2, "other-end": 1, "suppressed": 1})
    assert (names.kept, relations.kept) == (12, 8)
    assert set(names.left_out) | set(relations.left_out) <= set(REASONS)


def test_brand_is_found_through_the_salt_that_it_is_tied_to(release: Path) -> None:
    assert {offer.substances for offer in read_rxnorm(release).offers if offer.text == "Saltbrand"} == {("rxcui 1",)}


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "1|2|3|\n" * 5])
def test_file_of_another_layout_is_no_rxnorm(release: Path, content: str) -> None:
    (release / "rrf" / "RXNCONSO.RRF").write_text(content)
    with pytest.raises(UnreadableFile, match="no row of 18 fields"):
        read_rxnorm(release)


def test_folder_without_the_tables_says_which(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"holds no RXNCONSO\.RRF"):
        read_rxnorm(tmp_path)


def test_damaged_text_is_left_out(release: Path) -> None:
    file = release / "rrf" / "RXNCONSO.RRF"
    file.write_bytes(file.read_bytes().replace(b"zorbadin|", b"zorb\xe4din|"))
    assert read_rxnorm(release).ledgers[0].left_out["damaged-text"] == 1


def test_unii_names_by_type(synthetic_dictionaries: ModuleType, tmp_path: Path) -> None:
    rows = [
        ("METAZOLE SODIUM [INN] [WHO-DD]", "of", "AB00000002", "METAZOLE SODIUM"),
        ("NOVALGON", "bn", "AB00000002", "METAZOLE SODIUM"),
        ("ZB-12345", "cd", "AB00000002", "METAZOLE SODIUM"),
        ("T-3", "cd", "AB00000002", "METAZOLE SODIUM"),
        ("SODIUM (2-METAZOLYL)", "sys", "AB00000002", "METAZOLE SODIUM"),
        ("UREA", "sys", "AB00000003", "UREA"),
        ("A NAME", "xx", "AB00000003", "UREA"),
        ("A NAME", "of", "AB3", "UREA"),
        ("TOO", "of", "AB00000003"),
    ]
    draft = read_unii(synthetic_dictionaries.write_unii(tmp_path / "UNII_Names_2Nov2026.txt", rows))
    assert draft.title == "UNII 2Nov2026"
    assert [offer.text for offer in draft.offers] == ["METAZOLE SODIUM", "NOVALGON", "ZB-12345", "UREA"]
    assert draft.ledgers[0].left_out == Counter({"wrong-columns": 3, "too-short": 1, "systematic": 1})
    assert (draft.ledgers[0].read, draft.ledgers[0].kept) == (9, 4)


def test_unii_records_say_which_substance_of_rxnorm_it_is(synthetic_dictionaries: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "list"
    synthetic_dictionaries.write_unii(folder / "UNII_Names_2Nov2026.txt", [("UREA", "of", "AB00000003", "UREA")])
    records = "UNII\tPT\tRN\tRXCUI\nAB00000003\tUREA\t57-13-6\t11002\nAB00000004\tELSE\t\t11003\nAB00000003\t\t\n"
    (folder / "UNII_Records_2Nov2026.txt").write_text(records)
    draft = read_unii(folder)
    assert draft.same == {"unii AB00000003": ("rxcui 11002",)}
    assert draft.ledgers[1].left_out == Counter({"wrong-columns": 1, "other-relation": 1})


def test_unii_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "UNII_Names.txt"
    file.write_text("Name,TYPE,UNII\nUREA,of,AB00000003\n")
    with pytest.raises(UnreadableFile, match="no column “Name”"):
        read_unii(file)
    with pytest.raises(UnreadableFile, match="holds no file UNII_Names"):
        read_unii(tmp_path / "elsewhere")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_atc_table_with_any_separator(tmp_path: Path, separator: str) -> None:
    rows = [
        ("atc_code", "atc_name", "ddd"),
        ("N02BE91", "zorbadine", "1"),
        ("N02BE91", "zorbadine", "2"),
        ("n02be", "Anilides", ""),
        ("N2", "no code", ""),
        ("N02BE92", "", ""),
        ("N02BE93",),
    ]
    file = tmp_path / "codes.csv"
    file.write_text("\n".join(separator.join(row) for row in rows) + "\n")
    draft = read_atc(file)
    assert [(row.code, row.name) for row in draft.atc] == [("N02BE91", "zorbadine"), ("N02BE", "Anilides")]
    assert draft.ledgers[0].left_out == Counter({"wrong-columns": 2, "repeated": 1, "unknown-code": 1})


def test_atc_table_needs_code_and_name(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("drug,dose\nzorbadine,1\n")
    with pytest.raises(UnreadableFile, match="no column “code”"):
        read_atc(file)
    with pytest.raises(UnreadableFile, match="There is no file"):
        read_atc(tmp_path / "nowhere.csv")
