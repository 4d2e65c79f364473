from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import false_discovery_control
from statsmodels.stats.multitest import multipletests

from phytovigil.errors import InvalidRequest
from phytovigil.schema.counts import Counts
from phytovigil.signals.false_discovery import benjamini_hochberg, benjamini_yekutieli
from phytovigil.signals.fisher import fisher

pytestmark = pytest.mark.filterwarnings("error")

ADJUSTMENTS = [(benjamini_hochberg, "fdr_bh", "bh"), (benjamini_yekutieli, "fdr_by", "by")]


@pytest.mark.parametrize(("adjust", "theirs", "of_scipy"), ADJUSTMENTS)
@pytest.mark.parametrize("number", [1, 2, 17, 500])
def test_adjusted_as_by_statsmodels_and_scipy(adjust, theirs: str, of_scipy: str, number: int) -> None:
    p_values = np.random.default_rng(number).beta(0.4, 1, number).round(3)  # with ties
    np.testing.assert_allclose(adjust(p_values), multipletests(p_values, method=theirs)[1], rtol=1e-12)
    np.testing.assert_allclose(adjust(p_values), false_discovery_control(p_values, method=of_scipy), rtol=1e-12)


@pytest.mark.parametrize("adjust", [benjamini_hochberg, benjamini_yekutieli])
def test_what_was_not_tested_does_not_count(adjust) -> None:
    tested = np.array([0.2, 0.001, 0.03])
    gaps = np.array([np.nan, 0.2, np.nan, 0.001, 0.03, np.nan])
    found = adjust(gaps)
    assert np.isnan(found).tolist() == np.isnan(gaps).tolist()
    np.testing.assert_array_equal(found[~np.isnan(found)], adjust(tested))
    assert np.isnan(adjust([np.nan, np.nan])).all()
    assert adjust([]).shape == (0,)


@pytest.mark.parametrize("adjust", [benjamini_hochberg, benjamini_yekutieli])
@pytest.mark.parametrize("wrong", [[-0.1], [1.1], [[0.5]], [0.5, float("inf")]])
def test_what_is_no_p_value_is_refused(adjust, wrong: list) -> None:
    with pytest.raises(InvalidRequest):
        adjust(wrong)


def test_share_of_false_signals_is_kept_for_counts() -> None:
    """500 runs of 60 pairs, 12 of them tenfold: the mean share of false ones among those called is below 5 %."""
    generator, shares = np.random.default_rng(4), []
    ratio = np.repeat([10.0, 1.0], [12, 48])
    for _ in range(500):
        a, c = generator.poisson(0.8 * ratio), np.full(60, 800)
        counts = Counts.of(a, 1_000 - a, c, 1_000_000 - c)
        called = benjamini_hochberg(fisher(counts)) <= 0.05
        shares.append(called[12:].sum() / max(called.sum(), 1))
    assert 0 < np.mean(shares) < 0.05
