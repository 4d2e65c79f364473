"""What a person calls a product or reaction, and what it means here. A name that nothing is called by is an error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from phytovigil.errors import UnknownName
from phytovigil.schema.vocabulary import ReactionGroup
from phytovigil.vocabulary import ProductVocabulary, ReactionVocabulary

NARROW, BROAD = "narrow", "broad"


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
    """A reaction group in one scope, or a single term as reported.

    key : "jaundice/narrow", "jaundice/broad", or the term in upper case.
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

    Raises UnknownName with near names from both.
    """
    try:
        node = products.node(asked)
    except UnknownName as error:
        return name_reported_product(asked, reported, error)
    names = {entry.id: entry.name for entry in products.nodes}
    below = tuple((member, names[member]) for member in products.members(node.id))
    return NamedProduct(node.id, node.name, node.kind, node.note, below)


def name_reported_product(asked: str, reported: Iterable[str], error: UnknownName) -> NamedProduct:
    """A product by its reported name, compared without regard to case."""
    plain = asked.removeprefix("reported:").upper()
    names = {name.upper(): name for name in reported}
    if plain in names:
        return NamedProduct(f"reported:{names[plain]}", names[plain], "as reported")
    near = [*error.near[:2], *find_near(plain, names, 2)]
    raise UnknownName("product", asked, error.where, near, "Try `phytovigil products find TEXT`.") from error


def name_reaction(asked: str, reactions: ReactionVocabulary, terms: Iterable[str]) -> NamedReaction:
    """What a reaction name means: "jaundice" the group, "jaundice/broad" its broad scope, "JAUNDICE" the term.

    A group wins over a term only if it is written exactly as the group is; "group:" and "term:" decide outright.
    Raises UnknownName with near names of both.
    """
    kind, _, bare = asked.rpartition(":") if asked.startswith(("group:", "term:")) else ("", "", asked)
    groups = {group.name: group for group in reactions.groups}
    name, _, scope = bare.partition("/")
    if kind != "term" and name in groups and scope in ("", NARROW, BROAD):
        return name_group(groups[name], scope or NARROW)
    term = " ".join(bare.upper().split())
    if kind != "group" and term in set(terms):
        return NamedReaction(term, term, term.capitalize(), (term,))
    if kind != "term" and name.lower() in groups and scope in ("", NARROW, BROAD):
        return name_group(groups[name.lower()], scope or NARROW)
    raise unknown_reaction(asked, bare, groups, terms)


def name_group(group: ReactionGroup, scope: str) -> NamedReaction:
    """A reaction group in one scope."""
    terms = group.broad if scope == BROAD else group.narrow
    title = f"{group.title} (broad)" if scope == BROAD else group.title
    return NamedReaction(f"{group.name}/{scope}", group.name, title, terms, scope, group.note, group.excluded)


def unknown_reaction(asked: str, bare: str, groups: Mapping[str, object], terms: Iterable[str]) -> UnknownName:
    """The error for a reaction that no group and no reported term is called by."""
    known = {**{name.upper().replace("-", " "): name for name in groups}, **{term: term for term in terms}}
    near = [known[found] for found in find_near(bare.upper().replace("-", " "), known, 3)]
    where = "the reaction groups or among the terms that the source reports"
    return UnknownName("reaction", asked, where, near, "`phytovigil reactions list` shows the groups.")


def find_near(asked: str, known: Iterable[str], most: int) -> list[str]:
    """Names that resemble the one asked for, best first."""
    from rapidfuzz import fuzz, process

    found = process.extract(asked, list(known), scorer=fuzz.ratio, limit=most, score_cutoff=70)
    return [name for name, _, _ in found]
