"""Which products and reactions each report tells, as numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phytovigil.simulation.columns import Flags
from phytovigil.simulation.draws import Integers
from phytovigil.simulation.model import Model
from phytovigil.simulation.names import SPELLINGS
from phytovigil.simulation.reports import Batch, People

ANY_ROLE, SUSPECT, ANY_ROLE_NAMED, SUSPECT_NAMED, REACTION, IN_BAND = 1, 2, 4, 8, 16, 32
"""Bits of what a report says of a pair: product in any role, as suspect, the same under its exact name;
reaction; patient in the confounder's band of sex and age."""

COPY_SPELLING_SHARE = 0.5
COPY_REACTION_SHARE = 0.3
ADDED_REACTION_SHARE = 0.2
REPEATS_FOLLOWED = 4
ROLES = ("PS", "SS", "C", "I")
CONCOMITANT = ROLES.index("C")


@dataclass(frozen=True, slots=True)
class Told:
    """Which planted products and reactions each report tells, shape (reports, pairs)."""

    products: Flags
    reactions: Flags


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that hang on reports: `owner` is the report, `item` its running number in the report, from 0."""

    owner: Integers
    item: Integers

    @classmethod
    def of(cls, counts: Integers) -> Rows:
        """As many rows for each report as counted."""
        owner = np.repeat(np.arange(len(counts)), counts)
        return cls(owner, np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts))


@dataclass(frozen=True, slots=True)
class Products:
    """The rows of DRUG as numbers: product, spelling, position in the roles PS, SS, C, I."""

    rows: Rows
    product: Integers
    spelling: Integers
    role: Integers
    drawn: Integers


def tell_pairs(model: Model, batch: Batch, people: People) -> Told:
    """Draw the planted pairs of each report: the product first, then the reaction at the rate that it gives."""
    pairs = model.pairs
    shape = (batch.size, len(pairs.products))
    pair = np.broadcast_to(np.arange(shape[1]), shape)
    event = np.broadcast_to(batch.events[:, None], shape)
    boost = np.where(people.in_band(model)[:, None], pairs.boosts, 1.0)
    draws = model.draws
    products = draws.uniform("pair product", event, pair) < pairs.product_shares * boost
    chance = pairs.reaction_shares * boost * np.where(products, pairs.ratios, 1.0)
    reactions = draws.uniform("pair reaction", event, pair) < chance
    version = np.broadcast_to((batch.cases * 1_000 + batch.versions)[:, None], shape)
    left_out = draws.uniform("left out", version, pair) < model.parameters.changed_share
    return Told(products, reactions & ~left_out)


def make_products(model: Model, batch: Batch, told: Told) -> Products:
    """Draw the products of each report; the first is the primary suspect, and any product may be the first."""
    draws = model.draws
    planted = told.products.sum(axis=1)
    ordinary = draws.choose("product count", model.numbers["products"], batch.events) + 1 - planted
    ordinary = np.maximum(ordinary, 0)
    rows = Rows.of(ordinary + planted)
    event, case = batch.events[rows.owner], batch.cases[rows.owner]
    total = np.bincount(rows.owner, minlength=batch.size)
    turn = (draws.uniform("turn", batch.events) * total).astype(np.int64)
    drawn = (rows.item + turn[rows.owner]) % total[rows.owner]
    product = 1 + draw_ordinary(model, event, drawn)
    product = set_planted(product, rows.owner, drawn - ordinary[rows.owner], told.products, model.pairs.products)
    role = 1 + draws.choose("role", model.coded["other_roles"].choice, event, drawn)
    role = role_positions(model)[np.where(rows.item == 0, 0, role)]
    return Products(rows, product, draw_spellings(model, batch, rows, case, drawn), role, drawn)


def role_positions(model: Model) -> Integers:
    """Positions in ROLES of the primary suspect and of the other roles as the marginals list them."""
    listed = [ROLES.index(code) for code in model.coded["other_roles"].codes]
    return np.array([0, *listed], dtype=np.int64)


def draw_ordinary(model: Model, event: Integers, drawn: Integers) -> Integers:
    """Ranks of ordinary products; some rows repeat an earlier product of their report, as other doses do."""
    draws = model.draws
    source = drawn
    for _ in range(REPEATS_FOLLOWED):
        repeated = draws.uniform("repeat", event, source) < model.parameters.marginals["repeated_products"]
        earlier = (draws.uniform("repeat of", event, source) * source).astype(np.int64)
        source = np.where(repeated, earlier, source)
    return draws.choose("product", model.numbers["product"], event, source)


def set_planted(numbers: Integers, owner: Integers, place: Integers, told: Flags, planted: Integers) -> Integers:
    """Put planted numbers, in their order, where `place` ≥ 0: it counts the planted ones of a row's report."""
    begin = np.concatenate([[0], np.cumsum(told.sum(axis=1))])
    pair = np.append(np.nonzero(told)[1], 0)
    at = np.where(place >= 0, begin[owner] + place, len(pair) - 1)
    return np.where(place >= 0, np.append(planted, 0)[pair[at]], numbers)


