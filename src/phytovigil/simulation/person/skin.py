"""Colours that a program would read from the photos of simulated persons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from phytovigil.errors import InvalidRequest
from phytovigil.simulation.person.settings import DRIFT, STEP, PhotoNoise, PigmentChange, SkinSettings

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SimulatedSkin:
    """Photos of `persons` persons on the same planned days.

    days : (t,), from the first day of the diary. exposed, covered : (persons, t, 3), as read. true_shift : (t, 3), of
    exposed minus covered. usable : (persons, t), false where missed or refused. refused : (persons, t).
    baseline : (t,). scale : (persons,), own factor on the noise.
    """

    days: npt.NDArray[np.int_]
    exposed: Floats
    covered: Floats
    true_shift: Floats
    usable: Flags
    refused: Flags
    baseline: Flags
    scale: Floats


def simulate_skin(settings: SkinSettings, persons: int, seed: int) -> SimulatedSkin:
    """Simulate photos. Same settings, persons and seed: same numbers. Raises InvalidRequest for persons below 1.

    >>> simulate_skin(SkinSettings(), 2, 1).exposed.shape
    (2, 60, 3)
    """
    if persons < 1 or settings.baseline < 1 or settings.follow < 0 or settings.interval < 1:
        raise InvalidRequest("no persons, no baseline or no interval.", "Give 1 or more of each.")
    draw = np.random.default_rng([seed, 1])
    days = plan_days(settings)
    noise, scale, wrong = draw_noise(settings.noise, persons, len(days), draw)
    own, covered = (
        true_shifts(settings.change, days, size) for size in (settings.change.size, settings.change.covered)
    )
    missed = draw.random((persons, len(days))) < settings.noise.missed
    refused = wrong & (draw.random((persons, len(days))) < settings.noise.refused)
    marked = np.arange(len(days)) < settings.baseline
    return SimulatedSkin(
        days,
        np.array(settings.exposed) + own + noise[0],
        np.array(settings.covered) + covered + noise[1],
        own - covered,
        ~refused & ~(missed & ~marked),
        refused,
        marked,
        scale,
    )


def plan_days(settings: SkinSettings) -> npt.NDArray[np.int_]:
    """Baseline days one after another, then one photo day each interval."""
    first = np.arange(settings.baseline)
    return np.concatenate([first, settings.baseline - 1 + settings.interval * np.arange(1, settings.follow + 1)])


def true_shifts(change: PigmentChange, days: npt.NDArray[np.int_], size: tuple[float, float, float]) -> Floats:
    """The true change on each day, (t, 3)."""
    since = days - change.start
    share = np.zeros(len(days))
    if change.kind == STEP:
        share = (since >= 0).astype(float)
    elif change.kind == DRIFT:
        share = np.clip((since + 1) / change.days, 0.0, 1.0)
    return np.asarray(share[:, None] * np.array(size))


def draw_noise(noise: PhotoNoise, persons: int, days: int, draw: np.random.Generator) -> tuple[Floats, Floats, Flags]:
    """Noise of both sites (2, persons, days, 3), each person's own factor, and which days have an outlier."""
    scale = np.exp(draw.normal(0.0, noise.spread, persons))
    shape = (2, persons, days, 3)
    wrong = draw.random((persons, days)) < noise.outliers
    shots = draw_shots(noise, shape, draw)
    shots[0] = np.where(wrong[:, :, None], shots[0] * noise.outlier_times, shots[0])
    parts = shots + draw_lasting(noise.lasting, shape, draw) * noise.day
    parts = parts + draw.normal(size=shape[1:]) * noise.common + draw_lights(noise, persons, days, draw)
    return np.asarray(parts * scale[:, None, None]), scale, wrong


def draw_shots(noise: PhotoNoise, shape: tuple[int, ...], draw: np.random.Generator) -> Floats:
    """Noise of single photos, with heavy tails where asked for."""
    if not noise.tails:
        return draw.normal(size=shape) * noise.shot
    tails = draw.standard_t(noise.tails, size=shape) * np.sqrt((noise.tails - 2) / noise.tails)
    return np.asarray(tails * noise.shot)


def draw_lasting(correlation: float, shape: tuple[int, ...], draw: np.random.Generator) -> Floats:
    """Standard normal noise whose neighbours along the days are so correlated."""
    values = draw.normal(size=shape)
    for day in range(1, shape[2]):
        fresh = np.sqrt(1 - correlation**2) * values[:, :, day]
        values[:, :, day] = correlation * values[:, :, day - 1] + fresh
    return values


def draw_lights(noise: PhotoNoise, persons: int, days: int, draw: np.random.Generator) -> Floats:
    """What each day's light adds at both sites, (2, persons, days, 3)."""
    both = draw.normal(size=(persons, noise.lights, 3)) * np.sqrt(1 - noise.bias_apart)
    apart = draw.normal(size=(2, persons, noise.lights, 3)) * np.sqrt(noise.bias_apart)
    other = draw.integers(0, noise.lights, (persons, days))
    light = np.where(draw.random((persons, days)) < noise.main_light, 0, other)
    bias = (both + apart) * noise.bias
    return np.take_along_axis(bias, light[None, :, :, None], axis=2)
