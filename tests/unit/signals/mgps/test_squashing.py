from __future__ import annotations

import numpy as np
import pytest

from phytovigil.errors import InvalidCounts, InvalidRequest
from phytovigil.signals.mgps.likelihood import Likelihood
from phytovigil.signals.mgps.squashing import Squashed, as_cells, join, merge, squash


def some_cells(number: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(8)
    expected = np.exp(generator.uniform(-8, 5, number))
    return 1 + generator.poisson(expected * generator.gamma(0.4, 3, number)), expected


def columns(cells: Squashed) -> np.ndarray:
    found = np.column_stack([cells.observed, cells.expected, cells.weight])
    return found[np.lexsort(found.T[::-1])]


def test_cells_observed_and_expected_cases_are_kept() -> None:
    observed, expected = some_cells()
    points = squash(observed, expected)
    assert points.points < observed.size / 2
    assert points.cells == observed.size
    assert points.weight @ points.observed == observed.sum()
    assert points.weight @ points.expected == pytest.approx(expected.sum(), rel=1e-12)


def test_a_point_holds_cells_of_one_count_within_one_bin() -> None:
    observed, expected = [3, 3, 3, 4], [1.000, 1.004, 1.2, 1.000]
    points = squash(observed, expected)
    np.testing.assert_allclose(columns(points), [[3, 1.002, 2], [3, 1.2, 1], [4, 1.0, 1]])


def test_a_cell_alone_is_not_moved() -> None:
    points = squash([7], [0.123456789])
    assert points.expected.tolist() == [0.123456789]


def test_block_by_block_is_all_at_once() -> None:
    observed, expected = some_cells()
    parts = [slice(start, start + 3_000) for start in range(0, observed.size, 3_000)]
    merged = merge(squash(observed[part], expected[part]) for part in parts)
    np.testing.assert_allclose(columns(merged), columns(squash(observed, expected)), rtol=1e-12)


def test_weights_count_as_so_many_cells() -> None:
    once = squash([2, 2, 2], [0.5, 0.5, 0.501])
    weighted = squash([2, 2], [0.5, 0.501], weight=[2, 1])
    np.testing.assert_allclose(columns(weighted), columns(once), rtol=1e-15)


def test_squashing_hardly_changes_the_likelihood() -> None:
    observed, expected = some_cells()
    x = np.log([0.2, 0.1, 2.0, 4.0, 0.5])
    exact = Likelihood(as_cells(observed, expected)).value(x)
    off = [abs(Likelihood(squash(observed, expected, bin_ratio=ratio)).value(x) - exact) for ratio in (1.1, 1.03, 1.01)]
    assert off[0] < 1e-5 * abs(exact)
    assert off[2] < 1e-6 * abs(exact)


def test_counts_too_large_to_be_keys_are_told_apart() -> None:
    points = squash([2.0**40, 2.0**40 + 1, 2.0**40], [1e-300, 1e300, 1e-300])
    assert points.weight.tolist() == [2, 1]


def test_nothing_squashes_to_nothing() -> None:
    assert squash([], []).points == merge([]).points == join([]).points == 0


def test_expected_counts_of_zero_stay_apart() -> None:
    assert squash([0, 0], [0.0, 1.0]).expected.tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("observed", "expected", "weight"),
    [
        ([-1], [1], None),
        ([1.5], [1], None),
        ([1], [-1], None),
        ([1], [float("nan")], None),
        ([float("inf")], [1], None),
        ([1, 2], [1], None),
        ([1], [1], [0]),
        ([[1]], [[1]], None),
    ],
)
def test_impossible_cells_are_refused(observed: list, expected: list, weight: list | None) -> None:
    with pytest.raises(InvalidCounts):
        squash(observed, expected, weight=weight)


def test_a_bin_must_have_a_width() -> None:
    with pytest.raises(InvalidRequest, match="bin_ratio"):
        squash([1], [1], bin_ratio=1.0)
