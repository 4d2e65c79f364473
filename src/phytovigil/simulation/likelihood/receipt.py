"""Ratios of the day of first receipt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phytovigil.simulation.cases import CaseBook
from phytovigil.simulation.draws import Floats, Integers
from phytovigil.simulation.likelihood.scalars import Pairs
from phytovigil.simulation.likelihood.telling import Told
from phytovigil.simulation.reports import DAYS_BETWEEN_VERSIONS

SAME_QUARTER = 0.5
"""Share of near-copies in the quarter of their original: it is drawn from as many cases as a quarter has."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """First days of the quarters and of the one after, shape (quarters + 1,), and P(number of earlier versions)."""

    edges: Integers
    earlier: Floats

    @classmethod
    def of(cls, book: CaseBook) -> Calendar:
        """The calendar of a book of cases."""
        last = book.periods[-1]
        edges = [*(period.first for period in book.periods), last.first + last.days]
        shares = np.diff([0.0, *book.first_versions.edges, 1.0])
        return cls(np.array(edges), shares)

    def quarter(self, days: Integers) -> Integers:
        """The quarter of each day, −1 or the number of quarters outside."""
        return np.searchsorted(self.edges, days, side="right") - 1

    def even(self, days: Integers) -> Floats:
        """P(day) where quarters are alike and days of a quarter too; 0 outside."""
        quarter, count = self.quarter(days), len(self.edges) - 1
        inside = (quarter >= 0) & (quarter < count)
        length = np.diff(self.edges)[np.clip(quarter, 0, count - 1)]
        return np.where(inside, 1 / (count * length), 0.0)

    def marginal(self, received: Integers) -> Floats:
        """P(day of first receipt) of any report: earlier versions put it back."""
        terms = [share * self.even(received + DAYS_BETWEEN_VERSIONS * k) for k, share in enumerate(self.earlier)]
        total: Floats = np.maximum(np.sum(terms, axis=0), 1e-12)
        return total

    def after(self, first: Integers, received: Integers) -> Floats:
        """P(receipt of a near-copy | receipt of its original by this program's files)."""
        count = len(self.edges) - 1
        quarter = np.clip(self.quarter(first), 0, count - 1)
        end = self.edges[quarter + 1]
        begin = np.minimum(first + 1, end - 1)
        last = quarter == count - 1
        here = np.where((received >= begin) & (received < end), 1 / (end - begin), 0.0)
        following = self.edges[np.minimum(quarter + 2, count)] - end
        there = (received >= end) & (received < end + following)
        later: Floats = np.where(last, 1.0, SAME_QUARTER) * here
        after: Floats = later + SAME_QUARTER * ~last * there / np.maximum(following, 1)
        return after


def receipt_ratio(calendar: Calendar, pairs: Pairs, told: Told) -> tuple[Floats, Floats]:
    """Ratios of the days of first receipt; of two near-copies only the quarters count, days being nearly even."""
    left, right = pairs.both(told.received)
    weights = [share * calendar.even(left + DAYS_BETWEEN_VERSIONS * k) for k, share in enumerate(calendar.earlier)]
    terms = [weight * calendar.after(left + DAYS_BETWEEN_VERSIONS * k, right) for k, weight in enumerate(weights)]
    marginal = calendar.marginal(right)
    single = np.sum(terms, axis=0) / np.maximum(np.sum(weights, axis=0), 1e-12) / marginal
    return single, near_copies(calendar, left, right) / (calendar.marginal(left) * marginal)


def near_copies(calendar: Calendar, left: Integers, right: Integers) -> Floats:
    """P(receipts of two near-copies of one original), by quarter."""
    count = len(calendar.edges) - 1
    step = SAME_QUARTER * np.eye(count) + SAME_QUARTER * np.eye(count, k=1)
    step[-1, -1] = 1.0
    joint = step.T @ step / count
    quarters = [calendar.quarter(side) for side in (left, right)]
    inside = np.all([(quarter >= 0) & (quarter < count) for quarter in quarters], axis=0)
    one, two = (np.clip(quarter, 0, count - 1) for quarter in quarters)
    length = np.diff(calendar.edges)
    return np.where(inside, joint[one, two] / (length[one] * length[two]), 0.0)


def same_day(calendar: Calendar, pairs: Pairs, told: Told) -> Floats:
    """Ratio of the days of receipt of two reports that came in on one day; earlier versions put each back."""
    left, right = pairs.both(told.received)
    total = np.zeros(len(left))
    for k, share in enumerate(calendar.earlier):
        first = left + DAYS_BETWEEN_VERSIONS * k
        other = (first - right) // DAYS_BETWEEN_VERSIONS
        fits = ((first - right) % DAYS_BETWEEN_VERSIONS == 0) & (other >= 0) & (other < len(calendar.earlier))
        total += fits * share * calendar.even(first) * calendar.earlier[np.clip(other, 0, len(calendar.earlier) - 1)]
    return total / (calendar.marginal(left) * calendar.marginal(right))
