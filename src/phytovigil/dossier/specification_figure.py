"""The specification curve: estimates from the lowest to the highest, and under it which choices stand where.

Thousands of specifications are drawn in groups of neighbours: of each group the middle one with its interval, and in
every row of choices the share of the group that has the level, as the height of a bar.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phytovigil.dossier.drawing import Frame, chart_rows, describe_svg, pixel_x, pixel_y, text_layer, write_svg
from phytovigil.dossier.figure import Figure
from phytovigil.dossier.formatting import format_ratio
from phytovigil.dossier.palette import LIGHT
from phytovigil.dossier.wording import make_slug

Curve = Mapping[str, Any]

MOST_GROUPS = 110
"""Groups that are drawn; more would be narrower than a printed line."""

TICKS = (0.01, 0.1, 1.0, 10.0, 100.0, 1000.0)
LABELS, PLOT, PHONE = 218.0, 440.0, 300.0
"""Width of the row labels, of the plot beside them, and of the plot on a phone, in px."""

HEIGHT, ROW, BAR, GAP = 190.0, 14.0, 10.0, 5.0
"""Height of the curve, of a row, of the bar in it, and between two choices, in px."""

ABOVE, SIGNAL = "whole interval above 1", "disproportionate by the rule"


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbours in the order of their estimates: the one in the middle, and all."""

    middle: int
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row under the curve. y : its middle in px. shares : of each group, 0 to 1; none for a heading.

    main : whether it is the level of the main analysis.
    """

    title: str
    y: float
    shares: tuple[float, ...]
    main: bool = False


def make_figures(findings: Mapping[str, Any]) -> list[Figure]:
    """A figure for each curve that has cases and estimates; kind "specification-curve-" and the reaction."""
    return [
        Figure(
            curve["source"],
            name_figure(curve),
            describe_svg(draw_curve(curve), describe_curve(curve)),
            describe_svg(draw_phone(curve), describe_curve(curve)),
            describe_curve(curve),
        )
        for curve in findings.get("specification_curve") or ()
        if curve["summary"]["estimable"] > 1 and curve["summary"]["most_cases"]
    ]


def name_figure(curve: Curve) -> str:
    """Kind of a curve's figure.

    >>> name_figure({"reaction": "jaundice/narrow"})
    'specification-curve-jaundice-narrow'
    """
    return f"specification-curve-{make_slug(curve['reaction'])}"


def order_specifications(curve: Curve) -> list[int]:
    """Places of the estimable specifications from the lowest estimate to the highest, equal ones as they were run."""
    estimates = curve["columns"]["estimate"]
    return sorted((place for place, value in enumerate(estimates) if value is not None), key=lambda p: estimates[p])


def group_specifications(order: Sequence[int]) -> list[Group]:
    """Groups of neighbours, equally large but for the last."""
    size = -(-len(order) // MOST_GROUPS)
    starts = range(0, len(order), size)
    parts = [tuple(order[start : start + size]) for start in starts]
    return [Group(part[len(part) // 2], part) for part in parts]


def draw_curve(curve: Curve) -> str:
    """SVG of a curve with the rows of its choices."""
    import altair

    order = order_specifications(curve)
    groups = group_specifications(order)
    rows = place_rows(curve, groups)
    height = rows[-1].y + ROW
    headings = [{"text": row.title, "y": row.y} for row in rows if not row.shares]
    labels = [{"text": row.title, "y": row.y} for row in rows if row.shares]
    texts = altair.layer(
        text_layer(headings, 0, "left", "ink", "bold"),
        text_layer(labels, 12, "left", "ink"),
        diamond_layer([{"x": 4, "y": row.y} for row in rows if row.main], 40),
        text_layer([{"text": text, "y": 8 + 15 * place} for place, text in enumerate(say_axis())], 0, "left", "muted"),
    ).properties(width=LABELS, height=height)
    plot = altair.layer(*draw_estimates(curve, order, groups, PLOT), draw_rows(rows, len(groups), PLOT))
    chart = altair.hconcat(texts, plot.properties(width=PLOT, height=height), spacing=12, bounds="flush")
    return write_svg(chart, Frame(LABELS + 12 + PLOT, height, left=8, right=36, top=26, bottom=6))


def draw_phone(curve: Curve) -> str:
    """SVG of the curve alone, for a narrow page; the table beside it tells the choices."""
    import altair

    order = order_specifications(curve)
    layers = draw_estimates(curve, order, group_specifications(order), PHONE)
    chart = altair.layer(*layers).properties(width=PHONE, height=HEIGHT)
    return write_svg(chart, Frame(PHONE, HEIGHT, left=6, right=34, top=26, bottom=8))


def say_axis() -> list[str]:
    """What the vertical axis shows."""
    return ["Ratio with its 95 % interval,", "logarithmic axis; from the", "lowest estimate to the highest"]


def place_rows(curve: Curve, groups: Sequence[Group]) -> list[Row]:
    """The rows under the curve from the top."""
    top = HEIGHT + 22
    rows = [
        Row(ABOVE, top, share_flag(curve["columns"]["above"], groups)),
        Row(SIGNAL, top + ROW, share_flag(curve["columns"]["signal"], groups)),
    ]
    top += 2 * ROW + GAP
    stride = len(curve["columns"]["estimate"])
    for choice in curve["choices"]:
        levels = choice["levels"]
        stride //= len(levels)
        rows.append(Row(choice["title"], top, ()))
        for place, level in enumerate(levels):
            shares, main = share_level(groups, stride, len(levels), place), level["name"] == choice["main"]
            rows.append(Row(level["title"], top + ROW * (place + 1), shares, main))
        top += ROW * (len(levels) + 1) + GAP
    return rows


def share_level(groups: Sequence[Group], stride: int, levels: int, level: int) -> tuple[float, ...]:
    """Share of each group that has a level: the last choice changes fastest from one specification to the next."""
    return tuple(
        sum(member // stride % levels == level for member in group.members) / len(group.members) for group in groups
    )


def share_flag(flags: Sequence[bool | None], groups: Sequence[Group]) -> tuple[float, ...]:
    """Share of each group for which something holds."""
    return tuple(sum(flags[member] is True for member in group.members) / len(group.members) for group in groups)


def choose_ticks(estimates: Sequence[float]) -> tuple[float, ...]:
    """The ticks that hold all estimates and 1, at least from 0.1 to 10.

    >>> choose_ticks([0.7, 32.1])
    (0.1, 1.0, 10.0, 100.0)
    """
    low, high = min(estimates), max(estimates)
    start = max((place for place, tick in enumerate(TICKS[:2]) if tick <= low), default=0)
    stop = min((place for place, tick in enumerate(TICKS) if tick >= high and place > 2), default=len(TICKS) - 1)
    return TICKS[start : stop + 1]


def draw_estimates(curve: Curve, order: Sequence[int], groups: Sequence[Group], width: float) -> list[Any]:
    """Band of intervals, line of estimates, line of no disproportion, and the main analysis."""
    import altair

    columns = curve["columns"]
    ticks = choose_ticks([columns["estimate"][place] for place in order])
    middle = [
        {
            "x": place_x(place + 0.5, len(groups), width),
            "y": place_y(columns["estimate"][group.middle], ticks),
            "top": place_y(columns["high"][group.middle], ticks),
            "bottom": place_y(columns["low"][group.middle], ticks),
        }
        for place, group in enumerate(groups)
    ]
    grid = [{"y": place_y(tick, ticks), "text": f"{tick:g}"} for tick in ticks]
    null = [{"y": place_y(1.0, ticks)}]
    span = {"x": altair.value(0), "x2": altair.value(width), "y": pixel_y()}
    band = {"x": pixel_x(), "y": pixel_y("bottom"), "y2": altair.Y2("top")}
    return [
        chart_rows(grid).mark_rule(color=LIGHT["line"], strokeDash=[1, 3]).encode(**span),
        chart_rows(middle).mark_area(color=LIGHT["bar"], opacity=0.45).encode(**band),
        chart_rows(null).mark_rule(color=LIGHT["muted"], strokeWidth=1.2).encode(**span),
        chart_rows(middle).mark_line(color=LIGHT["ink"], strokeWidth=1.8).encode(x=pixel_x(), y=pixel_y()),
        text_layer(grid, width + 6, "left", "muted"),
        *draw_main(curve, order, ticks, width),
    ]


def draw_main(curve: Curve, order: Sequence[int], ticks: Sequence[float], width: float) -> list[Any]:
    """The main analysis: its interval, its point, and its name above."""
    main = curve["summary"]["main"]
    if main["estimate"] is None:
        return []
    import altair

    x = place_x(order.index(main["position"]) + 0.5, len(order), width)
    ends = [{"x": x, "y": place_y(main["low"], ticks), "y2": place_y(main["high"], ticks)}]
    point = [{"x": x, "y": place_y(main["estimate"], ticks)}]
    side = "left" if x < width / 2 else "right"
    return [
        chart_rows(ends)
        .mark_rule(color=LIGHT["signal"], strokeWidth=2)
        .encode(x=pixel_x(), y=pixel_y(), y2=altair.Y2("y2")),
        diamond_layer(point, 90),
        text_layer([{"text": "main analysis", "y": -12}], x, side, "signal", "bold"),
    ]


def diamond_layer(points: Sequence[dict[str, float]], size: int) -> Any:
    """The sign of the main analysis."""
    mark = {"shape": "diamond", "size": size, "fill": LIGHT["signal"], "stroke": LIGHT["signal"], "opacity": 1}
    return chart_rows(points).mark_point(**mark).encode(x=pixel_x(), y=pixel_y())


def place_x(place: float, number: int, width: float) -> float:
    """Where one of `number` stands from left to right, in px."""
    return round(width * place / number, 1)


def place_y(value: float | None, ticks: Sequence[float]) -> float:
    """Where a ratio stands on the logarithmic axis, in px; beyond the ends, at the end. An open limit is at the top."""
    low, high = math.log10(ticks[0]), math.log10(ticks[-1])
    log = high if value is None else math.log10(value) if value > 0 else low
    return round(HEIGHT * (high - min(max(log, low), high)) / (high - low), 1)


def draw_rows(rows: Sequence[Row], groups: int, width: float) -> Any:
    """The bars of all rows, each row one path."""
    import altair

    points = [
        point for place, row in enumerate(rows) if row.shares for point in outline(row, str(place), groups, width)
    ]
    encoding = {"x": pixel_x(), "y": pixel_y("base"), "y2": altair.Y2("top"), "detail": altair.Detail("row:N")}
    return chart_rows(points).mark_area(color=LIGHT["quiet"], interpolate="step-after").encode(**encoding)


def outline(row: Row, name: str, groups: int, width: float) -> list[dict[str, Any]]:
    """Where the height of a row's bars changes."""
    base = row.y + BAR / 2
    heights = [round(BAR * share, 1) for share in row.shares]
    turns = [place for place, height in enumerate(heights) if not place or height != heights[place - 1]]
    found = [(place, heights[place]) for place in turns]
    return [
        {"x": place_x(place, groups, width), "base": base, "top": round(base - height, 1), "row": name}
        for place, height in (*found, (groups, heights[-1]))
    ]


def describe_curve(curve: Curve) -> str:
    """What the figure shows, in words."""
    summary = curve["summary"]
    said = (
        f"Specification curve of {curve['reaction_title']} in {curve['label']}: {summary['estimable']:,} of "
        f"{summary['specifications']:,} specifications have an estimate, from {format_ratio(summary['lowest'])} to "
        f"{format_ratio(summary['highest'])}, median {format_ratio(summary['median'])}. "
        f"In {summary['interval_above']:,} the whole interval lies above 1; "
        f"{summary['signals']:,} are disproportionate by the rule."
    )
    rank = summary["main"]["rank"]
    return said if rank is None else f"{said} The main analysis is number {rank:,} from below."
