"""Tree-based scan statistic: the node that stands out most, against the most that chance makes any node stand out.

Every node of a tree of reactions is compared with what is expected of it; the p-value of a node is how often the
largest value of a tree in which nothing is wrong reaches it. So it is adjusted for having looked at all nodes.
Kulldorff, Fang, Walsh 2003, doi:10.1111/1541-0420.00039; in drug safety Kulldorff et al. 2013, doi:10.1002/pds.3423.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from phytovigil.errors import InvalidCounts, InvalidRequest
from phytovigil.schema.counts import Floats
from phytovigil.signals.hierarchy.drawing import CaseDraws
from phytovigil.signals.hierarchy.incidence import Incidence
from phytovigil.signals.hierarchy.likelihood import bernoulli_ratio, conditional_ratio, poisson_ratio

FEWEST = 2
"""Fewest cases of a node that can stand out, unless told: one case is never a cluster."""
Nodes = NDArray[np.intp]
BLOCK = 4_000_000
"""Numbers that a block of replicates may hold, so that memory does not grow with their number."""
TIE = 1e-9
"""Relative difference below which two values count as equal: rounding must not decide who is more extreme."""

Ratio = Callable[[Floats, Nodes], Floats]
"""Log-likelihood ratios from cases and the nodes that they are in, two arrays of one shape."""
Replicate = Callable[[np.random.Generator, int], Floats]
"""Cases of each node in some replicates under the null, shape (replicates, nodes)."""


@dataclass(frozen=True, slots=True)
class TreeScan:
    """What a scan found: arrays of shape (nodes,), in the order of the nodes.

    observed : cases in each node. expected : as many as there would be on average under the null.
    ratio : log-likelihood ratio, 0 where there is no excess or too few cases.
    p_value : share of the replicates, this data set among them, whose largest ratio is at least as large.
    maxima : largest ratio of each replicate, shape (replicates,).
    """

    observed: Floats
    expected: Floats
    ratio: Floats
    p_value: Floats
    maxima: Floats


def scan_cases(
    case_nodes: Incidence,
    draws: CaseDraws,
    *,
    replicates: int = 999,
    seed: int = 1,
    minimum_cases: int = FEWEST,
) -> TreeScan:
    """Scan in distinct cases; the null draws as many cases at random as name the product, within the strata.

    case_nodes : shape (cases, nodes), 1 where a case is in a node. draws : which cases name the product, and strata.
    A case in several nodes, or with several terms of one, stays whole: co-reported terms stay co-reported.
    The ratio is the conditional one, with C the cases that name the product and E summed over the strata.
    Raises InvalidCounts where the shapes differ, InvalidRequest for fewer than 1 replicate or a minimum below 1.

    >>> from phytovigil.signals.hierarchy.incidence import incidence
    >>> table = incidence([0, 1, 2, 3], [0, 0, 0, 1], (8, 2))
    >>> found = scan_cases(table, CaseDraws([1, 1, 1, 0, 0, 0, 0, 0]), replicates=999)
    >>> found.observed, found.expected.round(3), found.ratio.round(3)
    (array([3., 0.]), array([1.125, 0.375]), array([2.942, 0.   ]))
    """
    if case_nodes.shape[0] != len(draws.exposed):
        raise InvalidCounts(f"{case_nodes.shape[0]} cases have nodes, and {len(draws.exposed)} may name the product.")
    cases, nodes = case_nodes.shape
    counted = case_nodes.astype(np.int32)
    observed, expected = count_exposed(case_nodes, draws)
    drawn = draws.drawn

    def replicate(generator: np.random.Generator, some: int) -> Floats:
        places = draws.draw(generator, some)
        ends = np.arange(some + 1, dtype=np.int64) * drawn
        ones = np.ones(places.size, dtype=np.int32)
        chosen = sparse.csr_array((ones, places.ravel(), ends), shape=(some, cases))
        counts: Floats = (chosen @ counted).toarray().astype(np.float64)
        return counts

    def ratio(counts: Floats, places: Nodes) -> Floats:
        return conditional_ratio(counts, expected[places], drawn)

    per_case = 1 + counted.nnz / max(cases, 1)
    width = max(nodes, int(drawn * per_case), 1)
    return _scan(observed, expected, ratio, replicate, width, replicates, seed, minimum_cases)


def count_exposed(table: Incidence, draws: CaseDraws) -> tuple[Floats, Floats]:
    """Cases that name the product in each column of a table, and how many do in a draw on average; shape (columns,).

    >>> from phytovigil.signals.hierarchy.incidence import incidence
    >>> count_exposed(incidence([0, 1], [0, 0], (4, 1)), CaseDraws([1, 0, 0, 0]))
    (array([1.]), array([0.5]))
    """
    counted = table.astype(np.float64).T
    return np.asarray(counted @ draws.exposed.astype(np.float64)), np.asarray(counted @ draws.shares)


def scan_poisson(
    leaf_nodes: Incidence,
    observed: ArrayLike,
    expected: ArrayLike,
    *,
    conditional: bool = True,
    replicates: int = 999,
    seed: int = 1,
    minimum_cases: int = FEWEST,
) -> TreeScan:
    """Scan sums of leaves; the null draws the cases of each leaf as independent Poisson numbers.

    leaf_nodes : shape (leaves, nodes), 1 where a leaf is in a node. observed, expected : shape (leaves,).
    conditional : the total is kept as observed (a multinomial draw) and `expected` scaled to it.
    A case that reports two leaves counts twice in this model, and the two are taken for independent.
    Raises InvalidCounts for shapes that differ, invalid values, or a case seen where none is expected,
    InvalidRequest for fewer than 1 replicate or a minimum below 1.

    >>> from phytovigil.signals.hierarchy.incidence import incidence
    >>> found = scan_poisson(incidence([0, 1, 1], [0, 0, 1], (2, 2)), [3, 9], [4.0, 4.0], conditional=False)
    >>> found.observed, found.expected, found.ratio.round(3)
    (array([12.,  9.]), array([8., 4.]), array([0.866, 2.298]))
    """
    cases, mean = _leaf_values(leaf_nodes, observed, expected)
    if (cases[mean == 0] > 0).any():
        raise InvalidCounts("A leaf has cases where none is expected.")
    total = float(cases.sum())
    if conditional:
        mean = mean * (total / mean.sum() if mean.sum() else 0.0)
    counted = leaf_nodes.T.astype(np.float64).tocsr()
    node_expected = counted @ mean

    def replicate(generator: np.random.Generator, some: int) -> Floats:
        if conditional and total:
            drawn = generator.multinomial(int(total), mean / total, size=some)
        else:
            # Nothing seen is nothing to share out; without the condition, chance may still give cases.
            drawn = generator.poisson(mean, size=(some, len(mean)))
        return np.asarray((counted @ drawn.T).T, dtype=np.float64)

    def ratio(counts: Floats, places: Nodes) -> Floats:
        level = node_expected[places]
        return conditional_ratio(counts, level, total) if conditional else poisson_ratio(counts, level)

    width = max(sum(leaf_nodes.shape), 1)
    return _scan(counted @ cases, node_expected, ratio, replicate, width, replicates, seed, minimum_cases)


def scan_bernoulli(
    leaf_nodes: Incidence,
    observed: ArrayLike,
    total: ArrayLike,
    probability: float,
    *,
    replicates: int = 999,
    seed: int = 1,
    minimum_cases: int = FEWEST,
) -> TreeScan:
    """Scan leaves whose cases are exposed or not; the null exposes each with the same known probability.

    leaf_nodes : shape (leaves, nodes). observed, total : shape (leaves,): exposed cases, all cases.
    Raises as `scan_poisson` does, and for a probability outside 0 to 1.
    """
    cases, all_cases = _leaf_values(leaf_nodes, observed, total)
    counted = leaf_nodes.T.astype(np.float64).tocsr()
    size = counted @ all_cases

    def replicate(generator: np.random.Generator, some: int) -> Floats:
        drawn = generator.binomial(all_cases.astype(np.int64), probability, size=(some, len(all_cases)))
        return np.asarray((counted @ drawn.T).T, dtype=np.float64)

    def ratio(counts: Floats, places: Nodes) -> Floats:
        return bernoulli_ratio(counts, size[places], probability)

    width = max(sum(leaf_nodes.shape), 1)
    return _scan(counted @ cases, size * probability, ratio, replicate, width, replicates, seed, minimum_cases)


def _leaf_values(leaf_nodes: Incidence, *given: ArrayLike) -> tuple[Floats, ...]:
    values = tuple(np.asarray(value, dtype=np.float64) for value in given)
    for value in values:
        if value.shape != (leaf_nodes.shape[0],):
            raise InvalidCounts(f"{leaf_nodes.shape[0]} leaves have {value.shape} values.")
        if not (np.isfinite(value) & (value >= 0)).all():
            raise InvalidCounts("A leaf has a count that is negative or not a finite number.")
    if (values[0] != np.floor(values[0])).any():
        raise InvalidCounts("A leaf has a count that is not whole.")
    return values


def _scan(
    observed: Floats,
    expected: Floats,
    ratio: Ratio,
    replicate: Replicate,
    width: int,
    replicates: int,
    seed: int,
    minimum_cases: int,
) -> TreeScan:
    """The scan that all models share. width : numbers that one replicate needs."""
    if replicates < 1 or minimum_cases < 1:
        raise InvalidRequest("A scan needs at least 1 replicate, and at least 1 case in a node.")

    def strength(counts: Floats) -> Floats:
        # Most nodes of most replicates show no excess; only the others need their logarithms.
        places = np.nonzero((counts >= minimum_cases) & (counts > expected))
        strengths = np.zeros(counts.shape)
        strengths[places] = ratio(counts[places], places[-1])
        return strengths

    generator = np.random.default_rng(seed)
    at_once = max(1, BLOCK // width)
    maxima = [
        strength(replicate(generator, min(at_once, replicates - done))).max(axis=1, initial=0.0)
        for done in range(0, replicates, at_once)
    ]
    reached = np.concatenate(maxima)
    found = strength(observed)
    return TreeScan(observed, expected, found, adjusted_p(found, reached), reached)


def adjusted_p(ratio: Floats, maxima: Floats) -> Floats:
    """(1 + replicates whose largest ratio is at least this) / (1 + replicates), for each node; ties count against.

    >>> adjusted_p(np.array([3.0, 1.0, 0.0]), np.array([0.5, 1.0, 2.0]))
    array([0.25, 0.75, 1.  ])
    """
    ordered = np.sort(maxima)
    below = np.searchsorted(ordered, ratio * (1 - TIE), side="left")
    p: Floats = (1 + len(ordered) - below) / (1 + len(ordered))
    return p


def share_cases(case_nodes: Incidence, chosen: NDArray[np.intp]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each of some nodes, the earlier one with which it shares most cases, and how many.

    case_nodes : shape (cases, nodes), of the cases that count. chosen : positions of nodes, strongest first.
    Returns (which, cases), shape (chosen,): place in `chosen`, or −1 with 0 cases where it shares none.

    >>> from phytovigil.signals.hierarchy.incidence import incidence
    >>> share_cases(incidence([0, 1, 0, 2], [0, 0, 1, 2], (3, 3)), np.array([0, 1, 2]))
    (array([-1,  0, -1]), array([0, 1, 0]))
    """
    table = case_nodes[:, chosen].astype(np.int64)
    both = np.tril(np.asarray((table.T @ table).toarray(), dtype=np.int64), -1)
    if not both.size:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    most = both.max(axis=1)
    return np.where(most > 0, both.argmax(axis=1), -1), most
