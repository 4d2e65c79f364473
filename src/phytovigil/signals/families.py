"""p-values of one family that come in blocks, adjusted together for how many there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from phytovigil.schema.counts import Floats
from phytovigil.signals.false_discovery import benjamini_hochberg, benjamini_yekutieli
from phytovigil.signals.measure import Signals

ADJUSTMENTS: Mapping[str, Callable[[Floats], Floats]] = {"bh": benjamini_hochberg, "by": benjamini_yekutieli}
"""Adjustments by the name that a command uses."""


def adjust_parts(parts: Sequence[Floats], method: str, family: Sequence[Signals]) -> list[Floats]:
    """Adjusted p-values, block by block as they came.

    parts : p-values, arrays of shape (pairs,). family : for each, which of them belong to the family; the others get
        NaN and do not count. method : one of ADJUSTMENTS.

    >>> adjust_parts([np.array([0.01, 0.5]), np.array([0.03])], "bh", [np.array([True, False]), np.array([True])])
    [array([0.02,  nan]), array([0.03])]
    """
    if not parts:
        return []
    together = np.where(np.concatenate(list(family)), np.concatenate(list(parts)), np.nan)
    places = np.cumsum([len(part) for part in parts])[:-1]
    return np.split(ADJUSTMENTS[method](together), places)
