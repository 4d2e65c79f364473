"""Regression of a reaction on all products: designs with a known truth, and what is withheld."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from phytovigil.errors import InvalidCounts, InvalidRequest, MissingLibrary
from phytovigil.signals.confounding.regression import Plan, Regression, regress
from phytovigil.signals.confounding.regression_design import (
    Design,
    assemble,
    code_levels,
    identical_products,
    merge_rows,
)
from phytovigil.signals.confounding.regression_refit import is_separated, profile_interval, refit
from phytovigil.signals.confounding.regression_selection import cross_validate, null_fit, split_folds
from phytovigil.signals.confounding.regression_solver import Solver, probability


def make_design(columns: Any, reacted: Any, others: Any, free: int = 1) -> Design:
    return Design(
        sparse.csc_array(np.asarray(columns, dtype=np.float64)),
        free,
        np.asarray(reacted, dtype=np.float64),
        np.asarray(others, dtype=np.float64),
    )


def two_by_two(a: int, b: int, c: int, d: int) -> Design:
    return make_design([[1], [0]], [a, c], [b, d])


def simulate(seed: int, log_odds_ratio: float, *, cases: int = 9_000, products: int = 40) -> Design:
    """A product that is named in half of its cases beside a second one that causes the reaction fivefold."""
    rng = np.random.default_rng(seed)
    named = rng.random((cases, products)) < np.minimum(0.2 / np.arange(1, products + 1) ** 0.7, 0.2)
    exposed = rng.random(cases) < 0.02
    named[:, 30] |= exposed & (rng.random(cases) < 0.5)
    effects = np.zeros(products)
    effects[[2, 5, 9, 30]] = 0.7, 1.0, -0.5, np.log(5)
    chance = probability(-3.5 + named @ effects + log_odds_ratio * exposed)
    reacted = (rng.random(cases) < chance).astype(np.float64)
    return merge_rows(make_design(np.column_stack([exposed, named]), reacted, 1 - reacted))


@pytest.fixture(scope="module")
def bystander() -> Regression:
    return regress(simulate(2, 0.0), Plan(resamples=10))


def test_innocent_bystander_is_cleared(bystander: Regression) -> None:
    """The truth is an odds ratio of 1."""
    assert bystander.crude.ratio[1] > 1
    assert bystander.crude.ratio[0] > 2
    assert bystander.adjusted.ratio[1] < 1 < bystander.adjusted.ratio[2]
    assert bystander.resampled is not None
    assert bystander.resampled.low < 1 < bystander.resampled.high
    assert bystander.resampled.used == 10


def test_the_true_cause_is_named_first_and_leaving_it_out_brings_the_crude_ratio_back(bystander: Regression) -> None:
    first = bystander.kept[0]
    assert first.place == 30
    assert first.for_reaction
    assert first.for_product
    assert first.ratio[1] < 5 < first.ratio[2]
    assert first.without == pytest.approx(bystander.crude.ratio[0], rel=0.15)
    assert first.share == 1


def test_a_product_with_an_effect_of_its_own_keeps_it() -> None:
    found = regress(simulate(2, np.log(4)), Plan())
    assert 1 < found.adjusted.ratio[1] < 4 < found.adjusted.ratio[2]
    assert found.crude.ratio[0] > found.adjusted.ratio[0]


def test_the_elastic_net_clears_it_too() -> None:
    found = regress(simulate(2, 0.0), Plan(penalty="elastic-net"))
    assert found.adjusted.ratio[1] < 1 < found.adjusted.ratio[2]


def test_a_ridge_shrinks_the_cause_and_so_clears_the_bystander_in_part() -> None:
    found = regress(simulate(2, 0.0), Plan(penalty="ridge"))
    assert found.crude.ratio[0] > 3 > 2 > found.adjusted.ratio[0] > 1
    assert found.cautious.ratio[0] > found.adjusted.ratio[0]
    assert (found.kept, found.of_product) == ((), None)


def test_the_same_seed_gives_the_same_answer_and_another_one_other_folds() -> None:
    design = simulate(4, np.log(4), cases=1500, products=31)
    one, same = (regress(design, Plan(seed=1, listed=3)) for _ in range(2))
    assert one.adjusted == same.adjusted
    assert one.of_reaction is not None
    other = cross_validate(design, "lasso", Solver(design, "lasso"), seed=2)
    assert not np.array_equal(one.of_reaction.deviance[:4], other.deviance[:4])


@pytest.mark.slow
@pytest.mark.parametrize("log_odds_ratio", [0.0, np.log(3)])
def test_coverage_under_confounding(log_odds_ratio: float) -> None:
    """60 simulations: at a true coverage of 0.95 fewer than 52 intervals hold the truth once in 200 times."""
    held = 0
    for seed in range(60):
        low, high = regress(simulate(100 + seed, log_odds_ratio, cases=6000), Plan(listed=0)).adjusted.ratio[1:]
        held += low <= np.exp(log_odds_ratio) <= high
    assert held >= 52


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ((2, 30, 50, 900), "fewer than 3"),
        ((0, 30, 50, 900), "fewer than 3"),
        ((5, 0, 50, 900), "separated"),
        ((5, 30, 0, 0), "nothing to compare"),
        ((5, 0, 50, 0), "nothing to compare"),
        ((0, 0, 0, 0), "fewer than 3"),
    ],
)
def test_too_little_is_withheld_with_the_reason(cells: tuple[int, int, int, int], said: str) -> None:
    found = regress(two_by_two(*cells), Plan())
    assert np.isnan(found.adjusted.ratio).all()
    assert said in found.adjusted.why
    assert said in found.notes[0]
    assert found.of_reaction is None


def test_separation_by_another_product_is_withheld() -> None:
    """Without the other product the study product is named with the reaction only: beside it, nothing is known."""
    design = make_design([[1, 0], [1, 1], [0, 1], [0, 0]], [6, 4, 40, 20], [0, 40, 60, 2000])
    assert is_separated(design.choose(np.array([0]))) is False
    pure = make_design([[1, 0], [0, 1], [0, 0]], [6, 40, 20], [0, 60, 2000])
    assert is_separated(pure)


def test_a_product_that_others_explain_wholly_is_withheld() -> None:
    """The study product is exactly the union of two others that are never named together."""
    design = make_design([[1, 1, 0], [1, 0, 1], [0, 0, 0]], [30, 40, 50], [100, 100, 5000])
    found = regress(design, Plan())
    assert "cannot be told from theirs" in found.adjusted.why
    assert found.crude.ratio[1] > 1


def test_one_product_only_is_a_two_by_two_table() -> None:
    found = regress(two_by_two(12, 88, 300, 9600), Plan())
    assert found.adjusted.ratio == found.crude.ratio
    assert found.kept == ()
    assert found.of_reaction is None
    assert found.crude.ratio[0] == pytest.approx(12.5 * 9600.5 / (88.5 * 300.5), rel=1e-9)


def test_firth_of_a_two_by_two_table_adds_a_half_to_each_cell() -> None:
    """With as many parameters as rows, Jeffreys' prior is half a case more in each cell: known in closed form."""
    for cells in [(3, 40, 10, 500), (0, 40, 10, 500), (7, 0, 3, 20)]:
        a, b, c, d = (cell + 0.5 for cell in cells)
        assert refit(two_by_two(*cells)).coefficients[1] == pytest.approx(np.log(a * d / (b * c)), abs=1e-8)


