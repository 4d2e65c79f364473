"""From the samples of a card to a calibration, with the error on colours that were left out of the fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phytovigil.followup.skin.colours import delta_e, lab_of, xyz_of
from phytovigil.followup.skin.correcting import fit_correction, solve_correction
from phytovigil.followup.skin.light import STRAIGHT, Light, Tone, fit_light, fit_tone
from phytovigil.followup.skin.sampling import Samples
from phytovigil.followup.skin.site_reading import Calibration
from phytovigil.schema.card import Card, CardValues

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Method:
    """Choices of the method; the defaults are those of least error. light_terms : 0, 2 or 5. tone : degree, 0 for none.

    weighted : whether colours count by WEIGHTS, or all alike.
    """

    light_terms: int = 5
    smooth: bool = True
    tone: int = 1
    expansion: str = "linear"
    weighted: bool = True


CHOSEN = Method()

WEIGHTS = {"white": 9.0, "grey": 3.0, "skin": 3.0, "orange": 3.0, "blue": 3.0, "red": 1.0, "green": 1.0}
"""Weight of a colour, or of its role, in the fit. Skin gives back little in blue-green and ever more towards red, as

orange ink does; the inks of pink, yellow, cyan and magenta have steep edges and pull the fit away from skin.
"""

FAR = 0.3
"""Weight of all other colours."""

DARK_LIGHTNESS = 38.0
"""L* below which a patch counts as dark."""

NEAR_PAPER = 5
"""Places of bare paper beside a patch, of which the brightest counts."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A calibration and how good it is. errors : ΔE00 of each colour left out of the fit, by name.

    residual : median ΔE00 of the colours that were fitted. lifted : how much more of the light of the paper beside it a
    dark patch gives back than it should, at the worst place: mirrored light adds the same to paper and patch.
    """

    calibration: Calibration
    errors: dict[str, float]
    residual: float
    lifted: float


def calibrate(samples: Samples, card: Card, values: CardValues | None, method: Method = CHOSEN) -> Calibrated:
    """Fit light, tone and colours to the samples, which are all seen and not clipped."""
    labs = values.labs if values else card.colours
    half = (card.width / 2, card.height / 2)
    wanted = np.array([labs[colour] for colour in samples.colours])
    light, tone = fit_light_and_tone(samples, wanted, half, method)
    even = np.asarray(tone(samples.rgb)) / light.at(samples.places)
    names, rgb, lab, weights = average_colours(samples.colours, even, wanted, card, method)
    correction, trusted = fit_correction(rgb, xyz_of(lab), weights, method.expansion)
    residual = float(np.median(delta_e(lab_of(correction(rgb)), lab)))
    errors = leave_one_out(names, rgb, lab, trusted, method)
    lifted = find_lift(samples, tone, wanted)
    return Calibrated(Calibration(light, tone, correction), errors, residual, lifted)


def fit_light_and_tone(
    samples: Samples, wanted: Array, half: tuple[float, float], method: Method
) -> tuple[Light, Tone]:
    """Light first, then the tone curve under even light, then both once more, for each changes the other a little."""
    light = fit_light(samples, half, method.light_terms, method.smooth)
    if not method.tone:
        return light, STRAIGHT
    neutral = np.array([colour == "white" or colour.startswith("grey") for colour in samples.colours])
    reflectance = xyz_of(wanted[neutral])[:, 1]
    tone = STRAIGHT
    for _ in range(2):
        tone = fit_tone(samples.rgb[neutral] / light.at(samples.places[neutral]), reflectance, method.tone)
        lit = Samples(samples.colours, samples.places, np.asarray(tone(samples.rgb)), samples.uneven, samples.clipped)
        light = fit_light(lit, half, method.light_terms, method.smooth)
    return light, tone


def average_colours(
    colours: tuple[str, ...], rgb: Array, wanted: Array, card: Card, method: Method
) -> tuple[list[str], Array, Array, Array]:
    """One row for each colour: name, linear value (median of its places), wanted L*a*b*, weight in the fit."""
    roles = {patch.colour: patch.role for patch in card.patches}
    rows = rows_by_colour(colours)
    middle = np.array([np.median(rgb[row], axis=0) for row in rows.values()])
    lab = np.array([wanted[row][0] for row in rows.values()])
    weights = np.array([WEIGHTS.get(name, WEIGHTS.get(roles[name], FAR)) if method.weighted else 1.0 for name in rows])
    return list(rows), middle, lab, weights


def find_lift(samples: Samples, tone: Tone, wanted: Array) -> float:
    """See Calibrated.lifted; 0 where no bare paper or no dark patch is seen."""
    paper = np.array([colour == "white" for colour in samples.colours])
    dark = wanted[:, 0] < DARK_LIGHTNESS
    if not paper.any() or not dark.any():
        return 0.0
    green = np.asarray(tone(samples.rgb))[:, 1]
    away = np.linalg.norm(samples.places[dark][:, None] - samples.places[paper][None], axis=2)
    beside = green[paper][np.argsort(away, axis=1)[:, :NEAR_PAPER]].max(axis=1)
    shares = green[dark] / beside - xyz_of(wanted[dark])[:, 1] / xyz_of(wanted[paper])[0, 1]
    return float(max(shares.max(), 0.0))


def rows_by_colour(colours: tuple[str, ...]) -> dict[str, NDArray[np.bool_]]:
    """Which places have each colour, colours in order of their names."""
    return {name: np.array([colour == name for colour in colours]) for name in sorted(set(colours))}


def leave_one_out(names: list[str], rgb: Array, lab: Array, weights: Array, method: Method) -> dict[str, float]:
    """ΔE00 of each colour under a correction that was fitted to all others."""
    xyz, rows = xyz_of(lab), np.arange(len(names))
    left_out = [
        solve_correction(rgb[rows != row], xyz[rows != row], weights[rows != row], method.expansion)(rgb[row : row + 1])
        for row in rows
    ]
    errors = delta_e(lab_of(np.vstack(left_out)), lab)
    return {name: float(error) for name, error in zip(names, errors, strict=True)}
