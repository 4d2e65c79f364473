"""The choices that reasonable analysts would differ on, written down before the numbers exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from phytovigil.errors import InvalidStudy
from phytovigil.schema.selection import DUPLICATE_CHOICES, NAME_CHOICES, ROLE_CHOICES

SCOPES = ("narrow", "broad")
"""Lists of terms of a reaction group."""

COMPARATORS = ("all", "active", "same-class")
"""all: every other case. active: cases that name the product or one of the study's comparators. same-class: cases with
a product of the source's class."""

SERIOUSNESS = ("all", "serious", "not-serious")

DIVISIONS = ("sex", "age", "year", "country", "reporter", "serious")
"""What cases can be divided by before expected cases are summed."""

PLAIN = "none"
"""Level of `strata` that divides nothing."""

SPECIFIED_MEASURES = ("ror", "prr", "ic", "ror-midp")
"""Measures that are had for thousands of tables; those that learn from all pairs of a population are not."""

ADJUSTED_MEASURES = ("ror", "prr", "ic")
"""Of these, the ones that have a form summed over strata."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Cases that are left in, and left out.

    label : what it is called. products : product node ids, one of which in any role leaves a case out.
    literature : leave out cases with a literature reference. reporter : kinds of reporter that leave a case out.
    """

    label: str
    products: tuple[str, ...] = ()
    literature: bool = False
    reporter: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.label:
            raise InvalidStudy("an exclusion has no label.", "Add `label` under [[specifications.exclusion]].")
        if not (self.products or self.literature or self.reporter):
            raise InvalidStudy(
                f"the exclusion “{self.label}” leaves nothing out.",
                "Add `products`, `reporter` or `literature = true`.",
            )


@dataclass(frozen=True, slots=True)
class Specifications:
    """Levels of each choice; a choice without levels stays as in the main analysis.

    role, names, duplicates, scope, comparator, seriousness, measure : of the lists of this module and of `selection`.
    strata : "none", or names of DIVISIONS joined by "+". period : first and last year received, or None for those of
    the main analysis. product_class : classes of the level "same-class". exclusions : each a choice of two levels.
    Raises InvalidStudy for a level that there is not, or that is given twice.
    """

    role: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    comparator: tuple[str, ...] = ()
    strata: tuple[str, ...] = ()
    period: tuple[tuple[int, int] | None, ...] = ()
    seriousness: tuple[str, ...] = ()
    measure: tuple[str, ...] = ()
    product_class: tuple[str, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()

    def __post_init__(self) -> None:
        for name, known in (
            ("role", ROLE_CHOICES),
            ("names", NAME_CHOICES),
            ("duplicates", DUPLICATE_CHOICES),
            ("scope", SCOPES),
            ("comparator", COMPARATORS),
            ("seriousness", SERIOUSNESS),
            ("measure", SPECIFIED_MEASURES),
        ):
            require_levels(name, getattr(self, name), known)
            require_once(name, getattr(self, name))
        for level in self.strata:
            if level != PLAIN:
                require_levels("strata", level.split("+"), DIVISIONS)
        require_once("strata", [*map(order_divisions, self.strata)])
        require_once("period", self.period)
        require_once("exclusion", [exclusion.label for exclusion in self.exclusions])
        for years in self.period:
            if years and years[0] > years[1]:
                raise InvalidStudy(f"a period goes from {years[0]} to {years[1]}; the first year comes first.")


def require_levels(name: str, levels: Sequence[str], known: Sequence[str]) -> None:
    """Refuse a level that there is not."""
    for level in levels:
        if level not in known:
            raise InvalidStudy(f"{name} in [specifications] is “{level}”.", f"It can be {', '.join(known)}.")


def require_once(name: str, levels: Iterable[object]) -> None:
    """Refuse a level that is given twice: it would count twice."""
    listed = list(levels)
    for level in listed:
        if listed.count(level) > 1:
            raise InvalidStudy(f"{name} in [specifications] names {level} twice.")


def order_divisions(level: str) -> tuple[str, ...]:
    """What a level of `strata` divides by, in the order of DIVISIONS.

    >>> order_divisions("age+sex"), order_divisions("none")
    (('sex', 'age'), ())
    """
    return tuple(name for name in DIVISIONS if name in level.split("+"))
