"""Drawn photographs whose truth is known exactly: the colour is read, or the reason is named."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from phytovigil.followup.skin import delta_e, read_photo
from phytovigil.followup.skin.refusing import TEXTS
from phytovigil.schema.card import CardValues, card_layout
from phytovigil.schema.diary import Site
from phytovigil.schema.skin import METHOD, PhotoReading, to_content

DrawScene = Callable[..., bytes]
SITE = Site("arm", "exposed")
SKIN = (62.0, 12.0, 18.0)
PER_MM, MIDDLE = 8, 68


def codes(reading: PhotoReading) -> list[str]:
    return [refusal.code for refusal in reading.refusals]


def off(reading: PhotoReading, skin: tuple[float, float, float] = SKIN) -> float:
    assert reading.usable, reading.refusals
    return float(delta_e(reading.lab, skin))


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"tilt": 40, "turn": 200, "pixels_per_mm": 7.0},
        {"slope": 0.6, "gamma": 0.8},
        {"light": (0.9, 0.6, 0.3), "noise": 3.0},
        {"blur": 2.0, "turn": 90},
        {"gamma": 1.25, "suffix": ".jpg"},
        {"mix": np.array([[0.8, 0.2, 0.0], [0.1, 0.8, 0.1], [0.0, 0.25, 0.75]])},
    ],
)
def test_light_camera_and_view_are_taken_out(draw_scene: DrawScene, how: dict[str, object]) -> None:
    assert off(read_photo(draw_scene(**how), SITE)) < 0.7


@pytest.mark.parametrize("skin", [(78.0, 5.0, 12.0), (55.0, 7.0, 6.0), (66.0, 9.0, 30.0), (30.0, 9.0, 9.0)])
def test_light_dark_blue_grey_and_yellow_skin(draw_scene: DrawScene, skin: tuple[float, float, float]) -> None:
    reading = read_photo(draw_scene(skin, light=(0.85, 0.75, 0.6), noise=1.0), SITE)
    assert off(reading, skin) < 0.7
    assert max(reading.spread) < 1.5
    assert reading.error is not None
    assert reading.error < 1


def test_same_bytes_same_reading(draw_scene: DrawScene) -> None:
    data = draw_scene(noise=2.0, slope=0.3)
    assert read_photo(data, SITE) == read_photo(data, SITE)


def test_measured_values_are_used(draw_scene: DrawScene) -> None:
    data = draw_scene()
    darker = CardValues(
        card_layout().id, {name: (lab[0] * 0.95, lab[1], lab[2]) for name, lab in card_layout().colours.items()}
    )
    change = np.subtract(read_photo(data, SITE, values=darker).lab, read_photo(data, SITE).lab)
    assert change[0] == pytest.approx(-0.05 * SKIN[0], abs=0.4)


def test_a_site_beside_the_card_is_read_where_it_is(draw_scene: DrawScene) -> None:
    def mark(sheet: NDArray[np.float32]) -> None:
        centre = ((MIDDLE + 10) * PER_MM, (MIDDLE + 45) * PER_MM)
        cv2.circle(sheet, centre, 8 * PER_MM, (sheet[10, 10] * 0.7).tolist(), -1)

    data = draw_scene(paint=mark, tilt=20, turn=30, pixels_per_mm=4.6)
    beside = read_photo(data, Site("spot", "exposed", x=10, y=45))
    assert off(read_photo(data, SITE)) < 0.7
    assert beside.lab[0] < SKIN[0] - 6
    assert "beside the card" in beside.notes[0]
    assert read_photo(data, SITE, where=(10, 45)).lab == beside.lab


def test_two_hidden_markers_do_not_matter(draw_scene: DrawScene) -> None:
    def hide(sheet: NDArray[np.float32]) -> None:
        for x, y in ((-37.5, -22.5), (0, 22.5)):
            sheet[round((MIDDLE + y - 6) * PER_MM) : round((MIDDLE + y + 6) * PER_MM)][
                :, round((MIDDLE + x - 6) * PER_MM) : round((MIDDLE + x + 6) * PER_MM)
            ] = sheet[5, 5]

    reading = read_photo(draw_scene(paint=hide), SITE)
    assert reading.details["markers"] == 4
    assert off(reading) < 0.7


def paint_over(
    left: float, top: float, width: float, height: float, value: float
) -> Callable[[NDArray[np.float32]], None]:
    def paint(sheet: NDArray[np.float32]) -> None:
        rows = slice(round((MIDDLE + top) * PER_MM), round((MIDDLE + top + height) * PER_MM))
        sheet[rows, round((MIDDLE + left) * PER_MM) : round((MIDDLE + left + width) * PER_MM)] = value

    return paint


def turn_markers(sheet: NDArray[np.float32]) -> None:
    """Markers of another card in the places of ours."""
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    for marker in card_layout().markers:
        (left, top), side = marker.corners[0], 12 * PER_MM
        drawn = dictionary.generateImageMarker(marker.id + 20, side).astype(np.float32)[..., None] / 255
        rows, columns = round((MIDDLE + top) * PER_MM), round((MIDDLE + left) * PER_MM)
        sheet[rows : rows + side, columns : columns + side] = 0.03 + 0.85 * drawn


def shade_half(seen: NDArray[np.float32]) -> NDArray[np.float32]:
    shaded = seen.copy()
    shaded[:, seen.shape[1] // 2 + 20 :] *= 0.15
    return shaded


def light_half(seen: NDArray[np.float32]) -> NDArray[np.float32]:
    lit = seen.copy()
    lit[:, seen.shape[1] // 2 :] *= np.array([1.0, 0.6, 0.25], np.float32)
    return lit


def mirror_light(seen: NDArray[np.float32]) -> NDArray[np.float32]:
    across, down = np.meshgrid(np.arange(seen.shape[1]) - 250, np.arange(seen.shape[0]) - 270)
    return seen * 0.7 + (0.3 * np.exp(-(across**2 + down**2) / 45**2))[..., None].astype(np.float32)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"paint": lambda sheet: sheet.fill(0.5)}, "no-card"),
        ({"paint": turn_markers}, "card-version"),
        ({"pixels_per_mm": 3.4}, "card-small"),
        ({"tilt": 56, "pixels_per_mm": 8.0}, "tilt"),
        ({"blur": 2.9}, "blur"),
        ({"light": (0.04, 0.04, 0.04)}, "dark"),
        ({"light": (3.0, 3.0, 3.0)}, "clipped"),
        ({"shift": -215}, "card-cut-off"),
        ({"paint": paint_over(-46, -15, 31, 30, 0.3)}, "glare"),
        ({"finish": shade_half}, "shadow"),
        ({"finish": light_half}, "light"),
        ({"finish": mirror_light}, "glare"),
        ({"light": (0.9, 0.25, 0.02)}, "light"),
        ({"skin": (95.0, 0.0, 1.0)}, "not-skin"),
        ({"skin": (50.0, -30.0, 25.0)}, "not-skin"),
        ({"paint": paint_over(0, -6, 6, 12, 0.05)}, "site-uneven"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(
    draw_scene: DrawScene, how: dict[str, object], code: str
) -> None:
    reading = read_photo(draw_scene(**how), SITE)
    assert code in codes(reading), (reading.refusals, reading.details)
    assert reading.lab == ()
    assert all("{" not in str(refusal) and refusal.mend for refusal in reading.refusals)


def test_sites_where_no_skin_can_be(draw_scene: DrawScene) -> None:
    data = draw_scene()
    assert codes(read_photo(data, Site("far", "exposed", x=0, y=190))) == ["site-outside"]
    assert codes(read_photo(data, Site("on the card", "exposed", x=30, y=10))) == ["site-on-card"]
    assert codes(read_photo(data, Site("wide", "exposed", radius=11))) == ["site-on-card"]
    assert codes(read_photo(data, Site("eye", "sclera"))) == ["sclera"]
    assert codes(read_photo(data, Site("corner", "exposed", x=52, y=37, radius=6))) == []


def test_every_reason_has_words() -> None:
    for code, (found, mend) in TEXTS.items():
        assert found.endswith("."), code
        assert mend.endswith("."), code


def test_the_reading_goes_into_the_diary(draw_scene: DrawScene) -> None:
    good = to_content(read_photo(draw_scene(), SITE), "p1")
    assert good.method == METHOD
    assert len(good.lab) == len(good.spread) == 3
    assert good.details is not None
    assert good.details["pixels_per_mm"] == pytest.approx(6, abs=0.05)
    bad = to_content(read_photo(b"x", SITE), "p2")
    assert (bad.lab, bad.refusals) == ((), ("not-a-picture",))
