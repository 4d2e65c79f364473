"""Mean colours of the patches and of bare paper on a straightened card."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from phytovigil.followup.skin.straightening import LinearView, Pixels
from phytovigil.schema.card import Card

Array = NDArray[np.float64]

INNER = 0.6
"""Share of a patch's side that is measured: blur and misplacement stay in the rest."""

TRIM = 0.1
"""Share of the pixels left out at each end, for each channel: dust and single glints."""

GRAIN = 0.5
"""Millimetres over which light is averaged before a point is looked at: noise of the camera goes, the surface stays."""

DARK = 0.02
"""Linear value beside which noise is no longer counted in proportion to the value."""

CLIPPED_HIGH, CLIPPED_LOW = 0.985, 0.0004
"""Linear values of 8-bit 253 and 1: at these ends the camera has cut colours off."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Measured places on the card, n of them. colours : what is printed there. places : n × 2, mm. rgb : n × 3, linear.

    uneven : n, robust standard deviation over mean within each place. clipped : n, share of clipped pixels.
    """

    colours: tuple[str, ...]
    places: Array
    rgb: Array
    uneven: Array
    clipped: Array

    def keep(self, mask: NDArray[np.bool_]) -> Samples:
        """Those places alone."""
        kept = tuple(colour for colour, good in zip(self.colours, mask, strict=True) if good)
        return Samples(kept, self.places[mask], self.rgb[mask], self.uneven[mask], self.clipped[mask])


def sample_card(view: LinearView, card: Card) -> Samples:
    """Measure each patch, then each place of bare paper. Places outside the photograph are not numbers."""
    left, top = -card.width / 2, -card.height / 2
    sheet = view.straighten(left, top, card.width, card.height)
    smooth = average_grain(sheet, view.scale)
    places = [(patch.x, patch.y, patch.size * INNER / 2) for patch in card.patches]
    places += [(paper.x, paper.y, paper.radius * 0.7) for paper in card.paper]
    cuts = [(x - left, y - top, half, view.scale) for x, y, half in places]
    measured = [measure_place(cut_square(smooth, *cut), cut_square(sheet, *cut)) for cut in cuts]
    return Samples(
        colours=(*(patch.colour for patch in card.patches), *("white" for _ in card.paper)),
        places=np.array([place[:2] for place in places]),
        rgb=np.array([one[0] for one in measured]),
        uneven=np.array([one[1] for one in measured]),
        clipped=np.array([one[2] for one in measured]),
    )


def cut_square(sheet: Pixels, x: float, y: float, half: float, scale: float) -> Pixels:
    """Pixels of a square around a point, n × 3. x, y, half : mm from the sheet's left and top edge."""
    across = slice(round((x - half) * scale), max(round((x + half) * scale), round((x - half) * scale) + 1))
    down = slice(round((y - half) * scale), max(round((y + half) * scale), round((y - half) * scale) + 1))
    return sheet[down, across].reshape(-1, 3)


def measure_place(smooth: Pixels, raw: Pixels) -> tuple[Array, float, float]:
    """Trimmed mean of each channel, unevenness, and share of clipped pixels. smooth, raw : n × 3."""
    if not np.isfinite(raw).all():
        return np.full(3, np.nan), np.nan, np.nan
    ordered = np.sort(raw.astype(np.float64), axis=0)
    cut = int(TRIM * len(ordered))
    mean = ordered[cut : len(ordered) - cut].mean(axis=0)
    quarter, three = np.quantile(smooth, [0.25, 0.75], axis=0)
    uneven = float(np.max((three - quarter) / 1.349 / (mean + DARK)))
    return mean, uneven, share_clipped(raw)


def share_clipped(raw: Pixels) -> float:
    """Share of pixels, n × 3, of which the camera has cut a colour off."""
    return float(((raw >= CLIPPED_HIGH).any(axis=1) | (raw <= CLIPPED_LOW).all(axis=1)).mean())


def average_grain(sheet: Pixels, scale: float) -> Pixels:
    """A straightened view averaged over the grain; scale in pixels for each mm."""
    side = max(1, round(GRAIN * scale))
    return np.asarray(cv2.blur(sheet, (side, side))) if side > 1 else sheet
