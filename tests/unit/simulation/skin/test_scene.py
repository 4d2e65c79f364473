"""Photographs: places, light, truth and defects, and the same bytes for the same settings."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from phytovigil.errors import InvalidRequest, UnknownName
from phytovigil.schema.card import card_layout
from phytovigil.simulation.skin import (
    BOUNDS,
    DEFECTS,
    Development,
    Lighting,
    Scene,
    SceneSettings,
    Skin,
    View,
    draw_person,
    draw_settings,
    person_scenes,
    render_scene,
)
from phytovigil.simulation.skin.light import light_spectrum
from phytovigil.simulation.skin.lighting import fill_colour, light_field
from phytovigil.simulation.skin.person import person_settings
from phytovigil.simulation.skin.spectra import lab_of
from phytovigil.simulation.skin.surface import print_unevenness
from phytovigil.simulation.skin.texture import draw_texture, mean_in_disc
from phytovigil.simulation.skin.tissue import reflect_skin
from phytovigil.simulation.skin.usable import measure_scene
from phytovigil.simulation.skin.view import card_corners, find_homography, fit_in_picture, local_scale, project

SMALL = View(width=800, height=600, scale=5.0, lens_blur=0.5)
PLAIN = SceneSettings(
    camera="observer",
    view=SMALL,
    lighting=Lighting(slope=0, vignette=0),
    development=Development(photons=1e7, read_noise=0, sharpness_sigma=0, quality=100),
    mottling=(0.0, 0.0),
    print_unevenness=0.0,
)


def pixels(scene: Scene) -> np.ndarray:
    """Linear red, green and blue."""
    levels = cv2.imdecode(np.frombuffer(scene.jpeg, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1] / 255
    return np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)


def at(scene: Scene, x: float, y: float) -> np.ndarray:
    column, row = project(scene.truth.homography, np.array([x, y]))
    return pixels(scene)[round(row - 0.5), round(column - 0.5)]


def test_every_patch_lies_where_the_homography_says_and_has_its_colour() -> None:
    card = card_layout()
    scene = render_scene(replace(PLAIN, view=replace(SMALL, tilt=20, tilt_direction=70, rotation=200)))
    linear = pixels(scene)
    level = PLAIN.development.white_level
    for patch in card.patches:
        column, row = project(scene.truth.homography, np.array([patch.x, patch.y]))
        seen = linear[int(row), int(column)] / level
        wanted = np.array([_decode(value) for value in patch.srgb]) * 0.88
        if patch.colour != "grey-7":
            assert np.abs(seen - wanted).max() < 0.02, patch.name


def _decode(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def test_skin_in_the_window_has_the_true_colour() -> None:
    scene = render_scene(PLAIN)
    seen = np.clip(at(scene, 0, 0) / PLAIN.development.white_level, 0, 1)
    xyz = np.linalg.inv([[3.2404542, -1.5371385, -0.4985314], [-0.9692660, 1.8760108, 0.0415560],
                         [0.0556434, -0.2040259, 1.0572252]]) @ seen  # fmt: skip
    assert 100 * xyz[1] == pytest.approx(100 * ((scene.truth.lab()[0] + 16) / 116) ** 3, rel=0.02)
    np.testing.assert_allclose(scene.truth.lab(), lab_of(reflect_skin(Skin())), atol=1e-9)


def test_truth_follows_the_mottling_of_its_disc() -> None:
    scene = render_scene(replace(PLAIN, mottling=(0.2, 0.2)))
    logs = mean_in_disc(scene.truth.texture, scene.truth.per_mm, 0, 40, 5)
    there = Skin(melanin=0.03 * float(np.exp(logs[0])), blood=0.02 * float(np.exp(logs[1])))
    np.testing.assert_allclose(scene.truth.lab(0, 40, 5), lab_of(reflect_skin(there)))
    assert scene.truth.lab(0, 40, 5) != scene.truth.lab(0, 0, 5)


def test_mottling_has_the_spread_that_is_asked() -> None:
    texture = draw_texture((0.06, 0.12), np.random.default_rng(0))
    np.testing.assert_allclose(texture.std(axis=(0, 1)), (0.06, 0.12), rtol=0.1)
    factor = print_unevenness((400, 600), 8.0, 0.01, np.random.default_rng(0))
    assert factor.std() == pytest.approx(0.01, rel=0.15)


def test_a_site_beyond_the_skin_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="not within"):
        mean_in_disc(np.zeros((40, 40, 2)), 4, 20, 0, 2)


def test_same_settings_same_bytes() -> None:
    settings = draw_settings(3, view=SMALL)
    assert render_scene(settings).jpeg == render_scene(settings).jpeg
    assert render_scene(replace(settings, seed=4)).jpeg != render_scene(settings).jpeg
    assert draw_settings(3) == draw_settings(3) != draw_settings(4)


def test_a_tilt_foreshortens_across_its_axis() -> None:
    homography = find_homography(View(tilt=60, tilt_direction=0, scale=8))
    middle = np.zeros((1, 2))
    assert local_scale(homography, middle)[0] == pytest.approx(8 * np.cos(np.deg2rad(60)), rel=1e-3)
    assert local_scale(find_homography(View(scale=8)), middle)[0] == pytest.approx(8, rel=1e-6)


def test_fitting_keeps_the_card_in_the_picture() -> None:
    card = card_layout()
    view = View(tilt=40, tilt_direction=200, rotation=100, scale=14)
    fitted = replace(view, scale=fit_in_picture(view, card))
    places = project(find_homography(fitted), card_corners(card))
    assert fitted.scale < 14
    assert places.min() >= 12
    assert (places <= np.array([1600, 1200]) - 12).all()


def test_a_shadow_leaves_the_share_that_it_says_and_takes_its_colour() -> None:
    lighting = Lighting(slope=0, vignette=0, shadow=0.6, shadow_offset=0, shadow_softness=4)
    fill = fill_colour("phone", light_spectrum("D65"), light_spectrum("A"))
    assert fill[0] > 1 > fill[2]
    field = light_field(lighting, find_homography(SMALL), SMALL, fill)
    np.testing.assert_allclose(field[300, 10], 1, atol=1e-3)
    np.testing.assert_allclose(field[300, -10], 0.6 * fill, rtol=1e-3)


def test_slope_of_light_falls_in_its_direction() -> None:
    lighting = Lighting(slope=0.5, direction=90, vignette=0)
    field = light_field(lighting, find_homography(SMALL), SMALL, np.ones(3))
    assert field[50, 400, 0] > field[300, 400, 0] > field[550, 400, 0]


@pytest.mark.parametrize("seed", range(6))
def test_photographs_drawn_without_a_defect_keep_the_bounds(seed: int) -> None:
    assert figures(draw_settings(seed)) == []


@pytest.mark.parametrize("defect", DEFECTS)
def test_each_defect_leaves_a_bound(defect: str) -> None:
    assert figures(draw_settings(1, defect=defect))


def figures(settings: SceneSettings) -> list[str]:
    """Bounds that the settings leave; white balance gains left at 1, which no picture is needed for."""
    homography = find_homography(settings.view)
    found = measure_scene(settings, card_layout(), homography, np.full(61, 0.88), np.ones(3), np.ones(3))
    return [name for name, (least, most, _) in BOUNDS.items() if not least <= found[name] <= most]


def test_an_unknown_defect_is_named() -> None:
    with pytest.raises(UnknownName, match="boring"):
        draw_settings(1, defect="boring")


def test_a_person_keeps_card_and_texture_and_changes_when_told() -> None:
    person = draw_person(5)
    first, later = (visit.scene for visit in person_scenes(person, (0, 30), {20: {"grey_blue": 2.0}}, ("exposed",)))
    assert first.truth.card == later.truth.card
    np.testing.assert_array_equal(first.truth.texture, later.truth.texture)
    change = np.subtract(later.truth.lab(), first.truth.lab())
    assert change[0] < -1
    assert change[2] < -1
    assert first.jpeg != later.jpeg


def test_both_sites_of_a_day_are_in_the_same_light() -> None:
    person = draw_person(5)
    lights = set()
    for day in range(12):
        exposed, covered = (person_settings(person, day, role, {}) for role in ("exposed", "covered"))
        assert exposed.light == covered.light
        assert exposed.texture_seed != covered.texture_seed
        assert covered.skin.melanin < exposed.skin.melanin
        lights.add(exposed.light)
    assert len(lights) > 2
