"""A camera: sensitivities, white balance, its own matrix to sRGB, tone curve, noise, blur and JPEG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from phytovigil.errors import UnknownName
from phytovigil.simulation.skin.spectra import (
    WAVELENGTHS,
    XYZ_TO_SRGB,
    Array,
    checker_reflectances,
    observer,
    read_spectrum,
    xyz_of,
)

Picture = NDArray[np.float32]
"""Shape (height, width, 3), red, green, blue, linear in light until the tone curve."""

CAMERAS: Mapping[str, str] = {
    "nikon": "Nikon D5100 as measured by NPL (Darrodi et al. 2015, doi:10.1364/JOSAA.32.000381)",
    "sigma": "Sigma SD Merrill (layered sensor) as measured by NPL (same source)",
    "phone": "construction: Gaussian bands at 600, 535 and 460 nm with some cross-talk, as a small phone sensor has",
    "observer": "construction: a sensor that is a linear mix of the CIE observer, so that its colours are exact",
}
"""The first three are those of the bench; the last is for tests of the chain."""

PHONE_BANDS = (((600, 34, 1.0), (535, 45, 0.10)), ((535, 40, 1.0), (460, 25, 0.08)), ((460, 28, 0.95), (535, 40, 0.10)))
"""Centre in nm, width in nm and height of the bands of each channel."""


@dataclass(frozen=True, slots=True)
class Development:
    """What a camera does to a picture after the sensor.

    white_error : error of the white balance as log gains of red and blue of the picture against green. grey_world : how
    far the mean of the picture is made grey, 0 to 1. white_level : sensor level of the perfect diffuser in full light,
    where 1 saturates. s_curve : strength of tone mapping, 0 (plain sRGB) to 1. photons : electrons that a saturated
    pixel holds, which sets shot noise. read_noise : electrons. sharpness_sigma : blur of demosaicing in pixels.
    quality : JPEG quality.
    """

    white_error: tuple[float, float] = (0.0, 0.0)
    grey_world: float = 0.0
    white_level: float = 0.7
    s_curve: float = 0.0
    photons: float = 8000.0
    read_noise: float = 4.0
    sharpness_sigma: float = 0.6
    quality: int = 92


@cache
def sensitivities(camera: str) -> Array:
    """Response of red, green and blue at each wavelength, shape (61, 3). Raises UnknownName."""
    if camera not in CAMERAS:
        raise UnknownName("camera", camera, "the simulation", tuple(CAMERAS))
    if camera == "phone":
        return np.stack([draw_channel(bands) for bands in PHONE_BANDS], axis=1)
    if camera == "observer":
        return observer() @ XYZ_TO_SRGB.T
    return np.stack([read_spectrum(f"{camera}_{one}") for one in "rgb"], axis=1)


def draw_channel(bands: tuple[tuple[float, float, float], ...]) -> Array:
    """A channel as a sum of Gaussian bands."""
    return np.asarray(
        np.sum([height * np.exp(-0.5 * ((WAVELENGTHS - at) / width) ** 2) for at, width, height in bands], axis=0)
    )


def respond(camera: str, light: Array, reflectances: Array) -> Array:
    """Raw response to surfaces, the perfect diffuser = 1 in every channel (ideal white balance). Shape (..., 3)."""
    weights = sensitivities(camera) * light[:, None]
    response: Array = reflectances @ weights / weights.sum(axis=0)
    return response


@cache
def camera_matrix(camera: str) -> Array:
    """The camera's matrix from white-balanced raw to linear sRGB: least squares on the ColorChecker under D65.

    Its rows sum to 1, so that white stays white: the fit is of what each channel differs from green.
    """
    patches = checker_reflectances()
    raw = respond(camera, read_spectrum("D65"), patches)
    white = xyz_of(np.ones(len(WAVELENGTHS))) @ XYZ_TO_SRGB.T
    wanted = xyz_of(patches) @ XYZ_TO_SRGB.T / white
    return np.stack([white_keeping_row(raw, wanted[:, channel]) for channel in range(3)])


def white_keeping_row(raw: Array, wanted: Array) -> Array:
    """Coefficients that sum to 1 and give the wanted channel with the least squared error."""
    free = np.stack([raw[:, 0] - raw[:, 1], raw[:, 2] - raw[:, 1]], axis=1)
    red, blue = np.linalg.lstsq(free, wanted - raw[:, 1], rcond=None)[0]
    return np.array([red, 1 - red - blue, blue])


def channel_levels(camera: str, light: Array) -> Array:
    """How strongly each channel answers white in this light, the strongest = 1; a weak channel is a noisy one."""
    weights = (sensitivities(camera) * light[:, None]).sum(axis=0)
    levels: Array = np.maximum(weights / weights.max(), 0.02)
    return levels


def develop(
    raw: Picture, camera: str, channels: Array, how: Development, noise: np.random.Generator
) -> tuple[bytes, Array]:
    """The JPEG of a raw picture in which the perfect diffuser in full light is 1, and the gains of the white balance.

    channels : see channel_levels. Same input, same bytes.
    """
    levels = np.minimum(sense(raw * np.float32(how.white_level), channels, how, noise), np.float32(1))
    colours = np.asarray(cv2.transform(levels, camera_matrix(camera).astype(np.float32)), dtype=np.float32)
    gains = balance_white(colours, how)
    return encode_jpeg(apply_tone(colours * gains.astype(np.float32), how.s_curve), how.quality), gains


def balance_white(colours: Picture, how: Development) -> Array:
    """What the camera's error of white multiplies red, green and blue of the picture with."""
    means = np.maximum(colours.reshape(-1, 3).mean(axis=0, dtype=np.float64), 1e-3)
    gains: Array = np.exp([how.white_error[0], 0.0, how.white_error[1]]) * (means[1] / means) ** how.grey_world
    return gains


def sense(level: Picture, channels: Array, how: Development, noise: np.random.Generator) -> Picture:
    """What the sensor reads: shot and read noise, saturation and the blur of demosaicing, then white made equal.

    level : light as a share of what saturates the strongest channel. channels : the answer to white of each.
    """
    full = (channels * how.photons).astype(np.float32)
    electrons = level * full
    spread = np.sqrt(np.maximum(electrons, 0) + np.float32(how.read_noise**2))
    electrons += spread * noise.standard_normal(level.shape, dtype=np.float32)
    electrons = np.clip(electrons, 0, np.float32(how.photons))
    if how.sharpness_sigma > 0:
        electrons = cv2.GaussianBlur(electrons, (0, 0), how.sharpness_sigma)
    balanced: Picture = electrons / full
    return balanced


def apply_tone(linear: Picture, s_curve: float) -> Picture:
    """SRGB encoding, then a blend with the smooth step 3y² - 2y³ of the given strength, channel by channel. 0 … 1."""
    table = np.linspace(0, 1, 4097, dtype=np.float32)
    encoded = np.where(table <= 0.0031308, 12.92 * table, 1.055 * table ** (1 / 2.4) - 0.055)
    encoded = encoded + s_curve * (encoded**2 * (3 - 2 * encoded) - encoded)
    # Square-root spacing keeps the steps of the table below an eighth of an 8-bit level in the dark as well.
    curve = np.interp(table**2, table, encoded).astype(np.float32)
    place = np.sqrt(np.clip(linear, 0, 1)) * np.float32(4096)
    return np.asarray(curve[(place + np.float32(0.5)).astype(np.intp)])


def encode_jpeg(encoded: Picture, quality: int) -> bytes:
    """Baseline JPEG of a picture 0 … 1 in red, green, blue."""
    levels = np.rint(encoded * 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", levels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return bytes(data)
