from __future__ import annotations

import time

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta

from phytovigil.errors import InvalidRequest
from phytovigil.schema.counts import Counts
from phytovigil.signals.bcpnn import bcpnn, posterior_shapes
from phytovigil.signals.ic import ic

pytestmark = pytest.mark.filterwarnings("error")

TABLES = [(25, 1101, 62, 571_385), (0, 34, 463, 64_020), (3, 97, 40, 860), (12, 6, 5, 12), (203, 29_865, 305, 124_836)]


def probability_below(limit: float, table: tuple[int, int, int, int]) -> float:
    """Probability that the information component is below a limit, by integrating its posterior.

    With u the probability of the product, v that of the reaction given it and w that without it, all independent beta
    variables, the component is log2 v / (u v + (1 − u) w); it is below the limit where v is below what u and w allow.
    """
    g = posterior_shapes(Counts.of(*([cell] for cell in table)))[:, 0]
    u, v, w = beta(g[0] + g[1], g[2] + g[3]), beta(g[0], g[1]), beta(g[2], g[3])
    ratio = 2.0**limit

    def given_product(x: float) -> float:
        if ratio * x >= 1:
            return 1.0
        factor = ratio * (1 - x) / (1 - ratio * x)
        return float(np.mean(v.cdf(np.minimum(factor * w_points, 1))))

    points = (np.arange(400) + 0.5) / 400
    w_points = w.ppf(points)
    return float(np.mean([given_product(x) for x in u.ppf(points)]))


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_limits_have_the_probability_that_integration_gives(table: tuple[int, int, int, int]) -> None:
    """Within 4 standard errors of a simulated proportion, 0.0016 for 10,000 draws."""
    found = bcpnn(Counts.of(*([cell] for cell in table)))
    assert probability_below(found.low[0], table) == pytest.approx(0.025, abs=0.0063)
    assert probability_below(found.high[0], table) == pytest.approx(0.975, abs=0.0063)


def test_integration_agrees_with_itself() -> None:
    """Below 0 the reaction is less probable with the product than without it: one integral, adaptive quadrature."""
    table = (3, 97, 40, 860)
    g = posterior_shapes(Counts.of(*([cell] for cell in table)))[:, 0]
    v, w = beta(g[0], g[1]), beta(g[2], g[3])
    below = quad(lambda y: v.cdf(y) * w.pdf(y), 0.001, 0.2, epsabs=1e-10)[0]
    assert probability_below(0.0, table) == pytest.approx(below, abs=1e-4)


def test_prior_is_half_a_case_at_the_margins() -> None:
    shapes = posterior_shapes(Counts.of([0], [99], [19], [882]))[:, 0]
    prior = shapes - [0, 99, 19, 882]
    product, reaction = prior[:2].sum() / prior.sum(), prior[::2].sum() / prior.sum()
    assert prior[0] == 0.5
    assert (product, reaction) == (pytest.approx(99.5 / 1001), pytest.approx(19.5 / 1001))


def test_nearly_the_same_as_the_gamma_interval_where_the_reaction_is_rare() -> None:
    counts = Counts.of([5, 25], [995, 4975], [95, 475], [698_905, 694_525])
    ours, gamma = bcpnn(counts, draws=100_000), ic(counts)
    np.testing.assert_allclose(ours.point, gamma.point, atol=0.001)
    np.testing.assert_allclose([ours.low, ours.high], [gamma.low, gamma.high], atol=0.15)


def test_a_pair_draws_the_same_wherever_it_stands() -> None:
    many = Counts.of([25, 0, 3, 25], [1101, 34, 97, 1101], [62, 463, 40, 62], [571_385, 64_020, 860, 571_385])
    whole = bcpnn(many)
    alone = bcpnn(many.select(np.array([2])))
    turned = bcpnn(many.select(np.array([3, 2, 1, 0])))
    assert (alone.low[0], alone.high[0]) == (whole.low[2], whole.high[2])
    assert whole.low.tolist() == turned.low[::-1].tolist()
    assert whole.low[0] == whole.low[3]


def test_more_draws_scatter_less() -> None:
    """Tables that differ by a few cases of 60,000 share their limits but for chance: 100 times the draws, a tenth."""
    counts = Counts.of(np.full(60, 3), np.full(60, 97), np.full(60, 400), 59_500 + np.arange(60))
    few, many = bcpnn(counts, draws=200).low, bcpnn(counts, draws=20_000).low
    assert few.std() / 15 < many.std() < few.std() / 6
    with pytest.raises(InvalidRequest, match="draws"):
        bcpnn(counts, draws=99)


def test_a_product_with_many_reactions_is_quick() -> None:
    a = np.random.default_rng(1).poisson(3, 200)
    counts = Counts.of(a, 1_000 - a, 2_000 - a + np.arange(200), 700_000 + a)
    started = time.process_time()
    bcpnn(counts)
    assert time.process_time() - started < 2