def test_counts_beyond_32_bits() -> None:
    point, low, high = profile_interval(two_by_two(3, 30, 2**33, 2**36))
    assert np.isfinite([point, low, high]).all()
    assert point == pytest.approx(np.log(3.5 * (2**36 + 0.5) / (30.5 * (2**33 + 0.5))), abs=1e-6)


def test_rows_put_together_give_the_same_fit() -> None:
    rng = np.random.default_rng(1)
    columns = (rng.random((500, 4)) < 0.3).astype(float)
    reacted = (rng.random(500) < 0.2).astype(float)
    single = make_design(columns, reacted, 1 - reacted)
    merged = merge_rows(single)
    assert merged.columns.shape[0] == len(np.unique(columns, axis=0))
    assert merged.cases.sum() == 500
    np.testing.assert_allclose(refit(merged).coefficients, refit(single).coefficients, atol=1e-9)


def test_folds_part_the_cases_and_share_the_reaction_evenly() -> None:
    design = simulate(1, 0.0, cases=2000)
    parts = split_folds(design, 5, np.random.default_rng(1))
    reacted = [left_out.reacted.sum() for _, left_out in parts]
    assert max(reacted) - min(reacted) <= 1
    assert sum(reacted) == design.reacted.sum()
    for kept, left_out in parts:
        np.testing.assert_array_equal(kept.cases + left_out.cases, design.cases)
        assert (kept.others >= 0).all()


