"""How well suspected duplicates are found in simulated reports whose duplicates are known.

Usage: python benchmarks/link_reports.py [--reports N] [--seed N] [--world usual|blank|common|follow-ups] [--bound]
           [--json FILE] [--keep FOLDER]
       python benchmarks/link_reports.py --draw FILE.svg FIRST.json [SECOND.json ...]
The first simulates reports (FAERS files), reads them into a store, searches the duplicates in a process of its own, and
compares what it found with the truth: precision, recall, calibration, seconds and peak memory. --bound adds what the
simulator's own likelihood ratio reaches on the same reports. The second draws the curves of measured worlds.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from phytovigil.simulation import Background, Changes, LookAlikes, Parameters, simulate

QUARTERS = ["2019Q1", "2019Q2", "2019Q3", "2019Q4"]
SURE = 0.95
EDGES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.0)
KILOBYTES = 1024
LINK = """
import sys, time
from phytovigil import Workspace
from phytovigil.study.linking import link_reports
with Workspace(sys.argv[1])._open("faers", None) as counter:
    start = time.perf_counter()
    link_reports(counter.opened.session)
    print(time.perf_counter() - start)
"""
PAIRS = """
SELECT least(one.case_id::BIGINT, other.case_id::BIGINT) AS "left",
    greatest(one.case_id::BIGINT, other.case_id::BIGINT) AS "right", probability,
    coalesce(d.cluster = e.cluster, false) AS grouped
