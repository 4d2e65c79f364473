from __future__ import annotations

import json

import numpy as np
import pytest

from phytovigil.errors import InvalidCounts, InvalidRequest
from phytovigil.schema.counts import Counts, Estimates
from phytovigil.signals import ebgm as shrinker
from phytovigil.signals.ebgm import FEWEST_PAIRS, Taught, ebgm, estimate_with, learn_prior
from phytovigil.signals.mgps.prior import Prior
from phytovigil.signals.registry import apply_rule, estimate_all, measure

PUBLISHED = Prior.of(3.25379064, 0.39988801, 2.02613219, 1.90808279, 0.06534557)
TOTAL = 40_000


def counts_of_a_table(products: int = 20, reactions: int = 30, seed: int = 5) -> Counts:
    """All pairs of a table, those without a case too."""
    generator = np.random.default_rng(seed)
    with_product = generator.integers(30, 3_000, products)[:, None]
    with_reaction = generator.integers(30, 3_000, reactions)[None, :]
    ratio = generator.gamma(2.0, 0.5, (products, reactions))
    raised = generator.uniform(size=ratio.shape) < 0.08
    a = generator.poisson(np.where(raised, 6 * ratio, ratio) * with_product * with_reaction / TOTAL)
    a = np.minimum(a, np.minimum(with_product, with_reaction))
    return Counts.of(
        a.ravel(),
        (with_product - a).ravel(),
        (with_reaction - a).ravel(),
        (TOTAL - with_product - with_reaction + a).ravel(),
    )


@pytest.fixture(scope="module")
def counts() -> Counts:
    return counts_of_a_table()


@pytest.fixture(scope="module")
def taught(counts: Counts) -> Taught:
    return learn_prior([counts])


def parts(estimates: Estimates) -> np.ndarray:
    return np.stack([estimates.point, estimates.low, estimates.high])


def test_the_registry_gives_the_usual_limits(counts: Counts, taught: Taught) -> None:
    found = measure("ebgm").estimate(counts)
    assert measure("ebgm").level == 0.90
    np.testing.assert_array_equal(parts(found), parts(estimate_with(taught, counts, level=0.90)))
    assert (found.low < found.point).all()
    assert (found.point < found.high).all()
    json.dumps(dict(found.learned), allow_nan=False)


def test_shrinkage_pulls_to_the_middle_and_less_with_more_cases(counts: Counts, taught: Taught) -> None:
    found = estimate_with(taught, counts)
    ratio = counts.a / counts.expected
    few, many = (counts.a == 1) & (ratio > 5), (counts.a > 200)
    assert (found.point[few] < ratio[few]).all()
    np.testing.assert_allclose(found.point[many], ratio[many], rtol=0.05)


def test_learning_block_by_block_is_learning_at_once(counts: Counts, taught: Taught) -> None:
    blocks = [counts.select(slice(start, start + 300)) for start in range(0, counts.a.size, 300)]
    again = learn_prior(blocks)
    assert taught.fit is not None
    assert again.fit is not None
    assert again.fit.log_likelihood == pytest.approx(taught.fit.log_likelihood, abs=1e-8)
    np.testing.assert_allclose(again.fit.parameters, taught.fit.parameters, rtol=1e-5)


def test_too_many_pairs_to_hold_are_learned_from_squashed(
    counts: Counts, taught: Taught, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shrinker, "POLISHED", 100)
    squashed = learn_prior([counts]).fit
    assert squashed is not None
    assert taught.fit is not None
    assert squashed.points < taught.fit.points
    np.testing.assert_allclose(squashed.parameters, taught.fit.parameters, rtol=0.01)


def test_others_may_teach(counts: Counts, taught: Taught) -> None:
    one = counts.select(slice(7, 8))
    np.testing.assert_allclose(parts(ebgm(one, learn_from=counts)), parts(estimate_with(taught, one)), rtol=1e-12)
    given = measure("ebgm").estimate(one, learned=taught)
    np.testing.assert_array_equal(parts(given), parts(estimate_with(taught, one)))


def test_strata_move_the_expected_cases(counts: Counts, taught: Taught) -> None:
    moved = Counts(counts.a, counts.b, counts.c, counts.d, counts.expected * 2)
    found = estimate_with(taught, moved)
    np.testing.assert_array_equal(parts(found), parts(estimate_with(taught, (counts.a, counts.expected * 2))))
    assert (found.point < estimate_with(taught, counts).point).all()


def test_pairs_expected_nowhere_have_no_estimate(taught: Taught) -> None:
    counts = Counts.of([3, 3], [5, 5], [5, 5], [90, 90], stratified=[0.0, 0.4])
    assert np.isnan(parts(estimate_with(taught, counts))).any(axis=0).tolist() == [True, False]


