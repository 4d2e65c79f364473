"""Pain of simulated persons: their own mean, days and weeks that hang together, flares, a beginning when it is bad."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from phytovigil.errors import InvalidRequest
from phytovigil.simulation.person.settings import PainSettings

Floats = npt.NDArray[np.float64]

BURN_IN = 400
WARM_UP = 60


@dataclass(frozen=True, slots=True)
class SimulatedPain:
    """Pain of persons. days : (t,). values : (persons, t), NaN where missed. mean : (persons,), own true mean before
    any change. latent : (persons, t), before rounding and without the bounds of the scale.
    """

    days: npt.NDArray[np.int_]
    values: Floats
    mean: Floats
    latent: Floats


def simulate_pain(settings: PainSettings, persons: int, days: int, seed: int) -> SimulatedPain:
    """Simulate pain over so many days. Same settings, persons and seed: same numbers.

    Raises InvalidRequest for persons or days below 1.

    >>> simulate_pain(PainSettings(every=7), 3, 28, 1).values.shape
    (3, 4)
    """
    if persons < 1 or days < 1:
        raise InvalidRequest(f"{persons} persons over {days} days.", "Give 1 or more of each.")
    draw = np.random.default_rng([seed, 2])
    mean = draw.uniform(*settings.mean, persons)
    course = draw_course(settings, persons, days, draw)
    settles = draw.uniform(*settings.settles, persons)[:, None]
    excess = draw.uniform(0, settings.settling, persons)[:, None] * np.exp(-np.arange(days) / settles)
    changed = settings.change * (np.arange(days) >= settings.start)
    latent = mean[:, None] + course + excess + changed
    kept = np.arange(0, days, settings.every)
    latent = latent[:, kept]
    values = np.clip(np.round(latent) if settings.whole else latent, 0.0, 10.0)
    missed = draw.random(latent.shape) < settings.missed
    return SimulatedPain(kept, np.where(missed, np.nan, values), mean, latent)


def draw_course(settings: PainSettings, persons: int, days: int, draw: np.random.Generator) -> Floats:
    """Course around the own mean, from the first day on which it lies far enough above it."""
    total = BURN_IN + days
    course = draw_fading(*settings.slow, persons, total, draw) + draw_fading(*settings.fast, persons, total, draw)
    course += draw_flares(settings, persons, total, draw)
    bad = course[:, WARM_UP:BURN_IN] > settings.begins
    starts = np.where(bad.any(axis=1), bad.argmax(axis=1), 0) + WARM_UP
    return np.take_along_axis(course, starts[:, None] + np.arange(days), axis=1)


def draw_fading(sd: float, fades: float, persons: int, days: int, draw: np.random.Generator) -> Floats:
    """Stationary normal noise whose correlation fades with a time constant in days."""
    values = draw.normal(size=(persons, days))
    kept = np.exp(-1 / fades) if fades else 0.0
    for day in range(1, days):
        values[:, day] = kept * values[:, day - 1] + np.sqrt(1 - kept**2) * values[:, day]
    return sd * values


def draw_flares(settings: PainSettings, persons: int, days: int, draw: np.random.Generator) -> Floats:
    """Flares that begin at once and fade."""
    begins = draw.random((persons, days)) < settings.flares
    heights = begins * draw.uniform(*settings.flare, (persons, days))
    for day in range(1, days):
        heights[:, day] += settings.flare_fades * heights[:, day - 1]
    return np.asarray(heights)
