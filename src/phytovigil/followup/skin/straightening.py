"""The part of a photograph around the card, in linear light, and straightened views of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from phytovigil.followup.skin.finding import FoundCard
from phytovigil.schema.printed_colour import decode_srgb

Array = NDArray[np.float64]
Pixels = NDArray[np.float32]

MOST_SCALE = 14.0
"""Pixels for each mm to work with; a finer picture is averaged in linear light, as dots of a print must be."""

FULL = 65535


@dataclass(frozen=True, slots=True)
class LinearView:
    """A cut-out of the photograph in linear light, 16 bits. to_view : 3 × 3, card mm to its pixels.

    size : width, height. scale : pixels for each mm at the centre of the card.
    """

    pixels: NDArray[np.uint16]
    to_view: Array
    scale: float

    def straighten(self, left: float, top: float, width: float, height: float, scale: float = 0.0) -> Pixels:
        """A rectangle of the card's plane, in mm, seen from straight above: rows × columns × RGB, 0 to 1.

        What lies outside the photograph is not a number.
        """
        scale = scale or self.scale
        to_mm = np.array([[1 / scale, 0, left + 0.5 / scale], [0, 1 / scale, top + 0.5 / scale], [0, 0, 1]])
        size = (round(width * scale), round(height * scale))
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        made = cv2.warpPerspective(self.pixels, self.to_view @ to_mm, size, flags=flags).astype(np.float32) / FULL
        inside = cv2.warpPerspective(
            np.ones(self.pixels.shape[:2], np.uint8), self.to_view @ to_mm, size, flags=cv2.INTER_NEAREST | flags & ~1
        )
        made[inside == 0] = np.nan
        return np.asarray(made)


def view_linear(pixels: NDArray[np.uint8], card: FoundCard, reach: Array) -> LinearView:
    """The cut-out that holds these points (n × 2, card mm) as far as the photograph goes."""
    corners = card.to_pixels(reach)
    low = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 2, 0)
    high = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 3, pixels.shape[1::-1])
    cut = cv2.LUT(np.ascontiguousarray(pixels[low[1] : high[1], low[0] : high[0]]), srgb_table())
    shrink = min(1.0, MOST_SCALE / card.pixels_per_mm)
    if shrink < 1:
        size = (max(1, round(cut.shape[1] * shrink)), max(1, round(cut.shape[0] * shrink)))
        zoom = np.array([size[0] / cut.shape[1], size[1] / cut.shape[0]])
        cut = cv2.resize(cut, size, interpolation=cv2.INTER_AREA)
    else:
        zoom = np.ones(2)
    shift = (0.5 - low) * zoom - 0.5
    onto = np.array([[zoom[0], 0, shift[0]], [0, zoom[1], shift[1]], [0, 0, 1]])
    return LinearView(np.asarray(cut, dtype=np.uint16), onto @ card.homography, card.pixels_per_mm * shrink)


@cache
def srgb_table() -> NDArray[np.uint16]:
    """Linear light, 0 to 65535, of each 8-bit sRGB value."""
    return np.array([round(FULL * decode_srgb(value / 255)) for value in range(256)], dtype=np.uint16)
