"""The reference card that lies on the skin in a photograph: markers, patches, a window, and their nominal values.

All places are in millimetres from the centre of the card, x to the right and y downwards. The centre is the centre of
the window, so that the skin in the window lies at (0, 0).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from phytovigil.errors import InvalidRequest, UnknownName
from phytovigil.schema.printed_colour import Lab, printed_lab

Role = Literal["white", "grey", "chromatic", "skin"]


@dataclass(frozen=True, slots=True)
class Marker:
    """A square marker of ArUco's dictionary DICT_4X4_50.

    corners : outer corners of the black square in mm, clockwise from the top left.
    bits : rows of modules from the top, "0" black and "1" white, the black border included.
    """

    id: int
    corners: tuple[tuple[float, float], ...]
    bits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Patch:
    """A square of one colour. Patches of the same `colour` are printed with the same value at several places.

    size : side in mm. srgb : nominal 8-bit value to print. lab : nominal L*, a*, b* (D65, 2°) on matt white paper.
    """

    name: str
    colour: str
    role: Role
    x: float
    y: float
    size: float
    srgb: tuple[int, int, int]
    lab: Lab


@dataclass(frozen=True, slots=True)
class Disc:
    """A disc on the card: the window, or a place of bare paper. radius : mm."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Card:
    """One version of the card. width, height : mm, where it is cut. paper : bare white places that show the light."""

    name: str
    version: int
    width: float
    height: float
    markers: tuple[Marker, ...]
    patches: tuple[Patch, ...]
    window: Disc
    paper: tuple[Disc, ...]

    @property
    def id(self) -> str:
        """Name and version, as printed on the card."""
        return f"{self.name}-{self.version}"

    @property
    def colours(self) -> Mapping[str, Lab]:
        """Nominal L*, a*, b* of each colour, in the order of the card."""
        return {patch.colour: patch.lab for patch in self.patches}


@dataclass(frozen=True, slots=True)
class CardValues:
    """Values of one printed card, measured with an instrument: L*, a*, b* (D65, 2°) of each colour of the card.

    source : who measured it, when and with what. Raises InvalidRequest for values that no print has.
    """

    card: str
    labs: Mapping[str, Lab]
    source: str = ""

    def __post_init__(self) -> None:
        for colour, lab in self.labs.items():
            if len(lab) != 3 or not all(map(math.isfinite, lab)) or not 0 < lab[0] <= 110:
                raise InvalidRequest(
                    f"the measured value of “{colour}” is {lab}.", "Give L*, a* and b* of the printed patch."
                )

    def check(self, card: Card) -> None:
        """Raise unless these values are of this card and name every colour of it."""
        if self.card != card.id:
            raise InvalidRequest(
                f"the values are of card “{self.card}”, the card is “{card.id}”.", "Measure this card."
            )
        for colour in self.labs:
            if colour not in card.colours:
                raise UnknownName("colour", colour, f"card {card.id}", tuple(card.colours)[:4])
        missing = [colour for colour in card.colours if colour not in self.labs]
        if missing:
            raise InvalidRequest(f"values of {', '.join(missing)} are missing.", "Measure every colour of the card.")


PITCH, PATCH_SIZE, MARKER_SIZE, MARGIN = 7.5, 6.0, 12.0, 2.0
"""Millimetres: from patch to patch, side of a patch, side of a marker, white edge around everything."""

COLUMNS, ROWS = 12, 8

PRINTED: Mapping[str, tuple[Role, tuple[int, int, int]]] = {
    "white": ("white", (255, 255, 255)),
    "grey-1": ("grey", (225, 225, 225)),
    "grey-2": ("grey", (196, 196, 196)),
    "grey-3": ("grey", (168, 168, 168)),
    "grey-4": ("grey", (140, 140, 140)),
    "grey-5": ("grey", (112, 112, 112)),
    "grey-6": ("grey", (84, 84, 84)),
    "grey-7": ("grey", (52, 52, 52)),
    "skin-1": ("skin", (222, 189, 167)),
    "skin-2": ("skin", (210, 167, 144)),
    "skin-3": ("skin", (190, 151, 122)),
    "skin-4": ("skin", (170, 128, 101)),
    "skin-5": ("skin", (148, 107, 85)),
    "skin-6": ("skin", (118, 85, 69)),
    "skin-7": ("skin", (91, 68, 59)),
    "skin-red": ("skin", (198, 139, 125)),
    "skin-yellow": ("skin", (201, 164, 115)),
    "skin-blue-grey": ("skin", (154, 136, 133)),
    "red": ("chromatic", (198, 80, 77)),
    "green": ("chromatic", (91, 154, 92)),
    "blue": ("chromatic", (64, 106, 166)),
    "yellow": ("chromatic", (243, 207, 92)),
    "cyan": ("chromatic", (32, 173, 203)),
    "magenta": ("chromatic", (196, 100, 147)),
    "orange": ("chromatic", (237, 145, 76)),
    "pink": ("chromatic", (235, 186, 193)),
    "olive": ("chromatic", (131, 122, 70)),
}
"""Role and nominal sRGB value of each colour; white is bare paper."""

