"""Groups of pairs against scipy's hierarchical clustering and connected components."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform

from phytovigil.linkage.clusters import complete_link, mark_kept, number_groups


def draw_links(seed: int, records: int, share: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Some pairs with distinct probabilities."""
    random = np.random.default_rng(seed)
    pairs = np.array(list(combinations(range(records), 2)))
    chosen = pairs[random.random(len(pairs)) < share]
    probability = random.permutation(np.linspace(0.5, 1.0, len(chosen)))
    return chosen[:, 0], chosen[:, 1], probability


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_groups_are_those_of_complete_linkage(seed, share):
    left, right, probability = draw_links(seed, 24, share)
    distance = np.full((24, 24), 5.0)
    distance[left, right] = distance[right, left] = 1 - probability
    np.fill_diagonal(distance, 0)
    labels = fcluster(linkage(squareform(distance), "complete"), 1 - 0.7, "distance")
    wanted = sorted(
        sorted(np.flatnonzero(labels == label).tolist()) for label in np.unique(labels) if (labels == label).sum() > 1
    )
    assert complete_link(left, right, probability, 0.7) == wanted


@pytest.mark.parametrize("seed", range(5))
def test_each_group_lies_within_a_connected_component(seed):
    left, right, probability = draw_links(seed, 60, 0.04)
    _, component = connected_components(coo_matrix((np.ones(len(left)), (left, right)), (60, 60)), directed=False)
    groups = complete_link(left, right, probability, 0.5)
    assert groups
    assert all(len({int(component[record]) for record in group}) == 1 for group in groups)


def test_decided_pairs_are_together_or_apart():
    left, right, probability = np.array([0, 0, 1]), np.array([1, 2, 2]), np.array([0.99, 0.98, 0.97])
    assert complete_link(left, right, probability, 0.95) == [[0, 1, 2]]
    assert complete_link(left, right, probability, 0.95, apart=[(1, 2)]) == [[0, 1]]
    assert complete_link(left, right, probability, 0.95, together=[(0, 7)]) == [[0, 7], [1, 2]]
    assert complete_link(left, right, probability, 0.999, together=[(0, 7), (7, 9)]) == [[0, 7, 9]]


def test_the_most_complete_report_is_kept_then_the_earliest_then_the_lowest():
    groups = [[0, 1, 2], [3, 4], [5, 6], [7, 8]]
    completeness = np.array([0.5, 0.9, 0.9, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3])
    undated = np.iinfo(np.int32).min
    received = np.array([1, 30, 20, 9, 8, 7, 7, undated, 7])
    assert mark_kept(groups, completeness, received) == [2, 4, 5, 8]
    record, group, kept = number_groups([[0, 5], [2, 3]], [5, 2])
    assert [record.tolist(), group.tolist(), kept.tolist()] == [[0, 2, 3, 5], [0, 1, 1, 0], [0, 1, 0, 1]]
