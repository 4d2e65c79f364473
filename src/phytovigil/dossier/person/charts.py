"""Small multiples of a person's series over one span of days: values, noise, missing stretches, product, alerts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from phytovigil.dossier.drawing import (
    Frame,
    chart_rows,
    describe_svg,
    pixel_x,
    pixel_y,
    wrap_text,
    write_svg,
)
from phytovigil.dossier.palette import LIGHT
from phytovigil.dossier.person.panels import Panel
from phytovigil.dossier.person.time_axis import TimeAxis

TITLE, PLOT, FOOT, GAP = 34.0, 62.0, 18.0, 22.0
LABELS = 24.0
"""Width for the numbers of the vertical axis, in px."""

WIDE, NARROW = (4, 712.0), (1, 316.0)
"""Most panels beside one another, and the inner width in px: for a page, and for a phone."""


Spot = tuple[float, float, date]
"""Where a value stands, in px, and its day."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a panel stands: left end of its axis and top of its plot, and the width of the plot, in px."""

    panel: Panel
    left: float
    top: float
    width: float

    def x(self, axis: TimeAxis, day: date) -> float:
        """Horizontal place of a day."""
        return round(self.left + self.width * axis.share(day), 1)

    def y(self, value: float) -> float:
        """Vertical place of a value; what lies outside the scale stands at its edge."""
        low, high = self.panel.low, self.panel.high
        share = (min(max(value, low), high) - low) / (high - low)
        return round(self.top + PLOT * (1 - share), 1)


def draw_panels(panels: Sequence[Panel], axis: TimeAxis, layout: tuple[int, float] = WIDE) -> str:
    """SVG of the panels with their text alternative.

    axis : the days that all panels share, with stretches, gaps and alerts. layout : WIDE or NARROW.
    """
    import altair

    most, width = layout
    columns = choose_columns(len(panels), most)
    places = place_panels(panels, columns, width)
    height = max(place.top for place in places) + PLOT + FOOT
    layers = [
        *draw_grounds(places, axis),
        *draw_values(places, axis),
        *draw_marks(places, axis),
        *draw_texts(places, axis),
    ]
    chart = altair.layer(*layers).properties(width=width, height=height)
    svg = write_svg(chart, Frame(width, height, left=2, right=14, top=2, bottom=2))
    return describe_svg(svg, describe_panels(panels, axis))


def choose_columns(panels: int, most: int) -> int:
    """Columns for panels that are neither too wide for what they say nor spread over more rows than needed.

    >>> [choose_columns(panels, 4) for panels in (1, 4, 6, 7, 8)]
    [3, 4, 3, 4, 4]
    """
    return next((columns for columns in range(min(3, most), most) if panels <= columns or panels == 2 * columns), most)


