"""Which control pairs can tell something, and what they say: log reporting odds ratios with standard errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phytovigil.schema.counts import Counts, Floats

LEAST_EXPECTED = 3.0
"""Expected cases below which a control is left out. Whether it is known depends on the margins alone: choosing by the
observed cases would keep the controls that happen to be high. With 3 expected, a control without any association is
seen in at least 95 of 100 data sets (1 − e⁻³), so few are lost to a = 0."""


@dataclass(frozen=True, slots=True)
class ControlEstimates:
    """Log reporting odds ratios of pairs: arrays of shape (pairs,), NaN where a cell is 0.

    log_ratio : natural logarithm of ad / bc. error : its standard error √(1/a + 1/b + 1/c + 1/d).
    informative : whether the pair may enter an empirical null: at least LEAST_EXPECTED expected cases and no empty
        cell.
    """

    log_ratio: Floats
    error: Floats
    informative: NDArray[np.bool_]


def control_estimates(counts: Counts, *, least_expected: float = LEAST_EXPECTED) -> ControlEstimates:
    """Log reporting odds ratios with their Wald standard errors, and which of them carry information.

    >>> found = control_estimates(Counts.of(a=[7, 1], b=[1454, 3], c=[302, 5], d=[690525, 900]))
    >>> found.log_ratio.round(3), found.error.round(3), found.informative
    (array([2.399, 4.094]), array([0.383, 1.239]), array([False, False]))
    """
    cells = np.stack([counts.a, counts.b, counts.c, counts.d])
    cells = np.where((cells == 0).any(axis=0), np.nan, cells)
    log_a, log_b, log_c, log_d = np.log(cells)
    error = np.sqrt((1 / cells).sum(axis=0))
    informative = np.isfinite(error) & (counts.expected >= least_expected)
    return ControlEstimates(log_a + log_d - log_b - log_c, error, informative)
