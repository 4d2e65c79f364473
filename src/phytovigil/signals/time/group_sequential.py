"""Group-sequential boundaries by alpha spending: a few looks planned, the error shared out among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from phytovigil.errors import InvalidRequest
from phytovigil.schema.counts import Floats
from phytovigil.signals.time.max_sprt import cases_needed, check_request, log_likelihood_ratio
from phytovigil.signals.time.poisson_walk import Walk, checked_looks

SPENDING = {"obf": "O'Brien-Fleming type", "pocock": "Pocock type"}
"""Spending functions by the name that a command uses."""

FINENESS = (80, 200)
"""Least and most fineness of the grid: r of Jennison and Turnbull, who use 16; a look has about 12 r nodes. With 80 the
boundaries are right to about 1e-9; closer looks need more."""

LEAST_STEP = 1e-4
"""A look that adds a smaller share than this to the information is passed over: no grid could resolve its step."""

LEAST_SPENT = 1e-12
"""Error below which a look cannot cross: rounding would decide."""


def spend_alpha(information: ArrayLike, *, alpha: float = 0.05, spending: str = "obf") -> Floats:
    """The error that may have been spent when a share of the information is in; one-sided; shape (looks,).

    information : share of the planned information at each look, above 0; beyond 1 nothing is left to spend.
    spending : "obf", 2 − 2Φ(z₁₋α/₂ / √t), sparing early; "pocock", α·ln(1 + (e − 1)t), nearly even.
    Raises InvalidRequest for alpha outside 0 to 1/2 or another name.
    Lan and DeMets 1983, doi:10.1093/biomet/70.3.659.

    >>> spend_alpha([0.5, 1.0], alpha=0.025).round(5)
    array([0.00153, 0.025  ])
    """
    check_request(alpha)
    share = np.clip(np.atleast_1d(np.asarray(information, dtype=np.float64)), 0.0, 1.0)
    if spending == "obf":
        with np.errstate(divide="ignore"):
            return np.asarray(2 * ndtr(ndtri(alpha / 2) / np.sqrt(share)))
    if spending == "pocock":
        return np.asarray(alpha * np.log1p((np.e - 1) * share))
    raise InvalidRequest(f"spending is “{spending}”; it can be {' or '.join(SPENDING)}.")


def normal_boundaries(information: ArrayLike, spent: ArrayLike) -> Floats:
    """Upper critical values of a standardised statistic that spend the error as planned; shape (looks,).

    information : information at each look, in any unit, rising. spent : one-sided error spent up to each look.
    The statistic is that of a Brownian motion: correlation √(tᵢ/tⱼ) between looks. Infinite where a look has less
    than LEAST_SPENT to spend, or adds less than LEAST_STEP to the information; what it had is left to the next.
    Armitage, McPherson, Rowe 1969, doi:10.2307/2343787; the grid is that of Jennison and Turnbull 2000,
    Group Sequential Methods, chapter 19.

    >>> normal_boundaries([1, 2, 3], [0.025 / 3, 0.05 / 3, 0.025]).round(4)
    array([2.394 , 2.2938, 2.1999])
    """
    times, targets = checked_looks(information), np.asarray(spent, dtype=np.float64)
    found = np.full(times.shape, np.inf)
    grid, crossed = _Grid.start(), 0.0
    for look, (time, target) in enumerate(zip(times, targets, strict=True)):
        if target - crossed < LEAST_SPENT or time - grid.time <= LEAST_STEP * time:
            continue
        found[look] = grid.bound(time, target - crossed)
        crossed = float(target)
        grid = grid.move(time, found[look], finest_step=_next_step(times[look:]))
    return found


def _next_step(times: Floats) -> float:
    """The smallest later increment that is not passed over, as a share of the information then."""
    shares = np.diff(times) / times[1:]
    shown = shares[shares > LEAST_STEP]
    return float(shown[0]) if shown.size else 1.0


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the statistic may be, not having crossed: nodes z with their weights, at an information time."""

    time: float
    nodes: Floats
    weights: Floats

    @classmethod
    def start(cls) -> _Grid:
        return cls(0.0, np.zeros(1), np.ones(1))

    def bound(self, time: float, chance: float) -> float:
        """The critical value that is crossed with this chance at a later time."""

        def excess(bound: float) -> float:
            return float(self.weights @ ndtr((self._drift() - bound * np.sqrt(time)) / self._step(time))) - chance

        return float(brentq(excess, -10.0, 40.0, xtol=1e-12))

    def move(self, time: float, bound: float, finest_step: float) -> _Grid:
        """The grid at a later time, of values below the bound there."""
        # The next kernel is a normal of this width on the scale of z; three nodes must fall within it.
        width = np.sqrt(finest_step)
        nodes, simpson = _nodes_below(bound, int(np.clip(np.ceil(3 / width), *FINENESS)))
        offset = (nodes[:, None] * np.sqrt(time) - self._drift()) / self._step(time)
        density = np.exp(-(offset**2) / 2) @ self.weights * np.sqrt(time / (2 * np.pi)) / self._step(time)
        return _Grid(time, nodes, simpson * density)

    def _drift(self) -> Floats:
        return np.asarray(self.nodes * np.sqrt(self.time))

    def _step(self, time: float) -> float:
        return float(np.sqrt(time - self.time))


