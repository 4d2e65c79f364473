"""Reporting odds ratio from the exact conditional distribution, for small counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phytovigil.schema.counts import Counts, Estimates, Floats
from phytovigil.signals.interval import normal_quantile, tail_probability
from phytovigil.signals.measure import Measure
from phytovigil.signals.noncentral_hypergeometric import log_weights, share_left_out, solve_log_odds

NEGLIGIBLE = 1e-12
"""Largest share of either side of an equation that may be left out; bounded for each pair, not assumed."""

CHUNK = 2**18
"""Weights held at once on each side (2 MB): the working set stays in cache, whatever the number of pairs."""

Rows = NDArray[np.intp]


def ror_midp(counts: Counts, *, level: float = 0.95) -> Estimates:
    """Reporting odds ratio, conditional on the margins, with the mid-P interval; no unit, null value 1.

    Point: the conditional maximum-likelihood estimate, nearer to 1 than ad / bc. Limits: the odds ratios at which
    the probability of a more extreme table plus half that of the observed one is (1 − level) / 2.
    Returns Estimates of shape (pairs,). With a or d = 0 the point and low are 0 and high is finite; with b or
    c = 0 the point and high are infinite and low is positive. Not estimable (NaN) where a margin is 0.
    Raises InvalidRequest for a level outside 0 to 1.
    Fagerland, Lydersen, Laake 2015, doi:10.1177/0962280211415469 (there "Cornfield mid-P").

    >>> e = ror_midp(Counts.of(a=[12, 0], b=[6, 34], c=[5, 463], d=[12, 64020]))
    >>> e.point.round(3), e.low.round(3), e.high.round(3)
    (array([4.568, 0.   ]), array([1.106, 0.   ]), array([21.101, 12.775]))
    """
    return _conditional_estimates(counts, level, own_share=0.5)


def ror_exact(counts: Counts, *, level: float = 0.95) -> Estimates:
    """Reporting odds ratio, conditional on the margins, with the exact interval of Fisher and Cornfield.

    As `ror_midp`, but the observed table counts whole in each tail: the interval covers at least at its level and
    usually more, so it is wider than needed. It is what R's `fisher.test` prints.
    Fisher 1935, doi:10.2307/2342435.

    >>> e = ror_exact(Counts.of(a=[12], b=[6], c=[5], d=[12]))
    >>> e.point.round(3), e.low.round(3), e.high.round(3)
    (array([4.568]), array([0.947]), array([25.721]))
    """
    return _conditional_estimates(counts, level, own_share=1.0)


@dataclass(frozen=True, slots=True)
class _Window:
    """Pairs whose weights are held together, and the moves seen on each side."""

    a: Floats
    b: Floats
    c: Floats
    d: Floats
    up: Floats
    down: Floats

    @classmethod
    def around(cls, cells: tuple[Floats, ...], moves: int) -> _Window:
        a, b, c, d = cells
        # One move past the margin has weight 0, which is how a side that is complete shows itself.
        most_up, most_down = (int(min(moves, np.minimum(*pair).max() + 1)) for pair in ((b, c), (a, d)))
        return cls(a, b, c, d, log_weights((b, c), (a, d), most_up), log_weights((a, d), (b, c), most_down))


def _conditional_estimates(counts: Counts, level: float, own_share: float) -> Estimates:
    a, b, c, d = cells = (counts.a, counts.b, counts.c, counts.d)
    found = np.full((3, len(a)), np.nan)
    moves = _first_moves(cells, level)
    # With an empty margin only one table is possible, and it says nothing about the odds ratio.
    pending = np.flatnonzero(np.minimum.reduce([a + b, c + d, a + c, b + d]) > 0)
    while pending.size:
        again = []
        for rows in _chunks(pending, moves):
            window = _Window.around(tuple(cell[rows] for cell in cells), int(moves[rows].max()))
            found[:, rows], left_out = _solve_window(window, level, own_share)
            again.append(rows[left_out > NEGLIGIBLE])
        pending = np.concatenate(again)
        moves[pending] *= 2
    point, low, high = found
    return Estimates(point, low, high)


def _first_moves(cells: tuple[Floats, ...], level: float) -> NDArray[np.int64]:
    """How far to look at first: the reach of the interval and eight standard deviations more.

    Only speed depends on it; what is left out is bounded afterwards.
    """
    deviation = 1 / np.sqrt((1 / (np.stack(cells) + 0.5)).sum(axis=0))
    reach = 1.2 * (normal_quantile(level) + 8) * deviation + 20
    return np.asarray(np.ceil(reach), dtype=np.int64)


def _chunks(pending: Rows, moves: NDArray[np.int64]) -> Iterator[Rows]:
    """Pairs of similar reach together, so that few columns of a chunk are wasted."""
    order = pending[np.argsort(-moves[pending], kind="stable")]
    start = 0
    while start < len(order):
        stop = start + max(1, CHUNK // int(moves[order[start]]))
        yield order[start:stop]
        start = stop


def _solve_window(window: _Window, level: float, own_share: float) -> tuple[Floats, Floats]:
    """Point, low and high, shape (3, pairs), and the largest share left out of any equation, shape (pairs,)."""
    at_least, at_most = np.minimum(window.a, window.d) == 0, np.minimum(window.b, window.c) == 0
    cells = np.stack([window.a, window.b, window.c, window.d]) + 0.5
    log_odds = np.log(cells[0] * cells[3]) - np.log(cells[1] * cells[2])
    deviation = np.sqrt((1 / cells).sum(axis=0))
    tail, reach = tail_probability(level), normal_quantile(level) * deviation
    target = float(np.log(tail) - np.log1p(-tail))
    low = _limit(window, ~at_least, (own_share, 1 - own_share), target, log_odds - reach)
    high = _limit(window, ~at_most, (1 - own_share, own_share), -target, log_odds + reach)
    point = _likeliest(window, ~at_least & ~at_most, log_odds)
    found = np.exp(np.stack([point[0], low[0], high[0]]))
    found[:2, at_least], found[0, at_most], found[2, at_most] = 0, np.inf, np.inf
    return found, np.maximum.reduce([point[1], low[1], high[1]])


def _limit(
    window: _Window, wanted: NDArray[np.bool_], shares: tuple[float, float], target: float, start: Floats
) -> tuple[Floats, Floats]:
    """The ln ψ that gives the tails their odds; `shares` of the observed table count up and down."""
    up, down = window.up[wanted], window.down[wanted]
    with np.errstate(divide="ignore"):
        up[:, 0], down[:, 0] = np.log(shares)
    return _spread(wanted, up, down, solve_log_odds(up, down, target, start[wanted]))


def _likeliest(window: _Window, wanted: NDArray[np.bool_], start: Floats) -> tuple[Floats, Floats]:
    """The ln ψ under which the observed a is the mean: moves up and moves down then balance."""
    up, down = window.up[wanted], window.down[wanted]
    with np.errstate(divide="ignore"):
        for side in (up, down):
            side += np.log(np.arange(side.shape[1]))
    return _spread(wanted, up, down, solve_log_odds(up, down, 0.0, start[wanted]))


def _spread(wanted: NDArray[np.bool_], up: Floats, down: Floats, log_odds: Floats) -> tuple[Floats, Floats]:
    """Put the solved pairs back in their places, with the share that the window left out of their equation."""
    everywhere, left_out = np.full(wanted.shape, np.nan), np.zeros(wanted.shape)
    everywhere[wanted] = log_odds
    left_out[wanted] = np.maximum(share_left_out(up, log_odds), share_left_out(down, -log_odds))
    return everywhere, left_out


ROR_MIDP = Measure(
    name="ror-midp",
    title="Reporting odds ratio, exact conditional",
    unit="ratio of odds of cases",
    scale="ratio",
    null=1.0,
    interval="mid-P confidence interval",
    estimator=ror_midp,
    source="Fagerland, Lydersen, Laake 2015, doi:10.1177/0962280211415469",
    note="Estimable with zero cells: 0 where a is 0, infinite where b or c is 0.",
)
