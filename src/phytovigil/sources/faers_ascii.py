"""FAERS quarterly ASCII: seven tables of a quarter and its list of deleted cases, 2004 on, in every layout."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from phytovigil.schema.reports import QUARANTINE, Batch
from phytovigil.sources.draft import BATCH_ROWS, LONGEST_RAW, as_columns
from phytovigil.sources.faers_layouts import (
    NUMBER,
    Layout,
    is_deletion_list,
    quarter_of,
    read_layout,
)
from phytovigil.sources.rawfile import HEAD, RawFile
from phytovigil.sources.reader import Reader
from phytovigil.sources.reasons import Reason
from phytovigil.sources.records import read_lines

INNER_FOLDERS = frozenset(("ascii", "ascii2", "deleted", "deletes"))
"""Folders inside one quarter's archive; files in them belong together."""

QUARTER_ENDS = ((3, 31), (6, 30), (9, 30), (12, 31))


class FaersAsciiReader(Reader):
    """FAERS and legacy AERS as FDA publishes them. The files of one quarter are one release."""

    name = "faers-ascii"
    source = "faers"
    title = "FAERS or AERS quarterly data, ASCII"
    description = "The seven tables of a quarter (DEMO, DRUG, REAC, OUTC, RPSR, THER, INDI) and lists of deleted cases."

    def accepts(self, raw: RawFile, head: bytes) -> bool:
        """Whether the first line names the columns of one of the tables, or the file lists deleted cases."""
        return is_deletion_list(raw.name, head) or read_layout(head) is not None

    def release_of(self, raw: RawFile) -> str:
        """Archive or folder, and quarter."""
        path = PurePosixPath(raw.name)
        folders = [part for part in path.parent.parts if part.lower() not in INNER_FOLDERS]
        quarter = quarter_of(raw.name)
        return "/".join((*folders, f"{quarter[0]}Q{quarter[1]}" if quarter else ""))

    def release_date(self, raw: RawFile) -> str | None:
        """Last day of the quarter that the name says."""
        quarter = quarter_of(raw.name)
        return date(quarter[0], *QUARTER_ENDS[quarter[1] - 1]).isoformat() if quarter else None

    def read(self, raw: RawFile, *, today: date | None = None) -> Iterator[Batch]:
        """Batches of the file; see `Reader.read`."""
        head = raw.head()
        layout = read_layout(head)
        if layout is None:
            yield from read_deletions(raw)
            return
        yield from read_table(raw, head, layout, today or date.today())


def read_table(raw: RawFile, head: bytes, layout: Layout, today: date) -> Iterator[Batch]:
    """Batches of one of the seven tables."""
    from phytovigil.sources.faers_batches import make_batch
    from phytovigil.sources.faers_lines import majority_delimiters, read_blocks

    rows = head.partition(b"\n")[2]
    first = layout.width if rows.partition(b"\n")[0].count(b"$") == layout.width else layout.width - 1
    delimiters = majority_delimiters(rows, layout, first)
    with raw.open() as stream:
        header = len(stream.readline(HEAD))
        empty = True
        for block in read_blocks(stream, layout, delimiters):
            empty = False
            yield make_batch(raw.name, block, layout, delimiters, today, block.bytes_read + header)
        if empty:
            yield make_batch(raw.name, None, layout, delimiters, today, raw.size)


def read_deletions(raw: RawFile) -> Iterator[Batch]:
    """Batches of a list of deleted cases. Its heading is a blank, or missing."""
    rows: list[tuple[Any, ...]] = []
    refused: list[tuple[Any, ...]] = []
    with raw.open() as stream:
        for line in read_lines(stream):
            number = line.text.strip(" \t$\r")
            if NUMBER.fullmatch(number) and line.reason is None:
                rows.append((number, line.number))
            elif number and not (line.number == 1 and number.isalpha()):
                reason = line.reason or Reason.NO_CASE_ID
                refused.append((raw.name, line.number, "row", reason.code, "", line.text[:LONGEST_RAW]))
            if len(rows) + len(refused) >= BATCH_ROWS:
                yield deletion_batch(rows, refused, line.bytes_read)
                rows, refused = [], []
    yield deletion_batch(rows, refused, raw.size)


def deletion_batch(rows: list[tuple[Any, ...]], refused: list[tuple[Any, ...]], bytes_read: int) -> Batch:
    """A batch of deleted cases."""
    tables = {
        "deletion": as_columns(("case_id", "line"), rows),
        "quarantine": as_columns(tuple(QUARANTINE), refused),
    }
    return Batch(tables, len(rows) + len(refused), len(rows), len(refused), bytes_read)