def _nodes_below(bound: float, fineness: int) -> tuple[Floats, Floats]:
    """Nodes from far below 0 to the bound, and Simpson's weights: dense in the middle, sparse in the tails."""
    place = np.arange(1, 6 * fineness, dtype=np.float64)
    tail = 3 + 4 * np.log(fineness / np.minimum(place, 6 * fineness - place).clip(max=fineness))
    middle = -3 + 3 * (place - fineness) / (2 * fineness)
    nodes = np.where(place < fineness, -tail, np.where(place > 5 * fineness, tail, middle))
    nodes = np.append(nodes[nodes < bound], bound)
    halves = np.diff(nodes) / 2
    every = np.empty(2 * len(nodes) - 1)
    every[::2], every[1::2] = nodes, nodes[:-1] + halves
    weights = np.zeros(len(every))
    weights[:-1:2] += halves / 3
    weights[2::2] += halves / 3
    weights[1::2] = 4 * halves / 3
    return every, weights


def signed_root(observed: ArrayLike, expected: ArrayLike) -> Floats:
    """Standardised log of observed over expected: the signed root of twice the log likelihood ratio; shape (looks,).

    About standard normal where nothing but the expected goes on, if a handful of cases is expected. NaN where none is.

    >>> signed_root([9, 1], [4.0, 4.0]).round(3)
    array([ 2.144, -1.796])
    """
    cases, rate = (np.atleast_1d(np.asarray(values, dtype=np.float64)) for values in (observed, expected))
    above = np.sqrt(2 * log_likelihood_ratio(cases, rate))
    with np.errstate(divide="ignore", invalid="ignore"):
        below = rate - cases + np.where(cases > 0, cases * np.log(cases / rate), 0.0)
    return np.where(rate == 0, np.nan, np.where(cases >= rate, above, -np.sqrt(2 * np.maximum(below, 0.0))))


def normal_cases_needed(bounds: ArrayLike, expected: ArrayLike, *, minimum_events: int = 1) -> Floats:
    """The cumulative cases whose signed root reaches normal boundaries; shape (looks,), infinite with the boundary."""
    critical = np.maximum(np.asarray(bounds, dtype=np.float64), 0.0) ** 2 / 2
    return cases_needed(critical, expected, minimum_events)


def exact_boundaries(expected: ArrayLike, spent: ArrayLike, *, minimum_events: int = 1) -> tuple[Floats, Floats]:
    """Cases needed to cross at each look, and the error spent then, by the Poisson distribution itself.

    expected : cumulative cases expected at each look. spent : one-sided error that may be spent up to each look.
    Returns two arrays of shape (looks,). Cases are whole, so that less than planned is spent; the rest is kept for
    later looks.

    >>> needed, error = exact_boundaries([1.0, 2.0], [0.02, 0.05])
    >>> needed, error.round(4)
    (array([4., 6.]), array([0.019, 0.029]))
    """
    looks, targets = checked_looks(expected), np.asarray(spent, dtype=np.float64)
    check_request(0.05, minimum_events)
    found = np.array(list(_spend_exactly(looks, targets, minimum_events))).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _spend_exactly(looks: Floats, targets: Floats, minimum_events: int) -> Iterator[tuple[float, float]]:
    walk, crossed = Walk.start(), 0.0
    for increment, target in zip(np.diff(looks, prepend=0.0), targets, strict=True):
        walk = walk.expect(float(increment))
        needed = max(walk.least_needed(float(target) - crossed), minimum_events)
        crossed += walk.reach(needed)
        walk = walk.stop_at(needed)
        yield float(needed), crossed
