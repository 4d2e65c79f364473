"""Strata, subgroups and maskers at their edges: nothing to compare, nothing left, and more cases than 32 bits hold."""

from __future__ import annotations

import numpy as np
import pytest

from phytovigil.errors import InvalidCounts, InvalidRequest
from phytovigil.schema.counts import Counts
from phytovigil.signals.confounding.common_odds import fit_common_odds, likeliest_common_odds
from phytovigil.signals.confounding.homogeneity import breslow_day, likelihood_ratio
from phytovigil.signals.confounding.informative import why_uninformative
from phytovigil.signals.confounding.mantel_haenszel import (
    cochran_mantel_haenszel,
    mantel_haenszel_ror,
    stratified_expected,
    stratified_ic,
)
from phytovigil.signals.confounding.masking import masking_ratio, rank_maskers, remove_maskers, share_of_reaction
from phytovigil.signals.confounding.subgroups import bonferroni, cochran_q, exceeds_by_chance, ratio_of_ratios

NOTHING = Counts.of(a=[], b=[], c=[], d=[])

SILENT = [
    NOTHING,
    Counts.of(a=[0, 0], b=[0, 0], c=[5, 3], d=[90, 40]),
    Counts.of(a=[0, 0], b=[5, 3], c=[0, 0], d=[90, 40]),
    Counts.of(a=[5, 3], b=[0, 0], c=[9, 4], d=[0, 0]),
    Counts.of(a=[5, 3], b=[90, 40], c=[0, 0], d=[0, 0]),
    Counts.of(a=[0], b=[0], c=[0], d=[0]),
    Counts.of(a=[1], b=[0], c=[0], d=[0]),
]
"""Strata in which an odds ratio cannot be seen: no product, no reaction, only either, nobody, one case."""


@pytest.mark.parametrize("counts", SILENT, ids=lambda counts: str(counts.total))
def test_strata_without_information_are_not_estimated(counts: Counts) -> None:
    with np.errstate(all="raise", under="ignore"):
        found = mantel_haenszel_ror(counts)
        tested = cochran_mantel_haenszel(counts)
        compared = [breslow_day(counts), likelihood_ratio(counts)]
    assert np.isnan([found.point[0], found.low[0], found.high[0], tested.value[0], tested.p_value[0]]).all()
    assert all(np.isnan(each.value) and np.isnan(each.p_value) and each.strata == 0 for each in compared)
    assert all(why_uninformative(counts))


@pytest.mark.parametrize(("cell", "point"), [("a", 0), ("b", np.inf)])
def test_a_zero_in_every_stratum_withholds_the_common_odds_ratio(cell: str, point: float) -> None:
    """The expected cases and the test of independence are there all the same."""
    cells = {"a": [4, 9], "b": [30, 50], "c": [40, 20], "d": [900, 800], cell: [0, 0]}
    counts = Counts.of(**cells)
    assert np.isnan(mantel_haenszel_ror(counts).point[0])
    assert np.isnan(breslow_day(counts).p_value)
    assert np.isnan(likelihood_ratio(counts).p_value)
    assert cochran_mantel_haenszel(counts).p_value[0] < 0.5
    assert stratified_expected(counts) > 0
    assert np.isfinite(stratified_ic(counts).low[0])
    assert np.isnan(likeliest_common_odds(counts, point))


def test_strata_without_information_change_no_estimate() -> None:
    known = Counts.of(a=[5, 9], b=[15, 21], c=[20, 12], d=[160, 58])
    more = Counts.of(a=[5, 0, 9, 0], b=[15, 0, 21, 7], c=[20, 8, 12, 0], d=[160, 90, 58, 4])
    assert mantel_haenszel_ror(more).point == pytest.approx(mantel_haenszel_ror(known).point)
    assert cochran_mantel_haenszel(more).value == pytest.approx(cochran_mantel_haenszel(known).value)
    assert breslow_day(more).value == pytest.approx(breslow_day(known).value)
    assert likelihood_ratio(more).degrees == likelihood_ratio(known).degrees == 1


