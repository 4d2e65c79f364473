"""Which products and reactions each report tells, as numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phytovigil.simulation.batches import Batch, People
from phytovigil.simulation.columns import Flags
from phytovigil.simulation.copying import ADDED, REWRITTEN, dropped_and_added, recode_terms
from phytovigil.simulation.draws import Integers
from phytovigil.simulation.duplication import Changes
from phytovigil.simulation.model import Model
from phytovigil.simulation.names import BRAND, SPELLINGS

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
    drawn = (rows.item + draw_turns(model, batch, total)[rows.owner]) % total[rows.owner]
    product = 1 + draw_ordinary(model, batch.leads(model)[rows.owner], event, drawn)
    product = set_planted(product, rows.owner, drawn - ordinary[rows.owner], told.products, model.pairs.products)
    rows, product, drawn = change_products(model, batch, rows, product, drawn)
    event, case = batch.events[rows.owner], batch.cases[rows.owner]
    role = 1 + draws.choose("role", model.coded["other_roles"].choice, role_keys(model, batch, rows, drawn), drawn)
    role = role_positions(model)[np.where(rows.item == 0, 0, role)]
    return Products(rows, product, draw_spellings(model, batch, rows, case, drawn), role, drawn)


def draw_turns(model: Model, batch: Batch, total: Integers) -> Integers:
    """How far the products of each report are turned, so that any of them may be the first."""
    index, changes = batch.events, model.parameters.changes
    if changes is not None:
        turned = batch.copied & (model.draws.uniform("turned", batch.cases) < changes.turned)
        index = np.where(turned, REWRITTEN + batch.cases, index)
    return (model.draws.uniform("turn", index) * total).astype(np.int64)


def role_keys(model: Model, batch: Batch, rows: Rows, drawn: Integers) -> Integers:
    """The numbers from which roles are drawn."""
    event, case, changes = batch.events[rows.owner], batch.cases[rows.owner], model.parameters.changes
    if changes is None:
        return event
    anew = batch.copied[rows.owner] & (model.draws.uniform("role changed", case, drawn) < changes.role_changed)
    return np.where(anew, REWRITTEN + case, event)


def change_products(
    model: Model, batch: Batch, rows: Rows, product: Integers, drawn: Integers
) -> tuple[Rows, Integers, Integers]:
    """The products of near-copies with one dropped and one added."""
    changes = model.parameters.changes
    if changes is None:
        return rows, product, drawn
    stays, more = dropped_and_added(model, batch, rows.owner, "product", changes.product_dropped, changes.product_added)
    item = np.full(len(more), ADDED, dtype=np.int64)
    added = 1 + draw_ordinary(model, batch.leads(model)[more], REWRITTEN + batch.cases[more], item)
    owner = np.concatenate([rows.owner[stays], more])
    order = np.argsort(owner, kind="stable")
    rows = Rows.of(np.bincount(owner, minlength=batch.size))
    return rows, np.concatenate([product[stays], added])[order], np.concatenate([drawn[stays], item])[order]


def role_positions(model: Model) -> Integers:
    """Positions in ROLES of the primary suspect and of the other roles as the marginals list them."""
    listed = [ROLES.index(code) for code in model.coded["other_roles"].codes]
    return np.array([0, *listed], dtype=np.int64)


def draw_ordinary(model: Model, lead: Integers, event: Integers, drawn: Integers) -> Integers:
    """Ranks of ordinary products; some rows repeat an earlier product of their report, as other doses do."""
    draws = model.draws
    source = drawn
    for _ in range(REPEATS_FOLLOWED):
        repeated = (drawn < ADDED) & (draws.uniform("repeat", event, source) < repeated_share(model))
        earlier = (draws.uniform("repeat of", event, source) * source).astype(np.int64)
        source = np.where(repeated, earlier, source)
    return model.draw_terms("product", lead, np.where(source == 0, lead, event), source)


def repeated_share(model: Model) -> float:
    """The share of products that repeat one of their report."""
    return float(model.parameters.marginals["repeated_products"])


def set_planted(numbers: Integers, owner: Integers, place: Integers, told: Flags, planted: Integers) -> Integers:
    """Put planted numbers, in their order, where `place` ≥ 0: it counts the planted ones of a row's report."""
    begin = np.concatenate([[0], np.cumsum(told.sum(axis=1))])
    pair = np.append(np.nonzero(told)[1], 0)
    at = np.where(place >= 0, begin[owner] + place, len(pair) - 1)
    return np.where(place >= 0, np.append(planted, 0)[pair[at]], numbers)


