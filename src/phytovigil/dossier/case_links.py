"""From a count to the cases behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phytovigil.dossier.wording import make_slug

Case = Mapping[str, Any]
Pair = Mapping[str, Any]
Source = Mapping[str, Any]

ROLES_OF_CHOICE = {
    "primary": ("primary suspect",),
    "suspect": ("primary suspect", "suspect", "interacting"),
    "any": ("primary suspect", "suspect", "interacting", "concomitant", "unknown"),
}
"""Roles in a case that each choice of a selection takes."""

FIELDS = (
    "sex",
    "age",
    "years",
    "serious",
    "reporter",
    "country",
    "category",
    "with_products",
    "without_products",
    "among",
    "indication",
    "without_reporter",
)
"""Fields of a selection; a pair that uses none of them counts all cases of its role."""


def list_cases(source: Source, reaction: str) -> list[Case]:
    """Cases of the source's list that have a reaction, in any role of the product."""
    return [case for case in source["case_list"] if reaction in case["reactions"]]


def list_cases_of_pair(source: Source, pair: Pair, product: str) -> list[Case]:
    """The very cases that a count stands for, or an empty list where the case list cannot show them.

    The list is trusted only if it is as long as the count; a page must not link 4 cases to a count of 5.
    """
    if pair["product"] != product or any(pair["selection"][field] for field in FIELDS):
        return []
    if any(pair["selection"][field] is not None for field in ("serious", "literature")):
        return []
    cases = list_cases(source, pair["reaction"])
    roles = ROLES_OF_CHOICE[pair["selection"]["role"]]
    cases = [case for case in cases if has_role(case, roles)]
    return cases if len(cases) == pair["a"] else []


def has_role(case: Case, roles: tuple[str, ...]) -> bool:
    """Whether the product under study has one of the roles in the case."""
    return any(product["under_study"] and product["role"] in roles for product in case["products"])


def name_reaction_anchor(source: Source, reaction: str) -> str:
    """Anchor of the list of a reaction's cases."""
    return f"section-cases-{make_slug(source['source'])}-{make_slug(reaction)}"


def name_pair_anchor(pair: str) -> str:
    """Anchor of the cases behind the count of a comparator or control."""
    return f"cases-of-{pair}"


def find_target(source: Source, pair: Pair, product: str) -> str:
    """Anchor that a count links to, or "" where the page lists no such case.

    The target lists all cases of the reaction with the product in any role; a narrower selection counts some of them.
    A wider one, such as one that adds likely names, counts cases that a whole list does not hold: it has no target.
    """
    if any(other["pair"] == pair["id"] for other in source["other_cases"]):
        return name_pair_anchor(pair["id"])
    listed = len(list_cases(source, pair["reaction"]))
    if not pair["a"] or pair["product"] != product or not listed:
        return ""
    if listed < pair["a"] and not source["case_list_note"]:
        return ""
    return name_reaction_anchor(source, pair["reaction"])


def split_cases(source: Source) -> tuple[list[Case], list[Case]]:
    """The case list in two: cases with a reaction under study, and all others."""
    with_reaction = [case for case in source["case_list"] if case["reactions"]]
    others = [case for case in source["case_list"] if not case["reactions"]]
    return with_reaction, others


def name_files(source: Source) -> list[str]:
    """The raw files that the listed cases come from, in order of appearance."""
    return list(dict.fromkeys(case["file"] for case in source["case_list"]))
