"""Lines of FAERS tables: plain ones pass as they are, odd ones are found, blocks end where rows end."""

from __future__ import annotations

import io

import numpy as np
import pytest

from phytovigil.sources import faers_lines
from phytovigil.sources.faers_layouts import Layout, read_layout
from phytovigil.sources.faers_lines import (
    Block,
    control_places,
    foreign_places,
    last_bytes,
    majority_delimiters,
    odd_lines,
    read_blocks,
    read_chunks,
    skip_line,
)
from phytovigil.sources.faers_repair import LONGEST_LINE, Repairer

LEGACY = Layout("outc", ("primaryid", "outc_cod"))
CURRENT = Layout("outc", ("primaryid", "", "outc_cod"))


def blocks_of(content: bytes, layout: Layout, delimiters: int) -> list[Block]:
    return list(read_blocks(io.BytesIO(content), layout, delimiters))


def odd(content: bytes, layout: Layout = CURRENT, delimiters: int = 2) -> list[int]:
    array = np.frombuffer(content, np.uint8)
    return odd_lines(content, array, np.flatnonzero(array == 10), Repairer(layout, delimiters)).tolist()


def test_plain_rows_pass_as_they_are() -> None:
    content = b"100000011$10000001$HO\r\n100000021$10000002$DE\r\n"
    (block,) = blocks_of(content, CURRENT, 2)
    assert block.content == content
    assert block.lines.tolist() == [2, 3]
    assert (block.refused, block.notes, block.bytes_read) == (0, (), len(content))


def test_no_rows_no_blocks() -> None:
    assert blocks_of(b"", CURRENT, 2) == []
    assert blocks_of(b"\r\n \n\0\n", CURRENT, 2) == []


def test_a_last_line_without_its_end() -> None:
    (first, second) = blocks_of(b"100000011$10000001$HO\n100000021$10000002$DE", CURRENT, 2)
    assert (first.content, second.content) == (b"100000011$10000001$HO\n", b"100000021$10000002$DE\n")
    assert (first.lines.tolist(), second.lines.tolist()) == ([2], [3])


def test_lines_around_an_odd_one_keep_their_bytes_and_numbers() -> None:
    content = b"1$1$A\r\n2$1$B\r\nodd\r\n\r\n3$1$C\r\n4$1$D\x00\r\n5$1$E\r\n"
    (block,) = blocks_of(content, CURRENT, 2)
    assert block.content == b"1$1$A\r\n2$1$B\r\n3$1$C\r\n4$1$D \n5$1$E\r\n"
    assert block.lines.tolist() == [2, 3, 6, 7, 8]
    assert (block.refused, [note.line for note in block.notes]) == (1, [4, 7])


def test_nothing_but_odd_lines() -> None:
    (block,) = blocks_of(b"x\ny\n", CURRENT, 2)
    assert (block.content, block.lines.size, block.refused) == (b"", 0, 2)


@pytest.mark.parametrize(
    ("content", "places"),
    [
        (b"1$1$A\n2$1$B\n", []),
        (b"1$1$A\r\n2$1$B\r\n", []),
        (b"1$1$A\n2$1\n3$1$B$\n\n", [1, 2, 3]),
        (b"\n1$1$A\n", [0]),
        (b"1$1$\x00\n1$1$\x7f\n1$1$\t\n1$1$\x1f\n1$1$ \n", [0, 1, 2, 3]),
        (b"1$1$A\rB\n1$1$A\r\r\n1$1$A\r\n\r1$1$A\n", [0, 1, 3]),
        ("1$1$É\n1$1$漢\n".encode(), []),
        (b"1$1$\xc9\n1$1$A\n", [0]),
        (b"1$1$A\n1$1$" + b"A" * LONGEST_LINE + b"\n", [1]),
    ],
)
def test_which_lines_need_a_look(content: bytes, places: list[int]) -> None:
    assert odd(content) == places


@pytest.mark.parametrize(
    ("content", "places"),
    [
        (b"1$A$\n2$B$\n", []),
        (b"1$A$\r\n2$B$\r\n", []),
        (b"1$A$B\n2$B$ \r\n$$\n\r\n\n", [0, 1, 3, 4]),
        (b"\n1$A$\n", [0]),
        (b"\r\n1$A$\n", [0]),
    ],
)
def test_behind_a_trailing_delimiter_stands_nothing(content: bytes, places: list[int]) -> None:
    assert odd(content, LEGACY, 2) == places


def test_last_bytes() -> None:
    content = b"ab\ncd\r\n\n\r\n$\n$\r\r\n"
    array = np.frombuffer(content, np.uint8)
    last = last_bytes(array, np.flatnonzero(array == 10))
    assert [last[0], last[1], last[4]] == [*b"bd$"]
    assert not (last[[2, 3, 5]] == ord("$")).any()
    assert last_bytes(array[2:3], np.array([0])).tolist() != [ord("$")]


