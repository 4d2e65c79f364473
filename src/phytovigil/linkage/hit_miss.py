"""The hit-miss model: how much the agreement of two values says for one event (Copas and Hilton 1990).

Two reports of one event give a field the same value (a hit), values that are near in one of several ways, or values
that have nothing to do with each other (a miss). With h, ν and c the shares of these, h + Σν + c = 1, and β_j the share
of value j among unrelated reports, a pair of reports of one event is more likely than a pair of others by

    same value j      h/β_j + c
    near in way l     ν_l/u_l + c      u_l: how often unrelated reports are near in this way
    different         c

and log2 of these are the weights. Without near ways h = 1 − c, which is the published log2{1 − c(1 − β_j)} − log2 β_j
for a match and log2 c for a mismatch. A blank weighs nothing.

Sources: Copas JB, Hilton FJ. J R Stat Soc A 1990;153:287-320, doi:10.2307/2982975. Norén GN, Orre R, Bate A, Edwards
IR. Data Min Knowl Discov 2007;14:305-28, doi:10.1007/s10618-006-0052-8.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln

from phytovigil.linkage.fields import DIFFERENT, MISSING, NEAR, SAME, Field
from phytovigil.linkage.records import Floats, Integers, Shares

LEAST_MISS = 1e-3
"""The smallest share of misses that is believed: no difference alone is proof of two events."""

HALF_A_PAIR = 0.5
"""What a way of being near counts as that no unrelated pair shows: rare in a sample is not impossible."""

LEAST_SHARE = 1e-7
"""What a share is taken for that nothing was counted for, so that it can come back."""

MOST_MISS = 0.1
"""The largest share of misses that is believed of what describes the patient. Where learning asks for more, it is
looking at pairs of different patients, as in batches of look-alikes."""

PSEUDO_PAIRS = 2.0
"""Pairs that the starting values count as when shares are learned."""


def match_weight(share: ArrayLike, miss: ArrayLike) -> Floats:
    """Bits of two equal values: log2{1 − c(1 − β)} − log2 β.

    share : β, the share of the value. miss : c. Broadcast together; shapes as of NumPy.

    >>> round(float(match_weight(0.01, 0.1)), 3), round(float(match_weight(0.5, 0.1)), 3)
    (6.493, 0.926)
    """
    beta, c = np.asarray(share, np.float64), np.asarray(miss, np.float64)
    weight: Floats = np.log2(1 - c * (1 - beta)) - np.log2(beta)
    return weight


def mismatch_weight(miss: ArrayLike) -> Floats:
    """Bits of two different values: log2 c.

    >>> float(mismatch_weight(0.125))
    -3.0
    """
    weight: Floats = np.log2(np.asarray(miss, np.float64))
    return weight


def miss_share(miss: float, blank: float) -> float:
    """C of a pair from the shares of single records: c = a(2 − a − 2b)/(1 − b)².

    miss : a, the share of records whose value was drawn anew. blank : b, the share left blank.

    >>> round(miss_share(0.1, 0.0), 3), round(miss_share(0.1, 0.3), 3)
    (0.19, 0.265)
    """
    return miss * (2 - miss - 2 * blank) / (1 - blank) ** 2


@dataclass(frozen=True, slots=True)
class FieldModel:
    """What is known of one field.

    hit, near, miss : h, ν (by way) and c. unrelated : u_l by way. excess : how much more often unrelated records of the
    same products and reactions have the same value than records drawn at random; the share of a value is multiplied
    by it. at_random : u_l of records drawn at random, on which learning falls back where pairs are few.
    """

    hit: float
    near: tuple[float, ...]
    miss: float
    unrelated: tuple[float, ...]
    excess: float = 1.0
    at_random: tuple[float, ...] = ()

    def bits(self, levels: Integers, shares: Shares) -> Floats:
        """log2 of the ratios; only equal values need a logarithm of their own."""
        found = np.log2(self.level_ratios())[levels]
        same = np.flatnonzero(levels == SAME)
        found[same] = np.log2(self.hit / self.value_shares(shares[same]) + self.miss)
        return found

    def level_ratios(self) -> Floats:
        """Ratios by level; that of equal values stands at 1 and depends on the value."""
        by_level = np.ones(NEAR + len(self.near))
        by_level[DIFFERENT] = self.miss
        if self.near:
            by_level[NEAR:] = np.asarray(self.near) / np.asarray(self.unrelated) + self.miss
        return by_level

    def ratios(self, levels: Integers, shares: Shares) -> Floats:
        """How much more likely each pair's level is in two reports of one event, 1 where a value is missing."""
        found = self.level_ratios()[levels]
        same = levels == SAME
        found[same] = self.hit / self.value_shares(shares[same]) + self.miss
        return found

    def value_shares(self, shares: Shares) -> Floats:
        """Shares of values among unrelated records, never above 1."""
        return np.minimum(np.maximum(shares, 1e-9) * self.excess, 1.0)


