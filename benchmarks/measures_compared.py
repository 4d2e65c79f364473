"""How the measures differ on real data: the picture and the tables of the page "Which measure, when".

Usage: python benchmarks/measures_compared.py STORE [--source caers] [--figure docs/images/measures-compared.png]
Screens all pairs of products of the vocabulary and terms, any role, and prints Markdown: pairs that meet each rule by
number of cases, and how far the rules agree. The figure shows lower limits against observed over expected.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import altair
import numpy as np
import pyarrow.parquet as pq
import vl_convert

import phytovigil
from phytovigil.schema.counts import Counts
from phytovigil.signals.registry import apply_rule, estimate_all
from phytovigil.study import ScreenPlan

CLASSES = ((1, 1), (2, 2), (3, 4), (5, 9), (10, 49), (50, 10**9))
RULES = ("evans", "ror025", "ror-midp025", "ic025", "eb05")
PANELS = {
    "prr": "PRR, lower 95 % limit, log2",
    "ror_midp": "ROR mid-P, lower 95 % limit, log2",
    "ic": "IC025",
    "ebgm": "EB05, log2",
}
COLOURS = ["#c9d0d7", "#7cc4f5", "#5b9bc4", "#0072b2", "#f79a5b", "#b84500"]
DRAWN = 6_000
"""Pairs in each panel, every so many-th of them: more would only hide each other."""


def name_class(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first} or more" if last > 10**6 else f"{first}–{last}"


def screen(store: str, source: str) -> dict[str, np.ndarray]:
    """The table of all pairs as arrays."""
    plan = ScreenPlan(measures=("prr", "ror", "ror-midp", "ic", "ebgm"), tests=())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "all.parquet"
        answer = phytovigil.open(store).screen(source=source, plan=plan, role="any", out=file)
        table = pq.read_table(file)
    print(f"{answer['source']} as of {answer['as_of']}: {answer['pairs']:,} pairs; prior of EBGM {answer['learned']}\n")
    return {name: table[name].to_numpy() for name in table.column_names}


def passed_by(table: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Which pairs meet each rule."""
    counts = Counts.of(*(table[cell].astype(float) for cell in "abcd"))
    known = estimate_all(counts, ("prr", "ror", "ror-midp", "ic", "ebgm"))
    return {name: apply_rule(name, counts, known=known) for name in RULES}


def print_by_count(table: dict[str, np.ndarray], passed: dict[str, np.ndarray]) -> None:
    print(f"| cases | pairs | {' | '.join(f'`{name}`' for name in RULES)} |\n|---|---|{'---|' * len(RULES)}")
    for first, last in CLASSES:
        these = (table["a"] >= first) & (table["a"] <= last)
        cells = [f"{int((passed[name] & these).sum()):,}" for name in RULES]
        print(f"| {name_class(first, last)} | {int(these.sum()):,} | {' | '.join(cells)} |")
    print(f"| all | {len(table['a']):,} | {' | '.join(f'{int(passed[name].sum()):,}' for name in RULES)} |\n")


def print_agreement(passed: dict[str, np.ndarray]) -> None:
    print(f"| of those that meet | {' | '.join(f'also `{name}`' for name in RULES)} |\n|---|{'---|' * len(RULES)}")
    for one in RULES:
        shares = [f"{(passed[one] & passed[other]).sum() / passed[one].sum():.0%}" for other in RULES]
        print(f"| `{one}` | {' | '.join(shares)} |")


def draw(table: dict[str, np.ndarray], file: Path) -> None:
    """One panel a measure; every panel has the same pairs."""
    every = max(1, len(table["a"]) // DRAWN)
    ratio = np.log2(table["a"] / table["expected"])
    names = [name_class(first, last) for first, last in CLASSES]
    place = np.searchsorted([last for _, last in CLASSES], table["a"])
    panels = []
    for column, title in PANELS.items():
        low = table[f"{column}_low"]
        with np.errstate(divide="ignore"):
            low = low if column == "ic" else np.log2(low)
        rows = [
            {"x": round(float(x), 3), "y": round(float(y), 3), "cases": names[k]}
            for x, y, k in list(zip(ratio, low, place, strict=True))[::every]
            if np.isfinite(x) and np.isfinite(y) and abs(x) <= 10 and -8 <= y <= 8
        ]
        points = altair.Chart(altair.InlineData(values=rows)).mark_circle(size=9, opacity=0.75)
        x = altair.X("x:Q", title="log2 of observed over expected", scale=altair.Scale(domain=[-4, 10], clamp=True))
        y = altair.Y("y:Q", title=title, scale=altair.Scale(domain=[-8, 8]))
        colour = altair.Color("cases:N", sort=names, title="cases", scale=altair.Scale(domain=names, range=COLOURS))
        null = altair.Chart(altair.InlineData(values=[{"y": 0}])).mark_rule(color="#1b1f24").encode(y="y:Q")
        panels.append((points.encode(x=x, y=y, color=colour) + null).properties(width=330, height=250))
    chart = altair.vconcat(altair.hconcat(*panels[:2]), altair.hconcat(*panels[2:])).configure(background="#ffffff")
    file.write_bytes(vl_convert.vegalite_to_png(chart.to_json(validate=False), scale=1.4))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store")
    parser.add_argument("--source", default="caers")
    parser.add_argument("--figure", type=Path)
    chosen = parser.parse_args()
    table = screen(chosen.store, chosen.source)
    passed = passed_by(table)
    print_by_count(table, passed)
    print_agreement(passed)
    if chosen.figure:
        draw(table, chosen.figure)


if __name__ == "__main__":
    main()
