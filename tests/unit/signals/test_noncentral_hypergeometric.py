from __future__ import annotations

from math import comb

import numpy as np
import pytest

from phytovigil.signals.noncentral_hypergeometric import (
    log_sum_and_mean,
    log_weights,
    share_left_out,
    solve_log_odds,
)

pytestmark = pytest.mark.filterwarnings("error")


def cells(*values: float) -> list[np.ndarray]:
    return [np.array([value]) for value in values]


def test_weights_are_ratios_of_binomial_coefficients() -> None:
    a, b, c, d = 3, 5, 4, 9
    observed = comb(a + b, a) * comb(c + d, c)
    up = [comb(a + b, a + k) * comb(c + d, c - k) / observed for k in range(5)]
    down = [comb(a + b, a - k) * comb(c + d, c + k) / observed for k in range(4)]
    a_, b_, c_, d_ = cells(a, b, c, d)
    np.testing.assert_allclose(np.exp(log_weights((b_, c_), (a_, d_), 4))[0], up)
    np.testing.assert_allclose(np.exp(log_weights((a_, d_), (b_, c_), 3))[0], down)


def test_beyond_the_margins_there_is_nothing() -> None:
    a, b, c, d = cells(3, 2, 4, 9)
    assert np.isneginf(log_weights((b, c), (a, d), 6)[0]).tolist() == [False] * 3 + [True] * 4


def test_sum_and_mean_survive_odds_that_would_overflow() -> None:
    log_sum, mean = log_sum_and_mean(np.zeros((1, 4)), np.array([900.0]))
    np.testing.assert_allclose((log_sum, mean), ([2700.0], [3.0]))
    log_sum, mean = log_sum_and_mean(np.zeros((1, 4)), np.array([-900.0]))
    np.testing.assert_allclose((log_sum, mean), ([0.0], [0.0]), atol=1e-300)


@pytest.mark.parametrize("start", [-30.0, -1.0, 0.0, 2.0, 30.0])
def test_the_root_is_found_from_anywhere(start: float) -> None:
    """Two cases, one in each row and column: up and down weigh ψ and 1 / ψ against 1/2, so e^t = ψ at share 1/2."""
    up, down = np.log([[0.5, 1.0]]), np.log([[0.5, 1.0]])
    target = float(np.log((0.5 + 7.0) / (0.5 + 1 / 7.0)))
    assert solve_log_odds(up, down, target, np.array([start]))[0] == pytest.approx(np.log(7), abs=1e-12)


@pytest.mark.parametrize("start", [-40.0, 0.0, 40.0])
def test_every_kind_of_table_settles(start: float) -> None:
    generator = np.random.default_rng(9)
    a, b, c, d = generator.integers(1, 10 ** generator.integers(1, 4, size=(4, 500)), endpoint=True).astype(float)
    up, down = log_weights((b, c), (a, d), 120), log_weights((a, d), (b, c), 120)
    for target in (-30.0, -3.66, 0.0, 3.66, 30.0):
        log_odds = solve_log_odds(up, down, target, np.full(500, start))
        gap = log_sum_and_mean(up, log_odds)[0] - log_sum_and_mean(down, -log_odds)[0]
        np.testing.assert_allclose(gap, target, atol=1e-8)


def test_too_few_steps_are_no_answer() -> None:
    side = np.log([[0.5, 1.0]])
    assert np.isnan(solve_log_odds(side, side, 3.0, np.array([0.0]), most_steps=2)[0])


@pytest.mark.parametrize("columns", [8, 10, 14, 20])
def test_bound_on_what_is_left_out_holds_and_is_not_idle(columns: int) -> None:
    a, b, c, d = cells(4, 3000, 400, 60000)
    whole, log_odds = log_weights((b, c), (a, d), 401), np.array([-1.0])
    all_of_it, _ = log_sum_and_mean(whole, log_odds)
    kept, _ = log_sum_and_mean(whole[:, :columns], log_odds)
    left_out = np.expm1(all_of_it - kept)[0]
    assert left_out > 0
    assert left_out <= share_left_out(whole[:, :columns], log_odds)[0] <= 2 * left_out


def test_bound_is_infinite_while_terms_still_grow() -> None:
    a, b, c, d = cells(4, 3000, 400, 60000)
    assert np.isinf(share_left_out(log_weights((b, c), (a, d), 10), np.array([2.0]))[0])


def test_nothing_is_left_out_once_the_margin_is_reached() -> None:
    a, b, c, d = cells(3, 2, 4, 9)
    assert share_left_out(log_weights((b, c), (a, d), 3), np.array([5.0]))[0] == 0
