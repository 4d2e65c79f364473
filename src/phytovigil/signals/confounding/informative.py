"""Which strata say anything about a pair, and why the others do not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phytovigil.schema.counts import Counts

INFORMATIVE = ""
NO_PRODUCT = "no case names the product"
NO_REACTION = "no case has the reaction"
ONLY_PRODUCT = "every case names the product"
ONLY_REACTION = "every case has the reaction"

Mask = NDArray[np.bool_]


def is_informative(counts: Counts) -> Mask:
    """Whether all four margins of each stratum are above 0; shape (strata,).

    In any other stratum only one table is possible, whatever the odds ratio is, so it carries no information on it.

    >>> is_informative(Counts.of(a=[1, 0, 2], b=[2, 0, 0], c=[3, 4, 0], d=[9, 9, 9]))
    array([ True, False,  True])
    """
    a, b, c, d = counts.a, counts.b, counts.c, counts.d
    known: Mask = np.minimum.reduce([a + b, c + d, a + c, b + d]) > 0
    return known


def why_uninformative(counts: Counts) -> list[str]:
    """For each stratum why it carries no information; empty where it does.

    >>> why_uninformative(Counts.of(a=[1, 0], b=[2, 0], c=[3, 4], d=[9, 9]))
    ['', 'no case names the product']
    """
    a, b, c, d = counts.a, counts.b, counts.c, counts.d
    reasons = ((NO_PRODUCT, a + b), (NO_REACTION, a + c), (ONLY_PRODUCT, c + d), (ONLY_REACTION, b + d))
    said = np.select([margin == 0 for _, margin in reasons], [why for why, _ in reasons], INFORMATIVE)
    return [str(why) for why in said]
