"""One block of a FAERS table as a batch with a balanced ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow

from phytovigil.schema.reports import QUARANTINE, Batch
from phytovigil.sources.draft import LONGEST_RAW, as_columns
from phytovigil.sources.faers_columns import Table, parse_rows
from phytovigil.sources.faers_layouts import Layout
from phytovigil.sources.faers_lines import Block
from phytovigil.sources.faers_tables import READERS, Canonical, Refusals
from phytovigil.sources.reasons import Reason

NAMES = {
    "demo": "report",
    "drug": "report_product",
    "reac": "report_reaction",
    "outc": "report_outcome",
    "rpsr": "report_origin",
    "ther": "report_therapy",
    "indi": "report_indication",
}


def make_batch(file: str, block: Block | None, layout: Layout, delimiters: int, today: date, bytes_read: int) -> Batch:
    """The batch of a block; without a block, an empty one that still says that the table is there."""
    if block is None or not block.lines.size:
        notes = [(file, *note_row(note)) for note in block.notes] if block else []
        refused = block.refused if block else 0
        tables = {NAMES[layout.table]: {}, "quarantine": as_columns(tuple(QUARANTINE), notes)}
        return Batch(tables, refused, 0, refused, bytes_read)
    table = Table(parse_rows(block.content, layout, delimiters))
    if table.rows != block.lines.size:
        raise AssertionError(f"{file}: {block.lines.size} clean lines were parsed as {table.rows} rows")
    keys, whole = table.keys()
    canonical = READERS[layout.table](table, keys, today)
    kept, refusals = sift(canonical, whole)
    quarantine = list_notes(file, block, table, kept, refusals)
    columns = {"key": keys, **canonical.columns}
    if canonical.table == "report":
        columns["line"] = pyarrow.array(block.lines)
    arrow = pyarrow.table(columns)
    arrow = arrow if kept.all() else arrow.filter(pyarrow.array(kept))
    count = int(kept.sum())
    read = table.rows + block.refused
    tables = {canonical.table: arrow, "quarantine": as_columns(tuple(QUARANTINE), quarantine)}
    return Batch(tables, read, count, read - count, bytes_read)


def sift(canonical: Canonical, whole: Any) -> tuple[Any, list[tuple[int, Reason]]]:
    """Which rows are kept, and the others with their reasons."""
    refusals: Refusals = [(pyarrow.array(~whole), Reason.NO_KEY), *canonical.refusals]
    kept = np.ones(len(whole), bool)
    refused: list[tuple[int, Reason]] = []
    for mask, reason in refusals:
        rows = np.flatnonzero(mask.to_numpy(zero_copy_only=False) & kept)
        refused.extend((int(row), reason) for row in rows)
        kept[rows] = False
    return kept, refused


def list_notes(
    file: str, block: Block, table: Table, kept: Any, refusals: list[tuple[int, Reason]]
) -> list[tuple[Any, ...]]:
    """Rows of the quarantine: lines and rows put aside, repairs, and values of the rows that were kept."""
    notes: list[tuple[Any, ...]] = [(file, *note_row(note)) for note in block.notes]
    if refusals:
        raw = block.content.split(b"\n")
        notes += [
            (file, int(block.lines[row]), "row", reason.code, "", raw[row].decode().rstrip("\r")[:LONGEST_RAW])
            for row, reason in refusals
        ]
    notes += [
        (file, int(block.lines[row]), "value", fault.reason.code, fault.field, fault.raw[:LONGEST_RAW])
        for row, fault in table.faults
        if kept[row]
    ]
    return notes


def note_row(note: Any) -> tuple[int, str, str, str, str]:
    """A note on a line as a row of the quarantine, without its file."""
    return note.line, note.reason.scope, note.reason.code, "", note.raw
