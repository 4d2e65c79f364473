"""The program, the data and the methods of a run as numbered citations, and its methods as a text for a paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from itertools import groupby
from typing import Any

from phytovigil.evidence.citing import bibtex_entry
from phytovigil.schema.evidence import Citation as EvidenceSource
from phytovigil.study.checklist.bibliography import escape, write_bibtex, write_entry, write_text
from phytovigil.study.checklist.references import BY_KEY, Reference, find_references

Findings = Mapping[str, Any]

TITLE = "Phytovigil: from raw drug-safety reports to an answer that a reviewer can check line by line"
AUTHORS = "The Phytovigil authors"
"""As in CITATION.cff."""


@dataclass(frozen=True, slots=True)
class Citation:
    """One entry of the reference list. used_for : what it is cited for, in a few words."""

    key: str
    text: str
    bibtex: str
    doi: str
    used_for: str


def cite_run(findings: Findings) -> list[dict[str, Any]]:
    """Everything that a paper on this run must cite, numbered in the order in which the methods text names it.

    findings : of a study; sections that it lacks are not cited. Each publication stands once, with all its uses.
    """
    merged: dict[str, Citation] = {}
    for citation in list_citations(findings):
        known = merged.get(citation.key)
        uses = [known.used_for, citation.used_for] if known else [citation.used_for]
        merged[citation.key] = Citation(
            citation.key, citation.text, citation.bibtex, citation.doi, "; ".join(dict.fromkeys(uses))
        )
    return [
        {
            "number": number,
            "key": citation.key,
            "text": citation.text,
            "bibtex": citation.bibtex,
            "doi": citation.doi,
            "used_for": citation.used_for,
        }
        for number, citation in enumerate(merged.values(), 1)
    ]


def list_citations(findings: Findings) -> Iterator[Citation]:
    """Citations in the order of the methods text; one publication may come twice."""
    yield from (cite_source(source) for source in findings["sources"])
    if any(source["duplicates"]["folded"] for source in findings["sources"]):
        yield cite_reference(BY_KEY["noren2007"], "search for suspected duplicates")
    if any(source["complete"] for source in findings["sources"]):
        for measure in findings["measures"]:
            yield from cite_words(measure["source"], f"measure: {measure['title']}", measure["name"])
        yield from cite_words(findings["rule"]["source"], f"rule: {findings['rule']['text']}", findings["rule"]["name"])
    yield from cite_methods(findings)
    yield from cite_evidence(findings)
    yield from (
        cite_reference(BY_KEY[key], "reporting guideline") for key in ("fusaroli2024", "fusaroli2024explanation")
    )
    yield cite_program(findings)


def cite_methods(findings: Findings) -> Iterator[Citation]:
    """Publications behind the sections that the run has."""
    keys: list[tuple[str, str]] = []
    if is_calibrated(findings):
        keys += [("schuemie2014", "calibration"), ("schuemie2018", "calibration")]
    if findings.get("specification_curve"):
        keys.append(("simonsohn2020", "specification curve"))
        keys += [("mantel1959", "strata"), ("robins1986", "strata")] if has_strata(findings) else []
    if findings.get("case_series"):
        keys += [("naranjo1981", "causality of single cases"), ("bergvall2014", "completeness of cases")]
    if findings.get("claims"):
        keys.append(("guyatt2008", "certainty of evidence"))
    yield from (cite_reference(BY_KEY[key], used) for key, used in keys)


def has_strata(findings: Findings) -> bool:
    """Whether strata are among the choices of a specification curve."""
    return any(choice["name"] == "strata" for curve in findings["specification_curve"] for choice in curve["choices"])


def is_calibrated(findings: Findings) -> bool:
    """Whether an empirical null was learned on a source."""
    judged = findings["controls"].get("sources") or []
    return any(not null["withheld"] for source in judged for null in source["nulls"])


def cite_reference(reference: Reference, used_for: str) -> Citation:
    """A publication."""
    return Citation(reference.key, write_text(reference), write_bibtex(reference), reference.doi, used_for)


def cite_words(source: str, used_for: str, name: str) -> Iterator[Citation]:
    """The publications that a citation in words names; the words themselves where none of them is known."""
    found = list(find_references(source))
    yield from (cite_reference(reference, used_for) for reference in found)
    if not found:
        entry = write_entry("misc", name, {"title": f"{{{escape(source)}}}", "note": escape(used_for)})
        yield Citation(name, source, entry, "", used_for)


def cite_source(source: Mapping[str, Any]) -> Citation:
    """A data set as of its date."""
    key = f"{source['source']}-{source['as_of']}"
    text = f"{source['publisher']}. {source['title']}. Data as of {source['as_of']}. {source['url']}"
    fields = {
        "author": f"{{{escape(source['publisher'])}}}",
        "title": f"{{{escape(source['title'])}}}",
        "year": source["as_of"][:4],
        "note": f"Data as of {source['as_of']}",
        "url": source["url"],
    }
    return Citation(key, text, write_entry("misc", key, fields), "", "data")


def cite_program(findings: Findings) -> Citation:
    """The program with its version."""
    version = findings["program"]["version"]
    fields = {"author": f"{{{AUTHORS}}}", "title": f"{{{TITLE}}}", "note": f"Computer program, version {version}"}
    text = f"{AUTHORS}. {TITLE}. Computer program, version {version}."
    return Citation("phytovigil", text, write_entry("misc", "phytovigil", fields), "", "all counts and estimates")


def cite_evidence(findings: Findings) -> Iterator[Citation]:
    """The publications behind the rows of evidence, in the order of their tables."""
    known = findings.get("evidence") or {"tables": []}
    for table in known["tables"]:
        for row in table["rows"]:
            for citation in (row["citation"], *row.get("also", [])):
                yield cite_row(citation, table["title"])


def cite_row(citation: Mapping[str, Any], table: str) -> Citation:
    """One publication of an evidence table."""
    source = EvidenceSource(**{field.name: citation[field.name] for field in dataclass_fields(EvidenceSource)})
    link = f"doi:{source.doi}" if source.doi else citation["address"]
    text = f"{citation['reference']} {link}".rstrip()
    return Citation(source.id, text, bibtex_entry(source), source.doi, f"evidence: {table}")


def write_bibliography(citations: Sequence[Mapping[str, Any]]) -> str:
    """All entries as the text of a .bib file."""
    return "\n\n".join(citation["bibtex"] for citation in citations) + "\n"


def number_of(citations: Iterable[Mapping[str, Any]], used_for: str) -> str:
    """The numbers in brackets of the citations for a use, or for a kind of use that ends in ":"; "" if there is none.

    >>> number_of([{"number": 1, "used_for": "data"}, {"number": 2, "used_for": "rule: IC; data"}], "data")
    ' [1, 2]'
    """
    kind = used_for.endswith(":")
    numbers = [
        citation["number"]
        for citation in citations
        if any(use.startswith(used_for) if kind else use == used_for for use in citation["used_for"].split("; "))
    ]
    return f" [{', '.join(fold_runs(numbers))}]" if numbers else ""


def fold_runs(numbers: Sequence[int]) -> Iterator[str]:
    """Numbers in ascending order, three or more in a row as a range.

    >>> list(fold_runs([1, 2, 4, 5, 6]))
    ['1', '2', '4–6']
    """
    for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        row = [number for _, number in run]
        yield from [f"{row[0]}–{row[-1]}"] if len(row) > 2 else map(str, row)
