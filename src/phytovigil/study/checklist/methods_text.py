"""The methods of a run as paragraphs for a paper, with the numbers of its citations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from phytovigil.dossier.formatting import format_count
from phytovigil.study.checklist.drafts import Run, Source
from phytovigil.study.checklist.wording import count_of, join, lower_first, name_measure, name_rule, name_source
from phytovigil.study.citing import number_of

Citations = Sequence[Mapping[str, Any]]


def write_methods(findings: Mapping[str, Any], citations: Citations, outcomes: Sequence[str]) -> list[str]:
    """Paragraphs on data, variables, statistics, and on what stands beside the counts.

    findings : of a study. citations : of `cite_run`. outcomes : keys of the reactions that the answer is about.
    """
    run = Run(findings, outcomes=tuple(outcomes))
    paragraphs = [tell_data(run, citations), tell_variables(run)]
    if run.complete:
        paragraphs.append(tell_statistics(run, citations))
    return [" ".join(sentences) for sentences in (*paragraphs, tell_frame(run, citations))]


def tell_data(run: Run, citations: Citations) -> list[str]:
    """Databases, dates, reading of the files, duplicates."""
    numbers = {source["source"]: citations[place]["number"] for place, source in enumerate(run.sources)}

    def named(source: Source) -> str:
        facts = f"{source['title']}; {source['publisher']}; data as of {source['as_of']}; "
        return f"{name_source(source)} ({facts}{count_of(source['cases'], 'case')}) [{numbers[source['source']]}]"

    if run.complete:
        first = f"We analysed individual case safety reports in {join(named(source) for source in run.complete)}"
        listed = join(named(source) for source in run.listings)
        first += f" and described, as a case series without comparison, those in {listed}." if run.listings else "."
    else:
        first = f"We described a series of individual case safety reports in {join(map(named, run.listings))}."
    return [
        first,
        "Of each case the latest version counted, and the unit of every count is the distinct case.",
        tell_rows(run),
        *tell_duplicates(run, citations),
    ]


def tell_rows(run: Run) -> str:
    """Rows read and put aside over all files."""
    files = [file for source in run.sources for release in source["releases"] for file in release["files"]]
    read, aside, values = (
        sum(file[key] for file in files) for key in ("rows_read", "rows_quarantined", "values_quarantined")
    )
    rows = f"{format_count(aside)} could not be read and" if aside else "none had to be put aside; of their values"
    return f"Of {format_count(read)} rows read, {rows} {format_count(values)} were put aside; nothing was imputed."


def tell_duplicates(run: Run, citations: Citations) -> list[str]:
    """Suspected duplicates and their treatment."""
    found = [source for source in run.sources if source["duplicates"]["folded"]]
    if not found:
        return ["No case was suspected to repeat another one."]
    counts = join(
        f"{count_of(source['duplicates']['folded'], 'case')} in {count_of(source['duplicates']['clusters'], 'group')} "
        f"in {name_source(source)}"
        for source in found
    )
    folded = run.selection["duplicates"] == "folded"
    method = f"hit–miss model{number_of(citations, 'search for suspected duplicates')}"
    treated = "folded into one case in the main analysis and kept" if folded else "kept in the main analysis and folded"
    return [
        f"Suspected duplicates were searched for with a {method}: {counts} were "
        f"suspected to repeat another one; they were {treated} in a sensitivity analysis."
    ]


def tell_variables(run: Run) -> list[str]:
    """Product, reactions, population."""
    vocabulary, product = run.findings["vocabulary"], run.findings["product"]
    nodes = [node["name"] for node in product["nodes"] if node["id"] != product["id"]]
    held = f" ({join(nodes)})" if nodes else ""
    limits = run.selection["text"].partition("; ")[2]
    return [
        f"Reported product names were read as {product['name']}{held} by whole words of the product vocabulary "
        f"{vocabulary['products']}; look-alike names were refused by a list with reasons.",
        f"Reactions were grouped by the reaction vocabulary {vocabulary['reactions']}; outcomes were "
        f"{tell_outcomes(run)}. All terms are listed in the supplement.",
        f"Cases counted with the product {tell_role(run)}"
        f"{f', in the population restricted to: {limits}' if limits else ', without restriction of the population'}.",
    ]


def tell_outcomes(run: Run) -> str:
    """Outcomes with the number of their terms."""
    return join(
        f"{lower_first(reaction['title'])} ({count_of(len(reaction['terms']), 'term')})"
        for reaction in run.findings["reactions"]
        if reaction["key"] in run.outcomes
    )


def tell_role(run: Run) -> str:
    """The role that the product needs."""
    roles = {"any": "in any role", "suspect": "as suspect or interacting", "primary": "as the primary suspect"}
    return roles[run.selection["role"]]


def tell_statistics(run: Run, citations: Citations) -> list[str]:
    """Measures, rule, other analyses, controls, curve."""
    measures = join(
        f"{name_measure(measure)}{number_of(citations, 'measure: ' + measure['title'])}"
        for measure in run.findings["measures"]
    )
    background = "all other cases of the population"
    if run.selection["among"]:
        background = f"the cases of {join(run.selection['among'], last=' or ')}"
    rule = name_rule(run.findings["rule"])
    return [
        f"Each pair of product and reaction was compared with {background} in a 2×2 table, by {measures}, with 95 % "
        "intervals.",
        f"A pair was called disproportionate by this rule: {rule}{number_of(citations, 'rule:')}. Otherwise it was "
        "called too few to say while the exact mid-P interval of the reporting odds ratio reached 2, and not "
        "disproportionate below that.",
        *tell_others(run),
        *tell_controls(run, citations),
        *tell_curve(run, citations),
        "Intervals were not adjusted for the number of analyses.",
    ]


def tell_others(run: Run) -> list[str]:
    """Sensitivity analyses and comparators."""
    labels = list(dict.fromkeys(pair["label"] for pair in run.pairs(run.complete[0], "sensitivity")))
    said = []
    if labels:
        said.append(f"Sensitivity analyses: {join(labels, '; ', '; ')}.")
    if comparators := run.findings["comparators"]:
        said.append(f"The same was done for {join(product['name'] for product in comparators)} as comparators.")
    return said


def tell_controls(run: Run, citations: Citations) -> list[str]:
    """Control pairs and calibration."""
    controls = run.findings["controls"]
    if not controls["positive"] + controls["negative"]:
        return ["No control pairs were run."]
    calibrated = number_of(citations, "calibration")
    more = f"; p-values and intervals were calibrated on the negative ones{calibrated}" if calibrated else ""
    counts = f"{controls['positive']} positive and {controls['negative']} negative ones"
    return [f"Control pairs, {counts}, went through the same pipeline{more}."]


def tell_curve(run: Run, citations: Citations) -> list[str]:
    """The specification curve."""
    curves = run.findings.get("specification_curve") or []
    if not curves:
        return []
    choices = join((lower_first(choice["title"]) for choice in curves[0]["choices"]), "; ", "; ")
    curve, strata = (number_of(citations, use) for use in ("specification curve", "strata"))
    said = [f"A specification curve{curve} ran every combination of these choices: {choices}."]
    within = f"Within strata, odds ratios were combined after Mantel and Haenszel{strata}."
    return [*said, within] if strata else said


def tell_frame(run: Run, citations: Citations) -> list[str]:
    """Case review, published evidence, guideline, software."""
    cite, said = partial(number_of, citations), []
    if run.findings.get("case_series"):
        scale = f"the range of the Naranjo scale{cite('causality of single cases')}"
        said.append(f"Single cases were described with {scale} and their completeness{cite('completeness of cases')}.")
    if run.findings.get("claims"):
        said.append(f"Certainty of evidence was rated in steps after GRADE{cite('certainty of evidence')}.")
    if run.findings.get("evidence"):
        said.append(f"Published evidence on {run.product} was set beside the reports{cite('evidence:')}.")
    program, study = run.findings["program"], run.findings["study"]
    made = f"{program['name']} {program['version']}{cite('all counts and estimates')}"
    return [
        *said,
        f"The report follows READUS-PV{cite('reporting guideline')}.",
        f"All numbers were computed by {made} from the study file {study['file']} (SHA-256 {study['sha256']}).",
    ]
