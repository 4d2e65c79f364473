"""The figures of a screen as files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from phytovigil.dossier.drawing import describe_svg
from phytovigil.dossier.heat_map import describe_heat_map, draw_heat_map
from phytovigil.dossier.volcano import describe_volcano, draw_volcano


def write_screen_figures(answer: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write volcano.svg and heat-map.svg, and return the paths of those that there is anything to draw for.

    answer : of a screen that was asked for the numbers of its figures. Raises OSError if the folder cannot be written.
    """
    drawings: dict[str, str] = {}
    if answer["volcano"]["cells"]:
        volcano = draw_volcano(answer["volcano"])
        drawings["volcano.svg"] = describe_svg(volcano, describe_volcano(answer["volcano"]))
    if answer["heat_map"]["cells"]:
        heat_map = draw_heat_map(answer["heat_map"])
        drawings["heat-map.svg"] = describe_svg(heat_map, describe_heat_map(answer["heat_map"]))
    folder.mkdir(parents=True, exist_ok=True)
    for name, svg in drawings.items():
        (folder / name).write_bytes(svg.encode("utf-8"))
    return [folder / name for name in drawings]