def test_control_characters_beside_line_ends() -> None:
    content = b"\ra\r\nb\x00\n\x7f\r\r\n"
    array = np.frombuffer(content, np.uint8)
    assert control_places(content, array, np.flatnonzero(array == 10)).tolist() == [0, 5, 7, 8]


def test_bytes_above_ascii_count_only_where_the_block_is_no_utf8() -> None:
    for content, places in ((b"abc", []), ("É".encode(), []), (b"a\xc9b", [1]), ("É".encode() + b"\xc9", [0, 1, 2])):
        assert foreign_places(content, np.frombuffer(content, np.uint8)).tolist() == places


@pytest.mark.parametrize(
    ("start", "announced", "usual"),
    [
        (b"1$A$\n2$B$\n", 2, 2),
        (b"1$A\n2$B\n", 1, 1),
        (b"1$A\n2$B$\n3$C$\n", 1, 2),  # the first row is the odd one out
        (b"\n1$A$\r\n2$B$\r\n", 1, 2),
        (b"1$A$\n2$B\n3$C\n", 2, 1),
        (b"1$A$\n2$B\n", 2, 2),
        (b"1$A$\n2$B\n", 1, 1),
        (b"1$A$B\n", 2, 1),  # no delimiter at the end
        (b"", 1, 1),
        (b"", 2, 1),
    ],
)
def test_most_rows_tell_whether_rows_end_in_a_delimiter(start: bytes, announced: int, usual: int) -> None:
    assert majority_delimiters(start, LEGACY, announced) == usual


def test_rows_are_brought_to_what_was_announced() -> None:
    """Parsing needs the same number of delimiters in each row, whatever the file has."""
    (block,) = blocks_of(b"\n1000001$HO$\n1000002$DE$\n", LEGACY, 1)
    assert (block.content, block.lines.tolist(), block.notes) == (b"1000001$HO\n1000002$DE\n", [3, 4], ())


def test_chunks_are_no_longer_than_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faers_lines, "BLOCK", 4)
    assert list(read_chunks(b"abcdef", io.BytesIO(b"ghijklm"))) == [b"abcd", b"ef", b"ghij", b"klm"]


def test_the_end_of_an_endless_line() -> None:
    assert skip_line(iter([b"aaa", b"aa\nbb\nc", b"d"])) == b"bb\nc"
    assert skip_line(iter([b"aaa"])) == b""


@pytest.mark.parametrize("length", [LONGEST_LINE - 30, LONGEST_LINE - 22, LONGEST_LINE + 1, 3 * LONGEST_LINE])
@pytest.mark.parametrize("block", [1 << 17, 1 << 24])
def test_a_long_line_is_cut_and_named(monkeypatch: pytest.MonkeyPatch, length: int, block: int) -> None:
    """It costs nothing but itself, and is never held in memory as a whole."""
    monkeypatch.setattr(faers_lines, "BLOCK", block)
    rows = [b"100000011$10000001$HO", b"100000021$10000002$" + b"A" * length, b"100000031$10000003$DE"]
    found = blocks_of(b"\n".join([*rows, b""]), CURRENT, 2)
    whole = length < LONGEST_LINE
    assert sum(each.refused for each in found) == (not whole)
    assert np.concatenate([each.lines for each in found]).tolist() == [2, 3, 4] if whole else [2, 4]
    assert [(note.line, note.reason.code, len(note.raw)) for each in found for note in each.notes] == (
        [] if whole else [(3, "line-too-long", 10_000)]
    )


def test_a_long_line_of_blanks_does_not_hide_what_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faers_lines, "BLOCK", 1 << 17)
    found = blocks_of(b" " * 2 * LONGEST_LINE + b"100000011$10000001$HO\n", CURRENT, 2)
    assert sum(each.refused for each in found) == 1


@pytest.mark.parametrize("block", range(1, 90))
def test_lines_wait_for_those_that_may_belong_to_them(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(faers_lines, "BLOCK", block)
    layout = read_layout(b"primaryid$caseid$drug_seq$indi_pt")
    assert layout is not None
    content = b"100000011$10000001$1$Pain\n100000021$10000002$2\n$Itch\n100000031$10000003$1$Rash\n"
    found = blocks_of(content, layout, 3)
    assert b"".join(each.content for each in found) == (
        b"100000011$10000001$1$Pain\n100000021$10000002$2$Itch\n100000031$10000003$1$Rash\n"
    )
    assert np.concatenate([each.lines for each in found]).tolist() == [2, 3, 5]
    assert [(note.line, note.reason.code) for each in found for note in each.notes] == [(3, "split-row")]
