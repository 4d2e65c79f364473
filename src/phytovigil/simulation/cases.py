"""Which cases are in which quarter: new ones, follow-ups, near-copies and those deleted later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phytovigil.simulation.alike import find_leads
from phytovigil.simulation.columns import Flags, day_number
from phytovigil.simulation.draws import Choice, Draws, Integers
from phytovigil.simulation.layouts import FIRST_DELETED
from phytovigil.simulation.parameters import Parameters

FIRST_CASE = 10_000_000
MOST_CASES = 80_000_000
COPY_WINDOW = 5_000
LONGEST_PAUSE = 12
DELETED_WITHIN = 3


@dataclass(frozen=True, slots=True)
class Period:
    """First day and number of days of a quarter."""

    first: int
    days: int


def period_of(quarter: str) -> Period:
    """The days of a quarter such as `2019Q1`."""
    year, number = int(quarter[:4]), int(quarter[5])
    first = day_number(f"{year}-{3 * number - 2:02d}-01")
    after = day_number(f"{year + 1}-01-01" if number == 4 else f"{year}-{3 * number + 1:02d}-01")
    return Period(first, after - first)


def anchor_step(parameters: Parameters) -> int:
    """Every how many cases one is published and reported by several firms; 0 for none."""
    changes = parameters.changes
    near_copies = parameters.duplicate_share * changes.clustered if changes else 0.0
    return max(round(min(changes.per_cluster / near_copies, MOST_CASES)), 2) if changes and near_copies else 0


def is_anchor(parameters: Parameters, events: Integers) -> Flags:
    """Events that are published and reported by several firms."""
    step = anchor_step(parameters)
    anchors: Flags = events % step == 0 if step else np.zeros(len(events), dtype=np.bool_)
    return anchors


class CaseBook:
    """The state of every case: first quarter, version, versions sent, and which planted pairs it tells.

    A case is known by its position 0, 1, …; its case number is FIRST_CASE + position. Memory: 6 bytes a case and one
    byte a planted pair.
    """

    def __init__(self, draws: Draws, parameters: Parameters, quarters: tuple[str, ...], reports: int, pairs: int):
        self.draws, self.parameters, self.quarters = draws, parameters, quarters
        self.periods = [period_of(quarter) for quarter in quarters]
        self.count = 0
        self.window = max(reports // len(quarters), 2) if parameters.changes else COPY_WINDOW
        self.first_quarter = np.zeros(reports, dtype=np.int16)
        self.version = np.zeros(reports, dtype=np.int16)
        self.updates = np.zeros(reports, dtype=np.int16)
        self.marks: NDArray[np.uint8] = np.zeros((reports, pairs), dtype=np.uint8)
        self.first_versions = Choice.of(parameters.marginals["versions"])

    def open_quarter(self, quarter: int, reports: int) -> Integers:
        """The cases of a quarter, follow-ups before new cases, with their versions brought up to date."""
        again = self.follow_ups(quarter)[:reports]
        skipped = self.draws.uniform("skip", again, quarter) < self.parameters.skipped_version_share
        self.version[again] += 1 + skipped.astype(np.int16)
        self.updates[again] += 1
        new = np.arange(self.count, self.count + reports - len(again), dtype=np.int64)
        self.first_quarter[new] = quarter
        self.version[new] = 1 + self.earlier_versions(new)
        self.count += len(new)
        return np.concatenate([again, new])

    def follow_ups(self, quarter: int) -> Integers:
        """Earlier cases that are sent again: with a chance that halves each quarter, never after their deletion."""
        begin = int(np.searchsorted(self.first_quarter[: self.count], quarter - LONGEST_PAUSE))
        cases = np.arange(begin, self.count, dtype=np.int64)
        pause = quarter - 1 - self.first_quarter[cases].astype(np.float64)
        again = self.draws.uniform("follow up", cases, quarter) < self.parameters.follow_up_share * 0.5**pause
        cases = cases[again]
        deleted = self.deletion_quarter(cases)
        return cases[(deleted < 0) | (quarter < deleted)]

    def deletion_quarter(self, cases: Integers) -> Integers:
        """The quarter whose list names a case, or −1: one of the next three that there are, and has a list."""
        quarter = self.first_quarter[cases] + 1 + self.draws.below("deletion quarter", DELETED_WITHIN, cases)
        drawn = self.draws.uniform("deleted", cases) < self.parameters.deleted_share
        listed = np.array([name >= FIRST_DELETED for name in self.quarters] + [False] * (DELETED_WITHIN + 1))
        return np.where(drawn & listed[quarter], quarter, -1)

    def deleted(self) -> tuple[Integers, Integers]:
        """All cases that a list names, and the quarters of the lists."""
        cases = np.arange(self.count, dtype=np.int64)
        quarters = self.deletion_quarter(cases)
        return cases[quarters >= 0], quarters[quarters >= 0]

    def events(self, cases: Integers) -> Integers:
        """The case whose event is told: the case itself, or the earlier one that it copies."""
        original = cases - 1 - self.draws.below("original", self.window, cases)
        if step := anchor_step(self.parameters):
            clustered = self.draws.uniform("clustered", cases) < self.parameters.changes.clustered  # type: ignore[union-attr]
            original = np.where(clustered, original // step * step, original)
        copies = self.drawn_as_copy(cases) & (original >= 0)
        original = np.maximum(original, 0)
        return np.where(copies & ~self.drawn_as_copy(original), original, cases)

    def drawn_as_copy(self, cases: Integers) -> Flags:
        """Cases that copy another one if that is not itself drawn as a copy."""
        drawn: Flags = self.draws.uniform("copy", cases) < self.parameters.duplicate_share
        leads = find_leads(self.draws, self.parameters.alike, cases)
        return drawn & ~leads.series & ~leads.batch & ~is_anchor(self.parameters, cases)

    def copies(self) -> tuple[Integers, Integers]:
        """Every near-copy: originals and copies, each shape (pairs,)."""
        cases = np.arange(self.count, dtype=np.int64)
        events = self.events(cases)
        return events[events != cases], cases[events != cases]

    def earlier_versions(self, cases: Integers) -> Integers:
        """How many versions of a case came before the first quarter; a near-copy has none."""
        earlier = self.draws.choose("version", self.first_versions, cases)
        return np.where(self.events(cases) != cases, 0, earlier)

    def days_of(self, quarter: Integers, part: NDArray[np.float64]) -> Integers:
        """Day numbers at a part in [0, 1) of a quarter."""
        last = self.periods[-1]
        every = [*self.periods, Period(last.first + last.days, 1)]
        first = np.array([period.first for period in every])[quarter]
        length = np.array([period.days for period in every])[quarter]
        days: Integers = first + (part * length).astype(np.int64)
        return days
