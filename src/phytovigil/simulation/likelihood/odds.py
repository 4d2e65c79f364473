"""The ratio and the probability of pairs."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from phytovigil.simulation.cases import FIRST_CASE
from phytovigil.simulation.copying import shares_of
from phytovigil.simulation.draws import Floats, Integers
from phytovigil.simulation.likelihood.candidates import candidate_pairs
from phytovigil.simulation.likelihood.item_sets import ItemSet, SetModel
from phytovigil.simulation.likelihood.receipt import receipt_ratio, same_day
from phytovigil.simulation.likelihood.scalars import (
    Pairs,
    country_ratio,
    date_ratio,
    firm_ratio,
    paper_ratio,
    redrawn_ratio,
    weight_ratio,
)
from phytovigil.simulation.likelihood.telling import BLANK
from phytovigil.simulation.likelihood.world import KINDS, World

SHARED_REACTIONS_OF_BATCH = 2


@dataclass(frozen=True, slots=True)
class PairOdds:
    """What the generating model says of pairs; arrays of shape (pairs,).

    left, right : case numbers, the smaller first. log_ratio : natural logarithm of P(pair | same event) over
    P(left) P(right), −inf where it cannot be one event. probability : that it is one event, against unrelated
    patients, patients of one paper and of one lawyer's batch. same : the truth.
    """

    left: Integers
    right: Integers
    log_ratio: Floats
    probability: Floats
    same: np.ndarray


def weigh_pairs(world: World, cases: Integers | None = None) -> PairOdds:
    """Ratio and probability of pairs of case numbers, shape (pairs, 2); by default of all that can be one event."""
    places = candidate_pairs(world.told) if cases is None else np.sort(cases - FIRST_CASE, axis=1)
    pairs = in_order(world, places)
    scalars = Scalars.of(world, pairs)
    weighing = Weighing(world)
    same, rival = np.full(len(places), -np.inf), np.full(len(places), -np.inf)
    for place in np.nonzero(scalars.possible)[0].tolist():
        same[place], rival[place] = weighing.weigh(int(pairs.left[place]), int(pairs.right[place]), scalars, place)
    with np.errstate(over="ignore"):
        against = world.shares.unrelated + np.exp(rival)
        probability = 1 / (1 + against * np.exp(-same - np.log(world.shares.same)))
    truth = world.events[places[:, 0]] == world.events[places[:, 1]]
    return PairOdds(FIRST_CASE + places[:, 0], FIRST_CASE + places[:, 1], same, probability, truth)


def in_order(world: World, places: Integers) -> Pairs:
    """Pairs with the report that was received first on the left; of one day, the lower number."""
    received = world.told.received[places]
    turned = received[:, 0] > received[:, 1]
    return Pairs(np.where(turned, places[:, 1], places[:, 0]), np.where(turned, places[:, 0], places[:, 1]))


@dataclass(frozen=True, slots=True)
class Scalars:
    """Logs of the ratios of fields that do not depend on the condition, shape (pairs,), by kind of pair."""

    single: Floats
    double: Floats
    paper: Floats
    batch: Floats
    possible: np.ndarray

    @classmethod
    def of(cls, world: World, pairs: Pairs) -> Scalars:
        """Compute all pairs at once."""
        fields = scalar_ratios(world, pairs)
        with np.errstate(divide="ignore"):
            single, double = (np.log([part[kind] for part in fields]).sum(axis=0) for kind in (0, 1))
            paper, batch = (np.log(part) for part in rival_ratios(world, pairs))
        possible = np.isfinite(single) | np.isfinite(double)
        for trait in world.traits:
            possible &= trait.possible(pairs.left, pairs.right)
        return cls(single, double, paper, batch, possible)


def scalar_ratios(world: World, pairs: Pairs) -> list[tuple[Floats, Floats]]:
    """Ratios of the fields, for original and near-copy and for two near-copies."""
    model, changes, told = world.model, world.changes, world.told
    reporter, outcomes = (shares_of(model.coded[name].choice) for name in ("occp_cod", "outcome_sets"))
    cited = float(np.mean(told.paper != BLANK))
    return [
        redrawn_ratio(reporter, changes.reporter_changed, pairs, told.reporter),
        redrawn_ratio(outcomes, changes.outcome_changed, pairs, told.outcomes),
        country_ratio(model, changes, pairs, told),
        weight_ratio(model, changes, pairs, told),
        firm_ratio(model, pairs, told),
        paper_ratio(cited, world.shares.published, changes.literature_lost, pairs, told),
        receipt_ratio(world.calendar, pairs, told),
        date_ratio(model, changes, pairs, told),
    ]


def rival_ratios(world: World, pairs: Pairs) -> tuple[Floats, Floats]:
    """Ratios of the same fields for two patients of one paper and of one lawyer's batch."""
    model, told = world.model, world.told
    left, right = pairs.both(told.country)
    country = np.append(shares_of(model.coded["reporter_country"].choice), 1.0)
    alike = (left == right) & (left != BLANK)
    place = np.where(alike, 1 / country[left], 0.0)
    one, two = pairs.both(told.paper)
    cited = float(np.mean(told.paper != BLANK))
    paper = np.where((one == two) & (one != BLANK), len(told.paper) / max(cited, 1e-12) ** 2, 0.0)
    return paper * place, place * batch_ratio(world, pairs)


