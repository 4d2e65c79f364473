"""Age and sex under each condition, of one report and of two that tell one event."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phytovigil.simulation.conditions import Conditions
from phytovigil.simulation.copying import shares_of
from phytovigil.simulation.draws import Floats, Integers
from phytovigil.simulation.duplication import Changes
from phytovigil.simulation.likelihood.scalars import age_states, age_tables
from phytovigil.simulation.likelihood.telling import Told
from phytovigil.simulation.model import Model


@dataclass(frozen=True, slots=True)
class Trait:
    """One field of the patient: P(value | usual value), shape (usual, values), and P(right | left).

    usual : the usual value of each condition. told : the value of each report.
    """

    shares: Floats
    channel: Floats
    usual: Integers
    told: Integers

    def given(self, report: int) -> Floats:
        """P(value of a report | condition), shape (conditions,)."""
        chance: Floats = self.shares[self.usual, self.told[report]]
        return chance

    def from_original(self, left: int, right: int) -> Floats:
        """P(left, right | condition) with the left report the original."""
        chance: Floats = self.given(left) * self.channel[self.told[left], self.told[right]]
        return chance

    def from_unseen(self, left: int, right: int) -> Floats:
        """P(left, right | condition) of two near-copies of an unseen original."""
        both = self.channel[:, self.told[left]] * self.channel[:, self.told[right]]
        chance: Floats = (self.shares @ both)[self.usual]
        return chance

    def possible(self, left: Integers, right: Integers) -> np.ndarray:
        """Pairs that can be one event, as original and near-copy or as two near-copies."""
        reach = (self.channel.T @ self.channel > 0) | (self.channel > 0)
        can: np.ndarray = reach[self.told[left], self.told[right]]
        return can


def read_traits(model: Model, conditions: Conditions, changes: Changes, told: Told) -> tuple[Trait, Trait]:
    """Age and sex."""
    shares, channel = age_tables(model, changes)
    states = age_states(model)
    numbers, places = np.array(list(states)), np.array(list(states.values()))
    order = np.argsort(numbers)
    ages = places[order][np.searchsorted(numbers[order], told.age)]
    sexes, sex_channel = sex_tables(model, conditions, changes)
    return (
        Trait(shares, channel, conditions.decades, ages),
        Trait(sexes, sex_channel, conditions.sexes, told.sex),
    )


def sex_tables(model: Model, conditions: Conditions, changes: Changes) -> tuple[Floats, Floats]:
    """P(sex | usual sex) and P(right sex | left sex), both of shape (sexes, sexes)."""
    codes, shares = model.coded["sex"].codes, shares_of(model.coded["sex"].choice)
    tied = np.array([conditions.background.tied_sex * (code != "") for code in codes])
    given = np.tile((1 - tied) * shares, (len(codes), 1)) + float(tied @ shares) * np.eye(len(codes))
    channel = np.eye(len(codes))
    if "" in codes:
        channel *= 1 - changes.sex_blank
        channel[:, codes.index("")] += changes.sex_blank
    return given, channel
