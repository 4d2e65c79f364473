"""Information component from the posterior distribution of the whole 2×2 table, by Monte Carlo."""

from __future__ import annotations

import numpy as np

from phytovigil.errors import InvalidRequest
from phytovigil.schema.counts import Counts, Estimates, Floats
from phytovigil.signals.interval import tail_probability
from phytovigil.signals.measure import Measure

DRAWS = 10_000
"""Tables drawn for each pair. A 95 % limit then has a standard error of 0.03 posterior standard deviations; the lower
one of a pair without a case, which lies far out, of 0.2 in units of log2."""

PRIOR_CASES = 0.5
"""Cases with both that the prior is worth, as in the shrinkage of `ic`."""


def bcpnn(counts: Counts, *, level: float = 0.95, draws: int = DRAWS) -> Estimates:
    """Information component log2 of p11 / (p1· p·1), with credibility limits from its posterior; null value 0.

    The four probabilities of the table have a Dirichlet prior worth half a case with both, centred on independence at
    the observed margins. Point: the ratio at the posterior means of the probabilities. Limits: quantiles of `draws`
    tables drawn from the posterior. Each pair draws from a generator seeded with its own four counts: the same counts
    give the same limits, whatever stands beside them.
    Returns Estimates of shape (pairs,), in log2 units. Estimable for a = 0. Not estimable (NaN) where a margin is 0:
    there is nothing to compare. Takes some 2 seconds for a thousand pairs.
    Raises InvalidRequest for a level outside 0 to 1 or fewer than 100 draws.
    Norén, Bate, Orre, Edwards 2006, doi:10.1002/sim.2473; the first of its kind is of Bate et al. 1998,
    doi:10.1007/s002280050466.

    >>> e = bcpnn(Counts.of(a=[25], b=[1101], c=[62], d=[571385]))
    >>> e.point.round(2), e.low.round(1), e.high.round(1)
    (array([5.25]), array([4.7]), array([5.7]))
    """
    tail = tail_probability(level)
    if draws < 100:
        raise InvalidRequest(f"{draws} draws cannot tell a limit.", "Ask for at least 100, such as 10000.")
    tables, position = np.unique(np.stack([counts.a, counts.b, counts.c, counts.d]), axis=1, return_inverse=True)
    different = Counts(*tables)
    shapes = posterior_shapes(different)
    limits = np.full((2, len(different.a)), np.nan)
    for pair in np.flatnonzero(~np.isnan(shapes[0])):
        limits[:, pair] = _posterior_quantiles(tables[:, pair], shapes[:, pair], (tail, 1 - tail), draws)
    point, low, high = (values[position.ravel()] for values in (_log_ratio(shapes), *limits))
    return Estimates(point, low, high)


def posterior_shapes(counts: Counts) -> Floats:
    """Parameters of the Dirichlet posterior of the four cells a, b, c, d; shape (4, pairs).

    The prior has the margins (a+b+½)/(N+1) and (a+c+½)/(N+1) and PRIOR_CASES in the first cell; NaN where a
    margin is 0.

    >>> posterior_shapes(Counts.of(a=[3], b=[1], c=[1], d=[3])).T
    array([[3.5, 1.5, 1.5, 3.5]])
    """
    product, reaction, total = counts.with_product, counts.with_reaction, counts.total
    others, without = (total - product + 0.5) / (product + 0.5), (total - reaction + 0.5) / (reaction + 0.5)
    prior = PRIOR_CASES * np.stack([np.ones_like(total), without, others, others * without])
    cells = np.stack([counts.a, counts.b, counts.c, counts.d])
    possible = np.minimum.reduce([product, total - product, reaction, total - reaction]) > 0
    return np.where(possible, cells + prior, np.nan)


def _posterior_quantiles(table: Floats, shapes: Floats, probabilities: tuple[float, float], draws: int) -> Floats:
    """Quantiles of the information component of one pair."""
    generator = np.random.default_rng([int(count) for count in table])
    drawn = np.stack([generator.standard_gamma(shape, draws) for shape in shapes])
    quantiles: Floats = np.quantile(_log_ratio(drawn), probabilities)
    return quantiles


def _log_ratio(weights: Floats) -> Floats:
    """log2 of p11 / (p1· p·1) of four weights in proportion to the probabilities; shape (4, tables)."""
    both, product_only, reaction_only, neither = weights
    product, reaction = both + product_only, both + reaction_only
    ratio: Floats = np.log2(both / product) - np.log2(reaction / (product + reaction_only + neither))
    return ratio


BCPNN = Measure(
    name="bcpnn",
    title="Information component, from the posterior of the table",
    unit="log2 of the probability of both over that under independence",
    scale="log2",
    null=0.0,
    interval="Monte Carlo credibility interval",
    estimator=bcpnn,
    source="Norén, Bate, Orre, Edwards 2006, doi:10.1002/sim.2473",
    note="Estimable where a is 0; limits carry a small Monte Carlo error, the same each time; slow for many pairs.",
)
