"""Empty margins, zero cells and absurd sizes: a number that is right, or NaN; never a crash, warning or lie."""

from __future__ import annotations

import numpy as np
import pytest

from phytovigil.errors import InvalidCounts, InvalidRequest
from phytovigil.schema.counts import Counts
from phytovigil.signals.chi_squared import chi_squared, chi_squared_yates, p_value
from phytovigil.signals.ic import ic, ic_of_expected
from phytovigil.signals.prr import prr
from phytovigil.signals.registry import MEASURES, RULES, STATISTICS, apply_rule
from phytovigil.signals.ror import ror
from phytovigil.signals.ror_exact import ror_exact, ror_midp

pytestmark = pytest.mark.filterwarnings("error")

NOTHING = (0, 0, 0, 0)
NO_PRODUCT = (0, 0, 5, 90)
NO_REACTION = (0, 5, 0, 90)
ONLY_PRODUCT = (5, 90, 0, 0)
ONLY_REACTION = (5, 0, 90, 0)
ALL_CASES = (8, 0, 0, 0)
ALONE = [name for name, asked in MEASURES.items() if not asked.learns]
"""Measures that look at each pair alone; those that learn from all pairs have tests of their own."""
EMPTY_MARGINS = [NOTHING, NO_PRODUCT, NO_REACTION, ONLY_PRODUCT, ONLY_REACTION, ALL_CASES]


def counts_of(*tables: tuple[int, int, int, int]) -> Counts:
    return Counts.of(*np.array(tables, dtype=float).reshape(-1, 4).T)


@pytest.mark.parametrize("estimate", [prr, ror, ror_midp, ror_exact])
def test_ratios_are_not_estimable_with_an_empty_margin(estimate) -> None:
    found = estimate(counts_of(*EMPTY_MARGINS))
    assert np.isnan([found.point, found.low, found.high]).all()


def test_haldane_does_not_invent_an_estimate_from_an_empty_margin() -> None:
    found = ror(counts_of(*EMPTY_MARGINS), haldane=True)
    assert np.isnan([found.point, found.low, found.high]).all()


@pytest.mark.parametrize("value", [chi_squared, chi_squared_yates])
def test_chi_squared_is_not_defined_with_an_empty_margin(value) -> None:
    assert np.isnan(value(counts_of(*EMPTY_MARGINS))).all()
    assert np.isnan(p_value(value(counts_of(*EMPTY_MARGINS)))).all()


def test_ic_speaks_only_where_product_and_reaction_occur() -> None:
    found = ic(counts_of(*EMPTY_MARGINS))
    assert np.isnan(found.point).tolist() == [True, True, True, False, False, False]
    np.testing.assert_array_equal(found.point[3:], 0)  # every case is expected: nothing to see
    np.testing.assert_array_equal(np.isnan(found.low), np.isnan(found.point))
    np.testing.assert_array_equal(np.isnan(found.high), np.isnan(found.point))


@pytest.mark.parametrize("name", RULES)
def test_no_rule_fires_on_an_empty_margin(name: str) -> None:
    assert not apply_rule(name, counts_of(*EMPTY_MARGINS)).any()


def test_no_cases_with_both() -> None:
    counts = counts_of((0, 34, 463, 64020))
    assert np.isnan(prr(counts).point).all()
    assert np.isnan(ror(counts).point).all()
    assert (ror_midp(counts).point[0], ror_midp(counts).low[0]) == (0, 0)
    assert 0 < ror_midp(counts).high[0] < np.inf
    assert ic(counts).low[0] < ic(counts).point[0] < 0 < ic(counts).high[0]


def test_reaction_seen_with_the_product_only() -> None:
    counts = counts_of((3, 97, 0, 9900))
    assert np.isnan(prr(counts).point).all()
    assert np.isnan(ror(counts).point).all()
    found = ror_midp(counts)
    assert (found.point[0], found.high[0]) == (np.inf, np.inf)
    assert found.low[0] > 1


@pytest.mark.parametrize("name", MEASURES)
def test_no_pairs_give_no_estimates(name: str) -> None:
    found = MEASURES[name].estimate(counts_of())
    assert found.point.shape == found.low.shape == found.high.shape == (0,)


@pytest.mark.parametrize("name", ALONE)
def test_one_pair_that_cannot_be_estimated_leaves_the_others_alone(name: str) -> None:
    found = MEASURES[name].estimate(counts_of((7, 93, 50, 9850), NOTHING, (7, 93, 50, 9850)))
    assert np.isnan(found.point).tolist() == [False, True, False]
    assert found.low[0] == found.low[2]


