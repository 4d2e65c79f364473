"""How often intervals hold the truth and how often rules and tests cry wolf, as fewer cases are expected.

Usage: python benchmarks/interval_coverage.py [--tables N]. Prints the tables of docs/reference/measures/coverage.md,
in some two minutes; seeds are fixed, so that the same program prints the same figures.

A table has 60,000 cases. The product is named in 100 to 10,000 of them (equally likely on a log scale, and at least
ten times the expected cases, so that no reaction is named in more than a tenth of the others' cases), the reaction in
each other case with probability E / (cases with the product), and in each case with the product with `ratio` times
that.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from phytovigil.schema.counts import Counts, Estimates, Floats
from phytovigil.signals.measure import Measure
from phytovigil.signals.mgps.prior import Prior
from phytovigil.signals.registry import MEASURES, RULES, STATISTICS, apply_rule

EXPECTED = (50, 20, 10, 5, 3, 2, 1)
RATIOS = (1, 3)
CASES = 60_000
PRODUCT = (100, 10_000)
TABLES = 20_000
SLOW = {"bcpnn": 10}
"""Measures that see so many times fewer tables."""
SEED = 2026
LEVEL = 0.05
PRIOR = Prior.of(0.2, 0.06, 1.4, 1.8, 0.1)
"""What EBGM has learned: nine pairs in ten near a ratio of 0.8, the tenth anywhere, as in large databases."""


@dataclass(frozen=True)
class Drawn:
    """Simulated tables with the probability of the reaction with the product and without it."""

    counts: Counts
    with_product: Floats
    without: Floats

    def truth(self, measure: Measure) -> Floats:
        """What the measure would be if there were no chance, on its own scale."""
        if measure.name == "prr":
            ratio = self.with_product / self.without
        elif measure.name.startswith("ror"):
            ratio = self.with_product / (1 - self.with_product) * (1 - self.without) / self.without
        else:
            share = self.counts.with_product / CASES
            ratio = self.with_product / (share * self.with_product + (1 - share) * self.without)
        return np.log2(ratio) if measure.scale == "log2" else ratio

    def some(self, number: int) -> Drawn:
        return Drawn(self.counts.select(slice(number)), self.with_product[:number], self.without[:number])


@cache
def draw(expected: float, ratio: float, tables: int) -> Drawn:
    """Tables of one scenario; the same arguments give the same tables."""
    generator = np.random.default_rng([SEED, int(10 * expected), int(10 * ratio)])
    low, high = np.log(max(PRODUCT[0], 10 * expected)), np.log(PRODUCT[1])
    product = np.round(np.exp(generator.uniform(low, high, tables)))
    without = expected / product
    a = generator.binomial(product.astype(int), ratio * without)
    c = generator.binomial((CASES - product).astype(int), without)
    return Drawn(Counts.of(a, product - a, c, CASES - product - c), ratio * without, without)


def estimate(name: str, counts: Counts, level: float | None) -> Estimates:
    """Estimates of a measure; one that learns has learned PRIOR already."""
    measure = MEASURES[name]
    return measure.estimate(counts, level=level, learned=PRIOR if measure.learns else None)


@cache
def limits(name: str, expected: float, ratio: float, tables: int) -> tuple[Floats, Floats, Floats]:
    """Lower limit, truth and upper limit of a measure at 95 %."""
    measure, drawn = MEASURES[name], draw(expected, ratio, tables).some(tables // SLOW.get(name, 1))
    found = estimate(name, drawn.counts, 0.95)
    return found.low, drawn.truth(measure), found.high


def coverage(name: str, expected: float, ratio: float, tables: int) -> tuple[float, float]:
    """Shares of intervals that hold the truth: among those estimable, and of all."""
    low, truth, high = limits(name, expected, ratio, tables)
    held = (low <= truth) & (truth <= high)
    return float(held[~np.isnan(low)].mean()), float(held.mean())


def not_estimable(name: str, expected: float, ratio: float, tables: int) -> float:
    """Share of tables without an interval."""
    return float(np.isnan(limits(name, expected, ratio, tables)[0]).mean())


def called(name: str, expected: float, ratio: float, tables: int) -> float:
    """Share of tables that a lower limit, a test or a rule calls more than expected; what cannot be tested is not.

    A two-sided test calls where it rejects and more cases than expected were seen, so that its level is halved.
    """
    counts = draw(expected, ratio, tables).some(tables // SLOW.get(name, 1)).counts
    if name in MEASURES:
        return float((limits(name, expected, ratio, tables)[0] > MEASURES[name].null).mean())
    if name in STATISTICS:
        more = (counts.a > counts.expected) | (STATISTICS[name].alternative == "greater")
        return float(((STATISTICS[name].test(counts).p_value <= LEVEL) & more).mean())
    known = {measure: estimate(measure, counts, None) for measure in RULES[name].measures}
    return float(apply_rule(name, counts, known=known).mean())


def percent(share: float) -> str:
    return f"{100 * share:.1f}"


def covered(name: str, expected: float, ratio: float, tables: int) -> str:
    """Coverage in per cent, and in brackets that of all tables where it differs."""
    estimable, of_all = (percent(share) for share in coverage(name, expected, ratio, tables))
    return estimable if estimable == of_all else f"{estimable} ({of_all})"


def table_lines(title: str, names: Iterable[str], cell: Callable[[str, float], str]) -> list[str]:
    """A Markdown table with a row for each name and a column for each number of expected cases."""
    head = "| name | " + " | ".join(f"E = {e}" for e in EXPECTED) + " |"
    rows = [f"| `{name}` | " + " | ".join(cell(name, e) for e in EXPECTED) + " |" for name in names]
    return [f"## {title}", "", head, "|---" * (len(EXPECTED) + 1) + "|", *rows, ""]


def all_tables(tables: int) -> list[str]:
    """Every table of the page, as lines of Markdown."""
    tests = [*MEASURES, *STATISTICS, *RULES]
    lines: list[str] = []
    for ratio in RATIOS:
        title = f"Coverage of 95 % intervals at ratio {ratio}, per cent"
        lines += table_lines(title, MEASURES, partial(covered, ratio=ratio, tables=tables))
    for ratio in RATIOS:
        without = [name for name in MEASURES if max(not_estimable(name, e, ratio, tables) for e in EXPECTED) > 0.005]
        title = f"Not estimable at ratio {ratio}, per cent"
        lines += table_lines(title, without, lambda name, e, r=ratio: percent(not_estimable(name, e, r, tables)))
    for ratio, title in ((1, "Called by chance at ratio 1, per cent"), (3, "Found at ratio 3, per cent")):
        lines += table_lines(title, tests, lambda name, e, r=ratio: percent(called(name, e, r, tables)))
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=TABLES, help="tables of each scenario")
    print("\n".join(all_tables(parser.parse_args().tables)))


if __name__ == "__main__":
    main()
