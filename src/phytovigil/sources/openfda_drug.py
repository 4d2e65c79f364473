"""openFDA drug/event JSON: FAERS as its bulk download has it, or as its pipeline writes it, one report a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from phytovigil.schema.reports import Batch
from phytovigil.sources.e2b_r2 import ReportDraft, write_report
from phytovigil.sources.json_stream import JsonStream
from phytovigil.sources.nested import write_raw
from phytovigil.sources.openfda_json import is_bulk_part, is_search_answer
from phytovigil.sources.rawfile import RawFile
from phytovigil.sources.reader import Reader
from phytovigil.sources.reasons import Reason
from phytovigil.sources.records import BYTE_ORDER_MARK

LIST_OF_RESULTS = re.compile(rb'"results"\s*:\s*\[\s*\{')
REPORT_NUMBER = re.compile(rb'"safetyreportid"\s*:\s*["\d]')
DRUG_FIELDS = (b'"safetyreportid"', b'"medicinalproduct"', b'"drugcharacterization"', b'"reactionmeddrapt"')


class OpenFdaDrugReader(Reader):
    """FAERS as openFDA republishes it."""

    name = "openfda-drug-json"
    source = "faers"
    title = "openFDA drug/event, JSON"
    description = "The FAERS reports as openFDA offers them for download: one object per report, or one report a line."

    def accepts(self, raw: RawFile, head: bytes) -> bool:
        """Whether it is an object with a list of results that are reports on drugs, or such reports themselves."""
        if not head.removeprefix(BYTE_ORDER_MARK).lstrip().startswith(b"{"):
            return False
        if is_search_answer(head) and not is_bulk_part(raw.name):
            return False
        if LIST_OF_RESULTS.search(head):
            return any(field in head for field in DRUG_FIELDS)
        return bool(REPORT_NUMBER.search(head))

    def read(self, raw: RawFile, *, today: date | None = None) -> Iterator[Batch]:
        """Batches of the file; see `Reader.read`. The line of a report is its 1-based place among the reports."""
        draft = ReportDraft(raw.name)
        day = today or date.today()
        has_results = bool(LIST_OF_RESULTS.search(raw.head()))
        with raw.open() as stream:
            source = JsonStream(raw.name, stream)
            results = source.read_results() if has_results else source.read_values()
            for place, result in enumerate(results, start=1):
                if draft.is_full:
                    yield draft.take(source.bytes_read)
                write_result(draft, place, result, day)
        yield draft.take(raw.size)


def write_result(draft: ReportDraft, place: int, result: Any, today: date) -> None:
    """Write one result into the draft, or put it aside."""
    if isinstance(result, dict):
        write_report(draft, place, result, today, lambda: write_raw(result))
    else:
        draft.refuse_row(place, Reason.NOT_AN_OBJECT, write_raw(result))
