"""A photograph of the card on skin: settings, and what is true of the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from phytovigil.simulation.skin.camera import Development
from phytovigil.simulation.skin.spectra import Array, lab_of
from phytovigil.simulation.skin.texture import Map, mean_in_disc, skin_at
from phytovigil.simulation.skin.tissue import Skin, reflect_skin

Lab = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Lighting:
    """How light falls. All figures are shares of full light unless said.

    slope : fall of light over 100 mm of the card. direction : of the fall, degrees. vignette : loss in the corners of
    the picture. shadow : share of light that is left inside a shadow (1: no shadow). shadow_offset : mm from the centre
    of the card to its edge. shadow_direction : degrees. shadow_softness : width of the edge in mm. fill : light that is
    left in the shadow, as for `light`; None for the same light. glare : strength of a reflection of the lamp.
    glare_at : its centre in mm. glare_radius : mm. gloss : share of skin that shines.
    """

    slope: float = 0.1
    direction: float = 0.0
    vignette: float = 0.1
    shadow: float = 1.0
    shadow_offset: float = 0.0
    shadow_direction: float = 0.0
    shadow_softness: float = 8.0
    fill: str | Mapping[str, float] | None = None
    glare: float = 0.0
    glare_at: tuple[float, float] = (30.0, -15.0)
    glare_radius: float = 8.0
    gloss: float = 0.0


@dataclass(frozen=True, slots=True)
class View:
    """Where the camera is. tilt, tilt_direction, rotation : degrees. scale : pixels per mm at the centre of the card.

    offset : place of the centre of the card in the picture, pixels from its middle. width, height : pixels. focal :
    focal length in multiples of the picture's width. lens_blur : standard deviation in pixels. motion : path in
    pixels. motion_direction : degrees.
    """

    tilt: float = 0.0
    tilt_direction: float = 0.0
    rotation: float = 0.0
    scale: float = 8.0
    offset: tuple[float, float] = (0.0, 0.0)
    width: int = 1600
    height: int = 1200
    focal: float = 1.0
    lens_blur: float = 0.8
    motion: float = 0.0
    motion_direction: float = 0.0


@dataclass(frozen=True, slots=True)
class SceneSettings:
    """Everything that a picture depends on.

    light : a name, or names with shares. mottling : standard deviation of the logarithm of melanin and blood from place
    to place. hairs : number in the picture. limb : radius of the limb in mm, which shades the skin beside the middle.
    printer, printer_seed : which printed card. print_unevenness : standard deviation of its reflectance from place to
    place. seed : of texture, hairs and noise. texture_seed : of the mottling, where it differs (one person, many days).
    """

    seed: int = 0
    light: str | Mapping[str, float] = "D65"
    camera: str = "nikon"
    printer: str = "exact"
    printer_seed: int = 0
    skin: Skin = field(default_factory=Skin)
    mottling: tuple[float, float] = (0.06, 0.12)
    hairs: int = 0
    limb: float = 60.0
    lighting: Lighting = field(default_factory=Lighting)
    view: View = field(default_factory=View)
    development: Development = field(default_factory=Development)
    print_unevenness: float = 0.008
    texture_seed: int | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of a picture.

    homography : 3 × 3, millimetres on the card to pixels. card : true L*, a*, b* of every printed colour of the card.
    skin : of the skin. texture : logarithm of melanin and of blood over their means, (rows, columns, 2), `per_mm` cells
    per mm around the centre of the card. defects : names of the figures that leave their bounds (usable.py). figures :
    all of them.
    """

    homography: Array = field(repr=False)
    card: Mapping[str, Lab] = field(repr=False)
    skin: Skin
    texture: Map = field(repr=False)
    per_mm: float
    defects: tuple[str, ...]
    figures: Mapping[str, float]

    @property
    def usable(self) -> bool:
        """Whether the picture keeps the bounds of `usable.py`."""
        return not self.defects

    def lab(self, x: float = 0.0, y: float = 0.0, radius: float = 6.0) -> Lab:
        """Mean L*, a*, b* (D65, 2°) of the skin in a disc, in millimetres on the card."""
        there = skin_at(self.skin, mean_in_disc(self.texture, self.per_mm, x, y, radius))
        first, second, third = lab_of(reflect_skin(there))
        return float(first), float(second), float(third)


@dataclass(frozen=True, slots=True)
class Scene:
    """A photograph and its truth."""

    settings: SceneSettings
    jpeg: bytes = field(repr=False)
    truth: Truth