def draw_spellings(model: Model, batch: Batch, rows: Rows, case: Integers, drawn: Integers) -> Integers:
    """Positions in the spellings; near-copies misspell more, and may tell the brand."""
    changes, copied = model.parameters.changes, batch.copied[rows.owner]
    copy_share = changes.product_respelt if changes else COPY_SPELLING_SHARE
    share = np.where(copied, copy_share, model.parameters.spelling_share)
    other = 1 + model.draws.below("spelling", len(SPELLINGS) - 1, case, drawn)
    spelling = np.where(model.draws.uniform("misspelt", case, drawn) < share, other, 0)
    if changes is None:
        return spelling
    return np.where(copied & (model.draws.uniform("branded", case, drawn) < changes.product_branded), BRAND, spelling)


@dataclass(frozen=True, slots=True)
class Reactions:
    """The rows of REAC as numbers; no report tells a reaction twice."""

    rows: Rows
    reaction: Integers


def make_reactions(model: Model, batch: Batch, told: Told) -> Reactions:
    """Draw the reactions of each report; a near-copy may miss or add one, and a follow-up may add one."""
    draws, changes = model.draws, model.parameters.changes
    count = 1 + draws.choose("reaction count", model.numbers["reactions"], batch.events)
    changed = batch.copied & (draws.uniform("copy reaction", batch.cases) < COPY_REACTION_SHARE) & (changes is None)
    added = (batch.updates > 0) & (draws.uniform("added reaction", batch.cases) < ADDED_REACTION_SHARE)
    planted = told.reactions.sum(axis=1)
    ordinary = np.maximum(count - planted, 0) + np.where(changed, np.where(count > planted + 1, -1, 1), 0) + added
    rows = Rows.of(ordinary + planted)
    place = rows.item - ordinary[rows.owner]
    reaction = draw_reactions(model, batch, rows.owner, rows.item)
    reaction = set_planted(reaction, rows.owner, place, told.reactions, model.pairs.reactions)
    told_once = without_repeats(rows, reaction)
    return change_reactions(model, batch, told_once, changes) if changes else told_once


def draw_reactions(model: Model, batch: Batch, owner: Integers, item: Integers) -> Integers:
    """Ordinary reactions; patients of one paper share the first, those of one lawyer the first two."""
    event, leads = batch.events[owner], batch.find_leads(model)
    lead = leads.lead[owner]
    shared = (item == 0) | (leads.batch[owner] & (item == 1))
    return 1 + model.draw_terms("reaction", lead, np.where(shared, lead, event), item)


def change_reactions(model: Model, batch: Batch, reactions: Reactions, changes: Changes) -> Reactions:
    """The reactions of near-copies with some recoded, one dropped and one added."""
    rows = reactions.rows
    stays, more = dropped_and_added(
        model, batch, rows.owner, "reaction", changes.reaction_dropped, changes.reaction_added
    )
    owner, item, term = rows.owner[stays], rows.item[stays], reactions.reaction[stays]
    term = recode_terms(model, batch.cases[owner], item, batch.copied[owner], term, changes.reaction_recoded)
    extra = np.full(len(more), ADDED, dtype=np.int64)
    lead = batch.leads(model)[more]
    added = 1 + model.draw_terms("reaction", lead, REWRITTEN + batch.cases[more], extra)
    owner = np.concatenate([owner, more])
    order = np.argsort(owner, kind="stable")
    every = Rows(owner[order], np.concatenate([item, extra])[order])
    return without_repeats(every, np.concatenate([term, added])[order])


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
