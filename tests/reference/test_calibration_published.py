"""Printed figures of the literature and of R packages for calibration and ranking."""

from __future__ import annotations

import math

import numpy as np
import pytest

from phytovigil.signals.calibration.calibrated import calibrated_p
from phytovigil.signals.calibration.empirical_null import EmpiricalNull, fit_null
from phytovigil.signals.calibration.error_model import (
    SystematicErrorModel,
    assume_constant_error,
    calibrated_interval,
)
from phytovigil.signals.calibration.ranking import area_under_curve, roc_curve

NOTHING = np.empty(0)


def given_null(mean: float, sd: float) -> EmpiricalNull:
    """A null whose parameters are printed."""
    return EmpiricalNull(
        mean, sd, math.nan, math.nan, math.nan, math.nan, 45, 0.95, (), NOTHING, NOTHING, NOTHING, NOTHING
    )


VACCINATED_ILL = [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27]
VACCINATED_WELL = [119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886]
OTHERS_ILL = [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29]
OTHERS_WELL = [128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825]
"""Thirteen trials of the BCG vaccine: van Houwelingen, Arends, Stijnen 2002, doi:10.1002/sim.1040, Table I."""


def test_null_is_the_random_effects_model_of_the_bcg_trials() -> None:
    """Page 597: odds ratio 0.476 (0.336 to 0.675), variance 0.302; the profile limits of the variance, 0.1151 and
    0.8937, are printed by metafor (metafor-project.org, analyses:vanhouwelingen2002, and its test of that name)."""
    a, b, c, d = (np.array(cell, float) for cell in (VACCINATED_ILL, VACCINATED_WELL, OTHERS_ILL, OTHERS_WELL))
    estimates, errors = np.log(a * d / (b * c)), np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    assert estimates[:3].round(4).tolist() == [-0.9387, -1.6662, -1.3863]
    null = fit_null(estimates, errors)
    assert round(math.exp(null.mean), 4) == 0.4762
    assert round(null.sd**2, 4) == 0.3025
    assert (round(null.sd_low**2, 4), round(null.sd_high**2, 4)) == (0.1151, 0.8937)
    wald = 1.959964 / math.sqrt((1 / (errors**2 + null.sd**2)).sum())
    limits = [math.exp(null.mean - wald), math.exp(null.mean + wald)]
    assert [round(limit, 4) for limit in limits] == [0.3360, 0.6749]


def test_p_values_that_the_tests_of_empirical_calibration_print() -> None:
    """OHDSI/EmpiricalCalibration, tests/testthat/test-EmpiricalCalibrationUsingAsymptotics.R: a null without error."""
    null = given_null(0.0, 0.0)
    estimates, errors = [0.1, 0.3, 0.2], [0.05, 0.1, math.nan]
    assert calibrated_p(null, estimates, errors)[:2].round(9).tolist() == [0.045500264, 0.002699796]
    above = calibrated_p(null, estimates, errors, alternative="greater")
    below = calibrated_p(null, estimates, errors, alternative="less")
    # Printed as 0.022750133 and, two-sided, 0.045500266: R fits a null that is not quite without error.
    assert above[:2] == pytest.approx([0.022750133, 0.001349898], abs=1.5e-8)
    assert below[:2].round(2).tolist() == [0.98, 1.0]
    assert np.isnan([above[2], below[2]]).all()


def test_sertraline_and_bleeding() -> None:
    """Vignette “Empirical calibration of p-values” of EmpiricalCalibration: the null of the data set sccs is printed as
    mean 0.7920 and sd 0.2835, sertraline as 0.7326235 (0.07371708), and its calibrated p-value as 0.839405."""
    null = given_null(0.7920, 0.2835)
    assert calibrated_p(null, [0.7326235], [0.07371708])[0] == pytest.approx(0.839405, abs=2e-4)
    # Rounding of the printed null moves the p-value by up to this much.
    swing = [calibrated_p(given_null(mean, 0.2835), [0.7326235], [0.07371708])[0] for mean in (0.79195, 0.79205)]
    assert min(swing) < 0.839405 < max(swing)
    # man/convertNullToErrorModel: calibrated log ratio −0.0593 (test-confidenceIntervalCalibration.R).
    found = calibrated_interval(assume_constant_error(null), [0.7326235], [0.07371708])
    assert round(found.point[0], 3) == -0.059


