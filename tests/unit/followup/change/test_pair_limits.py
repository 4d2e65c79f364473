"""Limits of the rule of two: against a closed form, against finer quadrature, and against simulated persons."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, t

from phytovigil.followup.change.pair_limits import chance_of_alarm, error_nodes, pair_limit

DRAWS = 40_000


def test_one_look_with_a_known_baseline_has_a_closed_form() -> None:
    """Both values beyond on one of two sides: 2 p² = alpha."""
    assert pair_limit(10**6, 1, 0.05) == pytest.approx(norm.isf(np.sqrt(0.05 / 2)), abs=1e-4)
    assert pair_limit(10**6, 1, 0.05, one_sided=True) == pytest.approx(norm.isf(np.sqrt(0.05)), abs=1e-4)


@pytest.mark.parametrize("values", [3, 5, 8, 30])
def test_errors_of_mean_and_spread_make_student_t(values: int) -> None:
    """One new value against the mean of n, over the spread of n, is Student's t: the quadrature reproduces its tail."""
    error, spread, weight = error_nodes(values)
    limit = 2.5
    tail = float(weight @ norm.sf(limit * spread * np.sqrt(1 + 1 / values) + error))
    assert tail == pytest.approx(float(t.sf(limit, values - 1)), rel=2e-3)


@pytest.mark.parametrize(("values", "one_sided"), [(5, False), (8, False), (8, True), (20, False)])
def test_simulated_persons_agree(values: int, one_sided: bool) -> None:
    draw = np.random.default_rng([2026, values])
    baseline, follow = draw.normal(size=(DRAWS, values)), draw.normal(size=(DRAWS, 20))
    error = baseline.std(axis=1, ddof=1) * np.sqrt(1 + 1 / values)
    standing = (follow - baseline.mean(axis=1)[:, None]) / error[:, None]
    limit = pair_limit(values, 19, 0.05, one_sided)
    up, down = standing > limit, standing < -limit
    alarm = (up[:, 1:] & up[:, :-1]).any(axis=1)
    if not one_sided:
        alarm |= (down[:, 1:] & down[:, :-1]).any(axis=1)
    assert alarm.mean() == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / DRAWS))


def test_more_looks_and_fewer_baseline_values_need_a_wider_limit() -> None:
    assert pair_limit(5, 52, 0.03) > pair_limit(8, 52, 0.03) > pair_limit(20, 52, 0.03)
    assert pair_limit(8, 104, 0.03) > pair_limit(8, 52, 0.03)
    assert chance_of_alarm(pair_limit(8, 52, 0.03), 8, 52) == pytest.approx(0.03, abs=1e-6)
