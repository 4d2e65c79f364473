"""What a measure, a test and a rule are, so that the registry can list them and everything else can use them alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from phytovigil.schema.counts import Counts, Estimates, Floats

Signals = NDArray[np.bool_]


class Estimator(Protocol):
    """Counts of all pairs asked about in, one estimate for each out, in the same order.

    A measure that looks at each pair alone must not let the others change its answer. One that learns from all pairs
    first (as an empirical Bayes prior does) also takes `learn_from: Counts | None`, the pairs to learn from.
    """

    def __call__(self, counts: Counts, *, level: float = ...) -> Estimates:
        """Estimate with two-sided intervals of this level."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of disproportionality that has an interval.

    scale : "ratio" (drawn on a log axis) or "log2". null : its value under independence, 1 or 0.
    interval : what kind of interval low and high are. source : citation. note : when it is not estimable.
    level : the level of its interval that the field is used to; EB05 and EB95 are limits of 90 %.
    uses_expected : it looks at a and the expected cases alone, so expected cases summed over strata adjust it.
    learns : it learns from all pairs first; its estimate of one pair depends on the others.
    learn : of such a measure, what learns: blocks of the counts of all pairs in, what was learned out.
    """

    name: str
    title: str
    unit: str
    scale: str
    null: float
    interval: str
    estimator: Estimator
    source: str
    note: str
    level: float = 0.95
    uses_expected: bool = False
    learns: bool = False
    learn: Callable[[Iterable[Counts]], Any] | None = None

    def estimate(
        self, counts: Counts, *, level: float | None = None, learn_from: Counts | None = None, learned: Any = None
    ) -> Estimates:
        """Estimates of shape (pairs,), in the order of counts.

        level : of the interval, the measure's own unless given.
        learn_from : for a measure that learns, the pairs that it learns from instead of `counts`.
        learned : for such a measure, what it has learned already, so that many pairs can be estimated block by block.
        Raises InvalidRequest for a level outside 0 to 1.
        """
        chosen = self.level if level is None else level
        if learned is not None:
            return self.estimator(counts, level=chosen, learned=learned)  # type: ignore[call-arg]
        if self.learns:
            return self.estimator(counts, level=chosen, learn_from=learn_from)  # type: ignore[call-arg]
        return self.estimator(counts, level=chosen)


@dataclass(frozen=True, slots=True)
class Tested:
    """The outcome of a test of many pairs: arrays of shape (pairs,), NaN where it cannot be done.

    value : the test statistic; of an exact test, which has none, the p-value. p_value : from 0 to 1.
    """

    value: Floats
    p_value: Floats


@dataclass(frozen=True, slots=True)
class Statistic:
    """A test of independence: a statistic and a p-value for each pair, without an interval.

    alternative : "two-sided", or "greater" where only more cases than expected count.
    """

    name: str
    title: str
    test: Callable[[Counts], Tested]
    source: str
    note: str
    alternative: str = "two-sided"


class Passing(Protocol):
    """Whether each pair meets a threshold, from its counts and the estimates that the rule looks at."""

    def __call__(self, counts: Counts, estimates: Mapping[str, Estimates], *, minimum_cases: int = ...) -> Signals:
        """One boolean for each pair."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A stated threshold; `measures` and `statistics` name what it looks at."""

    name: str
    title: str
    passes: Passing
    measures: tuple[str, ...]
    statistics: tuple[str, ...]
    source: str
    note: str
