"""All pairs with PRR, ROR, IC and EBGM, with intervals, beside the Python peer vigipy in the same run.

Usage: python benchmarks/screen_against_vigipy.py [--reports 62500,125000,250000,500000] [--ours-alone 1000000,2000000]
       [--repeat 2] [--memory 1500MB] [--figure FILE.svg]
Both start from the same Parquet file of raw pairs (case, ingredient, reaction as texts) of simulated FAERS, and end
with all four measures of all pairs, in memory (vigipy) or in a Parquet file (ours). vigipy counts rows, ours distinct
cases. Each run is a process of its own, and its peak memory is that of the whole process. `make benchmark-screen`
installs vigipy with pip.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

import phytovigil

OURS = """
import sys
import phytovigil
from phytovigil.study import ScreenPlan
plan = ScreenPlan(measures=("prr", "ror", "ic", "ebgm"), tests=())
answer = phytovigil.open("no-store", sys.argv[2]).screen_pairs(sys.argv[1], plan=plan, out=sys.argv[3])
print(answer["pairs"])
"""

PEER = """
import sys
import pandas as pd
from vigipy import bcpnn, convert, gps, prr, ror
rows = pd.read_parquet(sys.argv[1])
rows["count"] = 1
table = convert(rows, product_label="product", ae_label="reaction")
found = [prr(table, min_events=1), ror(table, min_events=1), bcpnn(table, min_events=1), gps(table, min_events=1)]
print(len(found[0].all_signals))
"""


def write_pairs(reports: int, folder: Path, file: Path) -> int:
    """Write the raw pairs of so many simulated reports, each ingredient with each reaction; returns their number."""
    made = folder / f"reports-{reports}"
    phytovigil.open(folder / "no-store").simulate(made, reports=reports, quarters="2016Q1", seed=1)
    drug, reaction = (next(made.rglob(f"{table}16Q1.txt")) for table in ("DRUG", "REAC"))
    engine = duckdb.connect()
    engine.execute("SET enable_progress_bar = false")
    read = "read_csv('{}', delim = '$', header = true, quote = '', all_varchar = true)"
    (written,) = engine.execute(
        f"""COPY (SELECT primaryid AS "case", prod_ai AS product, pt AS reaction
        FROM {read.format(drug)} AS named JOIN {read.format(reaction)} AS reacted USING (primaryid) WHERE prod_ai <> '')
        TO '{file}' (FORMAT parquet)"""
    ).fetchone()
    shutil.rmtree(made)
    return int(written)


def run(program: str, *arguments: str) -> tuple[float, float, str]:
    """Seconds, peak memory in MB and output of a process."""
    with tempfile.TemporaryFile("w+") as output:
        begun = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", program, *arguments], stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"ended with {process.returncode}")
        output.seek(0)
        return seconds, usage.ru_maxrss / 1024, output.read().strip()


def best(repeat: int, program: str, *arguments: str) -> tuple[float, float, str]:
    """The quickest of some runs, with the largest peak memory of them."""
    runs = [run(program, *arguments) for _ in range(repeat)]
    return min(seconds for seconds, _, _ in runs), max(peak for _, peak, _ in runs), runs[0][2]


def numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part]


def draw_growth(rows: list[dict[str, object]], file: Path) -> None:
    """Seconds against reports, both axes logarithmic."""
    import altair

    both = altair.Chart(altair.InlineData(values=rows)).encode(
        x=altair.X("reports:Q", scale=altair.Scale(type="log"), title="reports", axis=altair.Axis(format="~s")),
        y=altair.Y("seconds:Q", scale=altair.Scale(type="log"), title="seconds, all pairs with four measures"),
        color=altair.Color("program:N", title=None, scale=altair.Scale(range=["#0072b2", "#b84500"])),
    )
    (both.mark_line() + both.mark_point(filled=True, size=60)).properties(width=460, height=300).save(str(file))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", default="62500,125000,250000,500000", help="both programs")
    parser.add_argument("--ours-alone", default="1000000,2000000")
    parser.add_argument("--repeat", type=int, default=2, help="runs of ours; the peer runs once")
    parser.add_argument("--memory", default="1500MB")
    parser.add_argument("--figure", type=Path)
    chosen = parser.parse_args()
    libraries = [f"{name} {importlib.metadata.version(name)}" for name in ("vigipy", "numpy", "scipy", "duckdb")]
    print(", ".join([f"phytovigil {phytovigil.__version__}", *libraries]))
    print("\n| reports | raw pairs | pairs | ours | peak | vigipy | peak | times as fast |")
    print("|---|---|---|---|---|---|---|---|")
    drawn: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        pairs, out = Path(folder) / "pairs.parquet", str(Path(folder) / "all.parquet")
        for reports in [*numbers(chosen.reports), *numbers(chosen.ours_alone)]:
            raw = write_pairs(reports, Path(folder), pairs)
            seconds, peak, found = best(chosen.repeat, OURS, str(pairs), chosen.memory, out)
            drawn.append({"reports": reports, "seconds": seconds, "program": "phytovigil"})
            cells = [f"{reports:,}", f"{raw:,}", f"{int(found):,}", f"{seconds:.1f} s", f"{peak:,.0f} MB"]
            if reports in numbers(chosen.reports):
                slow, most, _ = run(PEER, str(pairs))
                drawn.append({"reports": reports, "seconds": slow, "program": "vigipy"})
                cells += [f"{slow:.1f} s", f"{most:,.0f} MB", f"{slow / seconds:.0f}"]
            print(f"| {' | '.join(cells + [''] * (8 - len(cells)))} |", flush=True)
    if chosen.figure:
        draw_growth(drawn, chosen.figure)


if __name__ == "__main__":
    main()
