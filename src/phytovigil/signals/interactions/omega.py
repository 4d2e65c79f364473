"""Omega: how far the cases of two products together exceed what both would add, shrunk towards no difference."""

from __future__ import annotations

import numpy as np

from phytovigil.schema.counts import Estimates
from phytovigil.signals.ic import ic_of_expected
from phytovigil.signals.interactions.baselines import expected_with_both
from phytovigil.signals.interactions.triples import TripleCounts


def omega(counts: TripleCounts, *, level: float = 0.95) -> Estimates:
    """Ω = log2((n111 + 1/2) / (E111 + 1/2)) with a gamma credibility interval, in log2 units; null value 0.

    E111 : `expected_with_both`, the cases expected if the reports of the reaction that each product adds were added.
    Limits are log2 of quantiles of Gamma(n111 + 1/2, rate E111 + 1/2): Ω025 and Ω975 at level 0.95.
    Returns Estimates of shape (triples,), NaN where `why_not_estimable` gives a reason; n111 = 0 is no such reason.
    Raises InvalidRequest for a level outside 0 to 1.
    Norén, Sundberg, Bate, Edwards 2008, equations 16, 19 and 20, doi:10.1002/sim.3247.

    >>> found = omega(TripleCounts.of(10, 13, 0, 10, 9, 1457, 20, 3984))
    >>> found.point.round(4), found.low.round(4), found.high.round(4)
    (array([4.0335]), array([3.0033]), array([4.79]))
    """
    expected = expected_with_both(counts)
    estimable = np.isfinite(expected) & (counts.both > 0)
    # 0 of 0 is what the shared function takes for not estimable: only the prior would speak.
    observed = np.where(estimable, counts.n111, 0)
    return ic_of_expected(observed, np.where(estimable, expected, 0), level=level)


def why_not_estimable(counts: TripleCounts) -> list[str]:
    """For each triple, why Omega is withheld; empty where it is estimated.

    >>> why_not_estimable(TripleCounts.of([1, 1], [3, 3], [0, 2], [0, 5], [1, 1], [5, 5], [9, 9], [90, 90]))
    ['No case names the first product without the second.', '']
    """
    reasons = [""] * counts.n111.size
    conditions = (
        (counts.both == 0, "No case names both products."),
        (counts.first_only == 0, "No case names the first product without the second."),
        (counts.second_only == 0, "No case names the second product without the first."),
        (counts.neither == 0, "Every case names one of the products: there is no background."),
        ((counts.first_only > 0) & (counts.n100 == 0), "Every case of the first product alone has the reaction."),
        ((counts.second_only > 0) & (counts.n010 == 0), "Every case of the second product alone has the reaction."),
        ((counts.neither > 0) & (counts.n000 == 0), "Every case of neither product has the reaction."),
        (counts.n111 + counts.n101 + counts.n011 + counts.n001 == 0, "No case has the reaction."),
    )
    for met, reason in conditions:
        for place in np.flatnonzero(met):
            reasons[place] = reasons[place] or reason
    return reasons
