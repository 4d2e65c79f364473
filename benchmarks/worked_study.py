"""Wall time and peak memory of the worked study's commands, beside a plain pandas script, in one run.

Usage: make benchmark, or python benchmarks/worked_study.py [--repeat N] [--out FILE].
Needs the CAERS 2004–2017 zip and the kratom listing under $PHYTOVIGIL_SHARED (default ../shared/data).
Each command runs in a process of its own; the best of N runs is shown, since other work on the machine only adds.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("PHYTOVIGIL_SHARED", ROOT.parent / "shared" / "data"))
CAERS = SHARED / "caers" / "CAERS_ASCII_2004_2017Q2.zip"
LISTING = SHARED / "faers_dashboard" / "kratom_2008-06_2025-11.csv"
LIBRARIES = ("duckdb", "numpy", "scipy", "pyarrow", "pandas")
MEGABYTE = 1024


@dataclass(frozen=True)
class Figure:
    """One line of the table. bound : seconds that are promised, or None where nothing is."""

    name: str
    seconds: float
    megabytes: float
    bound: float | None


def run_once(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak resident megabytes of one process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed: {complaint.decode()[-500:]}")
    return seconds, usage.ru_maxrss / MEGABYTE


def measure(name: str, command: list[str], repeat: int, bound: float | None, fresh: Path | None = None) -> Figure:
    """The best of several runs; `fresh` is removed before each, for commands that must start from nothing."""
    runs = []
    for _ in range(repeat):
        if fresh is not None:
            shutil.rmtree(fresh, ignore_errors=True)
        runs.append(run_once(command))
    return Figure(name, min(seconds for seconds, _ in runs), max(peak for _, peak in runs), bound)


def run_all(repeat: int, work: Path) -> list[Figure]:
    """Every figure."""
    phytovigil = [sys.executable, "-m", "phytovigil"]
    store = work / "store"
    kratom = ["--product", "kratom", "--source", "caers", "--store", str(store)]
    study = ["study", str(ROOT / "examples" / "kratom-claims.toml"), "--out", str(work / "dossier")]
    script = [sys.executable, str(ROOT / "benchmarks" / "pandas_script.py"), str(CAERS)]
    pair = ["--reaction", "JAUNDICE", "--role", "any"]
    figures = [
        measure("--help", [*phytovigil, "--help"], repeat, 0.3),
        measure("ingest CAERS zip", [*phytovigil, "ingest", str(CAERS), "--store", str(store)], repeat, 6, store),
        measure("count, cold start", [*phytovigil, "count", *kratom, *pair], repeat, 1),
        measure("signals, cold start", [*phytovigil, "signals", *kratom, "--role", "any"], repeat, 2),
    ]
    run_once([*phytovigil, "ingest", str(LISTING), "--store", str(store)])
    return [
        *figures,
        measure("study from the store", [*phytovigil, *study, "--store", str(store)], repeat, 10),
        measure("study from the snapshot", [*phytovigil, *study, "--snapshot", "kratom-claims"], repeat, 10),
        measure("pandas script, one pair", [*script, "count"], repeat, None),
        measure("pandas script, all reactions", [*script, "signals"], repeat, None),
    ]


def describe_machine() -> list[str]:
    """What the figures were measured on."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return [
        f"{os.cpu_count()} cores, {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        f"phytovigil {version('phytovigil')}, {libraries}",
    ]


def write_table(figures: list[Figure], repeat: int) -> str:
    """The figures as Markdown."""
    lines = [*describe_machine(), f"Best of {repeat} runs; peak memory is the largest of them.", ""]
    lines += ["| command | seconds | promised | peak MB |", "|---|---:|---:|---:|"]
    for figure in figures:
        bound = "" if figure.bound is None else f"< {figure.bound:g}"
        lines.append(f"| {figure.name} | {figure.seconds:.2f} | {bound} | {figure.megabytes:.0f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print and, with --out, write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if not CAERS.is_file():
        sys.exit(f"{CAERS} is not there; set PHYTOVIGIL_SHARED to the folder of the raw data.")
    with tempfile.TemporaryDirectory() as work:
        table = write_table(run_all(options.repeat, Path(work)), options.repeat)
    print(table)
    if options.out:
        options.out.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