FROM report_link JOIN report one ON one.report = "left" JOIN report other ON other.report = "right"
LEFT JOIN duplicate d ON d.report = "left" LEFT JOIN duplicate e ON e.report = "right"
"""


def world_of(name: str) -> Parameters:
    """The parameters of a world by its name."""
    changes = Changes()
    usual = Parameters(
        duplicate_share=0.05,
        planted=(),
        confounder=None,
        follow_up_share=0.0,
        changes=changes,
        background=Background(),
        alike=LookAlikes(),
    )
    more_blank = replace(
        changes, date_blank=0.3, age_blank=0.25, sex_blank=0.15, country_blank=0.1, weight_blank=0.5,
        literature_lost=0.4, reporter_changed=0.6, indication_lost=0.5,
    )  # fmt: skip
    worlds = {
        "usual": usual,
        "blank": replace(usual, changes=more_blank),
        "common": replace(usual, products=1_500, reactions=1_000, background=Background(conditions=60)),
        "follow-ups": replace(usual, follow_up_share=0.15),
    }
    return worlds[name]


def run_measured(arguments: list[str]) -> tuple[str, float, float]:
    """Output, processor seconds and peak resident megabytes of a process."""
    process = subprocess.Popen([sys.executable, "-c", *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit("the search failed")
    return output, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / KILOBYTES


def read_links(store: Path) -> dict[str, np.ndarray]:
    """Suspected pairs by case number, with their probability and whether they share a group."""
    from phytovigil import Workspace
    from phytovigil.study.linking import link_reports

    with Workspace(store)._open("faers", None) as counter:
        link_reports(counter.opened.session)
        found = list(counter.opened.session.engine.blocks(PAIRS, 1_000_000))
    names = ("left", "right", "probability", "grouped")
    return {name: np.concatenate([np.asarray(block[name]) for block in found]) for name in names}


def read_pairs(path: Path) -> set[tuple[int, int]]:
    """Pairs of case numbers of a table of the truth."""
    with path.open(encoding="utf-8") as file:
        return {(int(row[0]), int(row[1])) for row in list(csv.reader(file))[1:]}


def read_deleted(folder: Path) -> set[int]:
    """Cases that a list of deleted cases names."""
    with (folder / "truth" / "deleted.csv").open(encoding="utf-8") as file:
        return {int(row[0]) for row in list(csv.reader(file))[1:]}


def true_pairs(folder: Path) -> set[tuple[int, int]]:
    """Pairs of one event of which neither report was deleted."""
    deleted = read_deleted(folder)
    return {pair for pair in read_pairs(folder / "truth" / "same_event.csv") if not deleted & set(pair)}


def look_alikes(folder: Path) -> dict[int, tuple[str, int]]:
    """Kind and first case of the paper or batch of each case in one."""
    with (folder / "truth" / "look_alikes.csv").open(encoding="utf-8") as file:
        return {int(case): (kind, int(first)) for kind, first, case in list(csv.reader(file))[1:]}


def judge(probability: np.ndarray, right: np.ndarray, true: int) -> dict[str, Any]:
    """Precision and recall at the threshold and along the curve, and the share right in each band of probability."""
    sure = probability >= SURE
    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum(right[order])
    precision = hits / np.arange(1, len(hits) + 1)
    best = {str(bar): float(hits[precision >= bar].max(initial=0) / true) for bar in (0.99, 0.98, 0.95, 0.9)}
    shown = int((probability >= EDGES[0]).sum())
    steps = np.unique(np.linspace(0, shown - 1, 400).astype(int)) if shown else []
    return {
        "precision": float(right[sure].mean()) if sure.any() else 0.0,
        "recall": float(right[sure].sum() / true),
        "recall_at_precision": best,
        "curve": [(float(hits[k] / true), float(precision[k])) for k in steps],
        "bands": [band(probability, right, low, high) for low, high in pairwise(EDGES)],
    }


def band(probability: np.ndarray, right: np.ndarray, low: float, high: float) -> dict[str, float]:
    """Pairs in a band of stated probability, how many are right, and 95 % limits of the share (Clopper and Pearson)."""
    from scipy.stats import beta

    inside = (probability >= low) & ((probability < high) | (high == 1.0))
    pairs, hits = int(inside.sum()), int(right[inside].sum())
    return {
        "low": low,
        "high": high,
        "pairs": pairs,
        "right": hits,
        "stated": float(probability[inside].mean()) if pairs else float("nan"),
        "least": float(beta.ppf(0.025, hits, pairs - hits + 1)) if hits else 0.0,
        "most": float(beta.ppf(0.975, hits + 1, pairs - hits)) if hits < pairs else 1.0,
    }


def measure(reports: int, seed: int, name: str, bound: bool, folder: Path) -> dict[str, Any]:
    """All figures of one world."""
    from phytovigil import Workspace

    world, store = folder / "world", folder / "store"
    if not world.exists():
        simulate(world, reports=reports, quarters=QUARTERS, seed=seed, parameters=world_of(name))
        Workspace(store).ingest(sorted(world.glob("faers_ascii_*")))
    with Workspace(store)._open("faers", None):
        pass
    for cached in store.rglob("derived/links-*"):
        shutil.rmtree(cached)
    output, processor, memory = run_measured([LINK, str(store)])
    links, true = read_links(store), true_pairs(world)
    pairs = list(zip(links["left"].tolist(), links["right"].tolist(), strict=True))
    right = np.array([pair in true for pair in pairs], dtype=bool)
    alike = look_alikes(world)
    grouped = links["grouped"].astype(bool)
    folded = [pair for pair, together in zip(pairs, grouped, strict=True) if together]
    wrong = [pair for pair in folded if pair not in true]
    figures = judge(links["probability"], right, len(true)) | {
        "world": name, "reports": reports, "seed": seed, "true_pairs": len(true), "kept_pairs": len(pairs),
        "found_among_kept": int(right.sum()), "seconds": float(output),
        "processor_seconds": processor, "megabytes": memory,
        "grouped_pairs": len(folded), "grouped_wrong": len(wrong),
        "grouped_recall": (len(folded) - len(wrong)) / len(true),
        "grouped_look_alikes": sum(alike.get(a, (a,)) == alike.get(b, (b,)) for a, b in wrong),
    }  # fmt: skip
    return figures | ({"bound": measure_bound(reports, seed, name, world)} if bound else {})


def measure_bound(reports: int, seed: int, name: str, world: Path) -> dict[str, Any]:
    """What the simulator's own likelihood ratio reaches."""
    from phytovigil.simulation.likelihood import read_world, weigh_pairs

    start = time.perf_counter()
    odds = weigh_pairs(read_world(reports, QUARTERS, seed, world_of(name)))
    deleted, true = np.array(sorted(read_deleted(world))), true_pairs(world)
    left = ~np.isin(odds.left, deleted) & ~np.isin(odds.right, deleted)
    told = judge(odds.probability[left], odds.same[left], len(true))
    return told | {"seconds": time.perf_counter() - start, "pairs": int(left.sum())}


