"""All pairs with PRR, ROR, IC and EBGM, with intervals, beside the Python peer vigipy in the same run.

Usage: python benchmarks/screen_against_vigipy.py [--reports 62500,125000,250000,500000] [--ours-alone 1000000,2000000]
       [--repeat 2] [--memory 1500MB] [--figure FILE.svg]
Both start from the same Parquet file of raw pairs (case, product, reaction as texts) and end with all four measures of
all pairs in memory (vigipy) or in a Parquet file (ours). vigipy counts rows, ours distinct cases. Each run is a process
of its own, and its peak memory is that of the whole process. vigipy comes from its package index: pip install vigipy.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

PRODUCTS, REACTIONS = 5_000, 8_000
PRODUCTS_OF_A_REPORT, REACTIONS_OF_A_REPORT = 2.5, 1.75
"""Beyond the first: FAERS reports name 3.5 products and 2.75 reactions on average."""

SPREAD = 1.5
"""Shape of the gamma distribution, of mean 1, by which each product's reactions are more or less common than usual."""

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


def draw_pairs(reports: int, file: Path) -> int:
    """Write raw pairs of so many reports, some of them linked, all as common as in a power law. Returns how many."""
    chance = np.random.default_rng(reports)
    usual = {kinds: common(kinds, exponent) for kinds, exponent in ((PRODUCTS, 0.9), (REACTIONS, 1.0))}
    products, reactions = (
        1 + chance.poisson(beyond, reports) for beyond in (PRODUCTS_OF_A_REPORT, REACTIONS_OF_A_REPORT)
    )
    product = chance.choice(PRODUCTS, products.sum(), p=usual[PRODUCTS])
    leading = np.repeat(product[np.cumsum(products) - products], reactions)
    reaction = np.empty(len(leading), dtype=np.int64)
    for _, places in group_places(leading):
        own = usual[REACTIONS] * chance.gamma(SPREAD, 1 / SPREAD, REACTIONS)
        reaction[places] = np.searchsorted(np.cumsum(own) / own.sum(), chance.random(len(places)))
    reaction = np.minimum(reaction, REACTIONS - 1)
    size = products * reactions
    case = np.repeat(np.arange(reports), size)
    place = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    first_product, first_reaction = (np.repeat(np.cumsum(count) - count, size) for count in (products, reactions))
    width = np.repeat(reactions, size)
    columns = {
        "case": case,
        "product": named("PRODUCT", PRODUCTS, product[first_product + place // width]),
        "reaction": named("REACTION", REACTIONS, reaction[first_reaction + place % width]),
    }
    pq.write_table(pa.table(columns), file)
    return len(case)


def common(kinds: int, exponent: float) -> np.ndarray:
    """Shares that fall with the rank to a power."""
    share = 1 / np.arange(1, kinds + 1) ** exponent
    return share / share.sum()


def group_places(values: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Each value with the places where it stands."""
    order = np.argsort(values, kind="stable")
    starts = np.flatnonzero(np.diff(values[order], prepend=-1))
    for start, stop in zip(starts, [*starts[1:], len(order)], strict=True):
        yield int(values[order[start]]), order[start:stop]


def named(word: str, kinds: int, numbers: np.ndarray) -> pa.Array:
    """Texts of numbers."""
    texts = pa.array([f"{word} {number:05d}" for number in range(kinds)])
    return pa.DictionaryArray.from_arrays(pa.array(numbers.astype(np.int32)), texts).cast(pa.string())


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
    versions = {name: importlib.metadata.version(name) for name in ("phytovigil", "vigipy", "numpy", "scipy", "duckdb")}
    print(", ".join(f"{name} {version}" for name, version in versions.items()))
    print("\n| reports | raw pairs | pairs | ours | peak | vigipy | peak | times as fast |")
    print("|---|---|---|---|---|---|---|---|")
    drawn: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        pairs, out = Path(folder) / "pairs.parquet", str(Path(folder) / "all.parquet")
        for reports in [*numbers(chosen.reports), *numbers(chosen.ours_alone)]:
            raw = draw_pairs(reports, pairs)
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
