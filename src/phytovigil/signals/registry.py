"""The measures, statistics and rules by name, so that a study file can ask for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Protocol, TypeVar

from phytovigil.errors import UnknownName
from phytovigil.schema.counts import Counts, Estimates, Floats
from phytovigil.signals.chi_squared import chi_squared, chi_squared_yates, p_value
from phytovigil.signals.ic import ic
from phytovigil.signals.prr import prr
from phytovigil.signals.ror import ror
from phytovigil.signals.ror_exact import ror_midp
from phytovigil.signals.rules import (
    Signals,
    exceeds_evans,
    exceeds_ic025,
    exceeds_ror025,
    exceeds_ror_midp025,
)

EVANS = "Evans, Waller, Davis 2001, doi:10.1002/pds.677"
NOREN = "Norén, Hopstadius, Bate 2013, doi:10.1177/0962280211403604"
PUIJENBROEK = "van Puijenbroek et al. 2002, doi:10.1002/pds.668"
FAGERLAND = "Fagerland, Lydersen, Laake 2015, doi:10.1177/0962280211415469"
EMA = "European Medicines Agency 2016, Screening for adverse reactions in EudraVigilance, EMA/849944/2016"


class Estimator(Protocol):
    """Counts of all pairs asked about in, one estimate for each out, in the same order.

    The pairs come together, not one by one, so that a measure may learn from all of them first (as an empirical
    Bayes prior does). A measure that looks at each pair alone must not let the others change its answer.
    """

    def __call__(self, counts: Counts, *, level: float = 0.95) -> Estimates:
        """Estimate with two-sided intervals of this level."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of disproportionality that has an interval.

    scale : "ratio" (drawn on a log axis) or "log2". null : its value under independence, 1 or 0.
    interval : what kind of interval low and high are. source : citation. note : when it is not estimable.
    """

    name: str
    title: str
    unit: str
    scale: str
    null: float
    interval: str
    estimate: Estimator
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Statistic:
    """A test statistic: one number for each pair and its p-value, without an interval."""

    name: str
    title: str
    value: Callable[[Counts], Floats]
    p_value: Callable[[Floats], Floats]
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A stated threshold; `measures` and `statistics` name what it looks at."""

    name: str
    title: str
    signals: Callable[[Counts], Signals]
    measures: tuple[str, ...]
    statistics: tuple[str, ...]
    source: str
    note: str


Entry = TypeVar("Entry", Measure, Statistic, Rule)


def _by_name(entries: Iterable[Entry]) -> Mapping[str, Entry]:
    return MappingProxyType({entry.name: entry for entry in entries})


MEASURES: Mapping[str, Measure] = _by_name(
    [
        Measure(
            name="prr",
            title="Proportional reporting ratio",
            unit="ratio of proportions of cases",
            scale="ratio",
            null=1.0,
            interval="log-normal confidence interval",
            estimate=prr,
            source=EVANS,
            note="Not estimable where a or c is 0, or where every case has the reaction.",
        ),
        Measure(
            name="ror",
            title="Reporting odds ratio",
            unit="ratio of odds of cases",
            scale="ratio",
            null=1.0,
            interval="Wald confidence interval",
            estimate=ror,
            source=PUIJENBROEK,
            note="Not estimable where a cell is 0; the interval is unreliable where one is below about 5.",
        ),
        Measure(
            name="ror-midp",
            title="Reporting odds ratio, exact conditional",
            unit="ratio of odds of cases",
            scale="ratio",
            null=1.0,
            interval="mid-P confidence interval",
            estimate=ror_midp,
            source=FAGERLAND,
            note="Estimable with zero cells: 0 where a is 0, infinite where b or c is 0.",
        ),
        Measure(
            name="ic",
            title="Information component",
            unit="log2 of observed over expected cases, both plus 1/2",
            scale="log2",
            null=0.0,
            interval="gamma credibility interval",
            estimate=ic,
            source=NOREN,
            note="Estimable where a is 0; not where no case has the product or none has the reaction.",
        ),
    ]
)
"""Every measure by the name that a study file uses."""

STATISTICS: Mapping[str, Statistic] = _by_name(
    [
        Statistic(
            name="chi2",
            title="Pearson's χ²",
            value=chi_squared,
            p_value=p_value,
            source="Pearson 1900, doi:10.1080/14786440009463897",
            note="One degree of freedom; NaN where a margin is 0; too large where an expected count is small.",
        ),
        Statistic(
            name="chi2-yates",
            title="χ² with Yates' correction",
            value=chi_squared_yates,
            p_value=p_value,
            source="Yates 1934, doi:10.2307/2983604",
            note="One degree of freedom; NaN where a margin is 0; the statistic that Evans 2001 asks for.",
        ),
    ]
)
"""Every test statistic by name."""

RULES: Mapping[str, Rule] = _by_name(
    [
        Rule(
            name="evans",
            title="PRR ≥ 2, χ² (Yates) ≥ 4, at least 3 cases",
            signals=exceeds_evans,
            measures=("prr",),
            statistics=("chi2-yates",),
            source=EVANS,
            note="A reaction reported only with the product counts as a PRR above 2.",
        ),
        Rule(
            name="ic025",
            title="lower 95 % limit of the IC above 0, at least 3 cases",
            signals=exceeds_ic025,
            measures=("ic",),
            statistics=(),
            source=NOREN,
            note="Fewer than 3 cases can never pass.",
        ),
        Rule(
            name="ror025",
            title="lower 95 % limit of the ROR above 1, at least 3 cases",
            signals=exceeds_ror025,
            measures=("ror",),
            statistics=(),
            source=EMA,
            note="False where a cell is 0: the limit does not exist there.",
        ),
        Rule(
            name="ror-midp025",
            title="lower 95 % mid-P limit of the ROR above 1, at least 3 cases",
            signals=exceeds_ror_midp025,
            measures=("ror-midp",),
            statistics=(),
            source=f"{EMA}; interval of {FAGERLAND}",
            note="The EMA threshold on the exact interval: decides where b or c is 0 too.",
        ),
    ]
)
"""Every signal rule by name."""


def measure(name: str) -> Measure:
    """The measure of this name; raises UnknownName with near names.

    >>> measure("ic").null
    0.0
    """
    return _look_up("measure", name, MEASURES)


def statistic(name: str) -> Statistic:
    """The test statistic of this name; raises UnknownName with near names.

    >>> statistic("chi2").title
    "Pearson's χ²"
    """
    return _look_up("statistic", name, STATISTICS)


def rule(name: str) -> Rule:
    """The signal rule of this name; raises UnknownName with near names.

    >>> rule("evans").statistics
    ('chi2-yates',)
    """
    return _look_up("rule", name, RULES)


def _look_up(kind: str, name: str, table: Mapping[str, Entry]) -> Entry:
    if name in table:
        return table[name]
    near = get_close_matches(name.lower(), table)
    raise UnknownName(kind, name, f"the {kind}s", near, f"Known: {', '.join(table)}.")
