"""What becomes of every row of the real FAERS samples: the table of docs/reference/faers-ascii.md.

Usage: python benchmarks/real_samples.py
Needs the samples under $PHYTOVIGIL_SHARED (default ../shared/data). Takes them into a store that is thrown away.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import phytovigil

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("PHYTOVIGIL_SHARED", ROOT.parent / "shared" / "data"))
FOLDERS = ("faers_ascii", "faers_xml", "openfda")
LEDGER = ("rows_read", "rows_kept", "rows_quarantined", "rows_repaired", "rows_orphaned", "values_quarantined")
HEADINGS = ("sample", "files", "read", "kept", "quarantined", "repaired", "orphaned", "values put aside", "reports")


def take_in_samples(shared: Path) -> list[list[str]]:
    """One row for each release, in the order of their names."""
    with tempfile.TemporaryDirectory() as store:
        ledger = phytovigil.open(store).ingest([shared / folder for folder in FOLDERS])
    releases: dict[str, list[dict[str, Any]]] = {}
    for file in ledger["files"]:
        releases.setdefault(file["release"], []).append(file)
    return sorted(describe_release(files) for files in releases.values())


def describe_release(files: list[dict[str, Any]]) -> list[str]:
    """The folder or file that a release was read from, and its figures."""
    name = os.path.commonpath([file["file"] for file in files])
    totals = [sum(file[key] for file in files) for key in LEDGER]
    return [f"`{name}`", *(f"{number:,}" for number in (len(files), *totals, files[0]["reports"]))]


def write_table(rows: list[list[str]]) -> str:
    """The rows as a table in Markdown."""
    lines = [HEADINGS, ("---", *("---:" for _ in HEADINGS[1:])), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    print(write_table(take_in_samples(SHARED)))
