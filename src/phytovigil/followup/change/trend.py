"""Slope of a series with an interval that minds the correlation of neighbouring values, and a robust slope beside it.

Slope: generalised least squares under the noise of noise.py, t interval. Robust: median of the slopes between all
pairs of values (Theil H 1950; Sen PK. J Am Stat Assoc 1968;63:1379-1389, doi:10.1080/01621459.1968.10480934).
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit
from scipy.stats import theilslopes

from phytovigil.followup.change.noise import Floats, choose_mixture, fit_columns
from phytovigil.schema.change import Trend

LEAST_VALUES = 6
LEAST_DAYS = 21
MOST_VALUES = 60
"""Of more days with values, the means of weeks are taken, and of these the newest."""
MONTH = 30
METHOD = "generalised least squares under noise that lasts; robust: Theil–Sen"


def find_trend(days: Floats, values: Floats) -> Trend | None:
    """The slope per 30 days; None for fewer than six values or for values of fewer than three weeks.

    days : different, oldest first. Of more than 60 days the means of weeks are taken, the newest 60 of them.
    """
    if len(days) > MOST_VALUES:
        days, values = (one[-MOST_VALUES:] for one in average_weeks(days, values))
    if len(days) < LEAST_VALUES or days[-1] - days[0] < LEAST_DAYS:
        return None
    slope, half = fit_slope(days, values)
    robust = float(theilslopes(values, days).slope)
    return Trend(slope * MONTH, (slope - half) * MONTH, (slope + half) * MONTH, robust * MONTH, len(days), METHOD)


def average_weeks(days: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Means of days and values of each week, counted back from the last day."""
    weeks = (days[-1] - days) // 7
    different, place, counts = np.unique(-weeks, return_inverse=True, return_counts=True)
    sums = [np.bincount(place, weights=one, minlength=len(different)) for one in (days, values)]
    return sums[0] / counts, sums[1] / counts


def fit_slope(days: Floats, values: Floats) -> tuple[float, float]:
    """Slope per day and half the width of its 95 % interval."""
    columns = np.column_stack([np.ones_like(days), days - days.mean()])
    slopes = fit_columns(days, values, columns, 1)
    chosen = choose_mixture(np.abs(slopes.estimates) / slopes.errors, slopes.weights)
    return float(slopes.estimates[chosen]), float(stdtrit(slopes.freedom, 0.975) * slopes.errors[chosen])
