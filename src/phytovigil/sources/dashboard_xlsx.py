"""FAERS Public Dashboard listings as exported to Excel, read row by row."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import zip_longest
from typing import IO, Any

from phytovigil.errors import UnreadableFile
from phytovigil.schema.reports import Batch
from phytovigil.sources.dashboard import missing_columns, read_listing
from phytovigil.sources.rawfile import CHUNK, RawFile, guarding, refuse_bomb
from phytovigil.sources.reader import Reader
from phytovigil.sources.reasons import Reason
from phytovigil.sources.records import Record

LARGEST_TEXT_TABLE = 512_000_000
"""Bytes of a workbook's table of texts, which has to be held in memory; a listing of 13,000 cases has 3.5 million."""

TEXT_TABLE = "xl/sharedStrings.xml"
WORKBOOK_PART = "xl/workbook.xml"


class DashboardXlsxReader(Reader):
    """The listing of cases that the dashboard exports, as an Excel workbook."""

    name = "faers-dashboard-xlsx"
    source = "faers-dashboard"
    title = "FAERS Public Dashboard listing, Excel"
    description = "Cases of one product or reaction as the dashboard exports them to Excel: one row per case."

    def accepts(self, raw: RawFile, head: bytes) -> bool:
        """Whether it is a workbook whose first sheet begins with the columns of a listing."""
        if not head.startswith(b"PK\x03\x04"):
            return False
        with open_rows(raw) as rows:
            return not missing_columns(next(rows, []))

    def read(self, raw: RawFile, *, today: date | None = None) -> Iterator[Batch]:
        """Batches of the file; see `Reader.read`. The line of a row is its number in the sheet."""
        with open_rows(raw) as rows:
            header = next(rows, [])
            yield from read_listing(raw, number_rows(rows, len(header)), header, today or date.today())


def number_rows(rows: Iterator[list[str]], columns: int) -> Iterator[Record]:
    """Rows of a sheet as records; a sheet does not store empty cells at the end, so short rows are filled up."""
    for number, cells in enumerate(rows, start=2):
        while len(cells) > columns and not cells[-1]:
            cells.pop()
        if not any(cells):
            continue
        raw = "\t".join(cells)
        reason = Reason.WRONG_COLUMN_COUNT if len(cells) > columns else None
        reason = Reason.NUL_BYTE if "\0" in raw else reason
        filled = [cell or "" for _, cell in zip_longest(range(columns), cells)]
        yield Record(number, raw, filled, reason, 0)


@contextmanager
def open_rows(raw: RawFile) -> Iterator[Iterator[list[str]]]:
    """The rows of the first sheet, from the header on, as text."""
    with open_seekable(raw) as stream:
        inspect_workbook(raw, stream)
        workbook = load_workbook(raw, stream)
        try:
            yield read_rows(raw, workbook)
        finally:
            workbook.close()


@contextmanager
def open_seekable(raw: RawFile) -> Iterator[IO[bytes]]:
    """The file on disk; a workbook inside an archive is unpacked to a temporary file first."""
    if not raw.member:
        with guarding(raw.name):
            stream = raw.path.open("rb")
        with stream:
            yield stream
        return
    with tempfile.TemporaryFile() as unpacked, raw.open() as packed:
        while chunk := packed.read(CHUNK):
            unpacked.write(chunk)
        unpacked.seek(0)
        yield unpacked


def inspect_workbook(raw: RawFile, stream: IO[bytes]) -> None:
    """Refuse what is no workbook, what would not fit into memory, and XML that defines entities."""
    with guarding(raw.name), zipfile.ZipFile(stream) as archive:
        refuse_bomb(archive, raw.name, raw.size)
        sizes = {member.filename: member.file_size for member in archive.infolist()}
        if WORKBOOK_PART not in sizes:
            raise UnreadableFile(f"{raw.name} is a zip archive, but not an Excel workbook.")
        if sizes.get(TEXT_TABLE, 0) > LARGEST_TEXT_TABLE:
            raise UnreadableFile(
                f"{raw.name} holds {sizes[TEXT_TABLE]:,} bytes of texts, too many for memory.",
                "Export fewer cases at a time, or save the listing as CSV.",
            )
        for part in (name for name in sizes if name.endswith((".xml", ".rels"))):
            with archive.open(part) as content:
                if b"<!DOCTYPE" in content.read(1024):
                    raise UnreadableFile(f"{raw.name} defines XML entities, which no Excel workbook does.")
    stream.seek(0)


def load_workbook(raw: RawFile, stream: IO[bytes]) -> Any:
    """Open the workbook for reading row by row."""
    import openpyxl

    try:
        return openpyxl.load_workbook(stream, read_only=True, data_only=True)
    # A damaged workbook makes the library raise whatever its parts raise; to a user all of it is one defect.
    except Exception as error:
        raise damaged(raw, error) from error


def read_rows(raw: RawFile, workbook: Any) -> Iterator[list[str]]:
    """Rows of the first sheet as text."""
    try:
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            yield [write_cell(value) for value in row]
    except UnreadableFile:
        raise
    except Exception as error:
        raise damaged(raw, error) from error


def damaged(raw: RawFile, error: Exception) -> UnreadableFile:
    """One line for the many ways in which a workbook can be broken."""
    said = " ".join(str(error).split())[:120]
    return UnreadableFile(
        f"{raw.name} is a damaged Excel workbook ({type(error).__name__}: {said}).", "Export it again."
    )


def write_cell(value: object) -> str:
    """A cell as the text that the dashboard shows.

    >>> write_cell(3950054), write_cell(43.0), write_cell(None), write_cell(datetime(2003, 5, 14))
    ('3950054', '43', '', '2003-05-14')
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