def draw_spellings(model: Model, batch: Batch, rows: Rows, case: Integers, drawn: Integers) -> Integers:
    """Positions in the spellings; near-copies misspell more."""
    share = np.where(batch.copied[rows.owner], COPY_SPELLING_SHARE, model.parameters.spelling_share)
    other = 1 + model.draws.below("spelling", len(SPELLINGS) - 1, case, drawn)
    return np.where(model.draws.uniform("misspelt", case, drawn) < share, other, 0)


@dataclass(frozen=True, slots=True)
class Reactions:
    """The rows of REAC as numbers; no report tells a reaction twice."""

    rows: Rows
    reaction: Integers


def make_reactions(model: Model, batch: Batch, told: Told) -> Reactions:
    """Draw the reactions of each report; a near-copy may miss or add one, and a follow-up may add one."""
    draws = model.draws
    count = 1 + draws.choose("reaction count", model.numbers["reactions"], batch.events)
    changed = batch.copied & (draws.uniform("copy reaction", batch.cases) < COPY_REACTION_SHARE)
    added = (batch.updates > 0) & (draws.uniform("added reaction", batch.cases) < ADDED_REACTION_SHARE)
    planted = told.reactions.sum(axis=1)
    ordinary = np.maximum(count - planted, 0) + np.where(changed, np.where(count > planted + 1, -1, 1), 0) + added
    rows = Rows.of(ordinary + planted)
    place = rows.item - ordinary[rows.owner]
    reaction = 1 + draws.choose("reaction", model.numbers["reaction"], batch.events[rows.owner], rows.item)
    reaction = set_planted(reaction, rows.owner, place, told.reactions, model.pairs.reactions)
    return without_repeats(rows, reaction)


def without_repeats(rows: Rows, reaction: Integers) -> Reactions:
    """Leave out a reaction that its report has already told; the order stays."""
    key = rows.owner * (int(reaction.max(initial=0)) + 1) + reaction
    first = np.sort(np.unique(key, return_index=True)[1])
    return Reactions(Rows(rows.owner[first], rows.item[first]), reaction[first])


def mark_pairs(
    model: Model, batch: Batch, people: People, products: Products, reactions: Reactions
) -> NDArray[np.uint8]:
    """What each report says of each pair, read from its rows: the bits above, shape (reports, pairs)."""
    marks = np.zeros((batch.size, len(model.pairs.products)), dtype=np.uint8)
    marks[people.in_band(model)] = IN_BAND
    for row, pair in planted_rows(products.product, model.parameters.products):
        owner, named = products.rows.owner[row], products.spelling[row] == 0
        suspect = products.role[row] != CONCOMITANT
        bits = ANY_ROLE + SUSPECT * suspect + ANY_ROLE_NAMED * named + SUSPECT_NAMED * (suspect & named)
        np.bitwise_or.at(marks, (owner, pair), bits.astype(np.uint8))
    for row, pair in planted_rows(reactions.reaction, model.parameters.reactions):
        marks[reactions.rows.owner[row], pair] |= REACTION
    return marks


def planted_rows(numbers: Integers, ordinary: int) -> list[tuple[Integers, Integers]]:
    """Rows with a planted number, and the pair it belongs to."""
    rows = np.nonzero(numbers > ordinary)[0]
    return [(rows, numbers[rows] - ordinary - 1)] if len(rows) else []
