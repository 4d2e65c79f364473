"""Light over the card and the tone curve: against light that is known, with colours that are not."""

import numpy as np
import pytest

from phytovigil.followup.skin.calibrating import Method, calibrate
from phytovigil.followup.skin.colours import delta_e, lab_of, xyz_of
from phytovigil.followup.skin.correcting import EXPANSIONS, solve_correction
from phytovigil.followup.skin.light import fit_light, fit_tone
from phytovigil.followup.skin.sampling import Samples
from phytovigil.schema.card import card_layout
from phytovigil.schema.printed_colour import SRGB_TO_XYZ

CARD = card_layout()
HALF = (CARD.width / 2, CARD.height / 2)
COLOURS = (*(patch.colour for patch in CARD.patches), *("white" for _ in CARD.paper))
PLACES = np.array([[one.x, one.y] for one in (*CARD.patches, *CARD.paper)])
TRUE = np.array([xyz_of(np.array(CARD.colours[colour])) for colour in COLOURS]) @ np.linalg.inv(SRGB_TO_XYZ).T


def samples(rgb: np.ndarray) -> Samples:
    return Samples(COLOURS, PLACES, rgb, np.zeros(len(rgb)), np.zeros(len(rgb)))


def slope_of(places: np.ndarray) -> np.ndarray:
    x, y = places[:, 0] / 45, places[:, 1] / 45
    return np.exp(np.column_stack([0.3 * x - 0.2 * y + 0.15 * x * x, 0.3 * x - 0.2 * y, 0.2 * x - 0.3 * y * y]))


def test_a_smooth_change_of_light_is_read_whatever_was_printed() -> None:
    """The printed values are scrambled: the light comes from repeated colours alone."""
    scramble = {
        colour: np.random.default_rng(number).uniform(0.05, 0.9, 3) for number, colour in enumerate(set(COLOURS))
    }
    rgb = np.array([scramble[colour] for colour in COLOURS])
    light = fit_light(samples(rgb * slope_of(PLACES)), HALF)
    grid = light.grid() * 0.9
    assert np.abs(light.at(grid) / slope_of(grid) - 1).max() < 0.04
    assert np.allclose(light.at(np.zeros((1, 2))), 1)


def test_a_soft_shadow_is_taken_out_and_a_plane_alone_cannot() -> None:
    shadow = (0.75 + 0.25 * np.tanh((PLACES[:, 0] - 8) / 6))[:, None]
    at_centre = 0.75 + 0.25 * np.tanh(-8 / 6)
    seen = samples(TRUE * shadow)
    off = [
        np.abs(np.log(fit_light(seen, HALF, terms, smooth).at(PLACES) / (shadow / at_centre))).max()
        for terms, smooth in ((5, True), (2, False))
    ]
    assert off[0] < 0.12
    assert off[1] > 0.2


def test_one_covered_patch_does_not_bend_the_light() -> None:
    rgb = TRUE.copy()
    rgb[7] *= 0.3
    light = fit_light(samples(rgb), HALF)
    assert np.abs(np.log(light.at(light.grid()))).max() < 0.12


@pytest.mark.parametrize("gamma", [0.7, 1.0, 1.3])
def test_the_tone_curve_of_the_camera_is_undone(gamma: float) -> None:
    reflectance = np.array([0.88, 0.66, 0.49, 0.34, 0.23, 0.14, 0.08, 0.03])
    seen = (reflectance[:, None] * np.array([0.9, 0.7, 0.5])) ** gamma
    tone = fit_tone(seen, reflectance, degree=1)
    share = tone(seen) / tone(seen)[0] * 0.88
    assert np.allclose(share, reflectance[:, None], rtol=1e-6)
    assert fit_tone(seen, reflectance, degree=2).terms[0] == pytest.approx(1 / gamma, rel=1e-6)


@pytest.mark.parametrize("expansion", sorted(EXPANSIONS))
def test_every_expansion_holds_the_linear_camera(expansion: str) -> None:
    camera = np.array([[0.7, 0.25, 0.05], [0.2, 0.7, 0.1], [0.02, 0.2, 0.78]])
    rgb, xyz = TRUE @ camera.T, TRUE @ np.array(SRGB_TO_XYZ).T
    fitted = solve_correction(rgb, xyz, np.ones(len(rgb)), expansion)
    assert np.allclose(fitted(rgb), xyz, atol=1e-9)
    if expansion in ("linear", "root-polynomial 2", "root-polynomial 3"):
        assert np.allclose(fitted(2.5 * rgb), 2.5 * xyz, atol=1e-8)


def test_left_out_colours_are_errors_of_prediction() -> None:
    """By hand for one colour: fit without it, predict it. No colour is far off here, so that none counts less."""
    rng = np.random.default_rng(3)
    rgb = TRUE * np.exp(0.01 * rng.normal(size=TRUE.shape))
    made = calibrate(samples(rgb), CARD, None, Method(light_terms=0, smooth=False, tone=0, weighted=False))
    assert set(made.errors) == set(CARD.colours)
    names = sorted(set(COLOURS))
    middle = np.array([np.median(rgb[[c == name for c in COLOURS]], axis=0) for name in names])
    lab = np.array([CARD.colours[name] for name in names])
    keep = np.array(names) != "skin-3"
    alone = solve_correction(middle[keep], xyz_of(lab[keep]), np.ones(keep.sum()), "linear")
    by_hand = delta_e(lab_of(alone(middle[~keep])), lab[~keep])[0]
    assert made.errors["skin-3"] == pytest.approx(float(by_hand), abs=0.15)
