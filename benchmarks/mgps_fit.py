"""The shrinker on real data: how fast it fits and estimates, and whether random starts find a better fit.

Usage: python benchmarks/mgps_fit.py [--repeat N] [--starts N] [--millions N] [--data NAME]
--starts 200 runs that many searches on the unsquashed cells; it takes minutes, so it is off unless asked for.
Needs the counts of US FAERS 2023 and the CAERS 2004–2017 zip under $PHYTOVIGIL_SHARED (default ../shared/data).
CAERS 2012 stands for reports created in 2012 that name a product of class 54 (dietary supplements), brand names as
reported against symptoms, read from the zip: of suspect products alone, or of products in any role.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from scipy.optimize import minimize

from phytovigil.schema.counts import Counts
from phytovigil.signals.ebgm import ebgm, estimate_with, learn_prior
from phytovigil.signals.mgps.fitting import fit_prior
from phytovigil.signals.mgps.likelihood import Likelihood
from phytovigil.signals.mgps.prior import PriorFit, prior_at
from phytovigil.signals.mgps.squashing import Squashed, as_cells, merge, squash

SHARED = Path(os.environ.get("PHYTOVIGIL_SHARED", Path(__file__).resolve().parent.parent.parent / "shared" / "data"))
FAERS = SHARED / "counts" / "faers_2023_us_primary_suspect.parquet"
CAERS = SHARED / "caers" / "CAERS_ASCII_2004_2017Q2.zip"
BLOCK = 2**18


def faers_counts() -> Counts:
    table = pq.read_table(FAERS, columns=["a", "b", "c", "d"])
    return Counts.of(*(table.column(name).to_numpy() for name in "abcd"))


def caers_counts(roles: set[str]) -> Counts:
    products: dict[str, set[str]] = defaultdict(set)
    symptoms: dict[str, set[str]] = defaultdict(set)
    with zipfile.ZipFile(CAERS) as archive, archive.open(archive.namelist()[0]) as raw:
        for row in csv.DictReader(io.TextIOWrapper(raw, "utf-8", newline="")):
            supplement = row["PRI_FDA Industry Code"] == "54" and row["PRI_Product Role"] in roles
            if supplement and row["RA_CAERS Created Date"].endswith("2012"):
                report = row["RA_Report #"]
                products[report].add(row["PRI_Reported Brand/Product Name"].strip())
                symptoms[report] |= {word.strip() for word in row["SYM_One Row Coded Symptoms"].split(",")} - {""}
    reports = [report for report in products if symptoms[report]]
    with_product = Counter(name for report in reports for name in products[report])
    with_symptom = Counter(name for report in reports for name in symptoms[report])
    pairs = Counter((name, word) for report in reports for name in products[report] for word in symptoms[report])
    a = np.array(list(pairs.values()))
    b = np.array([with_product[name] for name, _ in pairs]) - a
    c = np.array([with_symptom[word] for _, word in pairs]) - a
    return Counts.of(a, b, c, len(reports) - a - b - c)


DATA: dict[str, Callable[[], Counts]] = {
    "US FAERS 2023": faers_counts,
    "CAERS 2012, suspect": lambda: caers_counts({"Suspect"}),
    "CAERS 2012, any role": lambda: caers_counts({"Suspect", "Concomitant"}),
}


def best_of(repeat: int, work: Callable[[], object]) -> tuple[float, float]:
    """Least wall and processor seconds."""
    walls, processors = [], []
    for _ in range(repeat):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return min(walls), min(processors)


def show_speed(repeat: int) -> None:
    counts = faers_counts()
    show(f"fit, EBGM, EB05 and EB95 of {counts.a.size:,} pairs", best_of(repeat, lambda: ebgm(counts)))


def show_millions(millions: int, repeat: int) -> None:
    """Pairs of US FAERS again and again, their expected counts moved so that none repeats, in blocks."""
    counts = faers_counts()
    times = -(-millions * 1_000_000 // counts.a.size)
    observed = np.tile(counts.a, times)
    expected = np.tile(counts.expected, times) * np.exp(np.random.default_rng(1).normal(0, 0.2, observed.size))
    nothing = np.zeros(BLOCK)
    blocks = [
        Counts(
            observed[start : start + BLOCK], *(nothing[: observed.size - start],) * 3, expected[start : start + BLOCK]
        )
        for start in range(0, observed.size, BLOCK)
    ]
    show(f"squash {observed.size:,} pairs at once", best_of(repeat, lambda: squash(observed, expected)))
    parts = ((block.a, block.expected) for block in blocks)
    show("squash them in blocks", best_of(1, lambda: merge(squash(*part) for part in parts)))
    taught = learn_prior(blocks)
    show("squash in blocks and learn", best_of(1, lambda: learn_prior(blocks)))

    def estimate_all() -> None:
        for block in blocks:
            estimate_with(taught, block)

    wall, processor = best_of(1, estimate_all)
    show("EBGM, EB05 and EB95 of them in blocks, tables made on the way", (wall, processor))
    per = observed.size / 1e6
    print(f"  that is {wall / per:.3f} s wall, {processor / per:.3f} s processor per million")


def show(what: str, seconds: tuple[float, float]) -> None:
    print(f"{what}: {seconds[0]:.2f} s wall, {seconds[1]:.2f} s processor", flush=True)


def search_from(likelihood: Likelihood, start: np.ndarray) -> tuple[float, np.ndarray]:
    """One search by L-BFGS-B on all cells, in bounds so wide that they do not matter."""

    def downhill(x: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = likelihood.value_and_gradient(x)
        return -value, -gradient

    bounds = [(-35.0, 35.0)] * 4 + [(-70.0, 70.0)]
    options = {"maxiter": 2000, "maxfun": 5000, "ftol": 1e-15, "gtol": 1e-7}
    found = minimize(downhill, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    return -float(found.fun), found.x


def random_starts(number: int) -> np.ndarray:
    """α, β from 1e-3 to 1e2, spread evenly in the logarithm, P evenly from 0 to 1."""
    draw = np.random.default_rng(2026).uniform(size=(number, 5))
    share = draw[:, 4]
    return np.column_stack([np.log(10) * (5 * draw[:, :4] - 3), np.log(share / (1 - share))])


def show_starts(name: str, counts: Counts, truncation: str, number: int) -> None:
    cells = as_cells(counts.a, counts.expected)
    fit = fit_prior(squash(counts.a, counts.expected), truncation=truncation, polish_on=cells)
    likelihood = Likelihood(cells, truncation=truncation)
    ends = sorted((search_from(likelihood, start) for start in random_starts(number)), key=lambda end: -end[0])
    better = sum(value > fit.log_likelihood + 1e-4 for value, _ in ends)
    print(f"\n{name}, truncation “{truncation}”: {cells.points:,} cells, log-likelihood {fit.log_likelihood:.6f}")
    show_fit(fit, cells)
    print(f"  {number} random starts on all cells: {better} better by more than 1e-4; where they ended:")
    groups: list[list[tuple[float, np.ndarray]]] = []
    for end in ends:
        if groups and groups[-1][0][0] - end[0] < 1e-2:
            groups[-1].append(end)
        else:
            groups.append([end])
    for group in groups[:8]:
        value, x = group[0]
        shown = " ".join(f"{part:.4g}" for part in prior_at(x).parameters)
        print(f"  {len(group):4d} at {value:.6f} ({value - fit.log_likelihood:+.6f}): {shown}")
    print(f"  {sum(len(group) for group in groups[8:])} elsewhere, below", flush=True)


def show_fit(fit: PriorFit, cells: Squashed) -> None:
    print("  " + " ".join(f"{part:.6g}" for part in fit.parameters), f"logit P {fit.log_odds:.4f}")
    print(f"  gradient {fit.gradient_norm:.2g}, converged {fit.converged}, at bound {fit.bounded or 'none'}")
    for mode in fit.modes:
        shown = " ".join(f"{part:.4g}" for part in mode.prior.parameters)
        print(f"  also met, by {mode.starts} starts: {mode.log_likelihood:.6f}: {shown}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--millions", type=int, default=17)
    parser.add_argument("--starts", type=int, default=0)
    parser.add_argument("--data", choices=DATA, nargs="*", default=list(DATA))
    parser.add_argument("--truncation", choices=("mixture", "component"), nargs="*", default=["mixture", "component"])
    asked = parser.parse_args()
    if asked.starts:
        for name in asked.data:
            for truncation in asked.truncation:
                show_starts(name, DATA[name](), truncation, asked.starts)
        return
    show_speed(asked.repeat)
    if asked.millions:
        show_millions(asked.millions, asked.repeat)


if __name__ == "__main__":
    main()
