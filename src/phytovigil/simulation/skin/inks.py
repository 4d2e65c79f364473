"""Printed patches as spectra: inks on paper, and printers that miss the colour they were asked for.

Half-tone inks by the Yule–Nielsen modified Neugebauer model (Wyble and Berns 2000, Color Res Appl 25:4): the paper
shows sixteen overprints of cyan, magenta, yellow and black, mixed by area in the power 1/n of reflectance. Ink spectra
are made of Gaussian bands, so that printed colours are metameric with skin as real inks are.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from phytovigil.errors import UnknownName
from phytovigil.simulation.skin.spectra import WAVELENGTHS, Array, lab_of

Bands = tuple[tuple[float, float, float], ...]

INKJET: tuple[Bands, ...] = (
    ((640, 62, 1.35), (575, 30, 0.25), (420, 30, 0.10)),
    ((545, 34, 1.30), (510, 30, 0.55), (430, 40, 0.22)),
    ((440, 34, 1.20), (400, 40, 0.70)),
    ((550, 400, 1.70),),
)
LASER: tuple[Bands, ...] = (
    ((620, 45, 1.10), (690, 45, 1.05), (420, 40, 0.20)),
    ((565, 24, 1.25), (528, 26, 1.05), (440, 45, 0.30)),
    ((425, 38, 1.35), (465, 18, 0.55)),
    ((550, 600, 1.60),),
)
"""Optical density of a solid of cyan, magenta, yellow and black: centre in nm, width in nm and height of its bands."""

PRINTERS: Mapping[str, str] = {
    "exact": "every patch as asked, as far as the inks reach",
    "inkjet": "a home inkjet: densities, dot gain and paper off by what is usual",
    "laser": "an office laser printer: other inks, more dot gain",
    "faded": "an inkjet print that has lain in light: magenta and yellow have paled, the paper has yellowed",
}


@dataclass(frozen=True, slots=True)
class Press:
    """A printer with its inks and paper.

    densities : multiple of each ink's density. gains : exponent of each ink's area (below 1: dots grow).
    shifts : nm by which each ink's bands are shifted. paper : reflectance at 400, 550 and 700 nm. spread : n of the
    model.
    """

    inks: tuple[Bands, ...] = INKJET
    densities: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)
    gains: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)
    shifts: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)
    paper: tuple[float, float, float] = (0.88, 0.88, 0.88)
    spread: float = 2.0


@dataclass(frozen=True, slots=True)
class Print:
    """One printed card. reflectances : colour → spectrum, shape (61,). paper, black : of bare paper and the markers."""

    reflectances: Mapping[str, Array] = field(repr=False)
    paper: Array = field(repr=False)
    black: Array = field(repr=False)

    @property
    def labs(self) -> dict[str, tuple[float, float, float]]:
        """What an instrument would measure: L*, a*, b* (D65, 2°) of every colour."""
        return {name: tuple(map(float, lab_of(one))) for name, one in self.reflectances.items()}  # type: ignore[misc]


def draw_press(printer: str, seed: int) -> Press:
    """A printer of a kind with its own constant errors. Raises UnknownName."""
    if printer not in PRINTERS:
        raise UnknownName("printer", printer, "the simulation", tuple(PRINTERS))
    chance = np.random.default_rng([seed, sorted(PRINTERS).index(printer)])
    normal = chance.normal
    if printer == "exact":
        return Press()
    if printer == "laser":
        return Press(
            inks=LASER,
            densities=tuple(np.exp(normal(0.05, 0.10, 4))),
            gains=tuple(np.exp(normal(-0.10, 0.07, 4))),
            shifts=tuple(normal(0, 3, 4)),
            paper=tuple(np.clip(normal((0.86, 0.87, 0.86), 0.015), 0.8, 0.93)),
            spread=1.7,
        )
    home = Press(
        densities=tuple(np.exp(normal(0, 0.12, 4))),
        gains=tuple(np.exp(normal(-0.03, 0.09, 4))),
        shifts=tuple(normal(0, 4, 4)),
        paper=tuple(np.clip(normal((0.86, 0.88, 0.88), 0.015), 0.8, 0.93)),
    )
    return fade(home, chance) if printer == "faded" else home


def fade(press: Press, chance: np.random.Generator) -> Press:
    """What light does to a print: dyes pale, magenta and yellow first, and the paper yellows."""
    left = np.array([0.92, 0.72, 0.78, 0.97]) * np.exp(chance.normal(0, 0.04, 4))
    yellowed = np.array(press.paper) * (0.93, 0.98, 1.0)
    return replace(press, densities=tuple(np.array(press.densities) * left), paper=tuple(yellowed))


def print_card(colours: Mapping[str, tuple[float, float, float]], printer: str = "exact", seed: int = 0) -> Print:
    """Print colours asked for as L*, a*, b* (D65, 2°). seed : which printer of the kind. Raises UnknownName.

    A driver that knows the standard press finds the areas of the inks; the press at hand prints those.
    """
    press = draw_press(printer, seed)
    known = Press(inks=press.inks, spread=press.spread)
    areas = find_areas(np.array(list(colours.values()), dtype=float), known)
    areas[[one == "white" for one in colours]] = 0.0
    spectra = reflect_print(areas, press)
    solid_black = reflect_print(np.array([[0.6, 0.5, 0.5, 1.0]]), press)[0]
    return Print(dict(zip(colours, spectra, strict=True)), paper_spectrum(press), solid_black)


def paper_spectrum(press: Press) -> Array:
    """Reflectance of bare paper: a parabola through its three values."""
    return np.asarray(np.polyval(np.polyfit((400, 550, 700), press.paper, 2), WAVELENGTHS), dtype=np.float64)


def ink_densities(press: Press) -> Array:
    """Optical density of each solid ink, shape (4, 61)."""
    rows = []
    for bands, density, shift in zip(press.inks, press.densities, press.shifts, strict=True):
        parts = [height * np.exp(-0.5 * ((WAVELENGTHS - at - shift) / width) ** 2) for at, width, height in bands]
        rows.append(density * np.sum(parts, axis=0))
    return np.array(rows)


def reflect_print(areas: Array, press: Press) -> Array:
    """Reflectance of half-tones, (patches, 61). areas : (patches, 4), share of paper that each ink shall cover."""
    grown = np.clip(areas, 0, 1) ** np.array(press.gains)
    overprints = np.array(list(itertools.product((0, 1), repeat=4)))
    solids = 10 ** (-overprints @ ink_densities(press))
    weights = np.prod(np.where(overprints == 1, grown[:, None, :], 1 - grown[:, None, :]), axis=2)
    mixed: Array = (weights @ solids ** (1 / press.spread)) ** press.spread * paper_spectrum(press)
    return mixed


def split_black(inks: Array) -> Array:
    """Areas of four inks from three: half of the grey share is printed in black. inks : (patches, 3)."""
    grey = 0.5 * np.min(inks, axis=1, keepdims=True) ** 2
    return np.concatenate([np.clip(inks - 0.5 * grey, 0, 1), grey], axis=1)


def find_areas(wanted: Array, press: Press, rounds: int = 40) -> Array:
    """Areas of the inks, (patches, 4), that print these L*, a*, b*, (patches, 3), by damped Gauss–Newton steps.

    Colours that the inks do not reach come out as the nearest that the steps find.
    """
    inks = np.full(wanted.shape, 0.3)
    step = 1e-4

    def miss(these: Array) -> Array:
        return lab_of(reflect_print(split_black(these), press)) - wanted

    best, least = inks, np.full(len(inks), np.inf)
    for _ in range(rounds):
        error = miss(inks)
        total = np.sum(error**2, axis=1)
        better = total < least
        best, least = np.where(better[:, None], inks, best), np.where(better, total, least)
        slopes = np.stack([(miss(inks + step * unit) - error) / step for unit in np.eye(3)], axis=2)
        normal = np.swapaxes(slopes, 1, 2) @ slopes + 1e-2 * np.eye(3)
        change = np.linalg.solve(normal, -(np.swapaxes(slopes, 1, 2) @ error[:, :, None]))[:, :, 0]
        inks = np.clip(inks + np.clip(change, -0.2, 0.2), 1e-4, 0.999)
    return split_black(best)
