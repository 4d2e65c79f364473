"""Empirical Bayes geometric mean: observed over expected cases, shrunk as far as all pairs together call for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phytovigil.errors import InvalidRequest
from phytovigil.schema.counts import Counts, Estimates, Floats
from phytovigil.signals.interval import tail_probability
from phytovigil.signals.measure import Measure, Rule, Signals
from phytovigil.signals.mgps import posterior
from phytovigil.signals.mgps.comparing import compare_modes
from phytovigil.signals.mgps.fitting import fit_prior
from phytovigil.signals.mgps.posterior import Posterior, check_pairs
from phytovigil.signals.mgps.prior import PARAMETERS, Prior, PriorFit
from phytovigil.signals.mgps.squashing import Squashed, as_cells, join, merge, squash

FEWEST_PAIRS = 100
"""Pairs with a case below which no prior is learned: its five parameters need at least twenty pairs each."""

POLISHED = 2_000_000
"""Up to so many pairs, the fit is finished on all of them and not on squashed ones."""

NEARLY = 2.0
"""A second prior whose log-likelihood is lower by less than this fits nearly as well."""


@dataclass(frozen=True, slots=True, eq=False)
class Taught:
    """What all pairs taught: a prior, or the reason why there is none.

    posterior : makes the quantiles; its tables serve all blocks of pairs.
    """

    fit: PriorFit | None
    posterior: Posterior | None
    reason: str = ""


def ebgm(
    counts: Counts, *, level: float = 0.90, learn_from: Counts | None = None, learned: Taught | Prior | None = None
) -> Estimates:
    """EBGM of each pair with credibility limits, EB05 and EB95 at level 0.90; a ratio, null value 1.

    learn_from : the pairs that teach the prior, `counts` unless given; those with a case are used.
    learned : a prior at hand already (see `learn_prior`); then nothing is learned.
    Withheld, NaN with a note, where fewer than FEWEST_PAIRS pairs have a case, where all have equally many, and where
    the fit does not converge. NaN where no case is expected.
    Raises InvalidRequest for a level outside 0 to 1.
    DuMouchel 1999, doi:10.1080/00031305.1999.10474456.
    """
    tail_probability(level)
    taught = learn_prior([counts if learn_from is None else learn_from]) if learned is None else learned
    return estimate_with(taught, counts, level=level)


def learn_prior(blocks: Iterable[Counts], *, truncation: str = "mixture") -> Taught:
    """Learn from all pairs, which may come block by block; those without a case are left out.

    truncation : "mixture" or "component", see mgps.likelihood.TRUNCATIONS.
    Raises InvalidRequest for "none": a fit with zeros needs those of all pairs, see mgps.zeros.
    """
    if truncation == "none":
        raise InvalidRequest("Pairs without a case are left out here.", "Choose truncation “mixture” or “component”.")
    cells, whole = _gather(blocks)
    reason = _too_little(cells)
    if reason:
        return Taught(None, None, reason)
    fit = compare_modes(fit_prior(cells, truncation=truncation, polish_on=whole), cells)
    if not fit.converged:
        return Taught(fit, None, f"no maximum of the likelihood was found. {' '.join(fit.warnings)}")
    return Taught(fit, Posterior(fit, cells))


def estimate_with(
    learned: Taught | Prior, counts: Counts | tuple[ArrayLike, ArrayLike], *, level: float = 0.90
) -> Estimates:
    """EBGM with limits under a prior at hand.

    learned : what `learn_prior` returned, or any prior, such as a published one.
    counts : of the pairs, or their observed and expected cases, arrays of shape (pairs,).
    Raises InvalidCounts for what cannot be counts, InvalidRequest for a level outside 0 to 1.

    >>> found = estimate_with(Prior.of(3.25379064, 0.39988801, 2.02613219, 1.90808279, 0.06534557), ([6], [0.07866508]))
    >>> found.point.round(2), found.low.round(2), found.high.round(2)
    (array([18.28]), array([10.16]), array([30.84]))
    """
    tail = tail_probability(level)
    observed, expected = _observed_and_expected(counts)
    taught = learned if isinstance(learned, Taught) else _given(learned, observed, expected)
    if taught.posterior is None:
        return _withheld(observed, taught)
    point = posterior.ebgm(taught.posterior.prior, observed, expected)
    low = taught.posterior.quantile(observed, expected, tail)
    high = taught.posterior.quantile(observed, expected, 1 - tail)
    notes = _notes(taught.fit)
    unknown = _without_estimate(taught.fit, observed)
    if unknown.any():
        point, low, high = (np.where(unknown, np.nan, part) for part in (point, low, high))
        notes += (NO_ZEROS,)
    return Estimates(point, low, high, notes, _learned(taught))


NO_ZEROS = (
    "EBGM of pairs without a case is withheld: they were not learned from, and those with one do not tell what they "
    "are like."
)


def exceeds_eb05(counts: Counts, estimates: Mapping[str, Estimates], *, minimum_cases: int = 1) -> Signals:
    """EB05, the lower 90 % limit of EBGM, at least 2; shape (pairs,).

    The shrinkage stands in place of a fewest number of cases, which is not set unless asked for.
    Szarfman, Machado, O'Neill 2002, doi:10.2165/00002018-200225060-00001.
    """
    return (estimates["ebgm"].low >= 2) & (counts.a >= minimum_cases)


def exceeds_mhra(counts: Counts, estimates: Mapping[str, Estimates], *, minimum_cases: int = 3) -> Signals:
    """EBGM at least 2.5, EB05 at least 1.8 and at least `minimum_cases`; shape (pairs,).

    Practice of the medicines agency of the United Kingdom, as tabulated by Candore et al. 2015,
    doi:10.1007/s40264-015-0289-5.
    """
    found = estimates["ebgm"]
    return (found.point >= 2.5) & (found.low >= 1.8) & (counts.a >= minimum_cases)


def _observed_and_expected(counts: Counts | tuple[ArrayLike, ArrayLike]) -> tuple[Floats, Floats]:
    if isinstance(counts, Counts):
        return counts.a, counts.expected
    return check_pairs(*counts)


def _given(prior: Prior, observed: Floats, expected: Floats) -> Taught:
    known = expected > 0
    cells = Squashed(observed[known], expected[known], np.ones(int(known.sum())))
    return Taught(prior if isinstance(prior, PriorFit) else None, Posterior(prior, cells))


def _gather(blocks: Iterable[Counts]) -> tuple[Squashed, Squashed | None]:
    """Pairs with a case, finely squashed; and all of them as they are, unless they are too many to be held."""
    parts: list[Squashed] = []
    whole: list[Squashed] | None = []
    held = 0
    for counts in blocks:
        chosen = (counts.a > 0) & (counts.expected > 0)
        cells = as_cells(counts.a[chosen], counts.expected[chosen])
        parts.append(squash(cells.observed, cells.expected))
        held += cells.points
        whole = [*whole, cells] if whole is not None and held <= POLISHED else None
    return merge(parts), None if whole is None else join(whole)


def _too_little(cells: Squashed) -> str:
    """Why these pairs teach nothing; empty where they do."""
    if cells.cells < FEWEST_PAIRS:
        return (
            f"{cells.cells:.0f} pairs have a case, and the five parameters of a prior need at least {FEWEST_PAIRS} "
            "to be learned from."
        )
    if np.unique(cells.observed).size < 2:
        return "all pairs have equally many cases, which does not tell how much their ratios vary."
    return ""


def _withheld(observed: Floats, taught: Taught) -> Estimates:
    nothing = np.full(observed.shape, np.nan)
    return Estimates(nothing, nothing, nothing, (f"EBGM is withheld: {taught.reason}",), _learned(taught))


def _learned(taught: Taught) -> dict[str, Any]:
    if taught.fit is not None:
        return taught.fit.learned()
    if taught.posterior is None:
        return {"withheld": taught.reason}
    return dict(zip(PARAMETERS, taught.posterior.prior.parameters, strict=True))


def _notes(fit: PriorFit | None) -> tuple[str, ...]:
    near = [mode for mode in fit.modes if fit.log_likelihood - mode.log_likelihood < NEARLY] if fit else []
    return tuple(
        f"Another prior fits nearly as well (log-likelihood lower by {fit.log_likelihood - mode.log_likelihood:.2f}); "
        f"with it, EB05 of a pair differs by a factor of up to {mode.eb05_moved[0]:.2f}."
        for mode in near
        if fit is not None
    )


def _without_estimate(fit: PriorFit | None, observed: Floats) -> NDArray[np.bool_]:
    """Pairs below the counts learned from, where those left the density near a ratio of 0 without bound."""
    vanished = fit is not None and any(name.startswith("alpha") and getattr(fit, name) < 1 for name in fit.bounded)
    if fit is None or not vanished or fit.truncation == "none":
        return np.zeros(observed.shape, dtype=bool)
    below: NDArray[np.bool_] = observed < fit.least
    return below


EBGM = Measure(
    name="ebgm",
    title="Empirical Bayes geometric mean",
    unit="ratio of observed to expected cases, shrunk",
    scale="ratio",
    null=1.0,
    interval="credibility interval of the gamma mixture posterior",
    estimator=ebgm,
    source="DuMouchel 1999, doi:10.1080/00031305.1999.10474456",
    note=f"Learns from all pairs; withheld where fewer than {FEWEST_PAIRS} of them have a case.",
    level=0.90,
    uses_expected=True,
    learns=True,
    learn=learn_prior,
)
EB05 = Rule(
    name="eb05",
    title="EB05, the lower 90 % limit of EBGM, at least 2",
    passes=exceeds_eb05,
    measures=("ebgm",),
    statistics=(),
    source="Szarfman, Machado, O'Neill 2002, doi:10.2165/00002018-200225060-00001",
    note="The threshold used at the FDA; False where EBGM is withheld.",
)
MHRA = Rule(
    name="mhra",
    title="EBGM ≥ 2.5, EB05 ≥ 1.8, at least 3 cases",
    passes=exceeds_mhra,
    measures=("ebgm",),
    statistics=(),
    source="Candore et al. 2015, doi:10.1007/s40264-015-0289-5",
    note="The threshold of the medicines agency of the United Kingdom; False where EBGM is withheld.",
)
