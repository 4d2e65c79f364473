"""Heat map of a screen: the products and reactions with most signals, each with each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from phytovigil.dossier.drawing import Frame, chart_rows, text_layer, write_svg
from phytovigil.dossier.palette import LIGHT

HeatMap = Mapping[str, Any]

COLUMN, ROW = 30.0, 19.0
LABEL, HEAD = 250.0, 170.0
REACH = 5.0
"""Doublings at which the colour is full."""

EXPLAINED = "Orange: more than expected, full at 32 times. Blue: fewer. Numbers: cases, dark where a signal."

LONGEST = 34
"""Letters of a name before it is cut; the table has it whole."""


def draw_heat_map(heat_map: HeatMap) -> str:
    """SVG of a heat map.

    heat_map : `measure`, its name; `scale`, "ratio" or "log2"; `cells`, rows of (product, reaction, a, value, signal),
        value on the log2 scale.
    """
    import altair

    cells = [cell | {"drawn": clip(cell["value"])} for cell in heat_map["cells"] if cell["value"] is not None]
    products = sorted({cell["product"] for cell in cells})
    reactions = sorted({cell["reaction"] for cell in cells})
    x = altair.X("product:N", sort=products, title=None, axis=label_axis("top", -55))
    y = altair.Y("reaction:N", sort=reactions, title=None, axis=label_axis("left", 0))
    colours = altair.Scale(
        domain=[-REACH, 0, REACH], range=[LIGHT["quiet"], LIGHT["paper"], LIGHT["signal"]], interpolate="rgb"
    )
    rows = chart_rows(cells)
    ground = rows.mark_rect(stroke=LIGHT["line"], strokeWidth=0.5).encode(
        x=x, y=y, color=altair.Color("drawn:Q", scale=colours, legend=None)
    )
    counts = rows.mark_text(fontSize=9, color=LIGHT["ink"]).encode(
        x=x, y=y, text="a:Q", opacity=altair.condition("datum.signal", altair.value(1), altair.value(0.55))
    )
    width, height = COLUMN * len(products), ROW * len(reactions)
    told = text_layer([{"text": EXPLAINED, "y": height + 20}], 0, "left", "muted")
    frame = Frame(width, height, left=LABEL, right=70, top=HEAD, bottom=36)
    return write_svg(altair.layer(ground, counts, told).properties(width=width, height=height), frame)


def clip(value: float) -> float:
    """A value within what the colours reach."""
    return max(-REACH, min(REACH, value))


def label_axis(side: Literal["top", "left"], angle: int) -> Any:
    """An axis of names; the longest are cut."""
    import altair

    cut = f"length(datum.label) > {LONGEST} ? slice(datum.label, 0, {LONGEST - 1}) + '…' : datum.label"
    return altair.Axis(orient=side, labelAngle=angle, labelExpr=cut, ticks=False, domain=False, labelLimit=0)


def describe_heat_map(heat_map: HeatMap) -> str:
    """The text alternative."""
    signals = sum(bool(cell["signal"]) for cell in heat_map["cells"])
    return (
        f"Heat map of {heat_map['title']} for the products and reactions with most signals: {len(heat_map['cells'])} "
        f"pairs with cases, {signals} of them signals. Numbers are cases."
    )
