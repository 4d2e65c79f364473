"""A simulation read again as numbers, with the tables for its likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from phytovigil.simulation.alike import find_leads
from phytovigil.simulation.batches import Batch
from phytovigil.simulation.cases import CaseBook
from phytovigil.simulation.contents import Products, make_products, tell_pairs
from phytovigil.simulation.copying import shares_of
from phytovigil.simulation.draws import Floats, Integers
from phytovigil.simulation.duplication import Changes
from phytovigil.simulation.likelihood.item_sets import Channel, SetModel
from phytovigil.simulation.likelihood.people import Trait, read_traits
from phytovigil.simulation.likelihood.receipt import Calendar
from phytovigil.simulation.likelihood.telling import Told, reopen, tell_reports
from phytovigil.simulation.model import Model
from phytovigil.simulation.parameters import Parameters
from phytovigil.simulation.reports import make_people
from phytovigil.simulation.tables import draw_indications, mean_number

SAMPLE = 20_000
KINDS = ("products", "reactions", "indications")


@dataclass(frozen=True, slots=True)
class Shares:
    """Of all pairs of reports: how many are original and near-copy, two near-copies, of one paper, of one batch.

    published : share of copied originals that tell a paper.
    """

    single: float
    double: float
    paper: float
    batch: float
    published: float

    @property
    def same(self) -> float:
        """Share of the pairs of one event."""
        return self.single + self.double

    @property
    def unrelated(self) -> float:
        """Share of the pairs of patients who have nothing in common."""
        return 1 - self.same - self.paper - self.batch


@dataclass(frozen=True, slots=True)
class World:
    """All reports as told, the model behind them, and the tables for the likelihood of pairs."""

    model: Model
    changes: Changes
    told: Told
    events: Integers
    calendar: Calendar
    traits: tuple[Trait, Trait]
    sets: dict[str, SetModel]
    log_conditions: Floats
    shares: Shares


def read_world(reports: int, quarters: Sequence[str], seed: int, parameters: Parameters) -> World:
    """The world of `simulate` with the same arguments.

    Raises InvalidRequest if cases are sent in several versions, or without a background and changes.
    """
    model, book = reopen(reports, quarters, seed, parameters)
    assert parameters.changes
    assert model.conditions
    told = tell_reports(model, book)
    events = book.events(np.arange(book.count, dtype=np.int64))
    return World(
        model,
        parameters.changes,
        told,
        events,
        Calendar.of(book),
        read_traits(model, model.conditions, parameters.changes, told),
        read_sets(model, book, told, events),
        np.log(shares_of(model.conditions.choice)),
        count_shares(model, told, events),
    )


def count_shares(model: Model, told: Told, events: Integers) -> Shares:
    """The shares of the kinds of pairs, from the truth."""
    cases = np.arange(len(events), dtype=np.int64)
    leads = find_leads(model.draws, model.parameters.alike, cases)
    every = len(events) * (len(events) - 1) / 2
    copies = int((events != cases).sum())
    copied = np.unique(events[events != cases])
    return Shares(
        copies / every,
        (pairs_of_equals(events) - copies) / every,
        pairs_of_equals(leads.lead[leads.series]) / every,
        pairs_of_equals(leads.lead[leads.batch]) / every,
        float(np.mean(told.paper[copied] >= 0)) if copies else 0.0,
    )


def pairs_of_equals(values: Integers) -> int:
    """How many pairs have equal values."""
    counts = np.unique(values, return_counts=True)[1]
    return int((counts * (counts - 1) // 2).sum())


def read_sets(model: Model, book: CaseBook, told: Told, events: Integers) -> dict[str, SetModel]:
    """The models of the three kinds of items; the numbers of items are those of originals."""
    assert model.conditions
    assert model.parameters.changes
    originals = events == np.arange(len(events))
    channels = read_channels(model, book, model.parameters.changes)
    sets = {}
    for kind in KINDS:
        shares = model.conditions.item_shares(kind[:-1], shares_of(model.numbers[kind[:-1]]))
        sets[kind] = SetModel.of(shares, getattr(told, kind).counts(), originals, channels[kind])
    return sets


def read_channels(model: Model, book: CaseBook, changes: Changes) -> dict[str, Channel]:
    """What changes do to distinct items, from rows of a sample: an item of two rows outlives the loss of one."""
    cases = np.arange(min(book.count, SAMPLE), dtype=np.int64)
    zeros = np.zeros(len(cases), dtype=np.int64)
    batch = Batch(0, False, cases, cases, zeros + 1, zeros, cases)
    products = make_products(model, batch, tell_pairs(model, batch, make_people(model, batch)))
    several = (np.arange(len(model.numbers["reactions"].edges) + 2) > 1).astype(np.float64)
    return {
        "products": Channel(drop_rates(products, len(cases), changes.product_dropped), changes.product_added),
        "reactions": Channel(several * changes.reaction_dropped, changes.reaction_added, changes.reaction_recoded),
        "indications": Channel(
            np.zeros(1), changes.product_added * added_share(model), lost=loss_rates(model, batch, products, changes)
        ),
    }


def drop_rates(products: Products, reports: int, dropped: float) -> Floats:
    """The chance that one of n distinct products is lost when one row is dropped, by n."""
    owner = products.rows.owner
    span = int(products.product.max()) + 1
    keys, rows = np.unique(owner * span + products.product, return_counts=True)
    total = np.bincount(owner, minlength=reports)
    numbers = np.bincount(keys // span, minlength=reports)
    singles = np.bincount(keys // span, weights=rows == 1, minlength=reports)
    chance = np.where(total > 1, dropped * singles / np.maximum(total, 1), 0.0)
    many = np.bincount(numbers)
    rates: Floats = np.bincount(numbers, weights=chance) / np.maximum(many, 1)
    return np.where(many > 0, rates, dropped)


def loss_rates(model: Model, batch: Batch, products: Products, changes: Changes) -> Floats:
    """The chance that each of n distinct indications is lost, by n: all its rows are."""
    rows, term = draw_indications(model, batch, products)
    span = int(term.max(initial=0)) + 1
    keys, counts = np.unique(products.rows.owner[rows] * span + term, return_counts=True)
    numbers = np.bincount(keys // span, minlength=batch.size)[keys // span]
    many = np.bincount(numbers)
    rates: Floats = np.bincount(numbers, weights=changes.indication_lost**counts) / np.maximum(many, 1)
    return np.where(many > 0, rates, changes.indication_lost)


def added_share(model: Model) -> float:
    """The chance that an added product brings an indication."""
    figures = model.parameters.marginals
    shares, each = figures["indications"], mean_number(figures["products"])
    return float(shares["reports"] * (shares["products"] * each - 1) / max(each - 1, 1e-9))
