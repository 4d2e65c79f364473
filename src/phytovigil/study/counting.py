"""Counts of pairs from the reports of a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from phytovigil.cases import (
    Product,
    Reaction,
    pair_counts_sql,
    pair_expected_sql,
    reported_names_sql,
)
from phytovigil.errors import UnknownName
from phytovigil.schema.selection import Selection
from phytovigil.study.naming import NamedProduct, NamedReaction
from phytovigil.study.selecting import check_selection
from phytovigil.study.sourcing import OpenSource

Cells = tuple[int, int, int, int]
"""a, b, c, d of a 2×2 table, in distinct cases."""


@dataclass
class ReportCounter:
    """Counts from the reports of a store."""

    opened: OpenSource

    def count_pair(self, product: NamedProduct, reaction: NamedReaction, selection: Selection) -> Cells:
        """The 2×2 table of a pair within a population."""
        self.check(selection)
        sql = pair_counts_sql(self.product(product), self.reaction(reaction), selection, self.opened.nodes)
        row = self.opened.session.engine.query_one(sql)
        return row["a"], row["b"], row["c"], row["d"]

    def expect_pair(
        self, product: NamedProduct, reaction: NamedReaction, selection: Selection, strata: Sequence[str]
    ) -> float:
        """Cases expected with both, summed over strata."""
        asked = (self.product(product), self.reaction(reaction), selection, self.opened.nodes, strata)
        return float(self.opened.session.engine.query_one(pair_expected_sql(*asked))["stratified"])

    def check(self, selection: Selection) -> None:
        """Refuse a selection that the source cannot answer; each is looked at once."""
        if selection not in self._checked:
            check_selection(self.opened, selection)
            self._checked.add(selection)

    @cached_property
    def _checked(self) -> set[Selection]:
        return set()

    def reported_terms(self) -> Mapping[str, str]:
        """Terms that the source holds, as reported, and what each is counted as."""
        return self.opened.reported

    def reported_names(self) -> Iterable[str]:
        """Product names that the source holds."""
        return self.names

    @cached_property
    def names(self) -> dict[str, int]:
        """Number of every product name as reported."""
        found = self.opened.session.engine.query(reported_names_sql())
        return dict(zip(found["text"], found["word"], strict=True))  # type: ignore[arg-type]

    def product(self, product: NamedProduct) -> Product:
        """Where the product's cases are."""
        if product.reported:
            name = product.key.removeprefix("reported:")
            if name not in self.names:
                raise UnknownName("product", name, f"the names that {self.opened.source.name} reports")
            return Product(self.names[name], reported=True)
        return Product(self.opened.nodes[product.key])

    def reaction(self, reaction: NamedReaction) -> Reaction:
        """Numbers of the reaction's terms, as far as the source reports them under any of their names."""
        held = self.opened.currents
        asked = self.opened.reactions.currents(reaction.terms)
        return Reaction(tuple(sorted(held[current] for current in asked if current in held)))

    def counted_terms(self, reaction: NamedReaction) -> tuple[str, ...]:
        """The terms as reported that a reaction counts, in alphabetical order."""
        asked = self.opened.reactions.currents(reaction.terms)
        return tuple(term for term, current in self.opened.reported.items() if current in asked)
