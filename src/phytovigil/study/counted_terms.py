"""The reaction terms of a source as they are counted: variants of one term share a number."""

from __future__ import annotations

from phytovigil.cases import case_tables_sql, reported_terms_sql, term_table_sql, unmapped_terms_sql
from phytovigil.store import Session
from phytovigil.vocabulary import ReactionVocabulary

MAPPED_TERM = {"word": "INTEGER", "term": "INTEGER", "text": "VARCHAR", "current": "VARCHAR", "variants": "INTEGER"}
"""Columns of the mapping: `variants` is the number of terms as reported that share `term`."""


def show_terms(session: Session, reactions: ReactionVocabulary) -> None:
    """Make the views of counted terms; a vocabulary without variants needs no tables of its own for them."""
    if reactions.terms.variants is None:
        for view, sql in unmapped_terms_sql().items():
            session.engine.show_query(view, sql)
        return
    given = {"terms": reactions.sha256, "cases": case_tables_sql()}
    session.derive("terms", term_table_sql(), given, lambda: map_terms(session, reactions))


def map_terms(session: Session, reactions: ReactionVocabulary) -> None:
    """Read every distinct reported term once; variants of one term share a number and, where several, its name.

    The number is that of the word of the current term, or of the first variant where nobody reported that.
    """
    found = session.engine.query(reported_terms_sql())
    variants: dict[str, list[tuple[int, str]]] = {}
    for text, word in zip(found["text"], found["word"], strict=True):
        if current := reactions.terms.current(str(text)):
            variants.setdefault(current, []).append((int(str(word)), str(text)))
    rows = [row for current, words in variants.items() for row in share_number(current, words)]
    columns = {name: list(values) for name, values in zip(MAPPED_TERM, zip(*sorted(rows), strict=True), strict=False)}
    session.engine.create_table("mapped_term", MAPPED_TERM)
    if columns:
        session.engine.add_rows("mapped_term", columns, MAPPED_TERM)


def share_number(current: str, words: list[tuple[int, str]]) -> list[tuple[int, int, str, str, int]]:
    """Rows of MAPPED_TERM for the variants of one term.

    >>> share_number("SEIZURE", [(3, "CONVULSION"), (8, "SEIZURE")])
    [(3, 8, 'SEIZURE', 'SEIZURE', 2), (8, 8, 'SEIZURE', 'SEIZURE', 2)]
    >>> share_number("SEIZURE", [(3, "CONVULSION")])
    [(3, 3, 'CONVULSION', 'SEIZURE', 1)]
    """
    number = {text: word for word, text in words}.get(current, min(words)[0])
    text = current if len(words) > 1 else words[0][1]
    return [(word, number, text, current, len(words)) for word, _ in words]
