"""The card in a photograph: its markers, and the way from card millimetres to pixels."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from phytovigil.followup.skin.refusing import refuse
from phytovigil.schema.card import Card

Array = NDArray[np.float64]

SEARCH_SIDE = 1600
"""Pixels of the longer side in which markers are looked for first: quicker, and noise is averaged away."""

BLURRED_SIDE = 560
"""A blurred marker is found when the picture is made so small that the blur is less than a module."""

LEAST_MARKERS = 3
LEAST_ROWS = 2
"""Markers of one row alone would carry their error four times as far to the other row."""

MOST_OFF = 0.8
"""Millimetres: a marker further from its place is left out, and a card whose markers are is not flat."""


@dataclass(frozen=True, slots=True)
class FoundCard:
    """Where the card lies. homography : 3 × 3, card mm to pixels. off : largest distance of a marker's corner, in mm,

    from where the homography puts it. markers : ids that were found and agree.
    """

    homography: Array
    pixels_per_mm: float
    tilt_deg: float
    off: float
    markers: tuple[int, ...]

    def to_pixels(self, points: Array) -> Array:
        """Pixels of points in card mm, both n × 2."""
        mapped = np.column_stack([points, np.ones(len(points))]) @ self.homography.T
        return np.asarray(mapped[:, :2] / mapped[:, 2:])


def find_card(pixels: NDArray[np.uint8], card: Card) -> FoundCard:
    """Find the card. pixels : RGB. Raises Unusable where too few of its markers can be read."""
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    found: dict[int, Array] = {}
    for side in search_sides(max(grey.shape)):
        found |= {number: quad for number, quad in detect_markers(grey, side).items() if number not in found}
        ours = {number: corners for number, corners in found.items() if number < len(card.markers)}
        if len(ours) == len(card.markers):
            break
    check_markers(found, ours, card)
    refined = {number: refine_corners(grey, corners) for number, corners in sorted(ours.items())}
    return place_card(refined, card)


def search_sides(longest: int) -> list[int]:
    """Sizes at which to look for markers: at once, then smaller for blurred ones, then larger for distant ones."""
    sides = [SEARCH_SIDE, BLURRED_SIDE, 2 * SEARCH_SIDE]
    return list(dict.fromkeys(min(longest, side) for side in sides))


def detect_markers(grey: NDArray[np.uint8], side: int) -> dict[int, Array]:
    """Corners (4 × 2, pixels of the whole picture) of each marker of the dictionary, by id."""
    scale = min(1.0, side / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    corners, ids, _ = cv2.aruco.ArucoDetector(dictionary, detector_settings()).detectMarkers(small)
    if ids is None:
        return {}
    back = [(quad.reshape(4, 2).astype(np.float64) + 0.5) / scale - 0.5 for quad in corners]
    return {int(number): quad for number, quad in zip(ids.ravel(), back, strict=True)}


def detector_settings() -> cv2.aruco.DetectorParameters:
    """Wide windows for the threshold, so that a soft shadow across a marker does not hide it."""
    settings = cv2.aruco.DetectorParameters()
    settings.adaptiveThreshWinSizeMax = 43
    settings.adaptiveThreshWinSizeStep = 10
    settings.minMarkerPerimeterRate = 0.02
    return settings


def check_markers(found: dict[int, Array], ours: dict[int, Array], card: Card) -> None:
    """Refuse where the markers that were found cannot carry a homography of the whole card."""
    rows = {round(card.markers[number].corners[0][1]) for number in ours}
    if len(ours) >= LEAST_MARKERS and len(rows) >= LEAST_ROWS:
        return
    strange = sorted(set(found) - set(ours))
    if len(strange) >= LEAST_MARKERS:
        raise refuse("card-version", ids=", ".join(map(str, strange)), card=card.id)
    raise refuse("no-card", found=len(ours), all=len(card.markers))


def refine_corners(grey: NDArray[np.uint8], corners: Array) -> Array:
    """Corners to a fraction of a pixel; the window stays within the marker's border module."""
    side = float(np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1).min())
    half = int(np.clip(side / 14, 2, 12))
    start = corners.astype(np.float32).reshape(-1, 1, 2)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 40, 0.01)
    refined = cv2.cornerSubPix(grey, start, (half, half), (-1, -1), criteria)
    return np.asarray(refined, dtype=np.float64).reshape(4, 2)


def place_card(found: dict[int, Array], card: Card) -> FoundCard:
    """The homography from all markers that agree; one that does not (bent up, misread) is left out while others remain.

    Markers are few and named, so every choice of the one to leave out is tried: unlike random sampling, it gives the
    same answer each time and takes all corners that are good.
    """
    onto = {number: np.asarray(card.markers[number].corners) for number in found}
    kept = fit_inset(onto, found)
    while kept.off > MOST_OFF and len(kept.markers) > LEAST_MARKERS:
        fewer = [
            fit_inset(onto, {number: found[number] for number in kept.markers if number != left})
            for left in kept.markers
        ]
        kept = min(fewer, key=lambda one: one.off)
    return kept


def fit_inset(corners: dict[int, Array], seen_at: dict[int, Array]) -> FoundCard:
    """Least squares for the homography. corners, seen_at : of each marker, 4 × 2, in mm and in pixels.

    Blur and the camera's tone curve draw the corners of all markers inwards (or outwards) alike; that share is read
    from the corners and taken out.
    """
    quads = np.array([corners[number] for number in seen_at])
    outwards = np.sign(quads - quads.mean(axis=1, keepdims=True)).reshape(-1, 2)
    onto, pixels, inset = quads.reshape(-1, 2), np.vstack(list(seen_at.values())), 0.0
    for _ in range(3):
        placed = onto - inset * outwards
        homography = np.asarray(cv2.findHomography(placed, pixels, 0)[0], dtype=np.float64)
        seen = cv2.perspectiveTransform(pixels[None], np.linalg.inv(homography))[0]
        inset -= float(np.median((seen - placed) * outwards))
    stretch = np.linalg.svd(local_stretch(homography), compute_uv=False)
    return FoundCard(
        homography=homography,
        pixels_per_mm=float(np.sqrt(stretch.prod())),
        tilt_deg=float(np.degrees(np.arccos(np.clip(stretch[1] / stretch[0], 0, 1)))),
        off=float(np.linalg.norm(seen - placed, axis=1).max()),
        markers=tuple(seen_at),
    )


def local_stretch(homography: Array) -> Array:
    """Pixels for each mm at the centre of the card, as a 2 × 2 matrix: the derivative of the homography there.

    Its two singular values are the scales along and across the axis of the tilt; far from the camera, the smaller is
    the larger times the cosine of the tilt.
    """
    x, y, w = homography[:, 2]
    rows = homography[:2, :2] * w - np.outer([x, y], homography[2, :2])
    return np.asarray(rows / w**2)
