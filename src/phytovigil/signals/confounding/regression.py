"""The reporting odds ratio of a product, adjusted for all products that are named beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from phytovigil.errors import InvalidRequest
from phytovigil.schema.counts import Floats
from phytovigil.signals.confounding.regression_design import Design, Places, merge_rows
from phytovigil.signals.confounding.regression_refit import Refit, is_separated, profile_interval, refit
from phytovigil.signals.confounding.regression_ridge import ridge_interval
from phytovigil.signals.confounding.regression_selection import (
    Validated,
    cross_validate,
    fit_down,
    selected,
)
from phytovigil.signals.confounding.regression_solver import MIXTURE, Fit, Solver
from phytovigil.signals.interval import normal_quantile, tail_probability

FEWEST = 3
"""Cases of the pair below which nothing is adjusted."""

LARGEST_GAP = 0.05
"""A fit whose conditions of optimality are violated by a larger share of the penalty is not used."""

NOT_ENOUGH = "fewer than {fewest} cases have both, so nothing is adjusted"
SEPARATED = (
    "the cases are separated: with these products taken into account, the product is named only with the reaction or "
    "only without it, and no finite estimate exists"
)
NOT_APART = "other columns together say which cases name the product, so its effect cannot be told from theirs"
NOT_SOLVED = "the regression did not converge, so its estimate is withheld"
NOTHING_BESIDE = "every case, or none, has the reaction, or names the product; there is nothing to compare"

ALONE = "No other product has enough cases, so nothing beside the covariates is adjusted for."

Interval = tuple[float, float, float]
NONE: Interval = (np.nan, np.nan, np.nan)


@dataclass(frozen=True, slots=True)
class Adjusted:
    """An odds ratio with its interval, NaN where it is withheld; why says why, or is empty."""

    ratio: Interval
    why: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """One of the other products that the adjusted estimate takes into account.

    place : in the design. for_reaction, for_product : whether the regression of the reaction, and that of the product
        under study, kept it. ratio : its own adjusted odds ratio with a Wald interval. without : the adjusted odds
        ratio of the product under study when this product is left out. share : of the resamples that kept it, or NaN.
    """

    place: int
    for_reaction: bool
    for_product: bool
    ratio: Interval
    without: float
    share: float


@dataclass(frozen=True, slots=True)
class Resampled:
    """Bootstrap of the whole selection and refit at fixed penalties. used : resamples that gave an estimate."""

    resamples: int
    used: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Regression:
    """Everything that the regression says of a product and a reaction.

    of_reaction, of_product : the cross-validated penalties of the two selections; None where nothing was fitted.
    numbers : products kept at the minimum and at one standard error, for the reaction.
    crude, stratified, adjusted, cautious : odds ratios: without any column beside, with the covariates, with the
        products kept at the minimum, and with those kept at one standard error.
    shrunken : the odds ratio of the product in the penalised regression itself, where it is not penalised.
    """

    crude: Adjusted
    stratified: Adjusted
    adjusted: Adjusted
    cautious: Adjusted
    shrunken: float
    of_reaction: Validated | None
    of_product: Validated | None
    numbers: tuple[int, int]
    kept: tuple[Kept, ...]
    resampled: Resampled | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """How the regression is done. penalty : of MIXTURE. resamples : 0 for none. listed : products described singly."""

    penalty: str = "lasso"
    folds: int = 5
    resamples: int = 0
    seed: int = 1
    level: float = 0.95
    listed: int = 40

    def __post_init__(self) -> None:
        if self.penalty not in MIXTURE:
            raise InvalidRequest(f"penalty is “{self.penalty}”; it can be {', '.join(MIXTURE)}.")
        if self.folds < 2 or self.resamples < 0:
            raise InvalidRequest(f"{self.folds} folds and {self.resamples} resamples; at least 2 and 0 are needed.")
        tail_probability(self.level)


@dataclass(frozen=True, slots=True)
class Selection:
    """One regression with its penalty chosen: its solver, and its fits at the two penalties.

    dummies : how many of the first penalised columns are dummies and no products.
    """

    solver: Solver
    design: Design
    validated: Validated
    minimum: Fit
    one_error: Fit
    dummies: int

    @property
    def gap(self) -> float:
        """The largest violation of optimality in any of the fits, in shares of the penalty."""
        return max(self.validated.gap, self.minimum.gap, self.one_error.gap)

    def places(self, fit: Fit) -> Places:
        """Products that a fit keeps."""
        found = selected(self.design, fit) - self.dummies
        return found[found >= 0]


def regress(design: Design, plan: Plan) -> Regression:
    """The odds ratio of the first column of a design, adjusted for the products that a penalised regression keeps.

    Two regressions choose what to adjust for: that of the reaction on everything, the product under study unpenalised,
    and that of the product on all other columns. What either keeps goes into a third one, with Firth's correction and
    without a penalty, whose profile interval is reported (double selection). With the penalty "ridge" nothing is
    chosen: all products stay, shrunken, and the interval is that of the product's own, unpenalised coefficient.
    Belloni, Chernozhukov, Wei 2016, doi:10.1080/07350015.2016.1166116; of products in spontaneous reports, Caster et
    al. 2010, doi:10.1002/sam.10078. Raises MissingLibrary where glum is not installed.
    """
    crude = estimate(without_columns(design), plan)
    stratified = estimate(design.choose(np.zeros(0, dtype=np.intp)), plan)
    if crude.why:
        return Regression(
            crude, stratified, crude, crude, np.nan, None, None, (0, 0), (), None, (f"Not adjusted: {crude.why}.",)
        )
    if not design.products:
        return Regression(crude, stratified, stratified, stratified, np.nan, None, None, (0, 0), (), None, (ALONE,))
    outcome = choose_penalty(design, plan, plan.seed, 0)
    if plan.penalty == "ridge":
        return regress_ridge(outcome, plan, crude, stratified)
    exposure = choose_penalty(design.of_exposure(), plan, plan.seed + 1, design.free - 1)
    return regress_selected(outcome, exposure, plan, crude, stratified)


def regress_selected(
    outcome: Selection, exposure: Selection, plan: Plan, crude: Adjusted, stratified: Adjusted
) -> Regression:
    """The estimate after both selections."""
    design = outcome.design
    beside = exposure.places(exposure.one_error)
    wide, narrow = (outcome.places(fit) for fit in (outcome.minimum, outcome.one_error))
    solved = max(outcome.gap, exposure.gap) <= LARGEST_GAP
    kept = np.union1d(wide, beside)
    adjusted = estimate(design.choose(kept), plan) if solved else Adjusted(NONE, NOT_SOLVED)
    cautious = estimate(design.choose(np.union1d(narrow, beside)), plan) if solved else Adjusted(NONE, NOT_SOLVED)
    resampled, shares = resample(outcome, exposure, plan) if plan.resamples and not adjusted.why else (None, {})
    listed = () if adjusted.why else describe_kept(design, kept, (wide, beside), shares, plan)
    return Regression(
        crude,
        stratified,
        adjusted,
        cautious,
        float(np.exp(outcome.minimum.coefficients[0])),
        outcome.validated,
        exposure.validated,
        (len(wide), len(narrow)),
        listed,
        resampled,
        (f"Not adjusted: {adjusted.why}.",) if adjusted.why else (),
    )


def regress_ridge(outcome: Selection, plan: Plan, crude: Adjusted, stratified: Adjusted) -> Regression:
    """The estimate with all products kept and shrunken."""
    solved = outcome.gap <= LARGEST_GAP
    adjusted, cautious = (
        Adjusted(ridge_interval(outcome.design, fit, plan.level)) if solved else Adjusted(NONE, NOT_SOLVED)
        for fit in (outcome.minimum, outcome.one_error)
    )
    return Regression(
        crude,
        stratified,
        adjusted,
        cautious,
        float(np.exp(outcome.minimum.coefficients[0])),
        outcome.validated,
        None,
        (outcome.design.products, outcome.design.products),
        (),
        None,
        (f"Not adjusted: {adjusted.why}.",) if adjusted.why else (),
    )


def choose_penalty(design: Design, plan: Plan, seed: int, dummies: int) -> Selection:
    """A regression at the two penalties that cross-validation offers. dummies : as in Selection."""
    solver = Solver(design, plan.penalty)
    validated = cross_validate(design, plan.penalty, solver, folds=plan.folds, seed=seed)
    fits = fit_down(design, solver, validated.penalties, [validated.minimum, validated.one_error])
    return Selection(solver, design, validated, fits[validated.minimum], fits[validated.one_error], dummies)


def without_columns(design: Design) -> Design:
    """The product under study alone: a 2×2 table."""
    return merge_rows(Design(design.columns[:, [0]], 1, design.reacted, design.others))


def estimate(design: Design, plan: Plan) -> Adjusted:
    """The odds ratio of the first column with Firth's correction and its profile interval, or why there is none."""
    exposed = design.columns[:, [0]].toarray()[:, 0]
    both = float(design.reacted @ exposed)
    if both < FEWEST:
        return Adjusted(NONE, NOT_ENOUGH.format(fewest=FEWEST))
    if not design.others.sum() or float(design.cases @ exposed) == float(design.cases.sum()):
        return Adjusted(NONE, NOTHING_BESIDE)
    if not float(design.others @ exposed) or is_separated(design):
        return Adjusted(NONE, NOT_APART if 1 not in refit(design).kept else SEPARATED)
    point, low, high = (float(np.exp(value)) for value in profile_interval(design, level=plan.level))
    return Adjusted((point, low, high)) if np.isfinite([point, low, high]).all() else Adjusted(NONE, NOT_SOLVED)


