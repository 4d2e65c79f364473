"""Seconds and peak memory of `phytovigil examine regression` on SIMULATED FAERS reports of several sizes.

Usage: python benchmarks/regression.py [--reports N ...] [--penalty KIND]
For each size, four quarters are simulated and taken into a store of their own; then the command runs in a process of
its own, on the planted link with ratio 3, with covariates and every product named in at least 20 cases. The table is
that of docs/reference/measures/regression.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

KILOBYTES = 1024
QUARTERS = "2019Q1..2019Q4"


def run(*words: object) -> tuple[dict[str, Any], float, float]:
    """The JSON answer of a command, its seconds and its peak resident megabytes."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "phytovigil", *map(str, words), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    answer = json.load(process.stdout)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"failed: {' '.join(command)}")
    return answer, time.perf_counter() - start, usage.ru_maxrss / KILOBYTES


def planted(truth: Path) -> tuple[str, str]:
    """Product and reaction of the planted link with ratio 3."""
    pairs = json.loads((truth / "truth.json").read_text(encoding="utf-8"))["pairs"]
    pair = next(pair for pair in pairs if pair["kind"] == "planted" and pair["ratio"] == 3)
    return f"reported:{pair['product']}", f"term:{pair['reaction'].upper()}"


def measure(reports: int, penalty: str) -> str:
    """One row of the table."""
    with tempfile.TemporaryDirectory() as folder:
        made, store = Path(folder, "made"), Path(folder, "store")
        simulated, _, _ = run("simulate", made, "--reports", reports, "--quarters", QUARTERS)
        run("ingest", made, "--store", store)
        product, reaction = planted(Path(simulated["truth"]))
        run("count", "--product", product, "--reaction", reaction, "--store", store)
        pair = ["--product", product, "--reaction", reaction, "--role", "any", "--store", store]
        covariates = ["--covariate", "sex", "--covariate", "age", "--reported", "--penalty", penalty]
        answer, seconds, memory = run("examine", "regression", *pair, *covariates)
    adjusted = answer["estimates"]["adjusted"]
    interval = f"{adjusted['point']:.2f} ({adjusted['low']:.2f} to {adjusted['high']:.2f})"
    columns = answer["columns"]
    kept = answer["penalty"]["of_reaction"]["minimum"]["products"]
    cells = [f"{reports:,}", f"{answer['n']:,}", f"{columns['products']:,}", f"{columns['rows']:,}", f"{kept:,}"]
    return f"| {' | '.join(cells)} | {seconds:.0f} | {memory:,.0f} | {interval} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, nargs="+", default=[200_000])
    parser.add_argument("--penalty", default="lasso")
    asked = parser.parse_args()
    print("| reports | cases | products | rows | kept | seconds | peak MB | adjusted odds ratio |")
    print("|---:|---:|---:|---:|---:|---:|---:|---|")
    for reports in asked.reports:
        print(measure(reports, asked.penalty), flush=True)


if __name__ == "__main__":
    main()
