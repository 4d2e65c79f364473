"""Citations of a run: right DOIs, BibTeX that parses, numbers that meet."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phytovigil.signals.registry import MEASURES, RULES
from phytovigil.study.checklist.bibliography import escape, write_bibtex, write_text
from phytovigil.study.checklist.items import GUIDELINE
from phytovigil.study.checklist.methods_text import write_methods
from phytovigil.study.checklist.references import REFERENCES, Reference, find_references
from phytovigil.study.citing import cite_run, write_bibliography

NEEDED = {
    "article": {"author", "title", "journal", "year", "volume", "pages", "doi"},
    "techreport": {"author", "title", "institution", "year"},
}
"""Fields that BibTeX asks for, and for articles what a reader needs to find them."""


def parse_bibtex(text: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Entries by key, read by counting braces; anything that does not fit raises."""
    entries = {}
    place = 0
    while (start := text.find("@", place)) >= 0:
        head = re.compile(r"@(\w+)\{([^,{}\s]+),").match(text, start)
        assert head is not None, text[start : start + 40]
        end = closing_brace(text, text.index("{", start))
        assert head[2] not in entries, f"{head[2]} stands twice"
        entries[head[2]] = (head[1], parse_fields(text[head.end() : end]))
        assert not text[place:start].strip()
        place = end + 1
    assert not text[place:].strip()
    return entries


def closing_brace(text: str, start: int) -> int:
    depth = 0
    for place in range(start, len(text)):
        if text[place] in "{}" and text[place - 1] != "\\":
            depth += 1 if text[place] == "{" else -1
            if depth == 0:
                return place
    raise AssertionError(f"a brace stays open: {text[start : start + 60]}")


def parse_fields(text: str) -> dict[str, str]:
    found, place = {}, 0
    while field := re.compile(r"[\s,]*(\w+)\s*=\s*(?=\{)").match(text, place):
        end = closing_brace(text, field.end())
        found[field[1]] = text[field.end() + 1 : end]
        place = end + 1
    assert not text[place:].strip(" \n,"), text[place:]
    return found


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.key)
def test_every_reference_is_a_complete_entry(reference: Reference) -> None:
    ((kind, held),) = parse_bibtex(write_bibtex(reference)).values()
    assert set(held) >= NEEDED[kind]
    assert re.fullmatch(r"10\.\d{4,9}/\S+", reference.doi) or reference.identifier
    assert str(reference.year) in write_text(reference)
    assert reference.pages in write_text(reference)


def test_keys_and_dois_are_unique() -> None:
    assert len({reference.key for reference in REFERENCES}) == len(REFERENCES)
    dois = [reference.doi for reference in REFERENCES if reference.doi]
    assert len(set(dois)) == len(dois)


SOURCES = sorted({entry.source for entry in (*MEASURES.values(), *RULES.values())})


@pytest.mark.parametrize("source", SOURCES)
def test_what_the_measures_cite_is_the_publication_with_that_doi(source: str) -> None:
    """The registry names authors, year and DOI; the reference with the DOI must have the same authors and year."""
    found = list(find_references(source))
    assert [reference.doi for reference in found if reference.doi] == re.findall(r"10\.\d{4,9}/[^\s;]+", source)
    for reference, words in zip(found, source.split("; "), strict=True):
        assert str(reference.year) in words
        named = re.sub(r"^interval of ", "", words).split(str(reference.year))[0]
        for author in re.split(r",\s*|\s+and\s+", named.replace(" et al.", "").strip()):
            assert any(author in known for known in reference.authors), (author, reference.authors)


def test_the_guideline_is_cited_by_its_own_dois() -> None:
    dois = {reference.doi for reference in REFERENCES}
    for key in ("statement", "explanation"):
        assert re.search(r"doi:(\S+)", GUIDELINE[key])[1] in dois  # type: ignore[index]


def test_a_longer_doi_is_not_taken_for_a_shorter_one() -> None:
    assert [found.key for found in find_references("doi:10.1002/pds.6681")] == []
    assert [found.key for found in find_references("see doi:10.1002/pds.668.")] == ["vanpuijenbroek2002"]


