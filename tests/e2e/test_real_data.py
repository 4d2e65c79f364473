"""The real files, taken in and counted through the command line, against counts made in plain Python."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Ask = Callable[..., dict[str, Any]]
KRATOM = ("KRATOM", "MITRAGYNA", "MITRAGYNINE")

SAME_NAMES: dict[str, tuple[str, ...]] = {
    "kratom": KRATOM,
    "valerian": ("VALERIAN",),
    "melatonin": ("MELATONIN",),
    "glucosamine": ("GLUCOSAMINE",),
    "turmeric": ("TURMERIC", "TUMERIC", "CURCUMA", "CURCUMIN"),
}
"""Products whose names in CAERS are these words and no others, as vocabulary 2026-11 has them."""

FROZEN = ("--vocabulary", "2026-11")
"""The vocabulary that the words of the oracle were written for; a later one knows more names."""

VOCABULARIES = [(product, FROZEN) for product in SAME_NAMES] + [("kratom", ()), ("valerian", ())]
"""Each product under that vocabulary; those whose words are still the same under the newest one, too."""

ADULT_BANDS = ("18-44", "45-64", "65-74", "75+")


def cells(answer: dict[str, Any]) -> tuple[int, ...]:
    return tuple(answer[cell] for cell in "abcd")


def test_caers_ledger(ledger: dict[str, Any]) -> None:
    caers, listing = ledger["files"]
    assert (caers["rows_read"], caers["reports"]) == (90_786, 64_517)
    assert caers["rows_kept"] + caers["rows_quarantined"] == 90_786
    assert (listing["rows_read"], listing["reports"]) == (1_503, 1_503)
    for total in ("rows_read", "rows_kept", "rows_quarantined", "reports"):
        assert ledger[total] == caers[total] + listing[total]
    assert [item["file"] for item in ledger["skipped"]] == ["CAERS_ASCII_2004_2017Q2.zip/README.pdf"]
    assert ledger["changed"] is True


def test_quarantined_values_are_those_that_cannot_be(ledger: dict[str, Any]) -> None:
    reasons = {item["reason"]: item["count"] for item in ledger["files"][0]["reasons"]}
    assert sum(reasons.values()) == ledger["files"][0]["values_quarantined"]
    assert all(item["meaning"].endswith(".") for item in ledger["files"][0]["reasons"])
    assert reasons["no-reaction"] == 5


def test_every_quarantined_value_stands_on_its_line(ask: Ask, store: Path, shared_data: Path) -> None:
    """Line and raw text of each entry are looked up in the published file, which the program did not write."""
    with zipfile.ZipFile(shared_data / "caers" / "CAERS_ASCII_2004_2017Q2.zip") as archive:
        lines = archive.read("CAERS_ASCII_2004_2017Q2.csv").decode().split("\n")
    answer = ask("quarantine", "--source", "caers", "--store", store)
    assert (answer["rows"], answer["values"]) == (0, 25)
    for entry in answer["entries"]:
        row = next(csv.reader([lines[entry["line"] - 1]]))
        assert entry["raw"] in (f"{row[7]} {row[8]}", row[11]), entry


def test_quarantine_as_csv_holds_the_same_entries(ask: Ask, run: Callable[..., Any], store: Path) -> None:
    entries = ask("quarantine", "--store", store)["entries"]
    listed = list(csv.DictReader(io.StringIO(run("quarantine", "--format", "csv", "--store", store).out)))
    assert [{**entry, "line": str(entry["line"])} for entry in entries] == listed
    assert {entry["source"] for entry in entries} == {"caers", "faers-dashboard"}


def test_second_ingest_changes_nothing(ask: Ask, ledger: dict[str, Any], shared_data: Path, store: Path) -> None:
    before = contents(store)
    again = ask("ingest", shared_data / "caers" / "CAERS_ASCII_2004_2017Q2.zip", "--store", store)
    assert again["changed"] is False
    assert (again["rows_read"], again["reports"]) == (90_786, 64_517)
    assert again["files"][0]["release"] == ledger["files"][0]["release"]
    assert contents(store) == before


def contents(store: Path) -> dict[Path, bytes]:
    """Every file but the stamps: the store is a copy, and files that are read there for the first time are stamped."""
    return {file: file.read_bytes() for file in store.rglob("*") if file.is_file() and file.name != "stamps.json"}


def test_releases_are_listed_and_intact(ask: Ask, store: Path) -> None:
    answer = ask("releases", "--verify", "--store", store)
    assert [(item["source"], item["as_of"]) for item in answer["releases"]] == [
        ("caers", "2017-06-30"),
        ("faers-dashboard", "2025-11-21"),
    ]
    assert answer["damaged"] == []


def test_kratom_and_jaundice(ask: Ask, store: Path) -> None:
    answer = ask(
        *("count", "--product", "kratom", "--reaction", "JAUNDICE", "--role", "any", "--source", "caers"),
        *("--store", store),
    )
    assert cells(answer) == (4, 30, 463, 64_020)
    assert answer["a"] + answer["c"] == 467
    assert answer["n"] == 64_517
    assert answer["expected"] == pytest.approx(34 * 467 / 64_517)
    assert answer["verdict"] == "disproportionate"


@pytest.mark.parametrize("scope", ["narrow", "broad"])
def test_no_kratom_case_has_a_pigment_term(ask: Ask, store: Path, scope: str) -> None:
    answer = ask(
        *("count", "--product", "kratom", "--reaction", f"skin-pigmentation/{scope}", "--role", "any"),
        *("--source", "caers", "--store", store),
    )
    assert (answer["a"], answer["b"]) == (0, 34)
    assert answer["verdict"] == "too-few-to-say"


@pytest.mark.parametrize("asked", ["KRATOM", "Kratom", "kratom"])
def test_product_in_any_case(ask: Ask, store: Path, asked: str) -> None:
    answer = ask("count", "--product", asked, "--reaction", "JAUNDICE", "--role", "any", "--store", store)
    assert (answer["product"]["id"], answer["a"], answer["b"]) == ("kratom", 4, 30)


@pytest.mark.parametrize("asked", ["Mitragyna speciosa", "mitragyna SPECIOSA", "Nauclea speciosa"])
def test_product_by_synonym(ask: Ask, store: Path, asked: str) -> None:
    answer = ask("count", "--product", asked, "--reaction", "JAUNDICE", "--role", "any", "--store", store)
    assert answer["product"]["id"] == "kratom-leaf"
    assert answer["a"] == 4


@pytest.mark.parametrize(
    ("asked", "vocabulary"), [("super beta prostate", FROZEN), ("reported:Super Beta Prostate", ())]
)
def test_product_by_reported_name(ask: Ask, store: Path, caers: Any, asked: str, vocabulary: tuple[str, ...]) -> None:
    """A later vocabulary has the brand as a product of its own; its name as reported can still be asked for."""
    answer = ask("count", "--product", asked, "--reaction", "DIZZINESS", *vocabulary, "--store", store)
    assert answer["product"]["kind"] == "as reported"
    found = [case for case in caers.cases.values() if "| SUPER BETA PROSTATE |" in case.names["suspect"]]
    with_reaction = [case for case in found if "DIZZINESS" in case.terms]
    assert (answer["a"], answer["b"]) == (len(with_reaction), len(found) - len(with_reaction))
    assert answer["a"] > 0


@pytest.mark.parametrize("role", ["any", "suspect"])
@pytest.mark.parametrize("reaction", ["liver-injury", "liver-injury/broad", "NAUSEA"])
@pytest.mark.parametrize(("product", "vocabulary"), VOCABULARIES)
def test_count_is_that_of_the_raw_file(
    ask: Ask, store: Path, caers: Any, product: str, vocabulary: tuple[str, ...], reaction: str, role: str
) -> None:
    answer = ask(
        *("count", "--product", product, "--reaction", reaction, "--role", role, "--source", "caers"),
        *(*vocabulary, "--store", store),
    )
    assert cells(answer) == caers.count(SAME_NAMES[product], answer["reaction"]["terms"], role)


@pytest.mark.parametrize(
    ("options", "keep"),
    [
        (["--years", "2014-2017"], lambda case: 2014 <= case.received.year <= 2017),
        (["--years", "2015"], lambda case: case.received.year == 2015),
        (["--sex", "male"], lambda case: case.sex == "Male"),
        (["--sex", "female", "--sex", "unknown"], lambda case: case.sex != "Male"),
        (["--serious"], lambda case: case.serious),
        (["--not-serious"], lambda case: not case.serious),
        (["--product-class", "54"], lambda case: "54" in case.codes),
        (
            [part for band in ADULT_BANDS for part in ("--age", band)],
            lambda case: case.age is not None and case.age >= 18,
        ),
        (["--age", "unknown"], lambda case: case.age is None),
        (["--with", "kratom"], lambda case: case.has_product(KRATOM, "any")),
        (["--without", "kratom"], lambda case: not case.has_product(KRATOM, "any")),
        ([*FROZEN, "--with", "melatonin"], lambda case: case.has_product(["MELATONIN"], "any")),
        ([*FROZEN, "--without", "melatonin"], lambda case: not case.has_product(["MELATONIN"], "any")),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_selection_is_that_of_the_raw_file(
    ask: Ask, store: Path, caers: Any, options: list[str], keep: Callable[[Any], bool]
) -> None:
    answer = ask(
        *("count", "--product", "valerian", "--reaction", "gastrointestinal", "--role", "any"),
        *(*options, "--source", "caers", "--store", store),
    )
    assert cells(answer) == caers.count(("VALERIAN",), answer["reaction"]["terms"], "any", caers.select(keep))


def test_every_row_of_signals_is_that_of_the_raw_file(ask: Ask, store: Path, caers: Any) -> None:
    answer = ask("signals", "--product", "kratom", "--role", "any", "--source", "caers", "--store", store)
    terms = {row["reaction"]: [row["reaction"]] for row in answer["rows"] if row["kind"] == "term"}
    for row in answer["rows"]:
        if row["kind"] == "group":
            group = ask("reactions", "show", row["reaction"].partition("/")[0])["group"]
            terms[row["reaction"]] = group[row["reaction"].partition("/")[2]]
    assert {row["reaction"]: cells(row) for row in answer["rows"]} == {
        name: caers.count(KRATOM, members) for name, members in terms.items()
    }
    assert {"JAUNDICE", "jaundice/narrow"} <= set(terms)


OLDER = {"DRUG TOXICITY": "TOXICITY TO VARIOUS AGENTS"}
"""The one term of these cases that the dictionary calls otherwise today."""


def test_signals_miss_no_reaction(ask: Ask, store: Path, caers: Any) -> None:
    answer = ask("signals", "--product", "kratom", "--role", "any", "--min-cases", 2, "--store", store)
    reported: dict[str, int] = {}
    for case in caers.cases.values():
        if case.has_product(KRATOM, "any"):
            for term in {OLDER.get(term, term) for term in case.terms}:
                reported[term] = reported.get(term, 0) + 1
    shown = {row["reaction"]: row["a"] for row in answer["rows"] if row["kind"] == "term"}
    assert shown == {term: cases for term, cases in reported.items() if cases >= 2}


def listed_terms(row: dict[str, str]) -> set[str]:
    return {" ".join(term.upper().split()) for term in row["Reactions"].split(";")}


@pytest.mark.parametrize("reaction", ["skin-pigmentation", "jaundice", "YELLOW SKIN", "JAUNDICE", "itch", "death"])
def test_listing_is_counted_and_not_measured(
    ask: Ask, store: Path, listing: list[dict[str, str]], reaction: str
) -> None:
    answer = ask(
        *("count", "--product", "kratom", "--reaction", reaction, "--role", "any", "--cases"),
        *("--source", "faers-dashboard", "--store", store),
    )
    wanted = set(answer["reaction"]["terms"])
    having = [row["Case ID"] for row in listing if wanted & listed_terms(row)]
    assert (answer["a"], answer["a"] + answer["b"]) == (len(having), 1_503)
    assert sorted(case["case_id"] for case in answer["cases"]) == sorted(having)
    assert [answer[key] for key in ("c", "d", "n", "expected", "signal")] == [None] * 5
    assert (answer["estimates"], answer["verdict"]) == ({}, "no-measure")
    assert "no complement" in answer["why"]


def test_listing_keeps_pigment_jaundice_and_stool_apart(ask: Ask, store: Path) -> None:
    def count(reaction: str) -> dict[str, Any]:
        options = ("--role", "any", "--cases", "--source", "faers-dashboard", "--store", store)
        return ask("count", "--product", "kratom", "--reaction", reaction, *options)

    pigment, jaundice = count("skin-pigmentation"), count("jaundice")
    assert (pigment["a"], jaundice["a"]) == (5, 9)
    assert (count("JAUNDICE")["a"], count("YELLOW SKIN")["a"]) == (6, 3)
    assert count("FAECES DISCOLOURED")["a"] == 1
    assert "FAECES DISCOLOURED" not in {*pigment["reaction"]["terms"], *jaundice["reaction"]["terms"]}
    assert not set(pigment["reaction"]["terms"]) & set(jaundice["reaction"]["terms"])


def test_listing_by_a_name_beside_kratom(ask: Ask, store: Path, listing: list[dict[str, str]]) -> None:
    answer = ask(
        *("count", "--product", "Gabapentin", "--reaction", "DEATH", "--role", "any"),
        *("--source", "faers-dashboard", "--store", store),
    )
    columns = ("Suspect Product Names", "Suspect Product Active Ingredients", "Concomitant Product Names")
    named = [row for row in listing if any("gabapentin" in row[column].lower() for column in columns)]
    assert answer["a"] == sum("DEATH" in listed_terms(row) for row in named)
    assert answer["a"] + answer["b"] == len(named)


def test_cases_can_be_found_in_the_raw_file(ask: Ask, store: Path, caers: Any) -> None:
    answer = ask(
        *("count", "--product", "kratom", "--reaction", "JAUNDICE", "--role", "any", "--cases"),
        *("--source", "caers", "--store", store),
    )
    assert len(answer["cases"]) == answer["a"] == 4
    for case in answer["cases"]:
        raw = caers.cases[case["case_id"]]
        assert case["received"] == raw.received.isoformat()
        assert raw.has_product(KRATOM, "any")
        assert any(product["under_study"] for product in case["products"])
        assert "JAUNDICE" in {term["term"] for term in case["terms"]}


@pytest.mark.parametrize(("vocabulary", "cases"), [(FROZEN, 173), ((), 185)])
def test_every_listed_case_marks_the_product_however_many_names_it_has(
    ask: Ask, store: Path, vocabulary: tuple[str, ...], cases: int
) -> None:
    """Calcium is reported under more names than a page lists; each must still be marked in its case."""
    question = ("--product", "calcium", "--reaction", "NAUSEA", "--role", "any", "--source", "caers", "--cases")
    answer = ask("count", *question, *vocabulary, "--store", store)
    assert len(answer["cases"]) == answer["a"] == cases
    assert all(any(product["under_study"] for product in case["products"]) for case in answer["cases"])
