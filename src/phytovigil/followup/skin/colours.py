"""L*a*b*, CIEDE2000 and ITA; the formulae are those of colour-science."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from phytovigil.followup.colour_library import loading_colour
from phytovigil.schema.printed_colour import WHITE_D65

with loading_colour():
    import colour.characterisation
    import colour.difference
    import colour.models
    import colour.temperature

Array = NDArray[np.float64]

ITA_CLASSES = ((55, "very light"), (41, "light"), (28, "intermediate"), (10, "tan"), (-30, "brown"))
"""Lower bounds in degrees, each exclusive; below the last is dark. Del Bino & Bernerd 2013, doi:10.1111/bjd.12529."""


def delta_e(first: Sequence[float] | Array, second: Sequence[float] | Array) -> Array:
    """CIEDE2000 between L*a*b* values, shape (3,) or n × 3; kL = kC = kH = 1.

    Sharma, Wu & Dalal 2005, doi:10.1002/col.20070.

    >>> float(delta_e((50, 2.6772, -79.7751), (50, 0, -82.7485)).round(4))
    2.0425
    """
    return np.asarray(colour.difference.delta_E_CIE2000(np.asarray(first, float), np.asarray(second, float)))


def lab_of(xyz: NDArray[np.floating]) -> Array:
    """L*a*b* (D65, 2°) of tristimulus values of the same light, Y = 1 for white; shape … × 3."""
    return np.asarray(colour.models.XYZ_to_Lab(np.maximum(xyz, 0), WHITE_CHROMATICITY))


def xyz_of(lab: Array) -> Array:
    """Tristimulus values of L*a*b* (D65, 2°), Y = 1 for white; shape … × 3."""
    return np.asarray(colour.models.Lab_to_XYZ(lab, WHITE_CHROMATICITY))


WHITE_CHROMATICITY = np.array([WHITE_D65[0], WHITE_D65[1]]) / sum(WHITE_D65)
"""x, y of D65."""


def expand_terms(rgb: Array, degree: int, roots: bool) -> Array:
    """Terms of a polynomial, or of a root-polynomial, in R, G, B; shape … × 3. Finlayson 2015, see correcting.py."""
    return np.asarray(colour.characterisation.polynomial_expansion_Finlayson2015(rgb, degree, roots))


def ita(lab: Sequence[float]) -> float:
    """Individual typology angle in degrees, atan2(L* − 50, b*). It cannot see blue-grey change: a descriptor only.

    Chardon et al. 1991, doi:10.1111/j.1467-2494.1991.tb00561.x.

    >>> round(ita((65, 10, 18)), 1), round(ita((55, 7, 6)), 1)
    (39.8, 39.8)
    """
    return math.degrees(math.atan2(lab[0] - 50, lab[2]))


def name_ita(angle: float) -> str:
    """The class of an ITA.

    >>> name_ita(39.8), name_ita(-40)
    ('intermediate', 'dark')
    """
    return next((name for bound, name in ITA_CLASSES if angle > bound), "dark")


def colour_temperature(xyz: Array) -> float:
    """Correlated colour temperature in kelvin, McCamy 1992, doi:10.1002/col.5080170211; valid about 2,800–12,500."""
    chromaticity = xyz[:2] / xyz.sum()
    return float(colour.temperature.xy_to_CCT_McCamy1992(chromaticity))
