"""Where the card is: against homographies that are known."""

from collections.abc import Callable

import numpy as np
import pytest

from phytovigil.followup.skin.blur import measure_blur
from phytovigil.followup.skin.decoding import decode_picture
from phytovigil.followup.skin.finding import find_card
from phytovigil.followup.skin.straightening import view_linear
from phytovigil.schema.card import card_layout

CARD = card_layout()
DrawScene = Callable[..., bytes]


def pinhole(places: np.ndarray, tilt: float, turn: float, per_mm: float) -> np.ndarray:
    """Pixels of places (mm), from the geometry of the drawing: width 720, focal length 0.8 widths."""
    spin, lean, focal = np.radians(turn), np.radians(tilt), 0.8 * 720
    x = np.cos(spin) * places[:, 0] - np.sin(spin) * places[:, 1]
    y = np.sin(spin) * places[:, 0] + np.cos(spin) * places[:, 1]
    deep = focal / per_mm + np.sin(lean) * y
    return np.column_stack([360 + focal * x / deep, 270 + focal * np.cos(lean) * y / deep])


@pytest.mark.parametrize(("tilt", "turn", "blur"), [(0, 0, 0), (40, 75, 0), (25, 180, 1.5)])
def test_places_are_found_to_a_fraction_of_a_pixel(
    draw_scene: DrawScene, tilt: float, turn: float, blur: float
) -> None:
    found = find_card(decode_picture(draw_scene(tilt=tilt, turn=turn, blur=blur, pixels_per_mm=5.0)).pixels, CARD)
    corners = np.array([[p.x, p.y] for p in CARD.patches])
    assert np.abs(found.to_pixels(corners) - pinhole(corners, tilt, turn, 5.0)).max() < 0.6
    assert found.tilt_deg == pytest.approx(tilt, abs=1.0)
    assert found.pixels_per_mm == pytest.approx(5 * np.sqrt(np.cos(np.radians(tilt))), rel=0.01)


@pytest.mark.parametrize("sigma", [1.2, 1.8])
def test_blur_is_measured_in_millimetres(draw_scene: DrawScene, sigma: float) -> None:
    """A Gaussian step takes 2.563 standard deviations from 10 to 90 %; the drawing's own sharpness adds a little."""
    pixels = decode_picture(draw_scene(blur=sigma)).pixels
    found = find_card(pixels, CARD)
    view = view_linear(pixels, found, np.array([[-47.0, -32.0], [47.0, 32.0]]))
    assert measure_blur(view, CARD, found.markers) == pytest.approx(2.563 * sigma / 6.0, rel=0.2)


def test_the_straightened_view_is_where_it_says(draw_scene: DrawScene) -> None:
    pixels = decode_picture(draw_scene(tilt=30, turn=20, pixels_per_mm=5.0)).pixels
    view = view_linear(pixels, find_card(pixels, CARD), np.array([[-47.0, -32.0], [47.0, 32.0]]))
    sheet = view.straighten(-47, -32, 94, 64, 4.0)
    assert sheet.shape == (256, 376, 3)
    red = next(patch for patch in CARD.patches if patch.colour == "red")
    seen = sheet[round((red.y + 32) * 4), round((red.x + 47) * 4)]
    assert seen[0] > 2.5 * seen[1]
    assert np.isnan(view.straighten(80, 0, 20, 20)).all()
