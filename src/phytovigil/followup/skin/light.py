"""How the light changes over the card, and the camera's tone curve, read from the card.

Each colour lies at several places. The ratio of its values at two places is the ratio of the light there, whatever
was printed; so the light's slope and curvature need no value of any patch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from phytovigil.followup.skin.sampling import Samples

Array = NDArray[np.float64]

HUBER = 3.0
"""Robust standard deviations beyond which a place counts less."""

DARK = 0.02
"""Linear value at which a place counts half: stray light in the lens changes dark patches most."""

LENGTH = 12.0
"""Millimetres over which what a quadratic leaves of the light, as at the edge of a shadow, hangs together."""

BEND, TINT, GRAIN = 0.12, 0.01, 0.012
"""Standard deviations in log: of what a quadratic leaves of the light, of its colour, and of a single place."""


@dataclass(frozen=True, slots=True)
class Light:
    """Light over the card relative to its centre, in log for R, G, B: a quadratic and a smooth rest.

    terms : 5 × 3 of x, y, x², xy, y² in mm/45. places : n × 2 mm, where the rest was seen. pulls : n × 3, their weights
    in the rest. centre : 3, value at the centre. left : robust standard deviation of a place from what the others say.
    half : half the card's width and height.
    """

    terms: Array
    places: Array
    pulls: Array
    centre: Array
    left: float
    half: tuple[float, float]

    def at(self, places: Array) -> Array:
        """Factor of the light at places, n × 2 mm, as n × 3. Beyond the card it is that of the nearest edge: a

        quadratic says nothing about what it was not fitted to.
        """
        return np.asarray(np.exp(self.log_at(np.clip(places, np.negative(self.half), self.half)) - self.centre))

    def log_at(self, places: Array) -> Array:
        """Logarithm of the light at places on the card, n × 3."""
        return np.asarray(basis(places) @ self.terms + nearness(places, self.places) @ self.pulls)

    def range(self) -> float:
        """Brightest over darkest place of the card, green."""
        green = self.at(self.grid())[:, 1]
        return float(green.max() / green.min())

    def tint(self) -> float:
        """How unlike in colour the light is at two places of the card: largest ratio of red, or blue, to green."""
        logs = np.log(self.at(self.grid()))
        apart = logs[:, [0, 2]] - logs[:, 1:2]
        return float(np.exp((apart.max(axis=0) - apart.min(axis=0)).max()))

    def grid(self) -> Array:
        """Places all over the card, 63 × 2 mm."""
        across, down = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 7))
        return np.column_stack([across.ravel() * self.half[0], down.ravel() * self.half[1]])


def basis(places: Array, terms: int = 5) -> Array:
    """Terms of the plane, then of the curvature; all are 0 at the centre of the card."""
    x, y = places[:, 0] / 45, places[:, 1] / 45
    return np.column_stack([x, y, x * x, x * y, y * y])[:, :terms]


def nearness(first: Array, second: Array) -> Array:
    """Correlation of the rest of the light between places, n × m."""
    square = ((first[:, None, :] - second[None, :, :]) ** 2).sum(axis=2)
    return np.asarray(np.exp(-0.5 * square / LENGTH**2))


def fit_light(samples: Samples, half: tuple[float, float], terms: int = 5, smooth: bool = True) -> Light:
    """Fit the light to log values with one level for each colour; places far off count less.

    Universal kriging (Matheron 1969): levels and quadratic by generalised least squares, the rest as a Gaussian
    process. Brightness and colour are fitted apart, for a shadow changes brightness far more than colour.
    terms : 0 for even light, 2 for a plane, 5 for a quadratic. smooth : whether to fit the rest.
    """
    logs = np.log(np.maximum(samples.rgb, 1e-5))
    bright = logs.mean(axis=1, keepdims=True)
    first = krige(samples, bright, terms, BEND * smooth, np.ones(len(logs)), rounds=3)
    second = krige(samples, logs - bright, terms, TINT * smooth, first.trust, rounds=2)
    full = np.zeros((5, 3))
    full[:terms] = first.slopes + second.slopes
    light = Light(full, samples.places, first.pulls + second.pulls, np.zeros(3), first.left, half)
    return replace(light, centre=light.log_at(np.zeros((1, 2)))[0])


@dataclass(frozen=True, slots=True)
class Kriged:
    """Slopes, terms × columns; pulls, n × columns; trust, n, from 0 to 1; left as in Light."""

    slopes: Array
    pulls: Array
    trust: Array
    left: float


def krige(samples: Samples, logs: Array, terms: int, bend: float, trust: Array, rounds: int) -> Kriged:
    """Fit each column of logs, n × columns. trust : how far each place counts at first; each round finds it anew from

    what the other places say of it.
    """
    names = sorted(set(samples.colours))
    levels = np.array([[float(colour == name) for name in names] for colour in samples.colours])
    design = np.column_stack([basis(samples.places, terms), levels])
    paired = levels[:, levels.sum(axis=0) > 1].any(axis=1)
    noise = GRAIN**2 * (1 + DARK / samples.rgb.min(axis=1).clip(1e-4)) ** 2
    rest = bend**2 * nearness(samples.places, samples.places)
    for _ in range(rounds):
        inverse = invert(rest + np.diag(noise / trust))
        weighted = inverse @ design
        project = np.linalg.solve(design.T @ weighted, weighted.T)
        precision = inverse - weighted @ project
        pulls = precision @ logs
        off = np.abs(pulls[paired] / np.diag(precision)[paired, None]).max(axis=1) * GRAIN / np.sqrt(noise[paired])
        left = 1.4826 * float(np.median(off))
        trust = np.ones(len(logs))
        trust[paired] = np.minimum(1.0, HUBER * max(left, GRAIN) / np.maximum(off, 1e-9)) ** 2
    return Kriged((project @ logs)[:terms], bend**2 * pulls, trust, left)


def invert(matrix: Array) -> Array:
    """Inverse of a symmetric positive definite matrix, by its Cholesky factor."""
    factor, _ = scipy.linalg.lapack.dpotrf(matrix, lower=1)
    lower, _ = scipy.linalg.lapack.dpotri(factor, lower=1)
    return np.asarray(np.tril(lower) + np.tril(lower, -1).T)


@dataclass(frozen=True, slots=True)
class Tone:
    """The curve from the file's linear values to light: a polynomial in log, one for all three channels.

    terms : of log value, its square, and so on. low, high : ends of what was seen; beyond, the curve goes on straight.
    """

    terms: tuple[float, ...]
    low: float
    high: float

    def __call__(self, rgb: NDArray[np.floating]) -> NDArray[np.floating]:
        """Light, up to a factor that is the same for all values."""
        logs = np.log(np.maximum(rgb, np.float32(1e-5)))
        inside = np.clip(logs, self.low, self.high)
        curve, slope = np.zeros_like(inside), np.zeros_like(inside)
        for power, term in enumerate(self.terms, start=1):
            curve += term * inside**power
            slope += power * term * inside ** (power - 1)
        return np.asarray(np.exp(curve + slope * (logs - inside)))


STRAIGHT = Tone((1.0,), -12.0, 0.0)
"""The camera wrote sRGB and nothing else."""


def fit_tone(rgb: Array, reflectance: Array, degree: int = 2) -> Tone:
    """The curve that takes greys to their reflectance. rgb : n × 3 under even light; reflectance : n.

    Each channel has a factor of its own (the colour of the light), all share the curve, as cameras apply it. A curve
    that would fall anywhere is refused for one of lower degree.
    """
    logs = np.log(np.maximum(rgb, 1e-5))
    channels = np.tile(np.eye(3), (len(rgb), 1))
    flat = logs.reshape(-1)
    wanted = np.repeat(np.log(reflectance), 3)
    for tried in range(degree, 0, -1):
        design = np.column_stack([np.column_stack([flat**power for power in range(1, tried + 1)]), channels])
        terms = np.linalg.lstsq(design, wanted, rcond=None)[0][:tried]
        tone = Tone(tuple(float(term) for term in terms), float(flat.min()), float(flat.max()))
        steps = np.diff(np.log(tone(np.exp(np.linspace(tone.low, tone.high, 30)))))
        if (steps > 0).all():
            return tone
    return STRAIGHT
