from __future__ import annotations

import time
import tracemalloc

import numpy as np
import pytest

from phytovigil.schema.counts import Counts
from phytovigil.signals import ror_exact as room
from phytovigil.signals.ror_exact import ror_exact, ror_midp

pytestmark = pytest.mark.filterwarnings("error")


def draw_counts(pairs: int, with_product: int, with_reaction: int, total: int) -> Counts:
    generator = np.random.default_rng(8)
    a = generator.hypergeometric(with_product, total - with_product, with_reaction, pairs)
    return Counts.of(a, with_product - a, with_reaction - a, total - with_product - with_reaction + a)


def stacked(found) -> np.ndarray:
    return np.stack([found.point, found.low, found.high])


def test_a_window_that_starts_too_small_is_widened(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = draw_counts(30, 3000, 2000, 100_000)
    wide = stacked(ror_midp(counts))
    monkeypatch.setattr(room, "_first_moves", lambda cells, level: np.full(len(cells[0]), 2))
    np.testing.assert_allclose(stacked(ror_midp(counts)), wide, rtol=1e-10)


def test_chunks_do_not_change_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = draw_counts(50, 60, 900, 20_000)
    whole = stacked(ror_midp(counts))
    monkeypatch.setattr(room, "CHUNK", 100)
    np.testing.assert_allclose(stacked(ror_midp(counts)), whole, rtol=1e-10)


def test_extreme_levels_keep_their_order() -> None:
    counts = Counts.of([7, 1], [27, 33], [1, 2], [33, 64481])
    lows = [ror_midp(counts, level=level).low for level in (1e-6, 0.5, 0.95, 0.999999, 1 - 1e-12)]
    highs = [ror_midp(counts, level=level).high for level in (1e-6, 0.5, 0.95, 0.999999, 1 - 1e-12)]
    assert (np.diff(lows, axis=0) < 0).all()
    assert (np.diff(highs, axis=0) > 0).all()
    assert np.isfinite([*lows, *highs]).all()


def test_mid_p_agrees_with_wald_where_counts_are_large() -> None:
    found = ror_midp(Counts.of([100_000], [900_000], [900_000], [18_100_000]))
    assert (found.low[0], found.high[0]) == pytest.approx((2.21927, 2.24997), abs=2e-5)


def test_exact_is_wider_than_mid_p() -> None:
    counts = draw_counts(40, 60, 900, 20_000)
    mid, exact = ror_midp(counts), ror_exact(counts)
    assert (exact.high > mid.high).all()
    assert (exact.low <= mid.low).all()


@pytest.mark.parametrize(
    ("pairs", "with_product", "with_reaction", "total", "seconds"),
    [(5_000, 34, 1_500, 64_517, 1.0), (10_000, 5_000, 5_000, 1_000_000, 3.0)],
)
def test_many_pairs_are_quick_and_small(
    pairs: int, with_product: int, with_reaction: int, total: int, seconds: float
) -> None:
    """Bounds are several times what a laptop needs (0.05 s and 0.2 s): a slide back to full supports breaks them."""
    counts = draw_counts(pairs, with_product, with_reaction, total)
    started = time.process_time()
    ror_midp(counts)
    assert time.process_time() - started < seconds
    tracemalloc.start()
    ror_midp(counts)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 60e6
