"""What a source holds and how it was read: everything in a finding that is not a count of a studied pair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from phytovigil.cases import (
    NAMING,
    POPULATION,
    SUSPECTING,
    case_places_sql,
    co_reported_sql,
    flow_sql,
    folded_summary_sql,
    matched_names_sql,
    names_holding_sql,
    profile_sql,
    quarantine_examples_sql,
    quarantine_reasons_sql,
    reported_cases_sql,
    reported_reactions_sql,
)
from phytovigil.schema.reports import QUARANTINE, ROLES, Source
from phytovigil.schema.selection import Selection
from phytovigil.store import Release
from phytovigil.study.counting import ReportCounter
from phytovigil.study.naming import NamedProduct, NamedReaction
from phytovigil.study.reasons import sum_up_reasons

MOST_EXAMPLES = 20
MOST_CASES = 5000
"""Longest case list of a dossier; beyond it the list would be a file to read with a program."""
MOST_PLACES = 100
"""Longest list of the cases of a pair that is not of the product under study."""

MOST_CO_REPORTED = 15
MOST_NAMES = 200
BY_SETTING = "Route, form or country in each report decides it."
"""Why a name counts that means nothing where nothing is known of its report."""


def describe_source(
    counter: ReportCounter, product: NamedProduct, reactions: Sequence[NamedReaction], selection: Selection
) -> dict[str, Any]:
    """Title, releases, flow of reports, names as mapped and refused, terms behind each reaction, quarantine."""
    opened = counter.opened
    steps = flow(counter, product, selection)
    cases = {step["step"]: step["cases"] for step in steps}
    return {
        **describe_data_set(opened.source),
        "as_of": opened.as_of,
        "releases": [describe_release(release) for release in opened.session.releases],
        "cases": cases[POPULATION],
        "product_cases": cases[NAMING],
        "product_cases_suspect": cases[SUSPECTING],
        "flow": steps,
        "names": matched_names(counter, product, selection),
        "likely": likely_names(counter, product, selection),
        "refused": refused_names(counter, product),
        "duplicates": describe_duplicates(counter, product, selection),
        "terms": count_terms(counter, product, reactions, selection),
        "quarantine": quarantine(counter),
    }


def describe_data_set(source: Source) -> dict[str, Any]:
    """A source without its data."""
    described = {
        name: getattr(source, name) for name in ("label", "title", "publisher", "complete", "unit", "note", "url")
    }
    return {"source": source.name, **described}


def describe_release(release: Release) -> dict[str, Any]:
    """A release with its files and ledgers."""
    return {
        "id": release.id,
        "source": release.source,
        "as_of": release.as_of,
        "reports": release.reports,
        "files": [asdict(entry) for entry in release.files],
    }


def flow(counter: ReportCounter, product: NamedProduct, selection: Selection) -> list[dict[str, Any]]:
    """How reports become cases, step by step."""
    sql = flow_sql(counter.product(product), selection, counter.opened.nodes)
    return rows(counter.opened.session.engine.query(sql), ("step", "cases"))


def matched_names(counter: ReportCounter, product: NamedProduct, selection: Selection) -> list[dict[str, Any]]:
    """Every reported name that was read as the product, with the node and rule that decided."""
    found = product_names(counter, product, selection)[:MOST_NAMES]
    members = {node for node, _ in product.nodes}
    for entry in found:
        matches = [match for match in counter.opened.products.resolve(entry["name"]) if match.node in members]
        entry["nodes"] = sorted({match.node for match in matches})
        entry["rule"] = ", ".join(sorted({match.rule for match in matches})) or "as reported"
    return found


def product_names(counter: ReportCounter, product: NamedProduct, selection: Selection) -> list[dict[str, Any]]:
    """Every reported name that was read as the product, with its cases, most frequent first."""
    sql = matched_names_sql(counter.product(product), replace(selection, role="any"))
    return rows(counter.opened.session.engine.query(sql), ("name", "cases"))


def likely_names(counter: ReportCounter, product: NamedProduct, selection: Selection) -> list[dict[str, Any]]:
    """Names that are likely the product's and do not count, with the reason; none where they do count."""
    if selection.names == "likely":
        return []
    counted = {entry["name"] for entry in product_names(counter, product, selection)}
    found = product_names(counter, product, replace(selection, names="likely"))
    members = {node for node, _ in product.nodes}
    likely = [entry for entry in found if entry["name"] not in counted][:MOST_NAMES]
    for entry in likely:
        matches = [match for match in counter.opened.products.resolve(entry["name"]) if match.node in members]
        entry["rule"] = ", ".join(sorted({match.rule for match in matches})) or "context"
        entry["score"] = max((match.score for match in matches), default=0.0)
        entry["why"] = " ".join(dict.fromkeys(match.why for match in matches)) or BY_SETTING
    return likely


