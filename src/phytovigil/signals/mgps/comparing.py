"""How much a second prior would change the estimates: what several maxima of the likelihood mean to a reader."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from phytovigil.schema.counts import Floats
from phytovigil.signals.mgps.posterior import solved_quantile
from phytovigil.signals.mgps.prior import Mode, Prior, PriorFit
from phytovigil.signals.mgps.squashing import Squashed

COMPARED = 3
"""Other maxima that are compared, the best ones."""


def compare_modes(fit: PriorFit, cells: Squashed) -> PriorFit:
    """The fit with, for its other modes, how far EB05 of the cells moves between them and the best one."""
    if not fit.modes:
        return fit
    usual = solved_quantile(fit, cells.observed, cells.expected, 0.05)
    compared = [_compared(mode, usual, cells) for mode in fit.modes[:COMPARED]]
    return replace(fit, modes=(*compared, *fit.modes[COMPARED:]))


def _compared(mode: Mode, usual: Floats, cells: Squashed) -> Mode:
    return replace(mode, eb05_moved=factors_between(mode.prior, usual, cells))


def factors_between(other: Prior, usual: Floats, cells: Squashed) -> tuple[float, float]:
    """Largest and 99th percentile, over cells, of the factor between two EB05, whichever is the larger."""
    moved = solved_quantile(other, cells.observed, cells.expected, 0.05)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.exp(np.abs(np.log(moved / usual)))
    order = np.argsort(factor)
    reached = np.cumsum(cells.weight[order]) / cells.weight.sum()
    return float(factor.max()), float(factor[order][np.searchsorted(reached, 0.99)])
