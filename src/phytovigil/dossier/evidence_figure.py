"""Values at receptors: a dot for each study on a logarithmic axis, and the range that no doubt is on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phytovigil.dossier.drawing import Frame, chart_rows, describe_svg, pixel_x, pixel_y, text_layer, write_svg
from phytovigil.dossier.figure import Figure
from phytovigil.dossier.palette import LIGHT

Findings = Mapping[str, Any]
Range = Mapping[str, Any]

LINE, ROW, KEY = 15.0, 24.0, 26.0
"""Height in px of a line of text, of a row, and of the key below the axis."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Room in px for labels and plot; stacked: the label stands above its row."""

    text: float
    plot: float
    stacked: bool

    @property
    def left(self) -> float:
        """Where the plot begins."""
        return 8.0 if self.stacked else self.text

    @property
    def step(self) -> float:
        """Distance between two rows."""
        return ROW + LINE if self.stacked else ROW


WIDE = Layout(text=250, plot=430, stacked=False)
NARROW = Layout(text=300, plot=290, stacked=True)


@dataclass(frozen=True, slots=True)
class Axis:
    """A logarithmic axis from one power of ten to another, `low` and `high` being the exponents."""

    low: int
    high: int
    unit: str

    def place(self, value: float, layout: Layout) -> float:
        """Distance from the left in px."""
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return round(layout.left + share * layout.plot, 2)


def make_figures(findings: Findings) -> list[Figure]:
    """ "receptors-evidence.svg", if the evidence holds values at receptors in one unit."""
    from phytovigil.dossier.figure import Figure

    ranges = choose_ranges(findings)
    if not ranges:
        return []
    words = describe_ranges(ranges)
    wide, narrow = (describe_svg(draw_ranges(ranges, layout), words) for layout in (WIDE, NARROW))
    return [Figure("evidence", "receptors", wide, narrow, words)]


def choose_ranges(findings: Findings) -> list[Range]:
    """The ranges in the unit of the first; others cannot share its axis."""
    ranges = (findings.get("evidence") or {}).get("ranges", [])
    return [item for item in ranges if item["unit"] == ranges[0]["unit"]]


def choose_axis(ranges: Sequence[Range]) -> Axis:
    """Whole powers of ten around all values.

    >>> choose_axis([{"unit": "nM", "values": [{"value": 13.5}, {"value": 709}]}])
    Axis(low=1, high=3, unit='nM')
    """
    values = [value["value"] for item in ranges for value in item["values"]]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return Axis(low, max(high, low + 1), ranges[0]["unit"])


def draw_ranges(ranges: Sequence[Range], layout: Layout) -> str:
    """SVG of the ranges, one row each."""
    import altair

    axis = choose_axis(ranges)
    rows = [layout.step * (place + 1) - ROW / 2 for place in range(len(ranges))]
    bottom = layout.step * len(ranges) + 6
    layers = [
        *draw_axis(axis, layout, bottom),
        *draw_labels(ranges, rows, layout),
        *draw_spans(ranges, rows, axis, layout),
        *draw_values(ranges, rows, axis, layout),
        *draw_key(layout, bottom + 2 * LINE + KEY / 2),
    ]
    width, height = layout.left + layout.plot, bottom + 2 * LINE + KEY
    chart = altair.layer(*layers).properties(width=width, height=height)
    return write_svg(chart, Frame(width, height, left=6, right=26, top=6, bottom=4))


def draw_axis(axis: Axis, layout: Layout, bottom: float) -> list[Any]:
    """A grid line and a number for each power of ten, and the name of the axis."""
    ticks = [10.0**power for power in range(axis.low, axis.high + 1)]
    grid = [{"x": axis.place(tick, layout), "y": 0, "y2": bottom} for tick in ticks]
    numbers = [
        {"x": row["x"], "y": bottom + LINE * 0.7, "text": f"{tick:,g}"} for row, tick in zip(grid, ticks, strict=True)
    ]
    title = {"text": f"{axis.unit}, logarithmic", "y": bottom + LINE * 1.7}
    return [
        draw_lines(grid, "line", 1.0),
        centred(numbers),
        text_layer([title], layout.left + layout.plot / 2, "center", "muted"),
    ]