def test_the_stronger_penalty_is_within_one_error_of_the_least_deviance() -> None:
    design = simulate(2, 0.0)
    found = cross_validate(design, "lasso", Solver(design, "lasso"))
    least = found.deviance[found.minimum]
    assert least == found.deviance.min()
    assert found.one_error <= found.minimum
    assert found.deviance[found.one_error] <= least + found.error[found.minimum]
    assert (found.deviance[: found.one_error] > least + found.error[found.minimum]).all()


def test_identical_products_are_found() -> None:
    design = make_design([[1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 0]], [5, 5, 5], [9, 9, 9])
    assert identical_products(design) == {0: -1, 2: 1}


def test_design_from_blocks() -> None:
    """Two blocks of rows, one covariate of three levels, two products."""
    rows = [
        {"exposed": [1, 0], "reacted": [2, 1], "others": [3, 4], "sex": [0, 2]},
        {"exposed": [0], "reacted": [5], "others": [6], "sex": [1]},
    ]
    cells = [{"row": [0, 2], "place": [1, 0]}, {"row": [2], "place": [1]}]
    design = assemble(rows, cells, [("sex", 2)], 2)
    assert design.free == 3
    assert design.columns.toarray().tolist() == [[1, 0, 0, 0, 1], [0, 0, 1, 0, 0], [0, 1, 0, 1, 1]]
    assert (design.reacted.tolist(), design.others.tolist()) == ([2, 1, 5], [3, 4, 6])


def test_levels_with_few_cases_are_pooled() -> None:
    levels = [("a", 100, 900), ("b", 50, 400), ("c", 6, 50), ("d", 5, 70), ("e", 1, 1)]
    coding = code_levels(levels)
    assert (coding.reference, coding.names, coding.pooled) == ("a", ("b", "other"), ("d", "c", "e"))
    assert coding.codes == {"a": 0, "b": 1, "c": 2, "d": 2, "e": 2}
    assert code_levels([]).names == ()


def test_null_fit_begins_at_the_log_odds_of_the_table() -> None:
    null = null_fit(make_design([[1, 0], [0, 1], [0, 0]], [6, 10, 40], [30, 300, 2000]))
    assert null.coefficients[0] == pytest.approx(np.log((6 / 30) / (50 / 2300)), abs=1e-6)
    assert null.coefficients[1] == 0


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_impossible_counts_are_refused(bad: float) -> None:
    with pytest.raises(InvalidCounts):
        make_design([[1], [0]], [bad, 1], [1, 1])
    with pytest.raises(InvalidCounts):
        make_design([[1], [0]], [1, 1, 1], [1, 1, 1])


@pytest.mark.parametrize("choice", [{"penalty": "l1"}, {"folds": 1}, {"resamples": -1}, {"level": 95}])
def test_impossible_plans_are_refused(choice: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        Plan(**choice)


def test_without_the_library_one_line_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "glum":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(MissingLibrary, match=r"phytovigil\[regression\]") as caught:
        Solver(two_by_two(5, 50, 50, 500), "lasso")
    assert caught.value.exit_code == 9
