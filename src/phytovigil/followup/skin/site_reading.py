"""The colour of a disc of skin in a straightened view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phytovigil.followup.skin.colours import delta_e, lab_of
from phytovigil.followup.skin.correcting import Correction
from phytovigil.followup.skin.light import Light, Tone
from phytovigil.followup.skin.sampling import average_grain, share_clipped
from phytovigil.followup.skin.straightening import LinearView, Pixels

Array = NDArray[np.float64]

OUT = 2.5
"""Robust standard deviations of L* beyond which a point is a hair, a pore or a glint."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Everything that takes the file's linear values to tristimulus values under D65."""

    light: Light
    tone: Tone
    correction: Correction

    def __call__(self, rgb: NDArray[np.floating], places: Array) -> Array:
        """Tristimulus values of linear values, n × 3, at places, n × 2 mm."""
        return self.correction(np.asarray(self.tone(rgb)) / self.light.at(places))


@dataclass(frozen=True, slots=True)
class SiteColour:
    """What the disc shows. lab, spread : of the pixels that were kept. trimmed, glints, clipped : shares of the disc.

    quarters : largest ΔE00 between the disc's middle and one of its four quarters.
    """

    lab: tuple[float, float, float]
    spread: tuple[float, float, float]
    pixels: int
    trimmed: float
    glints: float
    clipped: float
    quarters: float


def read_site(view: LinearView, calibration: Calibration, x: float, y: float, radius: float) -> SiteColour | None:
    """Measure the disc; None where a part of it lies outside the photograph."""
    sheet = view.straighten(x - radius, y - radius, 2 * radius, 2 * radius)
    places = disc_places(sheet, view.scale, radius)
    inside = (places**2).sum(axis=-1) <= radius**2
    raw = sheet[inside]
    if not np.isfinite(raw).all():
        return None
    smooth = average_grain(sheet, view.scale)[inside]
    lab = lab_of(calibration(smooth, places[inside] + (x, y)))
    return describe_site(lab, places[inside], raw)


def disc_places(sheet: Pixels, scale: float, radius: float) -> Array:
    """Millimetres from the centre of the disc of each pixel, rows × columns × 2."""
    down, across = np.indices(sheet.shape[:2])
    return np.stack([(across + 0.5) / scale - radius, (down + 0.5) / scale - radius], axis=-1)


def describe_site(lab: Array, places: Array, raw: Pixels) -> SiteColour:
    """Medians and spreads without hairs and glints."""
    off = lab[:, 0] - np.median(lab[:, 0])
    limit = OUT * max(robust_spread(lab[:, 0]), 0.5)
    kept = np.abs(off) <= limit
    middle = np.median(lab[kept], axis=0)
    lightness, a, b = (float(value) for value in middle)
    return SiteColour(
        lab=(lightness, a, b),
        spread=tuple(robust_spread(lab[kept, channel]) for channel in range(3)),  # type: ignore[arg-type]
        pixels=int(kept.sum()),
        trimmed=float(1 - kept.mean()),
        glints=float((off > limit).mean()),
        clipped=share_clipped(raw),
        quarters=compare_quarters(lab[kept], places[kept], middle),
    )


def compare_quarters(lab: Array, places: Array, middle: Array) -> float:
    """Largest ΔE00 of a quarter's median from the whole."""
    number = 2 * (places[:, 0] > 0) + (places[:, 1] > 0)
    medians = [np.median(lab[number == one], axis=0) for one in range(4) if (number == one).any()]
    return float(delta_e(np.array(medians), middle).max())


def robust_spread(values: Array) -> float:
    """Standard deviation from the median absolute deviation."""
    return float(1.4826 * np.median(np.abs(values - np.median(values))))
