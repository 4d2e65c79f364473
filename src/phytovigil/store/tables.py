"""Single tables in files of their own: what snapshots and exports are made of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from phytovigil.schema.reports import Columns
from phytovigil.store.engine import Engine, quote_text


def write_table(
    file: Path, columns: Columns, types: Mapping[str, str], order: str = "", format: str = "parquet"
) -> None:
    """Write columns as "parquet" or "csv", in the given order of columns; the same rows give the same bytes."""
    engine = Engine()
    engine.create_table("export", types)
    engine.add_rows("export", columns, types)
    sql = "SELECT * FROM export" + (f" ORDER BY {order}" if order else "")
    if format == "csv":
        engine.run(f"COPY ({sql}) TO {quote_text(str(file))} (FORMAT csv, HEADER)")
    else:
        engine.write_parquet(sql, file)
    engine.close()


def read_table(file: Path) -> Columns:
    """Read a Parquet table as columns."""
    engine = Engine()
    engine.show_files("export", [file])
    columns = engine.query("SELECT * FROM export")
    engine.close()
    return columns


def hash_file(file: Path) -> str:
    """SHA-256 of a file's bytes, as hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_intact(file: Path, sha256: str) -> bool:
    """Whether a file is there and has the bytes that were recorded."""
    return file.is_file() and hash_file(file) == sha256
