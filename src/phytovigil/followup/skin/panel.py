"""Pictures for people: the site under equal light, and a preview with the grid in which a site is marked."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from phytovigil.errors import NoAnswer
from phytovigil.followup.skin.decoding import decode_picture
from phytovigil.followup.skin.grid import CELL, name_square
from phytovigil.followup.skin.reading import Calibratable, around, choose_place, read_card
from phytovigil.followup.skin.refusing import Unusable
from phytovigil.schema.card import CardValues, card_layout
from phytovigil.schema.diary import Site
from phytovigil.schema.printed_colour import SRGB_TO_XYZ

Array = NDArray[np.float64]
Bytes8 = NDArray[np.uint8]

INK, PAPER, RING = (20, 20, 20), (255, 255, 255), (230, 0, 120)
"""Colours of the preview, RGB."""

LETTER = 0.4
"""Size of the names of squares, in OpenCV's unit."""


def straighten(
    data: bytes,
    site: Site,
    *,
    values: CardValues | None = None,
    where: Sequence[float] | None = None,
    width: float = 30.0,
    height: float = 30.0,
    pixels_per_mm: float = 10.0,
) -> bytes:
    """PNG of the site as under D65, straight from above, sRGB, without metadata: pictures of two days side by side.

    width, height : mm around the centre of the site. What lies outside the photograph is grey. Raises NoAnswer, with
    the reason and how to mend it, for a photograph whose card cannot be read.
    """
    place = choose_place(site, where)
    corners = np.array([[place[0] + x * width / 2, place[1] + y * height / 2] for x in (-1, 1) for y in (-1, 1)])
    seen = read_or_explain(data, corners, values)
    if seen.made is None or seen.refusals:
        raise NoAnswer(seen.refusals[0].found, seen.refusals[0].mend)
    sheet = seen.view.straighten(place[0] - width / 2, place[1] - height / 2, width, height, pixels_per_mm)
    rows, columns = sheet.shape[:2]
    down, across = np.indices((rows, columns))
    places = np.stack([(across + 0.5) / pixels_per_mm, (down + 0.5) / pixels_per_mm], axis=-1) + corners.min(axis=0)
    xyz = seen.made.calibration(np.nan_to_num(sheet).reshape(-1, 3), places.reshape(-1, 2))
    shown = encode_8bit(xyz @ np.linalg.inv(np.array(SRGB_TO_XYZ)).T).reshape(rows, columns, 3)
    shown[np.isnan(sheet).any(axis=2)] = 128
    return encode_png(shown)


def read_or_explain(data: bytes, corners: Array, values: CardValues | None) -> Calibratable:
    """The card of a photograph. Raises NoAnswer where there is none."""
    card = card_layout()
    if values is not None:
        values.check(card)
    try:
        return read_card(decode_picture(data), card, corners, values)
    except Unusable as unusable:
        raise NoAnswer(unusable.refusal.found, unusable.refusal.mend) from None


def draw_preview(
    data: bytes, site: Site, *, where: Sequence[float] | None = None, reach: float = 75.0, pixels_per_mm: float = 6.0
) -> bytes:
    """PNG of the photograph straight from above with the grid over it and the disc of the site drawn.

    reach : mm to each side of the card's centre. Colours are as in the photograph. Raises NoAnswer without a card.
    """
    square = around((0.0, 0.0), reach)
    seen = read_or_explain(data, square, None)
    sheet = seen.view.straighten(-reach, -reach, 2 * reach, 2 * reach, pixels_per_mm)
    shown = encode_8bit(np.nan_to_num(sheet, nan=0.5).astype(np.float64))
    draw_grid(shown, reach, pixels_per_mm)
    place = choose_place(site, where)
    centre = tuple(round((value + reach) * pixels_per_mm) for value in place)
    cv2.circle(shown, centre, round(site.radius * pixels_per_mm), RING, 2, cv2.LINE_AA)
    return encode_png(shown)


def draw_grid(shown: Bytes8, reach: float, scale: float) -> None:
    """Lines between the squares, and the name of each in its corner."""
    steps = np.arange(np.ceil(-reach / CELL - 0.5), reach / CELL)
    for step in steps:
        line = round(((step + 0.5) * CELL + reach) * scale)
        for start, end in (((line, 0), (line, shown.shape[0])), ((0, line), (shown.shape[1], line))):
            cv2.line(shown, start, end, PAPER, 1, cv2.LINE_AA)
    for row in steps:
        for column in steps:
            left = round(((column - 0.5) * CELL + reach) * scale) + 2
            base = round(((row - 0.5) * CELL + reach) * scale) + 12
            write_name(shown, name_square(column * CELL, row * CELL), (left, base))


def write_name(shown: Bytes8, text: str, place: tuple[int, int]) -> None:
    """Dark letters on a light plate, legible on any skin. place : left end of the base line."""
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, LETTER, 1)
    cv2.rectangle(shown, (place[0] - 1, place[1] - height - 2), (place[0] + width + 1, place[1] + 2), PAPER, -1)
    cv2.putText(shown, text, place, cv2.FONT_HERSHEY_SIMPLEX, LETTER, INK, 1, cv2.LINE_AA)


def encode_8bit(linear: Array) -> Bytes8:
    """8-bit sRGB of linear values."""
    inside = np.clip(linear, 0, 1)
    encoded = np.where(inside <= 0.0031308, 12.92 * inside, 1.055 * np.maximum(inside, 1e-9) ** (1 / 2.4) - 0.055)
    return np.asarray(np.round(255 * encoded), dtype=np.uint8)


def encode_png(shown: Bytes8) -> bytes:
    """PNG of RGB pixels; it holds pixels alone."""
    done, data = cv2.imencode(".png", cv2.cvtColor(shown, cv2.COLOR_RGB2BGR))
    if not done:
        raise NoAnswer("the picture could not be written.")
    return data.tobytes()
