"""Decisions on pairs: what a file may say, and what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from phytovigil.errors import InvalidRequest, UnreadableFile
from phytovigil.study.pair_decisions import PairDecisions, read_pair_decisions

HEAD = "source,case,other_case,decision,by,date,note"


def write(folder: Path, *rows: str, head: str = HEAD) -> Path:
    file = folder / "pairs.csv"
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return file


def test_no_file_decides_nothing() -> None:
    assert read_pair_decisions(None) == PairDecisions()
    assert read_pair_decisions(None).sha256("caers") == ""


def test_decisions_are_read(tmp_path: Path) -> None:
    rows = ("caers,2,10,same,JD,2026-11-22,", "caers,3,4,Different,JD,2026-11-22,two sisters", "caers,5,6,,,,")
    found = read_pair_decisions(write(tmp_path, *rows))
    assert [(row.pair, row.same, row.note, row.line) for row in found.of("caers")] == [
        (("10", "2"), True, "", 2),
        (("3", "4"), False, "two sisters", 3),
    ]
    assert (found.undecided, found.of("faers")) == (1, ())


def test_a_review_file_has_more_columns_and_any_order(tmp_path: Path) -> None:
    file = write(
        tmp_path, "a,b,same,x,2026-11-22,,caers,0.7", head="case,other_case,decision,by,date,note,source,probability"
    )
    assert read_pair_decisions(file).of("caers")[0].pair == ("a", "b")


def test_the_hash_is_of_what_is_decided(tmp_path: Path) -> None:
    first = read_pair_decisions(write(tmp_path, "caers,1,2,same,A,2026-11-22,", "caers,3,4,different,A,2026-11-22,"))
    again = read_pair_decisions(write(tmp_path, "caers,4,3,different,B,2026-11-23,x", "caers,2,1,SAME,B,2026-11-23,"))
    other = read_pair_decisions(write(tmp_path, "caers,1,2,same,A,2026-11-22,"))
    assert first.sha256("caers") == again.sha256("caers") != other.sha256("caers")
    assert first.sha256("faers") == ""


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["caers,1,2,maybe,A,2026-11-22,"], "line 2: the decision is “maybe”"),
        (["caers,1,2,,A,2026-11-22,"], "line 2: the decision is left empty"),
        (["caers,1,2,same,,2026-11-22,"], "who decided, or when"),
        (["caers,1,2,same,A,22.11.2026,"], "who decided, or when"),
        (["caers,1,1,same,A,2026-11-22,"], "two different cases"),
        (["caers,1,,same,A,2026-11-22,"], "two different cases"),
        (["cares,1,2,same,A,2026-11-22,"], "no source “cares”"),
        (
            ["caers,1,2,same,A,2026-11-22,", "caers,2,1,different,A,2026-11-22,"],
            "lines 2 and 3 decide the pair 1, 2 both",
        ),
        (
            [
                "caers,1,2,same,A,2026-11-22,",
                "caers,2,3,same,A,2026-11-22,",
                "caers,8,9,same,A,2026-11-22,",
                "caers,1,3,different,A,2026-11-22,",
            ],
            "by the lines 2, 3 the cases 1 and 3 are the same, by line 5 they are different",
        ),
    ],
)
def test_what_cannot_be_is_named(tmp_path: Path, rows: list[str], told: str) -> None:
    with pytest.raises(InvalidRequest) as error:
        read_pair_decisions(write(tmp_path, *rows))
    assert told in str(error.value)
    assert "pairs.csv" in str(error.value)


def test_the_same_numbers_in_two_sources_are_two_cases(tmp_path: Path) -> None:
    rows = ("caers,1,2,same,A,2026-11-22,", "faers,1,2,different,A,2026-11-22,")
    found = read_pair_decisions(write(tmp_path, *rows))
    assert [found.of(source)[0].same for source in ("caers", "faers")] == [True, False]


def test_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read_pair_decisions(tmp_path / "none.csv")
    with pytest.raises(UnreadableFile, match="lack the column by, date, note"):
        read_pair_decisions(write(tmp_path, head="source,case,other_case,decision"))
    (tmp_path / "latin.csv").write_bytes(b"source\xff\n")
    with pytest.raises(UnreadableFile, match="UTF-8"):
        read_pair_decisions(tmp_path / "latin.csv")