def test_counts_beyond_32_bits() -> None:
    counts = Counts.of(a=[2**33, 5], b=[2**34, 9], c=[2**35, 8], d=[2**40, 70])
    ratio = mantel_haenszel_ror(counts)
    assert ratio.point[0] == pytest.approx(16, rel=1e-6)
    assert 0 <= cochran_mantel_haenszel(counts).p_value[0] < 1e-300
    assert np.isfinite(breslow_day(counts).value)
    assert 0 <= likelihood_ratio(counts).p_value <= 1
    cells = fit_common_odds(counts, 16.0)
    assert cells[0][0] * cells[3][0] / (cells[1][0] * cells[2][0]) == pytest.approx(16, rel=1e-9)


def test_thousands_of_strata_at_once() -> None:
    generator = np.random.default_rng(1)
    cells = [generator.poisson(mean, 2_112) for mean in (0.05, 2, 6, 300)]
    counts = Counts.of(*cells)
    found = breslow_day(counts)
    assert found.strata == (np.minimum.reduce([cells[0] + cells[1], cells[0] + cells[2]]) > 0).sum()
    assert found.sparse == found.strata
    assert not found.reliable
    assert np.isfinite(mantel_haenszel_ror(counts).point[0])


def test_identical_strata_do_not_differ() -> None:
    counts = Counts.of(a=[7] * 4, b=[20] * 4, c=[30] * 4, d=[400] * 4)
    for tested in (breslow_day(counts), likelihood_ratio(counts)):
        assert tested.value == pytest.approx(0, abs=1e-9)
        assert tested.p_value == pytest.approx(1)
        assert tested.reliable


def test_a_level_that_is_none_is_refused() -> None:
    counts = Counts.of(a=[5, 9], b=[15, 21], c=[20, 12], d=[160, 58])
    for estimate in (mantel_haenszel_ror, stratified_ic):
        with pytest.raises(InvalidRequest):
            estimate(counts, level=95)


def test_comparisons_need_estimates_that_belong_together() -> None:
    with pytest.raises(InvalidCounts, match="two are compared"):
        ratio_of_ratios([0.1, 0.2, 0.3], [1, 1, 1])
    with pytest.raises(InvalidCounts, match="must agree"):
        cochran_q([0.1, 0.2], [1])
    for logs in ([], [0.3]):
        assert np.isnan(cochran_q(logs, np.ones(len(logs))).p_value).all()
    assert np.isnan(cochran_q([0.1, np.nan], [1, np.nan]).p_value[0])
    assert np.isnan(ratio_of_ratios([0.1, np.nan], [1, np.nan]).low[0])


def test_chances_and_their_adjustment_at_the_edges() -> None:
    counts = Counts.of(a=[0, 0, 3, 0], b=[10, 0, 0, 5], c=[20, 4, 0, 0], d=[100, 9, 9, 9])
    found = exceeds_by_chance(counts)
    assert 0.5 < found[0] < 1
    assert np.isnan(found[[1, 3]]).all()
    assert found[2] == pytest.approx(0.5 / 220)
    assert bonferroni([]).size == 0
    assert np.isnan(bonferroni([np.nan])).all()


def test_a_masker_that_cannot_be_is_refused() -> None:
    pair = Counts.of(a=[5], b=[95], c=[500], d=[9400])
    with pytest.raises(InvalidCounts, match="more cases than"):
        remove_maskers(pair, Counts.of(a=[6], b=[0], c=[0], d=[0]))


def test_masking_at_the_edges() -> None:
    pair = Counts.of(a=[5], b=[95], c=[500], d=[9400])
    everything = Counts.of(a=[0, 0], b=[0, 0], c=[500, 500], d=[0, 9400])
    ratio = masking_ratio(pair, everything)
    assert np.isinf(ratio[0])
    assert np.isnan(ratio[1]), "nobody is left to compare with"
    assert rank_maskers(pair, everything, 5).tolist() == [0]
    none = Counts.of(a=[5], b=[95], c=[0], d=[9400])
    assert np.isnan(masking_ratio(none, Counts.of(a=[0], b=[0], c=[0], d=[10]))[0])
    empty = Counts.of(a=[0], b=[95], c=[0], d=[9400])
    assert np.isnan(share_of_reaction(empty, Counts.of(a=[0], b=[0], c=[0], d=[10]))[0])
    assert rank_maskers(pair, NOTHING, 5).tolist() == []
    assert remove_maskers(pair, NOTHING).a.size == 0
