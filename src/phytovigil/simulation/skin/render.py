"""Makes the photograph: textures, perspective, light, lens and camera in this order."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from phytovigil.schema.card import Card, card_layout
from phytovigil.simulation.skin.camera import Picture, channel_levels, develop
from phytovigil.simulation.skin.inks import Print, print_card
from phytovigil.simulation.skin.light import light_spectrum
from phytovigil.simulation.skin.lighting import glare_on_plane, light_field
from phytovigil.simulation.skin.scene import Scene, SceneSettings, Truth, View
from phytovigil.simulation.skin.spectra import Array
from phytovigil.simulation.skin.surface import CLOTH, colour_card, colour_skin, print_unevenness
from phytovigil.simulation.skin.texture import (
    HALF_HEIGHT,
    HALF_WIDTH,
    PER_MM,
    Map,
    draw_grain,
    draw_hairs,
    draw_texture,
)
from phytovigil.simulation.skin.usable import find_defects, measure_scene, shadow_colour
from phytovigil.simulation.skin.view import find_homography


def render_scene(settings: SceneSettings, card: Card | None = None) -> Scene:
    """The photograph of a card on skin. Same settings, same bytes.

    Raises UnknownName for a light, camera or printer that does not exist.
    """
    card = card or card_layout()
    texture_seed = settings.seed if settings.texture_seed is None else settings.texture_seed
    texture = draw_texture(settings.mottling, np.random.default_rng([1, texture_seed]))
    printed = print_once(card, settings.printer, settings.printer_seed)
    homography = find_homography(settings.view)
    raw = photograph(settings, card, printed, texture, homography)
    light = light_spectrum(settings.light)
    channels = channel_levels(settings.camera, light)
    jpeg, gains = develop(
        raw, settings.camera, channels, settings.development, np.random.default_rng([2, settings.seed])
    )
    figures = measure_scene(settings, card, homography, printed.paper, gains, channels)
    truth = Truth(homography, printed.labs, settings.skin, texture, PER_MM, find_defects(figures), figures)
    return Scene(settings, jpeg, truth)


@lru_cache(maxsize=64)
def print_once(card: Card, printer: str, seed: int) -> Print:
    """The printed card; a person has one for many photographs."""
    return print_card(card.colours, printer, seed)


def photograph(settings: SceneSettings, card: Card, printed: Print, texture: Map, homography: Array) -> Picture:
    """Raw response of every pixel, the perfect diffuser in full light = 1, before the sensor."""
    view, lighting = settings.view, settings.lighting
    light = light_spectrum(settings.light)
    chance = np.random.default_rng([3, settings.seed])
    picture = warp(lay_skin(settings, texture, light, chance), homography, view, PER_MM, (HALF_WIDTH, HALF_HEIGHT))
    picture = lay_card(picture, settings, card, printed, light, homography)
    picture *= light_field(lighting, homography, view, shadow_colour(settings))
    if lighting.glare > 0:
        picture += glare_on_plane(lighting, homography, view)[:, :, None]
    return blur(picture, view)


def lay_skin(settings: SceneSettings, texture: Map, light: Array, chance: np.random.Generator) -> Picture:
    """The limb: skin with hairs and gloss, darker where it turns away, on a grey cloth."""
    hairs = draw_hairs(settings.hairs, chance) if settings.hairs else np.zeros(texture.shape[:2], np.float32)
    skin = colour_skin(settings.skin, texture, hairs, settings.camera, light)
    if settings.lighting.gloss > 0:
        skin += shine(settings.lighting.gloss, texture.shape[:2], chance)[:, :, None]
    height = (np.arange(texture.shape[0]) + 0.5) / PER_MM - HALF_HEIGHT
    turned = np.clip(height / settings.limb, -1, 1)
    facing = np.sqrt(1 - turned**2).astype(np.float32)[:, None, None]
    return np.where(facing > 0.2, skin * facing, np.float32(CLOTH))


def shine(share: float, shape: tuple[int, int], chance: np.random.Generator) -> Map:
    """Highlights of oily skin: light of the lamp's colour where a random surface is highest."""
    height = draw_grain(shape, 0.7, chance)
    start = np.quantile(height, 1 - share)
    bright: Map = np.clip((height - start) * np.float32(0.5), 0, np.float32(0.6))
    return bright


def lay_card(
    picture: Picture, settings: SceneSettings, card: Card, printed: Print, light: Array, homography: Array
) -> Picture:
    """The picture with the card over the skin; its window stays open."""
    scale = float(np.clip(np.ceil(settings.view.scale), 4, 16))
    cells = colour_card(card, printed, settings.camera, light, scale)
    chance = np.random.default_rng([4, settings.printer_seed])
    cells[:, :, :3] *= print_unevenness(cells.shape[:2], scale, settings.print_unevenness, chance)[:, :, None]
    laid = warp(cells, homography, settings.view, scale, (card.width / 2, card.height / 2), outside=True)
    covered: Picture = picture * (1 - laid[:, :, 3:]) + laid[:, :, :3]
    return covered


def warp(
    cells: NDArray[np.float32],
    homography: Array,
    view: View,
    per_mm: float,
    half: tuple[float, float],
    outside: bool = False,
) -> NDArray[np.float32]:
    """Cells of the plane as the camera sees them. half : half width and height in mm. outside : empty around."""
    to_mm = np.array([[1 / per_mm, 0, 0.5 / per_mm - half[0]], [0, 1 / per_mm, 0.5 / per_mm - half[1]], [0, 0, 1]])
    to_pixel = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1.0]])
    border = cv2.BORDER_CONSTANT if outside else cv2.BORDER_REPLICATE
    way = to_pixel @ homography @ to_mm
    seen = cv2.warpPerspective(cells, way, (view.width, view.height), flags=cv2.INTER_LINEAR, borderMode=border)
    return np.asarray(seen, dtype=np.float32)


def blur(picture: Picture, view: View) -> Picture:
    """Blur of the lens, and of a hand that moved along a straight path."""
    if view.lens_blur > 0:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), view.lens_blur), dtype=np.float32)
    if view.motion >= 1:
        kernel = motion_kernel(view.motion, view.motion_direction)
        picture = np.asarray(cv2.filter2D(picture, -1, kernel), dtype=np.float32)
    return picture


def motion_kernel(length: float, degrees: float) -> NDArray[np.float32]:
    """A line of weights that sum to 1. length : pixels."""
    half = int(np.ceil(length / 2)) + 1
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    way = np.array([np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))]) * length / 2
    ends = [tuple(np.rint((half + sign * way) * 16).astype(int).tolist()) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA, 4)
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)
