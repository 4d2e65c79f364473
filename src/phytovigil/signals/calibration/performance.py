"""All that is said of one ranking of control pairs, and of what negative controls show of a source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from phytovigil.schema.counts import Counts, Floats
from phytovigil.signals.calibration.calibrated import normal_below, tail, uncalibrated_p
from phytovigil.signals.calibration.control_estimates import LEAST_EXPECTED, ControlEstimates, control_estimates
from phytovigil.signals.calibration.empirical_null import EmpiricalNull, fit_null, leave_one_out
from phytovigil.signals.calibration.ranking import (
    Area,
    RocCurve,
    area_under_curve,
    average_precision,
    bootstrap_area,
    estimable_only,
    precision_at,
    ranked,
    roc_curve,
)

ALPHA = 0.05
"""Level of significance at which calibration is judged, as in the papers."""


@dataclass(frozen=True, slots=True)
class Performance:
    """How well a score ranks control pairs.

    area : with the pairs that it cannot score last. area_estimable : of the `estimable` pairs that it scores,
        `estimable_positive` of them positive controls. precision : at each of the numbers asked for.
    """

    area: Area
    area_estimable: Area
    estimable: int
    estimable_positive: int
    average_precision: float
    precision: tuple[float, ...]
    curve: RocCurve


def measure_performance(
    scores: ArrayLike, truth: ArrayLike, first: Sequence[int] = (), *, resample: int = 0, seed: int = 1
) -> Performance:
    """How well scores rank pairs; `first` are the numbers of pairs at which precision is wanted.

    Where no pair at all has a score, nothing is measured: NaN with a note, and an empty curve.

    resample : draws of a bootstrap interval of the area; 0 takes DeLong's.

    >>> found = measure_performance([2.0, float("nan"), 1.0], [1, 1, 0], [1])
    >>> found.area.point, found.area_estimable.point, found.estimable, found.precision
    (0.5, 1.0, 2, (1.0,))
    """
    values, known = ranked(scores, truth)
    scored, scored_truth = estimable_only(scores, truth)
    if not len(scored):
        # One tie of all pairs would come out as an area of 1/2, as if the measure had been tried and failed.
        none = Area(np.nan, np.nan, np.nan, ("No pair has an estimate.",))
        return Performance(none, none, 0, 0, np.nan, (np.nan,) * len(first), RocCurve(*(np.empty(0),) * 3))

    def area(these: Floats, those: ArrayLike) -> Area:
        if resample:
            return bootstrap_area(these, those, samples=resample, seed=seed)
        return area_under_curve(these, those)

    return Performance(
        area(values, known),
        area(scored, scored_truth),
        len(scored),
        int(scored_truth.sum()),
        average_precision(values, known),
        tuple(precision_at(values, known, number) for number in first),
        roc_curve(values, known),
    )


@dataclass(frozen=True, slots=True)
class NegativeControls:
    """What negative controls show: arrays of shape (controls,), all controls in their order.

    estimates : log reporting odds ratios, and which are informative. null : learned from the informative ones.
    p_value : uncalibrated, two-sided. calibrated : by the null of the other controls, never by one that has seen the
        control itself; NaN for a control that is not informative.
    empty : controls with enough expected cases that are left out because a cell is 0. few : those with too few.
    """

    estimates: ControlEstimates
    null: EmpiricalNull
    p_value: Floats
    calibrated: Floats
    empty: int
    few: int

    def share_below(self, alpha: float = ALPHA) -> tuple[float, float]:
        """Share of the informative controls with a p-value below alpha: uncalibrated and calibrated. NaN for none."""
        chosen = self.estimates.informative
        if not chosen.any():
            return float("nan"), float("nan")
        calibrated = self.calibrated[chosen]
        share = float("nan") if np.isnan(calibrated).any() else float((calibrated < alpha).mean())
        return float((self.p_value[chosen] < alpha).mean()), share


def examine_negatives(counts: Counts, *, least_expected: float = LEAST_EXPECTED) -> NegativeControls:
    """The empirical null of negative controls and how they fare under it.

    counts : of the negative controls alone. Raises nothing for few or none: the null is then withheld with a note.
    """
    found = control_estimates(counts, least_expected=least_expected)
    chosen = found.informative
    calibrated = np.full(len(counts.a), np.nan)
    values, errors = found.log_ratio[chosen], found.error[chosen]
    means, sds = leave_one_out(values, errors)
    calibrated[chosen] = tail(*normal_below(values, errors, means, sds), "two-sided")
    enough = counts.expected >= least_expected
    return NegativeControls(
        found,
        fit_null(values, errors),
        uncalibrated_p(found.log_ratio, found.error),
        calibrated,
        int((enough & ~chosen).sum()),
        int((~enough).sum()),
    )
