"""FAERS at full size: taking in, counting all pairs and one pair, with peak memory, and what all of FAERS would take.

Usage: python benchmarks/faers_scale.py [--millions 0.5,1,2,4] [--repeat 2] [--memory 1500MB] [--folder FOLDER]
       [--zipped]
Simulates quarters of 500,000 reports each (about 1 GB of text per million), takes them in with the `phytovigil`
command in a process of its own, the best of the runs counts, and asks the store. Needs some 8 GB of disk for 4 million
reports; the folder is removed afterwards unless it is named.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

QUARTER = 500_000
FIRST_YEAR = 2016
MEGABYTE = 1e6
ALL_REPORTS = 22_000_000
ALL_QUARTERS = 88
PAIR_RUNS = 5

ALL_PAIRS = """
import sys, time
from phytovigil.cases import all_pairs_sql
from phytovigil.schema.selection import Selection
from phytovigil.store import Store
from phytovigil.study.sourcing import open_source
from phytovigil.vocabulary import load_products, load_reactions
opened = open_source(Store(sys.argv[1], int(sys.argv[2])), "faers", None, load_products(), load_reactions())
begun = time.perf_counter()
rows = opened.session.engine.write_parquet(all_pairs_sql(Selection(role="any"), {}, reported=True), sys.argv[3])
print(time.perf_counter() - begun, rows)
"""

STRINGS = """
import sys, time
import duckdb
store, memory, target = sys.argv[1:]
engine = duckdb.connect(config={"memory_limit": f"{int(memory) // 10**6}MB", "temp_directory": target + ".spill"})
engine.execute("SET enable_progress_bar = false")
for table in ("cases", "case_name", "case_term"):
    engine.execute(f"CREATE VIEW {table} AS FROM '{store}/derived/cases-*/{table}.parquet'")
engine.execute(f"CREATE VIEW word AS FROM '{store}/words/*.parquet'")
engine.execute("CREATE TABLE named AS SELECT case_id, text AS product FROM case_name JOIN cases USING (case_index) "
    f"JOIN '{store}/releases/*/report.parquet' USING (report) JOIN word ON word = name")
engine.execute("CREATE TABLE reacted AS SELECT case_id, text AS term FROM case_term JOIN cases USING (case_index) "
    f"JOIN '{store}/releases/*/report.parquet' USING (report) JOIN word ON word = term")
begun = time.perf_counter()
rows = engine.execute(f'''COPY (
    WITH by_product AS (SELECT product, count(*) AS with_product FROM named GROUP BY product),
    by_term AS (SELECT term, count(*) AS with_reaction FROM reacted GROUP BY term),
    total AS (SELECT count(*) AS n FROM cases)
    SELECT product, term, a, with_product - a AS b, with_reaction - a AS c, n - with_product - with_reaction + a AS d
    FROM (SELECT product, term, count(*) AS a FROM named JOIN reacted USING (case_id) GROUP BY product, term)
    JOIN by_product USING (product) JOIN by_term USING (term), total
    ORDER BY product, term) TO '{target}' (FORMAT parquet, COMPRESSION zstd)''').fetchone()[0]
print(time.perf_counter() - begun, rows)
"""

ONE_PAIR = """
import sys, time
import phytovigil
workspace = phytovigil.open(sys.argv[1])
product, reaction = sys.argv[2:4]
selections = [{}, {"role": "primary"}, {"sex": ["female"], "age": ["18-44", "45-64"]},
    {"years": (2016, 2016), "country": ["US"], "serious": True}, {"reporter": ["consumer"], "role": "any"}]
slowest = 0.0
for selection in selections:
    chosen = {key: tuple(value) if isinstance(value, list) else value for key, value in selection.items()}
    best = 9.9
    for _ in range(int(sys.argv[4])):
        begun = time.perf_counter()
        workspace.count("reported:" + product, reaction, source="faers", **chosen)
        best = min(best, time.perf_counter() - begun)
    slowest = max(slowest, best)
print(slowest)
"""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished process: its output, wall-clock and processor seconds, and peak memory in bytes."""

    output: str
    seconds: float
    processor_seconds: float
    peak: int


