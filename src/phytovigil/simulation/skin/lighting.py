"""How much light falls where: slope, limb, vignette, shadow, and reflections."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from phytovigil.simulation.skin.camera import sensitivities
from phytovigil.simulation.skin.scene import Lighting, View
from phytovigil.simulation.skin.spectra import Array
from phytovigil.simulation.skin.view import project

COARSE = 4
"""The field of light is worked out on every fourth pixel and enlarged."""


def plane_places(homography: Array, view: View) -> Array:
    """Where on the plane, in mm, every fourth pixel looks; shape (rows, columns, 2)."""
    across = (np.arange(view.width // COARSE) + 0.5) * COARSE
    down = (np.arange(view.height // COARSE) + 0.5) * COARSE
    pixels = np.stack(np.meshgrid(across, down), axis=2)
    return project(np.asarray(np.linalg.inv(homography), dtype=np.float64), pixels)


def along(places: Array, degrees: float) -> Array:
    """Millimetres in a direction."""
    turn = np.deg2rad(degrees)
    way: Array = places[..., 0] * np.cos(turn) + places[..., 1] * np.sin(turn)
    return way


def slope_light(lighting: Lighting, places: Array) -> Array:
    """Fall of light over the plane, 1 at the centre of the card."""
    fallen: Array = np.exp(-lighting.slope * np.clip(along(places, lighting.direction), -150, 150) / 100)
    return fallen


def shade(lighting: Lighting, places: Array) -> Array:
    """How deep in the shadow each place is, 0 to 1; a smooth edge of the given width."""
    beyond = along(places, lighting.shadow_direction) - lighting.shadow_offset
    return 1 / (1 + np.exp(-np.clip(beyond * 4 / max(lighting.shadow_softness, 0.1), -40, 40)))


def fill_colour(camera: str, light: Array, fill: Array) -> Array:
    """Raw response to the light in the shadow over that of the main light at the same luminance, shape (3,)."""
    seen = sensitivities(camera)
    colour: Array = (fill @ seen) / (light @ seen)
    return colour


def light_field(lighting: Lighting, homography: Array, view: View, fill: Array) -> NDArray[np.float32]:
    """Light on every pixel and channel over full light, shape (height, width, 3). fill : see fill_colour."""
    places = plane_places(homography, view)
    vignette = 1 - lighting.vignette * corner_distance(view) ** 2
    dark = shade(lighting, places)[:, :, None]
    shadow = 1 + dark * (lighting.shadow * fill - 1) if lighting.shadow < 1 else np.ones(3)
    field = (slope_light(lighting, places) * vignette)[:, :, None] * shadow
    return np.asarray(cv2.resize(field.astype(np.float32), (view.width, view.height)), dtype=np.float32)


def corner_distance(view: View) -> Array:
    """Distance from the middle of the picture, 1 in its corners, on the coarse grid."""
    down, across = np.mgrid[: view.height // COARSE, : view.width // COARSE] * COARSE
    x, y = across - view.width / 2, down - view.height / 2
    distance: Array = np.hypot(x, y) / np.hypot(view.width / 2, view.height / 2)
    return distance


def glare_on_plane(lighting: Lighting, homography: Array, view: View) -> NDArray[np.float32]:
    """Light that the surface mirrors, as a share of full light on the perfect diffuser, shape (height, width)."""
    places = plane_places(homography, view)
    away = np.hypot(places[..., 0] - lighting.glare_at[0], places[..., 1] - lighting.glare_at[1])
    blob = lighting.glare * np.exp(-0.5 * (away / lighting.glare_radius) ** 2)
    return np.asarray(cv2.resize(blob.astype(np.float32), (view.width, view.height)), dtype=np.float32)
