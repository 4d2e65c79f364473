"""How often the scan finds a cut where there is none, by simulation with known truth."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

import numpy as np
import pytest

from phytovigil.signals.hierarchy.drawing import CaseDraws
from phytovigil.signals.hierarchy.incidence import Incidence, cases_by_node, incidence
from phytovigil.signals.hierarchy.tree_scan import count_exposed, scan_cases, scan_poisson

CASES, GROUPS, EACH = 3000, 12, 5


def tree() -> Incidence:
    """Twelve groups of five terms, and the terms."""
    terms = np.arange(GROUPS * EACH)
    return incidence(np.r_[terms, terms], np.r_[terms, len(terms) + terms // EACH], (len(terms), len(terms) + GROUPS))


def reports(generator: np.random.Generator, together: bool) -> Incidence:
    """Cases with four terms: of one group, as syndromes are reported, or picked one by one."""
    if together:
        group = generator.integers(GROUPS, size=CASES)
        order = generator.random((CASES, EACH)).argsort(axis=1)[:, :4]
        terms = group[:, None] * EACH + order
    else:
        terms = generator.random((CASES, GROUPS * EACH)).argsort(axis=1)[:, :4]
    return incidence(np.repeat(np.arange(CASES), 4), terms.ravel(), (CASES, GROUPS * EACH))


def smallest_p(sets: int, together: bool, drawn: int = 60) -> Iterator[tuple[float, float]]:
    """Smallest p of null data sets under both nulls: the product is named at random."""
    generator = np.random.default_rng(21)
    leaf_nodes = tree()
    for seed in range(sets):
        case_leaves = reports(generator, together)
        draws = CaseDraws(np.isin(np.arange(CASES), generator.choice(CASES, drawn, replace=False)))
        by_case = scan_cases(cases_by_node(case_leaves, leaf_nodes), draws, replicates=99, seed=seed)
        observed, expected = count_exposed(case_leaves, draws)
        by_mention = scan_poisson(leaf_nodes, observed, expected, replicates=99, seed=seed)
        yield by_case.p_value.min(), by_mention.p_value.min()


def share_of_false_cuts(sets: int, together: bool) -> list[float]:
    return [float(np.mean(np.array(found) <= 0.05)) for found in zip(*smallest_p(sets, together), strict=True)]


def test_drawing_cases_keeps_the_level_where_terms_come_together_and_drawing_mentions_does_not() -> None:
    by_case, by_mention = share_of_false_cuts(150, together=True)
    assert by_case <= 0.05 + 3 * sqrt(0.05 * 0.95 / 150)
    assert by_mention > 0.3


@pytest.mark.slow
def test_level_of_drawing_cases_within_two_standard_errors() -> None:
    for together in (True, False):
        by_case, _ = share_of_false_cuts(800, together)
        assert by_case == pytest.approx(0.05, abs=2.5 * sqrt(0.05 * 0.95 / 800)), together


@pytest.mark.slow
def test_drawing_mentions_is_right_where_terms_are_picked_one_by_one() -> None:
    _, by_mention = share_of_false_cuts(800, together=False)
    assert by_mention <= 0.05 + 2.5 * sqrt(0.05 * 0.95 / 800)
