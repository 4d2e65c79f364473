"""The 12 items for an abstract."""

from __future__ import annotations

from phytovigil.study.checklist.databases import DATABASES
from phytovigil.study.checklist.discussion import say_relevance
from phytovigil.study.checklist.drafts import Draft, Run, authors_say
from phytovigil.study.checklist.introduction import give_rationale, name_pair
from phytovigil.study.checklist.methods_data import name_design
from phytovigil.study.checklist.methods_variables import describe_population
from phytovigil.study.checklist.results import say_counts, say_main
from phytovigil.study.checklist.wording import count_of, end, join, name_measure, name_rule, name_source, sentence


def name_databases(run: Run) -> Draft:
    """Item 2b."""
    known = [source for source in run.sources if source["source"] in DATABASES]
    unknown = [name_source(source) for source in run.sources if source not in known]
    said = [f"{source['title']} ({source['publisher']}): {DATABASES[source['source']].access}." for source in known]
    said += [f"{source['title']} ({source['publisher']})." for source in run.sources if source not in known]
    return Draft(tuple(said), f"Say how {join(unknown)} was accessed." if unknown else "", "section-flow")


def name_period(run: Run) -> Draft:
    """Item 2c."""
    years = run.selection["years"]
    received = f"received {years[0]} to {years[1]}, " if years else ""
    unknown = [name_source(source) for source in run.sources if source["source"] not in DATABASES]
    said = []
    for source in run.sources:
        region = DATABASES[source["source"]].region if source["source"] in DATABASES else ""
        said.append(f"{name_source(source)}: {received}data as of {source['as_of']}{f'; {region}' if region else ''}.")
    return Draft(tuple(said), f"Name the region of {join(unknown)}." if unknown else "", "section-flow")


def name_measures(run: Run) -> Draft:
    """Item 2d."""
    if not run.complete:
        return Draft(("None; the reports were counted.",), where="section-listings")
    titles = join(name_measure(measure) for measure in run.findings["measures"])
    return Draft((f"{sentence(titles)} A signal: {name_rule(run.findings['rule'])}.",), where="section-methods")


def say_reviewed(run: Run) -> Draft:
    """Item 2e."""
    if run.report.case_review:
        return authors_say(run.report.case_review)
    series = run.findings.get("case_series")
    said = ("The cases were described one by one by the program.",) if series else ()
    return Draft(
        said,
        "Say whether a person reviewed the cases. Key “case_review” of [report].",
        "section-series" if series else "",
    )


def give_main(run: Run) -> Draft:
    """Item 3."""
    said = [*say_main(run), *(say_counts(run, source) for source in run.listings)]
    if withheld := run.findings["controls"].get("failed"):
        said.insert(0, end(run.findings["controls"].get("why") or "The controls failed.") if withheld else "")
    if run.report.case_results:
        return Draft((*said, run.report.case_results), where="section-answer", by="program and author")
    return Draft(
        tuple(said),
        "Add the case review in a sentence, or that there was none. Key “case_results” of [report].",
        "section-answer",
    )


def conclude(run: Run) -> Draft:
    """Item 4a."""
    if run.report.conclusion:
        return authors_say(run.report.conclusion)
    return Draft((run.findings["answer"][0],), where="section-answer")


def refine_hypothesis(run: Run) -> Draft:
    """Item 4b."""
    return Draft(
        (
            "The analysis raises or refines a hypothesis. It cannot show that the product causes the reaction, nor how "
            "often it occurs.",
        ),
        where="section-methods",
    )


def count_population(run: Run) -> Draft:
    """Item 1c."""
    text = " ".join(describe_population(run).text)
    counts = join(f"{name_source(source)}: {count_of(source['cases'], 'case')}" for source in run.sources)
    return Draft((f"{text} {end(counts)}",), where="section-flow")


FILLERS = {
    "1a": give_rationale,
    "1b": name_pair,
    "1c": count_population,
    "2a": name_design,
    "2b": name_databases,
    "2c": name_period,
    "2d": name_measures,
    "2e": say_reviewed,
    "3": give_main,
    "4a": conclude,
    "4b": refine_hypothesis,
    "4c": say_relevance,
}