@pytest.mark.parametrize("pairs", [0, 1, FEWEST_PAIRS - 1])
def test_too_few_pairs_teach_nothing(pairs: int) -> None:
    counts = Counts.of(np.arange(pairs) + 1, [10] * pairs, [10] * pairs, [900] * pairs)
    found = ebgm(counts)
    assert np.isnan(parts(found)).all()
    assert found.point.shape == (pairs,)
    assert found.notes == (
        f"EBGM is withheld: {pairs} pairs have a case, and the five parameters of a prior need at least 100 to be "
        "learned from.",
    )
    assert found.learned == {"withheld": found.notes[0].removeprefix("EBGM is withheld: ")}


def test_pairs_alike_teach_nothing() -> None:
    counts = Counts.of([2] * 300, [10] * 300, [10] * 300, [900] * 300)
    found = ebgm(counts)
    assert np.isnan(parts(found)).all()
    assert "equally many cases" in found.notes[0]


def test_one_product_is_what_every_case_names() -> None:
    """Then every pair is expected as often as it is seen, and nothing stands out."""
    reactions = np.arange(1, 301)
    counts = Counts.of(reactions, 600 - reactions, [0] * 300, [0] * 300)
    found = ebgm(counts)
    assert (np.isnan(found.point) | (np.abs(found.point - 1) < 0.05)).all()
    assert not apply_rule("eb05", counts, known={"ebgm": found}).any()


def test_a_fit_without_a_maximum_is_withheld(counts: Counts, monkeypatch: pytest.MonkeyPatch) -> None:
    from phytovigil.signals.mgps import ascent

    monkeypatch.setattr(ascent.Summit, "is_maximum", property(lambda summit: False))
    found = ebgm(counts)
    assert np.isnan(parts(found)).all()
    assert "no maximum of the likelihood was found" in found.notes[0]
    assert found.learned["converged"] is False


def test_rules_follow_the_estimates(counts: Counts, taught: Taught) -> None:
    known = {"ebgm": estimate_with(taught, counts)}
    point, low = known["ebgm"].point, known["ebgm"].low
    np.testing.assert_array_equal(apply_rule("eb05", counts, known=known), low >= 2)
    agency = (point >= 2.5) & (low >= 1.8) & (counts.a >= 3)
    np.testing.assert_array_equal(apply_rule("mhra", counts, known=known), agency)
    assert 0 < agency.sum() < counts.a.size / 4
    many = apply_rule("eb05", counts, known=known, minimum_cases=50)
    np.testing.assert_array_equal(many, (low >= 2) & (counts.a >= 50))


def test_rules_are_silent_where_the_estimates_are_withheld() -> None:
    counts = Counts.of([40], [60], [100], [9_800])
    assert not apply_rule("eb05", counts).any()
    assert not apply_rule("mhra", counts).any()


def test_a_published_prior_needs_no_learning() -> None:
    found = estimate_all(Counts.of([40], [60], [100], [9_800]), ["ebgm"], learned={"ebgm": PUBLISHED})["ebgm"]
    assert found.low[0] > 2
    assert found.learned["alpha1"] == PUBLISHED.alpha1


def test_counts_beyond_2_to_the_31(taught: Taught) -> None:
    found = estimate_with(taught, ([2.0**33], [2.0**32]))
    np.testing.assert_allclose(parts(found)[:, 0], 2, rtol=1e-4)


def test_learning_without_zeros_is_not_called_learning_with_them(counts: Counts) -> None:
    with pytest.raises(InvalidRequest, match="left out"):
        learn_prior([counts], truncation="none")


def test_pairs_without_a_case_are_withheld_where_those_with_one_say_nothing_of_them() -> None:
    generator = np.random.default_rng(12)
    expected = np.exp(generator.normal(0, 1.5, 4_000))
    weights = 1 / np.arange(1, 400)
    a = generator.choice(np.arange(1, 400), 4_000, p=weights / weights.sum()).astype(float)
    a[:3] = 0
    found = ebgm(Counts(a, *(np.full(4_000, 1e3),) * 3, stratified=expected))
    assert np.isnan(parts(found)).any(axis=0).tolist() == [True] * 3 + [False] * 3_997
    assert "pairs without a case is withheld" in found.notes[-1]


@pytest.mark.parametrize("level", [0, 1, 90])
def test_an_impossible_level_is_refused(taught: Taught, level: float) -> None:
    with pytest.raises(InvalidRequest):
        estimate_with(taught, ([1], [1.0]), level=level)


def test_impossible_counts_are_refused(taught: Taught) -> None:
    for observed, expected in (([-1], [1.0]), ([1], [float("nan")]), ([1], [1.0, 2.0])):
        with pytest.raises(InvalidCounts):
            estimate_with(taught, (observed, expected))
