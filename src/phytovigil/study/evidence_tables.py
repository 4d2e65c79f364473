"""Published evidence on the study's product, as tables for the dossier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import asdict
from pathlib import Path
from typing import Any

from phytovigil.evidence.citing import reference, web_address
from phytovigil.evidence.consistency import Check, check_library
from phytovigil.evidence.loading import list_shipped, load_evidence
from phytovigil.evidence.saying import say_figure
from phytovigil.schema.evidence import Citation, EvidenceFigure, EvidenceLibrary, EvidenceRow, EvidenceTable
from phytovigil.study.planning import Plan


def load_library(plan: Plan) -> EvidenceLibrary | None:
    """The study's own folder of evidence, or what came with the program on its product; None if there is neither.

    Raises InvalidEvidence for a folder that cannot be read or whose figures contradict one another.
    """
    if plan.study.evidence:
        return load_evidence(Path(plan.study.evidence))
    return load_evidence(plan.product.key) if plan.product.key in list_shipped() else None


def evidence_tables(library: EvidenceLibrary | None) -> dict[str, Any] | None:
    """The rows by kind, with their figures in words, their sources, and what was checked; None without a library."""
    if library is None:
        return None
    checks = check_library(library)
    used = {(check.row, name) for check in checks for name in check.uses}
    return {
        **head_of(library),
        "checks": count_checks(library, checks),
        "tables": [describe_table(table, used) for table in library.tables],
        "ranges": list_ranges(library),
    }


def describe_table(table: EvidenceTable, used: Set[tuple[str, str]]) -> dict[str, Any]:
    """The rows of one kind, and how many of them are facts and how many context."""
    facts = sum(row.standing == "fact" for row in table.rows)
    rows = [describe_row(row, used) for row in table.rows]
    return {"kind": table.kind, "title": table.title, "facts": facts, "context": len(rows) - facts, "rows": rows}


def head_of(library: EvidenceLibrary) -> dict[str, Any]:
    """What the library is, and how many rows it has."""
    return {
        "product": library.product,
        "title": library.title,
        "version": library.version,
        "sha256": library.sha256,
        "rows": len(library.rows),
        "facts": len(library.facts),
    }


def count_checks(library: EvidenceLibrary, checks: Iterable[Check]) -> dict[str, int]:
    """Comparisons by their state, and figures that one of them rests on."""
    made = list(checks)
    used = {(check.row, name) for check in made for name in check.uses}
    figures = [(row.id, figure.name) for row in library.rows for figure in row.figures]
    states = {state: sum(check.state == state for check in made) for state in ("holds", "known", "fails")}
    return {
        "made": len(made),
        **states,
        "figures": len(figures),
        "figures_checked": sum(figure in used for figure in figures),
    }


def describe_row(row: EvidenceRow, used: Set[tuple[str, str]]) -> dict[str, Any]:
    """A row. used : (row, figure) pairs that a check rests on."""
    return {
        "id": row.id,
        "anchor": row.anchor,
        "kind": row.kind,
        "title": row.title,
        "finding": row.finding,
        "population": row.population,
        "n": row.n,
        "topics": list(row.topics),
        "standing": row.standing,
        "confidence": row.confidence,
        "read": row.read,
        "as_of": row.as_of,
        "law": None if row.law is None else {**asdict(row.law), "known": row.law.known},
        "figures": [describe_figure(figure, (row.id, figure.name) in used) for figure in row.figures],
        "limits": list(row.limits),
        "citation": describe_source(row.citation),
        "also": [describe_source(source) for source in row.also],
    }


def describe_figure(figure: EvidenceFigure, checked: bool) -> dict[str, Any]:
    """A figure in words and numbers. checked : whether it takes part in a comparison."""
    keys = ("name", "label", "value", "low", "high", "unit", "count", "of", "basis", "formula", "flag")
    return {**{key: getattr(figure, key) for key in keys}, "text": say_figure(figure), "checked": checked}


def describe_source(source: Citation) -> dict[str, Any]:
    """A source with its reference in one line and its address."""
    return {**asdict(source), "reference": reference(source), "address": web_address(source)}


def list_ranges(library: EvidenceLibrary) -> list[dict[str, Any]]:
    """Values of one quantity of one substance at one receptor, over all studies, smallest first.

    A value that its row flags is listed and does not widen the range.
    """
    held: dict[tuple[str, str, str, str], list[dict[str, Any]]] = {}
    for row, figure in list_measured(library):
        key = (figure.substance, figure.target, figure.quantity, figure.unit)
        said = {"value": figure.value, "text": say_figure(figure), "setting": figure.setting}
        held.setdefault(key, []).append({**said, "row": row.id, "flag": figure.flag})
    return [
        {**dict(zip(("substance", "target", "quantity", "unit"), key, strict=True)), **span(values)}
        for key, values in held.items()
    ]


def list_measured(library: EvidenceLibrary) -> Iterator[tuple[EvidenceRow, EvidenceFigure]]:
    """Figures of receptor rows that say what was measured on what, shares left out."""
    for row in library.rows:
        for figure in row.figures:
            named = figure.substance and figure.target and figure.quantity
            if row.kind == "receptor" and named and figure.value and figure.unit != "%":
                yield row, figure


def span(values: list[dict[str, Any]]) -> dict[str, Any]:
    """Smallest and largest value that no flag is on; None where all are flagged."""
    plain = [value["value"] for value in values if not value["flag"]]
    ordered = sorted(values, key=lambda value: (value["value"], value["setting"]))
    return {"low": min(plain, default=None), "high": max(plain, default=None), "values": ordered}