def test_the_list_is_numbered_and_holds_each_publication_once(findings: dict[str, Any]) -> None:
    citations = cite_run(findings)
    assert [citation["number"] for citation in citations] == list(range(1, len(citations) + 1))
    keys = [citation["key"] for citation in citations]
    assert len(set(keys)) == len(keys)
    noren = next(citation for citation in citations if citation["key"] == "noren2013")
    assert "measure: IC" in noren["used_for"]
    assert "rule: " in noren["used_for"]


def test_data_and_program_are_cited_with_date_and_version(findings: dict[str, Any]) -> None:
    citations = {citation["key"]: citation for citation in cite_run(findings)}
    assert "Data as of 2017-06-30" in citations["demo-2017-06-30"]["text"]
    assert "version 0.1.0" in citations["phytovigil"]["text"]


def test_a_measure_that_no_reference_is_known_of_is_cited_in_its_own_words(findings: dict[str, Any]) -> None:
    citations = {citation["key"]: citation for citation in cite_run(findings)}
    assert citations["ror"]["text"] == "Rothman, Lanes, Sacks 2004, doi:10.1002/pds.1001"


def test_sections_bring_their_methods(findings: dict[str, Any]) -> None:
    curve = {"choices": [{"name": "strata", "title": "Strata", "levels": []}]}
    wide = {**findings, "specification_curve": [curve], "case_series": [{"cases": 1}], "claims": {"claims": []}}
    keys = {citation["key"] for citation in cite_run(wide)} - {citation["key"] for citation in cite_run(findings)}
    assert keys == {"simonsohn2020", "mantel1959", "robins1986", "naranjo1981", "bergvall2014", "guyatt2008"}


def test_the_bibliography_parses_with_every_citation_in_it(findings: dict[str, Any]) -> None:
    citations = cite_run(findings)
    entries = parse_bibtex(write_bibliography(citations))
    assert list(entries) == [citation["key"] for citation in citations]
    assert all(held["title"] for _, held in entries.values())


@pytest.fixture(scope="module")
def wide(findings: dict[str, Any]) -> dict[str, Any]:
    """With everything that brings citations of its own."""
    source = {
        "id": "survey2020",
        "authors": "Bee BA, et al.",
        "title": "A survey of 41 % & more",
        "year": 2020,
        "journal": "J",
        "volume": "1",
        "pages": "2-3",
        "doi": "",
        "pmid": "",
        "url": "https://example.org/survey",
        "read": "abstract",
        "note": "",
    }
    cited = {**source, "reference": "Bee BA, et al. A survey. J 2020;1:2-3.", "address": source["url"]}
    others = [{**cited, "id": f"survey{year}"} for year in (2021, 2022)]
    rows = [{"citation": cited, "also": others}]
    return {
        **findings,
        "specification_curve": [{"choices": [{"name": "strata", "title": "Strata", "levels": []}]}],
        "case_series": [{"cases": 1}],
        "claims": {"claims": []},
        "evidence": {"tables": [{"title": "Surveys", "rows": rows}]},
    }


def test_evidence_is_cited_as_its_table_says(wide: dict[str, Any]) -> None:
    found = {citation["key"]: citation for citation in cite_run(wide)}["survey2020"]
    assert found["text"] == "Bee BA, et al. A survey. J 2020;1:2-3. https://example.org/survey"
    assert found["used_for"] == "evidence: Surveys"
    assert "41 \\% \\& more" in found["bibtex"]


@pytest.mark.parametrize("which", ["findings", "wide"])
def test_the_numbers_of_the_methods_text_are_in_the_list_and_in_order(
    request: pytest.FixtureRequest, which: str
) -> None:
    findings = request.getfixturevalue(which)
    citations = cite_run(findings)
    text = " ".join(write_methods(findings, citations, ["jaundice/narrow", "pigment/narrow"]))
    groups = [part for group in re.findall(r"\[([\d,– ]+)\]", text) for part in group.split(", ")]
    ends = [[int(number) for number in part.split("–")] for part in groups]
    cited = [number for first, *last in ends for number in range(first, (last or [first])[0] + 1)]
    first = list(dict.fromkeys(cited))
    assert first == [citation["number"] for citation in citations]


@given(st.text(max_size=40))
def test_any_title_makes_an_entry_that_parses(title: str) -> None:
    reference = Reference("key", ("Body of {braces} & signs",), title, 2020, "J", "1", "2", "3", "10.1000/x")
    ((_, held),) = parse_bibtex(write_bibtex(reference)).values()
    assert held["title"] == f"{{{escape(title)}}}"
