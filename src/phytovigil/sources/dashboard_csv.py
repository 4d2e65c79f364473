"""FAERS Public Dashboard listings saved as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from phytovigil.errors import UnreadableFile
from phytovigil.schema.reports import Batch
from phytovigil.sources.caers_csv import starts_record
from phytovigil.sources.csvfile import open_table, read_header
from phytovigil.sources.dashboard import COLUMNS, missing_columns, read_listing
from phytovigil.sources.rawfile import RawFile
from phytovigil.sources.reader import Reader
from phytovigil.sources.tables import locate_columns


class DashboardCsvReader(Reader):
    """The listing of cases that the dashboard exports, as CSV."""

    name = "faers-dashboard-csv"
    source = "faers-dashboard"
    title = "FAERS Public Dashboard listing, CSV"
    description = "Cases of one product or reaction as the dashboard lists them: one row per case."

    def accepts(self, raw: RawFile, head: bytes) -> bool:
        """Whether the first line names the columns of a listing."""
        return not missing_columns(read_header(head))

    def read(self, raw: RawFile, *, today: date | None = None) -> Iterator[Batch]:
        """Batches of the file; see `Reader.read`."""
        with open_table(raw) as table:
            places = locate_columns(table.header, COLUMNS)
            missing = missing_columns(table.header)
            if missing:
                raise UnreadableFile(f"{raw.name} lacks the listing's columns {', '.join(missing)}.")
            looks = (len(table.header), places["case_id"], places["received"])
            records = table.records(lambda fields: starts_record(fields, *looks))
            yield from read_listing(raw, records, table.header, today or date.today())
