"""Memory while a large release is taken in. The figures are printed: run with -s to see them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

INGEST = """
import sys, time
from datetime import date
from phytovigil.cases import case_tables_sql
from phytovigil.schema.reports import Batch
from phytovigil.store import Store
from phytovigil.store.writing import Ledger

def peak():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))

def batch(first, count):
    numbers = range(first, first + count)
    report = {"key": list(numbers), "case_id": [str(10_000_000 + n) for n in numbers], "version": [1] * count,
              "received": [date(2010 + n % 10, 1 + n % 12, 1 + n % 28) for n in numbers],
              "sex": [("female", "male", None)[n % 3] for n in numbers], "age_years": [float(n % 90) for n in numbers],
              "country": ["US"] * count, "outcomes": [["HOSPITALISATION"]] * count, "line": list(numbers)}
    named = [n for n in numbers for _ in range(4)]
    product = {"key": named, "seq": [place % 4 for place, _ in enumerate(named)],
               "role": [("suspect", "concomitant")[n % 2] for n in named],
               "verbatim": [f"PRODUCT {(first * 4 + place) * 7919 % 60_000}" for place, _ in enumerate(named)]}
    reaction = {"key": named,
                "term": [f"TERM {n * 31 % 12_000}" for n in range(len(named))]}
    return Batch({"report": report, "report_product": product, "report_reaction": reaction}, count, count, 0)

reports, memory = int(sys.argv[2]), int(sys.argv[3])
store = Store(sys.argv[1], memory)
batch(0, 10)
started, base = time.monotonic(), peak()
with store.writing() as writer:
    release, ledger = writer.begin("caers"), Ledger()
    for first in range(0, reports, 10_000):
        release.append(batch(first, min(10_000, reports - first)), ledger)
    release.finish_file("large.csv", "ab" * 32, 1, "made-up", ledger)
    release.commit(None)
store.read("caers").derive("cases", case_tables_sql())
print(reports, round(peak() - base), round(time.monotonic() - started, 1))
"""


def take_in(folder: Path, reports: int, memory: int) -> tuple[int, float]:
    """Mebibytes at most on top of the program, and seconds."""
    command = [sys.executable, "-c", INGEST, str(folder), str(reports), str(memory)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    _, mebibytes, seconds = done.stdout.split()
    return int(mebibytes), float(seconds)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read as Linux tells it")
def test_memory_does_not_grow_with_the_release(tmp_path: Path) -> None:
    """300,000 reports with 1.2 million products and reactions each, in a program that may use 600 MB."""
    small, _ = take_in(tmp_path / "small", 30_000, 600_000_000)
    large, seconds = take_in(tmp_path / "large", 300_000, 600_000_000)
    print(f"30,000 reports: {small} MiB; 300,000 reports: {large} MiB in {seconds} s")
    assert large * 2**20 < 600_000_000
    spilled = list((tmp_path / "large" / "staging").iterdir())
    assert spilled == []
