"""Lamps and daylight, and mixtures of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from phytovigil.errors import InvalidRequest, UnknownName
from phytovigil.simulation.skin.spectra import Array, observer, read_spectrum

LIGHTS: Mapping[str, str] = {
    "D65": "daylight, overcast (6504 K)",
    "D50": "daylight, lower sun (5003 K)",
    "A": "incandescent lamp (2856 K)",
    "FL11": "narrow-band fluorescent lamp (4000 K)",
    "LED-B3": "white LED with phosphor (4103 K)",
}
"""The five lights of the bench, CIE 15:2018."""

UNUSABLE_LIGHT = "HP1"
"""High-pressure sodium lamp: too little light outside yellow to tell colours."""


def light_spectrum(mixture: str | Mapping[str, float]) -> Array:
    """Power over wavelength, with luminance 1. mixture : a name, or names with shares of luminance.

    Raises UnknownName for a light without a table, InvalidRequest for shares that are no shares.
    """
    shares = {mixture: 1.0} if isinstance(mixture, str) else dict(mixture)
    known = (*LIGHTS, UNUSABLE_LIGHT, "FL2")
    for name in shares:
        if name not in known:
            raise UnknownName("light", name, "the simulation", known)
    total = sum(shares.values())
    if total <= 0 or min(shares.values()) < 0:
        raise InvalidRequest("A mixture of lights needs shares of 0 or more, one of them above 0.", "Give {'A': 0.5}.")
    return np.asarray(
        np.sum([share / total * luminance_one(read_spectrum(name)) for name, share in shares.items()], axis=0)
    )


def luminance_one(spectrum: Array) -> Array:
    """A spectrum scaled to luminance 1."""
    return spectrum / float(spectrum @ observer()[:, 1])
