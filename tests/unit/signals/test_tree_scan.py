"""The scan of a tree: counts, strata, draws, ties and what is refused. What it should find is worked out by hand."""

from __future__ import annotations

from collections import Counter
from math import comb, log
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.errors import InvalidCounts, InvalidRequest
from phytovigil.signals.hierarchy import tree_scan
from phytovigil.signals.hierarchy.drawing import CaseDraws, draw_distinct
from phytovigil.signals.hierarchy.incidence import cases_by_leaf, cases_by_node, incidence
from phytovigil.signals.hierarchy.likelihood import bernoulli_ratio, conditional_ratio, poisson_ratio
from phytovigil.signals.hierarchy.tree_scan import (
    adjusted_p,
    count_exposed,
    scan_bernoulli,
    scan_cases,
    scan_poisson,
    share_cases,
)

# Three terms in two overlapping groups. Case 0 names both terms of the first group.
LEAF_NODES = incidence([0, 1, 2, 0, 1, 1, 2], [0, 1, 2, 3, 3, 4, 4], (3, 5))
CASE_LEAVES = incidence([0, 0, 1, 2, 3, 4], [0, 1, 1, 2, 0, 2], (8, 3))


def test_a_case_counts_once_in_a_node_whatever_it_names_of_it() -> None:
    table = cases_by_node(CASE_LEAVES, LEAF_NODES)
    assert table.toarray().sum(axis=0).tolist() == [2, 2, 2, 3, 4]
    assert table.dtype == np.int8
    assert table.data.max() == 1


def test_a_case_with_more_terms_of_a_node_than_a_byte_holds_counts_once() -> None:
    many = 300
    table = cases_by_node(incidence([0] * many, range(many), (1, many)), incidence(range(many), [0] * many, (many, 1)))
    assert table.toarray().tolist() == [[1]]


def test_terms_that_no_leaf_has_are_left_out() -> None:
    blocks = [([0, 1], [5, 6]), ([2, 2], [7, 5])]
    assert cases_by_leaf(blocks, [7, 5], 3).toarray().tolist() == [[0, 1], [0, 0], [1, 1]]
    assert cases_by_leaf(blocks, [], 3).shape == (3, 0)
    assert cases_by_leaf([], [7], 3).nnz == 0


def test_observed_and_expected_are_those_of_the_2x2_table() -> None:
    table = cases_by_node(CASE_LEAVES, LEAF_NODES)
    observed, expected = count_exposed(table, CaseDraws([1, 1, 1, 0, 0, 0, 0, 0]))
    assert observed.tolist() == [1, 2, 1, 2, 3]
    assert expected.tolist() == [3 * n / 8 for n in (2, 2, 2, 3, 4)]


def test_expected_cases_are_summed_over_strata() -> None:
    table = cases_by_node(CASE_LEAVES, LEAF_NODES)
    exposed, strata = [1, 1, 1, 0, 0, 0, 0, 0], [9, 9, 4, 4, 4, 9, 4, 9]
    found = scan_cases(table, CaseDraws(exposed, strata), replicates=19)
    want = []
    for node in range(5):
        cases = np.flatnonzero(table.toarray()[:, node])
        want.append(sum(2 / 4 if strata[case] == 9 else 1 / 4 for case in cases))
    assert found.expected == pytest.approx(want)


def test_every_draw_has_as_many_cases_of_each_stratum_as_name_the_product() -> None:
    generator = np.random.default_rng(5)
    strata = generator.integers(4, size=60)
    exposed = generator.random(60) < 0.3
    drawn = CaseDraws(exposed, strata).draw(generator, 50)
    want = Counter(strata[exposed].tolist())
    for row in drawn:
        assert len(set(row.tolist())) == exposed.sum()
        assert Counter(strata[row].tolist()) == want


@pytest.mark.parametrize(("size", "chosen"), [(6, 2), (6, 3), (9, 2), (4, 4), (5, 1)])
def test_every_set_of_cases_is_equally_likely(size: int, chosen: int) -> None:
    """Both ways of drawing, by a χ² that a true equal chance exceeds once in 10,000 seeds."""
    from scipy.stats import chi2

    drawn = draw_distinct(np.random.default_rng(11), size, chosen, 6000)
    seen = Counter(tuple(sorted(row)) for row in drawn.tolist())
    sets = comb(size, chosen)
    assert len(seen) == sets
    each = 6000 / sets
    statistic = sum((count - each) ** 2 / each for count in seen.values())
    assert statistic <= chi2.ppf(0.9999, max(sets - 1, 1))