def first_model(field: Field, unrelated: Floats) -> FieldModel:
    """Where learning begins: four fifths hits, and the rest shared out."""
    near = len(field.near)
    has_hits = not field.name.startswith("received")
    hit = 0.8 if has_hits else 0.0
    rest = (1 - hit) / 2
    drawn = tuple(map(float, unrelated))
    return FieldModel(hit, (rest / near,) * near if near else (), rest if near else 1 - hit, drawn, at_random=drawn)


def learn_shares(
    model: FieldModel, levels: Integers, shares: Shares, matched: Floats, most_miss: float = 1.0
) -> FieldModel:
    """Shares of hits, near values and misses, from pairs weighted by the probability that they are of one event.

    A pair with the same value may still be a miss that happened to agree; its part goes to the misses.
    most_miss : the largest share of misses that is believed.
    """
    compared = levels != MISSING
    levels, weight = levels[compared], matched[compared]
    ratios = model.ratios(levels, shares[compared])
    missed = float((weight * model.miss / ratios).sum())
    totals = np.bincount(levels, weight * (1 - model.miss / ratios), NEAR + len(model.near))
    start = np.array([model.hit, *model.near, model.miss])
    counted = np.array([totals[SAME], *totals[NEAR:], missed]) + PSEUDO_PAIRS * start
    learned = np.maximum(counted / counted.sum(), LEAST_SHARE)
    miss = min(max(learned[-1], LEAST_MISS), most_miss)
    learned[:-1] *= (1 - miss) / learned[:-1].sum()
    learned[-1] = miss
    near = tuple(map(float, learned[1:-1]))
    return replace(model, hit=float(learned[0]), near=near, miss=float(learned[-1]))


def learn_unrelated(model: FieldModel, levels: Integers, shares: Shares, apart: Floats) -> FieldModel:
    """U of the near ways and the excess of equal values, from pairs weighted by the probability that they are not
    of one event. Such pairs must have been found without the help of the field."""
    compared = levels != MISSING
    levels, weight, shares = levels[compared], apart[compared], shares[compared]
    if weight.sum() < 1:
        return model
    totals = np.bincount(levels, weight, NEAR + len(model.near))
    at_random = np.asarray(model.at_random or model.unrelated)
    pseudo = np.maximum(PSEUDO_PAIRS * at_random, HALF_A_PAIR)
    unrelated = (totals[NEAR:] + pseudo) / (weight.sum() + PSEUDO_PAIRS)
    expected = float((weight * np.maximum(shares, 1e-9)).sum())
    excess = (totals[SAME] + PSEUDO_PAIRS) / (expected + PSEUDO_PAIRS)
    return replace(model, unrelated=tuple(map(float, unrelated)), excess=max(float(excess), 1.0))


@dataclass(frozen=True, slots=True)
class ListModel:
    """How items of a list get lost between two reports of one event: the share of items that stand in one report alone
    differs from pair to pair as a beta distribution (lost, kept), so one long list beside a short one is no proof.
    """

    lost: float
    kept: float

    def bits(self, shared: Integers, alone: Integers) -> Floats:
        """log2 of the chance of exactly these items shared and alone, half of those alone on either side."""
        table = self.table(int(shared.max(initial=0)), int(alone.max(initial=0)))
        found: Floats = table[shared, alone]
        return found

    def table(self, most_shared: int, most_alone: int) -> Floats:
        """Bits by number of items shared and alone."""
        shared, alone = np.arange(most_shared + 1.0)[:, None], np.arange(most_alone + 1.0)
        chance = betaln(self.kept + shared, self.lost + alone) - betaln(self.kept, self.lost)
        found: Floats = chance / np.log(2) - alone
        return found

    @property
    def miss(self) -> float:
        """The mean share of items that stand in one report alone."""
        return self.lost / (self.lost + self.kept)


def learn_losses(model: ListModel, shared: Integers, alone: Integers, matched: Floats) -> ListModel:
    """The beta distribution that makes the losses of the weighted pairs most likely, by Newton's method on a grid
    of counts; counts above 40 are taken as 40."""
    cell = np.minimum(shared, 40).astype(np.int64) * 41 + np.minimum(alone, 40)
    table = np.bincount(cell, matched, 41 * 41).reshape(41, 41)
    table[0, 0] = 0
    kept_at, lost_at = np.nonzero(table)
    weight = table[kept_at, lost_at]
    if weight.sum() < 1:
        return model
    from scipy.optimize import minimize

    def loss(logs: Floats) -> float:
        lost, kept = np.exp(np.clip(logs, -6, 6))
        bits = betaln(kept + kept_at, lost + lost_at) - betaln(kept, lost)
        return float(-(weight * bits).sum() / weight.sum() + 1e-3 * (logs**2).sum())

    best = minimize(
        loss, np.log([model.lost, model.kept]), method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-8}
    )
    lost, kept = np.exp(np.clip(best.x, -6, 6))
    return ListModel(float(lost), float(kept))
