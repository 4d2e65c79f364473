"""Tables of what the sources hold: flow, releases, names, terms, profiles, quarantine, cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from phytovigil.dossier.formatting import format_age
from phytovigil.dossier.tables.counts import name_dates, name_source
from phytovigil.dossier.tables.table import Column, Row, Table, count_column
from phytovigil.dossier.wording import name_dimension, say_usage

Findings = Mapping[str, Any]

DISTINCT = "Distinct cases."


def list_tables(findings: Findings) -> Iterator[Table]:
    """Every table on the sources."""
    dates = name_dates(findings)
    yield flow(findings, dates)
    yield releases(findings, dates)
    yield duplicates(findings, dates)
    yield from names(findings, dates)
    yield reactions(findings)
    yield terms(findings, dates)
    yield profiles(findings, dates)
    yield quarantine(findings, dates)
    yield cases(findings, dates)
    yield other_cases(findings, dates)


def gather(findings: Findings, key: str) -> list[Row]:
    """Entries of all sources under a key, each with the name of its source."""
    return [{"in": name_source(source), **entry} for source in findings["sources"] for entry in source.get(key) or []]


SOURCE = Column("Source", "in")


def flow(findings: Findings, dates: str) -> Table:
    """How reports become cases."""
    columns = [Column("Step", "step"), SOURCE, count_column("Left after it", "cases")]
    return Table("flow", "Flow of reports", columns, gather(findings, "flow"), [DISTINCT, dates])


def releases(findings: Findings, dates: str) -> Table:
    """The raw files with their ledgers."""
    rows = [
        {"in": name_source(source), "release": release["id"], "as_of": release["as_of"], **file}
        for source in findings["sources"]
        for release in source["releases"]
        for file in release["files"]
    ]
    counts = {
        "Rows read": "rows_read",
        "Kept": "rows_kept",
        "Quarantined": "rows_quarantined",
        "Repaired": "rows_repaired",
        "Orphaned": "rows_orphaned",
        "Values quarantined": "values_quarantined",
        "Bytes": "bytes",
    }
    columns = [
        Column("File", "file"),
        SOURCE,
        Column("Release", "release"),
        Column("As of", "as_of"),
        *(count_column(title, key) for title, key in counts.items()),
        Column("Reader", "reader"),
        Column("SHA-256", "sha256", csv_only=True),
    ]
    note = "Rows kept and rows quarantined add up to rows read."
    return Table("releases", "Raw files and their ledgers", columns, rows, [note, dates])


def duplicates(findings: Findings, dates: str) -> Table:
    """Cases suspected to repeat another one."""
    rows = [{"in": name_source(source), **source["duplicates"]} for source in findings["sources"]]
    columns = [
        SOURCE,
        count_column("Groups of look-alikes", "clusters"),
        count_column("Cases suspected to repeat another", "folded"),
        count_column("Cases of the product", "product_cases"),
        count_column("Of these suspected", "product_folded"),
        Column("Main analysis", "treatment"),
    ]
    return Table("duplicates", "Suspected duplicates", columns, rows, [DISTINCT, dates])


def names(findings: Findings, dates: str) -> Iterator[Table]:
    """Names read as the product, likely ones, and refused ones."""
    product = findings["product"]["name"]
    name, cases = Column("Name as reported", "name"), count_column("Cases", "cases")
    rule, why = Column("Rule", "rule"), Column("Why", "why")
    notes = [f"{DISTINCT} A case can hold several names.", dates]
    read = [name, SOURCE, cases, Column("Read as", "nodes"), rule]
    yield Table("names", f"Names read as {product}", read, gather(findings, "names"), notes)
    others = [name, SOURCE, cases, rule, why]
    likely = f"Names that are likely {product} and not counted in the main analysis"
    yield Table("names-likely", likely, others, gather(findings, "likely"), notes)
    yield Table(
        "names-refused", f"Names that look like {product} and were refused", others, gather(findings, "refused"), notes
    )


def reactions(findings: Findings) -> Table:
    """The terms behind every reaction."""
    rows = [
        {"title": reaction["title"], "term": term, "why": "", "counted": True}
        for reaction in findings["reactions"]
        for term in reaction["terms"]
    ] + [
        {"title": reaction["title"], "term": item["term"], "why": item["why"], "counted": False}
        for reaction in findings["reactions"]
        for item in reaction["excluded"]
    ]
    columns = [
        Column("Term", "term"),
        Column("Reaction", "title"),
        Column("Counted", "counted"),
        Column("Why not", "why"),
    ]
    version = findings["vocabulary"]["reactions"]
    return Table("reactions", "Terms behind each reaction", columns, rows, [f"Reaction vocabulary {version}."])


def terms(findings: Findings, dates: str) -> Table:
    """The terms that the product's cases carry."""
    titles = {reaction["key"]: reaction["title"] for reaction in findings["reactions"]}
    rows = [{**row, "title": titles.get(row["reaction"], row["reaction"])} for row in gather(findings, "terms")]
    columns = [Column("Term", "term"), Column("Reaction", "title"), SOURCE, count_column("Cases", "cases")]
    caption = f"Terms that the cases of {findings['product']['name']} carry"
    return Table("terms", caption, columns, rows, [f"{DISTINCT} A case can carry several terms.", dates])