def test_no_case_of_the_product_gives_no_cut() -> None:
    found = scan_cases(cases_by_node(CASE_LEAVES, LEAF_NODES), CaseDraws([0] * 8), replicates=19)
    assert found.ratio.tolist() == [0] * 5
    assert found.p_value.tolist() == [1] * 5


def test_every_case_of_the_product_gives_no_cut() -> None:
    found = scan_cases(cases_by_node(CASE_LEAVES, LEAF_NODES), CaseDraws([1] * 8), replicates=19)
    assert found.observed.tolist() == found.expected.tolist() == [2, 2, 2, 3, 4]
    assert found.p_value.tolist() == [1] * 5


def test_a_tree_without_nodes_or_a_population_without_cases_is_no_error() -> None:
    for cases, nodes in ((8, 0), (0, 3), (0, 0)):
        found = scan_cases(incidence([], [], (cases, nodes)), CaseDraws([0] * cases), replicates=19)
        assert found.p_value.tolist() == [1] * nodes
    assert scan_poisson(incidence([], [], (0, 2)), [], [], replicates=19).p_value.tolist() == [1, 1]


def test_nodes_with_too_few_cases_do_not_stand_out() -> None:
    table = cases_by_node(CASE_LEAVES, LEAF_NODES)
    draws = CaseDraws([1, 1, 0, 0, 0, 0, 0, 0])
    assert scan_cases(table, draws, replicates=19).ratio[0] == 0
    assert scan_cases(table, draws, replicates=19, minimum_cases=1).ratio[0] > 0


