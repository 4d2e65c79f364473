"""Reflectance of skin from what is in it: a layer of epidermis with melanin over a dermis with blood.

The epidermis absorbs on the way in and out (Beer–Lambert, averaged over a depth that varies from place to place, since
melanin is packed in ridges and grains); the dermis scatters back as a thick Kubelka–Munk layer; the surface returns a
little light of the lamp's own colour.
Melanin and scattering follow Jacques 2013, Phys Med Biol 58:R37 (doi:10.1088/0031-9155/58/11/R37): absorption falls
as λ^-3.33 and reduced scattering as 46 (λ/500 nm)^-1.421 per cm. Haemoglobin is drawn as Gaussian bands at the
published positions (oxygenated 415, 542 and 577 nm; deoxygenated 432 and 556 nm), bilirubin as one band at 460 nm.
The grey-blue pigment is a broad absorber below the epidermis that rises towards red: a construction, since no spectrum
of the pigment at issue is published.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from phytovigil.errors import InvalidRequest
from phytovigil.simulation.skin.spectra import WAVELENGTHS, Array

EPIDERMIS_CM = 0.006
LENGTHENING = 2.2
"""How much longer than twice the depth light goes through the epidermis, since it comes and goes in all directions."""
UNEVENNESS = 0.8
"""Squared coefficient of variation of the depth (a gamma distribution): 0 would be one depth everywhere."""
SURFACE = 0.03
"""Share of light that the surface of the skin returns in all directions."""
VESSEL_CM = 0.0015
"""Radius of the vessels: blood in vessels absorbs less than the same blood evenly spread (van Veen et al. 2002,
Optics Letters 27:246, doi:10.1364/OL.27.000246)."""
BLOOD_MOLES_PER_LITRE = 150 / 64_500
BILIRUBIN_MOLES_PER_MILLIGRAM = 1 / 584_660
LITRES_PER_DECILITRE = 0.1

OXYGENATED = ((415, 12, 480_000), (440, 28, 52_000), (500, 40, 17_000), (542, 11, 42_000), (577, 8, 48_000))
DEOXYGENATED = ((432, 13, 480_000), (455, 25, 30_000), (520, 40, 16_000), (556, 20, 40_000), (600, 40, 8_000))
"""Centre in nm, width (standard deviation) in nm and height in L/(mol cm) of each band."""
FAR_RED = (400.0, 1_500.0)
"""What is left of both absorptions beyond the bands, L/(mol cm)."""


MOST = {"melanin": 0.6, "blood": 0.3, "oxygenation": 1.0, "bilirubin": 50.0, "grey_blue": 50.0, "scattering": 5.0}
LEAST = {"scattering": 0.2}


@dataclass(frozen=True, slots=True)
class Skin:
    """What a patch of skin holds.

    melanin : volume share of melanosomes in the epidermis (0.01 light … 0.3 very dark). blood : volume share in the
    dermis. oxygenation : share of haemoglobin with oxygen. bilirubin : mg/dL in the dermis. grey_blue : absorption of a
    pigment below the epidermis at 550 nm, 1/cm. scattering : reduced scattering as a multiple of the published mean.
    """

    melanin: float = 0.03
    blood: float = 0.02
    oxygenation: float = 0.7
    bilirubin: float = 0.05
    grey_blue: float = 0.0
    scattering: float = 1.0

    def __post_init__(self) -> None:
        for name, most in MOST.items():
            if not LEAST.get(name, 0) <= getattr(self, name) <= most:
                raise InvalidRequest(
                    f"{name} of skin is {getattr(self, name):g}.",
                    f"Give a number from {LEAST.get(name, 0):g} to {most:g}.",
                )


def draw_bands(bands: Sequence[tuple[float, float, float]]) -> Array:
    """Sum of Gaussian bands on the grid."""
    centre, width, height = np.array(bands, dtype=float).T[:, :, None]
    return np.asarray(np.sum(height * np.exp(-0.5 * ((WAVELENGTHS - centre) / width) ** 2), axis=0))


def bare_tissue() -> Array:
    """Absorption of tissue without pigment and blood, 1/cm."""
    bare: Array = 0.244 + 85.3 * np.exp(-(WAVELENGTHS - 154) / 66.2)
    return bare


def absorb_melanin(skin: Skin) -> Array:
    """Absorption of the epidermis, 1/cm: melanosomes, and tissue without pigment."""
    absorption: Array = skin.melanin * 6.6e11 * WAVELENGTHS**-3.33 + (1 - skin.melanin) * bare_tissue()
    return absorption


def absorb_dermis(skin: Skin) -> Array:
    """Absorption of the dermis, 1/cm: blood, bilirubin, grey-blue pigment and tissue without pigment."""
    oxygenated = draw_bands(OXYGENATED) + FAR_RED[0]
    deoxygenated = draw_bands(DEOXYGENATED) + FAR_RED[1]
    haemoglobin = skin.oxygenation * oxygenated + (1 - skin.oxygenation) * deoxygenated
    blood = np.log(10) * BLOOD_MOLES_PER_LITRE * haemoglobin
    shaded = -np.expm1(-2 * VESSEL_CM * blood) / (2 * VESSEL_CM)
    bilirubin = draw_bands([(460, 28, 55_000)]) * skin.bilirubin / LITRES_PER_DECILITRE * BILIRUBIN_MOLES_PER_MILLIGRAM
    pigments = np.log(10) * bilirubin + skin.grey_blue * (WAVELENGTHS / 550) ** 0.8
    absorption: Array = skin.blood * shaded + pigments + bare_tissue()
    return absorption


def reflect_skin(skin: Skin) -> Array:
    """Reflectance without gloss, shape (61,).

    >>> pale, dark = reflect_skin(Skin(melanin=0.02)), reflect_skin(Skin(melanin=0.25))
    >>> bool((pale > dark).all())
    True
    """
    scattering = skin.scattering * 46.0 * (WAVELENGTHS / 500) ** -1.421
    ratio = 2 * absorb_dermis(skin) / (0.75 * scattering)
    dermis = 1 + ratio - np.sqrt(ratio**2 + 2 * ratio)
    depth = LENGTHENING * 2 * EPIDERMIS_CM * absorb_melanin(skin)
    through = (1 + UNEVENNESS * depth) ** (-1 / UNEVENNESS)
    reflectance: Array = SURFACE + (1 - SURFACE) * dermis * through
    return reflectance


def change_skin(skin: Skin, **amounts: float) -> Skin:
    """The same skin with other amounts; a test of change says what was added by this."""
    return replace(skin, **amounts)
