"""Answers that are tables, as text, CSV, JSON or Parquet."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from phytovigil.cli.writing import writing
from phytovigil.errors import InvalidRequest

FORMATS = ("table", "csv", "json", "parquet")


def check_format(format: str, out: Path | None, as_json: bool) -> str:
    """A known format that can go where it is to go; --json wins over it."""
    if format not in FORMATS:
        raise InvalidRequest(f"The format is “{format}”.", f"It can be {', '.join(FORMATS)}.")
    if as_json:
        return "json"
    if format == "parquet" and out is None and sys.stdout.isatty():
        raise InvalidRequest("Parquet is no text for a terminal.", "Name a file with --out.")
    return format


def export_table(
    answer: dict[str, Any],
    format: str,
    out: Path | None,
    show: Callable[[dict[str, Any]], None],
    write_columns: Callable[[dict[str, Any], Path, str], None],
) -> None:
    """Write an answer in a format, to a file or to standard output.

    show : prints it for people. write_columns : writes its rows to a file, as "csv" or "parquet".
    """
    from phytovigil.cli.printing import emit, write_json

    if format in ("csv", "parquet"):
        export_columns(answer, format, out, write_columns)
    elif out is None:
        emit(answer, format == "json", show)
    elif format == "json":
        with writing("The table", out):
            out.write_text(write_json(answer), encoding="utf-8")
    else:
        raise InvalidRequest("A table is for the terminal.", "Write csv, json or parquet to a file.")


def export_columns(
    answer: dict[str, Any], format: str, out: Path | None, write_columns: Callable[[dict[str, Any], Path, str], None]
) -> None:
    """Write one column per value, as CSV or Parquet."""
    if out is not None:
        with writing("The table", out):
            write_columns(answer, out, format)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"table.{format}"
        write_columns(answer, file, format)
        sys.stdout.flush()
        sys.stdout.buffer.write(file.read_bytes())
