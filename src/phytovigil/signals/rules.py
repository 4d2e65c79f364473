"""Stated rules that call a pair a signal of disproportionate reporting; each returns one boolean per pair.

A rule is a screening convention, not a finding of cause. False also stands where the measure of a rule is not
estimable: read it beside the estimate.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phytovigil.schema.counts import Counts
from phytovigil.signals.chi_squared import chi_squared_yates
from phytovigil.signals.ic import ic
from phytovigil.signals.ror import ror
from phytovigil.signals.ror_exact import ror_midp

Signals = NDArray[np.bool_]


def exceeds_evans(counts: Counts) -> Signals:
    """PRR ≥ 2, χ² with Yates' correction ≥ 4 and at least 3 cases; shape (pairs,).

    The PRR is compared without dividing, so that a reaction reported with nothing else (c = 0, PRR infinite)
    passes that part.
    Evans, Waller, Davis 2001, doi:10.1002/pds.677.

    >>> exceeds_evans(Counts.of(a=[3, 2], b=[97, 98], c=[10, 10], d=[9890, 9890]))
    array([ True, False])
    """
    others = counts.c + counts.d
    twofold = counts.a * others >= 2 * counts.c * counts.with_product
    return twofold & (chi_squared_yates(counts) >= 4) & (counts.a >= 3)


def exceeds_ic025(counts: Counts, *, minimum_cases: int = 3) -> Signals:
    """Lower 95 % limit of the information component above 0, with at least `minimum_cases`; shape (pairs,).

    The shrinkage alone already asks for 3 cases, however few are expected.
    Norén, Hopstadius, Bate 2013, doi:10.1177/0962280211403604.

    >>> exceeds_ic025(Counts.of(a=[3, 2], b=[97, 98], c=[10, 10], d=[9890, 9890]))
    array([ True, False])
    """
    return (ic(counts).low > 0) & (counts.a >= minimum_cases)


def exceeds_ror025(counts: Counts, *, minimum_cases: int = 3) -> Signals:
    """Lower 95 % limit of the ROR (Wald) above 1, with at least `minimum_cases`; shape (pairs,).

    The European Medicines Agency asks for 3 cases of products under additional monitoring and 5 of others.
    False where a cell is 0, as the limit does not exist; `exceeds_ror_midp025` decides there too.
    European Medicines Agency, Screening for adverse reactions in EudraVigilance, EMA/849944/2016.

    >>> exceeds_ror025(Counts.of(a=[3, 3], b=[97, 97], c=[10, 0], d=[9890, 9900]))
    array([ True, False])
    """
    return (ror(counts).low > 1) & (counts.a >= minimum_cases)


def exceeds_ror_midp025(counts: Counts, *, minimum_cases: int = 3) -> Signals:
    """Lower 95 % mid-P limit of the ROR above 1, with at least `minimum_cases`; shape (pairs,).

    The same threshold as `exceeds_ror025` on the exact distribution: it holds for small counts and zero cells.
    Threshold of EMA/849944/2016; interval of doi:10.1177/0962280211415469.

    >>> exceeds_ror_midp025(Counts.of(a=[3, 3], b=[97, 97], c=[10, 0], d=[9890, 9900]))
    array([ True,  True])
    """
    return (ror_midp(counts).low > 1) & (counts.a >= minimum_cases)
