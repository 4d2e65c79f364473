"""A few hundred trials of the fuzzing harness, always the same; and that each of its rules can be broken."""

from __future__ import annotations

import dataclasses
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from phytovigil.schema.reports import Batch
from phytovigil.sources.caers_csv import CaersCsvReader

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="trials are stopped by a POSIX timer"),
    pytest.mark.filterwarnings("ignore::UserWarning"),  # openpyxl warns of every odd workbook
]


@pytest.fixture(autouse=True)
def _harness(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))


@pytest.fixture
def sample() -> Any:
    from fuzz.seeds import make_seeds

    return next(seed for seed in make_seeds() if seed.kind == "caers-csv 2017")


def judge(sample: Any) -> str:
    from fuzz import judging

    return judging.judge(sample).finding


def change_batches(monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    original = CaersCsvReader.read

    def read(self: CaersCsvReader, raw: Any, *, today: Any = None) -> Iterator[Batch]:
        for batch in original(self, raw, today=today):
            yield change(batch)

    monkeypatch.setattr(CaersCsvReader, "read", read)


def with_column(batch: Batch, table: str, column: str, value: Any) -> Batch:
    columns: Any = batch.tables[table]
    changed = {**columns, column: [value] * len(columns["key"])}
    return dataclasses.replace(batch, tables={**batch.tables, table: changed})


def test_a_short_campaign() -> None:
    from fuzz.campaign import Campaign

    found = []
    tally = Campaign(2026, lambda sample, verdict: found.append((verdict, sample)), stores=False).run(trials=150)
    assert found == []
    assert tally.trials == 150
    assert tally.edges > 1500
    readers = {kind.split(" ")[0] for kind, outcome in tally.outcomes if outcome == "read"}
    assert readers == {"caers-csv", "dashboard", "faers-ascii", "faers-quarter", "faers-xml", "openfda"}


def test_alterations_follow_from_the_seed() -> None:
    from fuzz.mutations import Mutator
    from fuzz.seeds import make_seeds

    def alter(seed: int) -> list[Any]:
        seeds, random = make_seeds(), Random(seed)
        return [Mutator(seeds).mutate(each, random, seeds[0]) for each in seeds]

    assert alter(1) == alter(1)
    assert alter(1) != alter(2)


def test_seeds_are_read_whole_and_can_be_stored() -> None:
    from fuzz.judging import judge
    from fuzz.seeds import make_seeds

    seeds = make_seeds()
    assert {judge(seed).outcome for seed in seeds} == {"read"}
    quarters = [seed for seed in seeds if seed.kind.startswith("faers-quarter")]
    assert [judge(quarter, stored=True).outcome for quarter in quarters] == ["stored"] * 3


def test_an_error_of_any_other_kind_is_found(sample: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    change_batches(monkeypatch, lambda batch: [][0])
    assert judge(sample).startswith("IndexError")


@pytest.mark.parametrize(
    ("table", "column", "value", "finding"),
    [
        ("report", "case_id", None, "report.case_id: null"),
        ("report", "age_years", 123.0, "report.age_years: impossible"),
        ("report", "sex", "F", "report.sex: unknown"),
        ("report", "key", None, "report: a null key"),
        ("report_product", "key", 1, "a row that is tied to no report of its file"),
        ("report_product", "role", "x", "report_product.role: unknown or null"),
        ("report_product", "verbatim", "A\0", "report_product.verbatim: a text with '\\x00'"),
        ("report_reaction", "term", " ", "report_reaction.term: null or blank"),
    ],
)
def test_a_value_that_may_not_be_is_found(
    sample: Any, monkeypatch: pytest.MonkeyPatch, table: str, column: str, value: Any, finding: str
) -> None:
    change_batches(monkeypatch, lambda batch: with_column(batch, table, column, value))
    assert judge(sample) == f"BrokenRule: {finding}"


def test_a_row_that_no_ledger_counts_is_found(sample: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    change_batches(monkeypatch, lambda batch: dataclasses.replace(batch, rows_kept=3, rows_quarantined=1))
    assert judge(sample) == "BrokenRule: rows put aside that the ledger does not count"
    change_batches(monkeypatch, lambda batch: dataclasses.replace(batch, rows_read=1, rows_kept=1, rows_quarantined=0))
    assert judge(sample) == "BrokenRule: more reports than rows"


def test_a_text_that_is_no_utf8_is_found(sample: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    change_batches(monkeypatch, lambda batch: with_column(batch, "report_product", "verbatim", "\ud800"))
    assert judge(sample).startswith("UnicodeEncodeError")


@pytest.mark.parametrize("limit", ["MOST_SECONDS", "MOST_WAITING"])
def test_a_slow_reader_is_found(sample: Any, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    """Whether it works or waits, and even if a library turns the signal into an error of its own."""
    from fuzz import judging

    def work(batch: Batch) -> Batch:
        try:
            end = time.monotonic() + 30
            while time.monotonic() < end:
                if limit == "MOST_WAITING":
                    time.sleep(1)
        except BaseException:
            raise RuntimeError("Query interrupted") from None
        return batch

    monkeypatch.setattr(judging, limit, 0.2)
    change_batches(monkeypatch, work)
    assert judge(sample) == "TooSlow"


def test_a_greedy_reader_is_found(sample: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from fuzz import judging

    monkeypatch.setattr(judging, "MOST_BYTES", 1_000_000)
    grown = judging.peak_memory()

    def take_memory(batch: Batch) -> Batch:
        held = bytearray(b"x" * (judging.peak_memory() + 300_000_000 - memory_held_now()))
        assert held
        return batch

    change_batches(monkeypatch, take_memory)
    assert judge(sample) == "memory"
    assert judging.peak_memory() > grown


def memory_held_now() -> int:
    """Bytes that this process holds now; on systems that do not say so, none."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
    except OSError:
        return 0


def test_a_finding_is_made_small(sample: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from fuzz.shrinking import shrink

    change_batches(monkeypatch, lambda batch: [][0] if "kava" in repr(batch.tables).lower() else batch)
    small = shrink(sample, judge(sample))
    assert judge(small) == judge(sample)
    assert small.size < sample.size
    assert b"KAVA" in small.members[0][1]


def test_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from fuzz import run

    monkeypatch.setattr(sys, "argv", ["fuzz", "--seconds", "0.1", "--seed", "5"])
    monkeypatch.setattr(run, "FINDINGS", tmp_path)
    assert run.main() == 0
    assert "0 findings." in capsys.readouterr().out
    change_batches(monkeypatch, lambda batch: [][0])
    assert run.main() == 1
    [folder] = tmp_path.iterdir()
    assert {each.name for each in folder.iterdir()} == {"found", "found.py.txt", "small", "small.py.txt", "note.txt"}
