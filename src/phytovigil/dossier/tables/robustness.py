"""Tables of what tests the answer: the specification curve, and calibration on controls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from phytovigil.dossier.formatting import format_ratio
from phytovigil.dossier.specification_table import specification_rows
from phytovigil.dossier.tables.counts import name_dates
from phytovigil.dossier.tables.table import Column, Row, Table, count_column, ratio_column
from phytovigil.dossier.wording import make_slug

Findings = Mapping[str, Any]


def list_tables(findings: Findings) -> Iterator[Table]:
    """Tables of the curves and of the calibration, as far as there are any."""
    yield from curves(findings)
    yield from calibration(findings)


def curves(findings: Findings) -> Iterator[Table]:
    """What each choice moves, and every specification."""
    found = findings.get("specification_curve") or []
    movers = [
        {"reaction": curve["reaction_title"], "source": curve["label"], **mover, "of": mover["title"], **level}
        for curve in found
        for mover in curve["movers"]
        for level in mover["levels"]
    ]
    if movers:
        yield movers_table(findings, movers)
    for curve in found:
        yield specifications(findings, curve)


def movers_table(findings: Findings, rows: Sequence[Row]) -> Table:
    """What each choice of the specification curve moves."""
    columns = [
        Column("Choice", "of"),
        Column("Level", "title"),
        Column("Reaction", "reaction"),
        Column("Source", "source"),
        ratio_column("Share of variance, %", "variance_percent"),
        count_column("Pairs that differ in it alone", "pairs"),
        count_column("Of these, verdict changes", "verdict_changes"),
        count_column("Of these, side of the interval changes", "interval_changes"),
    ]
    note = "Shares, pairs and changes belong to the choice and stand on each of its levels."
    return Table("specification-choices", "What each choice moves", columns, rows, [note, name_dates(findings)])


def specifications(findings: Findings, curve: Mapping[str, Any]) -> Table:
    """Every specification of a curve as a row."""
    header, rows = specification_rows(curve)
    columns = [Column(title, str(place)) for place, title in enumerate(header)]
    stem = f"specifications-{make_slug(curve['source'])}-{make_slug(curve['reaction'])}"
    caption = f"Every specification: {curve['reaction_title']}, {curve['label']}"
    named = [{str(place): value for place, value in enumerate(row)} for row in rows]
    return Table(stem, caption, columns, named, [name_dates(findings)])


def calibration(findings: Findings) -> Iterator[Table]:
    """Calibrated beside uncalibrated estimates, and the nulls behind them."""
    judged = findings["controls"].get("sources") or []
    calibrated = [{"in": source["label"], **pair} for source in judged for pair in source["calibrated"]]
    nulls = [{"in": source["label"], **null} for source in judged for null in source["nulls"]]
    controls = [{"in": source["label"], **pair} for source in judged for pair in source["controls"]]
    if controls:
        yield single_controls(findings, controls)
    if calibrated:
        yield calibrated_table(findings, calibrated)
    if nulls:
        columns = [
            Column("Reaction", "title"),
            Column("Source", "in"),
            count_column("Negative controls", "negative_controls"),
            count_column("Informative", "informative"),
            Column("Ratio of a pair without a link, range of 95 %", "ratio", estimate="ratio"),
            Column("In words", "text"),
        ]
        yield Table("nulls", "Empirical nulls of the negative controls", columns, nulls, [name_dates(findings)])


def calibrated_table(findings: Findings, rows: Sequence[Row]) -> Table:
    """Estimates before and after calibration."""
    columns = [
        Column("Reaction", "reaction_title"),
        Column("Source", "in"),
        count_column("Cases", "a"),
        ratio_column("Expected", "expected"),
        Column("Reporting odds ratio", "uncalibrated", estimate="ratio"),
        Column("p", lambda row: row["uncalibrated"]["p_value"], print_p, number=True),
        Column("Null", name_null),
        Column("Calibrated", lambda row: None if row["withheld"] else row["calibrated"], estimate="ratio"),
        Column("Calibrated p", read_calibrated("p_value"), print_p, number=True),
        Column("p, null uncertain", read_calibrated("p_value_uncertain"), print_p, number=True),
        Column("Withheld because", "withheld"),
    ]
    caption = "Main analysis before and after calibration on negative controls"
    notes = ["Reporting odds ratio (Wald) with intervals of 95 %; p two-sided.", name_dates(findings)]
    return Table("calibrated", caption, columns, rows, notes)


def read_calibrated(name: str) -> Callable[[Row], Any]:
    """Reads a calibrated p-value, or None where it was withheld."""
    return lambda row: None if row["withheld"] else row["calibrated"][name]


def name_null(row: Row) -> str:
    """Which negative controls taught the null."""
    if row["withheld"]:
        return ""
    return "its own" if row["own_null"] else "all reactions"


def single_controls(findings: Findings, rows: Sequence[Row]) -> Table:
    """What every control could show, and what it taught."""
    columns = [
        Column("Product", "product_name"),
        Column("Reaction", "reaction_title"),
        Column("Kind", "kind"),
        Column("What is known", "known"),
        Column("Source", "in"),
        count_column("Cases", "a"),
        ratio_column("Expected", "expected"),
        Column("Able to show something", "able"),
        Column("As expected", "as_expected"),
        Column("Informative for the null", "informative"),
        Column("Calibrated p", "p_calibrated", print_p, number=True),
        Column("In words", "text"),
    ]
    note = "A negative control is calibrated by a null that has not seen it."
    return Table("controls-able", "What every control could show", columns, rows, [note, name_dates(findings)])


def print_p(value: float | None) -> str:
    """A p-value.

    >>> print_p(0.00003), print_p(0.0312), print_p(None)
    ('<0.0001', '0.031', '–')
    """
    if value is None:
        return "–"
    return "<0.0001" if value < 0.0001 else format_ratio(value)
