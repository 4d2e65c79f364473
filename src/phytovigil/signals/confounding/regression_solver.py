"""Logistic regression with a penalty on some of its columns: the only file that knows the library which solves it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from phytovigil.errors import MissingLibrary
from phytovigil.schema.counts import Floats
from phytovigil.signals.confounding.regression_design import Design

MIXTURE = {"lasso": 1.0, "elastic-net": 0.5, "ridge": 0.0}
"""Penalties by name, with the share of the absolute value in each; the rest is half the square."""

CLOSE, ROUGH = 1e-3, 1e-2
"""How far a gradient may be from what optimality asks, as a share of the penalty: of a final fit, and of a path that
only compares penalties."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients at one penalty, on the scale of the log odds.

    penalty : λ of Σ over cases of −ln likelihood + λ Σ (m |β| + (1 − m) β² / 2), m by the kind of penalty. So λ counts
        cases: of a lasso, a product stays out as long as its cases with the reaction differ from what the others
        explain by at most λ.
    gap : the largest violation of the conditions of optimality, in shares of λ.
    """

    intercept: float
    coefficients: Floats
    penalty: float
    gap: float

    def log_odds(self, columns: Any) -> Floats:
        """The log odds of every row of the columns, shape (rows,)."""
        return np.asarray(columns @ self.coefficients + self.intercept, dtype=np.float64)


class Solver:
    """The columns of a design as the library wants them, made once for many penalties, folds and resamples.

    kind : of MIXTURE. The first `design.free` columns and the intercept are not penalised.
    Raises MissingLibrary where glum is not installed.
    """

    def __init__(self, design: Design, kind: str) -> None:
        self._model, matrices = load_library()
        self._columns, self._mixture = design.columns, MIXTURE[kind]
        self._factors = np.concatenate([np.zeros(design.free), np.ones(design.products)])
        self._matrix = matrices.SparseMatrix(design.columns)

    def fit(self, design: Design, penalty: float, start: Fit | None = None, tolerance: float = CLOSE) -> Fit:
        """The regression at one penalty, λ in cases, of a design with the columns that the solver was made of.

        start : where to begin, such as the fit at a penalty nearby. tolerance : see CLOSE.
        """
        cases, total = design.cases, float(design.cases.sum())
        model = self._model(
            family="binomial",
            alpha=penalty / total,
            l1_ratio=self._mixture,
            P1=self._factors,
            P2=self._factors,
            solver="irls-cd" if self._mixture else "lbfgs",
            gradient_tol=tolerance * penalty / total,
            max_iter=300 if self._mixture else 2000,
            start_params=None if start is None else np.concatenate([[start.intercept], start.coefficients]),
            max_inner_iter=1000,
            copy_X=False,
            check_input=False,
        )
        with warnings.catch_warnings():
            # It warns where rounding ends a line search; what counts is the gap, and that is measured.
            warnings.simplefilter("ignore")
            model.fit(self._matrix, design.reacted / np.maximum(cases, 1e-300), sample_weight=cases)
        intercept, coefficients = float(model.intercept_), np.asarray(model.coef_, dtype=np.float64)
        gap = optimality_gap(design, intercept, coefficients, penalty * self._factors, self._mixture)
        return Fit(intercept, coefficients, penalty, gap / penalty)


def optimality_gap(design: Design, intercept: float, coefficients: Floats, penalties: Floats, mixture: float) -> float:
    """The largest violation of the Karush–Kuhn–Tucker conditions, in cases; 0 at the optimum.

    The gradient of each column, its cases with the reaction less those that the model expects, must equal the slope of
    its penalty: λ m sign β + λ (1 − m) β where β ≠ 0; at most λ m in size where β = 0; 0 where nothing is penalised.
    penalties : λ of each column, shape (columns,).
    """
    residual = design.reacted - design.cases * probability(design.columns @ coefficients + intercept)
    gradient = design.columns.T @ residual - penalties * (1 - mixture) * coefficients
    most = penalties * mixture
    violation = np.where(
        coefficients == 0, np.maximum(np.abs(gradient) - most, 0), np.abs(gradient - most * np.sign(coefficients))
    )
    return float(max(violation.max(initial=0), abs(residual.sum())))


def unexplained(design: Design, fit: Fit) -> Floats:
    """Cases with the reaction of each product less those that a fit expects, shape (products,)."""
    residual = design.reacted - design.cases * probability(fit.log_odds(design.columns))
    return np.asarray(design.columns.T @ residual, dtype=np.float64)[design.free :]


def probability(log_odds: Floats) -> Floats:
    """1 / (1 + exp(−log odds)), without overflow.

    >>> probability(np.array([-800.0, 0.0]))
    array([0. , 0.5])
    """
    shrunk = np.exp(-np.abs(log_odds))
    return np.asarray(np.where(log_odds < 0, shrunk, 1.0) / (1 + shrunk), dtype=np.float64)


def deviance(design: Design, fit: Fit) -> float:
    """−2 ln likelihood of the cases of a design under a fit, each case by itself."""
    log_odds = fit.log_odds(design.columns)
    tail = np.logaddexp(0, -np.abs(log_odds))
    log_yes, log_no = np.minimum(log_odds, 0) - tail, np.minimum(-log_odds, 0) - tail
    return float(-2 * (design.reacted @ log_yes + design.others @ log_no))


def load_library() -> tuple[Any, Any]:
    """The class that solves penalised regressions and the module of its matrices; raises MissingLibrary."""
    try:
        import glum
        import tabmat
    except ImportError as error:
        raise MissingLibrary("A penalised regression", "glum", "regression") from error
    return glum.GeneralizedLinearRegressor, tabmat
