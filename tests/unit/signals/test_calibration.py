"""Calibration and ranking where the data say little or nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from phytovigil.errors import InvalidRequest
from phytovigil.schema.counts import Counts
from phytovigil.signals.calibration.calibrated import calibrated_p, uncalibrated_p
from phytovigil.signals.calibration.control_estimates import control_estimates
from phytovigil.signals.calibration.decisions import compare_decisions, wilson_interval
from phytovigil.signals.calibration.empirical_null import FEWEST_CONTROLS, fit_null, leave_one_out
from phytovigil.signals.calibration.error_model import assume_constant_error, calibrated_interval, fit_error_model
from phytovigil.signals.calibration.performance import examine_negatives, measure_performance
from phytovigil.signals.calibration.ranking import (
    area_under_curve,
    average_precision,
    bootstrap_area,
    precision_at,
    roc_curve,
)
from phytovigil.signals.ror import ror

NAN = float("nan")


@pytest.mark.parametrize("controls", range(FEWEST_CONTROLS))
def test_too_few_controls_are_withheld_with_a_note(controls: int) -> None:
    null = fit_null([0.1] * controls, [0.2] * controls)
    assert null.withheld
    assert f"{controls} negative controls" in null.notes[-1]
    assert np.isnan(calibrated_p(null, [0.5], [0.1])[0])
    assert np.isnan(calibrated_p(null, [0.5], [0.1], uncertain=True)[0])
    model = assume_constant_error(null)
    assert model.withheld
    assert np.isnan(calibrated_interval(model, [0.5], [0.1]).point[0])
    assert math.isnan(null.expected_absolute_error)


def test_controls_without_a_finite_estimate_are_counted() -> None:
    null = fit_null([0.1, NAN, 0.3, 0.2, math.inf, 0.1, 0.0], [0.2, 0.2, 0.2, math.inf, 0.2, 0.2, 0.2])
    assert null.controls == 4
    assert null.notes[0].startswith("3 controls")


@pytest.mark.parametrize(
    ("estimates", "errors"),
    [([0.1, 0.2], [0.1]), ([0.1] * 6, [0.1] * 5 + [0.0]), ([0.1] * 6, [0.1] * 5 + [-1.0]), ([[0.1]], [[0.1]])],
)
def test_values_that_cannot_be_are_refused(estimates: list[float], errors: list[float]) -> None:
    with pytest.raises(InvalidRequest):
        fit_null(estimates, errors)


def test_a_level_in_per_cent_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        fit_null([0.1] * 6, [0.1] * 6, level=95)


def test_controls_that_scatter_less_than_chance_have_no_spread() -> None:
    """σ = 0 is the optimum, and its lower limit."""
    estimates, errors = [0.10, 0.12, 0.08, 0.11, 0.09, 0.10], [0.3] * 6
    null = fit_null(estimates, errors)
    assert (null.sd, null.sd_low) == (0.0, 0.0)
    assert null.mean == pytest.approx(0.1)
    assert null.sd_high > 0
    assert null.expected_absolute_error == pytest.approx(0.1)
    assert calibrated_p(null, [0.1], [0.3])[0] == pytest.approx(1.0)


def test_equal_controls_do_not_break_the_search() -> None:
    null = fit_null([0.3] * 7, [0.2] * 7)
    assert (null.mean, null.sd) == (pytest.approx(0.3), 0.0)
    assert null.mean_low < 0.3 < null.mean_high


def test_a_null_without_error_leaves_the_p_value() -> None:
    tight = fit_null(np.zeros(2000), np.full(2000, 0.3))
    for alternative in ("two-sided", "greater", "less"):
        plain = uncalibrated_p([0.5], [0.2], alternative=alternative)
        assert calibrated_p(tight, [0.5], [0.2], alternative=alternative) == pytest.approx(plain)


def test_shifting_everything_changes_nothing() -> None:
    estimates, errors = np.array([0.4, 0.1, -0.2, 0.9, 0.3, 0.6]), np.array([0.1, 0.2, 0.3, 0.2, 0.1, 0.2])
    for uncertain in (False, True):
        here = calibrated_p(fit_null(estimates, errors), [1.0], [0.2], uncertain=uncertain)
        there = calibrated_p(fit_null(estimates + 5, errors), [6.0], [0.2], uncertain=uncertain)
        assert here == pytest.approx(there, rel=1e-6)


def test_an_unknown_alternative_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="upper"):
        uncalibrated_p([0.1], [0.1], alternative="upper")


def test_leaving_one_out_of_too_few_leaves_nothing() -> None:
    means, sds = leave_one_out(np.full(FEWEST_CONTROLS, 0.1), np.full(FEWEST_CONTROLS, 0.2))
    assert np.isnan(means).all()
    assert np.isnan(sds).all()


def test_error_model_of_one_true_value_is_withheld() -> None:
    model = fit_error_model([0.1] * 8, [0.1] * 8, [0.0] * 8)
    assert model.withheld
    assert "true ratios that differ" in model.notes[0]
    assert fit_error_model([0.1] * 3, [0.1] * 3, [0.0, 0.5, 1.0]).withheld
    with pytest.raises(InvalidRequest):
        fit_error_model([0.1] * 8, [0.1] * 8, [0.0])


def test_controls_enter_by_expected_cases_and_full_cells() -> None:
    """Expected 4.95, 0.05 and 10; the last has no case."""
    counts = Counts.of(a=[5, 1, 0], b=[95, 4, 100], c=[490, 9, 1000], d=[9410, 986, 8900])
    found = control_estimates(counts)
    assert found.informative.tolist() == [True, False, False]
    assert np.exp(found.log_ratio[:2]) == pytest.approx(ror(counts).point[:2])
    width = np.log(ror(counts).high[0] / ror(counts).low[0]) / (2 * 1.959963984540054)
    assert found.error[0] == pytest.approx(width)


def test_negative_controls_are_counted_by_why_they_are_left_out() -> None:
    counts = Counts.of(a=[5, 1, 0], b=[95, 4, 100], c=[490, 9, 1000], d=[9410, 986, 8900])
    found = examine_negatives(counts)
    assert (found.few, found.empty, found.null.withheld) == (1, 1, True)
    assert found.share_below()[0] == 0.0
    assert math.isnan(found.share_below()[1])
    nothing = examine_negatives(Counts.of([], [], [], []))
    assert nothing.null.withheld
    assert np.isnan(nothing.share_below()).all()


def test_controls_of_one_kind_have_no_area() -> None:
    for truth in ([1, 1, 1], [0, 0, 0]):
        for area in (area_under_curve([1, 2, 3], truth), bootstrap_area([1, 2, 3], truth)):
            assert math.isnan(area.point)
            assert area.notes
    assert math.isnan(average_precision([1, 2], [0, 0]))
    assert np.isnan(roc_curve([1, 2], [0, 0]).true_positive_rate).all()


def test_a_perfect_ranking_claims_no_certainty() -> None:
    area = area_under_curve([4, 3, 2, 1], [1, 1, 0, 0])
    assert area.point == 1.0
    assert math.isnan(area.low)
    assert "perfect" in area.notes[0]
    assert math.isnan(area_under_curve([4, 3, 1], [1, 0, 0]).low)


def test_pairs_without_a_score_rank_last() -> None:
    """Two positives cannot be scored: behind the negatives, and away where only what is scored counts."""
    found = measure_performance([3.0, NAN, NAN, 2.0, 1.0, NAN], [1, 1, 1, 0, 0, 0], [1, 6, 7])
    assert found.area.point == pytest.approx((3 + 2 * 0.5) / 9)
    assert (found.area_estimable.point, found.estimable, found.estimable_positive) == (1.0, 3, 1)
    assert found.precision[:2] == (1.0, 0.5)
    assert math.isnan(found.precision[2])
    assert found.curve.thresholds[-1] == -math.inf


def test_a_measure_without_any_estimate_is_not_a_coin() -> None:
    found = measure_performance([NAN, NAN, NAN], [1, 0, 0], [1])
    assert np.isnan([found.area.point, found.area_estimable.point, found.average_precision, *found.precision]).all()
    assert found.area.notes == ("No pair has an estimate.",)
    assert len(found.curve.thresholds) == 0


def test_infinite_scores_rank_first() -> None:
    assert area_under_curve([math.inf, 2.0, 1.0], [1, 0, 0]).point == 1.0
    assert bootstrap_area([math.inf, -math.inf, 2.0, 1.0], [1, 0, 1, 0], samples=20).point == 1.0


def test_the_bootstrap_is_asked_for_by_its_draws() -> None:
    scores, truth = [3, 1, 2, 5, 4, 2], [1, 0, 0, 1, 1, 0]
    drawn = measure_performance(scores, truth, resample=30, seed=2)
    assert drawn.area == bootstrap_area(scores, truth, samples=30, seed=2)


@pytest.mark.parametrize("function", [area_under_curve, roc_curve, average_precision, compare_decisions])
def test_shapes_that_differ_are_refused(function: object) -> None:
    with pytest.raises(InvalidRequest):
        function([1, 2, 3], [1, 0])  # type: ignore[operator]


def test_precision_at_nothing_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        precision_at([1, 2], [1, 0], 0)


def test_decisions_are_the_four_counts() -> None:
    found = compare_decisions([1, 1, 0, 1, 0, 0, 0], [1, 1, 1, 0, 0, 0, 0])
    assert (found.found, found.missed, found.false_alarms, found.rightly_silent) == (2, 1, 1, 3)
    assert found.sensitivity.point == pytest.approx(2 / 3)
    assert found.specificity.point == pytest.approx(3 / 4)
    assert found.positive_predictive_value.point == pytest.approx(2 / 3)
    assert found.negative_predictive_value.point == pytest.approx(3 / 4)
    assert found.youden == pytest.approx(2 / 3 + 3 / 4 - 1)


def test_a_share_of_nothing_is_none() -> None:
    assert math.isnan(wilson_interval(0, 0).point)
    assert math.isnan(compare_decisions([False], [True]).positive_predictive_value.point)
