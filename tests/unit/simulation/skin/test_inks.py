"""Prints: an exact printer prints what was asked, the others miss by a constant error."""

from __future__ import annotations

import numpy as np
import pytest

from phytovigil.errors import UnknownName
from phytovigil.schema.card import card_layout
from phytovigil.simulation.skin.inks import LASER, PRINTERS, Press, find_areas, print_card, reflect_print
from phytovigil.simulation.skin.spectra import lab_of
from phytovigil.simulation.skin.tissue import Skin, reflect_skin


def distances(printer: str, seed: int) -> np.ndarray:
    """ΔE*ab of each colour of the card from its nominal value."""
    colours = card_layout().colours
    labs = print_card(colours, printer, seed).labs
    return np.linalg.norm(np.array(list(labs.values())) - np.array(list(colours.values())), axis=1)


def test_the_exact_printer_prints_what_is_asked_but_for_its_black() -> None:
    off = np.sort(distances("exact", 0))
    assert off[-2] < 0.1
    assert off[-1] < 2.5


@pytest.mark.parametrize(("printer", "least", "most"), [("inkjet", 2, 7), ("laser", 2, 9), ("faded", 3, 12)])
def test_other_printers_miss_by_a_printers_error(printer: str, least: float, most: float) -> None:
    medians = [np.median(distances(printer, seed)) for seed in range(7)]
    assert least < np.median(medians) < most


def test_the_error_of_a_printer_is_constant() -> None:
    colours = card_layout().colours
    assert print_card(colours, "inkjet", 3).labs == print_card(colours, "inkjet", 3).labs
    assert print_card(colours, "inkjet", 3).labs != print_card(colours, "inkjet", 4).labs


def test_bare_paper_is_paper_and_full_black_is_black() -> None:
    press = Press()
    np.testing.assert_allclose(reflect_print(np.zeros((1, 4)), press)[0], 0.88)
    assert lab_of(reflect_print(np.ones((1, 4)), press))[0, 0] < 15


def test_full_areas_are_the_overprint_of_the_solids() -> None:
    """At 0 and 100 % the model has no half-tones: cyan over yellow is the product of both transmittances."""
    press = Press()
    cyan, yellow, both = reflect_print(np.array([[1, 0, 0, 0], [0, 0, 1, 0], [1, 0, 1, 0.0]]), press)
    np.testing.assert_allclose(both * 0.88, cyan * yellow, rtol=1e-9)


def test_a_printed_skin_tone_is_metameric_with_skin() -> None:
    """Same colour in daylight, another spectrum, and another colour under a lamp."""
    skin = reflect_skin(Skin(melanin=0.05))
    wanted = lab_of(skin)
    toner = Press(inks=LASER, spread=1.7)
    printed = reflect_print(find_areas(wanted[None, :], toner), toner)[0]
    assert np.linalg.norm(lab_of(printed) - wanted) < 0.05
    assert np.abs(printed - skin).max() > 0.02
    assert np.linalg.norm(lab_of(printed, "A") - lab_of(skin, "A")) > 1


def test_an_unknown_printer_is_named() -> None:
    with pytest.raises(UnknownName, match="plotter"):
        print_card(card_layout().colours, "plotter")
    assert set(PRINTERS) == {"exact", "inkjet", "laser", "faded"}