def batch_ratio(world: World, pairs: Pairs) -> Floats:
    """Ratio of reporter, firm and day of receipt for two patients of one batch."""
    model, told = world.model, world.told
    codes, reporters = model.coded["occp_cod"].codes, pairs.both(told.reporter)
    lawyer = codes.index("LW") if "LW" in codes else BLANK
    share = model.coded["occp_cod"].weights()[lawyer] if "LW" in codes else 1.0
    firms = pairs.both(told.firm)
    firm = np.where(firms[0] == firms[1], 1 / shares_of(model.numbers["firm"])[np.maximum(firms[0], 0)], 0.0)
    both: Floats = (reporters[0] == lawyer) & (reporters[1] == lawyer)
    return both / max(share, 1e-12) ** 2 * firm * same_day(world.calendar, pairs, told)


@dataclass(slots=True)
class Weighing:
    """Weighs pairs one by one and remembers what it worked out of a report."""

    world: World
    known: dict[int, Floats] = field(default_factory=dict)

    def weigh(self, left: int, right: int, scalars: Scalars, place: int) -> tuple[float, float]:
        """Log ratio of one event, and log of the rivals' ratios, each with its share of all pairs.

        The left report is the one received first, so it is the original if either is; two unrelated reports, and two
        near-copies, may stand in either order. Hence the half.
        """
        sets = self.sets(left), self.sets(right)
        shares = self.world.shares
        alone = add_up(self.log_report(left)) + add_up(self.log_report(right))
        single = self.log_single(left, right, sets) if np.isfinite(scalars.single[place]) else -np.inf
        double = self.log_double(left, right, sets) if np.isfinite(scalars.double[place]) else -np.inf
        ways = [
            scalars.single[place] + single + log(shares.single / shares.same / 2),
            scalars.double[place] + double + log(shares.double / shares.same),
        ]
        rivals = [
            scalars.paper[place] + log(shares.paper) + self.log_shared(left, right, sets, 1, scalars.paper[place]),
            scalars.batch[place] + log(shares.batch)
            + self.log_shared(left, right, sets, SHARED_REACTIONS_OF_BATCH, scalars.batch[place]),
        ]  # fmt: skip
        return float(np.logaddexp(*ways)) - alone, float(np.logaddexp(*rivals)) - alone

    def sets(self, report: int) -> list[ItemSet]:
        """The sets of a report, in the order of KINDS."""
        return [getattr(self.world.told, kind).of(report) for kind in KINDS]

    def log_report(self, report: int) -> Floats:
        """Log P(report's person and items, condition), shape (conditions,)."""
        if report not in self.known:
            parts = [
                self.world.sets[kind].log_prior(items) for kind, items in zip(KINDS, self.sets(report), strict=True)
            ]
            people = [log(trait.given(report)) for trait in self.world.traits]
            self.known[report] = self.world.log_conditions + sum(parts) + sum(people)
        return self.known[report]

    def log_single(self, left: int, right: int, sets: tuple[list[ItemSet], list[ItemSet]]) -> float:
        """Log P(both | the left report is the original)."""
        total = self.world.log_conditions.copy()
        for kind, one, two in zip(KINDS, *sets, strict=True):
            total += self.world.sets[kind].log_from_original(one, two)
            if not np.isfinite(total).any():
                return -np.inf
        for trait in self.world.traits:
            total += log(trait.from_original(left, right))
        return add_up(total)

    def log_double(self, left: int, right: int, sets: tuple[list[ItemSet], list[ItemSet]]) -> float:
        """Log P(both | they are near-copies of one unseen original)."""
        total = self.world.log_conditions.copy()
        for kind, one, two in zip(KINDS, *sets, strict=True):
            total += self.world.sets[kind].log_from_unseen(one, two)
            if not np.isfinite(total).any():
                return -np.inf
        for trait in self.world.traits:
            total += log(trait.from_unseen(left, right))
        return add_up(total)

    def log_shared(
        self, left: int, right: int, sets: tuple[list[ItemSet], list[ItemSet]], reactions: int, possible: float
    ) -> float:
        """Log P(both | two patients who share a condition, the first product and the first reactions)."""
        if not np.isfinite(possible):
            return -np.inf
        both = self.log_report(left) + self.log_report(right) - self.world.log_conditions
        for kind, number in (("products", 1), ("reactions", reactions)):
            place = KINDS.index(kind)
            both = both + log(shared_first(self.world.sets[kind], sets[0][place], sets[1][place], number))
        return add_up(both)


def shared_first(model: SetModel, left: ItemSet, right: ItemSet, number: int) -> Floats:
    """P(left, right | their first items are the same) over P(left) P(right), shape (conditions,).

    Any item of a set is equally likely to be its first one.
    """
    shares = model.shares[:, sorted(left & right)]
    ratio = (1 / shares).sum(axis=1) / (len(left) * len(right)) if shares.size else np.zeros(len(model.shares))
    if number == 1 or min(len(left), len(right)) == 1:
        return ratio
    inverse = 1 / shares
    ordered = inverse.sum(axis=1) ** 2 - (inverse**2).sum(axis=1)
    second: Floats = ordered / (len(left) * (len(left) - 1) * len(right) * (len(right) - 1))
    return second


def log(values: Floats | float) -> Floats:
    """Natural logarithm; −inf of 0."""
    with np.errstate(divide="ignore"):
        logs: Floats = np.log(values)
    return logs


def add_up(logs: Floats) -> float:
    """Log of the sum of what these are logs of."""
    highest = float(np.max(logs))
    return highest + float(np.log(np.exp(logs - highest).sum())) if np.isfinite(highest) else -np.inf
