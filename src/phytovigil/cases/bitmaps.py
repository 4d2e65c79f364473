"""Sets of cases as compressed bitmaps, and the 2×2 tables of their intersections.

A population is cut into conditions, each of which is asked of the reports once; thousands of populations are then
intersections in memory. The bitmaps are Roaring bitmaps (Chambi, Lemire, Kaser, Godin 2016, doi:10.1002/spe.2325).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import reduce
from operator import and_, or_
from typing import Any

from pyroaring import BitMap

from phytovigil.cases.counting import Product, Reaction, product_cases_sql, reaction_cases_sql
from phytovigil.cases.population import STRATA, population_sql
from phytovigil.schema.selection import AGE_BANDS, UNKNOWN, Selection

CaseSet = BitMap
"""A set of case numbers."""

AskCases = Callable[[str], Iterable[Any]]
"""Runs SQL of one column of case numbers, as unsigned integers of 32 bits, and hands it out in blocks."""

AskValues = Callable[[str], Iterable[Any]]
"""Runs SQL of one column (value)."""

Tables = tuple[int, int, int, int]
"""a, b, c, d of a 2×2 table, in distinct cases."""

ALONE = ("sex", "age", "years", "serious", "reporter", "country", "category", "indication", "duplicates", "literature",
         "without_reporter")  # fmt: skip
"""Fields of a selection that mean the same whatever the others say."""


def split_selection(selection: Selection) -> list[Selection]:
    """Selections of one condition each, whose cases in common are those of `selection`; none if it lets in all.

    >>> [part.describe() for part in split_selection(Selection(role="any", sex=("male",), years=(2014, 2017)))]
    ['suspect role; sex male', 'suspect role; received 2014 to 2017']
    """
    plain = {entry.name: entry.default for entry in fields(Selection)}
    given = {name: getattr(selection, name) for name in ALONE if getattr(selection, name) != plain[name]}
    parts = [Selection(**{name: value}) for name, value in given.items()]
    names = selection.names
    parts += [Selection(names=names, with_products=(product,)) for product in selection.with_products]
    parts += [Selection(names=names, without_products=(product,)) for product in selection.without_products]
    if selection.among:
        parts.append(Selection(role=selection.role, names=names, among=selection.among))
    return parts


def gather_cases(blocks: Iterable[Any]) -> CaseSet:
    """The set of all numbers of some blocks. blocks : buffers of unsigned integers of 32 bits."""
    found = BitMap()
    for block in blocks:
        numbers = array("I")
        numbers.frombytes(memoryview(block).cast("B"))
        found |= BitMap(numbers)
    return found


@dataclass(frozen=True, slots=True)
class Stratum:
    """The margins of one stratum in which product and reaction both have cases."""

    a: int
    with_product: int
    with_reaction: int
    total: int


class CaseSets:
    """The sets that populations, products and reactions of one source are made of; each is asked for once.

    nodes : number of each product node id that a selection names.
    """

    def __init__(self, ask_cases: AskCases, ask_values: AskValues, nodes: Mapping[str, int]) -> None:
        self._ask_cases, self._ask_values, self._nodes = ask_cases, ask_values, nodes
        self._known: dict[str, CaseSet] = {}

    def find(self, sql: str) -> CaseSet:
        """The cases of a query that has a column case_index."""
        if sql not in self._known:
            blocks = self._ask_cases(f"SELECT case_index::UINTEGER AS case_index FROM ({sql})")
            self._known[sql] = gather_cases(blocks)
        return self._known[sql]

    def population(self, selection: Selection) -> CaseSet:
        """The cases that a selection lets in."""
        parts = split_selection(selection) or [Selection()]
        return reduce(and_, [self.find(population_sql(part, self._nodes)) for part in parts])

    def product(self, product: Product, selection: Selection) -> CaseSet:
        """The cases that name a product in the selection's role, by the names that it counts."""
        return self.find(product_cases_sql(product, Selection(role=selection.role, names=selection.names)))

    def reaction(self, reaction: Reaction) -> CaseSet:
        """The cases that name any of a reaction's terms."""
        return self.find(reaction_cases_sql(reaction))

    def divide(self, names: Sequence[str]) -> list[CaseSet]:
        """All cases divided into strata (keys of STRATA), one for each combination that occurs.

        A missing value is a stratum of its own, as it is in `strata_counts_sql`.
        """
        strata = [self.population(Selection())]
        for name in names:
            values = self.values(name)
            strata = [part for stratum in strata for value in values if (part := stratum & value)]
        return strata

    def values(self, name: str) -> list[CaseSet]:
        """The cases of each value of one thing that cases can be divided by, those without one last."""
        told = [self.population(part) for part in self.single_values(name)]
        untold = self.population(Selection()) - reduce(or_, told, BitMap())
        return [*told, untold]

    def single_values(self, name: str) -> list[Selection]:
        """One selection for each value."""
        fixed = {
            "sex": [Selection(sex=(label,)) for label in ("female", "male", UNKNOWN)],
            "age": [Selection(age=(label,)) for label in (*(label for label, _, _ in AGE_BANDS), UNKNOWN)],
            "serious": [Selection(serious=True), Selection(serious=False)],
        }
        if name in fixed:
            return fixed[name]
        column = STRATA[name]
        sql = f"SELECT DISTINCT {column} AS value FROM cases WHERE {column} IS NOT NULL ORDER BY value"
        found = [*self._ask_values(sql)]
        if name == "year":
            return [Selection(years=(int(year), int(year))) for year in found]
        if name == "country":
            return [Selection(country=(str(value),)) for value in found]
        return [Selection(reporter=(str(value),)) for value in found]


@dataclass(frozen=True, slots=True)
class Tally:
    """A product and a reaction within one population."""

    population: CaseSet
    exposed: CaseSet
    reacted: CaseSet

    @classmethod
    def of(cls, population: CaseSet, product: CaseSet, reaction: CaseSet) -> Tally:
        """Count within a population."""
        return cls(population, population & product, population & reaction)

    @property
    def table(self) -> Tables:
        """a, b, c, d."""
        a = self.exposed.intersection_cardinality(self.reacted)
        b, c = len(self.exposed) - a, len(self.reacted) - a
        return a, b, c, len(self.population) - a - b - c

    def strata(self, strata: Iterable[CaseSet]) -> list[Stratum]:
        """Margins of the strata in which both product and reaction have cases; the others add nothing to any sum."""
        both = self.exposed & self.reacted
        found = []
        for stratum in strata:
            exposed = self.exposed.intersection_cardinality(stratum)
            reacted = self.reacted.intersection_cardinality(stratum) if exposed else 0
            if reacted:
                seen, total = (part.intersection_cardinality(stratum) for part in (both, self.population))
                found.append(Stratum(seen, exposed, reacted, total))
        return found