def test_expected_absolute_error_of_the_example() -> None:
    """Printed on the page of computeExpectedAbsoluteSystematicError: 0.7924259, of mean 0.7920 and sd 0.2835."""
    assert given_null(0.7920, 0.2835).expected_absolute_error == pytest.approx(0.7924259, abs=6e-5)


def test_dabigatran_and_bleeding() -> None:
    """Vignette “Empirical calibration of confidence intervals”: model and estimate printed in full; the calibrated log
    ratio −0.3117702 (−0.733957 to 0.1067054) to the tolerance of R's uniroot, 1.2e-4."""
    model = SystematicErrorModel(-0.066550795, 0.933292141, 0.187468405, 0.002979502)
    found = calibrated_interval(model, [-0.3575234], [0.06668903])
    assert found.point[0] == pytest.approx(-0.3117702, abs=1.3e-4)
    assert found.low[0] == pytest.approx(-0.733957, abs=1.3e-4)
    assert found.high[0] == pytest.approx(0.1067054, abs=1.3e-4)
    uncalibrated = math.exp(-0.3575234)
    assert round(uncalibrated, 7) == 0.6994063


WFNS = {1: (2, 37), 2: (12, 20), 3: (1, 3), 4: (8, 8), 5: (18, 4)}
"""Grade: poor and good outcomes of 113 patients with aneurysmal subarachnoid haemorrhage, data set aSAH of pROC; from
the sensitivities and specificities in tests/testthat/helper-roc-expected.R of xrobin/pROC."""


def test_area_and_placements_of_the_wfns_grades() -> None:
    scores, truth = [], []
    for grade, (poor, good) in WFNS.items():
        scores += [grade] * (poor + good)
        truth += [True] * poor + [False] * good
    area = area_under_curve(scores, truth)
    assert area.point == pytest.approx(0.82367886178861793, abs=1e-15)
    curve = roc_curve(scores, truth)
    printed = [0.51388888888888884, 0.79166666666666663, 0.83333333333333337, 0.94444444444444442, 1]
    assert (1 - curve.false_positive_rate)[::-1][1:] == pytest.approx(printed, abs=1e-15)


NDKA_FOUND = (
    "41 41 40 40 40 39 38 37 37 37 37 37 37 37 37 37 37 36 36 36 36 36 36 36 35 34 34 34 33 33 33 33 32 31 31 31 31 31 "
    "30 30 30 29 29 29 29 29 29 29 28 27 26 26 25 25 25 24 24 24 24 24 24 23 23 22 22 22 21 21 21 20 19 19 18 17 17 17 "
    "16 15 14 14 14 14 13 13 13 13 13 12 11 10 9 9 9 8 8 8 8 7 6 5 4 4 4 3 3 2 2 1 1 0"
)
NDKA_SILENT = (
    "0 1 1 2 3 3 3 3 4 5 6 7 8 9 10 11 12 12 13 14 15 16 17 18 18 18 19 20 20 21 23 24 24 25 26 27 28 29 29 30 31 31 "
    "32 33 34 35 36 37 37 37 37 38 38 39 40 40 41 42 43 44 45 45 46 47 48 49 49 50 51 51 51 52 52 52 53 54 55 55 55 56 "
    "57 58 58 59 60 61 62 62 62 62 62 63 64 64 65 66 67 67 67 67 67 68 69 69 70 70 71 71 72 72"
)
"""Of the same patients, by rising threshold of the marker NDKA: poor outcomes above it, good ones below it; the printed
sensitivities times 41 and specificities times 72."""


def test_delong_interval_of_ndka() -> None:
    """tests/testthat/test-ci.auc.R of xrobin/pROC prints the area and its DeLong limits to 15 digits."""
    found = [int(word) for word in NDKA_FOUND.split()]
    silent = [int(word) for word in NDKA_SILENT.split()]
    scores: list[float] = []
    truth: list[bool] = []
    for step, (poor, good) in enumerate(zip(-np.diff(found), np.diff(silent), strict=True)):
        scores += [float(step)] * (poor + good)
        truth += [True] * poor + [False] * good
    assert (sum(truth), len(truth)) == (41, 113)
    area = area_under_curve(scores, truth)
    printed = [0.501244999271703, 0.611957994579946, 0.722670989888189]
    assert [area.low, area.point, area.high] == pytest.approx(printed, abs=1e-14)