def profiles(findings: Findings, dates: str) -> Table:
    """Who the cases are."""
    rows = [
        {
            "in": name_source(source),
            "of": profile["title"],
            "dimension": name_dimension(key),
            "all": profile["cases"],
            **entry,
        }
        for source in findings["sources"]
        for profile in source["profiles"]
        for key, entries in profile["dimensions"].items()
        for entry in entries
    ]
    columns = [
        Column("Cases of", "of"),
        SOURCE,
        Column("Dimension", "dimension"),
        Column("Value", "value"),
        count_column("Cases", "cases"),
        count_column("Of all", "all"),
    ]
    note = f"{DISTINCT} A case can have several outcomes and products, so these need not add up."
    return Table("profiles", "Who the cases are", columns, rows, [note, dates])


def quarantine(findings: Findings, dates: str) -> Table:
    """What could not be read."""
    rows = [
        {"in": name_source(source), **reason}
        for source in findings["sources"]
        for reason in source["quarantine"]["reasons"]
    ]
    columns = [
        Column("Reason", "reason"),
        SOURCE,
        Column("Scope", "scope"),
        count_column("Count", "count"),
        Column("What it means", "meaning"),
    ]
    return Table("quarantine", "What was put aside while the files were read", columns, rows, [dates])


def cases(findings: Findings, dates: str) -> Table:
    """The cases one by one."""
    columns = [
        Column("Case", "case_id"),
        SOURCE,
        count_column("Version", "version"),
        Column("Received", "received"),
        Column("Event", "event_date"),
        Column("Sex", "sex"),
        Column("Age in years", "age_years", lambda age: format_age(age) or "–", number=True),
        Column("Country", "country"),
        Column("Reporter", "reporter"),
        Column("Serious", "serious"),
        Column("Outcomes", "outcomes"),
        Column("Products under study", lambda case: say_products(case, under_study=True)),
        Column("Other products", lambda case: say_products(case, under_study=False)),
        Column("Reactions", lambda case: [term["term"] for term in case["terms"]]),
        Column("Literature", "literature"),
        Column("File", "file"),
        count_column("Line", "line"),
    ]
    notes = [
        f"One row for each distinct case that names {findings['product']['name']} in the role of the main analysis.",
        *(
            f"{name_source(source)}: {source['case_list_note']}"
            for source in findings["sources"]
            if source["case_list_note"]
        ),
        dates,
    ]
    return Table("cases", "The cases, one by one", columns, gather(findings, "case_list"), notes)


def other_cases(findings: Findings, dates: str) -> Table:
    """The cases behind the counts of comparators and controls, as far as the findings list them."""
    found = [
        {"in": name_source(source), **pair, **case}
        for source in findings["sources"]
        for other in source["other_cases"]
        for pair in source["pairs"]
        if pair["id"] == other["pair"]
        for case in other["cases"]
    ]
    columns = [
        Column("Product", "product_name"),
        Column("Reaction", "reaction_title"),
        SOURCE,
        Column("Case", "case_id"),
        Column("File", "file"),
        count_column("Line", "line"),
    ]
    return Table(
        "cases-others", "Cases behind the counts of comparators and controls", columns, found, [DISTINCT, dates]
    )


def say_products(case: Row, *, under_study: bool) -> list[str]:
    """Products of a case with role and use."""
    chosen: Iterable[Mapping[str, Any]] = (item for item in case["products"] if item["under_study"] is under_study)
    return [f"{item['name']} ({item['role']}{say_usage(item) if under_study else ''})" for item in chosen]
