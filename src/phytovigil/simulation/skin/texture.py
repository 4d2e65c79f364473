"""Unevenness of skin: pores and mottling as maps of melanin and of blood, hairs, and what a disc holds on average."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from phytovigil.errors import InvalidRequest
from phytovigil.simulation.skin.spectra import Array
from phytovigil.simulation.skin.tissue import MOST, Skin

PER_MM = 4
HALF_WIDTH, HALF_HEIGHT = 130, 110
"""Cells per mm of the maps, and how far they reach from the centre of the card, in mm."""

GRAINS = ((0.3, 0.6), (2.0, 0.5), (9.0, 0.62))
"""Sizes of the unevenness (standard deviation of a Gaussian, mm) and shares, whose squares sum to 1."""

Map = NDArray[np.float32]


def draw_texture(spreads: tuple[float, float], chance: np.random.Generator) -> Map:
    """Logarithm of melanin and of blood over their means, shape (rows, columns, 2). spreads : standard deviations."""
    shape = (2 * HALF_HEIGHT * PER_MM, 2 * HALF_WIDTH * PER_MM)
    both = [sum((share * draw_grain(shape, size, chance) for size, share in GRAINS), np.float32(0)) for _ in spreads]
    return np.stack([spread * one for spread, one in zip(spreads, both, strict=True)], axis=2).astype(np.float32)


def draw_grain(shape: tuple[int, int], size: float, chance: np.random.Generator) -> Map:
    """Smooth noise with standard deviation 1. size : in mm; drawn coarsely and enlarged where it is large."""
    coarser = max(1, int(size * PER_MM / 2))
    small = chance.standard_normal((shape[0] // coarser + 2, shape[1] // coarser + 2), dtype=np.float32)
    soft = cv2.GaussianBlur(small, (0, 0), size * PER_MM / coarser)
    grown = np.asarray(cv2.resize(soft, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), dtype=np.float32)
    scaled: Map = (grown - grown.mean()) / grown.std()
    return scaled


def draw_hairs(number: int, chance: np.random.Generator) -> Map:
    """How much of each cell hair covers, 0 to 1: slightly bent lines of 8 to 15 mm, a tenth of a mm thick."""
    cover = np.zeros((2 * HALF_HEIGHT * PER_MM, 2 * HALF_WIDTH * PER_MM), dtype=np.float32)
    lean = chance.uniform(0, np.pi)
    for _ in range(number):
        start = chance.uniform((0, 0), (cover.shape[1], cover.shape[0]))
        angle = lean + chance.normal(0, 0.3) + np.linspace(0, chance.normal(0, 0.5), 6)
        step = chance.uniform(8, 15) * PER_MM / 6
        path = start + np.cumsum(step * np.stack([np.cos(angle), np.sin(angle)], axis=1), axis=0)
        cv2.polylines(cover, [np.rint(path * 16).astype(np.int32)], False, 1.0, 1, cv2.LINE_AA, 4)
    return cover * np.float32(0.45)


def mean_in_disc(texture: Array | Map, per_mm: float, x: float, y: float, radius: float) -> Array:
    """Mean of each map in a disc, shape (2,). x, y, radius : mm. Raises InvalidRequest for a disc beyond the maps."""
    rows, columns = texture.shape[:2]
    u, v, reach = x * per_mm + columns / 2, y * per_mm + rows / 2, radius * per_mm
    if reach < 1 or u - reach < 0 or v - reach < 0 or u + reach > columns or v + reach > rows:
        raise InvalidRequest(
            f"a site of {radius:g} mm at ({x:g}, {y:g}) mm is not within the simulated skin.",
            f"It reaches {columns / per_mm / 2:g} mm to each side and {rows / per_mm / 2:g} mm up and down.",
        )
    down, across = np.ogrid[:rows, :columns]
    inside = (across + 0.5 - u) ** 2 + (down + 0.5 - v) ** 2 <= reach**2
    mean: Array = np.asarray(texture[inside], dtype=np.float64).mean(axis=0)
    return mean


def skin_at(skin: Skin, logs: Array) -> Skin:
    """The skin where melanin and blood differ from their means by these logarithms."""
    return replace(
        skin,
        melanin=min(skin.melanin * float(np.exp(logs[0])), MOST["melanin"]),
        blood=min(skin.blood * float(np.exp(logs[1])), MOST["blood"]),
    )
