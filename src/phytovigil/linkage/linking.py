"""Suspected duplicates among records: block, compare, learn, judge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phytovigil.linkage.blocking import Block, Blocking, find_groups
from phytovigil.linkage.comparing import Compared, Comparer, join_compared
from phytovigil.linkage.fields import FIELDS, MISSING, describe_level
from phytovigil.linkage.learning import Judged, LinkModel, Sample, learn, start_model
from phytovigil.linkage.records import LISTS, Floats, Records

BLOCK = 500_000
"""Pairs that are compared at a time."""

DISMISSED = -14.0
"""log2 odds below which, under the weights that learning starts from, a pair is not looked at further."""

SAMPLE = 150_000
"""Unrelated pairs that are kept to learn from, about."""

LEAST_PROBABILITY = 0.01
"""Pairs below it are not kept in the answer."""

UNTOLD = describe_level(FIELDS[0], MISSING)

Progress = Callable[[int, int], None]
"""Called with the records done and the records in all."""


@dataclass(frozen=True, slots=True)
class Links:
    """Pairs suspected to be of one event, by left and right record.

    left, right : records. weight : bits, the sum of all fields' weights. probability : that they are of one event.
    look_alikes : other reports that are as much alike as the pair is. weights, agreement : field → bits, and in words
    how it agrees. correction : bits that prior and weights together were corrected by, so that
    log2 odds = prior + weight + correction.
    """

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    weight: Floats
    probability: Floats
    look_alikes: Floats
    correction: Floats
    weights: Mapping[str, Floats]
    agreement: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Linkage:
    """What a linkage found, learned and left out. compared : pairs; out_of_reach : pairs of large groups that were not
    compared, each as often as there are groups that hold it. considered : pairs that were learned from."""

    links: Links
    model: LinkModel
    compared: int
    out_of_reach: int
    considered: int


def link_records(records: Records, progress: Progress | None = None) -> Linkage:
    """Find and judge the pairs of records that may be of one event."""
    start = start_model(records)
    blocking = find_groups(records)
    pairs, sample, compared = compare_all(records, blocking, start, progress)
    model, judged = learn(start, pairs, sample, records.number)
    kept = np.flatnonzero(judged.probability >= LEAST_PROBABILITY)
    return Linkage(describe_links(model, pairs, judged, kept), model, compared, blocking.out_of_reach, len(pairs))


def compare_all(
    records: Records, blocking: Blocking, start: LinkModel, progress: Progress | None
) -> tuple[Compared, Sample, int]:
    """Compare all pairs of the blocking; keep those that may be of one event and a sample of the others."""
    comparer = Comparer(records)
    thinned = max(blocking.within_reach // SAMPLE, 1)
    near, unrelated, dismissed, compared = [], [], [], 0
    for block in blocking.blocks(BLOCK):
        pairs = comparer.compare(block)
        weights = start.weigh(pairs)
        out = start.prior + np.maximum(weights.total, weights.story + weights.times) <= DISMISSED
        near.append(pairs.take(~out))
        drawn = np.flatnonzero(pairs.by_items)[::thinned]
        unrelated.append(pairs.take(drawn))
        dismissed.append(out[drawn])
        compared += len(pairs)
        if progress:
            progress(int(block.left[-1]) + 1, records.number)
    drawn_pairs = join_compared(unrelated)
    out_of_all = np.concatenate(dismissed) if dismissed else np.empty(0, np.bool_)
    return join_compared(near), Sample(drawn_pairs, drawn_pairs.take(out_of_all), thinned), compared


def describe_links(model: LinkModel, pairs: Compared, judged: Judged, kept: NDArray[np.int64]) -> Links:
    """The pairs that are kept, with the weight and agreement of each field."""
    pairs = pairs.take(kept)
    fields, lists = model.field_bits(pairs), model.list_bits(pairs)
    weights: dict[str, Any] = {name: lists[:, place] for place, name in enumerate(LISTS)}
    agreement = {name: say_list(pairs, place) for place, name in enumerate(LISTS)}
    for place, field in enumerate(FIELDS):
        said = say_field(pairs.levels[:, place], place)
        weights[field.shown] = weights.get(field.shown, 0.0) + fields[:, place]
        before = agreement.get(field.shown, said)
        agreement[field.shown] = [new if old == UNTOLD else old for old, new in zip(before, said, strict=True)]
    total = judged.weights.total[kept]
    probability = judged.probability[kept]
    odds = judged.odds[kept]
    return Links(
        pairs.left, pairs.right, total, probability, judged.look_alikes[kept], odds - model.prior - total,
        weights, agreement,
    )  # fmt: skip


def say_field(levels: NDArray[np.int8], place: int) -> list[str]:
    """How a field of pairs agrees, in words."""
    field = FIELDS[place]
    words = [describe_level(field, level) for level in range(field.levels)]
    return [words[level] for level in levels.tolist()]


def say_list(pairs: Compared, place: int) -> list[str]:
    """How the lists of pairs agree, in words: how many items of both are shared."""
    shared, alone = pairs.shared[:, place].tolist(), pairs.alone[:, place].tolist()
    return [
        f"{same} of {same + rest} shared" if same + rest else "not given"
        for same, rest in zip(shared, alone, strict=True)
    ]


def shown_fields() -> list[str]:
    """The fields under which weights are shown, lists first."""
    return list(dict.fromkeys([*LISTS, *(field.shown for field in FIELDS)]))


def weigh_pairs(records: Records, model: LinkModel, left: NDArray[Any], right: NDArray[Any]) -> Links:
    """The weights of some pairs under a model that was learned before; look-alikes are not counted."""
    pairs = Comparer(records).compare(Block(left, right, np.ones(len(left), np.bool_)))
    return describe_links(model, pairs, model.judge(pairs, np.ones(len(pairs))), np.arange(len(pairs)))
