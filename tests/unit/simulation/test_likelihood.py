"""The likelihood of pairs agrees with counting, with its own identities, and with the truth."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from math import prod
from typing import Any

import numpy as np
import pytest

from phytovigil.errors import InvalidRequest
from phytovigil.simulation import Background, Changes, LookAlikes, Parameters
from phytovigil.simulation.likelihood import World, read_world, weigh_pairs
from phytovigil.simulation.likelihood.candidates import candidate_pairs
from phytovigil.simulation.likelihood.item_sets import Channel, SetModel, log_symmetric
from phytovigil.simulation.likelihood.odds import scalar_ratios
from phytovigil.simulation.likelihood.scalars import Pairs

QUARTERS = ("2019Q1", "2019Q2", "2019Q3")
FIELDS = ("reporter", "outcomes", "country", "weight", "firm", "paper", "receipt", "date")
STANDARD_ERRORS = 4.5


def parameters(**changed: Any) -> Parameters:
    plain = {
        "planted": (),
        "confounder": None,
        "follow_up_share": 0.0,
        "changes": Changes(),
        "background": Background(),
    }
    return Parameters(**plain | changed)


@pytest.fixture(scope="module")
def tiny() -> World:
    """Few products, reactions and conditions, so that every likely pair occurs often enough to be counted."""
    small = parameters(
        products=60, reactions=60, indications=60, duplicate_share=0.4,
        changes=Changes(clustered=0.0), background=Background(conditions=3, items=15),
    )  # fmt: skip
    return read_world(60_000, QUARTERS, 3, small)


@pytest.fixture(scope="module")
def world() -> World:
    return read_world(20_000, QUARTERS, 5, parameters(duplicate_share=0.05, alike=LookAlikes()))


def copies_of(world: World) -> tuple[np.ndarray, np.ndarray]:
    cases = np.arange(len(world.events))
    copies = cases[world.events != cases]
    return world.events[copies], copies


def test_symmetric_polynomials_are_sums_over_all_sets() -> None:
    shares = np.array([[0.4, 0.3, 0.2, 0.1], [0.7, 0.1, 0.1, 0.1]])
    found = np.exp(log_symmetric(shares, 4))
    for row, told in zip(shares, found, strict=True):
        wanted = [sum(prod(chosen) for chosen in combinations(row, size)) for size in range(5)]
        assert told == pytest.approx(wanted)


def test_chances_of_all_sets_add_up_to_one() -> None:
    shares = np.array([[0.4, 0.3, 0.2, 0.06, 0.04]])
    channel = Channel(np.array([0.0, 0.0, 0.2, 0.2, 0.2, 0.2]), 0.1)
    counts = np.array([1, 1, 2, 3])
    model = SetModel.of(shares, counts, np.ones(4, dtype=bool), channel)
    every = [frozenset(chosen) for size in range(1, 4) for chosen in combinations(range(5), size)]
    assert sum(np.exp(model.log_prior(items))[0] for items in every) == pytest.approx(1)
    largest = [frozenset(chosen) for size in range(1, 5) for chosen in combinations(range(5), size)]
    for items in every:
        total = sum(model.change(items, other)[0] for other in largest)
        twice = 0.2 * 0.1 if len(items) > 1 else 0.0
        assert 1 - twice <= total <= 1 + 1e-12, "only the loss and gain of the same item is left out"


@pytest.mark.parametrize("kind", ["products", "reactions", "indications"])
def test_sets_are_as_frequent_as_the_model_says(tiny: World, kind: str) -> None:
    model, told = tiny.sets[kind], getattr(tiny.told, kind)
    shares = np.exp(tiny.log_conditions)
    originals = np.unique(tiny.events)
    counted = Counter(told.of(report) for report in originals)
    agree(counted, {items: float(shares @ np.exp(model.log_prior(items))) for items in likely_sets(counted)}, 0.15)


@pytest.mark.parametrize("kind", ["products", "reactions", "indications"])
def test_pairs_of_sets_are_as_frequent_as_the_model_says(tiny: World, kind: str) -> None:
    model, told = tiny.sets[kind], getattr(tiny.told, kind)
    shares = np.exp(tiny.log_conditions)
    counted = Counter((told.of(one), told.of(two)) for one, two in zip(*copies_of(tiny), strict=True))
    likely = [(one, two) for one in likely_sets(counted, 0) for two in likely_sets(counted, 1) if len(one ^ two) < 3]
    chances = {pair: float(shares @ np.exp(model.log_from_original(*pair))) for pair in likely}
    kinds = Counter("same" if one == two else "changed" for (one, two), chance in chances.items() if chance > 0)
    assert min(kinds.values()) > 10
    agree(counted, {pair: chance for pair, chance in chances.items() if chance * counted.total() > 8}, 0.35)
    changed = {pair: chance for pair, chance in chances.items() if pair[0] != pair[1]}
    assert sum(counted[pair] for pair in changed) / counted.total() == pytest.approx(sum(changed.values()), rel=0.3)


def likely_sets(counted: Counter[Any], side: int | None = None) -> list[frozenset[int]]:
    """The commonest sets, on one side of pairs if asked."""
    sets: Counter[frozenset[int]] = Counter()
    for key, number in counted.items():
        sets[key if side is None else key[side]] += number
    return [items for items, _ in sorted(sets.items(), key=lambda entry: (-entry[1], sorted(entry[0])))[:40]]


def agree(counted: Counter[Any], chances: dict[Any, float], tolerance: float) -> None:
    """Counts lie within chance, and a stated tolerance for the approximations, of what is expected."""
    assert len(chances) >= 5
    for key, chance in chances.items():
        expected = chance * counted.total()
        assert abs(counted[key] - expected) < tolerance * expected + STANDARD_ERRORS * np.sqrt(expected), key


def test_age_and_sex_pairs_are_as_frequent_as_the_model_says(tiny: World) -> None:
    left, right = copies_of(tiny)
    shares = np.exp(tiny.log_conditions)
    for trait in tiny.traits:
        both = trait.told[left], trait.told[right]
        counted = Counter(zip(*(side.tolist() for side in both), strict=True))
        first = {pair: np.nonzero((both[0] == pair[0]) & (both[1] == pair[1]))[0][0] for pair in counted}
        chances = {pair: float(shares @ trait.from_original(left[at], right[at])) for pair, at in first.items()}
        agree(counted, {pair: chance for pair, chance in chances.items() if chance * counted.total() > 8}, 0.02)
        assert sum(chances.values()) > 0.97


@pytest.fixture(scope="module")
def among_strangers(tiny: World) -> list[np.ndarray]:
    """Ratios of each field for random pairs of different patients."""
    left, right = np.random.default_rng(1).choice(np.unique(tiny.events), (2, 150_000))
    return [ratio[0] for ratio in scalar_ratios(tiny, Pairs(left[left != right], right[left != right]))]


@pytest.fixture(scope="module")
def among_copies(tiny: World) -> list[np.ndarray]:
    """Ratios of each field for originals and their near-copies."""
    return [ratio[0] for ratio in scalar_ratios(tiny, Pairs(*copies_of(tiny)))]


@pytest.mark.parametrize("place", range(len(FIELDS)), ids=FIELDS)
def test_ratios_of_fields_average_to_one_among_strangers(among_strangers: list[np.ndarray], place: int) -> None:
    """Σ P(x) P(y) × P(x, y | same) / (P(x) P(y)) = 1."""
    ratio = among_strangers[place]
    error = ratio.std() / np.sqrt(len(ratio))
    tolerance = {"receipt": 0.1, "date": 0.05, "paper": 0.2}.get(FIELDS[place], 0.01)
    assert ratio.mean() == pytest.approx(1, abs=tolerance + STANDARD_ERRORS * error)


@pytest.mark.parametrize("place", range(len(FIELDS)), ids=FIELDS)
def test_inverse_ratios_average_to_what_can_be_among_near_copies(
    among_strangers: list[np.ndarray], among_copies: list[np.ndarray], place: int
) -> None:
    """Σ P(x, y | same) × P(x) P(y) / P(x, y | same) = P(strangers look possible)."""
    assert (among_copies[place] > 0).all()
    inverse = 1 / among_copies[place]
    error = inverse.std() / np.sqrt(len(inverse))
    possible = float(np.mean(among_strangers[place] > 0))
    assert inverse.mean() == pytest.approx(possible, abs=0.05 + STANDARD_ERRORS * error)


def test_every_original_and_near_copy_is_a_candidate(world: World) -> None:
    pairs = {tuple(pair) for pair in candidate_pairs(world.told).tolist()}
    wanted = {(min(a, b), max(a, b)) for a, b in zip(*(side.tolist() for side in copies_of(world)), strict=True)}
    assert len(wanted) > 500
    assert len(wanted - pairs) <= 0.005 * len(wanted), "two reactions may be recoded to neighbours of each other"
    assert len(pairs) < 10 * len(wanted)


def test_candidates_are_those_of_all_pairs() -> None:
    small = read_world(400, QUARTERS, 8, parameters(products=20, reactions=20, duplicate_share=0.3))
    found = {tuple(pair) for pair in candidate_pairs(small.told).tolist()}
    told = small.told

    def near(one: frozenset[int], two: frozenset[int]) -> bool:
        return len(one - two) <= 1 and len(two - one) <= 1 and (bool(one & two) or one == two)

    def groups(report: int) -> frozenset[int]:
        return frozenset(term // 4 for term in told.reactions.of(report))

    for one, two in combinations(range(400), 2):
        cited = told.paper[one] == told.paper[two] >= 0
        alike = near(told.products.of(one), told.products.of(two)) and near(groups(one), groups(two))
        assert ((one, two) in found) == (cited or alike), (one, two)


def test_probabilities_are_right_as_often_as_they_say(world: World) -> None:
    odds = weigh_pairs(world)
    sure = odds.probability > 0.95
    assert odds.same[sure].mean() > 0.985
    expected = odds.probability.sum()
    spread = np.sqrt((odds.probability * (1 - odds.probability)).sum())
    assert abs(odds.same.sum() - expected) < STANDARD_ERRORS * spread + 0.01 * expected
    between = (odds.probability > 0.02) & (odds.probability < 0.95)
    error = np.sqrt((odds.probability[between] * (1 - odds.probability[between])).sum())
    assert abs(odds.same[between].sum() - odds.probability[between].sum()) < STANDARD_ERRORS * error + 1


def test_nearly_all_duplicates_can_be_told(world: World) -> None:
    odds = weigh_pairs(world)
    pairs = world.shares.same * len(world.events) * (len(world.events) - 1) / 2
    assert (odds.same & (odds.probability > 0.95)).sum() / pairs > 0.97


def test_patients_of_one_paper_are_told_apart(world: World) -> None:
    odds = weigh_pairs(world)
    papers = world.told.paper[odds.left - 10_000_000]
    alike = (papers == world.told.paper[odds.right - 10_000_000]) & (papers >= 0) & ~odds.same
    assert alike.sum() > 50
    assert (odds.probability[alike] > 0.5).mean() < 0.02


def test_pairs_asked_for_are_those_of_the_whole(world: World) -> None:
    odds = weigh_pairs(world)
    some = np.stack([odds.right[:50], odds.left[:50]], axis=1)
    again = weigh_pairs(world, some)
    assert (again.left == odds.left[:50]).all()
    assert again.probability == pytest.approx(odds.probability[:50])


@pytest.mark.parametrize("change", [{"follow_up_share": 0.1}, {"background": None}, {"changes": None}])
def test_a_world_without_a_likelihood_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        read_world(100, QUARTERS, 1, parameters(**change))
