"""Drawn photographs of the card on flat skin, whose truth is known exactly; the simulation draws spectral ones."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from phytovigil.followup.skin.colours import xyz_of
from phytovigil.schema.card import Card, card_layout
from phytovigil.schema.printed_colour import PAPER_REFLECTANCE, SRGB_TO_XYZ

DRAWN = 8
"""Pixels for each mm of the drawing."""

FIELD = 136
"""Millimetres of skin that are drawn, across and down, with the card in the middle."""


def linear_rgb(lab: tuple[float, float, float]) -> NDArray[np.float64]:
    return np.linalg.solve(np.array(SRGB_TO_XYZ), xyz_of(np.array(lab)))


@cache
def draw_flat(card: Card, skin: tuple[float, float, float]) -> NDArray[np.float32]:
    """The card on skin in linear sRGB, seen from above, FIELD × FIELD mm."""
    sheet = np.empty((FIELD * DRAWN, FIELD * DRAWN, 3), np.float32)
    sheet[:] = linear_rgb(skin)

    def fill(x: float, y: float, width: float, height: float, value: object) -> None:
        left, top = round((x + FIELD / 2) * DRAWN), round((y + FIELD / 2) * DRAWN)
        sheet[top : top + round(height * DRAWN), left : left + round(width * DRAWN)] = value

    fill(-card.width / 2, -card.height / 2, card.width, card.height, PAPER_REFLECTANCE)
    for patch in card.patches:
        half = patch.size / 2
        fill(patch.x - half, patch.y - half, patch.size, patch.size, linear_rgb(patch.lab))
    for marker in card.markers:
        (left, top), module = marker.corners[0], (marker.corners[1][0] - marker.corners[0][0]) / len(marker.bits)
        for row, line in enumerate(marker.bits):
            for column, bit in enumerate(line):
                if bit == "0":
                    fill(left + column * module, top + row * module, module, module, 0.03)
    centre = (FIELD * DRAWN) // 2
    cv2.circle(sheet, (centre, centre), round(card.window.radius * DRAWN), linear_rgb(skin).tolist(), -1)
    return sheet


def view_matrix(width: int, height: int, pixels_per_mm: float, tilt: float, turn: float) -> NDArray[np.float64]:
    """Homography from drawing pixels to picture pixels: a pinhole camera turned about the card's centre."""
    focal = 0.8 * width
    distance = focal / pixels_per_mm
    spin, lean = math.radians(turn), math.radians(tilt)
    rotate = np.array([[math.cos(spin), -math.sin(spin), 0], [math.sin(spin), math.cos(spin), 0], [0, 0, 1]])
    axis = np.array([[1, 0, 0], [0, math.cos(lean), -math.sin(lean)], [0, math.sin(lean), math.cos(lean)]])
    pose = (axis @ rotate)[:, :2]
    camera = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]])
    plane = camera @ np.column_stack([pose, [0, 0, distance]])
    to_mm = np.array([[1 / DRAWN, 0, (0.5 / DRAWN) - FIELD / 2], [0, 1 / DRAWN, (0.5 / DRAWN) - FIELD / 2], [0, 0, 1]])
    return plane @ to_mm


DrawScene = Callable[..., bytes]


@pytest.fixture(scope="session")
def draw_scene() -> DrawScene:
    """Function that draws a photograph and gives its bytes."""
    return make_scene


def make_scene(
    skin: tuple[float, float, float] = (62.0, 12.0, 18.0),
    *,
    size: tuple[int, int] = (720, 540),
    pixels_per_mm: float = 6.0,
    tilt: float = 0.0,
    turn: float = 0.0,
    shift: float = 0.0,
    light: tuple[float, float, float] = (0.8, 0.8, 0.8),
    slope: float = 0.0,
    blur: float = 0.0,
    noise: float = 0.0,
    gamma: float = 1.0,
    mix: NDArray[np.float64] | None = None,
    paint: Callable[[NDArray[np.float32]], None] | None = None,
    finish: Callable[[NDArray[np.float32]], NDArray[np.float32]] | None = None,
    suffix: str = ".png",
) -> bytes:
    """Bytes of a photograph. shift : pixels to the right. light : R, G, B of white. slope : of the light over the card.

    blur : pixels. gamma : exponent of the camera on top of sRGB. mix : 3 × 3 that mixes the channels. paint : changes
    the drawing. finish : changes the picture in linear light.
    """
    sheet = draw_flat(card_layout(), skin)
    if paint:
        sheet = sheet.copy()
        paint(sheet)
    matrix = np.array([[1, 0, shift], [0, 1, 0], [0, 0, 1]]) @ view_matrix(*size, pixels_per_mm, tilt, turn)
    seen = cv2.warpPerspective(sheet, matrix, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    if mix is not None:
        seen = seen @ mix.T.astype(np.float32)
    across = (np.arange(size[0]) - size[0] / 2) / (45 * pixels_per_mm)
    seen = seen * np.exp(slope / 2 * across)[None, :, None].astype(np.float32) * np.array(light, np.float32)
    if finish:
        seen = finish(seen)
    if blur:
        seen = cv2.GaussianBlur(seen, (0, 0), blur)
    encoded = np.clip(seen, 0, 1) ** gamma
    encoded = np.where(encoded <= 0.0031308, 12.92 * encoded, 1.055 * np.maximum(encoded, 1e-9) ** (1 / 2.4) - 0.055)
    encoded = 255 * encoded + noise * np.random.default_rng(7).normal(size=encoded.shape)
    done, data = cv2.imencode(suffix, np.clip(np.round(encoded), 0, 255).astype(np.uint8)[..., ::-1])
    assert done
    return data.tobytes()
