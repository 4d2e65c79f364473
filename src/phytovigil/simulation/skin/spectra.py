"""Spectra on one grid, 400–700 nm in steps of 5 nm, and the colours that they have.

Illuminants and the observer are CIE tables; two cameras and the ColorChecker are measured data sets. All of them come
from the colour-science library (data/NOTICE.txt says which); a test compares the copy with the library.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from phytovigil.errors import UnknownName

Array = NDArray[np.float64]

WAVELENGTHS: Array = np.arange(400.0, 701.0, 5.0)
"""nm; every spectrum of the simulation has these 61 values."""

XYZ_TO_SRGB: Array = np.array(
    [[3.2404542, -1.5371385, -0.4985314], [-0.9692660, 1.8760108, 0.0415560], [0.0556434, -0.2040259, 1.0572252]]
)
"""IEC 61966-2-1, for XYZ with Y of white = 1 under D65."""


@cache
def spectral_table() -> dict[str, Array]:
    """Every shipped column by its name."""
    text = files("phytovigil.simulation").joinpath("skin/data/spectra.csv").read_text(encoding="utf-8")
    head, *rows = text.split()
    values = np.array([[float(one) for one in row.split(",")] for row in rows])
    return dict(zip(head.split(","), values.T, strict=True))


def read_spectrum(name: str) -> Array:
    """A shipped column, shape (61,). Raises UnknownName."""
    table = spectral_table()
    if name not in table:
        raise UnknownName("spectrum", name, "the simulation", tuple(table)[:4])
    return table[name]


@cache
def observer() -> Array:
    """CIE 1931 2° colour matching functions, shape (61, 3)."""
    return np.stack([read_spectrum(f"cie_{one}") for one in "xyz"], axis=1)


@cache
def checker_reflectances() -> Array:
    """24 patches of the ColorChecker, shape (24, 61)."""
    return np.stack([read_spectrum(f"checker_{number:02d}") for number in range(1, 25)])


def xyz_of(reflectances: Array, light: str = "D65") -> Array:
    """Tristimulus values of surfaces, Y of the perfect diffuser = 1. reflectances : (..., 61). Returns (..., 3)."""
    weights = observer() * read_spectrum(light)[:, None]
    values: Array = reflectances @ weights / weights[:, 1].sum()
    return values


def lab_of(reflectances: Array, light: str = "D65") -> Array:
    """CIELAB of surfaces under a light, for the 2° observer, the light's own white as white. Shape (..., 3).

    >>> lab_of(np.ones(61)).round(6).tolist()
    [100.0, 0.0, 0.0]
    """
    return xyz_to_lab(xyz_of(reflectances, light), xyz_of(np.ones(len(WAVELENGTHS)), light))


def xyz_to_lab(xyz: Array, white: Array) -> Array:
    """CIE 15:2018 CIELAB. xyz : (..., 3)."""
    ratio = np.asarray(xyz) / white
    root = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.stack(
        [116 * root[..., 1] - 16, 500 * (root[..., 0] - root[..., 1]), 200 * (root[..., 1] - root[..., 2])], axis=-1
    )


def lab_to_xyz(lab: Array, white: Array) -> Array:
    """The inverse of xyz_to_lab."""
    lab = np.asarray(lab, dtype=float)
    y = (lab[..., 0] + 16) / 116
    root = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    return np.where(root > 6 / 29, root**3, (root - 4 / 29) * 3 * (6 / 29) ** 2) * white
