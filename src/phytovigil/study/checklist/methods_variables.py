"""Items 6a to 6d: population, variables, groupings, other data."""

from __future__ import annotations

from phytovigil.dossier.formatting import format_count
from phytovigil.study.checklist.drafts import Draft, Run, Source, authors_say
from phytovigil.study.checklist.wording import count_of, end, join, lower_first, name_source
from phytovigil.study.facts import MOST_NAMES

ROLE_MEANINGS = {
    "suspect": "the reporter suspected the product, or an interaction with it",
    "any": "the case names the product, in whatever role",
    "primary": "the reporter named the product first among the suspects",
}


def describe_population(run: Run) -> Draft:
    """Item 6a."""
    limits = run.selection["text"].partition("; ")[2]
    restriction = f"Restrictions: {end(limits)}" if limits else "No restriction was set on it."
    said = [
        f"The population is every case of {name_source(source)} as of {source['as_of']}." for source in run.complete
    ]
    said += [
        f"{name_source(source)} lists {count_of(source['cases'], 'case')}; it was selected before it was taken "
        "in, and has no cases to compare with."
        for source in run.listings
    ]
    return Draft((*said, restriction), where="section-flow")


def describe_variables(run: Run) -> Draft:
    """Item 6b."""
    return Draft(
        (
            f"Exposure: {ROLE_MEANINGS[run.selection['role']]}.",
            "The unit is the distinct case: the latest version of a case number, counted once however many rows, "
            "products or terms it has.",
            "A case is serious if its source marks it so, or gives an outcome that regulators call serious. Age is "
            "that at the event, in years; the year is that of first receipt. What a source never records is said to "
            "be not recorded, not unknown.",
            *(say_missing(source) for source in run.sources if missing_fields(source)),
        ),
        where="section-who",
    )


def missing_fields(source: Source) -> list[str]:
    """Dimensions that the source never records."""
    return sorted({name for profile in source["profiles"] for name in profile["not_recorded"]})


def say_missing(source: Source) -> str:
    """What a source never records."""
    return f"{name_source(source)} never records {join(missing_fields(source))}."


def describe_groupings(run: Run) -> Draft:
    """Item 6c."""
    return Draft(
        (say_nodes(run), *(say_names(run, source) for source in run.sources), *say_reactions(run)),
        where="section-names",
    )


def say_nodes(run: Run) -> str:
    """How names were read as the product."""
    vocabulary, product = run.findings["vocabulary"], run.findings["product"]
    nodes = [node["name"] for node in product["nodes"] if node["id"] != product["id"]]
    held = f" It covers {join(nodes)}." if nodes else ""
    return (
        f"Reported names were read as nodes of the product vocabulary {vocabulary['products']} (SHA-256 "
        f"{vocabulary['products_sha256']}), by whole words; names that look alike and mean something else are refused."
        f"{held} Names that are certain count in the main analysis; those that are only likely, such as misspellings, "
        "count in a sensitivity analysis."
        if run.selection["names"] == "certain"
        else f"Reported names were read as nodes of the product vocabulary {vocabulary['products']} (SHA-256 "
        f"{vocabulary['products_sha256']}), by whole words, repaired misspellings included.{held}"
    )


def say_names(run: Run, source: Source) -> str:
    """How many names of a source were read as the product, and which the most."""
    names = [name["name"] for name in source["names"]]
    most = "the most frequent " if len(names) >= MOST_NAMES else ""
    said = f"{name_source(source)}: {most}{count_of(len(names), 'name')} read as {run.product}"
    said += f", first {join(f'“{name}”' for name in names[:3])}" if names else ""
    return (
        f"{said}; {format_count(len(source['likely']))} likely and not counted, {format_count(len(source['refused']))} "
        "refused. All stand in the tables of names."
    )


def say_reactions(run: Run) -> list[str]:
    """Terms of every reaction of the main analysis, and of the broad lists."""
    version = run.findings["vocabulary"]
    used = {pair["reaction"] for source in run.sources for pair in run.pairs(source, "main", "scope")}
    return [
        f"Reactions are groups of the reaction vocabulary {version['reactions']} (SHA-256 "
        f"{version['reactions_sha256']}) or single terms; a case counts once per group.",
        *(
            f"{reaction['title']}: {join((lower_first(term.capitalize()) for term in reaction['terms']), ', ', ', ')}."
            for reaction in run.findings["reactions"]
            if reaction["key"] in used
        ),
    ]


def name_other_data(run: Run) -> Draft:
    """Item 6d."""
    if run.report.other_data:
        return authors_say(run.report.other_data, "section-evidence" if run.findings.get("evidence") else "")
    sources = "Sources were counted apart and not linked with each other. " if len(run.sources) > 1 else ""
    known = run.findings.get("evidence")
    if not known:
        return Draft((f"{sources}No other source of data was used.",), where="section-flow")
    version = f"version {known['version']}, SHA-256 {known['sha256']}"
    return Draft(
        (
            f"{sources}Published evidence on {run.product} was taken from a dated table ({version}); it was set beside "
            "the reports, not linked with them.",
        ),
        where="section-evidence",
    )


FILLERS = {
    "6a": describe_population,
    "6b": describe_variables,
    "6c": describe_groupings,
    "6d": name_other_data,
}
