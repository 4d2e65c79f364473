"""The table of signals as text, CSV, JSON or Parquet."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from phytovigil.cli.writing import writing
from phytovigil.errors import InvalidRequest

FORMATS = ("table", "csv", "json", "parquet")


def check_format(format: str, out: Path | None) -> str:
    """A known format that can go where it is to go."""
    if format not in FORMATS:
        raise InvalidRequest(f"The format is “{format}”.", f"It can be {', '.join(FORMATS)}.")
    if format == "parquet" and out is None and sys.stdout.isatty():
        raise InvalidRequest("Parquet is no text for a terminal.", "Name a file with --out.")
    return format


def export_signals(answer: dict[str, Any], format: str, out: Path | None) -> None:
    """Write the answer in a format, to a file or to standard output."""
    from phytovigil.cli.printing import emit, print_signals, write_json

    if format == "table" and out is None:
        emit(answer, False, print_signals)
    elif format == "json" and out is None:
        emit(answer, True, print_signals)
    elif format == "json" and out is not None:
        with writing("The table", out):
            out.write_text(write_json(answer), encoding="utf-8")
    elif format == "table":
        raise InvalidRequest("A table is for the terminal.", "Write csv, json or parquet to a file.")
    else:
        export_columns(answer, format, out)


def export_columns(answer: dict[str, Any], format: str, out: Path | None) -> None:
    """Write one column per number, as CSV or Parquet."""
    from phytovigil.study.screening import write_screen

    if out is not None:
        with writing("The table", out):
            write_screen(answer, out, format)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"signals.{format}"
        write_screen(answer, file, format)
        sys.stdout.flush()
        sys.stdout.buffer.write(file.read_bytes())
