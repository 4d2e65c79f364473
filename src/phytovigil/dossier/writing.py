"""The dossier as files: the page, the findings behind it, and its figures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from phytovigil.dossier.figures import make_figures
from phytovigil.dossier.page import render_page

FIGURE_KINDS = ("forest", "cases-over-time", "who")
"""How the names of our figures begin."""


def write_dossier(findings: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write dossier.html, findings.json and figures/*.svg into a folder, and return their paths.

    findings : conforms to `schema/json/findings.schema.json`. The same findings give the same bytes; a file of an
    earlier run is overwritten, a figure of an earlier run that this one does not draw is removed, other files in the
    folder stay. Raises OSError if the folder cannot be written
    and, before anything is, ValueError for a number that JSON cannot hold.
    """
    dumped = dump_findings(findings)
    figures = make_figures(findings)
    texts = {folder / "dossier.html": render_page(findings, figures), folder / "findings.json": dumped}
    texts |= {folder / "figures" / figure.file_name: figure.svg for figure in figures}
    remove_stale(folder / "figures", texts)
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    return list(texts)


def remove_stale(folder: Path, kept: Iterable[Path]) -> None:
    """Remove figures of an earlier run; a file that is not named as ours are is somebody else's."""
    for kind in FIGURE_KINDS:
        for stale in set(folder.glob(f"{kind}-*.svg")) - set(kept):
            stale.unlink()


def dump_findings(findings: Mapping[str, Any]) -> str:
    """Findings as JSON text, in the order they were made.

    Raises ValueError for a number that JSON cannot hold (NaN or infinity).

    >>> dump_findings({"b": "é", "a": 1})
    '{\\n "b": "é",\\n "a": 1\\n}\\n'
    """
    return json.dumps(findings, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
