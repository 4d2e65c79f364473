"""All tables of a dossier, and the files that they become."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from phytovigil.dossier.tables import argument, counts, reporting, robustness, series, sources
from phytovigil.dossier.tables.comma_separated import write_csv
from phytovigil.dossier.tables.table import Table
from phytovigil.dossier.tables.word_page import wrap_page, write_page

Findings = Mapping[str, Any]

FOLDER = "tables"
MOST_PRINTED = 2000
"""Longest table that also comes as a page; a longer one is for a program, and comes as CSV only."""


def make_tables(findings: Findings) -> list[Table]:
    """Every table of the findings that has rows, in the order of the page.

    findings : conforms to `schema/json/findings.schema.json`. Nothing is computed: values are put into columns.
    """
    made = (
        *counts.list_tables(findings),
        *robustness.list_tables(findings),
        *series.list_tables(findings),
        *argument.list_tables(findings),
        *sources.list_tables(findings),
        *reporting.list_tables(findings),
    )
    return [table for table in made if table.rows]


def table_files(findings: Findings) -> dict[str, bytes]:
    """The files of the folder of tables by their path in the dossier; the same findings give the same bytes.

    tables/NAME.csv and tables/NAME.html for each table, and where the findings hold them tables/methods.txt,
    tables/methods.html and tables/references.bib.
    """
    files: dict[str, bytes] = {}
    for table in make_tables(findings):
        files[f"{FOLDER}/{table.stem}.csv"] = write_csv(table)
        if len(table.rows) <= MOST_PRINTED:
            files[f"{FOLDER}/{table.stem}.html"] = write_page(table)
    return {**files, **text_files(findings)}


def text_files(findings: Findings) -> dict[str, bytes]:
    """The methods as text and as a page, and the references as BibTeX."""
    files: dict[str, bytes] = {}
    citations = findings.get("citations") or []
    listed = [f"{citation['number']}. {citation['text']}" for citation in citations]
    if methods := findings.get("methods_text"):
        files[f"{FOLDER}/methods.txt"] = "\n\n".join([*methods, "References", *listed, ""]).encode()
        body = "\n".join(f"<p>{escape(text)}</p>" for text in (*methods, *listed))
        files[f"{FOLDER}/methods.html"] = wrap_page("Methods", body)
    if citations:
        files[f"{FOLDER}/references.bib"] = ("\n\n".join(item["bibtex"] for item in citations) + "\n").encode()
    return files
