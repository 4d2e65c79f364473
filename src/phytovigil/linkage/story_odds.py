"""How far likeness can be believed, learned from evidence apart from it.

Products, reactions, indications, citation and country tell a story. Two patients may have the same one, and fields that
go together make stories look rarer than they are, so the sum of their weights is no log-odds yet. But the date of the
event, age, sex and weight are evidence apart: among pairs whose stories are equally alike, the share that is of one
event shows in how often these agree. That share is learned for each band of likeness by expectation-maximisation and
made monotone.

The pairs of a band are those that were found by items alone: pairs found by a date agree in the date for that reason.
Where a band holds too few pairs of one event to learn from, likeness counts bit for bit from the next band above.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phytovigil.linkage.records import Floats

WIDTH = 2.0
"""Bits of a band of likeness."""

LOWEST, HIGHEST = -24.0, 40.0
BANDS = int((HIGHEST - LOWEST) / WIDTH)
MIDDLES = LOWEST + WIDTH * (np.arange(BANDS) + 0.5)

FEWEST = 10.0
"""Pairs of one event that a band must be expected to hold to be learned from."""

TELLING = 0.05
"""Bits from which evidence tells anything; a pair without any would only slow learning down."""

DEFAULT_PAIRS = 4.0

INNER_ROUNDS = 8
"""Rounds in which the shares of the bands move on under one set of weights."""

MOST_RAISED = 6.0
"""Bits that the odds may be raised above what the weights sum up to. That both lists leave out the same items agrees as
well, and the sum leaves it out; with lists of four or five items in all it is about this much."""


@dataclass(frozen=True, slots=True)
class BelievedOdds:
    """log2 odds that are believed, at the middle of each band of log2 odds that the weights sum up to."""

    believed: tuple[float, ...]

    def apply(self, log2_odds: Floats) -> Floats:
        """What is believed of some odds."""
        below = np.minimum(log2_odds - MIDDLES[0], 0)
        found: Floats = np.interp(log2_odds, MIDDLES, self.believed) + below
        return found


def at_most(limit: float = np.inf) -> BelievedOdds:
    """Odds that are believed as they are, up to a limit.

    >>> at_most(3.0).apply(np.array([-30.0, 1.0, 20.0])).tolist()
    [-30.0, 1.0, 3.0]
    """
    return BelievedOdds(tuple(np.minimum(MIDDLES, limit).tolist()))


def lower_of(*curves: BelievedOdds) -> BelievedOdds:
    """The least that any of some curves believes."""
    return BelievedOdds(tuple(map(min, zip(*(curve.believed for curve in curves), strict=True))))


def learn_odds(
    log2_odds: Floats,
    evidence: Floats,
    counted: Floats,
    sample: Floats,
    thinned: float,
    default: BelievedOdds,
    before: BelievedOdds | None = None,
) -> BelievedOdds:
    """Odds by band, from the odds of the pairs that may be of one event and the evidence apart, in bits.

    counted : how many pairs each one counts as: pairs of a crowd are not independent of each other.
    sample : odds of one of `thinned` of the pairs that were not looked at further, so that they are counted too.
    default : odds that are believed where nothing speaks for others; in each band they count as DEFAULT_PAIRS.
    before : what was believed so far, where learning goes on from.
    """
    telling = np.abs(evidence) > TELLING
    band, weight = band_of(log2_odds[telling]), counted[telling]
    ratio = np.exp2(np.clip(evidence[telling], -60, 60))
    total = np.bincount(band, weight, BANDS) + thinned * np.bincount(band_of(sample), minlength=BANDS)
    at_first = share_of(np.asarray(default.believed))
    share = share_of(np.asarray((before or default).believed))
    for _ in range(INNER_ROUNDS):
        in_band = share[band]
        ours = np.bincount(band, weight * in_band * ratio / (in_band * ratio + 1 - in_band), BANDS)
        share = ((ours + DEFAULT_PAIRS * at_first) / (total + DEFAULT_PAIRS)).clip(1e-12, 1 - 1e-12)
    learned = np.flatnonzero(np.cumsum(ours) >= FEWEST)
    if not len(learned):
        return default
    share = monotone(share, total + DEFAULT_PAIRS)
    believed, first = np.log2(share) - np.log2(1 - share), int(learned[0])
    believed[:first] = believed[first] - (MIDDLES[first] - MIDDLES[:first])
    believed = np.minimum(believed, MIDDLES + MOST_RAISED)
    return BelievedOdds(tuple(float(value) for value in np.maximum.accumulate(believed)))


def share_of(log2_odds: Floats) -> Floats:
    """Probabilities of log2 odds, never quite 0 or 1."""
    share: Floats = (1 / (1 + np.exp2(-np.clip(log2_odds, -60, 60)))).clip(1e-12, 1 - 1e-12)
    return share


def band_of(log2_odds: Floats) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The band that odds fall into."""
    return ((log2_odds - LOWEST) // WIDTH).clip(0, BANDS - 1).astype(np.int64)


def monotone(values: Floats, weights: Floats) -> Floats:
    """The closest non-decreasing values, in weighted squares (pool adjacent violators).

    >>> monotone(np.array([1.0, 3.0, 2.0]), np.ones(3)).tolist()
    [1.0, 2.5, 2.5]
    """
    pools: list[list[float]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        pools.append([value, weight, 1])
        while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
            value, weight, width = pools.pop()
            before = pools[-1]
            before[0] = (before[0] * before[1] + value * weight) / (before[1] + weight)
            before[1] += weight
            before[2] += width
    return np.concatenate([np.full(int(width), value) for value, _, width in pools])
