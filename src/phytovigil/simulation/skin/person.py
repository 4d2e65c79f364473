"""Photographs of one person over time: one card, the same sites, other lights and views, a true change of pigment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from phytovigil.schema.card import Card, card_layout
from phytovigil.simulation.skin.drawing import BENCH_CAMERAS, BENCH_PRINTERS, draw_settings, draw_skin
from phytovigil.simulation.skin.light import LIGHTS
from phytovigil.simulation.skin.render import render_scene
from phytovigil.simulation.skin.scene import Scene, SceneSettings
from phytovigil.simulation.skin.tissue import Skin, change_skin


@dataclass(frozen=True, slots=True)
class PersonSettings:
    """One person who photographs two sites with one card and one camera.

    lights : from which each day's light is drawn. texture_seeds : of the exposed and the covered site.
    """

    seed: int
    exposed: Skin
    covered: Skin
    camera: str
    printer: str
    printer_seed: int
    lights: tuple[str, ...] = tuple(LIGHTS)

    def skin(self, role: str) -> Skin:
        """The skin of a site before any change. role : "exposed" or "covered"."""
        return self.exposed if role == "exposed" else self.covered


@dataclass(frozen=True, slots=True)
class Visit:
    """One photograph of a series. day : days from the first. role : "exposed" or "covered"."""

    day: float
    role: str
    scene: Scene


def draw_person(seed: int, *, lights: Sequence[str] = (), printer: str = "", camera: str = "") -> PersonSettings:
    """A person at random; the covered site has a tenth to a half less melanin than the exposed one."""
    chance = np.random.default_rng([11, seed])
    exposed = replace(draw_skin(chance), bilirubin=0.05, grey_blue=0.0)
    return PersonSettings(
        seed=seed,
        exposed=exposed,
        covered=change_skin(exposed, melanin=exposed.melanin * float(chance.uniform(0.5, 0.9))),
        camera=camera or str(chance.choice(BENCH_CAMERAS)),
        printer=printer or str(chance.choice(BENCH_PRINTERS)),
        printer_seed=int(chance.integers(1_000_000)),
        lights=tuple(lights) or tuple(LIGHTS),
    )


def person_settings(person: PersonSettings, day: int, role: str, change: Mapping[str, float]) -> SceneSettings:
    """One photograph of a person. change : amounts of Skin on this day, as change_skin takes them."""
    order = ("exposed", "covered").index(role)
    seed = int(np.random.default_rng([13, person.seed, day, order]).integers(2**31))
    light = person.lights[int(np.random.default_rng([17, person.seed, day]).integers(len(person.lights)))]
    return draw_settings(
        seed,
        light=light,
        camera=person.camera,
        printer=person.printer,
        printer_seed=person.printer_seed,
        skin=change_skin(person.skin(role), **change),
        texture_seed=2 * person.seed + order,
    )


def person_scenes(
    person: PersonSettings,
    days: Sequence[int],
    change: Mapping[int, Mapping[str, float]] | None = None,
    roles: Sequence[str] = ("exposed", "covered"),
    card: Card | None = None,
) -> Iterator[Visit]:
    """A photograph of each site on each day. Both sites of a day are in the same light.

    change : amounts of the exposed site's skin from a day on, for example {60: {"grey_blue": 1.5}}.
    """
    for day in days:
        since = [start for start in (change or {}) if start <= day]
        now = (change or {})[max(since)] if since else {}
        for role in roles:
            settings = person_settings(person, day, role, now if role == "exposed" else {})
            yield Visit(day, role, render_scene(settings, card or card_layout()))