@pytest.mark.parametrize("name", ALONE)
def test_a_whole_regulator_of_reports(name: str) -> None:
    """20 million reports, a product in 1 million, a reaction in 1 million, 100,000 with both: about twofold."""
    found = MEASURES[name].estimate(counts_of((100_000, 900_000, 900_000, 18_100_000)))
    point = 2 ** found.point[0] if MEASURES[name].scale == "log2" else found.point[0]
    twofold = {"prr": 2.1111, "ic": 2.0, "oe": 2.0, "bcpnn": 2.0}
    assert point == pytest.approx(twofold.get(name, 2.2346), abs=1e-4)
    assert found.low[0] < found.point[0] < found.high[0] < found.low[0] * 1.02


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("level", [0, 1, 95])
def test_every_measure_refuses_an_impossible_level(name: str, level: float) -> None:
    with pytest.raises(InvalidRequest):
        MEASURES[name].estimate(counts_of((7, 93, 50, 9850)), level=level)


@pytest.mark.parametrize("cell", [-1, 0.5, float("nan"), float("inf")])
def test_impossible_counts_never_reach_a_measure(cell: float) -> None:
    with pytest.raises(InvalidCounts):
        Counts.of([cell], [1], [1], [1])


@pytest.mark.parametrize(
    ("observed", "expected"), [([-1], [1]), ([1], [-1]), ([float("nan")], [1]), ([1, 2], [1]), ([[1]], [[1]])]
)
def test_ic_of_expected_checks_what_no_counts_have_checked(observed: list, expected: list) -> None:
    with pytest.raises(InvalidCounts):
        ic_of_expected(observed, expected)


def test_expected_cases_need_not_be_whole() -> None:
    assert ic_of_expected([0], [7.5]).point[0] == -4


def test_twofold_at_the_edge_counts_for_evans() -> None:
    """PRR is exactly 2 in the first table and just below it in the second."""
    counts = counts_of((20, 80, 100, 900), (20, 80, 101, 899))
    assert apply_rule("evans", counts).tolist() == [True, False]


def test_evans_asks_for_three_cases_and_chi_squared_four() -> None:
    counts = counts_of((3, 0, 0, 1000), (2, 0, 0, 1000), (3, 97, 130, 9770))
    assert chi_squared_yates(counts).round(1).tolist() == [695.7, 562.9, 1.1]
    assert apply_rule("evans", counts).tolist() == [True, False, False]


@pytest.mark.parametrize("name", ["ic025", "ror025", "ror-midp025"])
def test_the_least_number_of_cases_can_be_raised(name: str) -> None:
    counts = counts_of((4, 96, 10, 9890), (5, 95, 10, 9890))
    assert apply_rule(name, counts).tolist() == [True, True]
    assert apply_rule(name, counts, minimum_cases=5).tolist() == [False, True]


@pytest.mark.parametrize("name", STATISTICS)
def test_no_test_is_made_of_an_empty_margin(name: str) -> None:
    found = STATISTICS[name].test(counts_of(*EMPTY_MARGINS))
    assert np.isnan([found.value, found.p_value]).all()


@pytest.mark.parametrize("name", STATISTICS)
def test_no_pairs_give_no_tests(name: str) -> None:
    found = STATISTICS[name].test(counts_of())
    assert found.value.shape == found.p_value.shape == (0,)


@pytest.mark.parametrize("name", STATISTICS)
def test_one_pair_that_cannot_be_tested_leaves_the_others_alone(name: str) -> None:
    found = STATISTICS[name].test(counts_of((7, 93, 50, 9850), NOTHING, (7, 93, 50, 9850)))
    assert np.isnan(found.p_value).tolist() == [False, True, False]
    assert found.p_value[0] == found.p_value[2] < 1e-4


@pytest.mark.parametrize("name", STATISTICS)
def test_counts_beyond_2_to_the_31_are_tested(name: str) -> None:
    """A tenth more cases than expected is beyond chance, one in ten thousand of a deviation is not."""
    many = 2**31
    chance = (many, many + 4, many + 4, many)
    found = STATISTICS[name].test(counts_of((many + many // 10, many, many, many + many // 10), chance)).p_value
    assert found[0] == 0
    assert 0.4 < found[1] <= 1


def test_measures_of_observed_over_expected_without_a_case() -> None:
    counts = counts_of((0, 34, 463, 64020))
    oe, bcpnn = MEASURES["oe"].estimate(counts), MEASURES["bcpnn"].estimate(counts)
    assert (oe.point[0], oe.low[0]) == (0, 0)
    assert oe.high[0] == pytest.approx(3.6889 / counts.expected[0], rel=1e-4)
    assert bcpnn.low[0] < bcpnn.point[0] < 0 < bcpnn.high[0]


def test_where_nothing_is_expected_or_compared_there_is_no_ratio() -> None:
    counts = counts_of(*EMPTY_MARGINS)
    assert np.isnan(MEASURES["oe"].estimate(counts).high).tolist() == [True, True, True, False, False, False]
    assert np.isnan(MEASURES["bcpnn"].estimate(counts).high).all()
