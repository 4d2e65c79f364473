"""Distance of colours, CIEDE2000, through colour-science.

Sharma G, Wu W, Dalal EN. Color Res Appl 2005;30:21-30, doi:10.1002/col.20070.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from phytovigil.errors import MissingLibrary
from phytovigil.followup.colour_library import loading_colour

Floats = npt.NDArray[np.float64]


@cache
def load_formula() -> Callable[..., Any]:
    """The function of the library, loaded when first needed; its notice that it cannot draw is of no concern here."""
    try:
        with loading_colour():
            from colour.difference import delta_E_CIE2000
    except ImportError as error:
        raise MissingLibrary("The distance of two colours", "colour-science", "follow") from error
    formula: Callable[..., Any] = delta_E_CIE2000
    return formula


def shift_distance(colour: Floats, shifts: Floats) -> Floats:
    """ΔE00 between a colour and the same colour shifted. colour : L*, a*, b*. shifts : (…, 3).

    >>> float(shift_distance(np.array([65.0, 10.0, 18.0]), np.array([[-10.0, -3.0, -12.0]]))[0]).__round__(2)
    11.93
    """
    if not len(shifts):
        return np.zeros(0)
    return np.asarray(load_formula()(np.broadcast_to(colour, shifts.shape), colour + shifts), dtype=float)


def find_angle(colour: Floats) -> float:
    """Individual typology angle in degrees, a descriptor only: it is blind to a blue-grey change.

    >>> find_angle(np.array([65.0, 10.0, 18.0])).__round__(1), find_angle(np.array([55.0, 7.0, 6.0])).__round__(1)
    (39.8, 39.8)
    """
    return float(np.degrees(np.arctan2(colour[0] - 50, colour[2])))