def describe_kept(
    design: Design, kept: Places, chosen: tuple[Places, Places], shares: Mapping[int, float], plan: Plan
) -> tuple[Kept, ...]:
    """Each product kept, the one whose absence changes the estimate most first; at most `plan.listed` of them.

    One that no case names together with the product under study hardly changes it: those come last, unlooked at.
    """
    smaller = design.choose(kept)
    whole = refit(smaller)
    beside = named_beside(smaller)
    order = np.argsort(-beside, kind="stable")[: plan.listed]
    listed = [
        Kept(
            int(kept[place]),
            int(kept[place]) in set(chosen[0].tolist()),
            int(kept[place]) in set(chosen[1].tolist()),
            wald_interval(whole, 1 + design.free + int(place), plan.level),
            without(smaller, int(place)) if beside[place] else float(np.exp(whole.coefficients[1])),
            shares.get(int(kept[place]), np.nan),
        )
        for place in order
    ]
    return tuple(sorted(listed, key=lambda item: -abs(np.log(item.without) - whole.coefficients[1])))


def named_beside(design: Design) -> Floats:
    """Cases that name each other product together with the product under study, shape (products,)."""
    exposed = design.columns[:, [0]].toarray()[:, 0]
    return np.asarray(design.columns.T @ (design.cases * exposed), dtype=np.float64)[design.free :]


