"""Tables written block by block, and results read block by block."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest

from phytovigil.errors import StoreError
from phytovigil.store import Engine, GrowingTable

TYPES = {"product": "VARCHAR", "a": "BIGINT", "ic": "DOUBLE", "signal": "BOOLEAN"}
WORDS: dict[str, list[object]] = {"product": ["GINGER", "KAVA"]}


def block(*products: int) -> dict[str, object]:
    number = len(products)
    return {
        "product": np.array(products),
        "a": np.arange(number, dtype=np.float64),
        "ic": np.where(np.arange(number) == 1, np.nan, 0.5),
        "signal": np.arange(number) > 0,
    }


def fill(table: GrowingTable, *blocks: dict[str, object]) -> None:
    with table:
        for columns in blocks:
            table.add(columns)


def test_blocks_become_one_table_with_words_and_missing_values(tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "table.parquet"
    with GrowingTable(file, TYPES, WORDS) as table:
        table.add(block(1, 0))
        assert not file.exists()
        table.add(block(0))
    assert pyarrow.parquet.read_table(file).to_pylist() == [
        {"product": "KAVA", "a": 0, "ic": 0.5, "signal": False},
        {"product": "GINGER", "a": 1, "ic": None, "signal": True},
        {"product": "GINGER", "a": 0, "ic": 0.5, "signal": False},
    ]
    assert [path.name for path in file.parent.iterdir()] == ["table.parquet"]


def test_a_table_of_no_block_has_its_columns(tmp_path: Path) -> None:
    with GrowingTable(tmp_path / "empty.parquet", TYPES, WORDS):
        pass
    assert pyarrow.parquet.read_table(tmp_path / "empty.parquet").column_names == list(TYPES)


def test_an_error_on_the_way_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "table.parquet"
    file.write_bytes(b"older")
    with pytest.raises(KeyError):
        fill(GrowingTable(file, TYPES, WORDS), block(1), {"product": np.array([0])})
    assert file.read_bytes() == b"older"
    assert [path.name for path in tmp_path.iterdir()] == ["table.parquet"]


def test_a_full_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    table = GrowingTable(tmp_path / "t.parquet", TYPES, WORDS)
    monkeypatch.setattr(table._writer, "write_table", fail)
    with pytest.raises(StoreError, match="disk is full"):
        fill(table, block(1))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(StoreError):
        GrowingTable(tmp_path / "file" / "table.parquet", TYPES, WORDS)


def test_results_come_in_blocks_in_their_order() -> None:
    engine = Engine()
    parts = list(engine.blocks("SELECT range AS number, range / 2 AS half FROM range(10000) ORDER BY range", 3000))
    assert max(len(part["number"]) for part in parts) <= 3000
    assert np.concatenate([part["number"] for part in parts]).tolist() == list(range(10000))
    assert parts[0]["half"][:3].tolist() == [0, 0.5, 1]
    engine.close()


def test_csv_of_a_query_has_its_name_only_when_whole(tmp_path: Path) -> None:
    engine = Engine()
    engine.write_csv("SELECT 'a,b' AS text, 0.1 AS number", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text("utf-8") == 'text,number\n"a,b",0.1\n'
    with pytest.raises(StoreError):
        engine.write_csv("SELECT 1", tmp_path / "nowhere" / "out.csv")
    engine.close()
