"""Tables for the reporting of a study: the checklist and the citations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from phytovigil.dossier.tables.table import Column, Table

Findings = Mapping[str, Any]

PARTS = {"body": "Paper", "abstract": "Abstract"}


def list_tables(findings: Findings) -> Iterator[Table]:
    """The checklist and the reference list, where the findings hold them."""
    if checklist := findings.get("checklist"):
        rows = [{"part": title, **item} for part, title in PARTS.items() for item in checklist[part]]
        columns = [
            Column("Item", "item"),
            Column("Part", "part"),
            Column("Section", "section"),
            Column("What it asks", "asks"),
            Column("State", "state"),
            Column("By", "by"),
            Column("Text", lambda item: "\n\n".join(item["text"])),
            Column("Still to be written", "prompt"),
        ]
        guideline = checklist["guideline"]
        notes = [guideline["statement"], guideline["explanation"], guideline["note"]]
        yield Table("checklist", f"{guideline['name']}: {guideline['title']}", columns, rows, notes)
    if citations := findings.get("citations"):
        columns = [
            Column("Number", "number", number=True),
            Column("Reference", "text"),
            Column("Used for", "used_for"),
            Column("DOI", "doi"),
        ]
        yield Table("references", "References", columns, citations, [])