def show(figures: dict[str, Any]) -> None:
    """Print the figures of one world."""
    print("world {world}, {reports:,} reports, seed {seed}: {true_pairs:,} pairs of one event".format(**figures))
    print("search {seconds:.1f} s ({processor_seconds:.1f} s of processors)".format(**figures))
    print("peak {megabytes:,.0f} MB, {kept_pairs:,} pairs kept".format(**figures))
    reached = figures["found_among_kept"] / figures["true_pairs"]
    print(f"pairs of one event among those kept: {reached:.4f}")
    for title, told in (("linkage", figures), ("likelihood ratio", figures.get("bound"))):
        if told:
            best = ", ".join(f"{recall:.4f} at {bar}" for bar, recall in told["recall_at_precision"].items())
            print(f"{title}: at {SURE} precision {told['precision']:.4f}, recall {told['recall']:.4f}; recall {best}")
    print(
        "grouped {grouped_pairs:,} pairs, {grouped_wrong:,} wrong ({grouped_look_alikes} of one paper or batch), "
        "recall {grouped_recall:.4f}".format(**figures)
    )
    print("| stated | pairs | right | share right | 95 % limits |\n|---|---:|---:|---:|---|")
    for row in figures["bands"]:
        share = f"{row['right'] / row['pairs']:.3f}" if row["pairs"] else "–"
        limits = f"{row['least']:.3f} to {row['most']:.3f}" if row["pairs"] else "–"
        print(f"| {row['low']:g} to {row['high']:g} | {row['pairs']:,} | {row['right']:,} | {share} | {limits} |")


def draw(target: Path, files: list[Path]) -> None:
    """Draw calibration and precision against recall of measured worlds."""
    import altair

    worlds = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    bands, curves = [], []
    for told in worlds:
        label = f"{told['world']}, seed {told['seed']}"
        for row in told["bands"]:
            if row["pairs"] >= 5:
                bands.append(row | {"run": label, "share": row["right"] / row["pairs"]})
        ways = [("linkage", told["curve"]), ("likelihood ratio", told.get("bound", {}).get("curve", []))]
        if told is worlds[0]:
            curves += [{"way": way, "recall": r, "precision": p} for way, curve in ways for r, p in curve]
    line = altair.Chart(altair.Data(values=[{"x": 0, "y": 0}, {"x": 1, "y": 1}])).mark_line(
        color="#888", strokeDash=[4, 3]
    )
    axes = {"x": altair.X("stated:Q", title="stated probability"), "color": altair.Color("run:N", title="world")}
    points = altair.Chart(altair.Data(values=bands))
    calibration = altair.layer(
        line.encode(x="x:Q", y="y:Q"),
        points.mark_rule().encode(y=altair.Y("least:Q", title="share that is right"), y2="most:Q", **axes),
        points.mark_point(filled=True, size=36).encode(y="share:Q", **axes),
    ).properties(width=340, height=300, title="Calibration")
    recall = altair.X("recall:Q", scale=altair.Scale(domain=[0.8, 1.0]))
    precision = altair.Y("precision:Q", scale=altair.Scale(domain=[0.8, 1.0]))
    trade = (
        altair.Chart(altair.Data(values=curves))
        .mark_line(clip=True, point=False)
        .encode(x=recall, y=precision, color=altair.Color("way:N", title=None), order="recall:Q")
        .properties(width=340, height=300, title="Precision and recall of pairs")
    )
    altair.hconcat(calibration, trade).resolve_scale(color="independent").save(str(target))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--world", default="usual", choices=["usual", "blank", "common", "follow-ups"])
    parser.add_argument("--bound", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--draw", type=Path)
    parser.add_argument("files", nargs="*", type=Path)
    asked = parser.parse_args()
    if asked.draw:
        return draw(asked.draw, asked.files)
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        figures = measure(asked.reports, asked.seed, asked.world, asked.bound, folder)
    show(figures)
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return None


if __name__ == "__main__":
    main()
