"""Items 4a to 5b: design, databases, preparation of the data."""

from __future__ import annotations

from typing import Any

from phytovigil.dossier.formatting import format_count
from phytovigil.study.checklist.databases import DATABASES
from phytovigil.study.checklist.drafts import Draft, Run, Source
from phytovigil.study.checklist.wording import (
    count_of,
    end,
    join,
    name_source,
    name_sources,
    sentence,
)

MOST_FILES = 8
"""Most files of a source that a text names one by one; the table of releases holds all."""


def name_design(run: Run) -> Draft:
    """Item 4a."""
    if not run.complete:
        return Draft(("A descriptive case series of individual case safety reports.",), where="section-listings")
    more = f", with a case series from {name_sources(run.listings)}" if run.listings else ""
    return Draft((f"A disproportionality analysis of individual case safety reports{more}.",), where="section-counts")


def outline_design(run: Run) -> Draft:
    """Item 4b."""
    main = run.pairs(run.sources[0], "main")
    said = [
        f"Main analysis: {count_of(len(main), 'reaction')} with {run.product} in {name_sources(run.sources)} "
        f"({run.selection['text']})."
    ]
    said += [
        text
        for text in (
            outline_others(run),
            outline_controls(run),
            outline_curve(run),
            outline_review(run),
            outline_evidence(run),
        )
        if text
    ]
    return Draft(tuple(said), where="section-counts")


def outline_others(run: Run) -> str:
    """Other lists of terms, sensitivity analyses and comparators."""
    if not run.complete:
        return ""
    source = run.complete[0]
    labels = list(dict.fromkeys(pair["label"] for pair in run.pairs(source, "sensitivity")))
    said = f"Each outcome was also run under {count_of(len(labels), 'sensitivity analysis', 'sensitivity analyses')}"
    said += f" ({join(labels, '; ', '; ')})" if labels else ""
    if broad := run.pairs(source, "scope"):
        said += f", and with the broad list of terms of {count_of(len(broad), 'reaction')}"
    if comparators := run.findings["comparators"]:
        said += f"; {count_of(len(comparators), 'comparator')} stand beside the product"
    return f"{said}."


def outline_controls(run: Run) -> str:
    """Control pairs, if any were run."""
    controls = run.findings["controls"]
    if not controls["positive"] + controls["negative"]:
        return "No control pairs were run."
    counts = f"{controls['positive']} positive and {controls['negative']} negative ones"
    return f"Control pairs, {counts}, went through the same pipeline."


def outline_curve(run: Run) -> str:
    """The specification curve, if there is one."""
    curves = run.findings.get("specification_curve") or []
    return (
        f"A specification curve shows every combination of the named choices for {count_of(len(curves), 'pair')}."
        if curves
        else ""
    )


def outline_review(run: Run) -> str:
    """The case series, if there is one."""
    return "The cases were described one by one as a series." if run.findings.get("case_series") else ""


def outline_evidence(run: Run) -> str:
    """Published evidence and claims, if there are any."""
    parts = []
    if run.findings.get("evidence"):
        parts.append("tables of published evidence")
    if run.findings.get("claims"):
        parts.append("claims that are set against all lines of evidence")
    return sentence(f"beside the reports stand {join(parts)}") if parts else ""


def describe_databases(run: Run) -> Draft:
    """Item 5a."""
    unknown = [name_source(source) for source in run.sources if source["source"] not in DATABASES]
    prompt = (
        f"Say of {join(unknown)} which reports it holds, since when and from where, and which dictionaries code "
        "its products and reactions."
        if unknown
        else ""
    )
    return Draft(tuple(describe_database(source) for source in run.sources), prompt, "section-flow")


def describe_database(source: Source) -> str:
    """Name, custodian, coverage and coding of a source."""
    known = DATABASES.get(source["source"])
    said = [f"{name_source(source)} ({source['title']}). Custodian: {source['publisher']}.", end(source["note"])]
    if known:
        said += [known.holds, known.reactions, known.products, f"Access: {known.access}."]
    said.append(f"Used here: data as of {source['as_of']}, {count_of(source['cases'], 'case')} in the population.")
    return " ".join(said)


def describe_preparation(run: Run) -> Draft:
    """Item 5b."""
    return Draft(
        (
            *(describe_files(source) for source in run.sources),
            "Versions of one case number were reduced to the latest, because an earlier version is superseded by it. "
            "Rows whose report is missing are kept apart and never counted. Rows and values that could not be read "
            "were put aside with file, line and reason, and none was imputed.",
            *(describe_duplicates(run, source) for source in run.sources),
        ),
        where="section-flow",
    )


def describe_files(source: Source) -> str:
    """Files of a source with their hashes and ledgers."""
    files = [file for release in source["releases"] for file in release["files"]]
    if len(files) > MOST_FILES:
        total = {key: sum(file[key] for file in files) for key in files[0] if key.startswith(("rows_", "values_"))}
        named = f"{len(files)} files, whose names and hashes are in the table of releases; {say_ledger(total)}"
    else:
        named = "; ".join(f"{file['file']} (SHA-256 {file['sha256']}; {say_ledger(file)})" for file in files)
    return f"{name_source(source)}, data as of {source['as_of']}: {end(named)}"


def say_ledger(file: dict[str, Any]) -> str:
    """Rows read, kept and put aside."""
    return (
        f"{count_of(file['rows_read'], 'row')} read, {format_count(file['rows_kept'])} kept, "
        f"{format_count(file['rows_quarantined'])} quarantined, "
        f"{count_of(file['values_quarantined'], 'single value')} quarantined"
    )


def describe_duplicates(run: Run, source: Source) -> str:
    """What was suspected to be reported twice, and what became of it."""
    found = source["duplicates"]
    if not found["folded"]:
        return f"{name_source(source)}: no case is suspected to repeat another one."
    treated = "leaves them out" if found["treatment"] == "folded" else "keeps them"
    return (
        f"{name_source(source)}: {count_of(found['folded'], 'case')} in {count_of(found['clusters'], 'group')} of "
        f"look-alikes are suspected to repeat another case, {format_count(found['product_folded'])} of them among the "
        f"{format_count(found['product_cases'])} that name {run.product}. The main analysis {treated}, a sensitivity "
        "analysis does the opposite, because look-alikes need not be duplicates."
    )


FILLERS = {"4a": name_design, "4b": outline_design, "5a": describe_databases, "5b": describe_preparation}