def describe_duplicates(counter: ReportCounter, product: NamedProduct, selection: Selection) -> dict[str, Any]:
    """How many cases are suspected to be one with another, in all and of the product, and what was done with them."""
    counter.opened.fold_duplicates()
    sql = folded_summary_sql(counter.product(product), selection, counter.opened.nodes)
    return {"treatment": selection.duplicates, **counter.opened.session.engine.query_one(sql)}


def refused_names(counter: ReportCounter, product: NamedProduct) -> list[dict[str, Any]]:
    """Reported names that look like the product and were not read as it, with the reason."""
    members = {node for node, _ in product.nodes}
    first_tokens = {
        match.matched.split()[0] for match in counter.opened.products.refusals if match.candidate in members
    }
    if not first_tokens:
        return []
    found = counter.opened.session.engine.query(names_holding_sql(first_tokens))
    return list(keep_refused(counter, members, rows(found, ("name", "cases"))))


def keep_refused(counter: ReportCounter, members: set[str], found: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Names of which a part was refused for this product and no part was accepted for it."""
    for entry in found:
        matches = counter.opened.products.resolve(entry["name"])
        if any(match.node in members for match in matches):
            continue
        for match in matches:
            if not match.node and match.candidate in members:
                yield {**entry, "rule": match.rule, "why": match.why}
                break


def count_terms(
    counter: ReportCounter, product: NamedProduct, reactions: Sequence[NamedReaction], selection: Selection
) -> list[dict[str, Any]]:
    """The terms that the product's cases carry behind each reaction, most frequent first."""
    sql = reported_reactions_sql(counter.product(product), selection, counter.opened.nodes)
    found = counter.opened.session.engine.query(sql)
    cases = {str(term): int(str(number)) for term, number in zip(found["term"], found["cases"], strict=True)}
    return [
        {"reaction": reaction.key, "term": term, "cases": cases[term]}
        for reaction in reactions
        for term in sorted(set(counter.counted_terms(reaction)) & set(cases), key=lambda term: (-cases[term], term))
    ]


def quarantine(counter: ReportCounter) -> dict[str, Any]:
    """What could not be read: totals and reasons."""
    engine = counter.opened.session.engine
    reasons = rows(engine.query(quarantine_reasons_sql()), ("scope", "reason", "count"))
    return sum_up_reasons(reasons)


def describe_quarantined(counter: ReportCounter) -> list[dict[str, Any]]:
    """The first examples of what could not be read, with their raw text."""
    engine = counter.opened.session.engine
    return rows(engine.query(quarantine_examples_sql(MOST_EXAMPLES)), tuple(QUARANTINE))


def describe_cases(
    counter: ReportCounter, product: NamedProduct, reaction: NamedReaction | None, selection: Selection
) -> dict[str, Any]:
    """Who the cases are: by sex, age, year, country, reporter, seriousness, outcome and co-reported product."""
    opened = counter.opened
    chosen = (counter.product(product), counter.reaction(reaction) if reaction else None, selection, opened.nodes)
    dimensions: dict[str, list[dict[str, Any]]] = {}
    for row in rows(opened.session.engine.query(profile_sql(*chosen)), ("dimension", "value", "cases")):
        dimensions.setdefault(row["dimension"], []).append({"value": row["value"], "cases": row["cases"]})
    missing = sorted(set(dimensions) & set(opened.source.missing))
    for name in missing:
        del dimensions[name]
    dimensions["co_reported"] = co_reported(counter, product, reaction, selection)
    return {
        "reaction": reaction.key if reaction else "",
        "title": reaction.title if reaction else "all cases",
        "cases": sum(entry["cases"] for entry in dimensions.get("sex", [])),
        "dimensions": dimensions,
        "not_recorded": missing,
    }


def co_reported(
    counter: ReportCounter, product: NamedProduct, reaction: NamedReaction | None, selection: Selection
) -> list[dict[str, Any]]:
    """Other products of the vocabulary that the cases name, most frequent first."""
    opened = counter.opened
    family = {opened.nodes[member] for member, _ in product.nodes}
    family |= {above for node in tuple(family) for above in opened.products.ancestors(node)}
    chosen = (counter.product(product), counter.reaction(reaction) if reaction else None)
    sql = co_reported_sql(*chosen, selection, opened.nodes, sorted(family))
    found = rows(opened.session.engine.query(sql), ("node", "cases"))[:MOST_CO_REPORTED]
    return [{"value": opened.products.nodes[row["node"]].name, "cases": row["cases"]} for row in found]


def list_profiles(
    counter: ReportCounter, product: NamedProduct, outcomes: Sequence[NamedReaction], selection: Selection
) -> list[dict[str, Any]]:
    """Who the cases are: all of the product, then of each outcome that has cases."""
    found = [describe_cases(counter, product, reaction, selection) for reaction in (None, *outcomes)]
    return [profile for profile in found if profile["cases"]]


def list_some_cases(
    counter: ReportCounter, product: NamedProduct, reactions: Sequence[NamedReaction], selection: Selection
) -> dict[str, Any]:
    """The cases of the product; a list that is too long for a page is cut, and says so."""
    cases = list_cases(counter, product, reactions, selection)
    note = f"The first {MOST_CASES:,} of {len(cases):,} cases, oldest first." if len(cases) > MOST_CASES else ""
    return {"case_list": cases[:MOST_CASES], "case_list_note": note}


def list_cases(
    counter: ReportCounter, product: NamedProduct, reactions: Sequence[NamedReaction], selection: Selection
) -> list[dict[str, Any]]:
    """Every case of the product, with what marks it: the product as named, the studied reactions it has."""
    opened = counter.opened
    sql = reported_cases_sql(counter.product(product), None, selection, opened.nodes)
    found = opened.session.engine.query(sql)
    named = {entry["name"] for entry in product_names(counter, product, selection)}
    by_term: dict[str, list[str]] = {}
    for reaction in reactions:
        for term in counter.counted_terms(reaction):
            by_term.setdefault(term, []).append(reaction.key)
    files = name_files(counter)
    plain = [dict(zip(found, values, strict=True)) for values in zip(*found.values(), strict=True)]
    return [describe_case(case, opened.source.name, named, by_term, files) for case in plain]


def name_files(counter: ReportCounter) -> dict[tuple[int, int], str]:
    """Raw files by the release that they belong to and their place in it."""
    return {
        (release.ordinal, place): entry.file
        for release in counter.opened.session.releases
        for place, entry in enumerate(release.files)
    }


def list_places(
    counter: ReportCounter, product: NamedProduct, reaction: NamedReaction, selection: Selection
) -> dict[str, Any]:
    """The cases of a pair with their place in the raw file; a list that is too long for a page is cut."""
    files = name_files(counter)
    sql = case_places_sql(counter.product(product), counter.reaction(reaction), selection, counter.opened.nodes)
    found = rows(counter.opened.session.engine.query(sql), ("case_id", "ordinal", "file", "line"))
    listed = [
        {"case_id": case["case_id"], "file": files[case["ordinal"], case["file"]], "line": case["line"]}
        for case in found[:MOST_PLACES]
    ]
    return {"cases": listed, "further": len(found) - len(listed)}


def describe_case(
    case: dict[str, Any],
    source: str,
    named: set[str],
    by_term: dict[str, list[str]],
    files: dict[tuple[int, int], str],
) -> dict[str, Any]:
    """One case as it stands in the case list."""
    terms = [{"term": term, "reactions": by_term.get(term, [])} for term in case["terms"] or []]
    return {
        "anchor": f"{source}-case-{case['case_id']}",
        "case_id": case["case_id"],
        "version": case["version"] or 0,
        "received": case["received"] and case["received"].isoformat(),
        "event_date": case["event_date"],
        "sex": case["sex"],
        "age_years": case["age_years"] and round(case["age_years"], 2),
        "country": case["country"],
        "reporter": case["reporter"],
        "serious": case["serious"],
        "outcomes": case["outcomes"] or [],
        "products": [describe_named(product, named) for product in case["products"] or []],
        "terms": terms,
        "reactions": sorted({key for term in terms for key in term["reactions"]}),
        "literature": case["literature"],
        "file": files[case["ordinal"], case["file"]],
        "line": case["line"],
    }


def describe_named(product: dict[str, Any], named: set[str]) -> dict[str, Any]:
    """One product of a case."""
    role = ROLES[product["role"]] if product["role"] is not None else "unknown"
    return {
        "name": product["name"] or "",
        "role": role,
        "under_study": product["name"] in named,
        "indications": product["indications"] or [],
        "periods": product["periods"] or [],
        "dechallenge": product["dechallenge"],
        "rechallenge": product["rechallenge"],
    }


def rows(columns: dict[str, list[object]], names: Sequence[str]) -> list[dict[str, Any]]:
    """Columns as a list of rows."""
    return [dict(zip(names, values, strict=True)) for values in zip(*(columns[name] for name in names), strict=True)]
