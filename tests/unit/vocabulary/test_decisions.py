"""Merging decisions: nothing is overwritten unasked, and the file is the same whatever the order."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from phytovigil.errors import InvalidVocabulary
from phytovigil.vocabulary.decisions import DecidedName, merge_decisions, read_decisions, write_decisions

KNOWN = ("kava", "valerian", "kratom-leaf")


def decided(name: str, *nodes: str, by: str = "A", date: str = "2026-11-22", where: str = "f line 2") -> DecidedName:
    return DecidedName(name, tuple(sorted(nodes)), by, date, where=where)


def test_new_names_are_added_and_known_ones_counted() -> None:
    merged = merge_decisions([decided("X1", "kava")], [decided("x1!", "kava", by="B"), decided("X2"), decided("X0")])
    assert (merged.added, merged.replaced, merged.unchanged) == (2, 0, 1)
    assert [(item.name, item.by) for item in merged.decided] == [("X0", "A"), ("X1", "A"), ("X2", "A")]


def test_another_decision_needs_to_be_asked_for() -> None:
    old, new = [decided("X1", "kava", where="names.csv line 7")], [decided("X1", where="edited.csv line 3")]
    with pytest.raises(InvalidVocabulary, match=r"line 3 decides “X1” as none.*line 7.*as kava"):
        merge_decisions(old, new)
    merged = merge_decisions(old, new, replace=True)
    assert (merged.added, merged.replaced, merged.decided) == (0, 1, tuple(new))


def test_file_is_the_same_in_any_order_and_reads_back(tmp_path: Path) -> None:
    items = [decided(f'NAME {number}, “quoted"', *KNOWN[: number % 3]) for number in range(30)]
    texts = []
    for turn in range(3):
        random.Random(turn).shuffle(items)
        file = tmp_path / "names.csv"
        write_decisions(file, merge_decisions([], items).decided)
        texts.append(file.read_bytes())
    assert texts[0] == texts[1] == texts[2]
    back = read_decisions(tmp_path / "names.csv", KNOWN, lambda asked: [])
    assert sorted((item.name, item.nodes) for item in back.decided) == sorted((item.name, item.nodes) for item in items)


def test_spreadsheet_with_semicolons_and_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "edited.csv"
    text = 'name;cases;candidate;decision;by;date;note\n"A;B";3;kava; valerian +kava ;Me;2026-11-22;\nC;2;;;;;\n'
    file.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    found = read_decisions(file, KNOWN, lambda asked: [])
    assert [(item.name, item.nodes, item.by) for item in found.decided] == [("A;B", ("kava", "valerian"), "Me")]
    assert found.undecided == 1
