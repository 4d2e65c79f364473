"""Logistic regression without a penalty on size, with Firth's correction: what an interval can be read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse
from scipy.linalg import cho_factor, cho_solve, solve_triangular

from phytovigil.errors import InvalidCounts
from phytovigil.schema.counts import Floats
from phytovigil.signals.confounding.regression_design import Design
from phytovigil.signals.confounding.regression_solver import probability
from phytovigil.signals.interval import normal_quantile

MOST_STEPS, MOST_HALVINGS = 200, 30
LARGEST_STEP = 5.0
CLOSE = 1e-14
"""Newton steps end when the squared length of a step, measured by the information, is below it."""

DEPENDENT = 1e-9
"""Share of a column's length that must be left when earlier columns are taken out of it."""

SEPARATED = 50.0
"""A standard error of a log odds ratio beyond it means that maximum likelihood has no bound."""

FARTHEST = 40.0
"""Log odds ratios beyond it are not looked for."""

CHUNK = 2**21
"""Numbers held at once for the leverages of rows (16 MB)."""

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Refit:
    """Coefficients of the columns 1, product under study, dummies, products: log odds ratios, shape (columns + 1,).

    covariance : inverse of the information at the solution. log_likelihood : penalised, where Firth's correction is on.
    kept : places of the columns that are not combinations of earlier ones; the others have NaN.
    converged : whether the steps ended.
    """

    coefficients: Floats
    covariance: Floats
    log_likelihood: float
    kept: Places
    converged: bool

    @property
    def standard_errors(self) -> Floats:
        """Of each coefficient, shape (columns + 1,)."""
        return np.sqrt(np.diag(self.covariance))


@dataclass(frozen=True, slots=True)
class State:
    """Where the steps have come to."""

    at: Floats
    value: float
    score: Floats
    factor: Any


