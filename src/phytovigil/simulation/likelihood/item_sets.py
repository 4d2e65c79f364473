"""Sets of products, reactions or indications: how likely under each condition, and how one becomes another.

Given their number, the items of a report are taken as drawn from the condition's shares until all differ, so that
P(set | number, condition) = Π shares / e(number), with e the elementary symmetric polynomial of the shares. The
simulator draws with repeats and leaves these out, which is nearly the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from phytovigil.simulation.columns import Flags
from phytovigil.simulation.copying import TERM_GROUP
from phytovigil.simulation.draws import Floats, Integers

ItemSet = frozenset[int]
MOST_HIDDEN = 4


@dataclass(frozen=True, slots=True)
class Channel:
    """What a near-copy does to a set, as chances.

    dropped : that one item is lost, by number of items. added : that one is added, drawn from the condition.
    recoded : of each item, that it becomes one of its three neighbours. lost : of each item, that it is lost, by number
    of items, in place of `dropped`.
    """

    dropped: Floats
    added: float
    recoded: float = 0.0
    lost: Floats | None = None


@dataclass(frozen=True, slots=True)
class SetModel:
    """Shares of the items under each condition, shape (conditions, items), and of the number of items."""

    shares: Floats
    log_counts: Floats
    log_symmetric: Floats
    channel: Channel

    @classmethod
    def of(cls, shares: Floats, counts: Integers, originals: Flags, channel: Channel) -> SetModel:
        """A model from the shares and from how many items the originals among the reports have."""
        numbers = np.bincount(counts[originals], minlength=int(counts.max()) + 1)
        with np.errstate(divide="ignore"):
            return cls(shares, np.log(numbers / numbers.sum()), log_symmetric(shares, len(numbers) - 1), channel)

    def log_prior(self, items: ItemSet) -> Floats:
        """Log P(set | condition), shape (conditions,)."""
        chosen = np.log(self.shares[:, sorted(items)]).sum(axis=1)
        log: Floats = self.log_counts[len(items)] + chosen - self.log_symmetric[:, len(items)]
        return log

    def change(self, left: ItemSet, right: ItemSet) -> Floats:
        """P(right | left, condition) of a near-copy, shape (conditions,), all 0 if it cannot be."""
        gone, new = sorted(left - right), sorted(right - left)
        total = np.zeros(len(self.shares))
        if len(new) > len(gone) + 1 or not left:
            return total + float(left == right) if not left else total
        for pairs, lost, gained in explanations(gone, new, self.channel):
            total += self.weigh(left, right, len(pairs), lost, gained)
        return total

    def weigh(
        self, left: ItemSet, right: ItemSet, recoded: int, lost: tuple[int, ...], gained: tuple[int, ...]
    ) -> Floats:
        """P of one way in which the right set came of the left one."""
        channel, count = self.channel, len(left)
        stayed = count - len(lost) - recoded
        chance = (channel.recoded / (TERM_GROUP - 1)) ** recoded * (1 - channel.recoded) ** stayed
        rates = channel.dropped if channel.lost is None else channel.lost
        rate = float(rates[min(count, len(rates) - 1)])
        if channel.lost is None:
            chance *= rate / count if lost else 1 - rate
        else:
            chance *= rate ** len(lost) * (1 - rate) ** (count - len(lost))
        if gained:
            return chance * channel.added * self.shares[:, gained[0]]
        hidden: Floats = chance * (1 - channel.added + channel.added * self.shares[:, sorted(right)].sum(axis=1))
        return hidden

    def log_from_original(self, left: ItemSet, right: ItemSet) -> Floats:
        """Log P(left, right | condition) with the left one the original, shape (conditions,)."""
        with np.errstate(divide="ignore"):
            log: Floats = self.log_prior(left) + np.log(self.change(left, right))
        return log

    def log_from_unseen(self, left: ItemSet, right: ItemSet) -> Floats:
        """Log P(left, right | condition) as near-copies of one unseen original, shape (conditions,).

        Originals with an item that neither tells are left out of the sum; so are sets that differ by more than four.
        """
        differing, common = sorted(left ^ right), left & right
        total = np.full(len(self.shares), -np.inf)
        if len(differing) > MOST_HIDDEN:
            return total
        for size in range(len(differing) + 1):
            for told in combinations(differing, size):
                original = common | frozenset(told)
                if len(original) < len(self.log_counts) and (original or not (left or right)):
                    total = np.logaddexp(total, self.log_way(original, left, right))
        return total

    def log_way(self, original: ItemSet, left: ItemSet, right: ItemSet) -> Floats:
        """Log P(original, left, right | condition)."""
        with np.errstate(divide="ignore"):
            log: Floats = self.log_prior(original) + np.log(self.change(original, left) * self.change(original, right))
        return log


def explanations(
    gone: list[int], new: list[int], channel: Channel
) -> list[tuple[tuple[tuple[int, int], ...], tuple[int, ...], tuple[int, ...]]]:
    """All ways to explain what is gone and new: recoded pairs, lost items, and at most one gained item."""
    most_lost = 1 if channel.lost is None else len(gone)
    if not gone:
        return [((), (), tuple(new))] if len(new) <= 1 else []
    item, rest, found = gone[0], gone[1:], []
    for pairs, lost, gained in explanations(rest, new, channel):
        if len(lost) < most_lost:
            found.append((pairs, (*lost, item), gained))
    for target in new if channel.recoded else []:
        if target // TERM_GROUP == item // TERM_GROUP:
            left = [other for other in new if other != target]
            found += [
                ((*pairs, (item, target)), lost, gained) for pairs, lost, gained in explanations(rest, left, channel)
            ]
    return found


def log_symmetric(shares: Floats, most: int) -> Floats:
    """Log of the elementary symmetric polynomials of order 0 … most, shape (conditions, most + 1).

    Each item in turn adds the sets that hold it: e(k) grows by share × e(k − 1).

    >>> np.exp(log_symmetric(np.array([[0.5, 0.3, 0.2]]), 2)).round(3)
    array([[1.  , 1.  , 0.31]])
    """
    sums = np.zeros((len(shares), most + 1))
    sums[:, 0] = 1.0
    for share in shares.T:
        sums[:, 1:] += share[:, None] * sums[:, :-1]
    with np.errstate(divide="ignore"):
        logs: Floats = np.log(sums)
    return logs
