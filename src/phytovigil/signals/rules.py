"""Stated rules that call a pair a signal of disproportionate reporting; each returns one boolean per pair.

A rule is a screening convention, not a finding of cause. False also stands where the measure of a rule is not
estimable: read it beside the estimate. `estimates` maps the name of each measure that a rule looks at to its estimates
of the same pairs, at the level that is usual for the measure.
"""

from __future__ import annotations

from collections.abc import Mapping

from phytovigil.schema.counts import Counts, Estimates
from phytovigil.signals.chi_squared import chi_squared_yates
from phytovigil.signals.measure import Rule, Signals

EMA = "European Medicines Agency 2016, Screening for adverse reactions in EudraVigilance, EMA/849944/2016"
FEWEST = 3
"""Cases below which no rule of the field calls a pair a signal, unless it says otherwise."""


def exceeds_evans(counts: Counts, estimates: Mapping[str, Estimates], *, minimum_cases: int = FEWEST) -> Signals:
    """PRR ≥ 2, χ² with Yates' correction ≥ 4 and at least `minimum_cases`; shape (pairs,).

    The PRR is compared without dividing, so that a reaction reported with nothing else (c = 0, PRR infinite)
    passes that part.
    Evans, Waller, Davis 2001, doi:10.1002/pds.677.

    >>> exceeds_evans(Counts.of(a=[3, 2], b=[97, 98], c=[10, 10], d=[9890, 9890]), {})
    array([ True, False])
    """
    others = counts.c + counts.d
    twofold = counts.a * others >= 2 * counts.c * counts.with_product
    return twofold & (chi_squared_yates(counts) >= 4) & (counts.a >= minimum_cases)


def exceeds_ic025(counts: Counts, estimates: Mapping[str, Estimates], *, minimum_cases: int = FEWEST) -> Signals:
    """Lower 95 % limit of the information component above 0, with at least `minimum_cases`; shape (pairs,).

    The shrinkage alone already asks for 3 cases, however few are expected.
    Norén, Hopstadius, Bate 2013, doi:10.1177/0962280211403604.
    """
    return (estimates["ic"].low > 0) & (counts.a >= minimum_cases)


def exceeds_ror025(counts: Counts, estimates: Mapping[str, Estimates], *, minimum_cases: int = FEWEST) -> Signals:
    """Lower 95 % limit of the ROR (Wald) above 1, with at least `minimum_cases`; shape (pairs,).

    The European Medicines Agency asks for 3 cases of products under additional monitoring and 5 of others.
    False where a cell is 0, as the limit does not exist; `exceeds_ror_midp025` decides there too.
    European Medicines Agency, Screening for adverse reactions in EudraVigilance, EMA/849944/2016.
    """
    return (estimates["ror"].low > 1) & (counts.a >= minimum_cases)


def exceeds_ror_midp025(counts: Counts, estimates: Mapping[str, Estimates], *, minimum_cases: int = FEWEST) -> Signals:
    """Lower 95 % mid-P limit of the ROR above 1, with at least `minimum_cases`; shape (pairs,).

    The same threshold as `exceeds_ror025` on the exact distribution: it holds for small counts and zero cells.
    Threshold of EMA/849944/2016; interval of doi:10.1177/0962280211415469.
    """
    return (estimates["ror-midp"].low > 1) & (counts.a >= minimum_cases)


EVANS = Rule(
    name="evans",
    title="PRR ≥ 2, χ² (Yates) ≥ 4, at least 3 cases",
    passes=exceeds_evans,
    measures=("prr",),
    statistics=("chi2-yates",),
    source="Evans, Waller, Davis 2001, doi:10.1002/pds.677",
    note="A reaction reported only with the product counts as a PRR above 2.",
)
IC025 = Rule(
    name="ic025",
    title="lower 95 % limit of the IC above 0, at least 3 cases",
    passes=exceeds_ic025,
    measures=("ic",),
    statistics=(),
    source="Norén, Hopstadius, Bate 2013, doi:10.1177/0962280211403604",
    note="Fewer than 3 cases can never pass.",
)
ROR025 = Rule(
    name="ror025",
    title="lower 95 % limit of the ROR above 1, at least 3 cases",
    passes=exceeds_ror025,
    measures=("ror",),
    statistics=(),
    source=EMA,
    note="False where a cell is 0: the limit does not exist there.",
)
ROR_MIDP025 = Rule(
    name="ror-midp025",
    title="lower 95 % mid-P limit of the ROR above 1, at least 3 cases",
    passes=exceeds_ror_midp025,
    measures=("ror-midp",),
    statistics=(),
    source=f"{EMA}; interval of Fagerland, Lydersen, Laake 2015, doi:10.1177/0962280211415469",
    note="The EMA threshold on the exact interval: decides where b or c is 0 too.",
)
