"""The camera: exact where the sensor is, and every step does what it says."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from phytovigil.errors import UnknownName
from phytovigil.simulation.skin.camera import (
    CAMERAS,
    Development,
    apply_tone,
    camera_matrix,
    channel_levels,
    develop,
    respond,
    sense,
    sensitivities,
)
from phytovigil.simulation.skin.light import light_spectrum
from phytovigil.simulation.skin.spectra import XYZ_TO_SRGB, checker_reflectances, read_spectrum, xyz_of


@pytest.mark.parametrize("camera", CAMERAS)
def test_white_stays_white(camera: str) -> None:
    np.testing.assert_allclose(camera_matrix(camera).sum(axis=1), 1)
    np.testing.assert_allclose(respond(camera, light_spectrum("A"), np.ones(61)), 1)


def test_a_sensor_that_is_the_observer_is_exact_in_daylight() -> None:
    patches = checker_reflectances()
    exact = xyz_of(patches) @ XYZ_TO_SRGB.T
    white = xyz_of(np.ones(61)) @ XYZ_TO_SRGB.T
    raw = respond("observer", read_spectrum("D65"), patches)
    np.testing.assert_allclose(raw @ camera_matrix("observer").T, exact / white, atol=1e-9)


def test_real_cameras_are_near_and_not_exact() -> None:
    patches = checker_reflectances()
    wanted = xyz_of(patches) @ XYZ_TO_SRGB.T
    for camera in ("nikon", "sigma", "phone"):
        off = np.abs(respond(camera, read_spectrum("D65"), patches) @ camera_matrix(camera).T - wanted)
        assert 0.002 < off.mean() < 0.05


def test_tone_curve_is_srgb_and_the_s_curve_keeps_its_ends() -> None:
    linear = np.array([[[0.0, 0.0031308, 0.001], [0.2140, 0.5, 1.0]]], dtype=np.float32)
    plain = apply_tone(linear, 0.0)
    np.testing.assert_allclose(plain.ravel(), [0, 0.04045, 0.01292, 0.5, 0.7354, 1], atol=5e-4)
    curved = apply_tone(linear, 0.5)
    np.testing.assert_allclose(curved[0, 1, [0, 2]], [0.5, 1], atol=5e-4)
    assert curved[0, 1, 1] > plain[0, 1, 1]
    assert curved[0, 0, 1] < plain[0, 0, 1]


def test_noise_is_shot_and_read_noise() -> None:
    how = Development(photons=1000, read_noise=5, sharpness_sigma=0)
    even = np.full((300, 300, 3), 0.4, np.float32)
    read = sense(even, np.ones(3), how, np.random.default_rng(0))
    assert read.mean() == pytest.approx(0.4, abs=0.001)
    assert read.std() == pytest.approx(np.sqrt(400 + 25) / 1000, rel=0.02)


def test_a_weak_channel_is_noisier() -> None:
    levels = channel_levels("nikon", light_spectrum("A"))
    assert levels[2] < 0.6 < levels.max() == 1
    even = np.full((200, 200, 3), 0.4, np.float32)
    read = sense(even, levels, Development(sharpness_sigma=0), np.random.default_rng(0))
    assert read[..., 2].std() > 1.2 * read[..., int(levels.argmax())].std()


def test_white_balance_errors_tint_by_what_they_say() -> None:
    even = np.full((64, 64, 3), 0.5, np.float32)
    how = Development(white_error=(0.1, -0.2), photons=1e9, read_noise=0, quality=100)
    _, gains = develop(even, "phone", np.ones(3), how, np.random.default_rng(0))
    np.testing.assert_allclose(np.log(gains), [0.1, 0, -0.2], atol=1e-6)


def test_grey_world_makes_the_mean_grey() -> None:
    tinted = np.full((64, 64, 3), (0.5, 0.4, 0.3), np.float32)
    how = Development(grey_world=1.0, photons=1e9, read_noise=0, quality=100)
    jpeg, _ = develop(tinted, "observer", np.ones(3), how, np.random.default_rng(0))
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert np.ptp(picture.reshape(-1, 3).mean(axis=0)) < 2


def test_an_unknown_camera_is_named() -> None:
    with pytest.raises(UnknownName, match="box"):
        sensitivities("box")
