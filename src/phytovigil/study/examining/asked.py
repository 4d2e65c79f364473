"""What every closer look is about: a product, most often with a reaction, in a population of one source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from phytovigil.cases import Product, Reaction
from phytovigil.schema.reports import Columns
from phytovigil.schema.selection import Selection
from phytovigil.study.asking import describe_context, require_complement
from phytovigil.study.counting import ReportCounter
from phytovigil.study.describing import describe_product, describe_reaction
from phytovigil.study.naming import NamedProduct, NamedReaction


@dataclass(frozen=True)
class AskedProduct:
    """A product with its name understood, and the source that is open for counting."""

    counter: ReportCounter
    product: NamedProduct
    selection: Selection

    def __post_init__(self) -> None:
        self.counter.check(self.selection)
        require_complement(self.counter)

    @property
    def counted_product(self) -> Product:
        """Where the product's cases are, for the functions of `cases`."""
        return self.counter.product(self.product)

    @property
    def nodes(self) -> Mapping[str, int]:
        """Number of every product node, for the functions of `cases`."""
        return self.counter.opened.nodes

    def query(self, sql: str) -> Columns:
        """Run SQL made by `cases`."""
        return self.counter.opened.session.engine.query(sql)

    def describe(self) -> dict[str, Any]:
        """Where the answer comes from, and what it is about."""
        return {**describe_context(self.counter, self.selection), "product": describe_product(self.product)}


@dataclass(frozen=True)
class Asked(AskedProduct):
    """A product and a reaction with their names understood, and the source that is open for counting."""

    reaction: NamedReaction

    @property
    def counted_reaction(self) -> Reaction:
        """The reaction's terms, for the functions of `cases`."""
        return self.counter.reaction(self.reaction)

    def describe(self) -> dict[str, Any]:
        """Where the answer comes from, and what it is about."""
        return {**super().describe(), "reaction": describe_reaction(self.reaction)}
