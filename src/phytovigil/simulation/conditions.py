"""Latent conditions: which products, reactions, indications, decades of age and sexes go together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phytovigil.simulation.draws import Choice, Draws, Floats, Integers, zipf_mandelbrot
from phytovigil.simulation.duplication import Background

CONDITION_SHIFT = 10.0
LIST_EXPONENT, LIST_SHIFT = 1.0, 2.0


@dataclass(frozen=True, slots=True)
class Conditions:
    """The lists of all conditions, by kind of item: arrays of shape (conditions, items) of ranks from 0.

    decades, sexes : positions in the codes of age decades and of known sexes, shape (conditions,).
    """

    background: Background
    choice: Choice
    places: Choice
    lists: dict[str, Integers]
    decades: Integers
    sexes: Integers

    @classmethod
    def of(
        cls, draws: Draws, background: Background, kinds: dict[str, Choice], decades: Choice, sexes: Choice
    ) -> Conditions:
        """Draw the lists from the choices that all reports draw from, so that the marginals stay as they are."""
        count, items = background.conditions, background.items
        number = np.arange(count, dtype=np.int64)
        owner, item = np.repeat(number, items), np.tile(np.arange(items, dtype=np.int64), count)
        lists = {
            kind: draws.choose(f"list of {kind}", choice, owner, item).reshape(count, items)
            for kind, choice in kinds.items()
        }
        return cls(
            background,
            Choice.of(zipf_mandelbrot(count, 1.0, CONDITION_SHIFT)),
            Choice.of(zipf_mandelbrot(items, LIST_EXPONENT, LIST_SHIFT)),
            lists,
            draws.choose("decade of condition", decades, number),
            draws.choose("sex of condition", sexes, number),
        )

    def of_events(self, draws: Draws, leads: Integers) -> Integers:
        """The condition of each event, by its lead."""
        return draws.choose("condition", self.choice, leads)

    def tie_items(
        self, draws: Draws, kind: str, condition: Integers, index: Integers, item: Integers, free: Integers
    ) -> Integers:
        """Items of the condition's list where tied, else the freely drawn ones."""
        place = draws.choose(f"place in list of {kind}", self.places, index, item)
        tied = draws.uniform(f"tied {kind}", index, item) < self.background.tied
        return np.where(tied, self.lists[kind][condition, place], free)

    def item_shares(self, kind: str, free: Floats) -> Floats:
        """P(item | condition), shape (conditions, items of the vocabulary); `free` are the shares of all."""
        places = np.diff([0.0, *self.places.edges, 1.0])
        shares = np.tile((1 - self.background.tied) * free, (self.background.conditions, 1))
        owner = np.broadcast_to(np.arange(self.background.conditions)[:, None], self.lists[kind].shape)
        np.add.at(shares, (owner, self.lists[kind]), self.background.tied * places)
        return shares
