"""CIEDE2000 against its published pairs, L*a*b* against colour-science, ITA against its formula."""

import math

import numpy as np
import pytest

from phytovigil.followup.skin.colours import colour, colour_temperature, delta_e, ita, lab_of, name_ita, xyz_of
from phytovigil.schema.card import card_layout
from phytovigil.schema.printed_colour import printed_lab

SHARMA = """
50.0000 2.6772 -79.7751 50.0000 0.0000 -82.7485 2.0425
50.0000 3.1571 -77.2803 50.0000 0.0000 -82.7485 2.8615
50.0000 2.8361 -74.0200 50.0000 0.0000 -82.7485 3.4412
50.0000 -1.3802 -84.2814 50.0000 0.0000 -82.7485 1.0000
50.0000 -1.1848 -84.8006 50.0000 0.0000 -82.7485 1.0000
50.0000 -0.9009 -85.5211 50.0000 0.0000 -82.7485 1.0000
50.0000 0.0000 0.0000 50.0000 -1.0000 2.0000 2.3669
50.0000 -1.0000 2.0000 50.0000 0.0000 0.0000 2.3669
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0009 7.1792
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0010 7.1792
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0011 7.2195
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0012 7.2195
50.0000 -0.0010 2.4900 50.0000 0.0009 -2.4900 4.8045
50.0000 -0.0010 2.4900 50.0000 0.0010 -2.4900 4.8045
50.0000 -0.0010 2.4900 50.0000 0.0011 -2.4900 4.7461
50.0000 2.5000 0.0000 50.0000 0.0000 -2.5000 4.3065
50.0000 2.5000 0.0000 73.0000 25.0000 -18.0000 27.1492
50.0000 2.5000 0.0000 61.0000 -5.0000 29.0000 22.8977
50.0000 2.5000 0.0000 56.0000 -27.0000 -3.0000 31.9030
50.0000 2.5000 0.0000 58.0000 24.0000 15.0000 19.4535
50.0000 2.5000 0.0000 50.0000 3.1736 0.5854 1.0000
50.0000 2.5000 0.0000 50.0000 3.2972 0.0000 1.0000
50.0000 2.5000 0.0000 50.0000 1.8634 0.5757 1.0000
50.0000 2.5000 0.0000 50.0000 3.2592 0.3350 1.0000
60.2574 -34.0099 36.2677 60.4626 -34.1751 39.4387 1.2644
63.0109 -31.0961 -5.8663 62.8187 -29.7946 -4.0864 1.2630
61.2901 3.7196 -5.3901 61.4292 2.2480 -4.9620 1.8731
35.0831 -44.1164 3.7933 35.0232 -40.0716 1.5901 1.8645
22.7233 20.0904 -46.6940 23.0331 14.9730 -42.5619 2.0373
36.4612 47.8580 18.3852 36.2715 50.5065 21.2231 1.4146
90.8027 -2.0831 1.4410 91.1528 -1.6435 0.0447 1.4441
90.9257 -0.5406 -0.9208 88.6381 -0.8985 -0.7239 1.5381
6.7747 -0.2908 -2.4247 5.8714 -0.0985 -2.2286 0.6377
2.0776 0.0795 -1.1350 0.9033 -0.0636 -0.5514 0.9082
"""
"""Sharma, Wu & Dalal 2005, Color Research and Application 30:21, table 1."""


def test_ciede2000_gives_the_published_pairs_to_four_decimals() -> None:
    pairs = np.array([line.split() for line in SHARMA.split("\n") if line], dtype=float)
    assert len(pairs) == 34
    first, second, wanted = pairs[:, :3], pairs[:, 3:6], pairs[:, 6]
    assert np.round(delta_e(first, second), 4).tolist() == wanted.tolist()
    assert np.round(delta_e(second, first), 4).tolist() == wanted.tolist()


@pytest.mark.parametrize(
    ("base", "exposed", "angles", "distance"),
    [
        ((65, 10, 18), (55, 7, 6), (39.8, 39.8), 11.93),
        ((60, 12, 20), (53, 8, 6), (26.6, 26.6), 11.21),
        ((65, 10, 18), (57, 12, 22), (39.8, 17.7), 7.29),
        ((65, 10, 18), (65, 11, 26), (39.8, 30.0), 4.25),
        ((40, 11, 14), (34, 7, 4), (-35.5, -76.0), 8.99),
    ],
)
def test_ita_is_blind_to_blue_grey_where_ciede2000_is_not(
    base: tuple[float, ...], exposed: tuple[float, ...], angles: tuple[float, float], distance: float
) -> None:
    assert (round(ita(base), 1), round(ita(exposed), 1)) == angles
    assert round(float(delta_e(base, exposed)), 2) == distance


def test_ita_does_not_break_at_or_below_no_yellow() -> None:
    assert ita((60, 5, 0)) == 90
    assert ita((60, 5, -5)) > 90
    assert [name_ita(angle) for angle in (56, 55, 30, 28, 11, 10, -30)] == [
        "very light", "light", "intermediate", "tan", "tan", "brown", "dark",
    ]  # fmt: skip


def test_nominal_values_of_the_card_are_those_of_colour_science() -> None:
    for patch in card_layout().patches:
        xyz = 0.88 * colour.models.sRGB_to_XYZ(np.array(patch.srgb) / 255)
        assert np.allclose(lab_of(xyz), patch.lab, atol=0.02), patch.name
    assert printed_lab((255, 255, 255))[0] == pytest.approx(116 * 0.88 ** (1 / 3) - 16, abs=1e-3)


def test_lab_and_xyz_are_inverse() -> None:
    labs = np.array([[62.0, 12.0, 18.0], [5.0, 0.0, -1.0], [95.0, 0.0, 0.0]])
    assert np.allclose(lab_of(xyz_of(labs)), labs, atol=1e-9)


def test_colour_temperature_of_two_illuminants() -> None:
    daylight, lamp = np.array([0.95047, 1.0, 1.08883]), np.array([1.09850, 1.0, 0.35585])
    assert colour_temperature(daylight) == pytest.approx(6504, abs=10)
    assert colour_temperature(lamp) == pytest.approx(2856, abs=10)


def test_angle_is_atan2() -> None:
    assert ita((40, 0, -10)) == math.degrees(math.atan2(-10, -10))
