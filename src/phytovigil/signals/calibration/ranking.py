"""How well scores put pairs that are known to be linked before pairs that are known not to be.

Scores are arrays of shape (pairs,), higher meaning more suspect; `truth` holds whether each pair is a positive control.
A score that is NaN (the measure is not estimable) ranks last, tied with all others like it: a method that cannot speak
does not find the pair. `estimable_only` gives the pairs where it can.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from phytovigil.errors import InvalidRequest
from phytovigil.schema.counts import Floats
from phytovigil.signals.interval import normal_quantile, tail_probability

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Area:
    """Area under the ROC curve with its interval; NaN where it cannot be had. notes : why."""

    point: float
    low: float
    high: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RocCurve:
    """Corners of a ROC curve from (0, 0) to (1, 1): arrays of one shape.

    A pair is called linked if its score is at least the threshold; the first threshold is infinite (none is called),
    and the last −∞ where scores are not estimable.
    """

    false_positive_rate: Floats
    true_positive_rate: Floats
    thresholds: Floats


def ranked(scores: ArrayLike, truth: ArrayLike) -> tuple[Floats, Flags]:
    """Scores with NaN as −∞, and truth, of one shape (pairs,); raises InvalidRequest where they do not fit."""
    values = np.atleast_1d(np.asarray(scores, dtype=np.float64))
    known = np.atleast_1d(np.asarray(truth)).astype(np.bool_)
    if values.shape != known.shape or values.ndim != 1:
        raise InvalidRequest(f"scores have shape {values.shape} and truth {known.shape}; they must agree.")
    return np.where(np.isnan(values), -np.inf, values), known


def estimable_only(scores: ArrayLike, truth: ArrayLike) -> tuple[Floats, Flags]:
    """The pairs that have a score."""
    values = np.atleast_1d(np.asarray(scores, dtype=np.float64))
    _, known = ranked(values, truth)
    return values[~np.isnan(values)], known[~np.isnan(values)]


def area_under_curve(scores: ArrayLike, truth: ArrayLike, *, level: float = 0.95) -> Area:
    """Area under the ROC curve with the interval of DeLong: the chance that a positive outranks a negative.

    Ties count half. The interval is the Wald interval of the U statistic, cut to 0 to 1.
    NaN where there is no positive or no negative control; NaN limits where there is only one of a kind, and where the
    ranking is perfect (its estimated variance is 0, which is no certainty).
    Raises InvalidRequest for shapes that differ or a level outside 0 to 1.
    DeLong, DeLong, Clarke-Pearson 1988, doi:10.2307/2531595; placements by ranks as in Sun and Xu 2014,
    doi:10.1109/LSP.2014.2337313.

    >>> area = area_under_curve([0.9, 0.8, 0.7, 0.3, 0.2], [1, 0, 1, 0, 0])
    >>> round(area.point, 3), round(area.low, 3), round(area.high, 3)
    (0.833, 0.371, 1.0)
    """
    reach = normal_quantile(level)
    of_positives, of_negatives = placements(*ranked(scores, truth))
    if not len(of_positives) or not len(of_negatives):
        return Area(np.nan, np.nan, np.nan, ("There are controls of one kind only.",))
    point = float(of_positives.mean())
    if min(len(of_positives), len(of_negatives)) < 2:
        return Area(point, np.nan, np.nan, ("One control of a kind gives no interval.",))
    variance = of_positives.var(ddof=1) / len(of_positives) + of_negatives.var(ddof=1) / len(of_negatives)
    if variance == 0:
        return Area(
            point, np.nan, np.nan, ("Every placement is the same (a perfect ranking, or one tie): no interval.",)
        )
    distance = reach * float(np.sqrt(variance))
    return Area(point, max(point - distance, 0.0), min(point + distance, 1.0))


def placements(scores: Floats, truth: Flags) -> tuple[Floats, Floats]:
    """For each positive the share of negatives that it outranks, for each negative the share of positives above it."""
    positive, negative = scores[truth], scores[~truth]
    if not len(positive) or not len(negative):
        return positive, negative
    among_all = rankdata(np.concatenate([positive, negative]))
    of_positives = (among_all[: len(positive)] - rankdata(positive)) / len(negative)
    of_negatives = 1 - (among_all[len(positive) :] - rankdata(negative)) / len(positive)
    return of_positives, of_negatives


def bootstrap_area(
    scores: ArrayLike, truth: ArrayLike, *, level: float = 0.95, samples: int = 2000, seed: int = 1
) -> Area:
    """The same area with a percentile interval: positives and negatives are drawn again, each among themselves.

    The same seed gives the same interval. NaN where there is no positive or no negative control.
    Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13.
    """
    tail = tail_probability(level)
    values, known = ranked(scores, truth)
    point = area_under_curve(values, known)
    if np.isnan(point.point):
        return point
    random = np.random.default_rng(seed)
    # Ranks stand for the scores: −∞ and ∞ stay comparable.
    ranks = rankdata(values)
    positive, negative = ranks[known], ranks[~known]
    areas = np.array([resampled_area(positive, negative, random) for _ in range(samples)])
    low, high = np.quantile(areas, [tail, 1 - tail])
    return Area(point.point, float(low), float(high))


def resampled_area(positive: Floats, negative: Floats, random: np.random.Generator) -> float:
    """The area of one draw with replacement."""
    drawn = random.choice(positive, len(positive)), random.choice(negative, len(negative))
    ranks = rankdata(np.concatenate(drawn))
    above = ranks[: len(positive)].sum() - len(positive) * (len(positive) + 1) / 2
    return float(above / (len(positive) * len(negative)))


def called_at_thresholds(scores: Floats, truth: Flags) -> tuple[Floats, Floats, Floats]:
    """Distinct scores, highest first, with the positives and negatives that score at least as much."""
    thresholds, place = np.unique(scores, return_inverse=True)
    positives = np.bincount(place[truth], minlength=len(thresholds))[::-1].cumsum().astype(np.float64)
    negatives = np.bincount(place[~truth], minlength=len(thresholds))[::-1].cumsum().astype(np.float64)
    return thresholds[::-1], positives, negatives


def roc_curve(scores: ArrayLike, truth: ArrayLike) -> RocCurve:
    """The ROC curve, one corner for each distinct score; ties are walked diagonally. NaN rates for a missing kind.

    >>> curve = roc_curve([3, 2, 2, 1], [1, 1, 0, 0])
    >>> curve.false_positive_rate, curve.true_positive_rate
    (array([0. , 0. , 0.5, 1. ]), array([0. , 0.5, 1. , 1. ]))
    """
    values, known = ranked(scores, truth)
    thresholds, positives, negatives = called_at_thresholds(values, known)
    with np.errstate(invalid="ignore"):
        rates = [np.concatenate([[0.0], each]) / kind.sum() for each, kind in ((negatives, ~known), (positives, known))]
    return RocCurve(rates[0], rates[1], np.concatenate([[np.inf], thresholds]))


def average_precision(scores: ArrayLike, truth: ArrayLike) -> float:
    """Mean precision over the positives found, going down the ranking: Σ (Rₙ − Rₙ₋₁) Pₙ over distinct scores.

    Not interpolated. NaN where there is no positive control. Its value for a ranking by chance is the share of
    positives, so it can be compared within one reference set only.
    Manning, Raghavan, Schütze 2008, Introduction to Information Retrieval, section 8.4.

    >>> round(average_precision([0.9, 0.8, 0.7, 0.3, 0.2], [1, 0, 1, 0, 0]), 3)
    0.833
    """
    values, known = ranked(scores, truth)
    if not known.any():
        return float("nan")
    _, positives, negatives = called_at_thresholds(values, known)
    precision = positives / (positives + negatives)
    found = np.diff(positives, prepend=0.0)
    return float((precision * found).sum() / known.sum())


def precision_at(scores: ArrayLike, truth: ArrayLike, first: int) -> float:
    """Share of positives among the `first` pairs of the ranking; pairs that tie share the places they tie for.

    NaN where there are fewer pairs than that. Raises InvalidRequest for fewer than 1.

    >>> precision_at([3, 2, 2, 1], [1, 1, 0, 0], 2)
    0.75
    """
    if first < 1:
        raise InvalidRequest(f"Precision was asked for at {first} pairs; it is at least 1.")
    values, known = ranked(scores, truth)
    if len(values) < first:
        return float("nan")
    _, positives, negatives = called_at_thresholds(values, known)
    called = positives + negatives
    place = int(np.searchsorted(called, first))
    before, found = (called[place - 1], positives[place - 1]) if place else (0.0, 0.0)
    share = (first - before) / (called[place] - before)
    return float((found + share * (positives[place] - found)) / first)
