"""Draws photographs at random: lights, cameras, printers, skins, views, shadows and defects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from phytovigil.errors import UnknownName
from phytovigil.schema.card import Card, card_layout
from phytovigil.simulation.skin.camera import Development
from phytovigil.simulation.skin.light import LIGHTS, UNUSABLE_LIGHT
from phytovigil.simulation.skin.scene import Lighting, SceneSettings, View
from phytovigil.simulation.skin.tissue import Skin
from phytovigil.simulation.skin.view import fit_in_picture

Chance = np.random.Generator
BENCH_CAMERAS = ("nikon", "sigma", "phone")
BENCH_PRINTERS = ("exact", "inkjet", "laser", "faded")


def draw_skin(chance: Chance) -> Skin:
    """Light to dark skin; one in ten with much bilirubin, one in ten with grey-blue pigment."""
    kind = chance.random()
    return Skin(
        melanin=float(np.exp(chance.uniform(np.log(0.01), np.log(0.45)))),
        blood=float(np.exp(chance.uniform(np.log(0.01), np.log(0.05)))),
        oxygenation=float(chance.uniform(0.5, 0.9)),
        bilirubin=float(chance.uniform(2, 8)) if kind < 0.1 else 0.05,
        grey_blue=float(chance.uniform(0.5, 5)) if kind > 0.9 else 0.0,
        scattering=float(chance.uniform(0.8, 1.25)),
    )


def draw_view(chance: Chance, tilt: float, card: Card) -> View:
    """A view from any side with the whole card in the picture, 7.5 to 12 pixels per mm at its centre where it fits."""
    view = View(
        tilt=tilt,
        tilt_direction=float(chance.uniform(0, 360)),
        rotation=float(chance.choice((0, 90, 180, 270)) + chance.normal(0, 10)),
        scale=float(chance.uniform(7.5, 12)),
        offset=(float(chance.normal(0, 40)), float(chance.normal(0, 30))),
        lens_blur=float(chance.uniform(0.5, 1.4)),
        motion=float(chance.choice((0.0, chance.uniform(1, 4)))),
        motion_direction=float(chance.uniform(0, 180)),
    )
    return replace(view, scale=fit_in_picture(view, card))


def draw_lighting(chance: Chance, shadow: float, light: str) -> Lighting:
    """Uneven light. shadow : share of light left in it, 1 for no shadow; its edge crosses the card in any direction."""
    other = str(chance.choice([name for name in LIGHTS if name != light]))
    share = float(chance.uniform(0, 0.15))
    return Lighting(
        slope=float(chance.uniform(0, 0.35)),
        direction=float(chance.uniform(0, 360)),
        vignette=float(chance.uniform(0, 0.25)),
        shadow=shadow,
        shadow_offset=float(chance.uniform(-25, 25)),
        shadow_direction=float(chance.uniform(0, 360)),
        shadow_softness=float(chance.uniform(3, 25)),
        fill={light: 1 - share, other: share},
        glare=float(chance.choice((0.0, chance.uniform(0, 0.1)))),
        glare_at=(float(chance.uniform(15, 45)), float(chance.choice((-1, 1)) * chance.uniform(5, 30))),
        glare_radius=float(chance.uniform(2, 5)),
    )


def draw_development(chance: Chance) -> Development:
    """Exposure, white balance, tone mapping, noise and JPEG as cameras differ in them."""
    return Development(
        white_error=(float(chance.normal(0, 0.07)), float(chance.normal(0, 0.07))),
        grey_world=float(chance.choice((0.0, 0.4))),
        white_level=float(chance.uniform(0.4, 0.85)),
        s_curve=float(chance.choice((0.0, chance.uniform(0, 0.3)))),
        photons=float(np.exp(chance.uniform(np.log(1500), np.log(20_000)))),
        read_noise=float(chance.uniform(2, 8)),
        sharpness_sigma=float(chance.uniform(0.4, 0.8)),
        quality=int(chance.integers(85, 96)),
    )


def draw_settings(
    seed: int,
    *,
    light: str | None = None,
    camera: str | None = None,
    printer: str | None = None,
    tilt: float | None = None,
    shadow: float | None = None,
    defect: str | None = "",
    card: Card | None = None,
    **settings: Any,
) -> SceneSettings:
    """A photograph at random; what is named is fixed. Same seed and names, same settings.

    shadow : share of light left in a shadow, 1 for none. defect : a name of DEFECTS, "" for a usable photograph, None
    to draw one in six with a defect. settings : further fields of SceneSettings. Raises UnknownName for a defect.
    """
    chance = np.random.default_rng([7, seed])
    light = light or str(chance.choice(list(LIGHTS)))
    drawn = SceneSettings(
        seed=seed,
        light=light,
        camera=camera or str(chance.choice(BENCH_CAMERAS)),
        printer=printer or str(chance.choice(BENCH_PRINTERS)),
        printer_seed=int(chance.integers(1_000_000)),
        skin=draw_skin(chance),
        hairs=int(chance.choice((0, 0, 30, 80))),
        view=draw_view(
            chance, float(chance.choice((0, 10, 20, 30, 40)) if tilt is None else tilt), card or card_layout()
        ),
        lighting=draw_lighting(chance, float(chance.choice((1.0, 0.8, 0.6)) if shadow is None else shadow), light),
        development=draw_development(chance),
    )
    drawn = replace(drawn, **settings)
    if defect is None:
        defect = str(chance.choice(list(DEFECTS))) if chance.random() < 1 / 6 else ""
    return spoil(drawn, defect, chance) if defect else drawn


def spoil(settings: SceneSettings, defect: str, chance: Chance) -> SceneSettings:
    """The same photograph with a defect that makes it unusable. Raises UnknownName."""
    if defect not in DEFECTS:
        raise UnknownName("defect", defect, "the simulation", tuple(DEFECTS))
    return DEFECTS[defect](settings, chance)


def change_view(settings: SceneSettings, **fields: Any) -> SceneSettings:
    """The settings with another view."""
    return replace(settings, view=replace(settings.view, **fields))


def change_lighting(settings: SceneSettings, **fields: Any) -> SceneSettings:
    """The settings with another lighting."""
    return replace(settings, lighting=replace(settings.lighting, **fields))


def change_development(settings: SceneSettings, **fields: Any) -> SceneSettings:
    """The settings with another development."""
    return replace(settings, development=replace(settings.development, **fields))


def cut_off(settings: SceneSettings, chance: Chance) -> SceneSettings:
    """The card partly outside the picture."""
    way = chance.choice((-1, 1), 2)
    return change_view(settings, offset=(float(way[0] * chance.uniform(500, 700)), float(way[1] * 380)))


def shade_with_other_light(settings: SceneSettings, chance: Chance) -> SceneSettings:
    """Half of the card in light of quite another colour."""
    other = "A" if settings.light in ("D65", "D50", "LED-B3", "FL11") else "D65"
    return change_lighting(settings, shadow=0.7, shadow_offset=float(chance.uniform(-10, 10)), fill=other)


DEFECTS: Mapping[str, Callable[[SceneSettings, Chance], SceneSettings]] = {
    "out of focus": lambda one, chance: change_view(one, lens_blur=one.view.scale * chance.uniform(0.7, 1.5)),
    "shaken": lambda one, chance: change_view(one, motion=one.view.scale * chance.uniform(3.0, 6.0)),
    "far away": lambda one, chance: change_view(one, scale=float(chance.uniform(2.0, 3.6))),
    "leaning": lambda one, chance: change_view(one, tilt=float(chance.uniform(55, 68)), scale=6.0),
    "cut off": cut_off,
    "too dark": lambda one, chance: change_development(one, white_level=float(chance.uniform(0.02, 0.06))),
    "too bright": lambda one, chance: change_development(one, white_level=float(chance.uniform(1.6, 3.0))),
    "noisy": lambda one, chance: change_development(one, photons=float(chance.uniform(20, 80))),
    "deep shadow": lambda one, chance: change_lighting(
        one, shadow=float(chance.uniform(0.08, 0.3)), shadow_offset=float(chance.uniform(-12, 12)), shadow_softness=4.0
    ),
    "two lights": shade_with_other_light,
    "glare": lambda one, chance: change_lighting(
        one, glare=float(chance.uniform(0.4, 1.0)), glare_at=(float(chance.uniform(-15, 15)), 4.0), glare_radius=14.0
    ),
    "sodium lamp": lambda one, chance: replace(one, light=UNUSABLE_LIGHT, lighting=replace(one.lighting, fill=None)),
    "oily skin": lambda one, chance: change_lighting(one, gloss=float(chance.uniform(0.2, 0.4))),
    "strong tone mapping": lambda one, chance: change_development(one, s_curve=float(chance.uniform(0.7, 1.0))),
}
"""How a photograph is spoilt; each leaves the bounds of a usable one."""
