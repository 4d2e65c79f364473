"""Words as numbers: the same whether they come as lists or as Arrow arrays, dictionary-encoded or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phytovigil.schema.reports import Batch
from phytovigil.store import Store
from phytovigil.store.words import WordBook
from phytovigil.store.writing import Ledger

TEXTS = ["KAVA", None, "KRATOM", "KAVA", "", "ÉCHINACÉE", None, "KRATOM", "NULL"]
NUMBERS = [0, None, 1, 0, 2, 3, None, 1, 4]

FORMS: dict[str, Callable[[list[str | None]], Any]] = {
    "strings": pyarrow.array,
    "large strings": lambda texts: pyarrow.array(texts, pyarrow.large_string()),
    "dictionary": lambda texts: pyarrow.array(texts).dictionary_encode(),
    "chunks": lambda texts: pyarrow.chunked_array([texts[:4], [], texts[4:]], pyarrow.string()),
    "chunks with dictionaries of their own": lambda texts: pyarrow.chunked_array(
        [pyarrow.array(part, pyarrow.string()).dictionary_encode() for part in (texts[:4], texts[4:])]
    ),
}


def decode(book: WordBook, numbers: Any) -> list[Any]:
    words = book.since(0)
    texts = dict(zip(words["word"], words["text"], strict=True))
    return [None if number is None else texts[number] for number in numbers.to_pylist()]


@pytest.mark.parametrize("form", FORMS)
def test_words_are_numbered_as_they_come_in_every_form(form: str) -> None:
    book = WordBook()
    encoded = book.encode(FORMS[form](TEXTS))
    assert encoded.type == pyarrow.int32()
    assert encoded.to_pylist() == NUMBERS
    assert book.since(0) == {"word": [0, 1, 2, 3, 4], "text": ["KAVA", "KRATOM", "", "ÉCHINACÉE", "NULL"]}


@pytest.mark.parametrize("form", FORMS)
def test_a_known_word_keeps_its_number(form: str) -> None:
    book = WordBook(["NULL", "KRATOM", "ALOE"])
    assert book.encode(FORMS[form](TEXTS)).to_pylist() == [3, None, 1, 3, 4, 5, None, 1, 0]
    assert book.since(3) == {"word": [3, 4, 5], "text": ["KAVA", "", "ÉCHINACÉE"]}
    assert len(book) == 6


@pytest.mark.parametrize("texts", [[], [None, None]])
@pytest.mark.parametrize("form", FORMS)
def test_columns_without_a_word(form: str, texts: list[str | None]) -> None:
    book = WordBook()
    given = FORMS[form](texts) if form != "strings" else pyarrow.array(texts, pyarrow.string())
    assert book.encode(given).to_pylist() == texts
    assert len(book) == 0


def test_a_part_of_a_dictionary_array_is_that_part() -> None:
    book = WordBook()
    whole = pyarrow.DictionaryArray.from_arrays([2, 1, None, 0, 2], ["A", "B", "C"])
    assert decode(book, book.encode(whole.slice(1, 3))) == ["B", None, "A"]


@given(st.lists(st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=8), max_size=4), st.data())
def test_what_is_encoded_is_decoded(columns: list[list[str | None]], data: st.DataObject) -> None:
    book = WordBook()
    for texts in columns:
        form = data.draw(st.sampled_from(list(FORMS)))
        given = FORMS[form](texts) if form != "strings" else pyarrow.array(texts, pyarrow.string())
        assert decode(book, book.encode(given)) == texts
    assert len(book) == len({text for texts in columns for text in texts if text is not None})


# ------------------------------------------------------------------------------------------ batches as Arrow tables

REPORT = {
    "key": [11, 12, 13],
    "case_id": ["1", "2", "3"],
    "version": [1, 1, 2],
    "number": [11, None, 32],
    "received": [date(2015, 6, 1), None, date(2016, 7, 2)],
    "sex": ["female", None, "male"],
    "age_years": [0.5, None, 80.0],
    "serious": [True, None, False],
    "outcomes": [["DEATH"], None, []],
    "line": [2, 3, 4],
}
PRODUCT = {
    "key": [11, 11, 13, 99],
    "seq": [1, 2, None, 1],
    "role": ["primary suspect", "concomitant", "interacting", None],
    "verbatim": ["KRATOM", "KAVA", "KRATOM", None],
    "route": [None, "ORAL", "ORAL", None],
}
REACTION = {"key": [11, 13, 13], "term": ["RASH", "NAUSEA", "RASH"], "outcome": [None, "RECOVERED", None]}
DELETION = {"case_id": ["7", "7", "8"], "line": [1, 2, 3]}
QUARANTINE = {
    "file": ["made-up.csv"], "line": [9], "scope": ["value"], "reason": ["odd"], "field": ["sex"], "raw": ["x"],
}  # fmt: skip
TABLES: dict[str, Any] = {
    "report": REPORT,
    "report_product": PRODUCT,
    "report_reaction": REACTION,
    "deletion": DELETION,
    "quarantine": QUARANTINE,
}

WORDED = ("role", "verbatim", "route", "term", "outcome", "sex")


def as_arrow(columns: dict[str, list[Any]], *, encoded: bool) -> Any:
    table = pyarrow.table(columns)
    for place, name in enumerate(table.column_names):
        if encoded and name in WORDED:
            table = table.set_column(place, name, table.column(name).dictionary_encode())
    return table


def write(store: Store, tables: dict[str, Any]) -> None:
    with store.writing() as writer:
        release, ledger = writer.begin("faers"), Ledger()
        release.append(Batch(tables, 6, 6, 0), ledger)
        release.finish_file("made-up.csv", "ab" * 32, 1, "made-up", ledger)
        release.commit(None)


@pytest.mark.parametrize("encoded", [False, True])
def test_a_batch_of_arrow_tables_gives_the_same_bytes_as_one_of_lists(
    tmp_path: Any, all_bytes: Any, encoded: bool
) -> None:
    lists, arrow = Store(tmp_path / "lists"), Store(tmp_path / "arrow")
    write(lists, TABLES)
    write(arrow, {name: as_arrow(columns, encoded=encoded) for name, columns in TABLES.items()})
    assert all_bytes(lists.folder) == all_bytes(arrow.folder)
    session = lists.read("faers")
    assert session.engine.query("SELECT case_id, text FROM report JOIN report_reaction USING (report) "
                                "JOIN word ON word = term ORDER BY ALL") == {
        "case_id": ["1", "3", "3"], "text": ["RASH", "NAUSEA", "RASH"],
    }  # fmt: skip


# ------------------------------------------------------------------------------------- one book for several releases


def test_releases_of_one_run_and_of_several_are_the_same_bytes(
    tmp_path: Any, batch: Callable[..., Batch], report: Any, all_bytes: Any
) -> None:
    reports = [report(str(n), terms=(f"TERM {n}", "RASH")) for n in range(3)]

    def add(writer: Any, number: int) -> None:
        release, ledger = writer.begin("caers"), Ledger()
        release.append(batch([reports[number]]), ledger)
        release.finish_file("made-up.csv", f"{number:064d}", 1, "made-up", ledger)
        release.commit("2015-12-31")

    with Store(tmp_path / "one").writing() as writer:
        for number in range(3):
            add(writer, number)
    for number in range(3):
        with Store(tmp_path / "many").writing() as writer:
            add(writer, number)
    assert all_bytes(tmp_path / "one") == all_bytes(tmp_path / "many")


def test_words_of_a_release_that_was_given_up_leave_no_trace(
    tmp_path: Any, batch: Callable[..., Batch], report: Any, all_bytes: Any
) -> None:
    for name in ("plain", "disturbed"):
        with Store(tmp_path / name).writing() as writer:
            if name == "disturbed":
                release = writer.begin("caers")
                release.append(batch([report("9", terms=("NEVER KEPT", "RASH"))]), Ledger())
                release.abandon()
            release, ledger = writer.begin("caers"), Ledger()
            release.append(batch([report("1", terms=("RASH",))]), ledger)
            release.finish_file("made-up.csv", "ab" * 32, 1, "made-up", ledger)
            release.commit("2015-12-31")
    assert all_bytes(tmp_path / "plain") == all_bytes(tmp_path / "disturbed")
    words = Store(tmp_path / "disturbed").read("caers").engine.query("SELECT word, text FROM word ORDER BY word")
    assert words == {"word": [0, 1], "text": ["KRATOM", "RASH"]}


def test_a_dictionary_that_was_changed_is_not_added_to(store: Store, ingest: Any, report: Any) -> None:
    from phytovigil.errors import DamagedStore

    ingest(store, [report("1", terms=("RASH",))], as_of="2015-12-31")
    file = store.folder / "words" / "000001.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    with pytest.raises(DamagedStore, match=r"words/000001\.parquet"):
        ingest(store, [report("2", terms=("ITCH",))], as_of="2016-12-31")
    assert len(store.releases()) == 1
