"""Which lists a medicine stands on, and which rules hold for it. Nodes and whole words only, never a part of a word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from phytovigil.schema.medicines import ClassMember, InteractionRule, MedicineClass, MedicineLists, ProductRules


@dataclass(frozen=True, slots=True)
class Membership:
    """A medicine in a class, and as what it stands there."""

    belongs: MedicineClass
    member: ClassMember


def find_members(lists: MedicineLists, nodes: frozenset[str], words: Sequence[str] = ()) -> tuple[Membership, ...]:
    """The classes that a medicine stands in, once each, in the order of the lists.

    nodes : the medicine's node with everything above it; empty where the vocabulary has none.
    words : what the person wrote, split into words; only used for medicines that the vocabulary does not have.
    """
    found = (Membership(one, member) for one in lists.classes for member in pick_members(one, nodes, words)[:1])
    return tuple(found)


def pick_members(belongs: MedicineClass, nodes: frozenset[str], words: Sequence[str]) -> list[ClassMember]:
    """Members that a medicine is or stands below, in the order of the list."""
    return [one for one in belongs.members if is_member(one, nodes, words)]


def is_member(member: ClassMember, nodes: frozenset[str], words: Sequence[str]) -> bool:
    """Whether a medicine is this member, or stands below it.

    >>> from phytovigil.schema.evidence import Citation
    >>> group = ClassMember("opioid", "", "", Citation("a", "A", "T"), "recalled", without=("loperamide",))
    >>> [is_member(group, frozenset({node, "opioid"}), ()) for node in ("codeine", "loperamide")]
    [True, False]
    """
    if member.node:
        return member.node in nodes and not nodes.intersection(member.without)
    return holds_words([word.casefold() for word in words], member.name.casefold().split())


def holds_words(words: Sequence[str], name: Sequence[str]) -> bool:
    """Whether words stand in a row, as whole words.

    >>> holds_words(["ketum", "gel"], ["ketum"]), holds_words(["kratomos"], ["kratom"])
    (True, False)
    """
    width = len(name)
    return any(list(words[start : start + width]) == list(name) for start in range(len(words) - width + 1))


def find_rules(product: ProductRules, *abouts: str) -> tuple[InteractionRule, ...]:
    """Rules about a class, a risk or everyone."""
    return tuple(rule for rule in product.rules if rule.about in abouts)


def holds_for(rule: InteractionRule, degree: str, nodes: Iterable[str]) -> bool:
    """Whether a rule about a class holds for a member of this degree, with these nodes (its own and those above)."""
    held = set(nodes)
    return (
        (not rule.degrees or degree in rule.degrees)
        and (not rule.nodes or bool(held.intersection(rule.nodes)))
        and not held.intersection(rule.not_nodes)
    )
