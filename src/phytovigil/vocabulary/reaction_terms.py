"""Reaction terms as reported: other spellings, older names, and words that name no reaction.

A term is read in four steps, each of which changes little: how it is written (case, blanks, marks left by a web page),
British spelling of the words that are listed, hyphens and commas as a known term has them, and the name that replaced
it in later versions of the dictionary. What no step changes is a term of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from phytovigil.errors import InvalidVocabulary
from phytovigil.schema.vocabulary import TermReading
from phytovigil.vocabulary.entries import check_keys

_PLAIN = re.compile(r"[A-Z0-9(][A-Z0-9,'/()+-]*(?: [A-Z0-9,'/()+-]+)*")
_ENTITY = re.compile(r"&#?[A-Za-z0-9]+;")
_MARKUP = re.compile(r"</?[A-Za-z]+ */?>")
_SIGNS = str.maketrans({"’": "'", "‘": "'", "`": "'", "^": "'", "‐": "-", "‑": "-", "–": "-", "—": "-", "_": " "})
_WORD = re.compile(r"[A-Z]+")
_BETWEEN = re.compile(r"[^A-Z0-9]+")


@dataclass(frozen=True, slots=True)
class Renaming:
    """An older name of a term, the name that replaced it, and where both were seen."""

    old: str
    current: str
    evidence: str


@dataclass(frozen=True)
class TermVariants:
    """One dated version of what reaction terms are also called.

    sha256 : of the data file. spellings : for each word, its British spelling. renamings : by the older name.
    not_coded : why each of these words names no reaction.
    """

    sha256: str = ""
    spellings: Mapping[str, str] = field(default_factory=dict)
    renamings: Mapping[str, Renaming] = field(default_factory=dict)
    not_coded: Mapping[str, str] = field(default_factory=dict)


class TermReader:
    """Reads terms as reported. known : terms that the vocabulary has, such as those of its groups.

    Without variants every term is what it is, but for case and blanks.

    >>> reader = TermReader(None, ["RASH"])
    >>> reader.read("Rash").rule, reader.read("SKIN DISCOLORATION").current
    ('same', 'SKIN DISCOLORATION')
    """

    def __init__(self, variants: TermVariants | None, known: Iterable[str]) -> None:
        self.variants = variants
        renamings = variants.renamings.values() if variants else ()
        self.known = frozenset([*known, *(item.current for item in renamings), *(item.old for item in renamings)])
        self._by_letters = index_letters(self.known) if variants else {}

    def read(self, term: str) -> TermReading:
        """What a term as reported stands for."""
        spelt = " ".join(term.upper().split())
        if self.variants is None:
            return TermReading(term, spelt, *self._as_it_is(spelt))
        clean = spelt if _PLAIN.fullmatch(spelt) else tidy(term)
        if clean in self.variants.not_coded or not clean:
            why = self.variants.not_coded.get(clean, "It holds no word.")
            return TermReading(term, "", "not-coded", why)
        british = self._spell(clean)
        renaming = self.variants.renamings.get(british)
        if renaming:
            why = f"{renaming.old} is the older name of {renaming.current}."
            return TermReading(term, renaming.current, "renamed", why, renaming.evidence)
        if british != spelt:
            return TermReading(term, british, "spelling", f"It is another way to write {british}.")
        return TermReading(term, british, *self._as_it_is(british))

    def current(self, term: str) -> str:
        """The term that a term as reported is counted as; "" where it names no reaction."""
        return self.read(term).current

    def _spell(self, term: str) -> str:
        """A term in British spelling, with the hyphens and commas of the known term of the same letters."""
        spellings = self.variants.spellings if self.variants else {}
        british = _WORD.sub(lambda found: spellings.get(found[0], found[0]), term)
        return british if british in self.known else self._by_letters.get(letters(british), british)

    def _as_it_is(self, term: str) -> tuple[str, str]:
        if term in self.known:
            return "same", "The vocabulary has it in these words."
        return "unknown", "It is in no group, and no other name of it is known: it is counted on its own."


def tidy(term: str) -> str:
    """A term without what a web page, a spreadsheet or a hand left in it.

    >>> tidy(" Crohn&rsquo;s disease.<br/> "), tidy("RASH ;"), tidy("SKIN – DISCOLOURATION")
    ("CROHN'S DISEASE", 'RASH', 'SKIN - DISCOLOURATION')
    """
    plain = _MARKUP.sub(" ", _ENTITY.sub(lambda found: unescape(found[0].lower()), term))
    return " ".join(plain.translate(_SIGNS).upper().split()).strip(" .;:,*\"-'?!")


def letters(term: str) -> str:
    """The words of a term without what stands between them.

    >>> letters("DRUG-INDUCED LIVER INJURY") == letters("DRUG INDUCED LIVER INJURY")
    True
    """
    return _BETWEEN.sub(" ", term).strip()


def index_letters(known: Iterable[str]) -> dict[str, str]:
    """Known terms by their letters; letters that several have are left out."""
    found: dict[str, list[str]] = {}
    for term in known:
        found.setdefault(letters(term), []).append(term)
    return {spelt: terms[0] for spelt, terms in found.items() if len(terms) == 1}


def read_variants(document: Mapping[str, Any], sha256: str, where: str) -> TermVariants:
    """Read and check a parsed file of term variants. Raises InvalidVocabulary."""
    check_keys(document, frozenset({"spelling", "renamed", "not-coded"}), ("spelling", "renamed", "not-coded"), where)
    spellings = list_spellings(document["spelling"], where)
    renamings = [read_renaming(table, where) for table in document["renamed"]]
    not_coded = {term: str(table["why"]) for table in document["not-coded"] for term in table["terms"]}
    variants = TermVariants(sha256, spellings, {item.old: item for item in renamings}, not_coded)
    check_renamings(renamings, variants, where)
    return variants


def list_spellings(table: Mapping[str, Any], where: str) -> dict[str, str]:
    """For each American or older spelling of the listed words, the British one that the dictionary has.

    The letters that differ are replaced in the listed words alone, so that no rule touches a word that is not listed.

    >>> list_spellings({"letters": [["OE", "E"], ["OUR", "OR"]], "words": ["OEDEMA", "TUMOUR"], "also": []}, "x")
    {'EDEMA': 'OEDEMA', 'TUMOR': 'TUMOUR'}
    """
    check_keys(table, frozenset({"letters", "words", "also"}), ("letters", "words", "also"), where)
    other = dict(table["letters"])
    differing = re.compile("|".join(other))
    pairs = [(differing.sub(lambda found: other[found[0]], word), word) for word in table["words"]]
    pairs += [(written, word) for written, word in table["also"]]
    british = {word for _, word in pairs}
    spellings = dict(pairs)
    for written, word in pairs:
        if written in british or spellings[written] != word:
            raise InvalidVocabulary(f"{where} spells “{word}” as “{written}”, which is another of its words.")
    return spellings


def read_renaming(table: Mapping[str, Any], where: str) -> Renaming:
    """One older name. Raises InvalidVocabulary."""
    check_keys(table, frozenset({"old", "current", "evidence"}), ("old", "current", "evidence"), where)
    for term in (table["old"], table["current"]):
        if term != " ".join(term.upper().split()):
            raise InvalidVocabulary(f"{where} has “{term}”; terms are upper case with single blanks.")
    return Renaming(table["old"], table["current"], table["evidence"])


def check_renamings(renamings: Iterable[Renaming], variants: TermVariants, where: str) -> None:
    """Each older name leads to one name that is not itself an older one, in one step. Raises InvalidVocabulary."""
    seen: set[str] = set()
    for item in renamings:
        if item.old in seen:
            raise InvalidVocabulary(f"{where} renames {item.old} twice.")
        if item.current in variants.renamings or item.old in variants.not_coded:
            raise InvalidVocabulary(f"{where} renames {item.old} to {item.current}, which it says something else of.")
        seen.add(item.old)
