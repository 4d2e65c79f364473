"""The dossier as files: the page and its PDF, the findings behind them, figures, tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from phytovigil.dossier.figures import make_figures
from phytovigil.dossier.page import render_page
from phytovigil.dossier.pdf import write_pdf
from phytovigil.dossier.png import png_bytes
from phytovigil.dossier.tables import table_files


def make_dossier(findings: Mapping[str, Any]) -> dict[str, bytes]:
    """The files of a dossier by their path in its folder.

    findings : conforms to `schema/json/findings.schema.json`. The same findings give the same bytes.
    Raises ValueError for a number that JSON cannot hold.
    """
    dumped = dump_findings(findings)
    figures = make_figures(findings)
    page = render_page(findings, figures)
    files = {"dossier.html": page.encode(), "findings.json": dumped.encode()}
    for figure in figures:
        files[f"figures/{figure.file_name}"] = figure.svg.encode()
        files[f"figures/{Path(figure.file_name).stem}.png"] = png_bytes(figure.svg)
    return {**files, "dossier.pdf": write_pdf(page, long_lists=False), **table_files(findings)}


def dump_findings(findings: Mapping[str, Any]) -> str:
    """Findings as JSON text, in the order they were made.

    Raises ValueError for a number that JSON cannot hold (NaN or infinity).

    >>> dump_findings({"b": "é", "a": 1})
    '{\\n "b": "é",\\n "a": 1\\n}\\n'
    """
    return json.dumps(findings, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
