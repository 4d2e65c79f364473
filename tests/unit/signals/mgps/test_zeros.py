from __future__ import annotations

import numpy as np
import pytest

from phytovigil.errors import InvalidCounts
from phytovigil.signals.mgps.fitting import fit_prior
from phytovigil.signals.mgps.squashing import Squashed, as_cells, merge, squash
from phytovigil.signals.mgps.zeros import zero_cells

TOTAL = 5_000


def table(products: int = 60, reactions: int = 80) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A whole table of products by reactions: observed counts, and the two margins that give the expected ones."""
    generator = np.random.default_rng(4)
    with_product = np.sort(generator.integers(1, 700, products))
    with_reaction = np.sort(generator.integers(1, 500, reactions))
    expected = np.outer(with_product, with_reaction) / TOTAL
    return generator.poisson(expected * generator.gamma(1.2, 1 / 1.2, expected.shape)), with_product, with_reaction


def test_zeros_from_the_margins_are_those_of_the_whole_table() -> None:
    observed, with_product, with_reaction = table()
    expected = np.outer(with_product, with_reaction) / TOTAL
    seen = observed > 0
    zeros = zero_cells(with_product, with_reaction, TOTAL, squash(observed[seen], expected[seen]))
    wanted = squash(observed[~seen], expected[~seen])
    assert zeros.cells == wanted.cells
    assert zeros.weight @ zeros.expected == pytest.approx(expected[~seen].sum(), rel=1e-9)
    ends = np.exp(np.linspace(np.log(expected.min()), np.log(expected.max()), 20))
    for end in ends:
        near = [float(cells.weight[cells.expected <= end].sum()) for cells in (zeros, wanted)]
        assert near[0] == pytest.approx(near[1], abs=0.003 * wanted.cells)


def test_the_prior_learned_is_that_of_the_whole_table() -> None:
    observed, with_product, with_reaction = table(150, 200)
    expected = np.outer(with_product, with_reaction) / TOTAL
    seen = observed > 0
    cells = squash(observed[seen], expected[seen])
    found = fit_prior(
        merge([cells, zero_cells(with_product, with_reaction, TOTAL, cells)]), truncation="none", starts=8
    )
    whole = fit_prior(squash(observed.ravel(), expected.ravel()), truncation="none", starts=8)
    assert found.cells == whole.cells == observed.size
    assert found.log_likelihood == pytest.approx(whole.log_likelihood, rel=1e-6)


def test_many_distinct_margins_are_squashed_without_losing_a_cell() -> None:
    with_product = np.arange(1, 12_001)
    zeros = zero_cells(with_product, [3, 50, 50], 20_000, as_cells([1, 2], [0.5, 3.0]))
    assert zeros.cells == 3 * 12_000 - 2
    everywhere = with_product.sum() * 103 / 20_000
    assert zeros.weight @ zeros.expected == pytest.approx(everywhere - 3.5, rel=1e-4)


def test_a_table_that_was_seen_whole_has_no_zeros() -> None:
    assert zero_cells([2], [3], 10, as_cells([1], [0.6])).points == 0


def test_no_margins_no_zeros() -> None:
    assert zero_cells([], [], 10, Squashed(*(np.zeros(0),) * 3)).points == 0


@pytest.mark.parametrize(("products", "reactions"), [([0], [1]), ([11], [1]), ([1], [float("nan")]), ([1], [-1])])
def test_impossible_margins_are_refused(products: list, reactions: list) -> None:
    with pytest.raises(InvalidCounts):
        zero_cells(products, reactions, 10, squash([], []))


def test_more_pairs_than_there_are_is_refused() -> None:
    with pytest.raises(InvalidCounts, match="2 pairs were observed of 1"):
        zero_cells([2], [3], 10, as_cells([1, 1], [0.6, 0.6]))
