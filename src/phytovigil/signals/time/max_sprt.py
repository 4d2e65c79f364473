"""Maximised sequential probability ratio test (MaxSPRT): watching a count grow without crying wolf."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import lambertw, pdtrc

from phytovigil.errors import InvalidCounts, InvalidRequest
from phytovigil.schema.counts import Floats
from phytovigil.signals.time.poisson_walk import checked_looks, crossing_chances

USUAL_MINIMUM = 4
"""Cases below which no signal is given: the rule of thumb of Kulldorff and Silva 2017."""

LONGEST = 10_000.0
"""Largest limit, in expected cases, for which the boundary of continuous watching is computed."""

PRECISION = 1e-11
"""Of a critical value found by root finding."""

ROUNDING = 1e-12
"""Relative difference below which two ratios are the same."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """A critical value of the log likelihood ratio and what it does.

    critical_value : a signal is an LLR of at least this, above 0, with at least `minimum_events` cases. 0 where the
        minimum alone keeps the error below alpha.
    type_one_error : chance of a signal, over the whole surveillance, where nothing but the expected goes on.
    """

    critical_value: float
    type_one_error: float
    alpha: float
    minimum_events: int


def log_likelihood_ratio(observed: ArrayLike, expected: ArrayLike) -> Floats:
    """Log likelihood ratio of the observed excess: (E − O) + O·ln(O/E) where O > E, else 0; shape (looks,).

    observed, expected : cumulative cases at each look. Infinite where cases are observed and none expected.
    Raises InvalidCounts for negative or non-finite values or shapes that differ.
    Kulldorff et al. 2011, doi:10.1080/07474946.2011.539924.

    >>> log_likelihood_ratio([4, 1], [1.5, 2.0]).round(4)
    array([1.4233, 0.    ])
    """
    cases, rate = (np.atleast_1d(np.asarray(values, dtype=np.float64)) for values in (observed, expected))
    if cases.shape != rate.shape:
        raise InvalidCounts(f"observed has shape {cases.shape} and expected {rate.shape}; they must agree.")
    if not all((np.isfinite(values) & (values >= 0)).all() for values in (cases, rate)):
        raise InvalidCounts("observed or expected holds a value that is negative or not a finite number.")
    excess = cases > rate
    found = np.where(excess & (rate == 0), np.inf, 0.0)
    shown = excess & (rate > 0)
    found[shown] = rate[shown] - cases[shown] + cases[shown] * np.log(cases[shown] / rate[shown])
    return found


def signals_at(boundary: Boundary, observed: ArrayLike, expected: ArrayLike) -> NDArray[np.bool_]:
    """Whether each look is at or beyond the boundary; shape (looks,)."""
    ratio = log_likelihood_ratio(observed, expected)
    enough = np.atleast_1d(np.asarray(observed, dtype=np.float64)) >= boundary.minimum_events
    return enough & (ratio > 0) & (ratio >= boundary.critical_value * (1 - ROUNDING))


def continuous_boundary(limit: float, *, alpha: float = 0.05, minimum_events: int = 1) -> Boundary:
    """The boundary for watching after every single case until `limit` cases were expected.

    It also holds, and errs on the safe side, for looks at any times fixed beforehand.
    Exact: the chance that a Poisson process reaches the flat boundary, by recursion over the cases.
    Raises InvalidRequest for a limit that is not above 0 or above LONGEST, alpha outside 0 to 1/2 or a minimum
    below 1.
    Kulldorff et al. 2011, doi:10.1080/07474946.2011.539924; with a minimum of events, Kulldorff and Silva 2017,
    REVSTAT 15:373-394, arXiv:1503.01978.

    >>> round(continuous_boundary(10, minimum_events=3).critical_value, 6)
    3.064248
    """
    check_request(alpha, minimum_events)
    if not 0 < limit <= LONGEST:
        raise InvalidRequest(
            f"the limit is {limit:g} expected cases; the continuous boundary is computed for more than 0 "
            f"and at most {LONGEST:,.0f}."
        )

    def error(critical_value: float) -> float:
        return continuous_error(critical_value, limit, minimum_events)

    most = float(pdtrc(minimum_events - 1, limit))
    if most <= alpha:
        return Boundary(0.0, most, alpha, minimum_events)
    found = _solve(error, alpha)
    return Boundary(found, error(found), alpha, minimum_events)


def continuous_error(critical_value: float, limit: float, minimum_events: int = 1) -> float:
    """The chance of a signal where nothing but the expected goes on, watching after every case.

    >>> round(continuous_error(2.853937, 1.0), 6)
    0.05
    """
    cases, latest = np.empty(0), np.empty(0)
    count = max(16, 2 * int(limit) + 16)
    while not latest.size or latest[-1] < limit:
        cases = np.arange(minimum_events, minimum_events + count, dtype=np.float64)
        latest = latest_signal(cases, critical_value)
        count *= 2
    last = int(np.searchsorted(latest, limit))
    looks = np.append(latest[:last], limit)
    return float(crossing_chances(looks, cases[: last + 1]).sum())


def latest_signal(cases: Floats, critical_value: float) -> Floats:
    """The most expected cases at which so many observed ones still reach the critical value."""
    inverse = lambertw(-np.exp(-1 - critical_value / cases), k=0)
    return np.asarray(-cases * inverse.real, dtype=np.float64)


def boundary_of_looks(expected: ArrayLike, *, alpha: float = 0.05, minimum_events: int = 1) -> Boundary:
    """The boundary for looks at given times, the last of which ends the surveillance.

    expected : cumulative cases expected at each look, shape (looks,).
    The count is whole and the looks are few, so that no critical value gives exactly alpha: this is the smallest
    attainable LLR that keeps the error at or below it.
    Raises InvalidCounts for expected cases that fall, are negative or 0 throughout; InvalidRequest as
    `continuous_boundary` does.
    Silva and Kulldorff 2015, doi:10.1111/biom.12324.

    >>> found = boundary_of_looks([5, 11, 17, 22, 30])
    >>> round(found.critical_value, 4), round(found.type_one_error, 4)
    (2.3803, 0.0462)
    """
    check_request(alpha, minimum_events)
    looks = checked_looks(expected)
    if looks.size == 0 or looks[-1] == 0:
        raise InvalidCounts("no case is expected at any look.")
    attainable = np.append(0.0, _attainable_ratios(looks, minimum_events))
    low, high = -1, len(attainable) - 1
    while high - low > 1:
        middle = (low + high) // 2
        within = looks_error(float(attainable[middle]), looks, minimum_events) <= alpha
        low, high = (low, middle) if within else (middle, high)
    chosen = float(attainable[high])
    return Boundary(chosen, looks_error(chosen, looks, minimum_events), alpha, minimum_events)


def looks_error(critical_value: float, expected: ArrayLike, minimum_events: int = 1) -> float:
    """The chance of a signal at any of the looks where nothing but the expected goes on."""
    looks = checked_looks(expected)
    return float(crossing_chances(looks, cases_needed(critical_value, looks, minimum_events)).sum())


def cases_needed(critical_value: ArrayLike, expected: ArrayLike, minimum_events: int = 1) -> Floats:
    """The fewest cumulative cases that are a signal at each look; shape (looks,).

    critical_value : one for all looks, or one for each; infinite where a look cannot signal, and so is the answer.

    >>> cases_needed(2.3803, [5, 11, 17, 22, 30])
    array([11., 19., 27., 33., 43.])
    """
    looks = checked_looks(expected)
    critical = np.broadcast_to(np.asarray(critical_value, dtype=np.float64), looks.shape)
    found = np.full(looks.shape, np.inf)
    finite = np.isfinite(critical)
    found[finite] = np.maximum(_least_reaching(critical[finite], looks[finite]), minimum_events)
    return found


def _least_reaching(critical: Floats, looks: Floats) -> Floats:
    """The smallest count whose LLR is above 0 and reaches the critical value; between the ends it only rises."""
    low = np.floor(looks)
    high: Floats = np.ceil(looks + 2 * critical + 2 * np.sqrt(2 * critical * (looks + 1)) + 2)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        ratio = log_likelihood_ratio(middle, looks)
        # The critical value is itself an attained ratio: rounding must not decide whether it is reached.
        enough = (ratio > 0) & (ratio >= critical * (1 - ROUNDING))
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high


def _attainable_ratios(looks: Floats, minimum_events: int) -> Floats:
    """Every LLR that some count can have at some look, up to counts that practically never occur; ascending."""
    reach = 10 * np.sqrt(looks) + 40
    counts = [
        np.arange(max(minimum_events, int(mu) + 1), int(mu + far) + 2) for mu, far in zip(looks, reach, strict=True)
    ]
    means = np.repeat(looks, [len(some) for some in counts])
    ratios = log_likelihood_ratio(np.concatenate(counts), means)
    return np.unique(ratios[np.isfinite(ratios)])


def _solve(error: Callable[[float], float], alpha: float) -> float:
    high = 4.0
    while error(high) > alpha:
        high *= 2
    return float(brentq(lambda value: error(value) - alpha, 0.0, high, xtol=PRECISION))


def check_request(alpha: float, minimum_events: int = 1) -> None:
    """Raise InvalidRequest for an error or a minimum that cannot be."""
    if not 0 < alpha <= 0.5:
        raise InvalidRequest(f"alpha is {alpha}; it lies above 0 and at most at 0.5.", "Write 0.05 for 5 per cent.")
    if minimum_events < 1:
        raise InvalidRequest(f"the minimum number of events is {minimum_events}; it is at least 1.")
