"""Items 8a to 10: flow, cases, estimates, case review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from phytovigil.dossier.formatting import format_count
from phytovigil.study.checklist.drafts import Draft, Pair, Run, Source, complete_draft
from phytovigil.study.checklist.wording import (
    count_of,
    join,
    lower_first,
    name_source,
    say_measure,
    say_pair,
    say_short,
)

MOST_VALUES = 6
"""Values of a dimension that a text names; the tables hold all."""

DIMENSION_WORDS = {"co_reported": "products also named", "seriousness": "seriousness"}


def describe_flow(run: Run) -> Draft:
    """Item 8a."""
    said = [
        f"{name_source(source)}: {join((say_step(step) for step in source['flow']), '; ', '; ')}."
        for source in run.sources
    ]
    missing = [f"{item['label']} was asked for and is not at hand." for item in run.findings.get("missing_sources", [])]
    return Draft((*said, *missing), where="section-flow")


def say_step(step: Mapping[str, Any]) -> str:
    """A step of the flow with what is left after it."""
    return f"{step['step']} {format_count(step['cases'])}"


def describe_features(run: Run) -> Draft:
    """Item 8b."""
    profiles = [
        (source, profile)
        for source in run.sources
        for profile in source["profiles"]
        if profile["cases"] and profile["reaction"] in ("", *run.outcomes)
    ]
    said = tuple(f"{name_source(source)}, {describe_profile(run, profile)}" for source, profile in profiles)
    return Draft(
        said or (f"No source holds a case that names {run.product}.",),
        "Set these beside the cases of the reference group, in a table: the dossier describes only the cases of the "
        "product."
        if said
        else "",
        "section-who",
    )


def describe_profile(run: Run, profile: Mapping[str, Any]) -> str:
    """A profile in a sentence."""
    whose = lower_first(profile["title"]) if profile["reaction"] else f"all cases of {run.product}"
    parts = [
        f"{DIMENSION_WORDS.get(name, name)}: {say_values(values)}"
        for name, values in profile["dimensions"].items()
        if values
    ]
    return f"{whose} ({count_of(profile['cases'], 'case')}): {join(parts, '; ', '; ')}."


def say_values(values: list[dict[str, Any]]) -> str:
    """The most frequent values with their counts; how many more there are."""
    most = sorted(values, key=lambda entry: -entry["cases"])[:MOST_VALUES]
    named = join((f"{entry['value']} {format_count(entry['cases'])}" for entry in most), last=", ")
    return named if len(values) <= MOST_VALUES else f"{named} and {len(values) - MOST_VALUES} more"


def give_estimates(run: Run) -> Draft:
    """Item 9."""
    if not run.complete:
        counts = [say_counts(run, source) for source in run.listings]
        return Draft(
            (*counts, "No estimate is possible: no source holds cases to compare with."), where="section-listings"
        )
    said = [text for source in run.complete for text in estimates_of(run, source)]
    said += [say_curve(curve) for curve in run.findings.get("specification_curve") or []]
    said += [say_counts(run, source) for source in run.listings]
    said.append(
        "Every estimate with its counts, those of comparators and controls too, stands in the tables main, "
        "sensitivity, comparators and controls."
    )
    return Draft(tuple(said), where="section-counts")


def estimates_of(run: Run, source: Source) -> list[str]:
    """The main analysis with every measure, then every other analysis of the outcomes with the first measure."""
    measures = run.findings["measures"]
    where = f"{name_source(source)}, as of {source['as_of']}"
    said = [f"{where}, main analysis, {say_pair(pair, measures)}. {pair['why']}" for pair in run.pairs(source, "main")]
    for pair in run.outcome_pairs(source):
        others = [other for other in run.pairs(source, "scope", "sensitivity") if is_outcome(other, pair)]
        if others:
            listed = join((say_other(other, measures[0]) for other in others), "; ", "; ")
            said.append(f"{where}, other analyses of {lower_first(pair['reaction_title'])}: {listed}.")
    return said


def say_curve(curve: Mapping[str, Any]) -> str:
    """What the specification curve of a pair says."""
    return f"{curve['label']}, specification curve of {lower_first(curve['reaction_title'])}: {' '.join(curve['text'])}"


def is_outcome(other: Pair, pair: Pair) -> bool:
    """Whether two pairs ask for the same reaction, whatever the list of terms."""
    return bool(other["reaction"].partition("/")[0] == pair["reaction"].partition("/")[0])


def say_other(pair: Pair, measure: Mapping[str, Any]) -> str:
    """Another analysis with its count and one estimate."""
    return f"{pair['label']}: {format_count(pair['a'])} observed, {say_measure(pair, measure)}"


def say_counts(run: Run, source: Source) -> str:
    """Counts of a source without a complement."""
    counts = [f"{lower_first(pair['reaction_title'])} {format_count(pair['a'])}" for pair in run.pairs(source, "main")]
    return (
        f"{name_source(source)}, as of {source['as_of']} (numerators only, no estimate), of "
        f"{count_of(source['product_cases'], 'case')} naming {run.product}: {join(counts)}."
    )


def give_case_review(run: Run) -> Draft:
    """Item 10."""
    series = run.findings.get("case_series") or []
    listed = sum(len(source["case_list"]) for source in run.sources)
    said = [*describe_series(series)]
    if listed:
        cases = count_of(listed, "case")
        said.append(f"The dossier lists {cases}, each with its products, terms, outcome and place in the raw file.")
    draft = Draft(
        tuple(said),
        "Give what the reading of the cases found: how many are plausible, what else could explain them, which are "
        "strongest, or say that no case was reviewed. Key “case_results” of [report].",
        "section-series" if series else "section-cases" if listed else "",
    )
    return complete_draft(draft, run.report.case_results)


def describe_series(series: Sequence[Mapping[str, Any]]) -> list[str]:
    """A sentence on each series that has cases."""
    return [describe_one_series(entry) for entry in series if entry["cases"]]


def describe_one_series(entry: Mapping[str, Any]) -> str:
    """Time to onset, dechallenge, rechallenge and causality of the cases of a pair."""
    spread = entry["onset"]["spread"]
    onset = "no case has both dates in full"
    if spread:
        known = sum(day["cases"] for day in entry["onset"]["days"])
        onset = f"known in full of {format_count(known)}, median {count_of(spread['median'], 'day')}"
        onset += f" ({spread['minimum']} to {spread['maximum']})"
    challenges = [say_challenge(entry, name) for name in ("dechallenge", "rechallenge") if entry[name]["recorded"]]
    categories = list(dict.fromkeys(word for found in entry["naranjo"] for word in found["categories"]))
    return (
        f"{entry['label']}, {lower_first(entry['reaction_title'])} ({count_of(entry['cases'], 'case')}): time to onset "
        f"{'' if spread else 'is not known: '}{join([onset, *challenges], '; ', '; ')}; by the Naranjo scale a case "
        f"can be {join(categories, last=' or ')}, since its report answers few of the questions."
    )


def say_challenge(entry: Mapping[str, Any], name: str) -> str:
    """What was seen when the product was stopped, or taken again."""
    counts = entry[name]["counts"]
    return f"{name} positive in {format_count(counts['positive'])}, negative in {format_count(counts['negative'])}"


def say_main(run: Run) -> list[str]:
    """The outcomes of every complete source in short, for an abstract."""
    measure = run.findings["measures"][0]
    return [
        f"{name_source(source)}: {join((say_short(pair, measure) for pair in run.outcome_pairs(source)), '; ', '; ')}."
        for source in run.complete
    ]


FILLERS = {"8a": describe_flow, "8b": describe_features, "9": give_estimates, "10": give_case_review}
