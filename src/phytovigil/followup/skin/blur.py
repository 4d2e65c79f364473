"""How blurred a photograph is: the width of the steps from paper to marker."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phytovigil.followup.skin.straightening import LinearView, Pixels
from phytovigil.schema.card import Card, Marker

QUIET = 1.5
"""Millimetres of paper around a marker; its black border is 2 mm wide."""

FINEST = 8.0
"""Pixels for each mm at least, so that narrow steps are not rounded up."""


def measure_blur(view: LinearView, card: Card, seen: tuple[int, ...]) -> float:
    """Way in mm from 90 to 10 % of the step from paper to black, in the worse direction; median over markers.

    Not a number where no marker is wholly in the picture.
    """
    widths = [marker_steps(view, card.markers[number]) for number in seen]
    whole = [pair for pair in widths if np.isfinite(pair).all()]
    return float(np.median(whole, axis=0).max()) if whole else float("nan")


def marker_steps(view: LinearView, marker: Marker) -> tuple[float, float]:
    """Mean width of the left and right step, and of the upper and lower one."""
    (left, top), size = marker.corners[0], marker.corners[1][0] - marker.corners[0][0]
    scale = max(view.scale, FINEST)
    sheet = view.straighten(left - QUIET, top - QUIET, size + 2 * QUIET, size + 2 * QUIET, scale).mean(axis=2)
    along = slice(round((QUIET + 1) * scale), round((QUIET + size - 1) * scale))
    across, down = sheet[along].mean(axis=0), sheet[:, along].mean(axis=1)
    return mean_step(across, scale), mean_step(down, scale)


def mean_step(profile: Pixels, scale: float) -> float:
    """Mean of the widths at both ends of a profile through a marker, in mm."""
    reach = round((QUIET + 1.8) * scale)
    return (step_width(profile[:reach]) + step_width(profile[::-1][:reach])) / (2 * scale)


def step_width(profile: NDArray[np.floating]) -> float:
    """Pixels from 90 to 10 % of a fall from the first values to the last.

    >>> step_width(np.array([1.0, 1.0, 1.0, 0.75, 0.5, 0.25, 0.0, 0.0, 0.0]))
    3.2
    """
    if not np.isfinite(profile).all():
        return float("nan")
    high, low = float(profile.max()), float(profile[len(profile) // 2 :].min())
    level = (profile - low) / max(high - low, 1e-9)
    middle = max(int(np.argmax(level < 0.5)), 1)
    return round(crossing(level, middle, 0.1, 1) - crossing(level, middle, 0.9, -1), 6)


def crossing(level: NDArray[np.floating], start: int, wanted: float, step: int) -> float:
    """Where the level first passes the wanted value, going from the start; the end if nowhere."""
    place = start if step > 0 else start - 1
    while 0 <= place + step < len(level) and (level[place] - wanted) * step > 0:
        place += step
    before = place - step
    change = float(level[before] - level[place])
    return place - step * float((wanted - level[place]) / change) if change else float(place)
