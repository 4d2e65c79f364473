"""The measures, tests and rules by name, so that a study file or a command can ask for them.

Each stands in the file of its own method; this list is all that is needed to offer one more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, TypeVar

from phytovigil.errors import UnknownName
from phytovigil.schema.counts import Counts, Estimates
from phytovigil.signals.bcpnn import BCPNN
from phytovigil.signals.chi_squared import PEARSON, YATES
from phytovigil.signals.ebgm import EB05, EBGM, MHRA
from phytovigil.signals.fisher import FISHER, FISHER_MIDP, FISHER_MIDP_TWO_SIDED, FISHER_TWO_SIDED
from phytovigil.signals.ic import IC
from phytovigil.signals.likelihood_ratio import LRT
from phytovigil.signals.measure import Measure, Rule, Signals, Statistic
from phytovigil.signals.observed_expected import OBSERVED_EXPECTED
from phytovigil.signals.prr import PRR
from phytovigil.signals.ror import ROR
from phytovigil.signals.ror_exact import ROR_MIDP
from phytovigil.signals.rules import EVANS, IC025, ROR025, ROR_MIDP025

Entry = TypeVar("Entry", Measure, Statistic, Rule)


def _by_name(entries: Iterable[Entry]) -> Mapping[str, Entry]:
    return MappingProxyType({entry.name: entry for entry in entries})


MEASURES: Mapping[str, Measure] = _by_name([PRR, ROR, ROR_MIDP, IC, OBSERVED_EXPECTED, BCPNN, EBGM])
"""Every measure by the name that a study file uses."""

STATISTICS: Mapping[str, Statistic] = _by_name(
    [PEARSON, YATES, FISHER, FISHER_MIDP, FISHER_TWO_SIDED, FISHER_MIDP_TWO_SIDED, LRT]
)
"""Every test by name."""

RULES: Mapping[str, Rule] = _by_name([EVANS, IC025, ROR025, ROR_MIDP025, EB05, MHRA])
"""Every signal rule by name."""


def measure(name: str) -> Measure:
    """The measure of this name; raises UnknownName with near names.

    >>> measure("ic").null
    0.0
    """
    return _look_up("measure", name, MEASURES)


def statistic(name: str) -> Statistic:
    """The test of this name; raises UnknownName with near names.

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


def estimate_all(
    counts: Counts,
    names: Sequence[str],
    *,
    level: float | None = None,
    learn_from: Counts | None = None,
    learned: Mapping[str, Any] | None = None,
    known: Mapping[str, Estimates] | None = None,
) -> dict[str, Estimates]:
    """Estimates of several measures of the same pairs, by name.

    learn_from, learned : see `Measure.estimate`; learned by name of the measure. known : what is at hand already.

    >>> sorted(estimate_all(Counts.of(a=[7], b=[93], c=[40], d=[9860]), ["ic", "prr"]))
    ['ic', 'prr']
    """
    found = dict(known or {})
    for name in names:
        if name not in found:
            taught = (learned or {}).get(name)
            found[name] = measure(name).estimate(counts, level=level, learn_from=learn_from, learned=taught)
    return found


def apply_rule(
    name: str,
    counts: Counts,
    *,
    learn_from: Counts | None = None,
    known: Mapping[str, Estimates] | None = None,
    minimum_cases: int | None = None,
) -> Signals:
    """Whether each pair is a signal by the rule of this name; shape (pairs,).

    known : estimates at their usual levels that are at hand already; the others are made.
    minimum_cases : fewest cases of a signal, the rule's own unless given.

    >>> apply_rule("ic025", Counts.of(a=[3, 2], b=[97, 98], c=[10, 10], d=[9890, 9890]))
    array([ True, False])
    """
    asked = rule(name)
    estimates = estimate_all(counts, asked.measures, learn_from=learn_from, known=known)
    if minimum_cases is None:
        return asked.passes(counts, estimates)
    return asked.passes(counts, estimates, minimum_cases=minimum_cases)


def _look_up(kind: str, name: str, table: Mapping[str, Entry]) -> Entry:
    if name in table:
        return table[name]
    near = get_close_matches(name.lower(), table)
    raise UnknownName(kind, name, f"the {kind}s", near, f"Known: {', '.join(table)}.")
