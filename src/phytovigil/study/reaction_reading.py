"""How reported reaction terms were read: one term explained, and those that no group holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from phytovigil.cases import case_tables_sql, term_cases_sql
from phytovigil.schema.vocabulary import TermReading
from phytovigil.store import Session, Store, write_table
from phytovigil.study.asking import frame_answer
from phytovigil.study.naming import find_near
from phytovigil.vocabulary import ReactionVocabulary

GROUPED, UNGROUPED, NOT_CODED = "grouped", "ungrouped", "not_coded"
COLUMNS = {"term": "VARCHAR", "cases": "BIGINT", "rule": "VARCHAR", "current": "VARCHAR", "excluded_from": "VARCHAR"}
"""Columns of the file of terms that no group holds; groups that leave the term out on purpose are joined by blanks."""


def explain_term(asked: str, reactions: ReactionVocabulary, store: Store) -> dict[str, Any]:
    """What a reaction term is read as, the groups that hold it or leave it out, and what the store reports of it."""
    reading = reactions.read(asked)
    reported = [entry for source in store.sources() for entry in reported_variants(reading, reactions, store, source)]
    places = reactions.places(reading.current) if reading.current else []
    return frame_answer(
        "reactions-explain",
        asked=asked,
        vocabulary=reactions.version,
        rule=reading.rule,
        current=reading.current,
        why=reading.why,
        evidence=reading.evidence,
        older_names=older_names(reading.current, reactions),
        groups=[
            {"group": group.name, "title": group.title, "place": place, "why": why} for group, place, why in places
        ],
        reported=reported,
        near=find_near(reading.current, reactions.terms.known, 3) if is_strange(reading, reported) else [],
    )


def is_strange(reading: TermReading, reported: Sequence[Mapping[str, Any]]) -> bool:
    """Whether neither the vocabulary nor the store has a term, so that it may be misspelt."""
    return reading.rule in ("unknown", "spelling") and not reported


def older_names(current: str, reactions: ReactionVocabulary) -> list[str]:
    """The older names of a term that the vocabulary knows."""
    variants = reactions.terms.variants
    listed = variants.renamings.values() if variants else ()
    return sorted(item.old for item in listed if item.current == current)


def reported_variants(
    reading: TermReading, reactions: ReactionVocabulary, store: Store, source: str
) -> list[dict[str, Any]]:
    """The terms of a source that are read as the same, as reported, most cases first."""
    with closing(store.read(source)) as session:
        as_of = max(release.as_of for release in session.releases)
        found = read_term_cases(session)
    asked = reactions.read(reading.term)
    return [
        {"source": source, "as_of": as_of, "term": term, "cases": cases}
        for term, cases in found.items()
        if is_same(reactions.read(term), asked)
    ]


def is_same(one: TermReading, other: TermReading) -> bool:
    """Whether two terms are counted as one; those that name no reaction are told apart by their words."""
    if one.current or other.current:
        return one.current == other.current
    return one.term.upper() == " ".join(other.term.upper().split())


def read_term_cases(session: Session) -> Mapping[str, int]:
    """Distinct cases of every term as reported, most first."""
    session.derive("cases", case_tables_sql())
    found = session.engine.query(term_cases_sql())
    return {str(term): int(str(cases)) for term, cases in zip(found["text"], found["cases"], strict=True)}


def list_unmapped(
    session: Session, reactions: ReactionVocabulary, source: str, most: int, out: Path | None
) -> dict[str, Any]:
    """Terms of a source that no group holds, most cases first, with totals that add up to all terms.

    most : terms in the answer; the totals are of all. out : file for all of them, CSV or Parquet.
    """
    found = read_term_cases(session)
    sorted_terms = {term: sort_term(reactions.read(term), reactions) for term in found}
    rows = [
        describe_unmapped(reactions.read(term), cases, reactions)
        for term, cases in found.items()
        if sorted_terms[term] == UNGROUPED
    ]
    if out:
        write_unmapped(rows, out)
    return frame_answer(
        "reactions-unmapped",
        source=source,
        as_of=max(release.as_of for release in session.releases),
        vocabulary=reactions.version,
        totals={
            "all": sum_cases(found.values()),
            **{
                kind: sum_cases(cases for term, cases in found.items() if sorted_terms[term] == kind)
                for kind in (GROUPED, UNGROUPED, NOT_CODED)
            },
            "without_variant": sum_cases(row["cases"] for row in rows if row["rule"] == "unknown"),
        },
        not_coded=[
            {"term": term, "cases": cases, "why": reactions.read(term).why}
            for term, cases in found.items()
            if sorted_terms[term] == NOT_CODED
        ],
        file=str(out) if out else None,
        terms=rows[:most],
    )


def sort_term(reading: TermReading, reactions: ReactionVocabulary) -> str:
    """Whether a group holds a term, none does, or it names no reaction."""
    if not reading.current:
        return NOT_CODED
    return GROUPED if any(place != "excluded" for _, place, _ in reactions.places(reading.current)) else UNGROUPED


def describe_unmapped(reading: TermReading, cases: int, reactions: ReactionVocabulary) -> dict[str, Any]:
    """A term that no group holds."""
    left_out = [group.name for group, _, _ in reactions.places(reading.current)]
    return {
        "term": reading.term,
        "cases": cases,
        "rule": reading.rule,
        "current": reading.current,
        "excluded_from": left_out,
    }


def sum_cases(cases: Iterable[int]) -> dict[str, int]:
    """How many terms there are, and their cases; a case counts once for each of its terms."""
    listed = list(cases)
    return {"terms": len(listed), "cases": sum(listed)}


def write_unmapped(rows: Sequence[Mapping[str, Any]], file: Path) -> None:
    """Write terms that no group holds as Parquet where the file is called so, else as CSV."""
    flat = [{**row, "excluded_from": " ".join(row["excluded_from"])} for row in rows]
    columns: dict[str, list[object]] = {name: [row[name] for row in flat] for name in COLUMNS}
    write_table(file, columns, COLUMNS, format="parquet" if file.suffix == ".parquet" else "csv")
