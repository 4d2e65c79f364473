"""Photographs of the reference card on skin, simulated from spectra, with the true colour of every place.

No file of a real person is used. `draw_settings` draws a photograph over the whole design, `render_scene` makes it,
`person_scenes` makes a series of one person with one card.
"""

from phytovigil.simulation.skin.camera import CAMERAS, Development
from phytovigil.simulation.skin.drawing import BENCH_CAMERAS, BENCH_PRINTERS, DEFECTS, draw_settings, draw_skin, spoil
from phytovigil.simulation.skin.inks import PRINTERS, Print, print_card
from phytovigil.simulation.skin.light import LIGHTS
from phytovigil.simulation.skin.person import PersonSettings, Visit, draw_person, person_scenes
from phytovigil.simulation.skin.render import render_scene
from phytovigil.simulation.skin.scene import Lighting, Scene, SceneSettings, Truth, View
from phytovigil.simulation.skin.tissue import Skin, change_skin, reflect_skin
from phytovigil.simulation.skin.usable import BOUNDS

__all__ = [
    "BENCH_CAMERAS",
    "BENCH_PRINTERS",
    "BOUNDS",
    "CAMERAS",
    "DEFECTS",
    "LIGHTS",
    "PRINTERS",
    "Development",
    "Lighting",
    "PersonSettings",
    "Print",
    "Scene",
    "SceneSettings",
    "Skin",
    "Truth",
    "View",
    "Visit",
    "change_skin",
    "draw_person",
    "draw_settings",
    "draw_skin",
    "person_scenes",
    "print_card",
    "reflect_skin",
    "render_scene",
    "spoil",
]
