"""FAERS quarters as XML, and AERS quarters as SGML: the reports with what the ASCII files leave out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from phytovigil.schema.reports import Batch
from phytovigil.sources.draft import LONGEST_RAW
from phytovigil.sources.e2b_r2 import ReportDraft, write_report
from phytovigil.sources.icsr_parsing import parse_report
from phytovigil.sources.icsr_stream import KEPT_OF_TOO_LONG, Piece, State, read_pieces
from phytovigil.sources.rawfile import RawFile
from phytovigil.sources.reader import Reader
from phytovigil.sources.reasons import Reason

ROOT = re.compile(rb"<ichicsr[\s>]")
REPORT = re.compile(rb"<safetyreport(?:id|version)?[\s>]")
SENT_BY_FDA = re.compile(rb"<(?:messagesenderidentifier|senderorganization)>\s*FDA\b")
"""Reports that a company or another regulator sends have the same layout, and are not FAERS."""


class FaersXmlReader(Reader):
    """FAERS and AERS in the fields of E2B(R2)."""

    name = "faers-xml"
    source = "faers"
    title = "FAERS XML or legacy SGML"
    description = "FDA reports on medicines, 2004 on, as quarterly XML or, before 2012Q4, SGML: one element per report."

    def accepts(self, raw: RawFile, head: bytes) -> bool:
        """Whether it is an ICSR message that FDA sends."""
        return all(pattern.search(head) for pattern in (ROOT, REPORT, SENT_BY_FDA))

    def read(self, raw: RawFile, *, today: date | None = None) -> Iterator[Batch]:
        """Batches of the file; see `Reader.read`. The line of a report is that of its opening tag."""
        draft = ReportDraft(raw.name)
        day = today or date.today()
        with raw.open() as stream:
            for piece in read_pieces(raw.name, stream):
                if draft.is_full:
                    yield draft.take(piece.bytes_read)
                write_piece(draft, piece, day)
        yield draft.take(raw.size)


def write_piece(draft: ReportDraft, piece: Piece, today: date) -> None:
    """Write one report into the draft, or put aside what stands in its place."""
    if piece.state is State.STRAY:
        draft.note_repair(piece.line, Reason.UNESCAPED_MARKUP, show_bytes(piece.text))
    elif piece.state is State.TOO_LONG:
        draft.refuse_row(piece.line, Reason.LINE_TOO_LONG, show_bytes(piece.text))
    elif piece.state is State.FRAGMENT:
        draft.refuse_row(piece.line, Reason.MALFORMED_REPORT, show_bytes(piece.text))
    else:
        write_parsed(draft, piece, today)


def write_parsed(draft: ReportDraft, piece: Piece, today: date) -> None:
    """Parse one report and write it into the draft; repairs are named where it is kept."""
    parsed = parse_report(piece.text)
    if parsed.report is None:
        draft.refuse_row(piece.line, parsed.refusal or Reason.MALFORMED_REPORT, parsed.text)
        return
    repairs = dict.fromkeys(parsed.repairs)
    if piece.state is State.MENDED:
        repairs[Reason.UNESCAPED_MARKUP] = None
    if write_report(draft, piece.line, parsed.report, today, lambda: parsed.text):
        for reason in repairs:
            draft.note_repair(piece.line, reason, parsed.text)


def show_bytes(text: bytes) -> str:
    """The beginning of some bytes, as text for the quarantine."""
    return text[:KEPT_OF_TOO_LONG].decode(errors="replace")[:LONGEST_RAW].replace("\0", " ")
