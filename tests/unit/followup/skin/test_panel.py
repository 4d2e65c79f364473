"""Pictures for people: equal light, no metadata, the grid where it should be."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from phytovigil.errors import NoAnswer
from phytovigil.followup.skin import delta_e, draw_preview, straighten
from phytovigil.followup.skin.colours import colour, lab_of
from phytovigil.schema.diary import Site

DrawScene = Callable[..., bytes]
SITE = Site("arm", "exposed")
SKIN = (62.0, 12.0, 18.0)


def pixels_of(data: bytes) -> np.ndarray:
    image = Image.open(io.BytesIO(data))
    assert image.format == "PNG"
    assert not image.info
    assert not image.getexif()
    return np.asarray(image)


def test_two_days_of_one_skin_look_alike_under_equal_light(draw_scene: DrawScene) -> None:
    day = pixels_of(straighten(draw_scene(light=(0.9, 0.7, 0.45), slope=0.5), SITE, width=14, height=12))
    other = pixels_of(straighten(draw_scene(light=(0.5, 0.6, 0.7), tilt=25), SITE, width=14, height=12))
    assert day.shape == other.shape == (120, 140, 3)
    for shown in (day, other):
        seen = lab_of(colour.models.sRGB_to_XYZ(shown[50:70, 60:80].reshape(-1, 3) / 255))
        assert delta_e(np.median(seen, axis=0), SKIN) < 1.0


def test_what_lies_outside_the_photograph_is_grey(draw_scene: DrawScene) -> None:
    shown = pixels_of(straighten(draw_scene(), Site("far", "exposed", y=60), width=20, height=20))
    assert (shown == 128).all()


def test_the_preview_shows_the_disc_where_the_site_is(draw_scene: DrawScene) -> None:
    data = draw_scene()
    plain, marked = (pixels_of(draw_preview(data, Site("a", "exposed", x=x, y=30), reach=60)) for x in (-30, 20))
    changed = np.argwhere((plain != marked).any(axis=2))
    assert plain.shape == (720, 720, 3)
    assert tuple(changed.min(axis=0) // 10) == ((30 + 60 - 6) * 6 // 10, (-30 + 60 - 6) * 6 // 10)
    moved = pixels_of(draw_preview(data, Site("a", "exposed", x=-30, y=30), where=(20.0, 30.0), reach=60))
    assert (moved == marked).all()


def test_a_photograph_without_a_card_says_so() -> None:
    for make in (straighten, draw_preview):
        with pytest.raises(NoAnswer, match="could not be read"):
            make(b"no picture", SITE)
