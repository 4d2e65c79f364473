"""What a usable photograph is, in figures of the scene that nobody reads from the picture.

The bounds were written down before any photograph was read. A reader of photographs should find and measure every
picture that keeps them, and should refuse those that do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from phytovigil.schema.card import Card
from phytovigil.simulation.skin.light import UNUSABLE_LIGHT, light_spectrum
from phytovigil.simulation.skin.lighting import along, fill_colour, shade, slope_light
from phytovigil.simulation.skin.scene import SceneSettings
from phytovigil.simulation.skin.spectra import Array, observer
from phytovigil.simulation.skin.view import card_corners, local_scale, project

BOUNDS: Mapping[str, tuple[float, float, str]] = {
    "tilt": (0.0, 40.0, "degrees that the card leans away"),
    "scale": (4.0, np.inf, "least pixels per mm in any direction anywhere on the card"),
    "margin": (0.0, np.inf, "least distance of the card's corners from the picture's edge, pixels"),
    "blur": (0.0, 0.35, "standard deviation of lens, motion and sensor blur together, mm on the card"),
    "most_light": (0.0, 0.97, "level of bare paper in the brightest place of the card, where 1 is clipped"),
    "least_light": (0.10, np.inf, "level of bare paper in the darkest place of the card"),
    "shadow": (0.5, np.inf, "share of light left in a shadow whose edge falls on the card"),
    "fill": (1.0, 1.35, "largest over smallest gain of the light left in a shadow whose edge falls on the card"),
    "slope": (0.0, 2.0, "brightest over darkest place of the card, shadow aside"),
    "glare": (0.0, 0.04, "share of the card where mirrored light is above 5 % of full light"),
    "glare_site": (0.0, 0.01, "mirrored light in the middle of the window, share of full light"),
    "noise": (12.0, np.inf, "signal over noise of bare paper in the darkest place, one pixel, weakest channel"),
    "s_curve": (0.0, 0.3, "strength of the camera's tone mapping beyond sRGB"),
    "gloss": (0.0, 0.05, "share of skin that shines"),
    "sodium": (0.0, 0.2, "share of light from a sodium lamp"),
}
"""Least and most of each figure of a usable photograph, and what the figure is."""


def find_defects(figures: Mapping[str, float]) -> tuple[str, ...]:
    """Names of the figures that are out of bounds."""
    return tuple(name for name, (least, most, _) in BOUNDS.items() if not least <= figures[name] <= most)


def measure_scene(
    settings: SceneSettings, card: Card, homography: Array, paper: Array, gains: Array, channels: Array
) -> dict[str, float]:
    """The figures of BOUNDS. gains : of the white balance. channels : answer to white of each channel of the sensor."""
    places = card_places(card)
    view, lighting, how = settings.view, settings.lighting, settings.development
    corners = project(homography, card_corners(card))
    margin = min(corners.min(), (np.array([view.width, view.height]) - corners).min())
    scale = float(local_scale(homography, card_corners(card)).min())
    slope, left = slope_light(lighting, places), 1 - shade(lighting, places) * (1 - lighting.shadow)
    level = how.white_level * float(paper @ observer()[:, 1] / observer()[:, 1].sum()) * slope * left
    away = np.hypot(*(places - np.array(lighting.glare_at)).T)
    glare = lighting.glare * np.exp(-0.5 * (away / lighting.glare_radius) ** 2)
    electrons = level.min() * how.photons * channels.min()
    blur = np.sqrt(view.lens_blur**2 + view.motion**2 / 12 + how.sharpness_sigma**2)
    return {
        "tilt": view.tilt,
        "scale": scale,
        "margin": float(margin),
        "blur": float(blur) / scale,
        "most_light": float(level.max() * gains.max()),
        "least_light": float(level.min()),
        "shadow": lighting.shadow if crosses_card(settings, card) else 1.0,
        "fill": tint_of_shadow(settings, card),
        "slope": float(slope.max() / slope.min()),
        "glare": float((glare > 0.05).mean()),
        "glare_site": lighting.glare
        * float(np.exp(-0.5 * (np.hypot(*lighting.glare_at) / lighting.glare_radius) ** 2)),
        "noise": float(electrons / np.sqrt(electrons + how.read_noise**2)),
        "s_curve": how.s_curve,
        "gloss": lighting.gloss,
        "sodium": share_of_sodium(settings.light),
    }


def card_places(card: Card) -> Array:
    """A grid of places on the card, a millimetre apart, shape (n, 2)."""
    across = np.arange(0.5, card.width) - card.width / 2
    down = np.arange(0.5, card.height) - card.height / 2
    return np.stack(np.meshgrid(across, down), axis=2).reshape(-1, 2)


def shadow_colour(settings: SceneSettings) -> Array:
    """Raw response to the light that is left in the shadow over that of the main light, shape (3,)."""
    fill = settings.light if settings.lighting.fill is None else settings.lighting.fill
    return fill_colour(settings.camera, light_spectrum(settings.light), light_spectrum(fill))


def tint_of_shadow(settings: SceneSettings, card: Card) -> float:
    """How unlike in colour the light is in a shadow whose edge crosses the card; 1 for the same light."""
    if not settings.lighting.shadow < 1 or not crosses_card(settings, card):
        return 1.0
    colour = shadow_colour(settings)
    return float(colour.max() / colour.min())


def crosses_card(settings: SceneSettings, card: Card) -> bool:
    """Whether the edge of the shadow falls on the card, rather than beside it."""
    lighting = settings.lighting
    ways = along(card_corners(card), lighting.shadow_direction) - lighting.shadow_offset
    return bool(ways.min() < lighting.shadow_softness / 2 and ways.max() > -lighting.shadow_softness / 2)


def share_of_sodium(light: str | Mapping[str, Any]) -> float:
    """Share of the sodium lamp in a light."""
    if isinstance(light, str):
        return float(light == UNUSABLE_LIGHT)
    return float(light.get(UNUSABLE_LIGHT, 0.0)) / float(sum(light.values()))
