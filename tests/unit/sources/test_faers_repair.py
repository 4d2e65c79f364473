"""Repairs of FAERS lines: what is certain is mended, everything else is put aside as it stands."""

from __future__ import annotations

import pytest

from phytovigil.sources.faers_layouts import Layout, read_layout
from phytovigil.sources.faers_repair import LONGEST_LINE, MOST_SPLIT, Outcome, Repairer, decode
from phytovigil.sources.reasons import Reason

WIDE = 70_000


def layout_of(header: str) -> Layout:
    layout = read_layout(header.encode())
    assert layout is not None
    return layout


LEGACY = layout_of("ISR$DRUG_SEQ$ROLE_COD$DRUGNAME$NDA_NUM")
CURRENT = layout_of("primaryid$caseid$drug_seq$role_cod$drugname$dose_freq")
REPORTS = layout_of("ISR$CASE$FDA_DT$MFR_NUM$MFR_SNDR")


def repair(layout: Layout, *lines: str | bytes, trailing: bool = False, more: bool = False, first: int = 2) -> Outcome:
    delimiters = layout.width - (not trailing)
    numbered = [(at, line if isinstance(line, bytes) else line.encode()) for at, line in enumerate(lines, first)]
    return Repairer(layout, delimiters).repair(numbered, more=more)


def summary(outcome: Outcome) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    rows = [(at, row.decode()) for at, row in outcome.rows]
    assert outcome.refused == sum(note.reason.scope == "row" for note in outcome.notes)
    return rows, [(note.line, note.reason.code) for note in outcome.notes]


@pytest.mark.parametrize(
    ("raw", "text", "reasons"),
    [
        (b"KAVA", "KAVA", []),
        (b"KAVA\r\r", "KAVA", []),
        ("CAFÉ".encode(), "CAFÉ", []),
        (b"CAF\xc9", "CAFÉ", [Reason.WINDOWS_1252]),
        (b"CAF\x80", "CAF€", [Reason.WINDOWS_1252]),
        (b"CAF\x81", None, [Reason.UNDECODABLE]),
        (b"A\0B\x7fC\tD\rE", "A B C D E", [Reason.CONTROL_REPLACED]),
        (b"\xc9\0", "É ", [Reason.WINDOWS_1252, Reason.CONTROL_REPLACED]),
        (b"A" * LONGEST_LINE, "A" * LONGEST_LINE, []),
        (b"A" * (LONGEST_LINE + 1), None, [Reason.LINE_TOO_LONG]),
    ],
)
def test_bytes_of_a_line(raw: bytes, text: str | None, reasons: list[Reason]) -> None:
    assert decode(raw) == (text, reasons)


def test_whole_rows_pass_without_a_note() -> None:
    assert summary(repair(LEGACY, "7000001$1$PS$KAVA$77$", trailing=True)) == ([(2, "7000001$1$PS$KAVA$77$")], [])
    assert summary(repair(LEGACY, "7000001$1$PS$KAVA$77", trailing=True)) == ([(2, "7000001$1$PS$KAVA$77$")], [])
    assert summary(repair(LEGACY, "7000001$1$PS$KAVA$77$ ", trailing=True)) == ([(2, "7000001$1$PS$KAVA$77$")], [])
    assert summary(repair(LEGACY, "7000001$1$PS$KAVA$77")) == ([(2, "7000001$1$PS$KAVA$77")], [])
    assert summary(repair(LEGACY, "anything$$$$")) == ([(2, "anything$$$$")], [])


@pytest.mark.parametrize(
    ("row", "trailing"),
    [
        ("7000001$1$PS$KAVA", False),
        ("7000001$1$PS$KAVA$77$", False),
        ("7000001$1$PS$KA$VA$77", False),
        ("7000001$1$PS$KAVA$", True),  # five fields, the last empty: any column may be missing
        ("7000001$1$PS$KAVA$77$X", True),
        ("7000001$1$PS$KA$VA$$", True),
        ("", False),
    ],
)
def test_rows_of_another_width_are_put_aside(row: str, trailing: bool) -> None:
    refused = [(2, "wrong-column-count")] if row else []
    assert summary(repair(LEGACY, row, trailing=trailing)) == ([], refused)


def test_the_raw_text_is_kept_up_to_a_length() -> None:
    (note,) = repair(LEGACY, "x" * WIDE).notes
    assert (note.raw, note.line, note.reason) == ("x" * 10_000, 2, Reason.WRONG_COLUMN_COUNT)
    (note,) = repair(LEGACY, b"\x81" + b"x" * WIDE).notes
    assert (note.raw, note.reason) == ("\x81" + "x" * 9_999, Reason.UNDECODABLE)


def test_two_rows_on_a_line_are_told_by_what_begins_them() -> None:
    joined = "7000001$1$PS$KAVA$77$7000002$2$SS$TEA$$"
    assert summary(repair(LEGACY, joined, trailing=True)) == (
        [(2, "7000001$1$PS$KAVA$77$"), (2, "7000002$2$SS$TEA$$")], [(2, "joined-rows")]
    )  # fmt: skip
    for damaged in (joined[:-1], joined.replace("SS", "??"), joined.replace("$2$", "$x$"), joined.replace("PS", "$")):
        assert summary(repair(LEGACY, damaged, trailing=True)) == ([], [(2, "wrong-column-count")])


