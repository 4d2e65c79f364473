"""Suspected duplicates of a source: searched once for a set of releases and decisions, then read from the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from phytovigil.cases.linking import (
    DUPLICATE_TYPES,
    MODEL_TYPES,
    held_pair_sql,
    link_items_sql,
    link_model_sql,
    link_records_sql,
    link_tables_sql,
    link_types,
    places_of_cases_sql,
    weighed_pairs_sql,
)
from phytovigil.linkage.linking import Linkage, Links, link_records, shown_fields
from phytovigil.linkage.linking import weigh_pairs as weigh_records
from phytovigil.linkage.patients import Patients, patients_of
from phytovigil.linkage.records import Records, make_records
from phytovigil.linkage.remembering import describe_model, recall_model
from phytovigil.linkage.results import Bars, find_bars, find_records, group_columns, link_columns
from phytovigil.schema.reports import Columns
from phytovigil.store import Session
from phytovigil.study.pair_decisions import read_pair_decisions
from phytovigil.study.patients import read_told

RULES_VERSION = "8"
"""Goes up with every change of the linkage that may change its answer, so that no answer of older rules is read."""

SURE = 0.95
"""Probability from which pairs may share a group."""

BLOCK = 1_000_000

Progress = Callable[[str, int, int], None]
"""Called with what is being done, the records done and the records in all."""

Pair = tuple[int, int]


def link_reports(session: Session, decisions: Path | None = None, progress: Progress | None = None) -> None:
    """Make sure that the views report_link, link_model and duplicate are there.

    decisions : file of pairs that a person decided. Searching takes seconds for ten thousands of reports and minutes
    for millions; the second time it is read from the store.
    """
    decided = read_pair_decisions(decisions)
    source = session.releases[0].source
    given = {"rules": RULES_VERSION, "decisions": decided.sha256(source)}
    decided_pairs = [(row.case, row.other_case, row.same) for row in decided.of(source)]
    session.derive("links", link_tables_sql(shown_fields()), given, lambda: search(session, decided_pairs, progress))


def search(session: Session, decided: Sequence[tuple[str, str, bool]], progress: Progress | None) -> None:
    """Find the suspected duplicates and put them where `link_tables_sql` reads them."""
    tell = progress or (lambda stage, done, total: None)
    tell("reading", 0, 0)
    records, patients = read_records(session)
    linkage = link_records(records, lambda done, total: tell("comparing", done, total))
    tell("grouping", 0, 0)
    bars = find_bars(linkage.links, patients)
    put_links(session, records, linkage.links, bars, "found_link")
    put_model(session, linkage)
    same, different = place_decisions(session, decided)
    groups: Columns = group_columns(records, linkage.links, bars, SURE, same, different)
    session.engine.put_table("found_duplicate", groups, DUPLICATE_TYPES)


def read_records(session: Session) -> tuple[Records, Patients]:
    """The cases of a session as records, and what they tell of their patients."""
    told, _ = read_told(session)
    facts = session.engine.blocks(link_records_sql(), BLOCK)
    # One query after the other: the engine hands out one result at a time.
    records = make_records(list(facts), session.engine.blocks(link_items_sql(), BLOCK), told.paper)
    return records, patients_of(records, told)


def put_links(session: Session, records: Records, links: Links, bars: Bars, table: str) -> None:
    """Pairs with their weights, as a table of the engine."""
    types = link_types(shown_fields())
    session.engine.create_table(table, types)
    for columns in link_columns(records, links, bars):
        session.engine.add_rows(table, columns, types)


def put_model(session: Session, linkage: Linkage) -> None:
    """What was learned, and what the search cost."""
    rows = [
        ("search", "pairs_compared", float(linkage.compared)),
        ("search", "pairs_lost_to_caps", float(linkage.out_of_reach)),
        ("search", "pairs_learned_from", float(linkage.considered)),
        *describe_model(linkage.model),
    ]
    columns: Columns = {
        "place": list(range(len(rows))),
        "field": [field for field, _, _ in rows],
        "parameter": [parameter for _, parameter, _ in rows],
        "value": [float(f"{value:.9g}") for _, _, value in rows],
    }
    session.engine.put_table("found_model", columns, MODEL_TYPES)


def place_decisions(session: Session, decided: Sequence[tuple[str, str, bool]]) -> tuple[list[Pair], list[Pair]]:
    """Decided pairs as places of records: those of one event, and those of two. Cases that are not there are passed."""
    numbers = sorted({number for one, other, _ in decided for number in (one, other)})
    found = session.engine.query(places_of_cases_sql(numbers))
    place = {str(case): int(str(at)) for case, at in zip(found["case_id"], found["place"], strict=True)}
    pairs: dict[bool, list[Pair]] = {True: [], False: []}
    for one, other, same in decided:
        if one in place and other in place and place[one] != place[other]:
            left, right = sorted((place[one], place[other]))
            pairs[same].append((left, right))
    return pairs[True], pairs[False]


def weigh_pairs(session: Session, pairs: Sequence[Pair], decisions: Path | None = None) -> Columns:
    """Pairs of reports (left < right) as rows of report_link with the numbers of their cases and their clusters.

    A pair that is not among the suspected ones is weighed by what was learned from all, without its look-alikes.
    """
    link_reports(session, decisions)
    held = [session.engine.query(held_pair_sql(left, right)) for left, right in pairs]
    if all(len(found["left"]) for found in held):
        return {name: [found[name][0] for found in held] for name in held[0]} if held else {}
    records, patients = read_records(session)
    learned = session.engine.query(link_model_sql())
    rows = zip(learned["field"], learned["parameter"], learned["value"], strict=True)
    model = recall_model((str(field), str(parameter), float(str(value))) for field, parameter, value in rows)
    left, right = (find_records(records, [pair[side] for pair in pairs]) for side in (0, 1))
    links = weigh_records(records, model, left, right)
    put_links(session, records, links, find_bars(links, patients), "weighed_link")
    return session.engine.query(weighed_pairs_sql("weighed_link"))
