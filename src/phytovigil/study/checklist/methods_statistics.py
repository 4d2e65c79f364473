"""Items 7a to 7e: how cases were described, measured, varied and judged."""

from __future__ import annotations

from phytovigil.study.checklist.drafts import Draft, Run, authors_say, complete_draft
from phytovigil.study.checklist.wording import (
    count_of,
    end,
    join,
    lower_first,
    name_measure,
    name_rule,
    name_source,
    sentence,
)

MEASURE_REASONS = {
    "ror-midp": "its interval holds its level at any count, also with an empty cell",
    "ror": "it is the common currency of published analyses",
    "prr": "it is the common currency of published analyses",
    "ic": "it shrinks towards no association where few cases are expected",
    "bcpnn": "it shrinks towards no association by a posterior of the whole table",
    "ebgm": "it shrinks by a prior that is learned from all pairs of the population",
    "oe": "it puts the observed beside the expected cases and adds nothing",
}
"""Why each measure is among those of the field."""

RULE_REASONS = {
    "ic025": "with one or two cases it is never met, so single striking cases make no signal",
    "evans": "it is the threshold of the agency that introduced the PRR, and is easily compared with older work",
    "ror025": "it is the threshold that European regulators screen with",
    "ror-midp025": "it is the threshold that European regulators screen with, on an interval that holds with few cases",
    "eb05": "it asks for a doubling after shrinkage",
    "mhra": "it asks for a clear excess after shrinkage",
}
"""Why each rule is one to choose."""


def describe_descriptives(run: Run) -> Draft:
    """Item 7a."""
    series = run.findings.get("case_series")
    more = " Time to onset, dechallenge and rechallenge are given as medians, quartiles and counts." if series else ""
    return Draft(
        (
            "Cases are described by counts of distinct cases by sex, age band, year of receipt, country, reporter, "
            f"seriousness, outcome and products also named; unknown values are counted, not left out.{more}",
        ),
        where="section-who",
    )


def describe_measures(run: Run) -> Draft:
    """Item 7b."""
    if not run.complete:
        return Draft(("No measure was computed: no source holds cases to compare with.",), where="section-listings")
    measures, rule = run.findings["measures"], run.findings["rule"]
    chosen = join((f"{name_measure(measure)}, after {measure['source']}" for measure in measures), "; ", "; ")
    reasons = [
        f"{name_measure(measure)} because {MEASURE_REASONS[measure['name']]}"
        for measure in measures
        if measure["name"] in MEASURE_REASONS
    ]
    reason = RULE_REASONS.get(rule["name"])
    said = [
        f"Measures with 95 % intervals: {end(chosen)}",
        f"Reasons: {end(join(reasons, '; ', '; '))}" if reasons else "",
        f"A pair is called disproportionate if it meets this rule: {name_rule(rule)} ({rule['source']}). It is called "
        "too few to say while the exact mid-P interval of the reporting odds ratio reaches 2, so that a doubling is "
        "not excluded, and not disproportionate below that.",
        f"The rule was chosen because {reason}." if reason else "",
    ]
    prompt = "" if reason else "Say why this rule was chosen."
    return Draft(tuple(text for text in said if text), prompt, "section-methods")


def describe_variations(run: Run) -> Draft:
    """Item 7c."""
    if not run.complete:
        return Draft(("Nothing was compared, so no analysis was varied but for names and duplicates.",))
    source = run.complete[0]
    analyses = {pair["label"]: pair["selection"]["text"] for pair in run.pairs(source, "sensitivity")}
    listed = join((f"{label} ({text})" for label, text in analyses.items()), "; ", "; ")
    said = [
        f"Sensitivity analyses, each with one thing changed: {end(listed)}"
        if analyses
        else "No sensitivity analysis was planned.",
        *say_curve(run),
        say_calibration(run),
        "Intervals are not adjusted for the number of analyses; every analysis that the study file names is shown.",
        *say_subgroups(run),
    ]
    return Draft(tuple(text for text in said if text), where="section-counts")


def say_curve(run: Run) -> list[str]:
    """The choices of the specification curve."""
    curves = run.findings.get("specification_curve") or []
    if not curves:
        return []
    choices = [
        f"{lower_first(choice['title'])} ({count_of(len(choice['levels']), 'level')})"
        for choice in curves[0]["choices"]
    ]
    return [
        f"Specification curve: every combination of {join(choices, '; ', '; ')}. It describes how far the answer rests "
        "on choices; its specifications share their cases, so it is no test."
    ]


def say_calibration(run: Run) -> str:
    """How controls were used."""
    controls = run.findings["controls"]
    if not controls["positive"] + controls["negative"]:
        return "No control pairs were run, so nothing calibrates the estimates."
    nulls = [null for source in controls.get("sources", []) for null in source["nulls"] if not null["withheld"]]
    learned = ", and an empirical null was learned from the negative ones, which calibrates p-values and intervals"
    return (
        f"Control pairs, {controls['positive']} positive and {controls['negative']} negative ones, chosen for what is "
        f"known of the products, were run through the same pipeline{learned if nulls else ''}."
    )


def say_subgroups(run: Run) -> list[str]:
    """How confounding was handled, and which subgroups were asked about."""
    strata = [
        choice
        for curve in (run.findings.get("specification_curve") or [])[:1]
        for choice in curve["choices"]
        if choice["name"] == "strata"
    ]
    if strata:
        return ["Strata are among the choices of the specification curve; the main analysis is crude."]
    return [
        "The main analysis is crude: beyond the sensitivity analyses, nothing was adjusted for age, sex, year or "
        "products taken with it."
    ]


def describe_case_methods(run: Run) -> Draft:
    """Item 7d."""
    series = run.findings.get("case_series")
    said = (
        (
            "For each case the program lists completeness, time to onset, dechallenge, rechallenge, other suspects, "
            "and the range that the Naranjo scale and the WHO-UMC categories span over what the report leaves "
            "unanswered. The two are shown side by side and never combined.",
        )
        if series
        else ()
    )
    draft = Draft(
        said,
        "Say who read the cases, which variables they took from them and by which method they judged causality, or "
        "that no case was reviewed. Key “case_review” of [report].",
        "section-series" if series else "",
    )
    return complete_draft(draft, run.report.case_review)


def describe_other_methods(run: Run) -> Draft:
    """Item 7e."""
    if run.report.other_data:
        return authors_say(run.report.other_data)
    if run.findings.get("claims"):
        return Draft(
            (
                "Each claim is set against reports, cases, surveys, trials and mechanism by a stated table of rules; "
                "no score is formed and published figures are quoted, not pooled.",
            ),
            where="section-claims",
        )
    if run.findings.get("evidence"):
        return Draft(("Published figures are quoted with their source and not pooled.",), where="section-evidence")
    names = join(name_source(source) for source in run.sources)
    return Draft((sentence(f"does not apply: nothing but the reports of {names} was analysed"),))


FILLERS = {
    "7a": describe_descriptives,
    "7b": describe_measures,
    "7c": describe_variations,
    "7d": describe_case_methods,
    "7e": describe_other_methods,
}
