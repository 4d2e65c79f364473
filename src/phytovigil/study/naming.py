"""What a person calls a product or reaction, and what it means here. A name that nothing is called by is an error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from phytovigil.errors import UnknownName
from phytovigil.schema.vocabulary import ReactionGroup, TermReading
from phytovigil.vocabulary import ProductVocabulary, ReactionVocabulary

NARROW, BROAD = "narrow", "broad"
REPORTED = "reported:"
SLIP = 80.0
"""Similarity, 0 to 100, from which a name that was reported is rather a slip of the pen for one of the vocabulary."""


@dataclass(frozen=True, slots=True)
class NamedProduct:
    """A product of the vocabulary, or a name exactly as reported (then `kind` is "as reported").

    key : what counts of it are filed under: a node id, or "reported:" and the name.
    nodes : (id, name) of the node and of everything below it.
    """

    key: str
    name: str
    kind: str
    note: str = ""
    nodes: tuple[tuple[str, str], ...] = ()

    @property
    def reported(self) -> bool:
        """Whether it is a reported name and no entry of the vocabulary."""
        return self.kind == "as reported"


@dataclass(frozen=True, slots=True)
class NamedReaction:
    """A reaction group in one scope, or a single term.

    key : "jaundice/narrow", "jaundice/broad", or the term in upper case.
    terms : those of the group as its file lists them, or the variants of the term that were reported.
    """

    key: str
    name: str
    title: str
    terms: tuple[str, ...]
    scope: str = ""
    note: str = ""
    excluded: tuple[tuple[str, str], ...] = ()

    @property
    def kind(self) -> str:
        """Group or term."""
        return "group" if self.scope else "term"


def name_product(asked: str, products: ProductVocabulary, reported: Iterable[str] = ()) -> NamedProduct:
    """What a product name means: an entry of the vocabulary, else a name exactly as reported.

    "reported:NAME" asks for the name as reported, whatever the vocabulary holds.
    Raises UnknownName with near names from both.
    """
    node = products.known(asked)
    if node is None:
        return name_reported_product(asked, reported, products)
    below = tuple((member, products.nodes[products.positions[member]].name) for member in products.members(node.id))
    return NamedProduct(node.id, node.name, node.kind, node.note, below)


def name_reported_product(asked: str, reported: Iterable[str], products: ProductVocabulary) -> NamedProduct:
    """A product by its reported name: that very spelling, else the only one that differs in case alone.

    Somebody once reported "KRATUM"; who asks for it without the prefix has more likely mistyped, and would take
    the count of that one spelling for the product's.
    """
    plain, names = asked.removeprefix(REPORTED), list(reported)
    spellings = [name for name in names if name.upper() == plain.upper()]
    name = choose_spelling(plain, spellings, f"vocabulary {products.version}")
    if name is None:
        error = products.unknown(asked)
        near = [*error.near[:2], *find_near(plain.upper(), {name.upper(): None for name in names}, 2)]
        raise UnknownName("product", asked, error.where, near, "Try `phytovigil products find TEXT`.") from error
    if not asked.startswith(REPORTED) and is_slip(plain.upper(), products):
        error = products.unknown(asked)
        exact = f"“{REPORTED}{name}” is the name exactly as reported."
        raise UnknownName("product", asked, error.where, hint=f"{error.hint} {exact}") from error
    return NamedProduct(f"{REPORTED}{name}", name, "as reported")


def choose_spelling(asked: str, spellings: list[str], where: str) -> str | None:
    """The spelling that is meant, or None where there is none.

    Raises UnknownName where only other spellings were reported, and several: the count of one is not that of all.

    >>> choose_spelling("Tylenol", ["TYLENOL", "Tylenol"], "FAERS"), choose_spelling("tylenol", ["TYLENOL"], "FAERS")
    ('Tylenol', 'TYLENOL')
    """
    if asked in spellings or len(spellings) < 2:
        return asked if asked in spellings else next(iter(spellings), None)
    raise UnknownName("product", asked, f"that spelling in {where}", [f"{REPORTED}{name}" for name in spellings])


def is_slip(asked: str, products: ProductVocabulary) -> bool:
    """Whether a text surely names nothing in the vocabulary and is spelt nearly as a name of it."""
    if any(match.node and match.certainty == "certain" for match in products.resolve(asked)):
        return False
    known = [name.text.upper() for node in products.find(asked)[:4] for name in products.names(node.id)]
    return bool(find_near(asked, known, 1, SLIP))


def name_reaction(asked: str, reactions: ReactionVocabulary, terms: Iterable[str]) -> NamedReaction:
    """What a reaction name means: "jaundice" the group, "jaundice/broad" its broad scope, "JAUNDICE" the term.

    A group wins over a term only if it is written exactly as the group is; "group:" and "term:" decide outright.
    terms : as reported, or a mapping from these to what each is counted as.
    Raises UnknownName with near names of both.
    """
    kind, _, bare = asked.rpartition(":") if asked.startswith(("group:", "term:")) else ("", "", asked)
    groups = {group.name: group for group in reactions.groups}
    name, _, scope = bare.partition("/")
    if kind != "term" and name in groups and scope in ("", NARROW, BROAD):
        return name_group(groups[name], scope or NARROW)
    reading = reactions.read(bare)
    if kind != "group" and (term := name_term(reading, read_terms(terms, reactions))):
        return term
    if kind != "term" and name.lower() in groups and scope in ("", NARROW, BROAD):
        return name_group(groups[name.lower()], scope or NARROW)
    if reading.rule == "not-coded" and kind != "group":
        hint = f"{reading.why} `phytovigil reactions unmapped` counts its cases."
        raise UnknownName("reaction", asked, "the terms that name one", hint=hint)
    raise unknown_reaction(asked, bare, groups, terms)


def read_terms(terms: Iterable[str], reactions: ReactionVocabulary) -> Mapping[str, str]:
    """Terms as reported and what each is counted as."""
    return terms if isinstance(terms, Mapping) else {term: reactions.terms.current(term) for term in terms}


def name_term(reading: TermReading, terms: Mapping[str, str]) -> NamedReaction | None:
    """A single term with all its variants that were reported, if any was.

    Its name is the one that was reported; where several were, the one that they go by today.
    """
    variants = sorted(term for term, current in terms.items() if current == reading.current)
    if not variants or not reading.current:
        return None
    name = variants[0] if len(variants) == 1 else reading.current
    return NamedReaction(name, name, f"{name.capitalize()} (single term)", tuple(variants))


def name_group(group: ReactionGroup, scope: str) -> NamedReaction:
    """A reaction group in one scope."""
    terms = group.broad if scope == BROAD else group.narrow
    title = f"{group.title} (broad)" if scope == BROAD else group.title
    return NamedReaction(f"{group.name}/{scope}", group.name, title, terms, scope, group.note, group.excluded)


def unknown_reaction(asked: str, bare: str, groups: Mapping[str, object], terms: Iterable[str]) -> UnknownName:
    """The error for a reaction that no group and no reported term is called by."""
    plain = bare.upper().replace("-", " ")
    named = {name.upper().replace("-", " "): name for name in groups}
    near = [*(named[found] for found in find_near(plain, named, 2)), *find_near(plain, terms, 2)]
    where = "the reaction groups or among the terms that the source reports"
    return UnknownName("reaction", asked, where, near, "`phytovigil reactions list` shows the groups.")


def find_near(asked: str, known: Iterable[str], most: int, least: float = 70.0) -> list[str]:
    """Names that resemble the one asked for, best first. least : similarity, 0 to 100, that they need."""
    from rapidfuzz import fuzz, process

    found = process.extract(asked, list(known), scorer=fuzz.ratio, limit=most, score_cutoff=least)
    return [name for name, _, _ in found]
