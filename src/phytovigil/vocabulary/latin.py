"""Latin names of plants as pharmacists and taxonomists write them: hybrid signs, genitives, abbreviated genera."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from phytovigil.vocabulary.tokens import split_tokens

_GENITIVES = (
    ("ENS", "ENTIS"),
    ("AX", "ACIS"),
    ("EX", "ICIS"),
    ("IX", "ICIS"),
    ("OR", "ORIS"),
    ("ER", "ERIS"),
    ("GO", "GINIS"),
    ("UM", "I"),
    ("US", "I"),
    ("OS", "I"),
    ("ON", "I"),
    ("IS", "IS"),
    ("AS", "ATIS"),
    ("A", "AE"),
    ("E", "ES"),
)
"""Nominative -> genitive endings of genus names and epithets; the first that fits is taken."""


def split_taxon(taxon: str) -> tuple[str, str]:
    """Genus and epithet of a Latin name, as tokens; the epithet is "" where there is none.

    >>> split_taxon("Mentha × piperita L.")
    ('MENTHA', 'PIPERITA')
    """
    words = [word for word in split_tokens(taxon) if word != "X"]
    return words[0], words[1] if len(words) > 1 else ""


def decline(word: str) -> tuple[str, ...]:
    """The genitives that a Latin word may have; none for a word that is not declined.

    >>> decline("HYPERICUM"), decline("VULGARE"), decline("GINKGO")
    (('HYPERICI',), ('VULGARES', 'VULGARIS'), ())
    """
    if word == "GINKGO":
        return ()
    for ending, genitive in _GENITIVES:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word[: -len(ending)]
            return (stem + genitive, stem + "IS") if ending == "E" else (stem + genitive,)
    return ()


def list_genitives(genus: str, epithet: str) -> Iterator[tuple[str, str]]:
    """A binomial in the genitive, as names of herbal drugs have it (ALLII SATIVI BULBUS).

    >>> list(list_genitives("ALLIUM", "SATIVUM"))
    [('ALLII', 'SATIVI')]
    """
    yield from product(decline(genus), decline(epithet))


def list_distinctive(taxa: Iterable[tuple[str, str]], common: frozenset[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """(initial of the genus, epithet) -> binomial, for epithets that no two genera of the vocabulary share.

    taxa : (genus, epithet) pairs. common : epithets that many plants have, in or out of the vocabulary.

    >>> list_distinctive([("HYPERICUM", "PERFORATUM"), ("VALERIANA", "OFFICINALIS")], frozenset({"OFFICINALIS"}))
    {('H', 'PERFORATUM'): ('HYPERICUM', 'PERFORATUM')}
    """
    genera: dict[str, set[str]] = {}
    known = [(genus, epithet) for genus, epithet in taxa if epithet]
    for genus, epithet in known:
        genera.setdefault(epithet, set()).add(genus)
    return {
        (genus[0], epithet): (genus, epithet)
        for genus, epithet in known
        if len(genera[epithet]) == 1 and epithet not in common and len(epithet) >= _SHORTEST_EPITHET
    }


_SHORTEST_EPITHET = 6
"""Letters of an epithet that a name with an abbreviated genus may be known by."""
