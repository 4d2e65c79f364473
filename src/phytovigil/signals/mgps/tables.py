"""Quantiles of very many pairs: solved at a few expected counts for each observed one, interpolated in between.

For one observed count the logarithm of a posterior quantile is an analytic function of log E. Short pieces of it are
polynomials to the last digits. Each piece is checked against the solver, and again at points drawn from the data;
observed counts that fail, and those of too few pairs to be worth a table, are solved pair by pair.
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

WIDTHS = (0.5, 0.125, 0.03125, 0.0078125)
"""Widths of a piece in log E, tried in turn until every piece of an observed count is exact enough."""

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
    start, end, per_width : for each row, log E where its pieces begin and end, and pieces per unit of it.
    first, pieces : for each row, its first piece and their number.
    coefficients : shape (DEGREE + 1, pieces), of powers of a variable that goes from -1 to 1 in each piece.
    """

    row: NDArray[np.intp]
    start: Floats
    end: Floats
    per_width: Floats
    first: NDArray[np.intp]
    pieces: NDArray[np.intp]
    coefficients: Floats

    def read(self, row: NDArray[np.intp], log_expected: Floats) -> Floats:
        """Quantiles of pairs whose observed counts have these rows."""
        along = (log_expected - self.start[row]) * self.per_width[row]
        piece = np.clip(along.astype(np.intp), 0, self.pieces[row] - 1)
        along -= piece
        along *= 2
        along -= 1
        piece += self.first[row]
        value = self.coefficients[DEGREE][piece]
        for power in range(DEGREE - 1, -1, -1):
            value *= along
            value += self.coefficients[power][piece]
        quantile: Floats = np.exp(value)
        return quantile

    def quantile(self, solve: Solver, observed: Floats, expected: Floats) -> Floats:
        """Quantiles of any pairs: read where the table reaches, solved elsewhere; shape (pairs,)."""
        log_expected = np.log(expected)
        row = self.rows(observed, log_expected)
        found = np.empty_like(expected)
        within, without = np.flatnonzero(row >= 0), np.flatnonzero(row < 0)
        found[within] = self.read(row[within], log_expected[within])
        found[without] = solve(observed[without], expected[without])
        return found

    def rows(self, observed: Floats, log_expected: Floats) -> NDArray[np.intp]:
        """The row of each pair; -1 where the table does not reach it."""
        place = np.minimum(observed, self.row.size - 1).astype(np.intp)
        row = np.where(observed < self.row.size, self.row[place], -1)
        reached = (log_expected >= self.start[row]) & (log_expected <= self.end[row])
        return np.where(reached, row, -1)


def make_table(solve: Solver, cells: Squashed) -> Table | None:
    """A table for the observed counts of which these cells are enough; None where there are none.

    cells : the pairs that will be asked about, or some that are like them, squashed or not.
    """
    pending = _ranges(cells)
    done: list[_Pieces] = []
    for width in WIDTHS:
        pending = pending.worth_tabulating(width)
        if not pending.count.size:
            break
        pieces = pending.cut(width)
        coefficients, error = _interpolate(solve, pieces)
        worst = np.maximum.reduceat(error, pieces.first)
        done.append(_Pieces.kept(pieces, coefficients, worst < EXACT))
        pending = pending.select(worst >= EXACT)
    table = _assemble(done)
    return None if table is None else _without_failures(solve, table, cells)


@dataclass(frozen=True, slots=True)
class _Ranges:
    """Observed counts, how many pairs have them, and the least and greatest log E of those; shape (counts,)."""

    count: Floats
    pairs: Floats
    low: Floats
    high: Floats

    def select(self, chosen: NDArray[np.bool_]) -> _Ranges:
        return _Ranges(self.count[chosen], self.pairs[chosen], self.low[chosen], self.high[chosen])

    def number_of_pieces(self, width: float) -> Floats:
        return np.maximum(1.0, np.ceil((self.high - self.low) / width))

    def worth_tabulating(self, width: float) -> _Ranges:
        """Those of which a table asks the solver less often than the pairs would."""
        asked = self.number_of_pieces(width) * (DEGREE + 1 + _TESTS.size)
        return self.select(asked < self.pairs)

    def cut(self, width: float) -> _Pieces:
        number = self.number_of_pieces(width)
        pieces = number.astype(np.intp)
        first = np.cumsum(pieces) - pieces
        return _Pieces(self.count, self.low, (self.high - self.low) / number, first, pieces, np.zeros((DEGREE + 1, 0)))


