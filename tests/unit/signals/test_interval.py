import numpy as np
import pytest

from phytovigil.errors import InvalidRequest
from phytovigil.signals.interval import log_normal_interval, normal_quantile, tail_probability

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize("level", [0.0, 1.0, 95, -0.5, float("nan")])
def test_a_level_outside_0_to_1_is_refused(level: float) -> None:
    with pytest.raises(InvalidRequest, match=r"Write 0\.95 for 95 per cent"):
        tail_probability(level)


def test_normal_quantiles_are_those_of_every_table() -> None:
    assert [round(normal_quantile(level), 4) for level in (0.9, 0.95, 0.99)] == [1.6449, 1.96, 2.5758]


def test_log_normal_interval_is_symmetric_on_the_log_scale() -> None:
    found = log_normal_interval(np.log([4.0, np.nan]), np.array([0.5, np.nan]), 0.95)
    np.testing.assert_allclose(found.point, [4, np.nan])
    np.testing.assert_allclose(found.low * found.high, [16, np.nan])
    assert found.high[0] == pytest.approx(4 * np.exp(0.5 * 1.959964), rel=1e-6)
