"""Totals of a scale whose answers are partly unknown: every total that can still come out, and its categories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Bands = Sequence[tuple[str, int | None]]
"""Categories from the highest on, each with its least total; the last takes whatever is below."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a scale.

    points : every number of points that it can still get, lowest first; one where it is settled.
    choices : what may still be answered, and the points that each answer leaves possible; empty where it is settled.
    """

    key: str
    question: str
    answer: str
    why: str
    points: tuple[int, ...]
    choices: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a scale says if one open item is answered in one way."""

    answer: str
    low: int
    high: int
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """An open item, with what each answer to it would leave of the range."""

    key: str
    question: str
    answers: tuple[Outlook, ...]

    @property
    def settles(self) -> bool:
        """Whether every answer leaves one category."""
        return all(len(outlook.categories) == 1 for outlook in self.answers)


def add_points(points: Iterable[Iterable[int]]) -> tuple[int, ...]:
    """Every total of one number from each set, lowest first.

    >>> add_points([(0, 1), (2,), (-1, 0, 2)])
    (1, 2, 3, 4, 5)
    """
    totals = {0}
    for several in points:
        totals = {total + some for total in totals for some in several}
    return tuple(sorted(totals))


def name_band(total: int, bands: Bands) -> str:
    """The category of a total.

    >>> name_band(4, (("probable", 5), ("possible", 1), ("doubtful", None)))
    'possible'
    """
    return next(name for name, least in bands if least is None or total >= least)


def span_bands(totals: Iterable[int], bands: Bands) -> tuple[str, ...]:
    """The categories of some totals, the highest first."""
    found = {name_band(total, bands) for total in totals}
    return tuple(name for name, _ in bands if name in found)


def list_open(items: Sequence[Item], bands: Bands) -> tuple[OpenQuestion, ...]:
    """The open items; first those whose answer, at worst, leaves the fewest categories and the narrowest range."""
    found = []
    for place, item in enumerate(items):
        others = [other.points for position, other in enumerate(items) if position != place]
        outlooks = [look_out(answer, [*others, points], bands) for answer, points in item.choices.items()]
        if outlooks:
            found.append(OpenQuestion(item.key, item.question, tuple(outlooks)))
    return tuple(sorted(found, key=rank_question))


def look_out(answer: str, points: Sequence[Sequence[int]], bands: Bands) -> Outlook:
    """What the scale says with these points."""
    totals = add_points(points)
    return Outlook(answer, totals[0], totals[-1], span_bands(totals, bands))


def rank_question(question: OpenQuestion) -> tuple[int, int]:
    """What the least telling answer leaves: categories, then width of the range."""
    most = max(len(outlook.categories) for outlook in question.answers)
    return most, max(outlook.high - outlook.low for outlook in question.answers)
