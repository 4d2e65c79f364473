"""What the vocabulary makes of every reported name of a source, kept beside the case tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from phytovigil.cases import case_tables_sql, reported_names_sql
from phytovigil.cases.unmapped import NAME_STATUSES, read_name_tables_sql
from phytovigil.schema.vocabulary import Match
from phytovigil.store import Session
from phytovigil.study.sourcing import OpenSource
from phytovigil.vocabulary import ProductVocabulary

OPEN_RULES = ("ambiguous", "needs-context")
"""Rules of refusals that a person who knows the report could decide."""

READ_WORD = {
    "word": "INTEGER",
    "status": "TINYINT",
    "rule": "VARCHAR",
    "matched": "VARCHAR",
    "candidate": "VARCHAR",
    "score": "DOUBLE",
    "why": "VARCHAR",
    "doubtful": "BOOLEAN",
}

CERTAIN, LIKELY, SETTING, REFUSED, UNKNOWN = range(len(NAME_STATUSES))


@dataclass(frozen=True, slots=True)
class NameReading:
    """One reported name as read. status : place in NAME_STATUSES.

    rule, matched, candidate, score, why : of the first thing in it that is not certain; empty where all is.
    candidate : ids of nodes that it may mean, joined by " + ". doubtful : a person had better decide it.
    """

    status: int
    rule: str = ""
    matched: str = ""
    candidate: str = ""
    score: float = 0.0
    why: str = ""
    doubtful: bool = False


def read_matches(matches: Sequence[Match], unsettled: bool = False) -> NameReading:
    """Sum up what was found in one name. unsettled : its setting decides.

    >>> read_matches(()).status == UNKNOWN
    True
    """
    if not matches:
        return NameReading(UNKNOWN)
    certain = [match for match in matches if match.certainty == "certain"]
    likely = [match for match in matches if match.certainty == "likely"]
    refused = [match for match in matches if match.certainty == "refused"]
    open_ones = [match for match in refused if match.rule in OPEN_RULES]
    status = CERTAIN if certain else LIKELY if likely else SETTING if unsettled else REFUSED
    shown = next(iter((*likely, *open_ones, *refused)), None)
    if shown is None:
        return NameReading(status)
    nodes = {match.node for match in (*certain, *likely)} | ({shown.candidate} if not likely else set())
    candidate = " + ".join(sorted(nodes - {""}))
    return NameReading(status, shown.rule, shown.matched, candidate, shown.score, shown.why, bool(likely or open_ones))


def derive_readings(opened: OpenSource) -> None:
    """Make the views `reported_name` and `row_status`; the first time names are read, later the cache has them."""
    session, products = opened.session, opened.products
    given = {"vocabulary": products.sha256, "cases": case_tables_sql()}
    session.derive("readings", read_name_tables_sql(), given, lambda: read_names(session, products))


def read_names(session: Session, products: ProductVocabulary) -> None:
    """Read every distinct reported name into `read_word`."""
    found = session.engine.query(reported_names_sql())
    texts = [str(text) for text in found["text"]]
    matches = [products.resolve(text) for text in texts]
    open_places = [place for place, held in enumerate(matches) if any(match.certainty == "refused" for match in held)]
    settings = products.map_names(texts[place] for place in open_places).unsettled
    unsettled = {open_places[place] for place in settings}
    rows = [
        (word, *astuple(read_matches(held, place in unsettled)))
        for place, (word, held) in enumerate(zip(found["word"], matches, strict=True))
    ]
    columns: dict[str, list[object]] = (
        {name: list(values) for name, values in zip(READ_WORD, zip(*rows, strict=True), strict=True)}
        if rows
        else {name: [] for name in READ_WORD}
    )
    session.engine.put_table("read_word", columns, READ_WORD)