def run(*arguments: str) -> Run:
    """Run a Python process to its end and measure it."""
    with tempfile.TemporaryFile("w+") as output:
        begun = time.perf_counter()
        process = subprocess.Popen([sys.executable, *arguments], stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(arguments[:4])} ended with {process.returncode}")
        output.seek(0)
        return Run(output.read(), seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def quarters(count: int) -> str:
    """So many quarters, as the command writes them."""
    last = count - 1
    return f"{FIRST_YEAR}Q1..{FIRST_YEAR + last // 4}Q{last % 4 + 1}"


def simulate(folder: Path, reports: int, *, zipped: bool) -> None:
    """Simulated quarters, unless they are there."""
    if not folder.exists():
        count = max(1, reports // QUARTER)
        words = ["--reports", str(reports), "--quarters", quarters(count)] + (["--zipped"] if zipped else [])
        run("-m", "phytovigil", "simulate", str(folder), *words)


def take_in(raw: Path, store: Path, memory: str) -> tuple[Run, int]:
    """Take the quarters in; the run and the bytes of text that were read."""
    measured = run("-m", "phytovigil", "ingest", str(raw), "--store", str(store), "--memory", memory, "--json")
    ledger = json.loads(measured.output)
    assert ledger["rows_read"] == ledger["rows_kept"] + ledger["rows_quarantined"]
    return measured, sum(file["bytes"] for file in ledger["files"])


def common_pair(truth: Path) -> tuple[str, str]:
    """The first planted pair of a simulation."""
    pair = json.loads((truth / "truth.json").read_text(encoding="utf-8"))["pairs"][0]
    return pair["product"], pair["reaction"]


def main() -> None:
    """Measure every size, then ask the store of 2 million reports or of the largest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--millions", default="0.5,1,2,4")
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--memory", default="1500MB")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--zipped", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        sizes = [float(size) for size in asked.millions.split(",")]
        measure(folder, sizes, asked.memory, asked.repeat, zipped=asked.zipped)


def measure(folder: Path, millions: list[float], memory: str, repeat: int, *, zipped: bool) -> None:
    """Print the table of sizes and the questions."""
    print("| reports | raw text | time | rate | against half | peak memory | store | of the raw text |")
    print("|---|---|---|---|---|---|---|---|")
    before: tuple[float, float] | None = None
    text, seconds = 0, 0.0
    for size in millions:
        raw = folder / f"raw-{size}"
        simulate(raw, int(size * 1e6), zipped=zipped)
        stores = [folder / f"store-{size}-{os.getpid()}-{number}" for number in range(repeat)]
        runs = [take_in(raw, store, memory) for store in stores]
        store = stores[0]
        measured, text = min(runs, key=lambda run: run[0].seconds)
        seconds, kept = measured.seconds, size_of(store)
        ratio = f"{seconds / before[1]:.2f}" if before and size == 2 * before[0] else ""
        print(
            f"| {size} M | {text / 1e9:.2f} GB | {seconds:.1f} s | {text / seconds / MEGABYTE:.0f} MB/s | {ratio} "
            f"| {measured.peak / MEGABYTE:.0f} MB | {kept / MEGABYTE:.0f} MB | {kept / text:.1%} |",
            flush=True,
        )
        before = size, seconds
        if size == 2 or size == millions[-1]:
            ask(folder, store, raw / "truth", size)
    reports = millions[-1] * 1e6
    print(
        f"\nAll of FAERS: {ALL_REPORTS / 1e6:.0f} M reports × {text / reports:.0f} bytes = "
        f"{ALL_REPORTS * text / reports / 1e9:.0f} GB; at the rate of the last row "
        f"{ALL_REPORTS * seconds / reports / 60:.0f} minutes"
    )


def ask(folder: Path, store: Path, truth: Path, size: float) -> None:
    """All pairs by integers and by strings, and one pair."""
    product, reaction = common_pair(truth)
    one = float(run("-c", ONE_PAIR, str(store), product, reaction, str(PAIR_RUNS)).output)
    print(f"\n{size} M reports: one pair, slowest of five selections, warm: {one * 1000:.0f} ms")
    for name, program in (("all pairs from the store", ALL_PAIRS), ("the same over strings, plain DuckDB", STRINGS)):
        done = run("-c", program, str(store), "2000000000", str(folder / "pairs.parquet"))
        counted, rows = done.output.split()
        peak = f"{done.peak / MEGABYTE:.0f} MB"
        print(f"{size} M reports: {name}: {float(counted):.1f} s, {int(rows):,} pairs, peak {peak}", flush=True)
    print()


if __name__ == "__main__":
    main()