def test_without_a_delimiter_between_them_the_case_number_tells() -> None:
    joined = "100000011$10000001$1$PS$KAVA$Q12100000021$10000002$1$SS$TEA$QD"
    assert summary(repair(CURRENT, joined)) == (
        [(2, "100000011$10000001$1$PS$KAVA$Q12"), (2, "100000021$10000002$1$SS$TEA$QD")], [(2, "joined-rows")]
    )  # fmt: skip
    assert summary(repair(CURRENT, joined.replace("$10000002$", "$10000003$")))[0] == []
    assert summary(repair(CURRENT, joined.replace("$10000001$", "$10000003$")))[0] == []
    assert summary(repair(LEGACY, "7000001$1$PS$KAVA$77000002$1$SS$TEA$"))[0] == []  # 77000002, 7 7000002 or 77 000002


def test_a_manufacturers_number_that_holds_a_delimiter() -> None:
    damaged = "7000001$8000001$20100101$AT-FIRM-$E2B0001$FIRM"
    expected = "7000001$8000001$20100101$AT-FIRM- E2B0001$FIRM"
    assert summary(repair(REPORTS, damaged)) == ([(2, expected)], [(2, "stray-delimiter")])
    assert summary(repair(REPORTS, damaged + "$", trailing=True)) == ([(2, expected + "$")], [(2, "stray-delimiter")])
    for other in (damaged + "$", damaged.replace("E2B", "E3B"), damaged.replace("FIRM-", "FIRM"), "x" + damaged):
        assert summary(repair(REPORTS, other)) == ([], [(2, "wrong-column-count")])


@pytest.mark.parametrize("lines", range(2, MOST_SPLIT + 3))
def test_a_row_on_as_many_lines_as_are_allowed(lines: int) -> None:
    words = [f"word{number}" for number in range(lines)]
    outcome = repair(LEGACY, *"\n".join(words).join(("7000001$1$PS$", "$77")).split("\n"))
    if lines <= MOST_SPLIT:
        expected = [(2, f"7000001$1$PS${' '.join(words)}$77")], [(2, "split-row")]
        assert summary(outcome) == expected
    else:
        assert summary(outcome) == ([], [(2 + number, "wrong-column-count") for number in range(lines)])


def test_empty_lines_inside_a_broken_row() -> None:
    assert summary(repair(LEGACY, "7000001$1$PS$KA", "", " ", "VA$77")) == (
        [(2, "7000001$1$PS$KA VA$77")], [(2, "split-row")]
    )  # fmt: skip


@pytest.mark.parametrize(
    "lines",
    [
        ("7000001$1$PS$KA", "7000002$1$PS$VA"),  # each may be a row of its own
        ("7000001$1$PS$KA", "7000002$VA"),
        ("7000001$1$PS$KA", b"\x81$77"),
        ("7000001$1$PS$KA", "V$A$77"),
        ("7000001$1$XX$KA", "VA$77"),
        ("7000001$1", "PS$KAVA$77"),
    ],
)
def test_lines_that_are_not_certain_to_be_one_row(lines: tuple[str | bytes, ...]) -> None:
    rows, notes = summary(repair(LEGACY, *lines))
    assert rows == []
    assert [line for line, _ in notes] == [2, 3]


def test_repairs_of_the_pieces_are_told_with_the_row() -> None:
    assert summary(repair(LEGACY, b"7000001$1$PS$\xc9", b"A\0B$77")) == (
        [(2, "7000001$1$PS$É A B$77")],
        [(2, "windows-1252"), (2, "split-row"), (2, "control-replaced")],
    )


def test_a_broken_row_waits_for_lines_to_come() -> None:
    whole, start = "7000001$1$PS$KAVA$77", "7000002$1$PS$TEA"
    outcome = repair(LEGACY, whole, start, "LEAF", more=True)
    assert (summary(outcome), outcome.undecided) == (([(2, whole)], []), 2)
    assert repair(LEGACY, start, "LEAF", more=False).undecided == 0
    assert repair(LEGACY, start, "LEAF$77", more=True).undecided == 0
    assert repair(LEGACY, start, "LEAF$77", "x", more=True).refused == 1
    assert repair(LEGACY, start, "7000003$1", more=True).undecided == 0
    waiting = repair(LEGACY, start, *["LEAF"] * (MOST_SPLIT - 2), more=True)
    assert (waiting.undecided, waiting.refused) == (MOST_SPLIT - 1, 0)
    assert repair(LEGACY, start, *["LEAF"] * (MOST_SPLIT - 1), more=True).refused == MOST_SPLIT


def test_a_legacy_row_may_go_on_behind_its_last_column() -> None:
    """Nothing but the delimiter at its end shows that it is whole."""
    start = "7000001$1$PS$KAVA$7"
    assert repair(LEGACY, start, trailing=True, more=True).undecided == 1
    assert summary(repair(LEGACY, start, "7$", trailing=True)) == ([(2, "7000001$1$PS$KAVA$7 7$")], [(2, "split-row")])
    assert summary(repair(LEGACY, start, "x$y$", trailing=True)) == (
        [(2, "7000001$1$PS$KAVA$7$")], [(3, "wrong-column-count")]
    )  # fmt: skip


def test_rows_get_the_delimiters_that_were_announced() -> None:
    repairer = Repairer(LEGACY, 4, 5)
    assert repairer.has_trailing
    assert summary(repairer.repair([(2, b"7000001$1$PS$KAVA$77$")])) == ([(2, "7000001$1$PS$KAVA$77")], [])
    repairer = Repairer(LEGACY, 5, 4)
    assert not repairer.has_trailing
    assert summary(repairer.repair([(2, b"7000001$1$PS$KAVA$77")])) == ([(2, "7000001$1$PS$KAVA$77$")], [])
