"""The tree scan beside plain Python that goes through every possible draw, and beside likelihoods at 30 digits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product
from math import factorial, log, sqrt

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.signals.hierarchy.drawing import CaseDraws
from phytovigil.signals.hierarchy.incidence import cases_by_node, incidence
from phytovigil.signals.hierarchy.likelihood import bernoulli_ratio, conditional_ratio, poisson_ratio
from phytovigil.signals.hierarchy.tree_scan import TreeScan, scan_cases, scan_poisson

# Terms of ten cases, in three groups; two terms are in two groups. Some cases name several terms of a group.
CASES = ("ab", "ab", "c", "ad", "", "d", "ce", "b", "e", "abc")
GROUPS = {"upper": "ab", "middle": "bcd", "lower": "de", **{term: term for term in "abcde"}}
DRAWS = 4999


def in_group(case: str, group: str) -> bool:
    return any(term in GROUPS[group] for term in case)


def plain_ratio(cases: int, expected: float, total: float) -> float:
    if cases <= expected:
        return 0.0
    rest = (total - cases) * log((total - cases) / (total - expected)) if cases < total else 0.0
    return cases * log(cases / expected) + rest


def strongest(drawn: Iterable[int], expected: dict[str, float], total: int, fewest: int) -> dict[str, float]:
    chosen = set(drawn)
    seen = {group: sum(in_group(CASES[case], group) for case in chosen) for group in GROUPS}
    return {
        group: plain_ratio(seen[group], expected[group], total) if seen[group] >= fewest else 0.0 for group in GROUPS
    }


def exact_p(exposed: set[int], strata: str, fewest: int) -> dict[str, float]:
    """Share of all draws, each equally likely, whose strongest group is at least as strong."""
    members = {name: [case for case in range(len(CASES)) if strata[case] == name] for name in set(strata)}
    chosen = {name: len(exposed.intersection(held)) for name, held in members.items()}
    expected = {
        group: sum(
            chosen[name] / len(held) * sum(in_group(CASES[case], group) for case in held)
            for name, held in members.items()
        )
        for group in GROUPS
    }
    every = [sum(parts, ()) for parts in product(*(combinations(held, chosen[name]) for name, held in members.items()))]
    most = [max(strongest(drawn, expected, len(exposed), fewest).values()) for drawn in every]
    own = strongest(exposed, expected, len(exposed), fewest)
    return {group: sum(value >= own[group] - 1e-12 for value in most) / len(every) for group in GROUPS}


def scan(exposed: set[int], strata: str, fewest: int) -> TreeScan:
    terms = "abcde"
    pairs = [(case, terms.index(term)) for case, named in enumerate(CASES) for term in named]
    nodes = [(terms.index(term), place) for place, held in enumerate(GROUPS.values()) for term in held]
    case_leaves = incidence(*zip(*pairs, strict=True), shape=(len(CASES), len(terms)))
    table = cases_by_node(case_leaves, incidence(*zip(*nodes, strict=True), shape=(len(terms), len(GROUPS))))
    draws = CaseDraws([case in exposed for case in range(len(CASES))], [ord(name) for name in strata])
    return scan_cases(table, draws, replicates=DRAWS, seed=8, minimum_cases=fewest)


@pytest.mark.parametrize("fewest", [1, 2])
@pytest.mark.parametrize("strata", ["xxxxxxxxxx", "xxyyxyxyxy", "xyzxyzxyzx"])
@pytest.mark.parametrize("exposed", [{0, 1, 9}, {0, 1, 3, 7}, {4, 5, 8}], ids=str)
def test_monte_carlo_p_is_the_exact_one(exposed: set[int], strata: str, fewest: int) -> None:
    """Within four standard errors for every node; the whole distribution is gone through by hand."""
    exact = exact_p(exposed, strata, fewest)
    found = scan(exposed, strata, fewest)
    for place, group in enumerate(GROUPS):
        p = exact[group]
        assert found.p_value[place] == pytest.approx(p, abs=4 * sqrt(p * (1 - p) / DRAWS) + 1 / DRAWS), group


def test_exact_p_of_a_table_by_hand() -> None:
    """Three of ten cases, all in “upper” where five of ten are, and nothing else to look at: 10 of 120 draws."""
    found = scan({0, 1, 9}, "xxxxxxxxxx", 1)
    assert found.observed[0] == 3
    assert found.expected[0] == pytest.approx(1.5)
    assert found.ratio[0] == pytest.approx(3 * log(2))


def tables(total: int, leaves: int) -> Iterator[tuple[int, ...]]:
    """Every way to spread a total over leaves."""
    yield from (counts for counts in product(range(total + 1), repeat=leaves) if sum(counts) == total)


@pytest.mark.parametrize("observed", [(3, 2, 0, 0), (4, 0, 1, 0), (1, 1, 1, 2)])
def test_conditional_poisson_p_is_the_exact_one(observed: tuple[int, ...]) -> None:
    """Every table of the same total, with its multinomial probability."""
    share, groups, total = (0.1, 0.2, 0.3, 0.4), ((0,), (1,), (2,), (3,), (0, 1), (1, 2, 3)), sum(observed)

    def most(counts: tuple[int, ...]) -> list[float]:
        return [plain_ratio(sum(counts[n] for n in g), total * sum(share[n] for n in g), total) for g in groups]

    weights = {
        counts: factorial(total) * np.prod([s**n / factorial(n) for s, n in zip(share, counts, strict=True)])
        for counts in tables(total, 4)
    }
    assert sum(weights.values()) == pytest.approx(1)
    pairs = [(leaf, place) for place, group in enumerate(groups) for leaf in group]
    leaf_nodes = incidence(*zip(*pairs, strict=True), shape=(4, len(groups)))
    found = scan_poisson(leaf_nodes, observed, share, replicates=DRAWS, minimum_cases=1)
    for place, ratio in enumerate(most(observed)):
        p = min(1.0, sum(weight for counts, weight in weights.items() if max(most(counts)) >= ratio - 1e-12))
        assert found.ratio[place] == pytest.approx(ratio)
        assert found.p_value[place] == pytest.approx(p, abs=4 * sqrt(p * (1 - p) / DRAWS) + 1 / DRAWS)


def poisson_log(cases: int, mean: mpmath.mpf) -> mpmath.mpf:
    return cases * mpmath.log(mean) - mean - mpmath.loggamma(cases + 1)


def binomial_log(cases: int, total: int, share: mpmath.mpf) -> mpmath.mpf:
    rest = (total - cases) * mpmath.log(1 - share) if cases < total else mpmath.mpf(0)
    return mpmath.log(mpmath.binomial(total, cases)) + cases * mpmath.log(share) + rest


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 5000), st.floats(1e-4, 0.999), st.integers(0, 100_000))
def test_ratios_are_those_of_maximised_likelihoods(cases: int, share: float, others: int) -> None:
    """Probability of the data at its best-fitting parameter over that under the null, at 30 digits."""
    with mpmath.workdps(30):
        total = cases + others
        expected = float(total * share)
        for found, want in (
            (
                poisson_ratio([cases], [expected]),
                poisson_log(cases, mpmath.mpf(cases)) - poisson_log(cases, mpmath.mpf(expected)),
            ),
            (
                conditional_ratio([cases], [expected], total),
                binomial_log(cases, total, mpmath.mpf(cases) / total)
                - binomial_log(cases, total, mpmath.mpf(expected) / total),
            ),
            (
                bernoulli_ratio([cases], [total], share),
                binomial_log(cases, total, mpmath.mpf(cases) / total) - binomial_log(cases, total, mpmath.mpf(share)),
            ),
        ):
            wanted = float(want) if cases > expected else 0.0
            assert found[0] == pytest.approx(wanted, rel=1e-8, abs=1e-8)
