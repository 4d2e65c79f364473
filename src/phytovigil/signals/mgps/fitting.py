"""Learning the prior from all pairs by maximum likelihood, from many starts, and checking that the best was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from phytovigil.errors import InvalidCounts
from phytovigil.schema.counts import Floats
from phytovigil.signals.mgps import ascent
from phytovigil.signals.mgps.ascent import Summit
from phytovigil.signals.mgps.likelihood import Likelihood
from phytovigil.signals.mgps.prior import PARAMETERS, Mode, PriorFit, in_order, prior_at
from phytovigil.signals.mgps.squashing import Squashed, merge
from phytovigil.signals.mgps.starts import starting_points

STARTS = 40
COARSER, ENOUGH = (1.03, 1.1, 1.3, 2.0), 3_000
"""Ratios of the ends of a bin tried in turn until the search from many starts has no more than ENOUGH points."""

ALIKE = 0.05
"""Ends of rough climbs whose log-likelihoods differ by less, and that lie near each other, lead to one summit."""

SAME = 1e-4
"""Summits whose log-likelihoods differ by less are one: the labels of components, or a ridge, tell them apart."""

VAGUE = 10.0
"""Standard error of a logarithm from which on a parameter is not determined."""

FAR = 18.0
"""A logarithm so far from 0 of a parameter that is not determined: it ran to the end of its range."""

RIDGE_BEND, NEGLIGIBLE = 1e-5, 1e-6
"""Bend below which a direction is a ridge, and the squared part of it below which a parameter does not lie on it."""

MEASURED = 500_000
"""Up to so many cells, the curvature at the best maximum is that of all of them; of more, that of the squashed ones."""

KEPT = 4
"""Local maxima that are climbed to the top and reported."""


def fit_prior(
    cells: Squashed,
    *,
    truncation: str = "mixture",
    least: int = 1,
    starts: int | Sequence[Floats] = STARTS,
    polish_on: Squashed | None = None,
) -> PriorFit:
    """The prior that makes the observed counts most likely: the best of all local maxima met.

    cells : finely squashed cells, observed at least `least` unless truncation is "none", expected above 0.
    truncation : "none", "mixture" or "component", see likelihood.TRUNCATIONS. least : the smallest count looked at.
    starts : how many starts, or the vectors (log α1, log β1, log α2, log β2, logit P) to start from.
    polish_on : the same cells unsquashed; the best maximum is then that of these, to the last digit.
    Raises InvalidCounts for cells that the likelihood does not cover, and for none at all.
    DuMouchel 1999, doi:10.1080/00031305.1999.10474456.
    """
    _check_covered(cells, truncation, least)
    coarse = Likelihood(_coarsen(cells), truncation=truncation, least=least)
    points = starting_points(coarse, starts) if isinstance(starts, int) else np.array(starts)
    rough = _distinct_summits(coarse, [ascent.climb_roughly(coarse, point) for point in points])
    final = curved = Likelihood(cells, truncation=truncation, least=least)
    summits = [replace(found, summit=ascent.climb(final, found.summit.x)) for found in rough[:KEPT]]
    if polish_on is not None:
        _check_covered(polish_on, truncation, least)
        final = Likelihood(polish_on, truncation=truncation, least=least)
        curved = final if polish_on.points <= MEASURED else curved
        summits = [replace(found, summit=ascent.polish(final, found.summit)) for found in summits]
    summits = _merge_same(summits)
    best = replace(summits[0], summit=ascent.measure(curved, summits[0].summit))
    return _report(final, [best, *(found for found in summits[1:] if found.summit.is_flat)], len(points))


@dataclass(frozen=True, slots=True)
class _Found:
    summit: Summit
    starts: int


def _check_covered(cells: Squashed, truncation: str, least: int) -> None:
    if not cells.points:
        raise InvalidCounts("There are no cells to learn from.")
    if (cells.expected <= 0).any():
        raise InvalidCounts("A cell has an expected count of 0; no prior can explain it.")
    if truncation != "none" and (cells.observed < least).any():
        raise InvalidCounts(f"A cell has fewer than {least} observed, which truncation “{truncation}” leaves out.")


def _coarsen(cells: Squashed) -> Squashed:
    """The cells in few enough points to search from many starts."""
    coarse = cells
    for ratio in COARSER:
        if coarse.points > ENOUGH:
            coarse = merge([cells], bin_ratio=ratio)
    return coarse


def _distinct_summits(likelihood: Likelihood, ends: list[tuple[float, Floats]]) -> list[_Found]:
    """The best local maxima, each with the number of starts that led to it."""
    groups: list[list[tuple[float, Floats]]] = []
    for value, x in sorted(((value, in_order(x)) for value, x in ends), key=lambda end: -end[0]):
        for group in groups:
            if group[0][0] - value < ALIKE and float(np.abs(group[0][1] - x).max()) < 1:
                group.append((value, x))
                break
        else:
            groups.append([(value, x)])
    return _merge_same([_Found(ascent.climb(likelihood, group[0][1]), len(group)) for group in groups[: 2 * KEPT]])


def _merge_same(summits: list[_Found]) -> list[_Found]:
    """The summits with distinct log-likelihoods, best first."""
    found: list[_Found] = []
    for one in sorted(summits, key=lambda one: -one.summit.value):
        if found and found[-1].summit.value - one.summit.value < SAME:
            found[-1] = replace(found[-1], starts=found[-1].starts + one.starts)
        else:
            found.append(one)
    return found


def _report(likelihood: Likelihood, found: list[_Found], starts: int) -> PriorFit:
    best = found[0].summit.in_order()
    prior, covariance = prior_at(best.x), _covariance(best)
    vague = ~(np.sqrt(np.diag(covariance)) < VAGUE)
    ran = ~best.free | (vague & (np.abs(best.x) > FAR))
    return PriorFit(
        *prior.parameters,
        log_odds=prior.log_odds,
        log_likelihood=best.value,
        gradient_norm=float(np.linalg.norm(best.gradient[best.free])),
        truncation=likelihood.truncation,
        least=likelihood.least,
        cells=likelihood.cells.cells,
        points=likelihood.cells.points,
        starts=starts,
        agreeing=found[0].starts,
        converged=best.is_maximum,
        bounded=tuple(name for name, has_run in zip(PARAMETERS, ran, strict=True) if has_run),
        covariance=covariance,
        modes=tuple(Mode(prior_at(in_order(one.summit.x)), one.summit.value, one.starts) for one in found[1:]),
        warnings=tuple(_warnings(best, ran, vague & ~ran, found)),
    )


def _covariance(summit: Summit) -> Floats:
    """The inverse of the observed information; NaN for parameters at a bound, and for those that lie on a ridge."""
    found = np.full((5, 5), np.nan)
    places = np.flatnonzero(summit.free)
    bends, directions = np.linalg.eigh(summit.information[np.ix_(places, places)])
    curved = bends > RIDGE_BEND
    on_ridge = (directions[:, ~curved] ** 2).sum(axis=1) > NEGLIGIBLE
    inverse = (directions[:, curved] / bends[curved]) @ directions[:, curved].T
    inverse[on_ridge], inverse[:, on_ridge] = np.nan, np.nan
    found[np.ix_(places, places)] = inverse
    return found


def _warnings(best: Summit, ran: NDArray[np.bool_], vague: NDArray[np.bool_], found: list[_Found]) -> Iterator[str]:
    if not best.is_maximum:
        norm = float(np.linalg.norm(best.gradient[best.free]))
        yield f"The search did not end in a maximum: the gradient has length {norm:.3g}."
    for place, name in enumerate(PARAMETERS):
        if ran[place]:
            yield _bound_sentence(name, float(best.x[place]))
        elif vague[place]:
            yield f"The pairs do not tell how large the parameter {name} is."
    if found[0].starts == 1 and len(found) > 1:
        yield "Only one start ended in the best maximum."


def _bound_sentence(name: str, value: float) -> str:
    end = "0" if value < 0 else ("1" if name == "p" else "infinity")
    meaning = ""
    if name.startswith("alpha"):
        meaning = (
            ": pairs with a case do not tell how many others have next to none"
            if value < 0
            else ": all pairs of this component share one ratio"
        )
    return f"The parameter {name} ran to {end}, the end of its range{meaning}."
