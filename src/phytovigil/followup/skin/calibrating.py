"""From the samples of a card to a calibration, with the error on colours that were left out of the fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phytovigil.followup.skin.colours import delta_e, lab_of, xyz_of
from phytovigil.followup.skin.correcting import Correction, fit_correction
from phytovigil.followup.skin.light import STRAIGHT, Light, Tone, fit_light, fit_tone
from phytovigil.followup.skin.sampling import Samples
from phytovigil.followup.skin.site_reading import Calibration
from phytovigil.schema.card import Card, CardValues

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Method:
    """Choices of the method; the defaults are those of least error. light_terms : 0, 2 or 5. tone : degree, 0 for none.

    skin_weight : weight of skin and grey patches over that of chromatic ones.
    """

    light_terms: int = 5
    smooth: bool = True
    tone: int = 2
    expansion: str = "linear"
    skin_weight: float = 10.0


CHOSEN = Method()

DARK_LIGHTNESS = 38.0
"""L* below which a patch counts as dark."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A calibration and how good it is. errors : ΔE00 of each colour left out of the fit, by name.

    residual : median ΔE00 of the colours that were fitted. lifted : how much brighter a dark patch is than others of its

    colour, in log, at the worst place: mirrored light adds the same to all patches and shows most on dark ones.
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
    correction = fit_correction(rgb, xyz_of(lab), weights, method.expansion)
    residual = float(np.median(delta_e(lab_of(correction(rgb)), lab)))
    errors = leave_one_out(names, rgb, lab, weights, method)
    return Calibrated(Calibration(light, tone, correction), errors, residual, find_lift(samples.colours, even, wanted))


def fit_light_and_tone(samples: Samples, wanted: Array, half: tuple[float, float], method: Method) -> tuple[Light, Tone]:
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
    names = sorted(set(colours))
    rows = [np.array([colour == name for colour in colours]) for name in names]
    middle = np.array([np.median(rgb[row], axis=0) for row in rows])
    lab = np.array([wanted[row][0] for row in rows])
    weights = np.array([1.0 if roles[name] == "chromatic" else method.skin_weight for name in names])
    return names, middle, lab, weights


def find_lift(colours: tuple[str, ...], even: Array, wanted: Array) -> float:
    """See Calibrated.lifted; 0 where no dark colour lies at two places."""
    bright = np.log(np.maximum(even, 1e-5)).mean(axis=1)
    dark = {colour for colour, lab in zip(colours, wanted, strict=True) if lab[0] < DARK_LIGHTNESS}
    rows = [np.array([colour == name for colour in colours]) for name in sorted(dark)]
    return max((float(np.max(bright[row] - np.median(bright[row]))) for row in rows), default=0.0)


def leave_one_out(names: list[str], rgb: Array, lab: Array, weights: Array, method: Method) -> dict[str, float]:
    """ΔE00 of each colour under a correction that was fitted to all others."""
    xyz, errors = xyz_of(lab), {}
    for row, name in enumerate(names):
        others = np.arange(len(names)) != row
        fitted: Correction = fit_correction(rgb[others], xyz[others], weights[others], method.expansion)
        errors[name] = float(delta_e(lab_of(fitted(rgb[row : row + 1])), lab[row : row + 1])[0])
    return errors
