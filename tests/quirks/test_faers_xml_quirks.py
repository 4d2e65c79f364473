"""Known defects of FDA's XML and SGML files, each as a line of our own of the same shape."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

HEADER = (
    b'<!DOCTYPE ichicsr SYSTEM "ich-icsr-v2.1.dtd">\r\n<ichicsr lang="en">\r\n<ichicsrmessageheader>\r\n'
    b"<messagesenderidentifier>FDA CDER</messagesenderidentifier>\r\n</ichicsrmessageheader>\r\n"
)
FIRST_LINE = 6
"""Where the first report begins."""

REST = (
    b"<receivedate>20040105</receivedate>\r\n<patient>\r\n"
    b"<reaction><reactionmeddrapt>RASH</reactionmeddrapt></reaction>\r\n"
    b"<drug><drugcharacterization>1</drugcharacterization><medicinalproduct>KAVA</medicinalproduct></drug>\r\n"
    b"</patient>\r\n</safetyreport>\r\n"
)
LINES = 1 + 1 + REST.count(b"\n")
"""Lines of a report."""


def report(number: int, rest: bytes = REST) -> bytes:
    return b"<safetyreport>\r\n<safetyreportid>%d</safetyreportid>\r\n" % number + rest


@pytest.fixture
def faers(tmp_path: Path, whole: Callable[..., Any]) -> Callable[..., Any]:
    """Read what stands between the header and the end of a file."""

    def read(*parts: bytes) -> Any:
        (tmp_path / "ADR04M01.SGM").write_bytes(HEADER + b"".join(parts) + b"</ichicsr>\r\n")
        return whole(tmp_path / "ADR04M01.SGM")

    return read


@pytest.mark.parametrize("stray", [b"  </patient>\r\n  </safetyreport>\r\n", b"</safetyreport>", b"</patient>"])
def test_adr04m01_closing_tags_that_close_nothing(faers: Callable[..., Any], stray: bytes) -> None:
    """Before the first report, and after one that is closed already."""
    for parts, line in (
        ((stray, report(1), report(2)), FIRST_LINE),
        ((report(1), stray, report(2)), FIRST_LINE + LINES),
    ):
        found = faers(*parts)
        assert found.rows("report", "case_id") == ["1", "2"]
        assert found.reasons == [(line, "repair", "unescaped-markup")]
        assert found.read == 2


def test_adr12m01_a_report_without_its_opening_tag(faers: Callable[..., Any]) -> None:
    """Right behind the header, or behind the end of the report before it."""
    bare = report(7).removeprefix(b"<safetyreport>\r\n")
    found = faers(bare, report(2))
    assert found.rows("report", "case_id", "line") == [("7", FIRST_LINE), ("2", FIRST_LINE + LINES - 1)]
    assert found.reasons == [(FIRST_LINE, "repair", "unescaped-markup")]
    found = faers(report(1), b"<safetyreportversion>2</safetyreportversion>\r\n", bare, report(3))
    assert found.rows("report", "case_id", "version") == [("1", 1), ("7", 2), ("3", 1)]
    assert found.reasons == [(FIRST_LINE + LINES, "repair", "unescaped-markup")]


def test_what_cannot_be_told_to_be_a_report_is_put_aside(faers: Callable[..., Any]) -> None:
    """Without its first field, nothing says where a report begins; without its end, nothing says where it ends."""
    tail = REST[REST.index(b"<drug>") :]
    found = faers(report(1), tail, report(2))
    assert found.rows("report", "case_id") == ["1", "2"]
    assert found.reasons == [(FIRST_LINE + LINES, "row", "malformed-report")]
    unclosed = report(9).removesuffix(b"</safetyreport>\r\n")
    found = faers(report(1), unclosed, report(2))
    assert found.rows("report", "case_id") == ["1", "2"]
    assert found.reasons == [(FIRST_LINE + LINES, "row", "malformed-report")]
    assert faers(report(1), b"<drug>lost</drug>", report(2)).reasons == [
        (FIRST_LINE + LINES, "row", "malformed-report")
    ]
    assert faers(report(1), unclosed).reasons == [(FIRST_LINE + LINES, "row", "malformed-report")]


def test_bare_ampersands_of_the_sgml(faers: Callable[..., Any]) -> None:
    found = faers(report(1, REST.replace(b"KAVA", b"KAVA & TEA &nbsp;&amp; B&W <5 MG")))
    assert found.rows("report_product", "verbatim") == ["KAVA & TEA &nbsp;& B&W <5 MG"]
    assert found.reasons == [(FIRST_LINE, "repair", "unescaped-markup")]


def test_adr12q4_bytes_that_are_no_utf8(faers: Callable[..., Any]) -> None:
    """Line by line: one old byte does not spoil the UTF-8 of the same report."""
    mixed = REST.replace(b"KAVA", b"CAF\xc9").replace(b"RASH", "ÖDEM".encode())
    found = faers(report(1, mixed), report(2))
    assert found.rows("report_product", "verbatim") == ["CAFÉ", "KAVA"]
    assert found.rows("report_reaction", "term") == ["ÖDEM", "RASH"]
    assert found.reasons == [(FIRST_LINE, "repair", "windows-1252")]


def test_bytes_that_are_no_text_at_all(faers: Callable[..., Any]) -> None:
    found = faers(report(1, REST.replace(b"KAVA", b"KA\x81VA")), report(2))
    assert found.rows("report", "case_id") == ["2"]
    assert found.reasons == [(FIRST_LINE, "row", "undecodable")]


def test_control_characters(faers: Callable[..., Any]) -> None:
    found = faers(report(1, REST.replace(b"KAVA", b"KAVA\0ROOT\x1f")))
    assert found.rows("report_product", "verbatim") == ["KAVA ROOT"]
    assert found.reasons == [(FIRST_LINE, "repair", "control-replaced")]


def test_a_report_without_a_patient(faers: Callable[..., Any]) -> None:
    found = faers(report(1, b"<receivedate>20040105</receivedate></safetyreport>"))
    assert found.kept == 1
    assert sorted(found.rows("quarantine", "reason")) == ["no-product", "no-reaction"]


def test_check_digits_and_swapped_receipts_of_the_sgml(faers: Callable[..., Any]) -> None:
    swapped = b"<receiptdate>20030407</receiptdate>\r\n" + REST.replace(b"20040105", b"20050127")
    found = faers(report(1, swapped).replace(b">1<", b">4562564-7<", 1))
    assert found.rows("report", "case_id", "version", "number", "received", "revised") == [
        ("ISR 4562564", 0, 4562564, date(2003, 4, 7), date(2005, 1, 27))
    ]


def test_apostrophes_of_the_xml(faers: Callable[..., Any]) -> None:
    found = faers(report(1, REST.replace(b"RASH", b"Crohn^s disease")))
    assert found.rows("report_reaction", "term") == ["CROHN'S DISEASE"]
