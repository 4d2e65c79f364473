"""What a printed sRGB value looks like: L*a*b* under D65 on matt white paper."""

from __future__ import annotations

Lab = tuple[float, float, float]

WHITE_D65 = (0.95047, 1.0, 1.08883)
"""Tristimulus values of CIE illuminant D65 for the 2° observer, Y = 1."""

SRGB_TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
"""Linear sRGB to tristimulus values, IEC 61966-2-1."""

PAPER_REFLECTANCE = 0.88
"""What matt white paper gives back: a printer prints white as bare paper, so every nominal value is a share of it."""


def printed_lab(srgb: tuple[int, int, int], paper: float = PAPER_REFLECTANCE) -> Lab:
    """L*, a*, b* (D65, 2°) of an 8-bit sRGB value printed on paper of this reflectance, to 4 decimals.

    >>> printed_lab((255, 255, 255), paper=1.0)
    (100.0, 0.0, 0.0)
    >>> printed_lab((222, 189, 167))
    (74.9199, 8.0973, 14.8486)
    """
    linear = [decode_srgb(value / 255) for value in srgb]
    shares = [
        paper * sum(weight * value for weight, value in zip(row, linear, strict=True)) / white
        for row, white in zip(SRGB_TO_XYZ, WHITE_D65, strict=True)
    ]
    x, y, z = map(lightness_curve, shares)
    return round(116 * y - 16, 4), round(500 * (x - y), 4) + 0.0, round(200 * (y - z), 4) + 0.0


def decode_srgb(value: float) -> float:
    """Linear light of an encoded sRGB value, both from 0 to 1 (IEC 61966-2-1)."""
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def lightness_curve(share: float) -> float:
    """The cube root of CIE 15, with its straight start."""
    return share ** (1 / 3) if share > (6 / 29) ** 3 else share / (3 * (6 / 29) ** 2) + 4 / 29
