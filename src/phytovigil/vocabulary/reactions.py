"""Reaction groups: named lists of terms, narrow and broad, with what they must not hold.

A file gives the narrow terms and what the broad list adds (`also`), so that narrow is within broad by construction.
A group holds a reported term if it lists it, or a term that the reported one is another name of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from phytovigil.errors import InvalidVocabulary, UnknownName
from phytovigil.schema.vocabulary import ReactionGroup, TermReading
from phytovigil.vocabulary.entries import check_keys
from phytovigil.vocabulary.near_names import rank_near
from phytovigil.vocabulary.reaction_terms import TermReader, TermVariants

NARROW, BROAD, EXCLUDED = "narrow", "broad", "excluded"

_GROUP_KEYS = frozenset({"name", "title", "narrow", "also", "excluded", "note"})
_EXCLUDED_KEYS = frozenset({"terms", "why"})


class ReactionVocabulary:
    """One dated version of the reaction groups.

    version : stem of the data file. sha256 : of the data files. groups : in the order of the file.
    variants : other spellings and names of terms; a version without them takes every term as it is.
    """

    def __init__(
        self, version: str, sha256: str, groups: Sequence[ReactionGroup], variants: TermVariants | None = None
    ) -> None:
        self.version = version
        self.sha256 = sha256
        self.groups = tuple(groups)
        known = {term for group in groups for term in (*group.broad, *(term for term, _ in group.excluded))}
        self.terms = TermReader(variants, known)

    def read(self, term: str) -> TermReading:
        """What a reaction term as reported stands for."""
        return self.terms.read(term)

    def currents(self, terms: Iterable[str]) -> frozenset[str]:
        """The terms that some terms are counted as."""
        return frozenset(current for term in terms if (current := self.terms.current(term)))

    def spell_groups(self, terms: Iterable[str]) -> tuple[ReactionGroup, ...]:
        """The groups with those of some reported terms that they hold, in place of the terms as listed."""
        held = {term: self.terms.current(term) for term in terms}

        def within(listed: Sequence[str]) -> tuple[str, ...]:
            wanted = self.currents(listed)
            return tuple(term for term, current in held.items() if current in wanted)

        return tuple(replace(group, narrow=within(group.narrow), broad=within(group.broad)) for group in self.groups)

    def places(self, current: str) -> list[tuple[ReactionGroup, str, str]]:
        """Where a current term stands: (group, "narrow", "broad" or "excluded", why), in the order of the groups."""
        return self._places.get(current, [])

    @cached_property
    def _places(self) -> Mapping[str, list[tuple[ReactionGroup, str, str]]]:
        found: dict[str, dict[str, tuple[ReactionGroup, str, str]]] = {}
        for group in self.groups:
            listed = [(term, NARROW, "") for term in group.narrow] + [(term, BROAD, "") for term in group.broad]
            for term, place, why in [*listed, *((term, EXCLUDED, why) for term, why in group.excluded)]:
                found.setdefault(self.terms.current(term), {}).setdefault(group.name, (group, place, why))
        return {current: list(places.values()) for current, places in found.items()}

    def group(self, name: str) -> ReactionGroup:
        """The group of this name, in any case, words joined by blanks or hyphens. Raises UnknownName."""
        asked = "-".join(name.casefold().split())
        for group in self.groups:
            if group.name == asked:
                return group
        spellings = {group.title.casefold(): group.name for group in self.groups}
        near = rank_near(asked, spellings | {group.name: group.name for group in self.groups})
        hint = f"There is {', '.join(group.name for group in self.groups)}."
        raise UnknownName("reaction group", name, f"vocabulary {self.version}", near[:4], hint)


def read_groups(document: Mapping[str, Any], where: str) -> tuple[ReactionGroup, ...]:
    """Read and check the groups of a parsed file. Raises InvalidVocabulary."""
    check_keys(document, frozenset({"group", "disjoint"}), ("group",), where)
    groups: dict[str, ReactionGroup] = {}
    for table in document["group"]:
        group = _read_group(table, where)
        if group.name in groups:
            raise InvalidVocabulary(f"{where} has two groups “{group.name}”.")
        groups[group.name] = group
    for left, right in document.get("disjoint", ()):
        _check_disjoint(groups, left, right, where)
    return tuple(groups.values())


def _read_group(table: Mapping[str, Any], where: str) -> ReactionGroup:
    asked = f"{where}, group “{table.get('name', '?')}”"
    check_keys(table, _GROUP_KEYS, ("name", "title", "narrow", "note"), asked)
    for item in table.get("excluded", ()):
        check_keys(item, _EXCLUDED_KEYS, ("terms", "why"), asked)
    group = ReactionGroup(
        name=table["name"],
        title=table["title"],
        narrow=tuple(table["narrow"]),
        broad=(*table["narrow"], *table.get("also", ())),
        excluded=tuple((term, item["why"]) for item in table.get("excluded", ()) for term in item["terms"]),
        note=table["note"],
    )
    _check_group(group, asked)
    return group


def _check_group(group: ReactionGroup, where: str) -> None:
    if not group.narrow:
        raise InvalidVocabulary(f"{where} has no narrow term.")
    shut_out = sorted(set(group.broad) & {term for term, _ in group.excluded})
    if shut_out:
        raise InvalidVocabulary(f"{where} holds {shut_out[0]} that it also excludes.")
    for term in group.broad:
        if term != " ".join(term.upper().split()):
            raise InvalidVocabulary(f"{where} has “{term}”; terms are upper case with single blanks.")
        if group.broad.count(term) > 1:
            raise InvalidVocabulary(f"{where} lists {term} twice.")


def _check_disjoint(groups: Mapping[str, ReactionGroup], left: str, right: str, where: str) -> None:
    """Two groups that must never share a term, such as a change of pigment and jaundice."""
    for name in (left, right):
        if name not in groups:
            raise InvalidVocabulary(f"{where} keeps “{name}” apart, but has no such group.")
    shared = sorted(set(groups[left].broad) & set(groups[right].broad))
    if shared:
        raise InvalidVocabulary(f"{where} has {shared[0]} in both {left} and {right}, which it keeps apart.")


def check_variants(document: Mapping[str, Any], vocabulary: ReactionVocabulary, where: str) -> None:
    """No other name of a term may join what the file keeps apart. Raises InvalidVocabulary.

    Kept apart are groups that must not share a term, what a group excludes from what it holds, and its narrow terms
    from those that only its broad list has.
    """
    held = {group.name: vocabulary.currents(group.broad) for group in vocabulary.groups}
    for left, right in document.get("disjoint", ()):
        if shared := sorted(held[left] & held[right]):
            raise InvalidVocabulary(f"{where}: by another name {shared[0]} is in both {left} and {right}.")
    for group in vocabulary.groups:
        if shared := sorted(held[group.name] & vocabulary.currents(term for term, _ in group.excluded)):
            raise InvalidVocabulary(f"{where}: by another name “{group.name}” holds {shared[0]} that it also excludes.")
        wider = vocabulary.currents(term for term in group.broad if term not in group.narrow)
        if shared := sorted(wider & vocabulary.currents(group.narrow)):
            raise InvalidVocabulary(f"{where}: by another name “{group.name}” has {shared[0]} both narrow and broad.")
