"""How many cases a source would have to hold before silence in it could reassure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from phytovigil.schema.counts import Counts
from phytovigil.signals.ror_exact import ror_midp

FIRST_LOOK, MOST_EXPECTED = 64, 16_384
"""Expected cases looked at first, and the most: the number looked at grows fourfold in between."""


@dataclass(frozen=True, slots=True)
class Needed:
    """What it would take.

    expected : cases expected with product and reaction. with_product : cases naming the product that this takes.
    high : upper limit of the reporting odds ratio if as many are then observed as expected.
    """

    expected: int
    with_product: int
    high: float


def cases_to_exclude(c: int, d: int, *, ratio: float = 2.0, level: float = 0.95) -> Needed | None:
    """The fewest expected cases at which an observed count equal to it excludes a reporting odds ratio of `ratio`.

    c, d : cases without the product, with and without the reaction; they stay as they are. The product's cases are
    taken to report the reaction at the odds of the others. Limits are those of `ror_midp`.
    Returns None where no number of the product's cases would do, because c is too small (or 0) for the comparison.

    >>> cases_to_exclude(437, 64_046)
    Needed(expected=7, with_product=1033, high=1.99904642171)
    """
    if c <= 0 or d <= 0:
        return None
    most = FIRST_LOOK
    while most <= MOST_EXPECTED:
        a = np.arange(1, most + 1)
        b = np.ceil(a * (d / c))
        high = ror_midp(Counts.of(a, b, np.full(most, c), np.full(most, d)), level=level).high
        (found,) = np.nonzero(high < ratio)
        if found.size:
            first = int(found[0])
            return Needed(int(a[first]), int(a[first] + b[first]), float(f"{high[first]:.12g}"))
        most *= 4
    return None


def people_to_exclude(share: float, *, level: float = 0.95) -> int:
    """People without one event that it takes to exclude, at one-sided `level`, that more than `share` have it.

    The exact form of the rule of three: the smallest n with (1 − share)ⁿ ≤ 1 − level.
    Hanley and Lippman-Hand 1983, doi:10.1001/jama.1983.03330370053031.

    >>> people_to_exclude(0.001)
    2995
    """
    return math.ceil(math.log(1 - level) / math.log(1 - share))