def test_the_same_seed_gives_the_same_answer_whatever_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks bound the memory; with Poisson leaves, each draw is the same however they are cut."""
    options: dict[str, Any] = {"replicates": 60, "seed": 3, "conditional": False}
    one = scan_poisson(LEAF_NODES, [4, 1, 2], [1.0, 2.0, 3.0], **options)
    monkeypatch.setattr(tree_scan, "BLOCK", 20)
    other = scan_poisson(LEAF_NODES, [4, 1, 2], [1.0, 2.0, 3.0], **options)
    assert one.maxima.tolist() == other.maxima.tolist()
    assert scan_poisson(LEAF_NODES, [4, 1, 2], [1.0, 2.0, 3.0], **{**options, "seed": 4}).maxima.tolist() != (
        one.maxima.tolist()
    )


def test_blocks_cover_every_replicate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_scan, "BLOCK", 50)
    table = cases_by_node(CASE_LEAVES, LEAF_NODES)
    assert scan_cases(table, CaseDraws([1, 1, 1, 0, 0, 0, 0, 0]), replicates=101).maxima.shape == (101,)


def test_ties_count_against_and_rounding_does_not_decide() -> None:
    third = sum([0.1] * 3)
    assert third != 0.3
    assert adjusted_p(np.array([0.3, third]), np.array([third, 0.3, 0.1])).tolist() == [0.75, 0.75]


def test_cases_that_cuts_share() -> None:
    table = incidence([0, 1, 2, 0, 1, 3, 3], [0, 0, 0, 1, 1, 1, 2], (4, 4))
    which, shared = share_cases(table, np.array([0, 1, 2, 3]))
    assert which.tolist() == [-1, 0, 1, -1]
    assert shared.tolist() == [0, 2, 1, 0]
    assert [part.tolist() for part in share_cases(table, np.array([], dtype=int))] == [[], []]


def test_conditional_poisson_scales_what_is_expected_to_the_cases_seen() -> None:
    found = scan_poisson(LEAF_NODES, [6, 2, 2], [1.0, 1.0, 3.0], replicates=19)
    assert found.expected == pytest.approx([2, 2, 6, 4, 8])
    assert found.observed.tolist() == [6, 2, 2, 8, 4]
    assert found.ratio[0] == pytest.approx(6 * log(6 / 2) + 4 * log(4 / 8))


def test_bernoulli_scan_counts_nodes() -> None:
    found = scan_bernoulli(LEAF_NODES, [6, 0, 1], [8, 5, 5], 0.2, replicates=199)
    assert found.observed.tolist() == [6, 0, 1, 6, 1]
    assert found.expected == pytest.approx([1.6, 1, 1, 2.6, 2])
    assert found.ratio[0] == pytest.approx(6 * log(6 / 1.6) + 2 * log(2 / 6.4))
    assert found.p_value[0] == pytest.approx(1 / 200, abs=2 / 200)


def test_a_planted_excess_is_found_in_the_group_where_single_terms_are_too_rare() -> None:
    """Ten terms of one group, each in one case of the product: no term stands out, the group does."""
    cases, terms = 4000, 200
    generator = np.random.default_rng(2)
    rows, columns = np.arange(cases), generator.integers(terms, size=cases)
    columns[:10] = range(10)
    leaf_nodes = incidence([*range(terms), *range(terms)], [*range(terms), *(terms + np.arange(terms) // 10)],
                           (terms, terms + terms // 10))  # fmt: skip
    table = cases_by_node(incidence(rows, columns, (cases, terms)), leaf_nodes)
    found = scan_cases(table, CaseDraws(np.arange(cases) < 40), replicates=199)
    assert found.p_value[terms] == pytest.approx(1 / 200)
    assert (found.p_value[:terms] > 0.05).all()
    assert (found.p_value[terms + 1 :] > 0.05).all()


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf"), 0.5])
def test_counts_that_cannot_be_are_refused(wrong: float) -> None:
    with pytest.raises(InvalidCounts):
        scan_poisson(LEAF_NODES, [wrong, 1, 1], [1, 1, 1])
    with pytest.raises(InvalidCounts):
        scan_bernoulli(LEAF_NODES, [wrong, 1, 1], [5, 5, 5], 0.5)


def test_what_does_not_fit_together_is_refused() -> None:
    table = cases_by_node(CASE_LEAVES, LEAF_NODES)
    with pytest.raises(InvalidCounts, match="8 cases"):
        scan_cases(table, CaseDraws([1, 0]))
    with pytest.raises(InvalidCounts, match="one value"):
        CaseDraws([1, 0], [1])
    with pytest.raises(InvalidCounts, match="3 leaves"):
        scan_poisson(LEAF_NODES, [1, 1], [1, 1])
    with pytest.raises(InvalidCounts, match="none is expected"):
        scan_poisson(LEAF_NODES, [1, 1, 1], [0, 1, 1])
    with pytest.raises(InvalidCounts, match="probability"):
        scan_bernoulli(LEAF_NODES, [1, 1, 1], [2, 2, 2], 1.0)
    with pytest.raises(InvalidCounts, match="more exposed"):
        scan_bernoulli(LEAF_NODES, [3, 1, 1], [2, 2, 2], 0.5)
    with pytest.raises(InvalidRequest):
        scan_cases(table, CaseDraws([0] * 8), replicates=0)
    with pytest.raises(InvalidRequest):
        scan_cases(table, CaseDraws([0] * 8), minimum_cases=0)
    with pytest.raises(InvalidCounts, match="outside"):
        incidence([3], [0], (3, 1))
    with pytest.raises(InvalidCounts, match="outside"):
        incidence([-1], [0], (3, 1))
    with pytest.raises(InvalidCounts, match="whole tree"):
        conditional_ratio([5], [1], 4)


def test_ratios_at_their_edges() -> None:
    assert poisson_ratio([0, 3, 3], [0, 3, 0]).tolist() == [0, 0, np.inf]
    assert conditional_ratio([4, 0, 4], [2, 0, 4], 4).tolist() == [4 * log(2), 0, 0]
    assert bernoulli_ratio([2, 0, 0], [2, 0, 5], 0.5).tolist() == [2 * log(2), 0, 0]
    large = float(2**40)
    assert poisson_ratio([large], [large / 2])[0] == pytest.approx(large * log(2) - large / 2)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 40), st.floats(0.01, 39), st.integers(41, 200))
def test_conditional_tends_to_unconditional_as_the_tree_grows(cases: int, mean: float, total: int) -> None:
    """The binomial ratio is never below the Poisson one by more than the excess squared over what is left."""
    conditional = conditional_ratio([cases], [mean], total)[0]
    unconditional = poisson_ratio([cases], [mean])[0]
    assert conditional >= unconditional - 1e-9
    assert conditional_ratio([cases], [mean], 1e12)[0] == pytest.approx(unconditional, abs=1e-3)
