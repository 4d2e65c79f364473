"""Tables of the argument: claims, effects, published evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from phytovigil.dossier.formatting import format_count, format_ratio
from phytovigil.dossier.tables.counts import name_dates
from phytovigil.dossier.tables.table import Column, Row, Table, count_column, print_plain
from phytovigil.dossier.wording import make_slug

Findings = Mapping[str, Any]


def list_tables(findings: Findings) -> Iterator[Table]:
    """Tables of claims, effects and evidence, as far as there are any."""
    yield from claims(findings)
    yield from effects(findings)
    yield from evidence(findings)


def claims(findings: Findings) -> Iterator[Table]:
    """Claims with their conclusions, and the subgroups that they speak of."""
    found = findings.get("claims")
    if not found:
        return
    columns = [
        Column("Claim", "text"),
        Column("Conclusion", "title"),
        Column("Certainty", "certainty"),
        Column("What the reports say", lambda row: row["reports"]["statement"]),
        Column("Other lines of evidence", lambda row: [say_line(line) for line in row["lines"]]),
        Column("Rule", "when"),
        Column("What would change it", lambda row: " ".join(row["changes"])),
    ]
    note = "No evidence found is absence of evidence, never evidence of absence."
    yield Table("claims", "Claims under test", columns, found["claims"], [note, name_dates(findings)])
    rows = [
        {"condition": item["title"], **item, **source} for item in found["conditions"] for source in item["sources"]
    ]
    if rows:
        yield subgroups(findings, rows)


def say_line(line: Mapping[str, Any]) -> str:
    """A line of evidence with what it says."""
    rows = "; ".join(row["title"] for row in line["rows"])
    return f"{line['title']}: {line['says']}, certainty {line['certainty']} ({rows})"


def subgroups(findings: Findings, rows: Sequence[Row]) -> Table:
    """The reaction with and without a condition, among the product's cases and all others."""

    def cells(title: str, key: str, size: str) -> list[Column]:
        return [
            count_column(title, lambda row: row["cells"][key]),
            count_column(f"{title}: of", lambda row: row["sizes"][size]),
        ]

    columns = [
        Column("Condition", "condition"),
        Column("Reaction", "reaction_title"),
        Column("Source", "label"),
        *cells("Product, with it", "n111", "product_with"),
        *cells("Product, without it", "n101", "product_without"),
        Column("Odds ratio, product", "product", estimate="ratio"),
        *cells("Others, with it", "n011", "others_with"),
        *cells("Others, without it", "n001", "others_without"),
        Column("Odds ratio, others", "others", estimate="ratio"),
        Column("Ratio of the two", "ratio", estimate="ratio"),
        Column("Why", "why"),
    ]
    note = "Distinct cases with the reaction, of all cases of the group; exact intervals of 95 %."
    return Table(
        "subgroups", "Is the reaction reported more with a condition?", columns, rows, [note, name_dates(findings)]
    )


def effects(findings: Findings) -> Iterator[Table]:
    """The table of favourable and unfavourable effects."""
    found = findings.get("benefit_risk")
    if not found:
        return
    columns = [
        Column("Effect", "title"),
        Column("Kind", "kind"),
        Column("Description", "description"),
        Column("Unit", "unit"),
        Column("Product", "product"),
        Column("Comparator", "comparator"),
        Column("Reports", lambda row: [say_count(count) for count in row["counts"]]),
        Column("Certainty", "certainty"),
        Column("Conclusion", "conclusion"),
        Column("Limits", "limits"),
        Column("Importance", "importance"),
        Column("References", lambda row: [reference["title"] for reference in row["references"]]),
    ]
    rows = [*found["favourable"], *found["unfavourable"]]
    yield Table("effects", "Effects table: benefit beside risk", columns, rows, [*found["notes"], name_dates(findings)])


def say_count(count: Mapping[str, Any]) -> str:
    """The reports of an effect in one source."""
    head = f"{count['label']}, {count['title']}: {format_count(count['cases'])} cases"
    expected = f", {format_ratio(count['expected'])} expected" if count["expected"] is not None else ""
    grave = [f"serious {format_count(count['serious'])}"]
    grave += [f"{item['outcome']} {format_count(item['cases'])}" for item in count["outcomes"] if item["cases"]]
    return f"{head}{expected}; {', '.join(grave)}"


def evidence(findings: Findings) -> Iterator[Table]:
    """One table for each kind of published evidence."""
    found = findings.get("evidence") or {"tables": []}
    for table in found["tables"]:
        law = [
            Column("Jurisdiction", lambda row: row["law"] and row["law"]["jurisdiction"]),
            Column("Status", lambda row: row["law"] and row["law"]["status"]),
        ]
        columns = [
            Column("Evidence", "title"),
            *(law if table["kind"] == "law" else []),
            Column("Finding", "finding"),
            Column("Population", "population"),
            count_column("n", "n"),
            Column("Figures", lambda row: [f"{figure['label']}: {figure['text']}" for figure in row["figures"]]),
            Column("Limits", "limits"),
            Column("As of", "as_of"),
            Column("Standing", "standing"),
            Column("Source", lambda row: print_plain([row["citation"]["reference"], row["citation"]["address"]])),
        ]
        note = f"{found['title']}, version {found['version']}."
        yield Table(
            f"evidence-{make_slug(table['kind'])}", f"Evidence: {table['title']}", columns, table["rows"], [note]
        )
