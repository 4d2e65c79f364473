"""A pair over time: the 2×2 tables of the periods, added up, and when a rule first held."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phytovigil.schema.counts import Counts, Floats


def accumulate(periods: Counts) -> Counts:
    """The 2×2 table of everything received up to the end of each period, from those of the periods, in their order.

    The expected cases are those of the whole table, as if time did not matter; see `expected_by_period`.

    >>> accumulate(Counts.of(a=[1, 2], b=[3, 0], c=[4, 1], d=[10, 20])).a
    array([1., 3.])
    """
    return Counts(*(np.cumsum(cell) for cell in (periods.a, periods.b, periods.c, periods.d)))


def expected_by_period(periods: Counts) -> Floats:
    """Cases expected up to the end of each period if product and reaction were independent within every period.

    Each period is a stratum: a product that became popular when a reaction did is not confused with it.
    Shape (periods,), in cases.

    >>> expected_by_period(Counts.of(a=[1, 2], b=[3, 0], c=[4, 1], d=[10, 20])).round(3)
    array([1.111, 1.372])
    """
    return np.cumsum(periods.expected)


def first_held(passed: ArrayLike) -> int | None:
    """Position of the first period in which a rule held; None where it never did.

    >>> first_held([False, True, False, True]), first_held([False])
    (1, None)
    """
    found = np.flatnonzero(np.asarray(passed, dtype=np.bool_))
    return int(found[0]) if found.size else None


def held_since(passed: ArrayLike) -> int | None:
    """Position from which a rule held in every period to the end; None where it does not hold at the end.

    >>> held_since([False, True, False, True, True]), held_since([True, False])
    (3, None)
    """
    flags: NDArray[np.bool_] = np.asarray(passed, dtype=np.bool_)
    if not flags.size or not flags[-1]:
        return None
    broken = np.flatnonzero(~flags)
    return int(broken[-1]) + 1 if broken.size else 0
