"""All that stays the same through a simulation: draws, parameters, names, and choices made ready to draw from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from phytovigil.simulation.columns import Flags, Text, pack
from phytovigil.simulation.conditions import Conditions
from phytovigil.simulation.draws import Choice, Draws, Floats, Integers, zipf_mandelbrot
from phytovigil.simulation.names import Names
from phytovigil.simulation.parameters import Confounder, Parameters, PlantedLink


@dataclass(frozen=True, slots=True)
class Pairs:
    """The planted pairs and, last, the confounded one; arrays of shape (pairs,)."""

    products: Integers
    reactions: Integers
    product_shares: Floats
    reaction_shares: Floats
    ratios: Floats
    boosts: Floats

    @classmethod
    def of(cls, parameters: Parameters) -> Pairs:
        """Number the products and reactions of the pairs after the ordinary ones."""
        confounder = parameters.confounder
        told: list[PlantedLink | Confounder] = [*parameters.planted, *([confounder] if confounder else [])]
        place = np.arange(1, len(told) + 1, dtype=np.int64)
        return cls(
            parameters.products + place,
            parameters.reactions + place,
            np.array([pair.product_share for pair in told]),
            np.array([pair.reaction_share for pair in told]),
            np.array([getattr(pair, "ratio", 1.0) for pair in told]),
            np.array([getattr(pair, "boost", 1.0) for pair in told]),
        )


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of codes: their bytes and how often each is drawn."""

    codes: tuple[str, ...]
    text: Text
    choice: Choice

    @classmethod
    def of(cls, shares: Mapping[str, float]) -> Coded:
        """Make a column of shares by code; the empty code is a missing value, and no shares are all missing."""
        shares = shares or {"": 1.0}
        return cls(tuple(shares), pack(list(shares)), Choice.of(list(shares.values())))

    def weights(self) -> list[float]:
        """Shares of the codes."""
        weights: list[float] = np.diff([0.0, *self.choice.edges, 1.0]).tolist()
        return weights


@dataclass(frozen=True, slots=True)
class Model:
    """What the makers of tables draw from."""

    draws: Draws
    parameters: Parameters
    names: Names
    pairs: Pairs
    coded: dict[str, Coded]
    filled: dict[str, float]
    date_places: dict[str, tuple[Integers, Choice]]
    numbers: dict[str, Choice]
    conditions: Conditions | None

    @classmethod
    def of(cls, seed: int, parameters: Parameters) -> Model:
        """Make all tables of names and choices once."""
        pairs = Pairs.of(parameters)
        extra = len(pairs.products)
        names = Names.of(
            parameters.products + extra, parameters.reactions + extra, parameters.indications, parameters.firms
        )
        figures = parameters.marginals
        coded = {name: Coded.of(shares) for name, shares in figures["coded"].items()}
        for name in ("other_roles", "outcome_sets", "source_sets", "age_decades"):
            coded[name] = Coded.of(figures[name])
        places = {name: places_choice(shares) for name, shares in figures["date_places"].items()}
        draws, numbers = Draws(seed), number_choices(parameters)
        conditions = make_conditions(draws, parameters, numbers, coded)
        return cls(draws, parameters, names, pairs, coded, figures["filled"], places, numbers, conditions)

    def draw_terms(self, kind: str, lead: Integers, index: Integers, item: Integers) -> Integers:
        """Ranks from 0 of products, reactions or indications; those of a condition where the background ties them."""
        free = self.draws.choose(kind, self.numbers[kind], index, item)
        if self.conditions is None:
            return free
        condition = self.conditions.of_events(self.draws, lead)
        return self.conditions.tie_items(self.draws, kind, condition, index, item, free)

    def code(self, name: str, index: Integers, item: Integers | None = None) -> Text:
        """A drawn column of codes."""
        return self.coded[name].text[self.draws.choose(name, self.coded[name].choice, index, item)]

    def some(self, name: str, index: Integers, item: Integers | None = None) -> Flags:
        """Where a column is filled, at its real share."""
        return self.draws.uniform(f"{name} filled", index, item) < self.filled[name]

    def places(self, name: str, index: Integers, item: Integers | None = None) -> Integers:
        """How many digits of a date are given."""
        places, choice = self.date_places[name]
        return places[self.draws.choose(f"{name} places", choice, index, item)]


def make_conditions(
    draws: Draws, parameters: Parameters, numbers: Mapping[str, Choice], coded: Mapping[str, Coded]
) -> Conditions | None:
    """The conditions of the background, if there is one."""
    if parameters.background is None:
        return None
    kinds = {kind: numbers[kind] for kind in ("product", "reaction", "indication")}
    shares = [share if code else 0.0 for code, share in zip(coded["sex"].codes, coded["sex"].weights(), strict=True)]
    return Conditions.of(draws, parameters.background, kinds, coded["age_decades"].choice, Choice.of(shares))


def places_choice(shares: Mapping[str, float]) -> tuple[Integers, Choice]:
    """Numbers of digits and how often each is drawn; whole dates where nothing is known."""
    shares = shares or {"8": 1.0}
    return np.array([int(places) for places in shares], dtype=np.int64), Choice.of(list(shares.values()))


def number_choices(parameters: Parameters) -> dict[str, Choice]:
    """Counts per report, and the rank of a product, reaction, indication or firm."""
    figures: Any = parameters.marginals
    product, reaction = figures["product_terms"], figures["reaction_terms"]
    return {
        "products": Choice.of(figures["products"]),
        "reactions": Choice.of(figures["reactions"]),
        "product": Choice.of(zipf_mandelbrot(parameters.products, product["exponent"], product["shift"])),
        "reaction": Choice.of(zipf_mandelbrot(parameters.reactions, reaction["exponent"], reaction["shift"])),
        "indication": Choice.of(zipf_mandelbrot(parameters.indications, 1.0, 5.0)),
        "firm": Choice.of(zipf_mandelbrot(parameters.firms, 1.0, 8.0)),
    }
