"""How well the measures rank the OMOP and EU-ADR reference sets on two public tables of FAERS counts.

    python benchmarks/reference_sets.py SHARED_DATA

SHARED_DATA is the folder that holds `reference_sets` and `counts`. The tables are counts or pairs of others, not a
store: their selection (primary suspects; 2023 in the United States, or the third quarter of 2022) and their mapping of
names are their authors'. From the first, which has counts of single terms alone, the cases of an outcome can only be
summed over its terms, so a case with two of them counts twice; from the second they are counted as distinct cases.
Prints Markdown.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from phytovigil.schema.counts import Counts
from phytovigil.signals.registry import MEASURES, RULES
from phytovigil.study.evaluating import evaluate_counts
from phytovigil.study.reference_matching import CountedPair
from phytovigil.study.reference_sets import ReferencePair, ReferenceSet, read_reference_set

Cells = tuple[int, int, int, int]


@dataclass(frozen=True)
class Table:
    """One table of FAERS: how a pair is counted in it (None: not there), and the counts of all its pairs."""

    title: str
    count: Callable[[ReferencePair], Cells | None]
    every: Counts


def read_united_states(folder: Path) -> Table:
    """Counts of every ingredient and term; an outcome is the sum over its terms."""
    rows = pd.read_parquet(folder / "faers_2023_us_primary_suspect.parquet")
    total = int(rows[["a", "b", "c", "d"]].iloc[0].sum())
    named = rows.groupby("ingredient_std")[["a", "b"]].first().sum(axis=1)
    reported = rows.groupby("reaction_pt")[["a", "c"]].first().sum(axis=1)
    both = rows.set_index(["ingredient_std", "reaction_pt"])["a"]

    def count(pair: ReferencePair) -> Cells | None:
        products = [name.upper() for name in pair.names if name.upper() in named.index]
        terms = [term.upper() for term in pair.terms if term.upper() in reported.index]
        if not products or not terms:
            return None
        keys = both.index.intersection(pd.MultiIndex.from_product([products, terms]))
        with_product = int(named[products].sum())
        a = min(int(both[keys].sum()), with_product)
        b, c = with_product - a, int(reported[terms].sum()) - a
        return a, b, c, total - a - b - c

    return Table("US FAERS 2023, terms summed", count, Counts.of(*(rows[cell] for cell in "abcd")))


def read_quarter(folder: Path) -> Table:
    """Cases with their drugs and terms; an outcome is the distinct cases with any of its terms."""
    rows = pd.read_parquet(folder / "faers_2022q3_primary_suspect_pairs.parquet").drop_duplicates()
    rows = rows.assign(DRUG=rows["DRUG"].str.upper(), AE=rows["AE"].str.upper())
    total = rows["CASEID"].nunique()
    by_drug = {drug: set(cases) for drug, cases in rows.groupby("DRUG")["CASEID"]}
    by_term = {term: set(cases) for term, cases in rows.groupby("AE")["CASEID"]}

    def count(pair: ReferencePair) -> Cells | None:
        exposed = set().union(*(by_drug.get(name.upper(), set()) for name in pair.names))
        reacted = set().union(*(by_term.get(term.upper(), set()) for term in pair.terms))
        if not exposed or not reacted:
            return None
        a = len(exposed & reacted)
        return a, len(exposed) - a, len(reacted) - a, total - len(exposed | reacted)

    return Table("FAERS 2022Q3, distinct cases", count, every_pair(rows, total))


def every_pair(rows: pd.DataFrame, total: int) -> Counts:
    """Distinct-case counts of all pairs of a table of cases."""
    pairs = rows.drop_duplicates(["CASEID", "DRUG", "AE"]).groupby(["DRUG", "AE"], as_index=False).size()
    product = pairs["DRUG"].map(rows.groupby("DRUG")["CASEID"].nunique())
    reaction = pairs["AE"].map(rows.groupby("AE")["CASEID"].nunique())
    a = pairs["size"]
    return Counts.of(a, product - a, reaction - a, total - product - reaction + a)


def evaluate(table: Table, reference: ReferenceSet) -> dict[str, Any]:
    """The evaluation of one set on one table."""
    counted = [CountedPair(pair, cells) for pair in reference.pairs if (cells := table.count(pair)) is not None]
    learned = {name: each.learn(iter([table.every])) for name, each in MEASURES.items() if each.learn is not None}
    return evaluate_counts(counted, tuple(MEASURES), learned=learned)


def interval(area: dict[str, Any]) -> str:
    """An area with its interval."""
    if area["point"] is None:
        return "withheld"
    return f"{area['point']:.3f} ({area['low']:.3f} to {area['high']:.3f})"


def print_rankings(answers: dict[tuple[str, str], dict[str, Any]]) -> None:
    """AUC by measure, one column for each set and table."""
    print("| measure | ranked by |", " | ".join(f"{name}, {title}" for name, title in answers), "|")
    print("|---|---|" + "---|" * len(answers))
    print("| pairs evaluated | positive + negative |", end="")
    for answer in answers.values():
        used = answer["evaluated"]
        print(f" {used['positive']} + {used['negative']} |", end="")
    print()
    rankings = [answer["measures"] for answer in answers.values()]
    for row in zip(*rankings, strict=True):
        by = {"point": "estimate", "low": "lower limit"}[row[0]["ranked_by"]]
        print(f"| `{row[0]['measure']}` | {by} |", " | ".join(interval(each["auc"]) for each in row), "|")


def print_rules(answers: dict[tuple[str, str], dict[str, Any]]) -> None:
    """Sensitivity and specificity by rule."""
    print("\n| rule |", " | ".join(f"{name}, {title}" for name, title in answers), "|")
    print("|---|" + "---|" * len(answers))
    found = [{rule["rule"]: rule for rule in answer["rules"]} for answer in answers.values()]
    for name in RULES:
        shares = [sensitivity(rules.get(name)) for rules in found]
        print(f"| `{name}` |", " | ".join(shares), "|")


def sensitivity(rule: dict[str, Any] | None) -> str:
    """Sensitivity and specificity of a rule."""
    if rule is None:
        return "withheld"
    return f"{rule['sensitivity']['point']:.2f} / {rule['specificity']['point']:.2f}"


def print_errors(answers: dict[tuple[str, str], dict[str, Any]]) -> None:
    """The systematic error of the reporting odds ratio."""
    print("\n| set and table | informative negatives | mean | sd | p < 0.05 | calibrated p < 0.05 |")
    print("|---|---|---|---|---|---|")
    for (name, title), answer in answers.items():
        error = answer["systematic_error"]
        null = error["null"]
        if null["mean"] is None:
            print(f"| {name}, {title} | {error['informative']} | withheld | | | |")
            continue
        mean = f"{null['mean']:.2f} ({null['mean_low']:.2f} to {null['mean_high']:.2f})"
        sd = f"{null['sd']:.2f} ({null['sd_low']:.2f} to {null['sd_high']:.2f})"
        raw, calibrated = error["share_below_alpha"], error["share_below_alpha_calibrated"]
        print(f"| {name}, {title} | {error['informative']} | {mean} | {sd} | {raw:.0%} | {calibrated:.0%} |")


def main(arguments: Sequence[str]) -> None:
    shared = Path(arguments[0])
    sets = shared / "reference_sets"
    given = {"outcomes": sets / "omop_outcome_to_meddra_pt_map.csv", "names": sets / "omop_euadr_ingredient_map.json"}
    references = {
        "OMOP": read_reference_set(sets / "omop_reference_set.csv", **given),
        "EU-ADR": read_reference_set(sets / "euadr_reference_set.csv", **given),
    }
    tables = [read_united_states(shared / "counts"), read_quarter(shared / "counts")]
    answers = {
        (name, table.title): evaluate(table, reference) for name, reference in references.items() for table in tables
    }
    print_rankings(answers)
    print_rules(answers)
    print_errors(answers)
    for (name, title), answer in answers.items():
        for row in answer["measures"]:
            if row["notes"] and row["ranked_by"] == "low":
                print(f"\n{name}, {title}, {row['measure']}: {' '.join(row['notes'])}")


if __name__ == "__main__":
    main(sys.argv[1:])
