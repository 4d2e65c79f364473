"""Published evidence outside a study: which rows there are, one of them, and whether its figures agree."""

from __future__ import annotations

import difflib
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from phytovigil.errors import UnknownName
from phytovigil.evidence.citing import bibtex
from phytovigil.evidence.consistency import Check, check_library, check_row
from phytovigil.evidence.loading import list_shipped, load_evidence
from phytovigil.schema.evidence import KINDS, EvidenceLibrary, EvidenceRow
from phytovigil.study.asking import frame_answer
from phytovigil.study.evidence_tables import count_checks, describe_row, head_of


def list_evidence(
    product: str | None = None, folder: Path | None = None, kind: str | None = None, topic: str | None = None
) -> dict[str, Any]:
    """The rows of a product's library or of a folder of one's own; of all libraries if neither is named.

    Raises UnknownName for a product, kind or topic that there is not, InvalidEvidence for files that cannot be read.
    """
    libraries = load_libraries(product, folder)
    require_word("kind of evidence", kind, tuple(KINDS))
    require_word("topic", topic, tuple(dict.fromkeys(name for library in libraries for name in library.topics)))
    rows = [
        summarise(library, row)
        for library in libraries
        for table in library.tables
        for row in table.rows
        if kind in (None, row.kind) and (topic is None or topic in row.topics)
    ]
    heads = [head_of(library) for library in libraries]
    asked = {"product": product or "", "kind": kind or "", "topic": topic or ""}
    return frame_answer("evidence-list", asked=asked, libraries=heads, rows=rows)


def show_evidence(row_id: str, folder: Path | None = None) -> dict[str, Any]:
    """One row with its figures, limits, sources, checks and BibTeX. Raises UnknownName with near names."""
    libraries = load_libraries(None, folder)
    found = {row.id: (library, row) for library in libraries for row in library.rows}
    require_word("row of evidence", row_id, tuple(found))
    library, row = found[row_id]
    checks = check_row(row)
    used = {(check.row, name) for check in checks for name in check.uses}
    return frame_answer(
        "evidence-show",
        library=head_of(library),
        row=describe_row(row, used),
        checks=[describe_check(check) for check in checks],
        bibtex=bibtex(row),
    )


def check_evidence(folder: Path | None = None) -> dict[str, Any]:
    """Every comparison of figures in a folder, or in all libraries that came with the program.

    Figures that contradict one another are listed, not raised. Raises InvalidEvidence for files that cannot be read.
    """
    libraries = load_libraries(None, folder, strict=False)
    checked = [(library, check_library(library)) for library in libraries]
    return frame_answer(
        "evidence-check",
        libraries=[{**head_of(library), "checks": count_checks(library, checks)} for library, checks in checked],
        checks=[describe_check(check) for _, checks in checked for check in checks],
        holds=all(check.state != "fails" for _, checks in checked for check in checks),
    )


def load_libraries(product: str | None, folder: Path | None, strict: bool = True) -> list[EvidenceLibrary]:
    """The libraries that a question is about."""
    if folder is not None:
        return [load_evidence(folder, strict)]
    shipped = list_shipped()
    require_word("evidence", product, shipped)
    return [load_evidence(name, strict) for name in shipped if product in (None, name)]


def require_word(what: str, asked: str | None, known: tuple[str, ...]) -> None:
    """Refuse a name that there is not, with near ones."""
    if asked is not None and asked not in known:
        near = difflib.get_close_matches(asked, known, n=3, cutoff=0.5)
        raise UnknownName(what, asked, "these libraries", near, f"There is {', '.join(known[:12])}.")


def summarise(library: EvidenceLibrary, row: EvidenceRow) -> dict[str, Any]:
    """A row in one line."""
    keys = ("id", "kind", "title", "finding", "n", "standing", "as_of")
    return {"product": library.product, **{key: getattr(row, key) for key in keys}, "topics": list(row.topics)}


def describe_check(check: Check) -> dict[str, Any]:
    """A comparison as an answer holds it; bounds without limit are None."""
    bounds = {
        name: value if math.isfinite(value) else None for name, value in (("low", check.low), ("high", check.high))
    }
    return {**asdict(check), **bounds, "uses": list(check.uses), "state": check.state, "text": check.text}
