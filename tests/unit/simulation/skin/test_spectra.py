"""Colours of spectra against colour-science, which is also where the shipped tables come from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from phytovigil.errors import InvalidRequest, UnknownName
from phytovigil.followup.colour_library import loading_colour
from phytovigil.simulation.skin.light import LIGHTS, light_spectrum
from phytovigil.simulation.skin.spectra import (
    WAVELENGTHS,
    checker_reflectances,
    lab_of,
    lab_to_xyz,
    observer,
    read_spectrum,
    xyz_of,
    xyz_to_lab,
)
from phytovigil.simulation.skin.tissue import Skin, reflect_skin

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def colour() -> Any:
    with loading_colour():
        import colour
    return colour


@pytest.mark.parametrize("light", ["D65", "A", "FL11"])
def test_tristimulus_values_are_those_of_the_library_on_the_same_grid(colour: Any, light: str) -> None:
    shape = colour.SpectralShape(400, 700, 5)
    for skin in (Skin(), Skin(melanin=0.3), Skin(bilirubin=8)):
        ours = reflect_skin(skin)
        spectrum = colour.SpectralDistribution(ours, WAVELENGTHS)
        theirs = colour.sd_to_XYZ(
            spectrum,
            colour.MSDS_CMFS["CIE 1931 2 Degree Standard Observer"].copy().align(shape),
            colour.SDS_ILLUMINANTS[light].copy().align(shape),
            method="Integration",
        )
        np.testing.assert_allclose(100 * xyz_of(ours, light), theirs, rtol=1e-4)


def test_leaving_out_what_lies_beyond_400_to_700_nm_changes_little(colour: Any) -> None:
    """The whole visible range, 360–780 nm, against ours, on the 24 measured patches that the library ships."""
    whole = colour.SDS_COLOURCHECKERS["BabelColor Average"]
    observer = colour.MSDS_CMFS["CIE 1931 2 Degree Standard Observer"]
    light = colour.SDS_ILLUMINANTS["D65"]
    white = colour.sd_to_XYZ(colour.sd_constant(1, observer.shape), observer, light) / 100
    off = []
    for spectrum, ours in zip(whole.values(), checker_reflectances(), strict=True):
        theirs = xyz_to_lab(colour.sd_to_XYZ(spectrum.copy(), observer, light) / 100, white)
        off.append(float(colour.delta_E(theirs, lab_of(ours), method="CIE 2000")))
    assert max(off) < 0.25


def test_shipped_tables_are_those_of_the_library(colour: Any) -> None:
    shape = colour.SpectralShape(400, 700, 5)
    for name in (*LIGHTS, "FL2", "HP1"):
        np.testing.assert_allclose(
            read_spectrum(name), colour.SDS_ILLUMINANTS[name].copy().align(shape).values, rtol=1e-5
        )
    nikon = colour.MSDS_CAMERA_SENSITIVITIES["Nikon 5100 (NPL)"].copy().align(shape).values
    for column, channel in enumerate("rgb"):
        np.testing.assert_allclose(read_spectrum(f"nikon_{channel}"), nikon[:, column].clip(0), atol=1e-5)


def test_cielab_there_and_back() -> None:
    white = xyz_of(np.ones(61))
    labs = np.array([[50, 10, 20], [3, 1, -1], [97, -4, 8.0]])
    np.testing.assert_allclose(xyz_to_lab(lab_to_xyz(labs, white), white), labs, atol=1e-9)


@pytest.mark.parametrize("light", LIGHTS)
def test_a_light_has_luminance_one(light: str) -> None:
    assert light_spectrum(light) @ observer()[:, 1] == pytest.approx(1)


def test_a_mixture_lies_between_its_lights() -> None:
    half = light_spectrum({"A": 1, "D65": 1})
    np.testing.assert_allclose(half, (light_spectrum("A") + light_spectrum("D65")) / 2)


@pytest.mark.parametrize("mixture", [{"A": 0.0}, {"A": -1, "D65": 3}, {}])
def test_shares_that_are_none_are_refused(mixture: dict[str, float]) -> None:
    with pytest.raises(InvalidRequest, match="shares"):
        light_spectrum(mixture)


def test_an_unknown_light_or_spectrum_is_named() -> None:
    with pytest.raises(UnknownName, match="candle"):
        light_spectrum("candle")
    with pytest.raises(UnknownName, match="candle"):
        read_spectrum("candle")
