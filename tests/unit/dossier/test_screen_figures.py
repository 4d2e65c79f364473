"""The figures of a screen: what is drawn, what is told, and what is left out where there is nothing."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

from phytovigil.dossier import write_screen_figures
from phytovigil.dossier.heat_map import clip, draw_heat_map
from phytovigil.dossier.volcano import draw_volcano

VOLCANO = {
    "x": "Information component",
    "y": "χ², −log10 of the p-value",
    "cell": [0.1, 0.2],
    "cells": [
        {"x": -1.0, "y": 0.5, "pairs": 900, "signals": 0},
        {"x": 3.0, "y": 4.0, "pairs": 2, "signals": 1},
    ],
    "named": [{"x": 3.01, "y": 4.05, "text": "niacin × FLUSHING <58 cases>"}],
}
HEAT_MAP = {
    "measure": "ic",
    "title": "Information component, log2",
    "cells": [
        {"product": "kava", "reaction": "JAUNDICE", "a": 7, "value": 2.5, "signal": True},
        {
            "product": "kava",
            "reaction": "A REACTION WHOSE NAME IS LONGER THAN ANY AXIS",
            "a": 1,
            "value": -9.0,
            "signal": False,
        },
        {"product": "ginger", "reaction": "JAUNDICE", "a": 3, "value": None, "signal": False},
    ],
}


def texts(svg: str) -> list[str]:
    return [text for text in ElementTree.fromstring(svg).itertext() if text.strip()]


def test_volcano_names_its_axes_and_its_pairs() -> None:
    told = texts(draw_volcano(VOLCANO))
    assert {"Information component", "χ², −log10 of the p-value", "1"} <= set(told)
    assert any("niacin × FLUSHING <58 cases>" in text for text in told)
    assert "10" in told, "the axis of square roots is labelled with the squares"


def test_volcano_without_a_signal_is_drawn_too() -> None:
    quiet = {**VOLCANO, "cells": VOLCANO["cells"][:1], "named": []}
    assert "Information component" in texts(draw_volcano(quiet))


def test_heat_map_shows_cases_and_cuts_long_names() -> None:
    told = texts(draw_heat_map(HEAT_MAP))
    assert {"kava", "JAUNDICE", "7", "1"} <= set(told)
    assert "A REACTION WHOSE NAME IS LONGER T…" in told
    assert "ginger" not in told, "a pair without an estimate has no colour"
    assert (clip(-9), clip(2), clip(7)) == (-5, 2, 5)


def test_files_are_described_and_the_same_each_time(tmp_path: Path) -> None:
    answer: dict[str, Any] = {"volcano": VOLCANO, "heat_map": HEAT_MAP}
    first = [file.read_bytes() for file in write_screen_figures(answer, tmp_path)]
    assert first == [file.read_bytes() for file in write_screen_figures(answer, tmp_path)]
    label = ElementTree.fromstring(first[0]).attrib["aria-label"]
    assert "902 pairs" in label
    assert "niacin × FLUSHING" in label


def test_nothing_to_draw_writes_nothing(tmp_path: Path) -> None:
    empty = {"volcano": {**VOLCANO, "cells": []}, "heat_map": {**HEAT_MAP, "cells": []}}
    assert write_screen_figures(empty, tmp_path) == []
