"""Where everything stands in a forest plot: rows from the top, and the axes of the panels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phytovigil.dossier.drawing import wrap_text

Pair = Mapping[str, Any]
Measure = Mapping[str, Any]

LINE = 15.0
TICKS: Mapping[str, tuple[float, ...]] = {"ratio": (0.1, 1, 10, 100, 1000), "log2": (-6, -4, -2, 0, 2, 4, 6, 8)}
"""Ticks that an axis may have; its ends are the farthest that an interval is drawn to."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Sizes in px. The texts stand left of the panels, or above each interval where `stacked`.

    text : room for label and counts together. label : for the label alone.
    """

    text: float
    label: float
    panel: float
    gap: float
    stacked: bool

    def measure_width(self, panels: int) -> float:
        """Width of the drawing, at least that of the texts."""
        plots = panels * self.panel + (panels - 1) * self.gap
        return max(plots, self.text) if self.stacked else self.text + self.gap + plots


WIDE = Layout(text=330, label=232, panel=176, gap=30, stacked=False)
NARROW = Layout(text=326, label=188, panel=148, gap=30, stacked=True)


@dataclass(frozen=True, slots=True)
class Axis:
    """The axis of one panel: a measure and the ticks that hold all its pairs."""

    measure: Measure
    ticks: tuple[float, ...]

    @property
    def low(self) -> float:
        """Left end."""
        return self.ticks[0]

    @property
    def high(self) -> float:
        """Right end."""
        return self.ticks[-1]


@dataclass(frozen=True, slots=True)
class Group:
    """Pairs under one heading, each with the name that tells it from its neighbours."""

    heading: str
    pairs: tuple[tuple[str, Pair], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the plot; `pair` is None for a heading. top is the first text line and y the interval, in px."""

    lines: tuple[str, ...]
    pair: Pair | None
    top: float
    y: float


def choose_axes(pairs: Sequence[Pair], measures: Sequence[Measure]) -> list[Axis]:
    """The first ratio measure and the first log2 measure of the study, each with ticks around its estimates."""
    firsts = [next((m for m in measures if m["scale"] == scale), None) for scale in ("ratio", "log2")]
    return [Axis(measure, choose_ticks(pairs, measure)) for measure in firsts if measure is not None]


def choose_ticks(pairs: Iterable[Pair], measure: Measure) -> tuple[float, ...]:
    """The shortest run of ticks that holds the null value and as much of the intervals as TICKS allows."""
    ticks = TICKS[measure["scale"]]
    estimates = [pair["estimates"].get(measure["name"]) or {} for pair in pairs]
    values = [value for estimate in estimates for value in estimate.values() if value is not None]
    low, high = min([measure["null"], *values]), max([measure["null"], *values])
    start = max((i for i, tick in enumerate(ticks) if tick <= low), default=0)
    stop = min((i for i, tick in enumerate(ticks) if tick >= high), default=len(ticks) - 1)
    return ticks[min(start, len(ticks) - 2) : max(stop, start + 1) + 1]


def place_rows(groups: Sequence[Group], layout: Layout) -> list[Row]:
    """Give every heading and pair its place from the top."""
    rows: list[Row] = []
    top = LINE / 2
    for group in groups:
        lines = tuple(wrap_text(group.heading, layout.text * 0.9))
        rows.append(Row(lines, None, top, top + LINE * (len(lines) - 1)))
        top += LINE * len(lines) + 6
        for name, pair in group.pairs:
            row = place_pair(name, pair, top, layout)
            rows.append(row)
            top = max(row.y, row.top + LINE * (len(row.lines) - 1)) + LINE + (8 if layout.stacked else 6)
        top += 8
    return rows


def place_pair(name: str, pair: Pair, top: float, layout: Layout) -> Row:
    """A pair's label lines, with its interval beside their middle or below them."""
    lines = tuple(wrap_text(name, layout.label))
    below = len(lines) if layout.stacked else (len(lines) - 1) / 2
    return Row(lines, pair, top, top + LINE * below)