def draw_labels(ranges: Sequence[Range], rows: Sequence[float], layout: Layout) -> list[Any]:
    """What each row is about."""
    above = ROW / 2 + LINE / 2 - 2 if layout.stacked else 0
    labels = [{"text": name_range(item), "y": y - above} for item, y in zip(ranges, rows, strict=True)]
    return [text_layer(labels, 0, "left", "ink")]


def draw_spans(ranges: Sequence[Range], rows: Sequence[float], axis: Axis, layout: Layout) -> list[Any]:
    """Lines from the smallest to the largest value without doubt."""
    spans = [
        {"x": axis.place(item["low"], layout), "x2": axis.place(item["high"], layout), "y": y, "y2": y}
        for item, y in zip(ranges, rows, strict=True)
        if item["low"] is not None and item["low"] < item["high"]
    ]
    return [draw_lines(spans, "ink", 2.0)] if spans else []


def draw_values(ranges: Sequence[Range], rows: Sequence[float], axis: Axis, layout: Layout) -> list[Any]:
    """A dot for each value; one in doubt is a hollow diamond."""
    points: dict[bool, list[dict[str, float]]] = {False: [], True: []}
    for item, y in zip(ranges, rows, strict=True):
        for value in item["values"]:
            points[bool(value["flag"])].append({"x": axis.place(value["value"], layout), "y": y})
    return [draw_points(places, doubt) for doubt, places in points.items() if places]


def draw_key(layout: Layout, y: float) -> list[Any]:
    """What dot and diamond mean."""
    start = layout.left + 8
    words = ((start + 10, "a study"), (start + 86, "a value in doubt"))
    return [
        draw_points([{"x": start, "y": y}], False),
        draw_points([{"x": start + 76, "y": y}], True),
        *(text_layer([{"y": y, "text": text}], x, "left", "muted") for x, text in words),
    ]


def draw_lines(rows: Sequence[dict[str, float]], colour: str, width: float) -> Any:
    """Straight lines."""
    import altair

    encoding: dict[str, Any] = {"x": pixel_x(), "y": pixel_y(), "y2": altair.Y2("y2")}
    if any("x2" in row for row in rows):
        encoding["x2"] = altair.X2("x2")
        del encoding["y2"]
    return chart_rows(rows).mark_rule(color=LIGHT[colour], strokeWidth=width).encode(**encoding)


def draw_points(rows: Sequence[dict[str, float]], doubt: bool) -> Any:
    """Dots, or hollow diamonds for values in doubt."""
    colour = LIGHT["signal" if doubt else "quiet"]
    mark = {"shape": "diamond" if doubt else "circle", "size": 80 if doubt else 62, "opacity": 1, "strokeWidth": 1.6}
    fill = LIGHT["paper"] if doubt else colour
    return chart_rows(rows).mark_point(**mark, fill=fill, stroke=colour).encode(x=pixel_x(), y=pixel_y())


def centred(rows: Sequence[dict[str, Any]]) -> Any:
    """Numbers under their ticks."""
    import altair

    mark = {"align": "center", "baseline": "middle", "fontSize": 11, "limit": 0}
    encoding = {"x": pixel_x(), "y": pixel_y(), "text": altair.Text("text:N")}
    return chart_rows(rows).mark_text(color=LIGHT["muted"], **mark).encode(**encoding)


def name_range(item: Range) -> str:
    """The label of a row.

    >>> name_range({"substance": "mitragynine", "target": "MOR", "quantity": "Ki"})
    'Mitragynine, MOR, Ki'
    """
    substance = item["substance"]
    return f"{substance[:1].upper()}{substance[1:]}, {item['target']}, {item['quantity']}"


def describe_ranges(ranges: Sequence[Range]) -> str:
    """What the figure shows, in words."""
    sentences = [f"Values at receptors in {ranges[0]['unit']} on a logarithmic axis."]
    for item in ranges:
        values = [
            f"{value['value']:g}{' (in doubt)' if value['flag'] else ''} by {value['setting']}"
            for value in item["values"]
        ]
        sentences.append(f"{name_range(item)}: {'; '.join(values)}.")
    return " ".join(sentences)
