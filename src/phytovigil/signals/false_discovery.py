"""p-values of many pairs at once, raised so that few of those called signals are chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from phytovigil.errors import InvalidRequest
from phytovigil.schema.counts import Floats


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """Adjusted p-values (q): calling all pairs with q ≤ 0.05 signals keeps the expected share of false ones at 5 %.

    p_values : shape (pairs,), each of them valid on its own. NaN, where no test could be done, stays NaN and does not
        count among the tests.
    Holds where the tests are independent or rise and fall together. The p-values of counts are coarse: those of
    `fisher` are too large on average, so that the share is kept with room to spare; those of `fisher-midp` are nearer
    to it and carry no proof.
    Returns shape (pairs,), in the same order. Raises InvalidRequest for values outside 0 to 1.
    Benjamini, Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x.

    >>> benjamini_hochberg([0.01, np.nan, 0.04, 0.02]).round(3)
    array([0.03,  nan, 0.04, 0.03])
    """
    return _step_up(_checked(p_values), penalty=1.0)


def benjamini_yekutieli(p_values: ArrayLike) -> Floats:
    """As `benjamini_hochberg`, but holds however the tests depend on each other; larger by 1 + 1/2 + … + 1/tests.

    Benjamini, Yekutieli 2001, doi:10.1214/aos/1013699998.

    >>> benjamini_yekutieli([0.01, np.nan, 0.04, 0.02]).round(3)
    array([0.055,   nan, 0.073, 0.055])
    """
    checked = _checked(p_values)
    tests = np.count_nonzero(~np.isnan(checked))
    return _step_up(checked, penalty=float((1 / np.arange(1, tests + 1)).sum()))


def _checked(p_values: ArrayLike) -> Floats:
    checked = np.atleast_1d(np.asarray(p_values, dtype=np.float64))
    if checked.ndim != 1 or ((checked < 0) | (checked > 1)).any():
        raise InvalidRequest("A p-value lies between 0 and 1; one array (pairs,) of them is needed.")
    return checked


def _step_up(p_values: Floats, penalty: float) -> Floats:
    """Each p-value times tests / rank, or what a larger one has if that is less; never above 1."""
    order = np.argsort(p_values, kind="stable")
    order = order[: np.count_nonzero(~np.isnan(p_values))]
    raised = p_values[order] * (penalty * len(order) / np.arange(1, len(order) + 1))
    adjusted = np.full(p_values.shape, np.nan)
    adjusted[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1)
    return adjusted
