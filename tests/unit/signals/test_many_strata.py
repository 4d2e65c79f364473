"""Sums over strata of many pairs, against each pair's strata taken alone and against statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import StratifiedTable

from phytovigil.schema.counts import Counts, Estimates
from phytovigil.signals.confounding.mantel_haenszel import mantel_haenszel_ror, stratified_expected, stratified_ic
from phytovigil.signals.confounding.many_strata import (
    SUMS,
    StratifiedSums,
    adjusted_ic,
    common_prr,
    common_ror,
    sum_strata,
)
from phytovigil.signals.prr import prr

TABLE = st.tuples(*[st.integers(0, 60)] * 4).filter(any)
PAIRS = st.lists(st.lists(TABLE, max_size=5), min_size=1, max_size=6)


def lay_out(pairs: list[list[tuple[int, ...]]]) -> StratifiedSums:
    strata = [table for pair in pairs for table in pair]
    owners = [place for place, pair in enumerate(pairs) for _ in pair]
    return sum_strata(counts_of(strata), owners, len(pairs))


def counts_of(tables: list[tuple[int, ...]]) -> Counts:
    return Counts.of(*zip(*tables, strict=True)) if tables else Counts.of([], [], [], [])


def numbers(found: Estimates, place: int) -> list[float]:
    return [float(column[place]) for column in (found.point, found.low, found.high)]


@settings(deadline=None, max_examples=60)
@given(PAIRS)
def test_each_pair_has_what_its_own_strata_give(pairs: list[list[tuple[int, ...]]]) -> None:
    sums = lay_out(pairs)
    ratios, components = common_ror(sums), adjusted_ic([sum(t[0] for t in pair) for pair in pairs], sums)
    for place, pair in enumerate(pairs):
        if not pair:
            assert all(float(getattr(sums, name)[place]) == 0 for name in SUMS)
            continue
        alone = counts_of(pair)
        assert float(sums.expected[place]) == pytest.approx(stratified_expected(alone), rel=1e-12)
        same = {"rel": 1e-9, "nan_ok": True}
        assert numbers(ratios, place) == pytest.approx(numbers(mantel_haenszel_ror(alone), 0), **same)
        assert numbers(components, place) == pytest.approx(numbers(stratified_ic(alone), 0), **same)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(*[st.integers(1, 60)] * 4), min_size=1, max_size=5))
def test_common_ratio_of_proportions_is_that_of_statsmodels(tables: list[tuple[int, ...]]) -> None:
    peer = StratifiedTable([np.array([[a, b], [c, d]]) for a, b, c, d in tables])
    assert float(common_prr(lay_out([tables])).point[0]) == pytest.approx(float(peer.riskratio_pooled), rel=1e-10)


@settings(deadline=None, max_examples=60)
@given(TABLE)
def test_one_stratum_is_the_plain_ratio_of_proportions_with_its_interval(table: tuple[int, ...]) -> None:
    plain, common = prr(counts_of([table])), common_prr(lay_out([[table]]))
    assert numbers(common, 0) == pytest.approx(numbers(plain, 0), rel=1e-6, nan_ok=True)


def test_interval_of_the_common_ratio_of_proportions_covers_what_it_should() -> None:
    """4,000 draws of five strata with one true ratio of 2: 95 % intervals hold it in 95 % of them."""
    random = np.random.default_rng(20261122)
    draws, base = 4_000, np.array([0.02, 0.05, 0.1, 0.15, 0.2])
    exposed, others = np.array([60, 90, 40, 120, 50]), np.array([400, 300, 500, 200, 250])
    a = random.binomial(exposed, 2 * base, (draws, 5)).ravel()
    c = random.binomial(others, base, (draws, 5)).ravel()
    strata = Counts.of(a, np.tile(exposed, draws) - a, c, np.tile(others, draws) - c)
    found = common_prr(sum_strata(strata, np.repeat(np.arange(draws), 5).tolist(), draws))
    covered = float(np.mean((found.low <= 2) & (found.high >= 2)))
    assert covered == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / draws))


def test_variance_of_the_common_ratio_by_hand() -> None:
    """Two strata in fractions: the sums of Greenland and Robins written out."""
    tables = [(3, 7, 10, 90), (5, 5, 20, 30)]
    top = bottom = spread = 0.0
    for a, b, c, d in tables:
        n = a + b + c + d
        top += a * (c + d) / n
        bottom += c * (a + b) / n
        spread += ((a + b) * (c + d) * (a + c) - a * c * n) / n**2
    found = common_prr(lay_out([tables]))
    reach = 1.959963984540054 * math.sqrt(spread / (top * bottom))
    assert numbers(found, 0) == pytest.approx(
        [top / bottom, top / bottom * math.exp(-reach), top / bottom * math.exp(reach)], rel=1e-12
    )
