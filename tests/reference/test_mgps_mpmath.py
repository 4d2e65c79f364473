"""The shrinker again, from its definition and with 30 digits: likelihood, gradient, and posteriors by integration.

Nothing is shared with the code under test: the posterior is the prior times the chance of the count, integrated
numerically over λ, without the conjugacy that the code relies on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from mpmath import mpf
from scipy.stats import nbinom

from phytovigil.signals.mgps.likelihood import Likelihood
from phytovigil.signals.mgps.posterior import ebgm, posterior_mixing, posterior_quantile, solved_quantile
from phytovigil.signals.mgps.prior import Prior
from phytovigil.signals.mgps.squashing import as_cells

Parameters = tuple[float, float, float, float, float]

USUAL: Parameters = (3.25379064, 0.39988801, 2.02613219, 1.90808279, 0.06534557)
DUMOUCHEL: Parameters = (0.2, 0.1, 2.0, 4.0, 1 / 3)
PRIORS: list[Parameters] = [
    USUAL,
    DUMOUCHEL,
    (45.084446, 3.687051, 0.852904, 0.873001, 0.00653431),
    (1e-6, 0.005, 0.2068, 0.3967, 0.999999),
    (2500.0, 500.0, 0.02, 0.01, 0.3),
    (40.0, 40.0, 40.0, 4.0, 1e-9),
]
PAIRS: list[tuple[int, float]] = [
    (1, 0.00029797),
    (1, 0.0361),
    (1, 12.5),
    (2, 1e-6),
    (4, 0.5),
    (16, 0.40643623),
    (23, 31.0),
    (150, 2.5),
    (10476, 900.0),
    (3, 1e-12),
]


@pytest.fixture(autouse=True)
def thirty_digits() -> Iterator[None]:
    with mpmath.workdps(30):
        yield


def chance(count: int, expected: mpf, shape: mpf, rate: mpf) -> mpf:
    """Negative binomial density of a count, from gamma functions."""
    coefficient = mpmath.gammaprod([shape + count], [shape, mpf(count) + 1])
    return coefficient * (expected / (rate + expected)) ** count * (rate / (rate + expected)) ** shape


def log_likelihood(parameters: list[mpf], cells: list[tuple[int, float]], truncation: str, least: int) -> mpf:
    shape1, rate1, shape2, rate2, share = parameters
    total = mpf(0)
    for count, expected in cells:
        first, second = (chance(count, mpf(expected), *one) for one in ((shape1, rate1), (shape2, rate2)))
        seen = [
            1 - mpmath.fsum(chance(left, mpf(expected), *one) for left in range(least))
            for one in ((shape1, rate1), (shape2, rate2))
        ]
        if truncation == "component":
            total += mpmath.log(share * first / seen[0] + (1 - share) * second / seen[1])
        else:
            whole = share * seen[0] + (1 - share) * seen[1] if truncation == "mixture" else mpf(1)
            total += mpmath.log((share * first + (1 - share) * second) / whole)
    return total


def vector(parameters: Parameters) -> np.ndarray:
    return Prior.of(*parameters).vector


CELLS = [(1, 0.01), (1, 0.9), (2, 0.3), (3, 4.0), (7, 0.2), (40, 20.0), (300, 11.0), (5, 1e-7)]
WAYS = [("none", 1), ("mixture", 1), ("component", 1), ("mixture", 3), ("component", 3)]


def covered(truncation: str, least: int) -> list[tuple[int, float]]:
    if truncation == "none":
        return [*CELLS, (0, 0.3), (0, 25.0)]
    return [cell for cell in CELLS if cell[0] >= least]


@pytest.mark.parametrize(("truncation", "least"), WAYS)
@pytest.mark.parametrize("parameters", PRIORS)
def test_log_likelihood(parameters: Parameters, truncation: str, least: int) -> None:
    cells = covered(truncation, least)
    found = Likelihood(as_cells(*zip(*cells, strict=True)), truncation=truncation, least=least).value(
        vector(parameters)
    )
    wanted = log_likelihood([mpf(part) for part in parameters], cells, truncation, least)
    assert found == pytest.approx(float(wanted), rel=1e-9 if least > 1 else 1e-12)


@pytest.mark.parametrize(("truncation", "least"), WAYS)
@pytest.mark.parametrize("parameters", PRIORS[:4])
def test_gradient(parameters: Parameters, truncation: str, least: int) -> None:
    """Against differences of the likelihood above, on the scales of logarithm and logit."""
    mpmath.mp.dps = 70  # of a count of at least 3 where 1e-7 are expected, the definition subtracts 21 digits away
    cells = covered(truncation, least)
    x = [mpmath.log(mpf(part)) for part in parameters[:4]]
    x.append(mpmath.log(mpf(parameters[4]) / (1 - mpf(parameters[4]))))
    step, wanted = mpf(10) ** -9, []
    for place in range(5):
        ends = []
        for sign in (1, -1):
            moved = [part + (sign * step if index == place else 0) for index, part in enumerate(x)]
            natural = [mpmath.exp(part) for part in moved[:4]] + [1 / (1 + mpmath.exp(-moved[4]))]
            ends.append(log_likelihood(natural, cells, truncation, least))
        wanted.append(float((ends[0] - ends[1]) / (2 * step)))
    likelihood = Likelihood(as_cells(*zip(*cells, strict=True)), truncation=truncation, least=least)
    found = likelihood.value_and_gradient(vector(parameters))[1]
    np.testing.assert_allclose(found, wanted, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("parameters", PRIORS[:3])
def test_log_likelihood_is_that_of_scipy(parameters: Parameters) -> None:
    """With zeros, against the negative binomial of SciPy, in a population of random cells."""
    generator = np.random.default_rng(5)
    expected = np.exp(generator.uniform(-5, 4, 400))
    observed = generator.poisson(expected * generator.gamma(0.5, 3, 400))
    alpha1, beta1, alpha2, beta2, p = parameters
    mixture = p * nbinom.pmf(observed, alpha1, beta1 / (beta1 + expected))
    mixture += (1 - p) * nbinom.pmf(observed, alpha2, beta2 / (beta2 + expected))
    found = Likelihood(as_cells(observed, expected), truncation="none").value(vector(parameters))
    assert found == pytest.approx(np.log(mixture).sum(), rel=1e-11)


@pytest.mark.parametrize("shape", [1e9, 1e11, 1e13])
def test_a_spike_of_a_component_is_a_poisson(shape: float) -> None:
    """As α and β grow with their ratio fixed, the limit is reached evenly: no digits are lost on the way."""
    counts, expected = [1, 3, 40, 900], [0.5, 2.0, 10.0, 500.0]
    x = np.array([np.log(shape), np.log(shape / 3), np.log(shape), np.log(shape / 3), 0.0])
    found = Likelihood(as_cells(counts, expected), truncation="none").value(x)
    mean = [3 * mpf(part) for part in expected]
    wanted = mpmath.fsum(
        count * mpmath.log(part) - part - mpmath.loggamma(count + 1) for count, part in zip(counts, mean, strict=True)
    )
    bend = sum(((count - float(part)) ** 2 - count) / 2 for count, part in zip(counts, mean, strict=True)) / shape
    assert found == pytest.approx(float(wanted) + bend, rel=1e-11)


NODES, WEIGHTS = np.polynomial.legendre.leggauss(14)


def log_density(parameters: Parameters, count: int, expected: float) -> Callable[[mpf], mpf]:
    """Of log λ: the prior times the chance of the count, both from their definitions."""
    shape1, rate1, shape2, rate2, share = (mpf(part) for part in parameters)
    mean = mpf(expected)
    first = mpmath.log(share) + shape1 * mpmath.log(rate1) - mpmath.loggamma(shape1)
    second = mpmath.log(1 - share) + shape2 * mpmath.log(rate2) - mpmath.loggamma(shape2)
    constant = count * mpmath.log(mean) - mpmath.loggamma(count + 1)

    def density(place: mpf) -> mpf:
        ratio = mpmath.exp(place)
        prior = mpmath.exp(first + shape1 * place - rate1 * ratio) + mpmath.exp(second + shape2 * place - rate2 * ratio)
        return prior * mpmath.exp(constant + count * place - ratio * mean)

    return density


def edges_of(parameters: Parameters, count: int, expected: float) -> set[mpf]:
    """Ends of panels that cover all that matters of both components, narrow where either is."""
    edges = set()
    for shape, rate in (parameters[:2], parameters[2:4]):
        after, per = mpf(shape) + count, mpf(rate) + mpf(expected)
        centre, width = mpmath.log(after / per), 1 / mpmath.sqrt(after)
        edges |= {centre + step * width for step in np.arange(-14, 9.1, 1.2)}
        edges |= {centre - 14 * width - step * width for step in range(3, 40, 3) if after > 30}
        edges |= {centre - 14 * width - step / after for step in range(3, 70, 3) if after <= 30}
        edges |= {mpmath.log((after + step * mpmath.sqrt(after) + step**2) / per) for step in (4, 5, 6, 7, 8, 9, 10)}
    return edges


def integrate(parameters: Parameters, count: int, expected: float, bounds: list[float]) -> tuple[mpf, mpf, list[mpf]]:
    """Geometric mean of λ, the integral of its density, and the chance of lying below each bound."""
    density = log_density(parameters, count, expected)
    ends = [mpmath.log(mpf(bound)) for bound in bounds]
    edges = sorted(edges_of(parameters, count, expected) | set(ends))
    whole = mean = mpf(0)
    below = [mpf(0)] * len(ends)
    for low, high in pairwise(edges):
        half, middle = (high - low) / 2, (high + low) / 2
        for node, weight in zip(NODES, WEIGHTS, strict=True):
            place = middle + half * mpf(node)
            part = half * mpf(weight) * density(place)
            whole += part
            mean += part * place
            below = [done + (part if high <= end else 0) for done, end in zip(below, ends, strict=True)]
    return mpmath.exp(mean / whole), whole, [part / whole for part in below]


SOME = [
    (parameters, *pair)
    for number, parameters in enumerate(PRIORS)
    for place, pair in enumerate(PAIRS)
    if (number + place) % 3 == 0 or number == 0
]


@pytest.mark.parametrize(("parameters", "count", "expected"), SOME)
def test_posterior_by_integration(parameters: Parameters, count: int, expected: float) -> None:
    """EBGM to 12 digits; the quantiles so exactly that moving them by 1 in 10^12 explains what is left."""
    prior, chances = Prior.of(*parameters), [0.05, 0.95, 0.025]
    found = [float(posterior_quantile(prior, [count], [expected], part)[0]) for part in chances]
    mean, whole, below = integrate(parameters, count, expected, found)
    assert ebgm(prior, [count], [expected])[0] == pytest.approx(float(mean), rel=1e-12)
    density = log_density(parameters, count, expected)
    for bound, reached, wanted in zip(found, below, chances, strict=True):
        slope = float(density(mpmath.log(mpf(bound))) / whole)
        assert float(reached - mpf(wanted)) == pytest.approx(0, abs=1e-12 * slope + 1e-14)


@pytest.mark.parametrize(("parameters", "count", "expected"), SOME[:20])
def test_posterior_mixing(parameters: Parameters, count: int, expected: float) -> None:
    alpha1, beta1, alpha2, beta2, p = (mpf(part) for part in parameters)
    first = p * chance(count, mpf(expected), alpha1, beta1)
    second = (1 - p) * chance(count, mpf(expected), alpha2, beta2)
    found = posterior_mixing(Prior.of(*parameters), [count], [expected])[0]
    assert found == pytest.approx(float(first / (first + second)), rel=1e-10)


@pytest.mark.parametrize("parameters", PRIORS)
@pytest.mark.parametrize("probability", [0.001, 0.05, 0.95])
def test_interpolated_quantiles_are_the_solved_ones(parameters: Parameters, probability: float) -> None:
    """Very many pairs take the tables; one in 50 of the same pairs is solved on its own."""
    generator = np.random.default_rng(11)
    expected = np.exp(generator.uniform(-9, 4, 60_000))
    observed = np.minimum(1 + generator.poisson(expected * generator.gamma(0.5, 3, expected.size)), 400)
    prior = Prior.of(*parameters)
    found = posterior_quantile(prior, observed, expected, probability)
    solved = solved_quantile(prior, observed[::50], expected[::50], probability)
    np.testing.assert_allclose(found[::50], solved, rtol=1e-10)
