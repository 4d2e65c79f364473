"""Items 1 to 3: title, background, objectives."""

from __future__ import annotations

from phytovigil.study.checklist.drafts import Draft, Run, authors_say, complete_draft
from phytovigil.study.checklist.wording import count_of, end, join, lower_first, name_source, name_sources


def suggest_title(run: Run) -> Draft:
    """Item 1a."""
    title = run.findings["study"]["title"].rstrip(".")
    if not run.complete:
        return Draft(
            (f"Suggested title: “{title}: a series of case safety reports in {name_sources(run.sources)}”.",),
            "No source at hand holds all reports of its register, so nothing was compared: call it a case series.",
            "section-answer",
        )
    kind = "a disproportionality analysis of individual case safety reports"
    return Draft((f"Suggested title: “{title}: {kind} in {name_sources(run.complete)}”.",), where="section-answer")


def name_pair(run: Run) -> Draft:
    """Item 1b."""
    reactions = join(lower_first(title) for title in run.outcome_titles)
    return Draft((f"The product is {run.product}; the reactions are {reactions}.",), where="section-answer")


def describe_background(run: Run) -> Draft:
    """Item 2a."""
    if run.report.background:
        return authors_say(run.report.background)
    note = run.findings["product"]["note"]
    known = run.findings.get("evidence")
    said = [f"{run.product}: {end(note)}"] if note else []
    if known:
        said.append(
            f"The dossier holds {count_of(known['rows'], 'row')} of published evidence on {run.product}, each cited."
        )
    return Draft(
        tuple(said),
        f"Say what {run.product} is, who takes it and for what, what {join(map(lower_first, run.outcome_titles))} "
        "mean for a patient and how often they occur, and what is known of the two together. "
        "Key “background” of [report].",
        "section-evidence" if known else "",
    )


def give_rationale(run: Run) -> Draft:
    """Item 2b."""
    if run.report.rationale:
        return authors_say(run.report.rationale)
    return Draft(
        (f"The question of the study file is: {end(run.findings['study']['question'])}",),
        "Say why it is asked now: a case report, a regulator's question, a routine screen, a claim that people make. "
        "Key “rationale” of [report].",
        "section-answer",
    )


def explain_suitability(run: Run) -> Draft:
    """Item 2c."""
    if run.report.suitability:
        return authors_say(run.report.suitability)
    return Draft(
        (
            "Reports of suspected harm reach a regulator for products that were never tested in trials, and for "
            "reactions too seldom or too late for trials to show. Disproportionality asks whether a reaction is "
            "reported with the product more often than with the others in the same database; it needs no number of "
            "people exposed, and can give none.",
        ),
        "Say which gap in knowledge this closes, and which other data were looked for and do not exist. "
        "Key “suitability” of [report].",
        "section-methods",
    )


def state_objectives(run: Run) -> Draft:
    """Item 3."""
    reactions = join((lower_first(title) for title in run.outcome_titles), last=" or ")
    aim = f"The aim is to find out whether {reactions} is reported with {run.product}"
    said = [
        f"{aim}, as a case series." if not run.complete else f"{aim} more often than expected. {say_reference(run)}"
    ]
    if run.findings["comparators"]:
        named = join(product["name"] for product in run.findings["comparators"])
        said.append(f"Shown beside it, against the same background: {named}.")
    said.append(
        "Product, reactions, population, measures, threshold, sensitivity analyses and control pairs are written in "
        f"the study file {run.findings['study']['file']} (SHA-256 {run.findings['study']['sha256']})."
    )
    return complete_draft(Draft(tuple(said), where="section-reproduce"), run.report.hypothesis)


def say_reference(run: Run) -> str:
    """What the product is compared with."""
    where = join(name_source(source) for source in run.complete)
    if run.selection["among"]:
        return (
            f"The reference group is the cases in {where} that name one of {join(run.selection['among'], last=' or ')}."
        )
    return f"The reference group is all other cases of the population in {where}."


FILLERS = {
    "1a": suggest_title,
    "1b": name_pair,
    "2a": describe_background,
    "2b": give_rationale,
    "2c": explain_suitability,
    "3": state_objectives,
}
