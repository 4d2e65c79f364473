"""CAERS (HFCS) CSV files of every published layout: one row per report and product, report cells repeated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from operator import itemgetter

from phytovigil.errors import UnreadableFile
from phytovigil.schema.reports import Batch
from phytovigil.sources.caers_case import (
    PRODUCT_COLUMNS,
    REPORT_COLUMNS,
    ROLES,
    VERSION,
    Case,
    RawCase,
    interpret_case,
)
from phytovigil.sources.csvfile import open_table, read_header
from phytovigil.sources.dates import write_iso
from phytovigil.sources.draft import Draft
from phytovigil.sources.rawfile import RawFile
from phytovigil.sources.reader import Reader
from phytovigil.sources.reasons import Fault, Reason
from phytovigil.sources.records import Record
from phytovigil.sources.tables import lacking, locate_columns
from phytovigil.sources.values import name_category, text_or_none

COLUMNS = "caers_columns"


class CaersCsvReader(Reader):
    """CAERS as FDA publishes it."""

    name = "caers-csv"
    source = "caers"
    title = "CAERS or HFCS, CSV"
    description = "FDA reports on foods, supplements and cosmetics, 2004 on, product-based CSV of every layout."

    def accepts(self, raw: RawFile, head: bytes) -> bool:
        """Whether the first line names every column, in whatever order and spelling."""
        return not lacking(locate_columns(read_header(head), COLUMNS), COLUMNS)

    def read(self, raw: RawFile, *, today: date | None = None) -> Iterator[Batch]:
        """Batches of the file; see `Reader.read`."""
        with open_table(raw) as table:
            places = locate_columns(table.header, COLUMNS)
            missing = lacking(places, COLUMNS)
            if missing:
                raise UnreadableFile(f"{raw.name} lacks the CAERS columns {', '.join(missing)}.")
            looks = (places["case_id"], places["received"])
            records = table.records(lambda fields: starts_record(fields, len(table.header), *looks))
            yield from read_rows(raw, records, places, today or date.today())


def starts_record(fields: list[str], columns: int, case_id: int, received: int) -> bool:
    """Whether a line, taken alone, is a whole row: all columns, a case and a date of receipt."""
    return len(fields) == columns and bool(fields[case_id].strip()) and write_iso(fields[received]) is not None


def read_rows(raw_file: RawFile, records: Iterator[Record], places: dict[str, int], today: date) -> Iterator[Batch]:
    """Batches of records. Report and reactions are written where they differ from the row before."""
    draft = Draft(raw_file.name, REPORT_COLUMNS, PRODUCT_COLUMNS)
    pick_case = itemgetter(*(places[column] for column in RawCase._fields))
    pick_product = itemgetter(*(places[column] for column in ("role", "product", "category_code", "category_name")))
    cells: tuple[str, ...] = ()
    written: Case | None = None
    case: Case | None = None
    for line, raw, fields, reason, bytes_read in records:
        if draft.is_full:
            yield draft.take(bytes_read)
        if reason:
            draft.refuse_row(line, reason, raw)
            continue
        row_cells = pick_case(fields)
        if case is None or row_cells != cells:
            cells, case = row_cells, interpret_case(RawCase(*row_cells), today)
        if write_row(draft, line, raw, case, pick_product(fields), repeated=case is written):
            written = case
    yield draft.take(raw_file.size)


def write_row(draft: Draft, line: int, raw: str, case: Case, product: tuple[str, ...], *, repeated: bool) -> bool:
    """Write one row into the draft; False if it had to be quarantined."""
    role = ROLES.get(product[0].strip().lower())
    refusal = case.refusal or (None if role else Reason.UNKNOWN_ROLE)
    if refusal:
        draft.refuse_row(line, refusal, raw)
        return False
    verbatim, category = text_or_none(product[1]), name_category(product[2], product[3])
    if verbatim is None:
        draft.keep_row(line, (*case.faults, Fault(Reason.NO_PRODUCT, "verbatim", product[1])))
    else:
        draft.keep_row(line, case.faults)
    if not repeated:
        draft.add_report((case.case_id, VERSION, *case.values, line))
        draft.add_reactions(case.case_id, VERSION, case.terms)
    if verbatim or category:
        draft.add_product((case.case_id, VERSION, None, role, verbatim, category))
    return True
