"""Reaction groups: named lists of terms, narrow and broad, with what they must not hold.

A file gives the narrow terms and what the broad list adds (`also`), so that narrow is within broad by construction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from phytovigil.errors import InvalidVocabulary, UnknownName
from phytovigil.schema.vocabulary import ReactionGroup
from phytovigil.vocabulary.entries import check_keys
from phytovigil.vocabulary.near_names import rank_near

_GROUP_KEYS = frozenset({"name", "title", "narrow", "also", "excluded", "note"})
_EXCLUDED_KEYS = frozenset({"terms", "why"})


class ReactionVocabulary:
    """One dated version of the reaction groups.

    version : stem of the data file. sha256 : of the data file. groups : in the order of the file.
    """

    def __init__(self, version: str, sha256: str, groups: Sequence[ReactionGroup]) -> None:
        self.version = version
        self.sha256 = sha256
        self.groups = tuple(groups)

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
