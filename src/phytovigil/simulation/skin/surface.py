"""The card and the skin as textures in raw camera response, one cell grid each, before light and lens."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from phytovigil.schema.card import Card, Marker
from phytovigil.simulation.skin.camera import Picture, respond
from phytovigil.simulation.skin.inks import Print
from phytovigil.simulation.skin.spectra import Array
from phytovigil.simulation.skin.texture import Map, skin_at
from phytovigil.simulation.skin.tissue import Skin, reflect_skin

CELLS_PER_MM = 16
PAPER, BLACK = 0, 1
HAIR = 0.05
"""Reflectance of hair."""
CLOTH = 0.25
"""Reflectance of what lies beyond the limb."""


@cache
def draw_materials(card: Card) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """What each cell of the card is: 0 paper, 1 black, then the colours in their order. And 255 where there is card."""
    shape = (round(card.height * CELLS_PER_MM), round(card.width * CELLS_PER_MM))
    materials, there = np.full(shape, PAPER, np.uint8), np.full(shape, 255, np.uint8)
    for marker in card.markers:
        draw_marker(materials, card, marker)
    order = {colour: number for number, colour in enumerate(card.colours, start=2)}
    for patch in card.patches:
        half = patch.size / 2
        fill(materials, card, (patch.x - half, patch.y - half), (patch.x + half, patch.y + half), order[patch.colour])
    down, across = np.ogrid[: shape[0], : shape[1]]
    x = (across + 0.5) / CELLS_PER_MM - card.width / 2 - card.window.x
    y = (down + 0.5) / CELLS_PER_MM - card.height / 2 - card.window.y
    there[x**2 + y**2 < card.window.radius**2] = 0
    return materials, there


def draw_marker(materials: NDArray[np.uint8], card: Card, marker: Marker) -> None:
    """Blacken the modules of a marker whose bit is 0."""
    (left, top), (right, _), *_ = marker.corners
    module = (right - left) / len(marker.bits)
    for row, bits in enumerate(marker.bits):
        for column, bit in enumerate(bits):
            if bit == "0":
                corner = (left + column * module, top + row * module)
                fill(materials, card, corner, (corner[0] + module, corner[1] + module), BLACK)


def fill(
    materials: NDArray[np.uint8], card: Card, start: tuple[float, float], stop: tuple[float, float], value: int
) -> None:
    """Set a rectangle given in millimetres from the centre."""
    half = (card.width / 2, card.height / 2)
    left, right = (round((x + half[0]) * CELLS_PER_MM) for x in (start[0], stop[0]))
    top, bottom = (round((y + half[1]) * CELLS_PER_MM) for y in (start[1], stop[1]))
    materials[top:bottom, left:right] = value


def colour_card(card: Card, printed: Print, camera: str, light: Array, scale: float) -> NDArray[np.float32]:
    """Raw response of the card and, as fourth channel, where card is. scale : wanted cells per mm."""
    materials, there = draw_materials(card)
    spectra = np.array([printed.paper, printed.black, *(printed.reflectances[name] for name in card.colours)])
    response = respond(camera, light, spectra)
    table = np.concatenate([response, np.ones((len(response), 1))], axis=1).astype(np.float32)
    cells = table[materials]
    cells[:, :, 3] = there / np.float32(255)
    cells[:, :, :3] *= cells[:, :, 3:]
    size = (round(card.width * scale), round(card.height * scale))
    return np.asarray(cv2.resize(cells, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def print_unevenness(size: tuple[int, int], scale: float, spread: float, chance: np.random.Generator) -> Map:
    """Factor of reflectance from place to place of a print: half in grains of 0.2 mm, half in clouds of 5 mm."""
    parts = []
    for grain in (0.2, 5.0):
        step = max(1, int(grain * scale / 2))
        small = chance.standard_normal((size[0] // step + 2, size[1] // step + 2), dtype=np.float32)
        small = np.asarray(cv2.GaussianBlur(small, (0, 0), max(grain * scale / step, 0.5)), dtype=np.float32)
        parts.append(cv2.resize(small / small.std(), (size[1], size[0])))
    factor: Map = np.float32(1) + np.float32(spread / np.sqrt(2)) * (parts[0] + parts[1])
    return factor


def colour_skin(skin: Skin, texture: Map, hairs: Map, camera: str, light: Array) -> Picture:
    """Raw response of the skin's texture: the response to the mean skin, times what more melanin and blood change."""
    step = 0.1
    spectra = [reflect_skin(skin_at(skin, np.array(logs))) for logs in ((0.0, 0.0), (step, 0.0), (0.0, step))]
    mean, browner, redder = respond(camera, light, np.array(spectra))
    slopes = np.log(np.array([browner, redder]) / mean) / step
    coloured: Picture = np.exp(cv2.transform(texture, slopes.T.astype(np.float32))) * mean.astype(np.float32)
    covered = hairs[:, :, None]
    return coloured * (1 - covered) + np.float32(HAIR) * covered
