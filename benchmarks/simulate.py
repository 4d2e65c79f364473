"""Seconds, megabytes a second and peak memory of the simulator, and the table of marginals of its manual page.

Usage: python benchmarks/simulate.py [--reports N] [--repeat N]
       python benchmarks/simulate.py --marginals
The first writes four quarters of simulated reports in a process of its own and shows the best run. The second needs
the 1,000 reports of 2025Q4 under $PHYTOVIGIL_SHARED (default ../shared/data) and prints the table of
docs/reference/simulate.md.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from phytovigil.simulation import measure_marginals, simulate

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("PHYTOVIGIL_SHARED", ROOT.parent / "shared" / "data"))
SAMPLE = SHARED / "faers_ascii" / "2025q4_1000cases"
QUARTERS = ["2019Q1", "2019Q2", "2019Q3", "2019Q4"]
PROGRAM = """
import sys
from pathlib import Path
from phytovigil.simulation import simulate
simulate(Path(sys.argv[1]), reports=int(sys.argv[2]), quarters=sys.argv[3:], seed=1)
"""
KILOBYTES = 1024
TABLE = {
    "sex missing": "coded.sex.",
    "sex female": "coded.sex.F",
    "age missing": "coded.age_cod.",
    "age in years": "coded.age_cod.YR",
    "age in decades of years": "coded.age_cod.DEC",
    "age 60 to 69, of those in years": "age_decades.6",
    "weight missing": "coded.wt_cod.",
    "date of event given": "filled.event_dt",
    "sent expedited": "coded.rept_cod.EXP",
    "reporter a physician": "coded.occp_cod.MD",
    "reporter's country US": "coded.reporter_country.US",
    "literature reference given": "filled.lit_ref",
    "version 1": "versions.1",
    "version 2": "versions.2",
    "mean version": "versions",
    "one product": "products.1",
    "mean products": "products",
    "products that repeat one of their report": "repeated_products",
    "secondary suspects among products after the first": "other_roles.SS",
    "concomitants among them": "other_roles.C",
    "substance given": "filled.prod_ai",
    "dechallenge missing": "coded.dechal.",
    "route missing": "coded.route.",
    "products with an indication, in reports with any": "indications.products",
    "reports with therapy dates": "therapies.reports",
    "products with therapy dates, in those reports": "therapies.products",
    "one reaction": "reactions.1",
    "mean reactions": "reactions",
    "outcome: other only": "outcome_sets.OT",
    "outcome: hospitalised only": "outcome_sets.HO",
    "outcome: death only": "outcome_sets.DE",
    "Zipf–Mandelbrot exponent of products": "product_terms.exponent",
    "share of the commonest 10 products": "product_terms.top_10",
    "share of the commonest 100 products": "product_terms.top_100",
    "Zipf–Mandelbrot exponent of reactions": "reaction_terms.exponent",
    "share of the commonest 10 reactions": "reaction_terms.top_10",
    "share of the commonest 100 reactions": "reaction_terms.top_100",
}


def time_simulation(reports: int) -> tuple[float, float, float]:
    """Seconds, megabytes written and peak resident megabytes of one process."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, f"{folder}/out", str(reports), *QUARTERS])
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit("the simulation failed")
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    return seconds, size / 1e6, usage.ru_maxrss / KILOBYTES


def print_speed(reports: int, repeat: int) -> None:
    seconds, size, memory = min(time_simulation(reports) for _ in range(repeat))
    print("| reports | seconds | MB written | MB a second | peak MB |\n|---:|---:|---:|---:|---:|")
    print(f"| {reports:,} | {seconds:.1f} | {size:,.0f} | {size / seconds:.0f} | {memory:.0f} |")


def figure(marginals: dict[str, Any], name: str) -> float:
    """A share, or the mean of a list of shares of 1, 2 …"""
    group, _, rest = name.partition(".")
    value = marginals[group]
    if not rest:
        return sum(n * share for n, share in enumerate(value, 1)) if isinstance(value, list) else value
    if isinstance(value, list):
        return value[int(rest) - 1]
    if group in ("coded", "filled"):
        first, dot, last = rest.partition(".")
        return value[first][last] if dot else value[first]
    return value[rest]


def print_marginals() -> None:
    with tempfile.TemporaryDirectory() as folder:
        simulate(Path(folder) / "out", reports=20_000, quarters=["2025Q4"], seed=3)
        simulated = measure_marginals(Path(folder) / "out" / "faers_ascii_2025Q4" / "ascii")
    real = measure_marginals(SAMPLE)
    print("| figure | name | real | simulated |\n|---|---|---:|---:|")
    for title, name in TABLE.items():
        print(f"| {title} | `{name}` | {figure(real, name):.3f} | {figure(simulated, name):.3f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=200_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--marginals", action="store_true")
    asked = parser.parse_args()
    print_marginals() if asked.marginals else print_speed(asked.reports, asked.repeat)


if __name__ == "__main__":
    main()
