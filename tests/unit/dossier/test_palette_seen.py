"""The colours as people with dichromatic sight see them: what is told apart by colour stays apart.

Simulation of protanopia, deuteranopia and tritanopia (severity 1.0) on linear RGB after Machado, Oliveira, Fernandes
2009, doi:10.1109/TVCG.2009.113, with the matrices that they publish; distance in CIE 1976 L*a*b* for D65.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations

import pytest

from phytovigil.dossier.palette import DARK, LIGHT

Triple = tuple[float, float, float]

SIGHTS: Mapping[str, tuple[Triple, Triple, Triple]] = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
TOGETHER = ("signal", "few", "quiet")
"""Colours of the three verdicts, drawn side by side."""

APART = 20.0
"""Distance in L*a*b* that nobody overlooks; about ten times what can just be noticed."""


def to_linear(colour: str) -> Triple:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def see(colour: str, sight: str) -> Triple:
    """Linear RGB of a colour as seen with a kind of sight."""
    linear = to_linear(colour)
    red, green, blue = (
        min(1.0, max(0.0, sum(weight * part for weight, part in zip(row, linear, strict=True))))
        for row in SIGHTS[sight]
    )
    return red, green, blue


def to_lab(linear: Triple) -> Triple:
    red, green, blue = linear
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (value ** (1 / 3) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116 for value in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def measure_distance(one: str, other: str, sight: str) -> float:
    pairs = zip(to_lab(see(one, sight)), to_lab(see(other, sight)), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def test_the_conversion_gives_known_colours() -> None:
    """L*a*b* of sRGB red and blue under D65 (published: 53.24, 80.09, 67.20 and 32.30, 79.19, −107.86)."""
    assert to_lab(to_linear("#ff0000")) == pytest.approx((53.24, 80.09, 67.20), abs=0.02)
    assert to_lab(to_linear("#0000ff")) == pytest.approx((32.30, 79.19, -107.86), abs=0.02)


@pytest.mark.parametrize("sight", SIGHTS)
def test_a_simulated_sight_keeps_white_and_loses_red_from_green(sight: str) -> None:
    assert see("#ffffff", sight) == pytest.approx((1, 1, 1), abs=0.001)
    lost = measure_distance("#a06000", "#6f7f00", sight) < APART
    assert lost is (sight in ("protanopia", "deuteranopia"))


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("pair", list(combinations(TOGETHER, 2)), ids="-".join)
def test_verdicts_are_told_apart(scheme: Mapping[str, str], pair: tuple[str, str], sight: str) -> None:
    assert measure_distance(scheme[pair[0]], scheme[pair[1]], sight) >= APART


def test_figures_use_no_colour_of_their_own(page: str) -> None:
    """A colour outside the table would not follow the page into the dark, and nobody would have looked at it."""
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    found = {colour for svg in drawings for colour in re.findall(r'(?:fill|stroke)="([^"]+)"', svg)}
    assert found - {"none", "transparent"} <= set(LIGHT.values())
    assert len(found) > 5
