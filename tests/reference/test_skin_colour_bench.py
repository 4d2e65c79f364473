"""Colour of skin read from simulated photographs, against the colour that the simulation knows.

The whole bench is benchmarks/skin_colour.py; its figures stand in docs/explanation/skin-colour-error.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from phytovigil.followup.skin import delta_e, read_photo
from phytovigil.schema.card import CardValues, card_layout
from phytovigil.schema.diary import Site
from phytovigil.simulation.skin import (
    BENCH_CAMERAS,
    DEFECTS,
    Development,
    Lighting,
    SceneSettings,
    Skin,
    View,
    draw_settings,
    render_scene,
)

SITE = Site("arm", "exposed")
pytestmark = pytest.mark.filterwarnings("ignore")


@dataclass(frozen=True)
class Read:
    """One photograph: whether it is usable, why it was refused, and the error of its colour."""

    usable: bool
    refusals: tuple[str, ...]
    error: float


def read(settings: SceneSettings) -> Read:
    """Make a photograph and read it with the true values of its printed card."""
    scene = render_scene(settings)
    values = CardValues(card_layout().id, scene.truth.card, "simulated instrument")
    found = read_photo(scene.jpeg, SITE, values=values)
    true = np.array(scene.truth.lab(SITE.x, SITE.y, SITE.radius))
    error = float(delta_e(np.array(found.lab), true)) if found.lab else float("nan")
    return Read(scene.truth.usable, tuple(refusal.code for refusal in found.refusals), error)


def read_errors(reads: Sequence[Read]) -> np.ndarray:
    return np.array([one.error for one in reads if one.usable and not one.refusals])


PERFECT = SceneSettings(
    camera="observer",
    view=View(width=900, height=700, scale=8.0, lens_blur=0.5),
    lighting=Lighting(slope=0, vignette=0),
    development=Development(photons=20_000, read_noise=0, sharpness_sigma=0, quality=100),
    mottling=(0.02, 0.02),
    print_unevenness=0.0,
)


@pytest.mark.parametrize("skin", [Skin(melanin=0.02), Skin(melanin=0.3, bilirubin=6.0)])
def test_a_perfect_camera_and_an_exact_card_leave_almost_no_error(skin: Skin) -> None:
    assert read(replace(PERFECT, skin=skin)).error < 0.3


def test_some_photographs_of_the_bench() -> None:
    """Lights, cameras, tilts and printers in turn."""
    cells = zip(("D50", "A", "FL11"), BENCH_CAMERAS, (10, 30, 40), ("inkjet", "faded", "exact"), strict=True)
    reads = [
        read(draw_settings(40 + number, light=light, camera=camera, tilt=tilt, printer=printer, shadow=0.8))
        for number, (light, camera, tilt, printer) in enumerate(cells)
    ]
    assert all(one.usable for one in reads)
    assert not any("no-card" in one.refusals for one in reads)
    errors = read_errors(reads)
    assert len(errors) == 3
    assert np.median(errors) <= 2.0
    assert errors.max() <= 5.0


@pytest.mark.parametrize("defect", ["out of focus", "too dark"])
def test_a_spoilt_photograph_is_refused(defect: str) -> None:
    assert read(draw_settings(7, defect=defect)).refusals


@pytest.mark.slow
def test_error_and_detection_over_the_whole_design() -> None:
    """150 photographs drawn over lights, cameras, printers, shadows, tilts, blur and noise."""
    reads = [read(draw_settings(5000 + number)) for number in range(150)]
    usable = [one for one in reads if one.usable]
    assert len(usable) >= 130
    assert sum("no-card" not in one.refusals for one in usable) >= 0.98 * len(usable)
    errors = read_errors(reads)
    assert len(errors) >= 0.9 * len(usable)
    assert np.median(errors) <= 2.0
    assert np.quantile(errors, 0.95) <= 4.0


@pytest.mark.slow
def test_most_spoilt_photographs_are_refused_or_still_near() -> None:
    """A photograph out of bounds may be read where the reading is still good; a bad reading must be refused."""
    reads = [read(draw_settings(6000 + number, defect=defect)) for defect in DEFECTS for number in range(4)]
    assert np.mean([one.refusals != () or one.error <= 5.0 for one in reads]) >= 0.95
