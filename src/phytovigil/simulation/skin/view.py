"""Where things of the card's plane lie in the picture: a pinhole camera over a plane."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from phytovigil.schema.card import Card
from phytovigil.simulation.skin.scene import View
from phytovigil.simulation.skin.spectra import Array


def find_homography(view: View) -> Array:
    """Millimetres on the card to pixels, 3 × 3 with last element 1.

    The card turns in its plane, then leans away about an axis through its centre; the centre stays at `scale`.
    """
    turn = rotate_about(np.array([0.0, 0.0, 1.0]), view.rotation)
    axis = np.deg2rad(view.tilt_direction)
    lean = rotate_about(np.array([np.cos(axis), np.sin(axis), 0.0]), view.tilt)
    focal = view.focal * view.width
    pose = np.column_stack([(lean @ turn)[:, :2], (0.0, 0.0, focal / view.scale)])
    middle = (view.width / 2 + view.offset[0], view.height / 2 + view.offset[1])
    lens = np.array([[focal, 0, middle[0]], [0, focal, middle[1]], [0, 0, 1.0]])
    homography = lens @ pose
    return np.asarray(homography / homography[2, 2])


def rotate_about(axis: Array, degrees: float) -> Array:
    """Rotation matrix (Rodrigues)."""
    matrix: Array = cv2.Rodrigues(axis * np.deg2rad(degrees))[0]
    return matrix


def project(homography: Array, points: Array) -> Array:
    """Points (..., 2) through a homography."""
    ends = np.asarray(points, dtype=float) @ homography[:, :2].T + homography[:, 2]
    projected: Array = ends[..., :2] / ends[..., 2:]
    return projected


def card_corners(card: Card) -> Array:
    """The four corners of the card in mm, shape (4, 2)."""
    half = np.array([card.width, card.height]) / 2
    corners: Array = half * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    return corners


def local_scale(homography: Array, points: Array) -> Array:
    """Least pixels per mm in any direction at each point (..., 2): the smaller singular value of the local map."""
    step = 1e-3
    columns = [(project(homography, points + step * unit) - project(homography, points)) / step for unit in np.eye(2)]
    return np.asarray(np.linalg.svd(np.stack(columns, axis=-1), compute_uv=False)[..., -1])


def fit_in_picture(view: View, card: Card, edge: float = 12.0) -> float:
    """The largest scale up to the view's own at which the whole card is `edge` pixels inside the picture."""
    scale = view.scale
    corners = card_corners(card)
    while scale > 1:
        places = project(find_homography(replace(view, scale=scale)), corners)
        if (places >= edge).all() and (places <= np.array([view.width, view.height]) - edge).all():
            return scale
        scale *= 0.97
    return scale
