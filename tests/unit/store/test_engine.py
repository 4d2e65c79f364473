"""The engine: its text literals, its errors in one line, its traces on disk."""

from __future__ import annotations

import errno
from pathlib import Path

import duckdb
import pytest

from phytovigil.errors import DamagedStore, StoreError
from phytovigil.store import Engine, read_table, write_table
from phytovigil.store.engine import explain_os_error, plain_errors, quote_text


@pytest.mark.parametrize(
    "text", ["", "'", "''", "O'Brien; DROP TABLE report --", "\\'", "a\nb", "é", "甘草", '"', "{}"]
)
def test_a_text_literal_is_the_text(text: str) -> None:
    assert Engine().query_one(f"SELECT {quote_text(text)} AS said") == {"said": text}


def test_a_folder_with_a_quote_in_its_name(tmp_path: Path) -> None:
    file = tmp_path / "the store's" / "table.parquet"
    file.parent.mkdir()
    write_table(file, {"n": [2, 1]}, {"n": "INTEGER"}, order="n")
    assert read_table(file) == {"n": [1, 2]}


@pytest.mark.parametrize("format", ["parquet", "csv"])
def test_the_same_table_is_the_same_bytes(tmp_path: Path, format: str) -> None:
    types = {"name": "VARCHAR", "cases": "INTEGER"}
    columns = {"name": ["b", "a", 'é, "quoted"'], "cases": [1, None, 3]}
    for name in ("one", "two"):
        write_table(tmp_path / name, columns, types, order="name", format=format)
        columns = {key: [*values[1:], values[0]] for key, values in columns.items()}
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_columns_that_are_not_given_become_null() -> None:
    engine = Engine()
    engine.create_table("t", {"a": "INTEGER", "b": "VARCHAR[]", "c": "DATE"})
    engine.add_rows("t", {"b": [["x", None], []]}, {"a": "INTEGER", "b": "VARCHAR[]", "c": "DATE"})
    assert engine.query("SELECT * FROM t") == {"a": [None, None], "b": [["x", None], []], "c": [None, None]}


def test_work_beyond_memory_goes_to_a_folder_that_vanishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    spill = tmp_path / "spill"
    engine = Engine(spill, "100MB")
    wide = "SELECT hash(i) AS h, i::VARCHAR || repeat('x', 60) AS t FROM range(2_000_000) r(i)"
    engine.run(f"CREATE TABLE sorted AS {wide} ORDER BY h")
    assert list(spill.iterdir())
    assert engine.query_one("SELECT count(*) AS n FROM sorted")["n"] == 2_000_000
    engine.close()
    assert list(tmp_path.iterdir()) == []


def test_an_engine_without_work_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    engine = Engine(memory_limit="100MB")
    engine.run("CREATE TABLE t AS SELECT * FROM range(1000)")
    engine.close()
    assert list(tmp_path.iterdir()) == []


def test_too_little_memory_says_so(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "spill", "20MB")
    with pytest.raises(StoreError, match=r"Not enough memory.*larger memory limit"):
        engine.query("SELECT list(i) FROM range(20_000_000) r(i)")


@pytest.mark.parametrize(
    ("number", "said", "hint"),
    [
        (errno.ENOSPC, "The disk is full.", "the store is as it was"),
        (errno.EDQUOT, "The disk is full.", "the store is as it was"),
        (errno.EACCES, "cannot be written: Permission denied", "--store"),
        (errno.EROFS, "cannot be written: Read-only file system", "--store"),
        (errno.EIO, "Input/output error: somewhere", ""),
    ],
)
def test_what_the_system_refuses_is_one_line(number: int, said: str, hint: str) -> None:
    import os

    error = explain_os_error(OSError(number, os.strerror(number), "somewhere"))
    assert said in error.message
    assert hint in error.hint
    assert "\n" not in str(error)


def test_a_full_disk_in_the_engine_is_one_line() -> None:
    with pytest.raises(StoreError, match="The disk is full"), plain_errors():
        raise duckdb.IOException('IO Error: Could not write file "x": No space left on device\n\nLINE 1: COPY')


def test_damage_is_told_from_mistakes_in_the_program(tmp_path: Path) -> None:
    file = tmp_path / "table.parquet"
    file.write_bytes(b"not a table at all")
    with pytest.raises(DamagedStore, match="--verify"):
        read_table(file)
    with pytest.raises(duckdb.ParserException):
        Engine().run("SELEC 1")
    with pytest.raises(duckdb.CatalogException):
        Engine().query("SELECT * FROM nothing")


def test_nothing_is_written_into_the_output_of_an_interactive_program() -> None:
    """The engine takes `python -c` for a person's terminal and would draw a bar after two seconds."""
    engine = Engine()
    assert engine.query_one("SELECT current_setting('enable_progress_bar') AS shown") == {"shown": False}
    engine.close()
