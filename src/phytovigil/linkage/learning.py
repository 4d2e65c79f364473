"""Weights learned from the pairs themselves, without any pair that is known to be of one event.

Expectation-maximisation: the present weights say how probable it is that a pair is of one event; with these
probabilities the shares of hits and misses of every field are counted anew; and so on until nothing moves.

How often unrelated reports agree is taken from all records, and where a field goes with products and reactions (sex,
age, the decade) from pairs that share items and were found by these alone: pairs found with the help of a field would
agree in it for that reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from phytovigil.linkage.comparing import Compared
from phytovigil.linkage.fields import FIELDS, MISSING, NEAR, SAME, FieldComparer, position
from phytovigil.linkage.hit_miss import (
    MOST_MISS,
    FieldModel,
    ListModel,
    first_model,
    learn_losses,
    learn_shares,
    learn_unrelated,
)
from phytovigil.linkage.look_alikes import CROWDS, count_look_alikes, crowd_class
from phytovigil.linkage.records import LISTS, Floats, Records
from phytovigil.linkage.story_odds import BelievedOdds, at_most, learn_odds, lower_of

RANDOM_PAIRS = 400_000
SEED = 20_071_105
FIRST_RATE = 0.02
"""Reports that have a duplicate, at the start."""

FIRST_DOUBTED = 3
"""Look-alikes from which a crowd is never believed more than its default."""

MOST_ROUNDS = 60
CONTEXT_EVERY = 10
"""Rounds after which the sample of unrelated pairs is judged anew; nearly all of it is apart anyway."""

SETTLED = 1e-3
"""Learning ends when no share moves by more."""


DEFAULT_STORIES = (at_most(), at_most(0.0))
"""Until the patients say otherwise, a shared citation is as likely to be of two patients as of one."""

DEFAULT_CROWDS = tuple(at_most(-float(np.log2(few)) if few else np.inf) for few in CROWDS)
"""Until the patients say otherwise, one of k look-alikes is the same event as likely as each of the others."""


@dataclass(frozen=True, slots=True)
class LinkModel:
    """All that was learned. prior : log2 odds of two records drawn at random being of one event.

    rate : partners of one event that a record has on average. fields : in the order of FIELDS. lists : in the order of
    LISTS. stories : without and with the same citation. rounds : of learning.
    """

    prior: float
    rate: float
    fields: tuple[FieldModel, ...]
    lists: tuple[ListModel, ...]
    stories: tuple[BelievedOdds, ...] = DEFAULT_STORIES
    crowds: tuple[BelievedOdds, ...] = DEFAULT_CROWDS
    rounds: int = 0

    def field_bits(self, pairs: Compared) -> Floats:
        """Weights of the fields, (pairs, fields), in bits."""
        return np.column_stack([self.bits_of(place, pairs) for place in range(len(self.fields))])

    def bits_of(self, place: int, pairs: Compared) -> Floats:
        """Weights of one field, in bits."""
        return self.fields[place].bits(pairs.levels[:, place], pairs.shares[:, place])

    def story_bits(self, pairs: Compared) -> Floats:
        """Weights of all that tells the story, in bits."""
        lists: Floats = self.list_bits(pairs).sum(axis=1)
        return lists + sum((self.bits_of(place, pairs) for place in STORY), np.zeros(len(pairs)))

    def list_bits(self, pairs: Compared) -> Floats:
        """Weights of the lists, (pairs, lists), in bits."""
        bits = pairs.rarity.astype(np.float64)
        for place, model in enumerate(self.lists):
            bits[:, place] += model.bits(pairs.shared[:, place], pairs.alone[:, place])
        return bits

    def weigh(self, pairs: Compared) -> Weights:
        """The weights of pairs, in bits, without the prior."""
        fields = self.field_bits(pairs)
        story = self.list_bits(pairs).sum(axis=1) + fields[:, STORY].sum(axis=1)
        return Weights(story, fields[:, TIMES].sum(axis=1), fields[:, PATIENT].sum(axis=1))

    def believe(self, pairs: Compared, story: Floats) -> Floats:
        """log2 odds that are believed of stories, prior included."""
        odds = self.prior + story
        cited = pairs.levels[:, CITATION] == SAME
        return np.where(cited, self.stories[1].apply(odds), self.stories[0].apply(odds))

    def judge(self, pairs: Compared, apart: Floats) -> Judged:
        """Probabilities of all pairs together. apart : what is known of each pair not being of one event."""
        weights = self.weigh(pairs)
        likeness = self.believe(pairs, weights.story) + weights.times
        look_alikes = count_look_alikes(pairs.left, pairs.right, likeness, apart)
        crowd = crowd_class(look_alikes)
        odds = likeness.copy()
        for place, curve in enumerate(self.crowds):
            chosen = crowd == place
            odds[chosen] = np.minimum(curve.apply(likeness[chosen]), likeness[chosen])
        odds += weights.patient
        return Judged(weights, likeness, look_alikes, odds, probability(odds))


@dataclass(frozen=True, slots=True)
class Weights:
    """Bits of pairs: of the story, of the dates and of the patient."""

    story: Floats
    times: Floats
    patient: Floats

    @property
    def total(self) -> Floats:
        """All bits."""
        return self.story + self.times + self.patient


@dataclass(frozen=True, slots=True)
class Judged:
    """Pairs with their weights, look-alikes, log2 odds and probabilities of being of one event."""

    weights: Weights
    likeness: Floats
    look_alikes: Floats
    odds: Floats
    probability: Floats


TIMES = [position(name) for name in ("event_date", "received", "received_with_event")]
PATIENT = [place for place, field in enumerate(FIELDS) if field.about_patient]
STORY = [place for place in range(len(FIELDS)) if place not in TIMES + PATIENT]
CITATION = position("literature")


def probability(log2_odds: Floats) -> Floats:
    """Probabilities of log2 odds.

    >>> probability(np.array([0.0, 1.0])).round(3).tolist()
    [0.5, 0.667]
    """
    found: Floats = expit(log2_odds * np.log(2))
    return found


def start_model(records: Records) -> LinkModel:
    """The model before learning, with what random pairs of records tell of unrelated ones."""
    unrelated = draw_unrelated(records)
    fields = tuple(first_model(field, found) for field, found in zip(FIELDS, unrelated, strict=True))
    prior = prior_of(FIRST_RATE * records.number / 2, records.number)
    return LinkModel(prior, FIRST_RATE, fields, (ListModel(1.0, 4.0),) * len(LISTS))


def prior_of(duplicates: float, records: int) -> float:
    """log2 odds of a random pair, where so many pairs are of one event."""
    return float(np.log2(max(duplicates, 0.5)) - np.log2(max(records * (records - 1) / 2, 1)))


def draw_unrelated(records: Records) -> list[NDArray[np.float64]]:
    """How often records drawn at random are near in each way, per field. The same records give the same draw."""
    random = np.random.default_rng(SEED)
    left, right = random.integers(0, max(records.number, 1), (2, RANDOM_PAIRS if records.number else 0))
    levels, _ = FieldComparer(records).compare(left, right)
    found = []
    for place, field in enumerate(FIELDS):
        counts = np.bincount(levels[:, place], minlength=field.levels)
        compared = counts.sum() - counts[MISSING]
        found.append((counts[NEAR:] + 0.5) / (compared + 0.5 * field.levels))
    return found


@dataclass(frozen=True, slots=True)
class Sample:
    """One of `thinned` of the pairs that were found by items alone. dismissed : those that cannot be of one event."""

    pairs: Compared
    dismissed: Compared
    thinned: float


def learn(model: LinkModel, pairs: Compared, sample: Sample, records: int) -> tuple[LinkModel, Judged]:
    """Learn prior and shares. pairs : all that may be of one event. sample : of unrelated ones."""
    judged = model.judge(pairs, np.ones(len(pairs)))
    apart = np.ones(len(sample.pairs))
    for rounds in range(1, MOST_ROUNDS + 1):
        if rounds % CONTEXT_EVERY == 1:
            apart = 1 - probability(model.prior + model.weigh(sample.pairs).total)
        learned = replace(learn_once(model, pairs, sample, judged, apart, records), rounds=rounds)
        judged = learned.judge(pairs, 1 - judged.probability)
        moved = largest_move(model, learned)
        model = learned
        if moved < SETTLED:
            break
    return model, judged


def learn_once(
    model: LinkModel, pairs: Compared, sample: Sample, judged: Judged, apart: Floats, records: int
) -> LinkModel:
    """One round: shares counted anew under the present probabilities."""
    matched, unrelated = judged.probability, sample.pairs
    fields = []
    for place, known in enumerate(model.fields):
        known = learn_unrelated(known, unrelated.levels[:, place], unrelated.shares[:, place], apart)
        most = MOST_MISS if FIELDS[place].about_patient else 1.0
        fields.append(learn_shares(known, pairs.levels[:, place], pairs.shares[:, place], matched, most))
    lists = [
        learn_losses(known, pairs.shared[:, place], pairs.alone[:, place], matched)
        for place, known in enumerate(model.lists)
    ]
    duplicates = float(matched.sum())
    return LinkModel(
        prior_of(duplicates, records), 2 * max(duplicates, 0.5) / max(records, 1), tuple(fields), tuple(lists),
        learn_stories(model, pairs, sample, judged), learn_crowds(model, judged),
    )  # fmt: skip


def learn_stories(model: LinkModel, pairs: Compared, sample: Sample, judged: Judged) -> tuple[BelievedOdds, ...]:
    """What is believed of stories outside crowds, without and with the same citation."""
    alone = (judged.look_alikes < 0.5) & pairs.by_items
    odds, others = model.prior + judged.weights.story, model.prior + model.story_bits(sample.dismissed)
    cited, others_cited = (some.levels[:, CITATION] == SAME for some in (pairs, sample.dismissed))
    evidence = judged.weights.times + judged.weights.patient
    found = []
    for place, with_citation in enumerate((False, True)):
        chosen, unseen = alone & (cited == with_citation), others_cited == with_citation
        found.append(
            learn_odds(
                odds[chosen],
                evidence[chosen],
                np.ones(int(chosen.sum())),
                others[unseen],
                sample.thinned,
                DEFAULT_STORIES[place],
                model.stories[place],
            )
        )
    return tuple(found)


def learn_crowds(model: LinkModel, judged: Judged) -> tuple[BelievedOdds, ...]:
    """What is believed of likeness in crowds of each class: never more in a larger one, and from FIRST_DOUBTED on never
    more than its default: the pairs of a large crowd are not independent enough to learn better from."""
    crowd = crowd_class(judged.look_alikes)
    found: list[BelievedOdds] = []
    for place, default in enumerate(DEFAULT_CROWDS):
        chosen = crowd == place
        counted = 1 / (1 + judged.look_alikes[chosen])
        learned = learn_odds(
            judged.likeness[chosen],
            judged.weights.patient[chosen],
            counted,
            np.empty(0),
            1.0,
            default,
            model.crowds[place],
        )
        limits = found[-1:] + [default] * (CROWDS[place] >= FIRST_DOUBTED)
        found.append(lower_of(learned, *limits))
    return tuple(found)


def largest_move(before: LinkModel, after: LinkModel) -> float:
    """The largest change of a share, or of the prior in bits."""
    moves = [abs(before.prior - after.prior) / 10]
    for old, new in zip(before.fields, after.fields, strict=True):
        moves += [abs(old.hit - new.hit), abs(old.miss - new.miss)]
    moves += [abs(old.miss - new.miss) for old, new in zip(before.lists, after.lists, strict=True)]
    return max(moves)
