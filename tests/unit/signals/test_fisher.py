from __future__ import annotations

import time
import tracemalloc

import numpy as np
import pytest

from phytovigil.schema.counts import Counts
from phytovigil.signals import fisher as room
from phytovigil.signals.fisher import (
    fisher,
    fisher_midp,
    fisher_midp_two_sided,
    fisher_two_sided,
    sum_outwards,
)

pytestmark = pytest.mark.filterwarnings("error")

TESTS = [fisher, fisher_midp, fisher_two_sided, fisher_midp_two_sided]


def draw_counts(pairs: int, with_product: int, with_reaction: int, total: int, seed: int = 8) -> Counts:
    a = np.random.default_rng(seed).hypergeometric(with_product, total - with_product, with_reaction, pairs)
    return Counts.of(a, with_product - a, with_reaction - a, total - with_product - with_reaction + a)


def every_table(with_product: int, with_reaction: int, total: int) -> Counts:
    a = np.arange(max(0, with_product + with_reaction - total), min(with_product, with_reaction) + 1)
    return Counts.of(a, with_product - a, with_reaction - a, total - with_product - with_reaction + a)


def turned(counts: Counts) -> Counts:
    """Rows exchanged: more cases than expected become fewer."""
    return Counts(counts.c, counts.d, counts.a, counts.b)


def test_both_tails_and_the_observed_table_make_one() -> None:
    counts = draw_counts(200, 60, 900, 20_000)
    probability = 2 * (fisher(counts) - fisher_midp(counts))
    np.testing.assert_allclose(fisher(counts) + fisher(turned(counts)), 1 + probability, rtol=1e-12)
    np.testing.assert_allclose(fisher_midp(counts) + fisher_midp(turned(counts)), 1, rtol=1e-12)


@pytest.mark.parametrize("margins", [(5, 7, 20), (6, 6, 12), (1, 1, 2), (3, 19, 20), (40, 300, 5_000)])
def test_probabilities_of_all_tables_add_up(margins: tuple[int, int, int]) -> None:
    counts = every_table(*margins)
    np.testing.assert_allclose((2 * (fisher(counts) - fisher_midp(counts))).sum(), 1, rtol=1e-12)
    tail = fisher(counts)
    assert tail[0] == pytest.approx(1, abs=1e-12)
    assert (np.diff(tail) < 0).all()


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("margins", [(5, 7, 20), (6, 6, 12), (40, 300, 5_000)])
def test_exact_tests_keep_their_level_and_mid_p_ones_nearly(test, margins: tuple[int, int, int]) -> None:
    """The level is checked by adding up, not by simulating: the share of tables with p ≤ level, under the null."""
    counts = every_table(*margins)
    probability, p_value = 2 * (fisher(counts) - fisher_midp(counts)), test(counts)
    slack = 1.0 if test in (fisher, fisher_two_sided) else 2.0
    for level in (0.001, 0.01, 0.05, 0.2):
        assert probability[p_value <= level].sum() <= level * slack + 1e-12


@pytest.mark.parametrize("test", TESTS)
def test_chunks_and_order_do_not_change_the_answer(test, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = draw_counts(300, 60, 900, 20_000)
    whole = test(counts)
    monkeypatch.setattr(room, "CHUNK", 7)
    np.testing.assert_allclose(test(counts), whole, rtol=1e-13)
    order = np.random.default_rng(1).permutation(300)
    np.testing.assert_allclose(test(counts.select(order)), whole[order], rtol=1e-13)


def test_what_is_left_out_is_negligible() -> None:
    """The sum to the very end of the margins, term by term, against the one that stops."""
    counts = draw_counts(20, 3_000, 2_000, 100_000)
    cells = (counts.a + 40, counts.b - 40, counts.c - 40, counts.d + 40)
    whole = []
    for a, b, c, d in zip(*cells, strict=True):
        steps = np.arange(min(b, c))
        whole.append(np.cumprod((b - steps) / (a + steps + 1) * ((c - steps) / (d + steps + 1))).sum())
    np.testing.assert_allclose(sum_outwards(cells), whole, rtol=1e-13)


def test_probabilities_below_the_smallest_number_are_zero() -> None:
    counts = Counts.of([5_000, 200], [5_000, 100], [5_000, 100], [10**7, 10**7])
    assert fisher(counts)[0] == fisher_two_sided(counts)[0] == 0
    assert 0 < fisher(counts)[1] < 1e-300 or fisher(counts)[1] == 0


def test_a_tie_on_the_other_side_counts_as_the_observed_table_does() -> None:
    """Of margins 4 and 4 among 8 the tables a = 3 and a = 1 are equally probable: 16 of 70 each, the ends 1 of 70."""
    counts = Counts.of([3, 1], [1, 3], [1, 3], [3, 1])
    np.testing.assert_allclose(fisher_two_sided(counts), [34 / 70] * 2)
    np.testing.assert_allclose(fisher_midp_two_sided(counts), [18 / 70] * 2)


@pytest.mark.parametrize(
    ("pairs", "with_product", "with_reaction", "total", "seconds"),
    [(100_000, 1_000, 2_000, 700_000, 1.0), (100_000, 5_000, 50_000, 2_000_000, 2.5), (1, 10**7, 10**7, 10**9, 0.5)],
)
def test_many_pairs_are_quick_and_small(
    pairs: int, with_product: int, with_reaction: int, total: int, seconds: float
) -> None:
    """Bounds are some ten times what a laptop needs: sums over whole supports would break them."""
    counts = draw_counts(pairs, with_product, with_reaction, total)
    started = time.process_time()
    fisher(counts)
    assert time.process_time() - started < seconds
    tracemalloc.start()
    fisher(counts)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 60e6
