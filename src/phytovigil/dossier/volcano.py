"""Volcano plot of a screen: how large each pair's estimate is against how surprising, as counts on a grid."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from phytovigil.dossier.drawing import Frame, chart_rows, text_layer, wrap_text, write_svg
from phytovigil.dossier.formatting import count_cases
from phytovigil.dossier.palette import LIGHT

Volcano = Mapping[str, Any]

WIDTH, HEIGHT = 640.0, 420.0
LINE = 17.0


def draw_volcano(volcano: Volcano) -> str:
    """SVG of a volcano plot.

    volcano : `x` and `y`, titles of the axes, where y itself is the square root of what its title says; `cells`, a grid
        of (x, y, pairs, signals) with the centres of its cells; `cell`, their width and height; `named`, the pairs that
        are told by name: (x, y, text).
    """
    import altair

    cells = [place_cell(cell, volcano["cell"]) for cell in volcano["cells"]]
    quiet = [cell for cell in cells if not cell["signals"]]
    signals = [cell for cell in cells if cell["signals"]]
    named = spread([{**point, "number": str(place)} for place, point in enumerate(volcano["named"], 1)])
    layers = [
        draw_cells(quiet, "quiet", volcano),
        draw_cells(signals, "signal", volcano),
        draw_named(named),
    ]
    chart = altair.layer(*[layer for layer in layers if layer]).resolve_scale(color="independent")
    ranked = sorted(named, key=lambda point: int(point["number"]))
    lines = [line for point in ranked for line in wrap_text(f"{point['number']}  {point['text']}", WIDTH)]
    below = HEIGHT + 62
    legend = [{"text": text, "y": below + LINE * place} for place, text in enumerate([*describe_colours(), *lines])]
    texts = text_layer(legend, 0, "left", "ink")
    drawn = altair.layer(*chart.layer, texts).resolve_scale(color="independent")
    frame = Frame(WIDTH, HEIGHT, left=64, right=16, top=12, bottom=62 + LINE * (len(legend) + 1))
    return write_svg(drawn.properties(width=WIDTH, height=HEIGHT), frame)


def place_cell(cell: Mapping[str, Any], size: Sequence[float]) -> dict[str, Any]:
    """A cell of the grid with its edges and the logarithms that its colour shows."""
    width, height = size
    return {
        "left": cell["x"] - width / 2,
        "right": cell["x"] + width / 2,
        "bottom": cell["y"] - height / 2,
        "top": cell["y"] + height / 2,
        "signals": cell["signals"],
        "shade": math.log10(1 + cell["pairs"]),
    }


def draw_cells(cells: Sequence[Mapping[str, Any]], colour: str, volcano: Volcano) -> Any:
    """Cells whose shade grows with the logarithm of the number of pairs."""
    import altair

    if not cells:
        return None
    most = max(cell["shade"] for cell in cells)
    shade = altair.Opacity("shade:Q", scale=altair.Scale(domain=[0, most], range=[0.18, 1]), legend=None)
    x = altair.X("left:Q", title=volcano["x"], scale=altair.Scale(zero=False, nice=True))
    y = altair.Y("bottom:Q", title=volcano["y"], axis=squared_axis(), scale=altair.Scale(domainMin=0))
    mark = chart_rows(list(cells)).mark_rect(color=LIGHT[colour])  # type: ignore[arg-type]
    return mark.encode(x=x, x2="right:Q", y=y, y2="top:Q", opacity=shade)


def squared_axis() -> Any:
    """An axis of square roots that is labelled with the squares."""
    import altair

    squares = (1, 3, 10, 20, 40, 80, 150, 300)
    return altair.Axis(
        values=[0, *(math.sqrt(square) for square in squares)], labelExpr="round(datum.value * datum.value)"
    )


def spread(named: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Numbers from left to right, each a line lower than the one before it, so that near ones can be read."""
    ordered = sorted(named, key=lambda point: point["x"])
    return [{**point, "down": 15 * (place % 4)} for place, point in enumerate(ordered)]


def draw_named(named: Sequence[dict[str, Any]]) -> Any:
    """The numbers of the pairs that are told by name, each at its place."""
    import altair

    if not named:
        return None
    layers = [
        chart_rows([point])
        .mark_text(color=LIGHT["ink"], fontSize=12, fontWeight="bold", dy=point["down"])
        .encode(x=altair.X("x:Q"), y=altair.Y("y:Q"), text="number:N")
        for point in named
    ]
    return altair.layer(*layers)


def describe_colours() -> list[str]:
    """What the colours mean."""
    return ["Orange: cells with a signal. Blue: no signal in them. The darker, the more pairs."]


def describe_volcano(volcano: Volcano) -> str:
    """The text alternative."""
    pairs = sum(cell["pairs"] for cell in volcano["cells"])
    signals = sum(cell["signals"] for cell in volcano["cells"])
    named = "; ".join(point["text"] for point in volcano["named"])
    return (
        f"Volcano plot of {pairs:,} pairs, {count_cases(signals).replace(' cases', '').replace(' case', '')} of them "
        f"signals: {volcano['x']} against {volcano['y']}. Standing out: {named}."
    )
