"""Counts of the real files, as published with them or counted independently."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SKIN = ("SKIN DISCOLOURATION", "SKIN HYPERPIGMENTATION")


def cases_with(found: Any, *terms: str) -> set[str]:
    return {case for case, term in found.rows("report_reaction", "case_id", "term") if term in terms}


@pytest.fixture(scope="module")
def caers_zip(shared_data: Path) -> Path:
    return shared_data / "caers" / "CAERS_ASCII_2004_2017Q2.zip"


@pytest.fixture(scope="module")
def real_caers(caers_zip: Path, whole: Callable[..., Any]) -> Any:
    """The whole file, read once for all tests here."""
    return whole(caers_zip)


def test_caers_2004_to_2017(real_caers: Any) -> None:
    found = real_caers
    assert (found.read, found.kept, found.quarantined) == (90_786, 90_786, 0)
    assert len(set(found.rows("report", "case_id"))) == 64_517
    assert len(cases_with(found, "JAUNDICE")) == 467
    assert len(found.rows("report_product", "case_id")) == 90_786
    assert Counter(found.rows("quarantine", "scope", "reason")) == {
        ("value", "impossible-age"): 7,
        ("value", "unknown-age-unit"): 13,
        ("value", "no-reaction"): 5,
    }


def test_reports_with_an_impossible_age_stay_counted(caers_zip: Path, real_caers: Any) -> None:
    found = real_caers
    lines = [line for line, reason in found.rows("quarantine", "line", "reason") if reason == "impossible-age"]
    ages = dict(found.rows("report", "case_id", "age_years"))
    with zipfile.ZipFile(caers_zip) as archive:
        raw = archive.read("CAERS_ASCII_2004_2017Q2.csv").decode().splitlines()
    damaged = [next(csv.reader([raw[line - 1]])) for line in lines]
    assert sorted({f"{row[7]} {row[8]}" for row in damaged}) == [
        "151 Year(s)", "155 Year(s)", "156 Year(s)", "167 Year(s)", "250 Year(s)", "76 Decade(s)",
    ]  # fmt: skip
    assert all(ages[row[0]] is None for row in damaged)


def test_no_fragment_of_a_term_is_left_in_caers(caers_zip: Path, real_caers: Any) -> None:
    """Every cell of terms is rebuilt from the terms read, so none was cut, lost or invented."""
    found = real_caers
    by_case: dict[str, set[str]] = {}
    for case, term in found.rows("report_reaction", "case_id", "term"):
        by_case.setdefault(case, set()).add(term)
    with zipfile.ZipFile(caers_zip) as archive:
        rows = csv.DictReader(io.TextIOWrapper(archive.open("CAERS_ASCII_2004_2017Q2.csv"), "utf-8", newline=""))
        for row in rows:
            cell = {part.strip() for part in row["SYM_One Row Coded Symptoms"].split(",")} - {"", "Not coded"}
            read = {part.strip() for term in by_case.get(row["RA_Report #"], ()) for part in term.split(",")}
            assert cell <= read
    terms = {term for read in by_case.values() for term in read}
    orphans = {
        "VISUAL",
        "AUDITORY",
        "MIXED",
        "OLFACTORY",
        "QUANTITATIVE",
        "PARANOID TYPE",
        "NOSE AND THROAT EXAMINATION",
    }
    assert terms.isdisjoint(orphans)
    assert {"HALLUCINATION, VISUAL", "URINE PROTEIN, QUANTITATIVE", "SCHIZOPHRENIA, PARANOID TYPE"} <= terms


def test_kratom_listing(shared_data: Path, whole: Callable[..., Any]) -> None:
    found = whole(shared_data / "faers_dashboard" / "kratom_2008-06_2025-11.csv")
    assert (found.read, found.kept) == (1_503, 1_503)
    assert len(set(found.rows("report", "case_id"))) == 1_503
    assert [len(cases_with(found, term)) for term in SKIN] == [4, 1]
    assert len(cases_with(found, *SKIN)) == 5
    assert len(cases_with(found, "JAUNDICE")) == 6
    assert Counter(found.rows("quarantine", "reason")) == {"impossible-age": 13}
    assert sum(found.rows("report", "serious")) == 1_401
    named = {
        case for case, name in found.rows("report_product", "case_id", "ingredient") if name and "itragynine" in name
    }
    assert len(named) > 1_400


def test_an_excel_listing(shared_data: Path, whole: Callable[..., Any]) -> None:
    folder = shared_data / "faers_dashboard" / "social_reactions_to_2019Q1"
    found = whole(folder / "Delinquency.xlsx", folder / "School_refusal.xlsx")
    assert found.read == found.kept == len(found.rows("report", "case_id"))
    assert {"DELINQUENCY", "SCHOOL REFUSAL"} <= set(found.rows("report_reaction", "term"))
    assert found.rows("quarantine", "reason") == []
    assert all(case.isdigit() for case in found.rows("report", "case_id"))


@pytest.mark.slow
def test_all_excel_listings(shared_data: Path, whole: Callable[..., Any]) -> None:
    found = whole(shared_data / "faers_dashboard" / "social_reactions_to_2019Q1")
    assert (found.read, found.kept) == (63_577, 63_577)
    assert len(set(found.rows("report", "case_id"))) == 54_768
