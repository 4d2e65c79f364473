"""Contrast of the colours as WCAG 2.2 computes it, in both schemes."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from phytovigil.dossier.page import write_style
from phytovigil.dossier.palette import DARK, LIGHT, TEXT_ON


def measure_luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def measure_contrast(one: str, other: str) -> float:
    dark, light = sorted((measure_luminance(one), measure_luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_gives_the_known_ends() -> None:
    assert measure_contrast("#000000", "#ffffff") == pytest.approx(21)
    assert measure_contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_is_readable(scheme: Mapping[str, str], text: str, ground: str) -> None:
    assert measure_contrast(scheme[text], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("drawn", ["bar", "signal", "few", "quiet", "ink"])
def test_drawn_marks_stand_out(scheme: Mapping[str, str], drawn: str) -> None:
    assert measure_contrast(scheme[drawn], scheme["paper"]) >= 3


def test_every_light_colour_has_its_dark_one_and_its_own_value() -> None:
    assert list(LIGHT) == list(DARK)
    assert len(set(LIGHT.values())) == len(LIGHT), "drawings are recoloured by value"


def test_the_style_sheet_declares_both_schemes_and_recolours_drawings() -> None:
    style = write_style()
    assert f"--ink: {LIGHT['ink']}" in style
    assert f"--ink: {DARK['ink']}" in style
    assert f'.drawing [fill="{LIGHT["signal"]}"] {{ fill: var(--signal); }}' in style