@dataclass(frozen=True, slots=True)
class _Pieces:
    """For each observed count: where its pieces begin, their width, the first of them, their number."""

    count: Floats
    low: Floats
    width: Floats
    first: NDArray[np.intp]
    pieces: NDArray[np.intp]
    coefficients: Floats

    @classmethod
    def kept(cls, made: _Pieces, coefficients: Floats, good: NDArray[np.bool_]) -> _Pieces:
        """Those of the counts that are good, with the coefficients of their pieces alone."""
        pieces = made.pieces[good]
        columns = coefficients[:, np.repeat(good, made.pieces)]
        return cls(made.count[good], made.low[good], made.width[good], np.cumsum(pieces) - pieces, pieces, columns)


def _ranges(cells: Squashed) -> _Ranges:
    """Of the observed counts up to HIGHEST; a little wider than the points, which are means of the cells around."""
    size = int(min(float(cells.observed.max()), HIGHEST)) + 1 if cells.points else 0
    place = np.minimum(cells.observed, size).astype(np.intp)
    pairs = np.bincount(place, cells.weight, size + 1).astype(np.float64)
    low, high = np.full(size + 1, np.inf), np.zeros(size + 1)
    np.minimum.at(low, place, cells.expected)
    np.maximum.at(high, place, cells.expected)
    held = np.flatnonzero(pairs[:size])
    margin = log(BIN_RATIO)
    return _Ranges(held.astype(np.float64), pairs[held], np.log(low[held]) - margin, np.log(high[held]) + margin)


def _interpolate(solve: Solver, pieces: _Pieces) -> tuple[Floats, Floats]:
    """Coefficients of each piece, shape (DEGREE + 1, pieces), and the largest error of each at its test points."""
    nodes = chebyshev.chebpts1(DEGREE + 1)
    places = (np.concatenate([nodes, _TESTS])[:, None] + 1) / 2
    index = np.arange(pieces.pieces.sum()) - np.repeat(pieces.first, pieces.pieces)
    width, low = np.repeat(pieces.width, pieces.pieces), np.repeat(pieces.low, pieces.pieces)
    expected = np.exp(low + width * (index + places))
    counts = np.broadcast_to(np.repeat(pieces.count, pieces.pieces), expected.shape)
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


def _assemble(done: list[_Pieces]) -> Table | None:
    counts = np.concatenate([one.count for one in done] or [np.zeros(0)]).astype(np.intp)
    if not counts.size:
        return None
    row = np.full(counts.max() + 1, -1, dtype=np.intp)
    row[counts] = np.arange(counts.size)
    pieces = np.concatenate([one.pieces for one in done])
    start, width = (np.concatenate([getattr(one, name) for one in done]) for name in ("low", "width"))
    return Table(
        row=row,
        start=start,
        end=start + width * pieces,
        per_width=1 / width,
        first=np.cumsum(pieces) - pieces,
        pieces=pieces,
        coefficients=np.ascontiguousarray(np.hstack([one.coefficients for one in done])),
    )


def _without_failures(solve: Solver, table: Table, cells: Squashed) -> Table:
    """The table without the observed counts of which a point drawn from the cells is not exact enough."""
    drawn = np.random.default_rng(0).integers(cells.points, size=min(DRAWN, cells.points))
    observed, expected = cells.observed[drawn], cells.expected[drawn]
    row = table.rows(observed, np.log(expected))
    within = row >= 0
    solved = solve(observed[within], expected[within])
    error = np.abs(table.read(row[within], np.log(expected[within])) / solved - 1)
    table.row[np.isin(table.row, row[within][error > PROMISED])] = -1
    return table
