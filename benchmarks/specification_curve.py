"""How long all specifications of a study take, beside other ways to count the same tables.

Usage: python benchmarks/specification_curve.py [--caers STORE] [--simulated STORE] [--repeat 3] [--ways]
--caers: a store that holds CAERS, for the study in examples/; made from $PHYTOVIGIL_SHARED unless it is named.
--simulated: a store of simulated FAERS reports (docs/reference/simulate.md); left out unless it is named.
--ways: also count the tables with NumPy's packed bits, with one statement for each table, and with one GROUP BY.
The store is open, its names are mapped and its suspected duplicates searched before the clock starts.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from phytovigil.cases.bitmaps import split_selection
from phytovigil.cases.counting import product_cases_sql, reaction_cases_sql
from phytovigil.cases.population import population_sql, stratum_columns
from phytovigil.schema.selection import Selection
from phytovigil.store import Store
from phytovigil.study.definition import load_study
from phytovigil.study.evidence import ReportEvidence
from phytovigil.study.planning import Plan
from phytovigil.study.specifications import specification_curve, without_measure
from phytovigil.study.specifications.counting import Task, count_tasks, find_left_out, list_tasks, open_case_sets
from phytovigil.study.specifications.planning import plan_design
from phytovigil.study.study_runs import open_evidence

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("PHYTOVIGIL_SHARED", ROOT.parent / "shared" / "data"))
EXAMPLE = ROOT / "examples" / "kratom-skin.toml"
MEGABYTE = 1024
FEW = 40
"""Statements that are timed where one is needed for each table."""

SIMULATED = """
[study]
name = "simulated"
title = "A simulated drug"
question = "How long does it take?"
product = "reported:SIMULATED DRUG 00002"
outcomes = ["SIMULATED REACTION 00003"]
comparators = ["reported:SIMULATED DRUG 00004", "reported:SIMULATED SUBSTANCE 00003"]
sources = ["faers"]
[specifications]
role = ["any", "suspect", "primary"]
duplicates = ["kept", "folded"]
comparator = ["all", "active"]
period = ["all", [2015, 2019]]
strata = ["none", "sex", "sex+age", "sex+age+year"]
measure = ["ror", "prr", "ic"]
[[specifications.exclusion]]
label = "a literature reference"
literature = true
[[specifications.exclusion]]
label = "a consumer as reporter"
reporter = ["consumer"]
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--caers", type=Path)
    parser.add_argument("--simulated", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--ways", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        caers = asked.caers or take_in_caers(Path(folder) / "store")
        measure("CAERS", caers, EXAMPLE, asked)
        if asked.simulated:
            study = Path(folder) / "simulated.toml"
            study.write_text(SIMULATED, encoding="utf-8")
            measure("simulated FAERS", asked.simulated, study, asked)


def take_in_caers(store: Path) -> Path:
    """A store of CAERS, made by the command."""
    file = SHARED / "caers" / "CAERS_ASCII_2004_2017Q2.zip"
    subprocess.run(
        [sys.executable, "-m", "phytovigil", "ingest", str(file), "--store", str(store)],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return store


def measure(name: str, store: Path, file: Path, asked: argparse.Namespace) -> None:
    """Print what one study takes."""
    with open_evidence(Store(store), load_study(file), None) as (plan, evidence):
        complete = {key: item for key, item in evidence.items() if item.counter.opened.source.complete}
        for item in complete.values():
            item.counter.opened.fold_duplicates()
            cases = item.counter.opened.session.engine.query_one("SELECT count(*) AS n FROM cases")["n"]
        curves: list[dict[str, Any]] = []

        def run() -> None:
            fresh = {key: ReportEvidence(item.counter) for key, item in complete.items()}
            curves[:] = specification_curve(plan, fresh)

        seconds = best(run, asked.repeat)
        total = sum(curve["summary"]["specifications"] for curve in curves)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
        print(
            f"{name}: {cases:,} cases; {total:,} specifications of {len(curves)} outcomes in {seconds:.2f} s "
            f"(peak of the process {peak:,.0f} MB)"
        )
        if asked.ways:
            for item in complete.values():
                compare_ways(plan, item, asked.repeat)


def best(run: Callable[[], object], repeat: int) -> float:
    """Wall seconds of the fastest of several runs."""
    found = []
    for _ in range(repeat):
        begun = time.perf_counter()
        run()
        found.append(time.perf_counter() - begun)
    return min(found)


def compare_ways(plan: Plan, item: ReportEvidence, repeat: int) -> None:
    """The tables without strata, counted in four ways that must agree."""
    tasks = [task for task in all_tasks(plan, item) if not task.setting.strata]
    ours: list[Any] = []

    def by_bitmaps() -> None:
        ours[:] = count_tasks(item.counter, plan.product, tasks)[0]

    seconds = best(by_bitmaps, repeat)
    print(f"  {len(tasks):,} tables without strata: Roaring bitmaps {seconds:.2f} s")
    packed: list[Any] = []

    def by_packed_bits() -> None:
        packed[:] = count_packed(plan, item, tasks)

    print(f"    packed bits (NumPy) {best(by_packed_bits, repeat):.2f} s")
    assert packed == ours
    few = tasks[:: max(1, len(tasks) // FEW)]
    begun = time.perf_counter()
    one_by_one = [item.counter.count_pair(plan.product, task.reaction, task.setting.selection) for task in few]
    seconds = (time.perf_counter() - begun) / len(few)
    print(f"    a statement each {seconds * len(tasks):.1f} s ({1000 * seconds:.0f} ms each, {len(few)} timed)")
    assert one_by_one == ours[:: max(1, len(tasks) // FEW)]
    begun = time.perf_counter()
    cells = item.counter.opened.session.engine.query(group_all_sql(plan, item, tasks))
    print(f"    one GROUP BY over all conditions {time.perf_counter() - begun:.2f} s, {len(cells['n']):,} cells")
    divided = [task for task in all_tasks(plan, item) if task.setting.strata]
    seconds = best(lambda: count_tasks(item.counter, plan.product, divided), repeat)
    print(f"  {len(divided):,} tables in strata: Roaring bitmaps {seconds:.2f} s")
    few = divided[:: max(1, len(divided) // FEW)]
    begun = time.perf_counter()
    packed_strata = divide_packed(plan, item, few)
    seconds = (time.perf_counter() - begun) / len(few)
    print(f"    packed bits (NumPy) {seconds * len(divided):.2f} s ({len(few)} timed)")
    assert packed_strata == [
        sum(part.a for part in found or ()) for found in count_tasks(item.counter, plan.product, few)[1]
    ]


def all_tasks(plan: Plan, item: ReportEvidence) -> list[Task]:
    """Every table that the curves of a source rest on."""
    found: list[Task] = []
    assert plan.study.specifications is not None
    for outcome in plan.outcomes:
        design = without_measure(plan_design(plan, plan.study.specifications, outcome))
        found += list_tasks(plan, outcome, design.without(find_left_out(item.counter, design.choices, design.main)))
    return found


def conditions_of(plan: Plan, item: ReportEvidence, task: Task) -> tuple[list[str], str, str]:
    """SQL of the cases that each condition, the product and the reaction let in."""
    counter, selection = item.counter, task.setting.selection
    nodes = counter.opened.nodes
    parts = [population_sql(part, nodes) for part in split_selection(selection)]
    plain = replace(Selection(), role=selection.role, names=selection.names)
    return (
        parts,
        product_cases_sql(counter.product(plan.product), plain),
        reaction_cases_sql(counter.reaction(task.reaction)),
    )


def count_packed(plan: Plan, item: ReportEvidence, tasks: list[Task]) -> list[tuple[int, int, int, int]]:
    """The same with arrays of one bit for each case."""
    return [
        (a, e - a, r - a, n - e - r + a)
        for e, r, a, n in (
            map(popcount, (exposed, reacted, exposed & reacted, population))
            for population, exposed, reacted in pack_tasks(plan, item, tasks)
        )
    ]


def divide_packed(plan: Plan, item: ReportEvidence, tasks: list[Task]) -> list[int]:
    """Cases with both in all strata, every stratum counted for itself as `Tally.strata` does."""
    sets, found = open_case_sets(item.counter), []
    size = item.counter.opened.session.engine.query_one("SELECT count(*) AS n FROM cases")["n"]
    strata: dict[tuple[str, ...], list[Any]] = {}
    for task, (population, exposed, reacted) in zip(tasks, pack_tasks(plan, item, tasks), strict=True):
        by = task.setting.strata
        if by not in strata:
            strata[by] = [pack_numbers(np.asarray(part.to_array()), size) for part in sets.divide(by)]
        both, total = exposed & reacted, 0
        for stratum in strata[by]:
            if popcount(exposed & stratum) and popcount(reacted & stratum):
                total += popcount(both & stratum) + 0 * popcount(population & stratum)
        found.append(total)
    return found


def popcount(bits: Any) -> int:
    """Number of cases in a packed set."""
    return int(np.bitwise_count(bits).sum())


def pack_numbers(numbers: Any, size: int) -> Any:
    """Case numbers as packed bits."""
    flags = np.zeros(size, dtype=bool)
    flags[numbers] = True
    return np.packbits(flags)


def pack_tasks(plan: Plan, item: ReportEvidence, tasks: list[Task]) -> Iterator[tuple[Any, Any, Any]]:
    """Population, cases with the product and cases with the reaction of every task, as packed bits."""
    engine = item.counter.opened.session.engine
    size = engine.query_one("SELECT count(*) AS n FROM cases")["n"]
    known: dict[str, Any] = {}
    populations: dict[tuple[str, ...], Any] = {}

    def bits(sql: str) -> Any:
        if sql not in known:
            flags = np.zeros(size, dtype=bool)
            for block in engine.blocks(f"SELECT case_index FROM ({sql})", 1 << 20):
                flags[block["case_index"]] = True
            known[sql] = np.packbits(flags)
        return known[sql]

    for task in tasks:
        parts, product, reaction = conditions_of(plan, item, task)
        if tuple(parts) not in populations:
            population = np.packbits(np.ones(size, dtype=bool))
            for part in parts:
                population = population & bits(part)
            populations[tuple(parts)] = population
        population = populations[tuple(parts)]
        yield population, population & bits(product), population & bits(reaction)


def group_all_sql(plan: Plan, item: ReportEvidence, tasks: list[Task]) -> str:
    """One statement: cases counted by every combination of all conditions, sex, age and year."""
    parts: dict[str, None] = {}
    for task in tasks:
        conditions, product, reaction = conditions_of(plan, item, task)
        parts |= dict.fromkeys([*conditions, product, reaction])
    flags = ", ".join(
        f"case_index IN (SELECT case_index FROM ({sql})) AS part_{place}" for place, sql in enumerate(parts)
    )
    names = ", ".join(f"part_{place}" for place in range(len(parts)))
    strata = stratum_columns(["sex", "age", "year"])
    return f"SELECT {names}, {strata}, count(*) AS n FROM (SELECT {strata}, {flags} FROM cases) GROUP BY ALL"


if __name__ == "__main__":
    main()
