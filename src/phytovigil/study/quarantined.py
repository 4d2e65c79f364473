"""Everything that could not be read, row by row and value by value."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from phytovigil.cases import quarantine_rows_sql
from phytovigil.schema.reports import QUARANTINE
from phytovigil.store import Session, write_table
from phytovigil.study.facts import rows
from phytovigil.study.reasons import sum_up_reasons

COLUMNS = {"source": "VARCHAR", **QUARANTINE}


def list_quarantine(session: Session) -> list[dict[str, Any]]:
    """What was put aside of the releases of one source, in the order of the files."""
    source = session.releases[0].source
    entries = rows(session.engine.query(quarantine_rows_sql()), tuple(QUARANTINE))
    return [{"source": source, **entry} for entry in entries]


def sum_up(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Totals by scope, and by reason, most frequent first."""
    counted = Counter((entry["scope"], entry["reason"]) for entry in entries)
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return sum_up_reasons([{"scope": scope, "reason": reason, "count": count} for (scope, reason), count in ordered])


def write_quarantine(answer: dict[str, Any], file: Path, format: str) -> None:
    """Write the entries of a quarantine as "csv" or "parquet"."""
    columns: dict[str, list[object]] = {name: [entry[name] for entry in answer["entries"]] for name in COLUMNS}
    write_table(file, columns, COLUMNS, format=format)
