"""Tables of pairs: counts, estimates, verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from phytovigil.dossier.tables.table import Column, Row, Table, count_column, ratio_column
from phytovigil.dossier.wording import VERDICTS, say_control

Findings = Mapping[str, Any]

PARTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "main": ("Main analysis, and the same reactions by wider lists of terms", ("main", "scope")),
    "sensitivity": ("Sensitivity analyses", ("sensitivity",)),
    "comparators": ("Comparators", ("comparator",)),
    "controls": ("Control pairs", ("positive-control", "negative-control")),
}
"""Stem of the files → caption and the parts of the analysis that stand in the table."""

CELLS_NOTE = (
    "Distinct cases. a: with product and reaction; b: with the product only; c: with the reaction only; d: with "
    "neither; N: all; expected: (a+b)(a+c)/N. Ratios with 95 % intervals in brackets; those on the log2 scale "
    "show no disproportionality at 0."
)


def list_tables(findings: Findings) -> Iterator[Table]:
    """The main analysis, sensitivity analyses, comparators, controls, and sources with numerators only."""
    for stem, (caption, parts) in PARTS.items():
        rows = list_pairs(findings, parts, complete=True)
        columns = [*name_columns(stem), *cell_columns(), *measure_columns(findings), *verdict_columns(stem)]
        yield Table(stem, caption, columns, rows, [CELLS_NOTE, name_dates(findings)])
    yield numerators(findings)


def list_pairs(findings: Findings, parts: Sequence[str], *, complete: bool) -> list[Row]:
    """Pairs of some parts over all sources, each with the name and date of its source."""
    return [
        {**pair, "source": name_source(source), "as_of": source["as_of"]}
        for source in findings["sources"]
        if source["complete"] is complete
        for pair in source["pairs"]
        if pair["part"] in parts
    ]


def name_source(source: Mapping[str, Any]) -> str:
    """The short name of a source."""
    return str(source.get("label") or source["title"])


def name_dates(findings: Findings) -> str:
    """The sources with their dates."""
    dated = "; ".join(f"{name_source(source)}, data as of {source['as_of']}" for source in findings["sources"])
    return f"{dated}. {findings['program']['name']} {findings['program']['version']}."


def name_columns(stem: str) -> list[Column]:
    """What a row is."""
    product = [Column("Product", "product_name")] if stem in ("comparators", "controls") else []
    label = "What is known" if stem == "controls" else "Analysis"
    return [
        *product,
        Column("Reaction", "reaction_title"),
        Column(label, "label"),
        Column("Selection", read_selection, csv_only=stem != "sensitivity"),
        Column("Source", "source"),
    ]


def read_selection(row: Row) -> Any:
    """The selection in words."""
    return row["selection"]["text"]


def cell_columns() -> list[Column]:
    """The 2×2 table."""
    cells = [count_column(title, title.lower()) for title in ("a", "b", "c", "d", "N")]
    return [*cells, ratio_column("Expected", "expected")]


def measure_columns(findings: Findings) -> list[Column]:
    """One column for each measure of the study."""
    return [
        Column(measure["title"], read_estimate(measure["name"]), estimate=measure["scale"])
        for measure in findings["measures"]
    ]


def read_estimate(name: str) -> Callable[[Row], Any]:
    """Reads an estimate of a pair, or None where the measure was withheld."""
    return lambda row: row["estimates"].get(name)


def verdict_columns(stem: str) -> list[Column]:
    """Verdict and why; of controls also whether they behave."""
    control = [Column("Control", say_control)] if stem == "controls" else []
    return [
        Column("Verdict", lambda row: VERDICTS[row["verdict"]].words),
        *control,
        Column("Why", "why", csv_only=True),
    ]


def numerators(findings: Findings) -> Table:
    """Counts of sources that were selected by product or reaction."""
    rows = list_pairs(findings, ("main", "scope", "sensitivity"), complete=False)
    columns = [
        Column("Reaction", "reaction_title"),
        Column("Analysis", "label"),
        Column("Selection", read_selection),
        Column("Source", "source"),
        count_column("Cases", "a"),
    ]
    note = "Distinct cases. Sources that were selected by product or reaction hold nothing to compare with: no measure."
    return Table(
        "numerators", "Cases by reaction in sources with numerators only", columns, rows, [note, name_dates(findings)]
    )
