"""Weights of the hit-miss model against its definition: in exact arithmetic, by drawing from it, and learned back."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from scipy.optimize import isotonic_regression
from scipy.stats import betabinom

from phytovigil.linkage.fields import DIFFERENT, FIELDS, NEAR, SAME, position
from phytovigil.linkage.hit_miss import (
    FieldModel,
    ListModel,
    learn_losses,
    learn_shares,
    learn_unrelated,
    match_weight,
    mismatch_weight,
    miss_share,
)
from phytovigil.linkage.learning import probability
from phytovigil.linkage.story_odds import MIDDLES, at_most, learn_odds, monotone


@pytest.mark.parametrize("miss", ["0.02", "0.1", "0.35"])
@pytest.mark.parametrize("blank", ["0", "0.05", "0.4"])
@pytest.mark.parametrize("share", ["0.00001", "0.03", "0.6"])
def test_weights_follow_from_what_happens_to_one_record(miss, blank, share):
    """Each record reads the true value (hit), one drawn anew (miss) or nothing (blank); all ways of two records."""
    with mpmath.workdps(40):
        a, b, beta = (mpmath.mpf(text) for text in (miss, blank, share))
        hit = 1 - a - b
        told = (1 - b) ** 2
        equal = (hit**2 * beta + 2 * hit * a * beta**2 + a**2 * beta**2) / told
        # other: any one other value, of share gamma; the ratio does not depend on it
        gamma = (1 - beta) / 3
        unequal = (2 * hit * a * beta * gamma + a**2 * beta * gamma) / told
        same_bits = float(mpmath.log(equal / beta**2, 2))
        other_bits = float(mpmath.log(unequal / (beta * gamma), 2))
    c = miss_share(float(miss), float(blank))
    assert float(match_weight(float(share), c)) == pytest.approx(same_bits, rel=1e-12, abs=1e-12)
    assert float(mismatch_weight(c)) == pytest.approx(other_bits, rel=1e-12)


@pytest.mark.parametrize("miss", [0.02, 0.3])
def test_a_field_without_near_values_has_the_published_weights(miss):
    model = FieldModel(1 - miss, (), miss, ())
    levels, shares = np.array([SAME, SAME, DIFFERENT]), np.array([0.01, 0.5, 0.2])
    wanted = [*match_weight([0.01, 0.5], miss), mismatch_weight(miss)]
    np.testing.assert_allclose(model.bits(levels, shares), wanted, rtol=1e-12)
    np.testing.assert_allclose(np.log2(model.ratios(levels, shares)), wanted, rtol=1e-12)


BETA = np.array([0.5, 0.25, 0.15, 0.07, 0.03])


def draw_pairs(random: np.random.Generator, number: int, miss: float, blank: float) -> tuple[np.ndarray, np.ndarray]:
    """Values of two records of one event; −1 where blank."""
    true = random.choice(5, number, p=BETA)
    told = []
    for _ in range(2):
        value = np.where(random.random(number) < miss / (1 - blank), random.choice(5, number, p=BETA), true)
        told.append(np.where(random.random(number) < blank, -1, value))
    return told[0], told[1]


def test_weights_are_the_log_ratios_of_drawn_pairs():
    random = np.random.default_rng(20)
    one, other = draw_pairs(random, 2_000_000, 0.1, 0.2)
    told = (one >= 0) & (other >= 0)
    c, number = miss_share(0.1, 0.2), told.sum()
    for value, beta in enumerate(BETA):
        seen = ((one == value) & (other == value) & told).sum()
        expected = number * beta**2 * 2 ** float(match_weight(beta, c))
        assert abs(seen - expected) < 4.5 * np.sqrt(expected)
    unequal = ((one != other) & told).sum()
    expected = number * (1 - (BETA**2).sum()) * 2 ** float(mismatch_weight(c))
    assert abs(unequal - expected) < 4.5 * np.sqrt(expected)


def test_expectation_maximisation_recovers_misses_and_prior_without_labels():
    """Three fields, a tenth of the pairs of one event, nobody says which."""
    random = np.random.default_rng(8)
    number, matched, blank = 200_000, 20_000, 0.1
    true = (0.05, 0.15, 0.3)
    shares = np.full(40, 1 / 40)
    columns = []
    for miss in true:
        value = random.choice(40, number, p=shares)
        related = np.where(random.random(matched) < miss, random.choice(40, matched, p=shares), value[:matched])
        other = np.concatenate([related, random.choice(40, number - matched, p=shares)])
        level = np.where(value == other, SAME, DIFFERENT)
        level[random.random(number) < blank] = 0
        columns.append((level, shares[value]))
    models = [FieldModel(0.6, (), 0.4, ()) for _ in true]
    prior = -1.0
    for _ in range(60):
        bits = sum(model.bits(*column) for model, column in zip(models, columns, strict=True))
        posterior = probability(prior + bits)
        models = [learn_shares(model, *column, posterior) for model, column in zip(models, columns, strict=True)]
        share = posterior.mean()
        prior = float(np.log2(share / (1 - share)))
    assert share == pytest.approx(matched / number, abs=4 * np.sqrt(0.1 * 0.9 / number) * 2)
    for model, miss in zip(models, true, strict=True):
        error = np.sqrt(miss * (1 - miss) / (matched * (1 - blank)))
        assert model.miss == pytest.approx(miss, abs=6 * error)


def test_near_values_are_learned_with_their_misses():
    """Known pairs of one event; a miss that falls near by chance is told from a value that is near."""
    random = np.random.default_rng(3)
    field = FIELDS[position("weight")]
    unrelated, number = np.array([0.08, 0.16]), 400_000
    hit, near, miss, beta = 0.6, (0.15, 0.05), 0.2, 0.02
    kind = random.choice(4, number, p=[hit, *near, miss])
    chance = random.choice([SAME, NEAR, NEAR + 1, DIFFERENT], number, p=[beta, *unrelated, 1 - beta - 0.24])
    levels = np.select([kind == 0, kind == 1, kind == 2], [SAME, NEAR, NEAR + 1], chance)
    model = FieldModel(0.8, (0.05, 0.05), 0.1, tuple(unrelated))
    for _ in range(80):
        model = learn_shares(model, levels, np.full(number, beta), np.ones(number))
    assert len(model.near) == len(field.near)
    np.testing.assert_allclose([model.hit, *model.near, model.miss], [hit, *near, miss], atol=0.006)


def test_what_unrelated_pairs_agree_in_is_learned_from_them():
    random = np.random.default_rng(6)
    levels = random.choice([0, SAME, DIFFERENT, NEAR, NEAR + 1], 200_000, p=[0.2, 0.04, 0.6, 0.06, 0.1])
    start = FieldModel(0.8, (0.05, 0.05), 0.1, (0.5, 0.5))
    learned = learn_unrelated(start, levels, np.full(200_000, 0.02), np.ones(200_000))
    np.testing.assert_allclose(learned.unrelated, [0.06 / 0.8, 0.1 / 0.8], atol=0.002)
    assert learned.excess == pytest.approx(0.04 / 0.8 / 0.02, rel=0.03)


def test_a_way_that_no_unrelated_pair_shows_keeps_its_share_at_random():
    """Learning again and again from pairs without it must not drive it to nothing."""
    model = FieldModel(0.8, (0.1,), 0.1, (1e-3,), at_random=(1e-3,))
    levels = np.repeat([SAME, DIFFERENT], 500)
    for _ in range(50):
        model = learn_unrelated(model, levels, np.full(1000, 0.02), np.ones(1000))
    assert model.unrelated[0] == pytest.approx(0.5 / 1002, rel=1e-6)


def test_list_bits_are_beta_binomial_and_their_losses_are_recovered():
    model = ListModel(1.2, 6.5)
    shared, alone = np.array([2, 1, 4, 0]), np.array([0, 3, 1, 2])
    total = shared + alone
    from scipy.special import comb

    wanted = np.log2(betabinom.pmf(alone, total, 1.2, 6.5) / comb(total, alone)) - alone
    np.testing.assert_allclose(model.bits(shared, alone), wanted, rtol=1e-10)
    random = np.random.default_rng(2)
    sizes = random.integers(1, 9, 60_000)
    lost = random.binomial(sizes, random.beta(1.2, 6.5, 60_000))
    learned = learn_losses(ListModel(1.0, 4.0), sizes - lost, lost, np.ones(60_000))
    assert learned.miss == pytest.approx(1.2 / 7.7, abs=0.004)
    assert (learned.lost, learned.kept) == (pytest.approx(1.2, rel=0.1), pytest.approx(6.5, rel=0.1))


def test_monotone_is_isotonic_regression():
    random = np.random.default_rng(1)
    for size in (1, 2, 7, 40):
        values, weights = random.normal(size=size), random.random(size) + 0.1
        np.testing.assert_allclose(
            monotone(values, weights), isotonic_regression(values, weights=weights).x, atol=1e-12
        )


def test_believed_odds_are_recovered_from_evidence_apart():
    """Likeness promises 2^x; in truth half of the pairs above 5 bits are of one event. Sex and age show it."""
    random = np.random.default_rng(9)
    promised = random.uniform(-4, 20, 60_000)
    true = random.random(60_000) < np.minimum(1 / (1 + 2.0**-promised), 0.5)
    agree = random.random(60_000) < np.where(true, 0.95, 0.05)
    evidence = np.where(agree, np.log2(0.95 / 0.05), np.log2(0.05 / 0.95))
    ones = np.ones(60_000)
    learned = learn_odds(promised, evidence, ones, np.empty(0), 1.0, at_most())
    odds = learned.apply(MIDDLES)
    high = (MIDDLES > 1) & (MIDDLES < 20)
    assert np.abs(odds[high]).max() < 0.35
    low = (MIDDLES > -4) & (MIDDLES < -1)
    np.testing.assert_allclose(odds[low], MIDDLES[low], atol=0.6)


def test_without_evidence_the_default_is_believed():
    blank = learn_odds(np.array([3.0, 9.0]), np.zeros(2), np.ones(2), np.empty(0), 1.0, at_most(-2.6))
    assert blank == at_most(-2.6)
