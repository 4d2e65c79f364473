"""What the reports of a simulation tell, as numbers: drawn again from the numbers of their cases, without files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

import numpy as np

from phytovigil.errors import InvalidRequest
from phytovigil.simulation.batches import Batch, People
from phytovigil.simulation.cases import CaseBook
from phytovigil.simulation.contents import make_products, make_reactions, tell_pairs
from phytovigil.simulation.draws import Integers
from phytovigil.simulation.model import Model
from phytovigil.simulation.parameters import Parameters
from phytovigil.simulation.reports import (
    DAYS_BETWEEN_VERSIONS,
    first_days,
    make_people,
    outcome_sets,
    told_dates,
    told_weights,
)
from phytovigil.simulation.senders import draw_countries, draw_firms, draw_reporters, sent_by_firm, told_papers
from phytovigil.simulation.tables import draw_indications

CHUNK = 20_000
AGE_SPAN = 1_000
BLANK = -1


@dataclass(frozen=True, slots=True)
class Items:
    """Distinct items of each report: those of report k are `item[begin[k]:begin[k + 1]]`, ascending."""

    begin: Integers
    item: Integers

    def of(self, report: int) -> frozenset[int]:
        """The items of one report."""
        return frozenset(self.item[self.begin[report] : self.begin[report + 1]].tolist())

    def counts(self) -> Integers:
        """How many items each report has."""
        return np.diff(self.begin)


@dataclass(frozen=True, slots=True)
class Told:
    """One row per case, arrays of shape (cases,); BLANK is a missing value.

    age : unit position × AGE_SPAN + number. date : day number, told to `places` digits, 0 for none. received : day
    number of first receipt. paper : number of the reference. firm : BLANK for reports sent to the regulator directly.
    """

    sex: Integers
    age: Integers
    kilograms: Integers
    pounds: Integers
    country: Integers
    reporter: Integers
    outcomes: Integers
    paper: Integers
    firm: Integers
    received: Integers
    date: Integers
    places: Integers
    products: Items
    reactions: Items
    indications: Items


def reopen(reports: int, quarters: Sequence[str], seed: int, parameters: Parameters) -> tuple[Model, CaseBook]:
    """The model and the book of cases as a simulation with these arguments leaves them.

    Raises InvalidRequest if cases are sent in several versions or pairs are planted: the likelihood knows neither.
    """
    if parameters.follow_up_share or parameters.planted or parameters.confounder:
        raise InvalidRequest("The likelihood knows no follow-ups and no planted pairs.", "Simulate without them.")
    if parameters.background is None or parameters.changes is None:
        raise InvalidRequest("The likelihood needs a background and changes.", "Give both in the parameters.")
    model = Model.of(seed, parameters)
    book = CaseBook(model.draws, parameters, tuple(quarters), reports, 0)
    for place in range(len(quarters)):
        book.open_quarter(place, reports // len(quarters) + (place < reports % len(quarters)))
    return model, book


def tell_reports(model: Model, book: CaseBook) -> Told:
    """What all cases tell."""
    parts = [
        tell_chunk(model, book, np.arange(begin, min(begin + CHUNK, end)), quarter)
        for quarter, (first, end) in enumerate(quarter_bounds(book))
        for begin in range(first, end, CHUNK)
    ]
    columns = {field.name: [getattr(part, field.name) for part in parts] for field in fields(Told)}
    joined: dict[str, Any] = {name: join(pieces) for name, pieces in columns.items()}
    return Told(**joined)


def quarter_bounds(book: CaseBook) -> list[tuple[int, int]]:
    """First case of each quarter and of the next one."""
    edges = np.searchsorted(book.first_quarter[: book.count], np.arange(len(book.quarters) + 1)).tolist()
    return list(pairwise(edges))


def join(pieces: list[Any]) -> Any:
    """Arrays or items of several chunks as one."""
    if not isinstance(pieces[0], Items):
        return np.concatenate(pieces)
    counts = np.concatenate([piece.counts() for piece in pieces])
    return Items(np.concatenate([[0], np.cumsum(counts)]), np.concatenate([piece.item for piece in pieces]))


def tell_chunk(model: Model, book: CaseBook, cases: Integers, quarter: int) -> Told:
    """What the cases of one quarter tell."""
    zeros = np.zeros(len(cases), dtype=np.int64)
    batch = Batch(quarter, False, cases, book.events(cases), zeros + 1, zeros, cases)
    people = make_people(model, batch)
    told = tell_pairs(model, batch, people)
    products, reactions = make_products(model, batch, told), make_reactions(model, batch, told)
    rows, indication = draw_indications(model, batch, products)
    kilograms, pounds, weighed = told_weights(model, batch)
    country, named = draw_countries(model, batch)
    paper, cited = told_papers(model, batch)
    date, places = told_dates(model, book, batch)
    first = first_days(model, book, batch)
    return Told(
        sex=people.sex,
        age=told_ages(people),
        kilograms=np.where(weighed, kilograms, BLANK),
        pounds=pounds.astype(np.int64),
        country=np.where(named, country, BLANK),
        reporter=draw_reporters(model, batch),
        outcomes=outcome_sets(model, batch),
        paper=np.where(cited, paper, BLANK),
        firm=np.where(sent_by_firm(model, batch), draw_firms(model, batch), BLANK),
        received=first - DAYS_BETWEEN_VERSIONS * book.earlier_versions(cases),
        date=date,
        places=np.where(model.some("event_dt", batch.events), places, 0),
        products=distinct(products.rows.owner, products.product - 1, batch.size),
        reactions=distinct(reactions.rows.owner, reactions.reaction - 1, batch.size),
        indications=distinct(products.rows.owner[rows], indication, batch.size),
    )


def told_ages(people: People) -> Integers:
    """Unit and number as one; blank where no age is told."""
    return np.where(people.years < 0, BLANK, people.unit * AGE_SPAN + people.age)


def distinct(owner: Integers, item: Integers, reports: int) -> Items:
    """Each item once a report."""
    span = int(item.max(initial=0)) + 1
    keys = np.unique(owner * span + item)
    return Items(np.searchsorted(keys, np.arange(reports + 1) * span), keys % span)
