"""Tables of the case series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from phytovigil.dossier.formatting import format_count
from phytovigil.dossier.tables.counts import name_dates
from phytovigil.dossier.tables.table import Column, Row, Table, count_column, ratio_column

Findings = Mapping[str, Any]


def list_tables(findings: Findings) -> Iterator[Table]:
    """The series, and the cases with what their reports answer."""
    found = [entry for entry in findings.get("case_series") or [] if entry["cases"]]
    if not found:
        return
    columns = [
        Column("Reaction", "reaction_title"),
        Column("Source", "label"),
        count_column("Cases", "cases"),
        count_column("Onset known in full", lambda row: sum(day["cases"] for day in row["onset"]["days"])),
        count_column("Days to onset, median", lambda row: (row["onset"]["spread"] or {}).get("median")),
        count_column("Dechallenge positive", lambda row: row["dechallenge"]["counts"]["positive"]),
        count_column("negative", lambda row: row["dechallenge"]["counts"]["negative"]),
        count_column("Rechallenge positive", lambda row: row["rechallenge"]["counts"]["positive"]),
        count_column("Well documented", lambda row: row["completeness"]["well_documented"]),
        Column("Seriousness", lambda row: say_values(row["seriousness"])),
        Column("Naranjo", lambda row: [say_range(found) for found in row["naranjo"]]),
    ]
    notes = [*dict.fromkeys(note for entry in found for note in entry["notes"]), name_dates(findings)]
    yield Table("case-series", "The cases as a series", columns, found, notes)
    singles = [
        {"in": entry["label"], "reaction": entry["reaction_title"], **case}
        for entry in found
        for case in entry["single_cases"]
    ]
    if singles:
        yield single_cases(findings, singles)


def single_cases(findings: Findings, rows: Sequence[Row]) -> Table:
    """What the report of each case answers."""
    columns = [
        Column("Case", "case_id"),
        Column("Reaction", "reaction"),
        Column("Source", "in"),
        Column("Received", "received"),
        Column("Days to onset", lambda row: say_days(row["onset"])),
        Column("Dechallenge", "dechallenge"),
        Column("Rechallenge", "rechallenge"),
        count_column("Other suspects", "other_suspects"),
        ratio_column("Completeness", lambda row: row["completeness"]["all_ten"]),
        Column("Naranjo", lambda row: say_range(row["naranjo"])),
        Column("WHO-UMC categories still possible", lambda row: row["who_umc"]["categories"]),
    ]
    note = "Naranjo and WHO-UMC are ranges over what the report leaves unanswered; the two are never combined."
    return Table(
        "case-series-cases", "What the report of each case answers", columns, rows, [note, name_dates(findings)]
    )


def say_days(onset: Mapping[str, Any]) -> str:
    """Days from start to event, as far as the dates tell."""
    low, high = onset["low_days"], onset["high_days"]
    if low is None and high is None:
        return str(onset["status"])
    return f"{low}" if low == high else f"{'' if low is None else low} to {'' if high is None else high}"


def say_range(found: Mapping[str, Any]) -> str:
    """A range of the Naranjo scale with its categories and, of a series, its cases."""
    cases = f": {format_count(found['cases'])}" if "cases" in found else ""
    return f"{found['low']} to {found['high']} ({', '.join(found['categories'])}){cases}"


def say_values(values: Sequence[Mapping[str, Any]]) -> list[str]:
    """Values with their cases."""
    return [f"{entry['value']} {format_count(entry['cases'])}" for entry in values]
