"""From the camera's linear values to tristimulus values under D65, fitted to the card."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phytovigil.followup.skin.colours import delta_e, expand_terms, lab_of

Array = NDArray[np.float64]
Expansion = Callable[[Array], Array]

OUTLIER = 3.0
"""Times the median ΔE00: a patch that is further off counts less (a finger, a stain, a glint on it)."""


def expand_root(degree: int) -> Expansion:
    """Root-polynomial terms: twice the light gives twice the terms. Finlayson 2015, doi:10.1109/TIP.2015.2405336."""
    return lambda rgb: expand_terms(rgb, degree, roots=True)


def expand_polynomial(degree: int) -> Expansion:
    """Polynomial terms, which do not keep their proportion when the light changes."""
    return lambda rgb: expand_terms(rgb, degree, roots=False)


def expand_affine(rgb: Array) -> Array:
    """R, G, B and a constant."""
    return np.concatenate([rgb, np.ones((*rgb.shape[:-1], 1))], axis=-1)


EXPANSIONS: Mapping[str, Expansion] = {
    "linear": lambda rgb: rgb,
    "affine": expand_affine,
    "root-polynomial 2": expand_root(2),
    "root-polynomial 3": expand_root(3),
    "polynomial 2": expand_polynomial(2),
}


@dataclass(frozen=True, slots=True)
class Correction:
    """A fitted correction. matrix : terms × 3."""

    expansion: str
    matrix: Array

    def __call__(self, rgb: Array) -> Array:
        """Tristimulus values under D65 of linear values, … × 3."""
        return np.asarray(EXPANSIONS[self.expansion](rgb) @ self.matrix)


def fit_correction(rgb: Array, xyz: Array, weights: Array, expansion: str) -> tuple[Correction, Array]:
    """Weighted least squares of relative error, patches far off counting less; and the weights as they were at last.

    rgb, xyz : n × 3; weights : n.
    """
    wanted, trusted = lab_of(xyz), weights
    for _ in range(3):
        fitted = solve_correction(rgb, xyz, trusted, expansion)
        off = delta_e(lab_of(fitted(rgb)), wanted)
        trusted = weights * np.sqrt(np.minimum(1.0, OUTLIER * max(float(np.median(off)), 0.2) / np.maximum(off, 1e-9)))
    return solve_correction(rgb, xyz, trusted, expansion), trusted


def solve_correction(rgb: Array, xyz: Array, weights: Array, expansion: str) -> Correction:
    """Weighted least squares. An equal step of L* is a step of Y that grows as its power of 2/3, so weights fall so."""
    scale = (weights / np.maximum(xyz[:, 1], 0.01) ** (2 / 3))[:, None]
    matrix = np.linalg.lstsq(EXPANSIONS[expansion](rgb) * scale, xyz * scale, rcond=None)[0]
    return Correction(expansion, np.asarray(matrix, dtype=np.float64))
