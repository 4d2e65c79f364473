"""Which penalty, and which products a penalised regression then keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phytovigil.schema.counts import Floats
from phytovigil.signals.confounding.regression_design import Design, Places
from phytovigil.signals.confounding.regression_refit import refit
from phytovigil.signals.confounding.regression_solver import CLOSE, MIXTURE, ROUGH, Fit, Solver, deviance, unexplained

STEPS, SPAN = 25, 100.0
"""Penalties of a path, and how many times smaller the last one is than the first."""

LEAST = 1.0
"""Penalties below one case are not looked at: a product would enter for less than one unexplained case."""

PATIENCE = 4
"""Penalties without a better deviance after which a cross-validation stops."""

SPREADS = (0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0)
"""Standard deviations of log odds ratios that a ridge penalty may mean; λ is 1 / square."""

Folds = Sequence[tuple[Design, Design]]


@dataclass(frozen=True, slots=True)
class Validated:
    """A cross-validated choice of the penalty.

    penalties : λ in cases, largest first. deviance : out of fold, a case, for each; error : its standard error over
        folds. Both of shape (penalties,). minimum : place of the smallest deviance. one_error : place of the largest
        penalty whose deviance is within one standard error of it. gap : the largest of all fits, as in Fit.
    """

    penalties: Floats
    deviance: Floats
    error: Floats
    minimum: int
    one_error: int
    gap: float


def null_fit(design: Design) -> Fit:
    """The regression without any of the penalised columns: where every path begins.

    From no effect at all, the first step of an unpenalised rare column can go so far that no later one comes back.
    """
    fitted = refit(design.choose(np.zeros(0, dtype=np.intp)), firth=False)
    coefficients = np.zeros(design.columns.shape[1])
    coefficients[: design.free] = np.nan_to_num(fitted.coefficients[1:])
    return Fit(float(fitted.coefficients[0]), coefficients, np.inf, 0.0)


def penalty_path(design: Design, kind: str, null: Fit) -> Floats:
    """Penalties to choose from, largest first: of a lasso, from where no product enters down to LEAST."""
    if kind == "ridge":
        return np.array([1 / spread**2 for spread in SPREADS])
    largest = float(np.abs(unexplained(design, null)).max(initial=0)) / MIXTURE[kind]
    if largest <= LEAST:
        return np.array([LEAST])
    return np.geomspace(largest, max(LEAST, largest / SPAN), STEPS)


def split_folds(design: Design, folds: int, rng: np.random.Generator) -> Folds:
    """(all but one fold, that fold) for each: cases dealt at random, those with the reaction as evenly as the others.

    Cases are dealt one by one, wherever they share a row. With fewer cases with the reaction than folds, there are as
    many folds as such cases, but never fewer than two.
    """
    number = int(max(2, min(folds, design.reacted.sum())))
    dealt = [deal(cells.astype(np.int64), number, rng) for cells in (design.reacted, design.others)]
    return [
        (design.with_cases(design.reacted - reacted, design.others - others), design.with_cases(reacted, others))
        for reacted, others in zip(*dealt, strict=True)
    ]


def deal(cells: NDArray[np.int64], folds: int, rng: np.random.Generator) -> Floats:
    """Cases of each row in each fold, shape (folds, rows); the folds differ by at most one case in total."""
    owners = rng.permutation(np.repeat(np.arange(len(cells)), cells))
    places = owners + len(cells) * (np.arange(len(owners)) % folds)
    return np.bincount(places, minlength=folds * len(cells)).reshape(folds, -1).astype(np.float64)


def cross_validate(design: Design, kind: str, solver: Solver, *, folds: int = 5, seed: int = 1) -> Validated:
    """The penalty by K-fold cross-validation of the deviance, folds stratified by the reaction.

    It goes down the path and stops when PATIENCE penalties bring nothing better.
    Hastie, Tibshirani, Friedman 2009, The Elements of Statistical Learning, 7.10, doi:10.1007/978-0-387-84858-7.
    """
    parts = split_folds(design, folds, np.random.default_rng(seed))
    weights = np.array([float(left_out.cases.sum()) for _, left_out in parts])
    null = null_fit(design)
    fits = [null] * len(parts)
    means, errors, gap = [], [], 0.0
    penalties = penalty_path(design, kind, null)
    for penalty in penalties:
        fits = [solver.fit(kept, penalty, fit, ROUGH) for (kept, _), fit in zip(parts, fits, strict=True)]
        lost = np.array([deviance(left_out, fit) for (_, left_out), fit in zip(parts, fits, strict=True)])
        gap = max(gap, *(fit.gap for fit in fits))
        mean = float(lost.sum() / weights.sum())
        spread = float(((lost / weights - mean) ** 2 @ weights) / weights.sum())
        means.append(mean)
        errors.append((spread / (len(parts) - 1)) ** 0.5)
        if len(means) - 1 - int(np.argmin(means)) >= PATIENCE:
            break
    minimum = int(np.argmin(means))
    within = np.flatnonzero(np.array(means) <= means[minimum] + errors[minimum])
    return Validated(penalties[: len(means)], np.array(means), np.array(errors), minimum, int(within[0]), gap)


def fit_down(
    design: Design, solver: Solver, penalties: Sequence[float] | Floats, wanted: Sequence[int]
) -> dict[int, Fit]:
    """The fits at some places of a path, each reached by the penalties above it."""
    fits: dict[int, Fit] = {}
    fit = null_fit(design)
    for place, penalty in enumerate(penalties[: max(wanted) + 1]):
        fit = solver.fit(design, float(penalty), fit, CLOSE if place in wanted else ROUGH)
        if place in wanted:
            fits[place] = fit
    return fits


def selected(design: Design, fit: Fit) -> Places:
    """Places of the products whose coefficient is not 0."""
    return np.flatnonzero(fit.coefficients[design.free :])