LETTERS = {
    "w": "white",
    **{str(step): f"grey-{step}" for step in range(1, 8)},
    **{letter: f"skin-{step}" for step, letter in enumerate("abcdefg", start=1)},
    "h": "skin-red",
    "i": "skin-yellow",
    "j": "skin-blue-grey",
    "R": "red",
    "G": "green",
    "B": "blue",
    "Y": "yellow",
    "C": "cyan",
    "M": "magenta",
    "O": "orange",
    "P": "pink",
    "V": "olive",
}

PLAN = (
    "..waf..61V..",
    "..dRO..3Yg..",
    "5Cbc....5jbw",
    "BhgV....d4ce",
    "3i67....2aGO",
    "2MfP....M1P7",
    "..RGe..BiY..",
    "..w4C..hjw..",
)
"""Where each colour lies. Every colour lies at two places or more, chosen for the least error of the light's slope and

curvature that is read from their differences, so that it needs no value of any patch. Dots: markers and the window.
"""

MARKER_CENTRES = ((-37.5, -22.5), (0.0, -22.5), (37.5, -22.5), (-37.5, 22.5), (0.0, 22.5), (37.5, 22.5))

MARKER_BITS = (
    "000000 010110 001010 000110 000100 000000",
    "000000 000000 011110 010010 010100 000000",
    "000000 000110 000110 000100 011010 000000",
    "000000 010010 010010 001000 001100 000000",
    "000000 001010 001000 010010 011100 000000",
    "000000 001110 010010 011000 011010 000000",
)
"""Markers 0 to 5 of DICT_4X4_50; these six say version 1. A later version takes others."""

WINDOW = Disc(0.0, 0.0, 10.0)


@cache
def card_layout() -> Card:
    """The card, version 1.

    >>> card = card_layout()
    >>> card.id, card.width, card.height, len(card.markers), len(card.patches), len(card.colours)
    ('phytovigil-1', 94.0, 64.0, 6, 56, 27)
    """
    return Card(
        name="phytovigil",
        version=1,
        width=COLUMNS * PITCH + 2 * MARGIN,
        height=ROWS * PITCH + 2 * MARGIN,
        markers=tuple(make_marker(number, *centre) for number, centre in enumerate(MARKER_CENTRES)),
        patches=tuple(make_patches()),
        window=WINDOW,
        paper=tuple(make_paper()),
    )


def make_marker(number: int, x: float, y: float) -> Marker:
    """A marker around its centre."""
    half = MARKER_SIZE / 2
    corners = ((x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half))
    return Marker(number, corners, tuple(MARKER_BITS[number].split()))


def make_patches() -> list[Patch]:
    """The patches of the plan, row by row; names number the places of a colour."""
    made: list[Patch] = []
    for row, line in enumerate(PLAN):
        for column, letter in enumerate(line):
            if letter != ".":
                colour = LETTERS[letter]
                place = 1 + sum(patch.colour == colour for patch in made)
                made.append(make_patch(colour, place, column, row))
    return made


def make_patch(colour: str, place: int, column: int, row: int) -> Patch:
    """One patch at a place of the plan."""
    role, srgb = PRINTED[colour]
    x, y = (column - (COLUMNS - 1) / 2) * PITCH, (row - (ROWS - 1) / 2) * PITCH
    return Patch(f"{colour}/{place}", colour, role, x, y, PATCH_SIZE, srgb, printed_lab(srgb))


def make_paper() -> list[Disc]:
    """Bare paper: a ring around the window, four places beyond it, and where the gaps between four patches cross."""
    ring = [(12.4 * math.cos(math.pi * k / 6), 12.4 * math.sin(math.pi * k / 6)) for k in range(12)]
    corners = [(x, y) for x in (-12.9, 12.9) for y in (-12.9, 12.9)]
    near = [Disc(round(x, 3), round(y, 3), 1.5) for x, y in ring + corners]
    return near + [Disc(x, y, 0.5) for x, y in crossings()]


def crossings() -> list[tuple[float, float]]:
    """Corners of the grid at which no marker and not the window touches."""
    free = [[cell != "." for cell in line] for line in PLAN]
    return [
        ((column - COLUMNS / 2) * PITCH, (row - ROWS / 2) * PITCH)
        for row in range(1, ROWS)
        for column in range(1, COLUMNS)
        if free[row][column] and free[row][column - 1] and free[row - 1][column] and free[row - 1][column - 1]
    ]
