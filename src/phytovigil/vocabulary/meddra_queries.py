"""Standardised MedDRA Queries (SMQs) of the user's own distribution, as reaction groups with narrow and broad terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from phytovigil.errors import InvalidVocabulary
from phytovigil.schema.vocabulary import ReactionGroup
from phytovigil.vocabulary.meddra import Meddra, normalise
from phytovigil.vocabulary.meddra_files import Problems, Row, read_each

CHILD, PREFERRED, LOWEST = 0, 4, 5
"""Kinds of members: another query, a preferred term, a lowest level term."""
BROAD_SCOPE, NARROW_SCOPE = 1, 2
ALGORITHM = (
    "Its definition combines categories of broad terms by an algorithm, which is not applied here: the broad list "
    "holds all of them."
)


@dataclass(slots=True)
class Query:
    """One query as its files give it."""

    name: str
    algorithm: bool
    narrow: list[str] = field(default_factory=list)
    broad: list[str] = field(default_factory=list)
    children: list[int] = field(default_factory=list)


def load_queries(meddra: Meddra) -> tuple[ReactionGroup, ...]:
    """The active queries as reaction groups, in the order of the file.

    A preferred term stands for itself and all lowest level terms of it, so reported terms in any of these spellings
    are in. A query holds what its narrower queries hold. One without a narrow term takes its broad terms for narrow,
    and says so. Raises InvalidVocabulary where the files are missing or contradict themselves.
    """
    for name in ("smq_list.asc", "smq_content.asc"):
        if not meddra.files.holds(name):
            raise InvalidVocabulary(
                f"MedDRA in {meddra.files.folder} lacks {name}.", "SMQs come with version 8.1 and later."
            )
    problems = Problems()
    queries = _read_list(meddra, problems)
    _read_content(meddra, queries, problems)
    problems.raise_any(meddra.files.folder)
    return tuple(_describe(code, queries, meddra.version) for code in queries if any(_gather(code, queries)))


def _read_list(meddra: Meddra, problems: Problems) -> dict[int, Query]:
    """smq_list.asc: code, name, level, description, source, note, version, status, algorithm."""
    queries: dict[int, Query] = {}

    def read(row: Row) -> None:
        code, name = row.code(0), row.text(1)
        if code in queries:
            raise ValueError(f"the code {code} is given twice")
        if row.values[7].strip().upper() == "A":
            algorithm = row.values[8].strip().upper() not in ("", "N")
            queries[code] = Query(name.removesuffix("(SMQ)").strip(), algorithm)

    read_each(meddra.files.rows("smq_list.asc", 9, problems), problems, read)
    return queries


def _read_content(meddra: Meddra, queries: Mapping[int, Query], problems: Problems) -> None:
    """smq_content.asc: code of the query, code, kind, scope, category, weight and status of the member."""
    names = _names_of_terms(meddra)
    lowest = _lowest_names(meddra, problems)

    def read(row: Row) -> None:
        query = queries.get(row.code(0))
        if query is None or row.values[6].strip().upper() != "A":
            return
        code, kind, scope = row.code(1), row.code(2), row.code(3)
        if kind == CHILD:
            query.children.append(code)
            return
        if kind not in (PREFERRED, LOWEST) or scope not in (BROAD_SCOPE, NARROW_SCOPE):
            raise ValueError(f"the kind {kind} with the scope {scope} is unknown")
        spelt = names.get(code) if kind == PREFERRED else lowest.get(code)
        if not spelt:
            raise ValueError(f"there is no term with the code {code}")
        (query.narrow if scope == NARROW_SCOPE else query.broad).extend(spelt)

    read_each(meddra.files.rows("smq_content.asc", 7, problems), problems, read)


def _names_of_terms(meddra: Meddra) -> dict[int, list[str]]:
    """Every spelling of a preferred term: its name and those of its lowest level terms, by code."""
    terms = meddra.terms["PT"]
    names: dict[int, list[str]] = {code: [normalise(terms.names[place])] for code, place in terms.places.items()}
    for name, place in meddra.lookup.items():
        if place >= 0 and name != normalise(terms.names[place]):
            names[terms.codes[place]].append(name)
    return names


def _lowest_names(meddra: Meddra, problems: Problems) -> dict[int, list[str]]:
    rows = meddra.files.rows("llt.asc", 10, problems)
    return {row.code(0): [normalise(row.text(1))] for row in rows}


def _gather(code: int, queries: Mapping[int, Query], above: tuple[int, ...] = ()) -> tuple[dict[str, None], ...]:
    """(narrow, broad) of a query and of those within it; broad without what is narrow."""
    if code not in queries or code in above:
        return {}, {}
    query = queries[code]
    narrow, broad = dict.fromkeys(query.narrow), dict.fromkeys(query.broad)
    for child in query.children:
        inner = _gather(child, queries, (*above, code))
        narrow |= inner[0]
        broad |= inner[1]
    return narrow, {term: None for term in broad if term not in narrow}


def _notes(query: Query, only_broad: bool, version: str) -> Iterator[str]:
    yield f"Standardised MedDRA Query of version {version}."
    if query.algorithm:
        yield ALGORITHM
    if only_broad:
        yield "It has broad terms only; they stand for narrow ones here."


def _describe(code: int, queries: Mapping[int, Query], version: str) -> ReactionGroup:
    narrow, broad = _gather(code, queries)
    query = queries[code]
    chosen = tuple(narrow or broad)
    note = " ".join(_notes(query, not narrow, version))
    name = "-".join("".join(sign if sign.isalnum() else " " for sign in query.name.casefold()).split())
    return ReactionGroup(f"smq-{name}", query.name, chosen, (*chosen, *(broad if narrow else ())), (), note)
