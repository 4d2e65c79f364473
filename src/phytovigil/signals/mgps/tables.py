"""Quantiles of very many pairs: solved at a few expected counts for each observed one, interpolated in between.

For one observed count the logarithm of a posterior quantile is an analytic function of log E. Short pieces of it are
polynomials to the last digits; where it turns sharply, as between two components that hardly overlap, the pieces are
shorter. Each piece is checked against the solver, and again at points drawn from the data. Where a piece fails on the
last level, or would serve too few pairs, they are solved pair by pair.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from phytovigil.schema.counts import Floats
from phytovigil.signals.mgps.squashing import BIN_RATIO, Squashed

Solver = Callable[[Floats, Floats], Floats]

DEGREE = 13
"""Of the polynomial of a piece."""

WIDTH = 0.5
"""Width in log E of the pieces that are tried first."""

PARTS, LEVELS = 4, 5
"""A piece that is not exact is divided into so many, and they again, on so many levels in all."""

FINE = PARTS ** (LEVELS - 1)
"""Parts of a first piece on the last level: what a place in log E is looked up by."""

EXACT = 1e-11
"""Relative error allowed at the points where a table is checked while it is made."""

PROMISED = 1e-10
"""Relative error allowed at points drawn from the cells; an observed count with more is solved pair by pair."""

DRAWN = 4_000
"""Points drawn for that check."""

HIGHEST = 1e6
"""Observed counts above this are solved pair by pair."""

SOLVED = 1 << 16
"""Points solved at a time."""

_TESTS = np.array([-0.993, -0.61, -0.13, 0.37, 0.83, 0.997])


@dataclass(frozen=True, slots=True)
class Table:
    """Pieces of the log quantile as a function of log E, for some observed counts.

    row : for an observed count, its row, or -1 where there is none; shape (greatest count + 1,).
    start, parts : for each row, log E where its first piece begins, and its number of fine parts.
    first : for each row, its first place in `piece`.
    piece : for each fine part, the piece that it belongs to, or -1 where pairs are solved.
    low, scale : for each piece, log E where it begins, and twice the pieces of its width that make 1.
    coefficients : shape (DEGREE + 1, pieces), of powers of a variable that goes from -1 to 1 in each piece.
    """

    row: NDArray[np.intp]
    start: Floats
    parts: NDArray[np.intp]
    first: NDArray[np.intp]
    piece: NDArray[np.int32]
    low: Floats
    scale: Floats
    coefficients: Floats

    def quantile(self, solve: Solver, observed: Floats, expected: Floats) -> Floats:
        """Quantiles of any pairs: read where the table reaches, solved elsewhere; shape (pairs,)."""
        log_expected = np.log(expected)
        piece = self.pieces(observed, log_expected)
        found = np.empty_like(expected)
        within, without = np.flatnonzero(piece >= 0), np.flatnonzero(piece < 0)
        found[within] = self.read(piece[within], log_expected[within])
        found[without] = solve(observed[without], expected[without])
        return found

    def pieces(self, observed: Floats, log_expected: Floats) -> NDArray[np.int32]:
        """The piece of each pair; -1 where the table does not reach it."""
        place = np.minimum(observed, self.row.size - 1).astype(np.intp)
        row = np.where(observed < self.row.size, self.row[place], -1)
        part = np.floor((log_expected - self.start[row]) * (FINE / WIDTH))
        reached = (row >= 0) & (part >= 0) & (part < self.parts[row])
        return np.where(reached, self.piece[np.where(reached, self.first[row] + part.astype(np.intp), 0)], -1)

    def read(self, piece: NDArray[np.int32], log_expected: Floats) -> Floats:
        """Quantiles of pairs that belong to these pieces."""
        along = (log_expected - self.low[piece]) * self.scale[piece]
        along -= 1
        value = self.coefficients[DEGREE][piece]
        for power in range(DEGREE - 1, -1, -1):
            value *= along
            value += self.coefficients[power][piece]
        quantile: Floats = np.exp(value)
        return quantile


def make_table(solve: Solver, cells: Squashed) -> Table | None:
    """A table for the observed counts of which these cells are enough; None where there are none.

    cells : the pairs that will be asked about, or some that are like them, squashed or not.
    """
    rows = _rows(cells)
    if not rows.count.size:
        return None
    piece = np.full(int(rows.parts.sum()), -1, dtype=np.int32)
    pairs_before = np.concatenate([[0.0], np.cumsum(_pairs_by_part(rows, cells))])
    pending, kept, columns = rows.first_pieces(), [], []
    number = 0
    for _ in range(LEVELS):
        pending = pending.worth_tabulating(pairs_before)
        if not pending.count.size:
            break
        coefficients, error = _interpolate(solve, pending)
        good = error < EXACT
        exact = pending.select(good)
        exact.number_parts(piece, number)
        number += exact.count.size
        kept.append(exact)
        columns.append(coefficients[:, good])
        pending = pending.select(~good).divided()
    table = _assemble(rows, piece, kept, columns)
    return _without_failures(solve, table, cells)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Observed counts with pairs enough for at least one piece; shape (counts,). start : least log E of its pairs."""

    count: Floats
    start: Floats
    parts: NDArray[np.intp]

    @property
    def first(self) -> NDArray[np.intp]:
        return np.cumsum(self.parts) - self.parts

    def first_pieces(self) -> _Pieces:
        number = self.parts // FINE
        within = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
        return _Pieces(
            np.repeat(self.count, number),
            np.repeat(self.start, number) + within * WIDTH,
            np.full(within.size, WIDTH),
            np.repeat(self.first, number) + within * FINE,
            np.full(within.size, FINE),
        )


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Pieces that are tried: observed count, where they begin, their width, first fine part and number; (pieces,)."""

    count: Floats
    low: Floats
    width: Floats
    first: NDArray[np.intp]
    parts: NDArray[np.intp]

    def select(self, chosen: NDArray[np.bool_]) -> _Pieces:
        return _Pieces(*(getattr(self, name)[chosen] for name in self.__slots__))

    def worth_tabulating(self, pairs_before: Floats) -> _Pieces:
        """Those that ask the solver less often than their pairs would."""
        pairs = pairs_before[self.first + self.parts] - pairs_before[self.first]
        return self.select(pairs > DEGREE + 1 + _TESTS.size)

    def divided(self) -> _Pieces:
        """Each in PARTS; those that are fine parts already are left to the solver."""
        some = self.select(self.parts > 1)
        within = np.tile(np.arange(PARTS), some.count.size)
        width, parts = np.repeat(some.width / PARTS, PARTS), np.repeat(some.parts // PARTS, PARTS)
        low, first = np.repeat(some.low, PARTS) + within * width, np.repeat(some.first, PARTS) + within * parts
        return _Pieces(np.repeat(some.count, PARTS), low, width, first, parts)

    def number_parts(self, piece: NDArray[np.int32], number: int) -> None:
        """Write the numbers of these pieces, from `number` on, to their fine parts."""
        within = np.arange(self.parts.sum()) - np.repeat(np.cumsum(self.parts) - self.parts, self.parts)
        named = np.repeat(np.arange(number, number + self.count.size), self.parts)
        piece[np.repeat(self.first, self.parts) + within] = named


def _rows(cells: Squashed) -> _Rows:
    """The observed counts up to HIGHEST; a little wider than the points, which are means of the cells around."""
    size = int(min(float(cells.observed.max()), HIGHEST)) + 1 if cells.points else 0
    place = np.minimum(cells.observed, size).astype(np.intp)
    pairs = np.bincount(place, cells.weight, size + 1)
    low, high = np.full(size + 1, np.inf), np.zeros(size + 1)
    np.minimum.at(low, place, cells.expected)
    np.maximum.at(high, place, cells.expected)
    held = np.flatnonzero(pairs[:size] > DEGREE + 1 + _TESTS.size)
    start, end = np.log(low[held]) - log(BIN_RATIO), np.log(high[held]) + log(BIN_RATIO)
    parts = (np.ceil((end - start) / WIDTH) * FINE).astype(np.intp)
    return _Rows(held.astype(np.float64), start, parts)


def _pairs_by_part(rows: _Rows, cells: Squashed) -> Floats:
    """How many pairs fall into each fine part."""
    row = np.searchsorted(rows.count, cells.observed)
    row = np.where(row < rows.count.size, row, 0)
    held = rows.count[row] == cells.observed
    row = row[held]
    part = ((np.log(cells.expected[held]) - rows.start[row]) * (FINE / WIDTH)).astype(np.intp)
    return np.bincount(rows.first[row] + part, cells.weight[held], int(rows.parts.sum())).astype(np.float64)


def _interpolate(solve: Solver, pieces: _Pieces) -> tuple[Floats, Floats]:
    """Coefficients of each piece, shape (DEGREE + 1, pieces), and the largest error of each at its test points."""
    nodes = chebyshev.chebpts1(DEGREE + 1)
    places = (np.concatenate([nodes, _TESTS])[:, None] + 1) / 2
    expected = np.exp(pieces.low + pieces.width * places)
    counts = np.broadcast_to(pieces.count, expected.shape)
    values = _log_in_blocks(solve, counts.ravel(), expected.ravel()).reshape(expected.shape)
    coefficients = _TO_POWERS @ np.linalg.solve(chebyshev.chebvander(nodes, DEGREE), values[: DEGREE + 1])
    reached = np.vander(_TESTS, DEGREE + 1, increasing=True) @ coefficients
    error = np.abs(reached - values[DEGREE + 1 :]).max(axis=0)
    return coefficients, np.where(np.isfinite(error), error, np.inf)


def _log_in_blocks(solve: Solver, counts: Floats, expected: Floats) -> Floats:
    found = np.empty_like(expected)
    for start in range(0, expected.size, SOLVED):
        part = slice(start, start + SOLVED)
        with np.errstate(divide="ignore"):
            found[part] = np.log(solve(counts[part], expected[part]))
    return np.where(np.isfinite(found), found, np.nan)


def _powers_of_chebyshev() -> Floats:
    columns = np.zeros((DEGREE + 1, DEGREE + 1))
    for degree in range(DEGREE + 1):
        powers = chebyshev.cheb2poly(np.eye(DEGREE + 1)[degree][: degree + 1])
        columns[: powers.size, degree] = powers
    return columns


_TO_POWERS = _powers_of_chebyshev()


def _assemble(rows: _Rows, piece: NDArray[np.int32], kept: list[_Pieces], columns: list[Floats]) -> Table:
    row = np.full(int(rows.count.max()) + 1, -1, dtype=np.intp)
    row[rows.count.astype(np.intp)] = np.arange(rows.count.size)
    low, width = (np.concatenate([getattr(one, name) for one in kept] or [np.zeros(0)]) for name in ("low", "width"))
    return Table(
        row=row,
        start=rows.start,
        parts=rows.parts,
        first=rows.first,
        piece=piece,
        low=low,
        scale=2 / width,
        coefficients=np.ascontiguousarray(np.hstack(columns or [np.zeros((DEGREE + 1, 0))])),
    )


def _without_failures(solve: Solver, table: Table, cells: Squashed) -> Table:
    """The table without the pieces of which a point drawn from the cells is not exact enough."""
    drawn = np.random.default_rng(0).integers(cells.points, size=min(DRAWN, cells.points))
    observed, expected = cells.observed[drawn], cells.expected[drawn]
    piece = table.pieces(observed, np.log(expected))
    within = piece >= 0
    solved = solve(observed[within], expected[within])
    error = np.abs(table.read(piece[within], np.log(expected[within])) / solved - 1)
    table.piece[np.isin(table.piece, piece[within][error > PROMISED])] = -1
    return table