class Likelihood:
    """The log-likelihood of a design with intercept, with Jeffreys' prior (Firth) or without."""

    def __init__(self, design: Design, firth: bool) -> None:
        ones = sparse.csr_array(np.ones((len(design.cases), 1)))
        whole = sparse.csr_array(sparse.hstack([ones, design.columns], format="csr"))
        self.width = int(whole.shape[1])
        self.kept = independent_columns(whole)
        self._rows = sparse.csr_array(whole[:, self.kept])
        self._reacted, self._cases, self._firth = design.reacted, design.cases, firth

    def look(self, at: Floats) -> State | None:
        """Value, score and factor of the information; None where the information cannot be inverted."""
        log_odds = self._rows @ at
        chance = probability(log_odds)
        weight = self._cases * chance * probability(-log_odds)
        information = (self._rows.T @ sparse.diags_array(weight) @ self._rows).toarray()
        try:
            factor = cho_factor(information, lower=True)
        except np.linalg.LinAlgError:
            return None
        value = float(self._reacted @ log_odds - self._cases @ np.logaddexp(0, log_odds))
        residual = self._reacted - self._cases * chance
        if self._firth:
            value += float(np.log(np.diag(factor[0])).sum())
            residual = residual + self._leverage(weight, factor) * (0.5 - chance)
        return State(at, value, np.asarray(self._rows.T @ residual), factor)

    def _leverage(self, weight: Floats, factor: Any) -> Floats:
        """Diagonal of the hat matrix summed over the cases of each row, shape (rows,)."""
        inverse = cho_solve(factor, np.eye(len(self.kept)))
        length = max(1, CHUNK // len(self.kept))
        found = np.empty(len(weight))
        for start in range(0, len(weight), length):
            part = self._rows[start : start + length]
            found[start : start + length] = np.asarray(part.multiply(part @ inverse).sum(axis=1)).ravel()
        return np.asarray(found * weight, dtype=np.float64)

    def climb(self, start: Floats, held: int | None = None) -> tuple[State | None, bool]:
        """Newton's steps from `start` to the maximum, and whether they arrived. held : place of a fixed coefficient."""
        moving = np.array([place for place in range(len(start)) if place != held])
        state = self.look(start)
        for _ in range(MOST_STEPS):
            if state is None or not len(moving):
                return state, state is not None
            step, length = newton_step(state, moving)
            following = self._improve(state, step)
            if length < CLOSE or following is None:
                return following or state, length < CLOSE**0.5
            state = following
        return state, False

    def _improve(self, state: State, step: Floats) -> State | None:
        """The state after a step, halved until the likelihood does not fall; None where no share of it helps."""
        slack = 1e-12 * abs(state.value)
        for halving in range(MOST_HALVINGS):
            following = self.look(state.at + step / 2**halving)
            if following is not None and following.value >= state.value - slack:
                return following
        return None


def newton_step(state: State, moving: Places) -> tuple[Floats, float]:
    """A step of the coefficients that move, at most LARGEST_STEP in each, and its squared length."""
    lower = np.tril(state.factor[0])
    information = lower @ lower.T
    part = information[np.ix_(moving, moving)]
    score = state.score[moving]
    solved = cho_solve(cho_factor(part, lower=True), score)
    step = np.zeros_like(state.at)
    step[moving] = solved * min(1.0, LARGEST_STEP / max(float(np.abs(solved).max()), 1e-300))
    return step, float(score @ solved)


def independent_columns(rows: sparse.csr_array) -> Places:
    """Places of the columns that are no combination of the columns before them; the product under study comes last.

    So a product that others explain wholly is what is dropped, and its effect is then not estimable.
    """
    gram = (rows.T @ rows).toarray()
    order = [0, *range(2, gram.shape[0]), *range(1, min(2, gram.shape[0]))]
    kept: list[int] = []
    factor = np.zeros_like(gram)
    for place in order:
        size = len(kept)
        along = solve_triangular(factor[:size, :size], gram[kept, place], lower=True) if size else np.zeros(0)
        left = gram[place, place] - along @ along
        if left > DEPENDENT * gram[place, place]:
            factor[size, :size], factor[size, size] = along, np.sqrt(left)
            kept.append(place)
    return np.array(sorted(kept), dtype=np.intp)


def refit(design: Design, *, firth: bool = True) -> Refit:
    """Logistic regression of the cases on all columns of a design, none of them penalised for its size.

    firth : maximise the likelihood times the root of the determinant of the information (Jeffreys' prior). That takes
        away the first-order bias and keeps every coefficient finite, even of a product without the reaction.
    Firth 1993, doi:10.1093/biomet/80.1.27; Heinze, Schemper 2002, doi:10.1002/sim.1047.
    Raises InvalidCounts for a design without cases.
    """
    likelihood, start = begin(design, firth)
    state, converged = likelihood.climb(start)
    return describe(likelihood, state, converged)


def begin(design: Design, firth: bool) -> tuple[Likelihood, Floats]:
    """The likelihood and where to begin: the log odds over all cases, and no effect of anything."""
    total, reacted = float(design.cases.sum()), float(design.reacted.sum())
    if total == 0:
        raise InvalidCounts("A regression needs at least one case.")
    likelihood = Likelihood(design, firth)
    start = np.zeros(len(likelihood.kept))
    start[0] = np.log((reacted + 0.5) / (total - reacted + 0.5))
    return likelihood, start


def describe(likelihood: Likelihood, state: State | None, converged: bool) -> Refit:
    """The result of the steps, with NaN for columns that were not kept."""
    coefficients = np.full(likelihood.width, np.nan)
    covariance = np.full((likelihood.width, likelihood.width), np.nan)
    if state is not None:
        coefficients[likelihood.kept] = state.at
        covariance[np.ix_(likelihood.kept, likelihood.kept)] = cho_solve(state.factor, np.eye(len(state.at)))
    return Refit(coefficients, covariance, state.value if state else np.nan, likelihood.kept, converged)


def is_separated(design: Design, place: int = 1) -> bool:
    """Whether maximum likelihood has no finite estimate for a column (place 0 is the intercept).

    Without a correction the steps then run away, and the standard error with them.
    """
    plain = refit(design, firth=False)
    error = float(plain.standard_errors[place])
    return not np.isfinite(error) or error > SEPARATED


def profile_interval(design: Design, *, place: int = 1, level: float = 0.95) -> tuple[float, float, float]:
    """Log odds ratio of a column with the limits of its penalised profile likelihood, Firth's correction on.

    The limits are where twice the penalised log-likelihood, maximised over all other coefficients, is below its maximum
    by the quantile of χ² with 1 degree of freedom. NaN where the column is a combination of others or a limit is not
    found. place : 0 the intercept, 1 the product under study, then the dummies and products.
    Heinze, Schemper 2002, doi:10.1002/sim.1047.
    """
    likelihood, start = begin(design, firth=True)
    best, converged = likelihood.climb(start)
    if best is None or not converged or place not in likelihood.kept:
        return np.nan, np.nan, np.nan
    held = int(np.flatnonzero(likelihood.kept == place)[0])
    error = float(np.sqrt(cho_solve(best.factor, np.eye(len(best.at)))[held, held]))
    low, high = (profile_limit(likelihood, best, held, side * normal_quantile(level), error) for side in (-1, 1))
    return float(best.at[held]), low, high


def profile_limit(likelihood: Likelihood, best: State, held: int, quantile: float, error: float) -> float:
    """Where the profile falls by half of quantile², on the side of its sign; NaN where it does not before FARTHEST."""
    reached = best

    def above(value: float) -> float:
        nonlocal reached
        start = reached.at.copy()
        start[held] = value
        state, _ = likelihood.climb(start, held)
        if state is None:
            return -np.inf
        reached = state
        return state.value - best.value + quantile**2 / 2

    near, reach = float(best.at[held]), quantile * error
    far = near + reach
    while above(far) > 0:
        near, reach = far, reach * 1.5
        far += reach
        if abs(far) > FARTHEST:
            return float("nan")
    return float(optimize.brentq(above, near, far, xtol=1e-9, rtol=1e-12))