def place_panels(panels: Sequence[Panel], columns: int, width: float) -> list[Place]:
    """Places row by row."""
    each = (width - GAP * (columns - 1)) / columns
    return [
        Place(
            panel,
            (number % columns) * (each + GAP) + LABELS,
            (number // columns) * (TITLE + PLOT + FOOT) + TITLE,
            each - LABELS,
        )
        for number, panel in enumerate(panels)
    ]


def draw_grounds(places: Sequence[Place], axis: TimeAxis) -> list[Any]:
    """Stretches without values, noise around the baseline, and the bar of the product on top."""
    gaps, bands, taken = [], [], []
    for place in places:
        bottom = place.top + PLOT
        for first, last in place.panel.gaps:
            gaps.append(rectangle(place.x(axis, first), place.x(axis, last), place.top, bottom))
        if place.panel.band:
            low, high = (place.y(value) for value in place.panel.band)
            bands.append(rectangle(place.left, place.left + place.width, high, low))
        for first, last in axis.taken:
            taken.append(rectangle(place.x(axis, first), place.x(axis, last), place.top - 5, place.top - 1))
    return [
        rectangles(bands, LIGHT["mark"], 1.0),
        *draw_stripes(gaps),
        rectangles(taken, LIGHT["few"], 1.0),
        frame_lines(places),
        baselines(places),
    ]


def rectangle(left: float, right: float, top: float, bottom: float) -> dict[str, float]:
    """A rectangle as a row."""
    return {"x": left, "x2": max(right, left + 1), "y": top, "y2": bottom}


def rectangles(rows: Sequence[dict[str, float]], colour: str, opacity: float) -> Any:
    """Filled rectangles."""
    import altair

    encoding = {"x": pixel_x(), "x2": altair.X2("x2"), "y": pixel_y(), "y2": altair.Y2("y2")}
    return chart_rows(rows).mark_rect(color=colour, opacity=opacity).encode(**encoding)


def draw_stripes(rows: Sequence[dict[str, float]]) -> list[Any]:
    """Stripes over stretches without values: thin upright lines, which also print in grey."""
    lines = []
    for row in rows:
        place = row["x"]
        while place <= row["x2"]:
            lines.append({"x": round(place, 1), "y": row["y"], "y2": row["y2"]})
            place += 5
    return [rules(lines, LIGHT["line"], 1.0)] if lines else []


def rules(rows: Sequence[dict[str, float]], colour: str, width: float, dash: Sequence[int] = ()) -> Any:
    """Lines, upright where rows have y2, level where they have x2."""
    import altair

    encoding = {"x": pixel_x(), "y": pixel_y()}
    encoding |= {"x2": altair.X2("x2")} if rows and "x2" in rows[0] else {"y2": altair.Y2("y2")}
    mark: dict[str, Any] = {"color": colour, "strokeWidth": width, "opacity": 1}
    return chart_rows(rows).mark_rule(**mark, **({"strokeDash": list(dash)} if dash else {})).encode(**encoding)


def frame_lines(places: Sequence[Place]) -> Any:
    """The line below each plot."""
    rows = [{"x": p.left, "x2": p.left + p.width, "y": p.top + PLOT} for p in places]
    return rules(rows, LIGHT["muted"], 1.0)


def baselines(places: Sequence[Place]) -> Any:
    """The mean of each baseline."""
    rows = [
        {"x": p.left, "x2": p.left + p.width, "y": p.y(p.panel.baseline)}
        for p in places
        if p.panel.baseline is not None
    ]
    return rules(rows, LIGHT["muted"], 1.0, (5, 3))


def draw_values(places: Sequence[Place], axis: TimeAxis) -> list[Any]:
    """Bars or points; points are joined where no stretch is missing between them."""
    import altair

    bars, points, joins = [], [], []
    for place in places:
        seen = thin_points([(place.x(axis, day), place.y(value), day) for day, value in place.panel.points])
        if place.panel.bars:
            bars += [{"x": x, "y": y, "y2": place.top + PLOT} for x, y, _ in seen]
            continue
        points += [{"x": x, "y": y} for x, y, _ in seen]
        joins += [
            {"x": one[0], "x2": other[0], "y": one[1], "y2": other[1]}
            for one, other in pairwise(seen)
            if not place.panel.is_missing(one[2], other[2])
        ]
    encoding = {"x": pixel_x(), "x2": altair.X2("x2"), "y": pixel_y(), "y2": altair.Y2("y2")}
    return [
        rules(bars, LIGHT["bar"], bar_width(places[0].width, axis)),
        chart_rows(joins).mark_rule(color=LIGHT["bar"], strokeWidth=1, opacity=1).encode(**encoding),
        chart_rows(points)
        .mark_point(shape="circle", size=9, fill=LIGHT["quiet"], stroke=LIGHT["quiet"], strokeWidth=0.5, opacity=1)
        .encode(x=pixel_x(), y=pixel_y()),
    ]


def thin_points(points: Sequence[Spot]) -> list[Spot]:
    """Of the values in one column of pixels only the highest and the lowest: more of them cannot be told apart.

    >>> thin_points([(1.0, 5.0, date.min), (1.2, 9.0, date.min), (1.4, 6.0, date.min), (2.0, 7.0, date.min)])
    [(1.0, 5.0, datetime.date(1, 1, 1)), (1.2, 9.0, datetime.date(1, 1, 1)), (2.0, 7.0, datetime.date(1, 1, 1))]
    """
    columns: dict[int, list[int]] = {}
    for number, (x, _, _) in enumerate(points):
        columns.setdefault(int(x), []).append(number)
    kept = {end(column, key=lambda number: points[number][1]) for column in columns.values() for end in (min, max)}
    return [points[number] for number in sorted(kept)]


def bar_width(width: float, axis: TimeAxis) -> float:
    """Width of the bar of a week, so that two do not touch."""
    return round(min(6.0, 0.7 * 7 * width / (axis.last - axis.first).days), 2)


def draw_marks(places: Sequence[Place], axis: TimeAxis) -> list[Any]:
    """Alerts: a dotted upright line through each plot, with the number of the alert below."""
    lines = [
        {"x": place.x(axis, day), "y": place.top, "y2": place.top + PLOT} for place in places for day, _ in axis.alerts
    ]
    numbers = [
        {"x": place.x(axis, day), "y": place.top + PLOT + 7, "text": text}
        for place in places
        for day, text in axis.alerts
    ]
    return [rules(lines, LIGHT["signal"], 1.2, (2, 2)), texts(numbers, "signal", "center", 11, "bold")]


def texts(rows: Sequence[dict[str, Any]], colour: str, align: str, size: int, weight: str = "normal") -> Any:
    """Texts at their places."""
    import altair

    mark = {"align": align, "baseline": "middle", "fontSize": size, "fontWeight": weight, "limit": 0}
    encoding = {"x": pixel_x(), "y": pixel_y(), "text": altair.Text("text:N")}
    return chart_rows(rows).mark_text(color=LIGHT[colour], **mark).encode(**encoding)


def draw_texts(places: Sequence[Place], axis: TimeAxis) -> list[Any]:
    """Titles, what is said of each panel, ends of the scale, months."""
    titles, said, scale, months = [], [], [], []
    for place in places:
        left, width = place.left - LABELS, place.width + LABELS
        titles.append({"x": left, "y": place.top - 27, "text": wrap_text(place.panel.title, width, most=1)[0]})
        said.append({"x": left, "y": place.top - 13, "text": wrap_text(place.panel.said, width * 1.08, most=1)[0]})
        scale += [
            {"x": place.left - 4, "y": place.y(value), "text": f"{value:g}".replace("-", "−")}
            for value in place.panel.ticks
        ]
        free = [tick for tick in axis.ticks(place.width) if not axis.is_marked(tick[0], place.width)]
        months += [{"x": place.x(axis, day), "y": place.top + PLOT + 7, "text": text} for day, text in free]
    return [
        texts(titles, "ink", "left", 12, "bold"),
        texts(said, "muted", "left", 11),
        texts(scale, "muted", "right", 10),
        texts(months, "muted", "center", 10),
    ]


def describe_panels(panels: Sequence[Panel], axis: TimeAxis) -> str:
    """What the panels show, in words."""
    taken = "; ".join(f"{first} to {last}" for first, last in axis.taken) or "not known"
    parts = [f"{panel.title}: {panel.said or 'values only'}" for panel in panels]
    alerts = ", ".join(f"{text} on {day}" for day, text in axis.alerts)
    charts = f"{len(panels)} {'chart' if len(panels) == 1 else 'charts'}"
    said = f"{charts} from {axis.first} to {axis.last}. {'. '.join(parts)}. Product taken: {taken}."
    return f"{said} Alerts: {alerts}." if alerts else said