def without(design: Design, place: int) -> float:
    """The odds ratio of the product under study when one of the other products is left out."""
    rest = np.delete(np.arange(design.products), place)
    return float(np.exp(refit(design.choose(rest)).coefficients[1]))


def wald_interval(fitted: Refit, place: int, level: float) -> Interval:
    """exp(coefficient ± z · standard error) of one column."""
    point, reach = fitted.coefficients[place], normal_quantile(level) * fitted.standard_errors[place]
    return float(np.exp(point)), float(np.exp(point - reach)), float(np.exp(point + reach))


def resample(outcome: Selection, exposure: Selection, plan: Plan) -> tuple[Resampled, dict[int, float]]:
    """Percentile interval over resamples of the cases, and the share of resamples that keep each product.

    Each resample selects anew at the penalties chosen on all cases, and refits what it selected.
    Efron, Tibshirani 1993, doi:10.1007/978-1-4899-4541-9; the shares as in Bach 2008, doi:10.1145/1390156.1390161.
    """
    rng = np.random.default_rng(plan.seed + 2)
    design = outcome.design
    cells = np.concatenate([design.reacted, design.others]).astype(np.int64)
    exposed = design.columns[:, [0]].toarray()[:, 0]
    found, times = [], np.zeros(design.products)
    for _ in range(plan.resamples):
        drawn = rng.multinomial(int(cells.sum()), cells / cells.sum()).astype(np.float64)
        resampled = design.with_cases(*np.split(drawn, 2))
        named = exposure.design.with_cases(resampled.cases * exposed, resampled.cases * (1 - exposed))
        kept = np.union1d(reselect(outcome, resampled, outcome.minimum), reselect(exposure, named, exposure.one_error))
        times[kept] += 1
        found.append(refit(resampled.choose(kept)).coefficients[1])
    ratios = np.exp([value for value in found if np.isfinite(value)])
    tail = tail_probability(plan.level)
    low, high = np.quantile(ratios, [tail, 1 - tail]) if len(ratios) else (np.nan, np.nan)
    shares = {int(place): float(times[place] / plan.resamples) for place in np.flatnonzero(times)}
    return Resampled(plan.resamples, len(ratios), float(low), float(high)), shares


def reselect(selection: Selection, design: Design, fit: Fit) -> Places:
    """Products that a resample keeps at the penalty of a fit."""
    if not design.reacted.sum():
        return np.zeros(0, dtype=np.intp)
    return selection.places(selection.solver.fit(design, fit.penalty, fit))
