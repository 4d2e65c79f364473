"""What a person allows the program, and what of it the engine gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from phytovigil.errors import InvalidRequest
from phytovigil.store import Store, memory, parse_memory


@pytest.mark.parametrize(
    ("written", "amount"),
    [("2GB", 2 * 10**9), ("2 gb", 2 * 10**9), ("800MB", 8 * 10**8), ("1.5GiB", 3 * 2**29), ("700000KB", 7 * 10**8)],
)
def test_amounts_are_read_in_decimal_and_binary_units(written: str, amount: int) -> None:
    assert parse_memory(written) == amount


@pytest.mark.parametrize("written", ["", "2", "GB", "-2GB", "2 GB RAM", "1e9"])
def test_what_is_no_amount_is_refused(written: str) -> None:
    with pytest.raises(InvalidRequest, match="no amount of memory"):
        parse_memory(written)


def test_too_little_is_refused_with_the_least_that_does() -> None:
    with pytest.raises(InvalidRequest, match="Allow 600MB or more"):
        parse_memory("599MB")


def test_half_of_the_machine_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "machine_memory", lambda: 8_000_000_000)
    assert memory.engine_memory() == memory.engine_memory(4_000_000_000) == "3550MB"


def test_a_container_that_allows_less_than_the_machine_has_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text("1000000000\n")
    unlimited = tmp_path / "unlimited"
    unlimited.write_text("max\n")
    monkeypatch.setattr(memory, "CONTAINER_LIMITS", (tmp_path / "missing", unlimited))
    machine = memory.machine_memory()
    assert machine > 1_000_000_000
    monkeypatch.setattr(memory, "CONTAINER_LIMITS", (unlimited, limit))
    assert memory.machine_memory() == 1_000_000_000


def test_the_engine_keeps_to_it(tmp_path: Path) -> None:
    """Five million distinct numbers need more than the 150 MB that are left of 600: they spill and come out right."""
    store = Store(tmp_path / "store", 600_000_000)
    with store.writing() as writer:
        release = writer.begin("made-up")
        engine = release._engine
        assert engine.query_one("SELECT current_setting('memory_limit') AS held")["held"] == "143.0 MiB"
        found = engine.query_one(
            "SELECT count(*) AS n, sum(k) AS total FROM (SELECT k, count(*) FROM range(5000000) t(k) GROUP BY k)"
        )
        release.abandon()
    assert found == {"n": 5_000_000, "total": 5_000_000 * 4_999_999 // 2}
