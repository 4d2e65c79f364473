"""Lists of reaction terms joined by commas, where some terms hold a comma themselves."""

from __future__ import annotations

from functools import cache

from phytovigil.sources.tables import read_table

WORDS_FOR_NO_TERM = frozenset(("", "NOT CODED"))

Fragments = tuple[str, ...]


def write_term(text: str) -> str:
    """A term in upper case with single blanks.

    >>> write_term(" Skin  discolouration")
    'SKIN DISCOLOURATION'
    """
    return " ".join(text.upper().split())


@cache
def comma_terms() -> dict[str, tuple[Fragments, ...]]:
    """The known terms that hold a comma, cut at their commas, by first fragment; longest first."""
    by_head: dict[str, list[Fragments]] = {}
    for row in read_table("comma_terms"):
        fragments = tuple(write_term(part) for part in row["term"].split(","))
        by_head.setdefault(fragments[0], []).append(fragments)
    return {head: tuple(sorted(cut, key=len, reverse=True)) for head, cut in by_head.items()}


@cache
def written_terms() -> dict[Fragments, str]:
    """The spelling of a term that holds commas, by its fragments."""
    return {
        tuple(write_term(part) for part in row["term"].split(",")): row["term"] for row in read_table("comma_terms")
    }


@cache
def tails() -> dict[str, tuple[str, ...]]:
    """Second fragments of two-part terms, with the first fragments that they follow."""
    found: dict[str, tuple[str, ...]] = {}
    for fragments in written_terms():
        if len(fragments) == 2:
            found[fragments[1]] = (*found.get(fragments[1], ()), fragments[0])
    return found


def split_terms(text: str) -> tuple[str, ...]:
    """Distinct terms of a comma-joined list, in order; known terms that hold a comma stay whole.

    openFDA cuts at every comma and drops repeats, which leaves the tail of a second such term alone;
    a tail that finds its head elsewhere in the list is joined to it.

    >>> split_terms("NAUSEA, Hallucination, visual, RASH, NAUSEA")
    ('NAUSEA', 'HALLUCINATION, VISUAL', 'RASH')
    >>> split_terms("HALLUCINATION, AUDITORY, VISUAL")
    ('HALLUCINATION, AUDITORY', 'HALLUCINATION, VISUAL')
    """
    fragments = [write_term(part) for part in text.split(",")]
    holds_comma_term = not comma_terms().keys().isdisjoint(fragments)
    terms = join_fragments(fragments) if holds_comma_term else fragments
    return tuple(term for term in dict.fromkeys(terms) if term not in WORDS_FOR_NO_TERM)


def join_fragments(fragments: list[str]) -> list[str]:
    """Put known terms that hold a comma together again, longest match first."""
    terms, place = [], 0
    while place < len(fragments):
        match = match_at(fragments, place)
        terms.append(written_terms()[match] if match else join_tail(fragments[place], fragments))
        place += len(match) or 1
    return terms


def match_at(fragments: list[str], place: int) -> Fragments:
    """The longest known term that starts at this place, as its fragments, or nothing."""
    for candidate in comma_terms().get(fragments[place], ()):
        if tuple(fragments[place : place + len(candidate)]) == candidate:
            return candidate
    return ()


def join_tail(fragment: str, fragments: list[str]) -> str:
    """The whole term for a tail that stands alone but whose head is in the same list."""
    heads = [head for head in tails().get(fragment, ()) if head in fragments]
    return written_terms()[heads[0], fragment] if len(heads) == 1 else fragment
