"""Forest plots: one row per pair, one panel for a ratio measure (log axis) and one for a log2 measure.

A pair without an estimate says so in its row, and an interval that leaves the axis ends in an arrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from phytovigil.dossier.drawing import Frame, chart_rows, pixel_y, text_layer, write_svg
from phytovigil.dossier.forest_layout import LINE, WIDE, Axis, Group, Layout, Pair, Row, place_rows
from phytovigil.dossier.formatting import NOT_ESTIMABLE, count_cases, format_ratio
from phytovigil.dossier.palette import LIGHT
from phytovigil.dossier.wording import VERDICTS, Verdict

Estimate = Mapping[str, Any]


def draw_forest(groups: Sequence[Group], axes: Sequence[Axis], layout: Layout = WIDE) -> str:
    """SVG of pairs under their headings, in the order given.

    groups : pairs with estimates. axes : from `choose_axes`, shared by all figures of a source.
    """
    import altair

    rows = place_rows(groups, layout)
    height = rows[-1].y + LINE
    panels = [draw_panel(rows, axis, layout, height) for axis in axes]
    width = layout.measure_width(len(axes))
    texts = draw_texts(rows, layout, width, height)
    if layout.stacked:
        panels[0] = altair.layer(*panels[0].layer, *texts.layer, width=layout.panel, height=height)
        columns = panels
    else:
        columns = [texts, *panels]
    chart = altair.hconcat(*columns, spacing=layout.gap, bounds="flush")
    return write_svg(chart, Frame(width, height, left=12, right=14, top=30, bottom=26))


def draw_texts(rows: Sequence[Row], layout: Layout, width: float, height: float) -> Any:
    """Headings, labels and counts."""
    import altair

    labels = [
        {"text": line, "y": row.top + LINE * index, "weight": "normal" if row.pair else "bold"}
        for row in rows
        for index, line in enumerate(row.lines)
    ]
    counts = [
        {"text": say_counts(row.pair, layout.stacked), "y": row.top if layout.stacked else row.y}
        for row in rows
        if row.pair
    ]
    head = [{"text": "cases / expected", "y": -18}]
    right = width if layout.stacked else layout.text
    layers = [
        text_layer([r for r in labels if r["weight"] == "bold"], 0, "left", "ink", "bold"),
        text_layer([r for r in labels if r["weight"] == "normal"], 0, "left", "ink"),
        text_layer(counts + ([] if layout.stacked else head), right, "right", "muted"),
    ]
    return altair.layer(*layers).properties(width=layout.text, height=height)


def say_counts(pair: Pair, in_full: bool = False) -> str:
    """Cases and expected cases, as in the column's head or, where there is none, in full.

    >>> say_counts({"a": 4, "expected": 0.246}), say_counts({"a": 4, "expected": 0.246}, in_full=True)
    ('4 / 0.25', '4 cases / 0.25 expected')
    """
    words = (" cases", " expected") if in_full else ("", "")
    return f"{pair['a']:,}{words[0]} / {format_ratio(pair['expected'])}{words[1]}"


def draw_panel(rows: Sequence[Row], axis: Axis, layout: Layout, height: float) -> Any:
    """One measure: grid, null line, intervals, arrows, points, and the words where nothing is estimable."""
    import altair

    pairs = [(row, row.pair["estimates"].get(axis.measure["name"]) or {}) for row in rows if row.pair]
    drawn = [(row, estimate) for row, estimate in pairs if is_drawable(estimate)]
    blank = [row for row, estimate in pairs if not is_drawable(estimate)]
    layers = [
        draw_null(rows, axis, layout, height),
        draw_title(axis, layout),
        draw_intervals([interval_of(row, estimate, axis) for row, estimate in drawn], axis),
        *draw_arrows(drawn, axis),
        *draw_points(drawn, axis),
        text_layer([{"text": NOT_ESTIMABLE, "y": row.y} for row in blank], layout.panel / 2 + 12, "center", "muted"),
    ]
    return altair.layer(*layers).properties(width=layout.panel, height=height)


def is_drawable(estimate: Estimate) -> bool:
    """Whether a point or a limit is known; an infinite point still has a lower limit."""
    return any(value is not None for value in estimate.values())


def scale_x(axis: Axis, grid: bool = True) -> Any:
    """The horizontal channel of a panel."""
    import altair

    logarithmic = axis.measure["scale"] == "ratio"
    scale = altair.Scale(type="log" if logarithmic else "linear", domain=[axis.low, axis.high], nice=False, zero=False)
    labels = altair.Axis(
        values=list(axis.ticks), title=None, format="~g", tickSize=4, gridDash=[1, 3], grid=grid, labelFlush=False
    )
    return altair.X("x:Q", scale=scale, axis=labels)


def draw_null(rows: Sequence[Row], axis: Axis, layout: Layout, height: float) -> Any:
    """The line of no disproportionality; where labels stand above the rows, it stops short of them."""
    import altair

    spans = [(row.y - LINE / 2, row.y + LINE / 2 + 2) for row in rows if row.pair] if layout.stacked else [(0, height)]
    lines = [{"x": axis.measure["null"], "y": top, "y2": bottom} for top, bottom in spans]
    encoding = {"x": scale_x(axis, grid=not layout.stacked), "y": pixel_y(), "y2": altair.Y2("y2")}
    return chart_rows(lines).mark_rule(color=LIGHT["muted"]).encode(**encoding)


def draw_title(axis: Axis, layout: Layout) -> Any:
    """The measure's name and scale above the panel."""
    scale = "log scale" if axis.measure["scale"] == "ratio" else "log2 units"
    title = f"{axis.measure['title']}, {scale}"
    if len(title) > layout.panel / 6:
        title = str(axis.measure["name"]).upper() + f", {scale}"
    return text_layer([{"text": title, "y": -18}], layout.panel / 2, "center", "ink", "bold")


def interval_of(row: Row, estimate: Estimate, axis: Axis) -> dict[str, float]:
    """An interval, cut to the axis; an open end runs to the end of the axis."""
    low = axis.low if estimate["low"] is None else estimate["low"]
    high = axis.high if estimate["high"] is None else estimate["high"]
    return {"x": clip(low, axis), "x2": clip(high, axis), "y": row.y}


def clip(value: float, axis: Axis) -> float:
    """The nearest value on the axis."""
    return min(max(value, axis.low), axis.high)


def draw_intervals(rows: Sequence[dict[str, float]], axis: Axis) -> Any:
    """Horizontal lines from lower to upper limit."""
    import altair

    encoding = {"x": scale_x(axis, grid=False), "x2": altair.X2("x2"), "y": pixel_y()}
    return chart_rows(rows).mark_rule(color=LIGHT["ink"], strokeWidth=1.5).encode(**encoding)


def draw_arrows(drawn: Sequence[tuple[Row, Estimate]], axis: Axis) -> list[Any]:
    """Arrow heads where an interval, or the point itself, leaves the axis."""
    left = [row for row, estimate in drawn if leaves(estimate, "low", -1, axis)]
    right = [row for row, estimate in drawn if leaves(estimate, "high", 1, axis)]
    ends = (("triangle-left", axis.low, left), ("triangle-right", axis.high, right))
    return [
        point_layer([{"x": x, "y": row.y} for row in rows], axis, shape, "ink", True, 46)
        for shape, x, rows in ends
        if rows
    ]


def leaves(estimate: Estimate, end: str, side: int, axis: Axis) -> bool:
    """Whether an estimate goes on beyond the left (side -1) or right (side 1) end of the axis."""
    edge = axis.low if side < 0 else axis.high
    beyond = any(value is not None and (value - edge) * side > 0 for value in (estimate[end], estimate["point"]))
    return beyond or estimate[end] is None


def draw_points(drawn: Sequence[tuple[Row, Estimate]], axis: Axis) -> list[Any]:
    """Point estimates on the axis, with the shape and colour of their verdict."""
    layers = []
    for key, verdict in VERDICTS.items():
        rows = [
            {"x": estimate["point"], "y": row.y}
            for row, estimate in drawn
            if row.pair is not None and row.pair["verdict"] == key and is_on_axis(estimate["point"], axis)
        ]
        layers += [verdict_layer(rows, axis, verdict)] if rows else []
    return layers


def is_on_axis(value: float | None, axis: Axis) -> bool:
    """Whether a point can be drawn where it is."""
    return value is not None and axis.low <= value <= axis.high


def verdict_layer(rows: Sequence[dict[str, float]], axis: Axis, verdict: Verdict) -> Any:
    """Points that share a verdict."""
    return point_layer(rows, axis, verdict.shape, verdict.colour, verdict.filled, 74)


def point_layer(rows: Sequence[Any], axis: Axis, shape: str, colour: str, filled: bool, size: int) -> Any:
    """Symbols at given places; hollow ones are filled with paper, so that no line shows through."""
    fill = LIGHT[colour if filled else "paper"]
    mark = {"shape": shape, "size": size, "fill": fill, "stroke": LIGHT[colour], "strokeWidth": 1.6, "opacity": 1}
    return chart_rows(rows).mark_point(**mark).encode(x=scale_x(axis, grid=False), y=pixel_y())


def describe_forest(pairs: Sequence[Pair], source_title: str) -> str:
    """What a forest plot shows, in words: its verdicts and the pairs behind each."""
    sentences = [f"Forest plot of {len(pairs)} pairs in {source_title}."]
    for key, verdict in VERDICTS.items():
        names = [f"{pair['product_name']} and {name_in_words(pair)}" for pair in pairs if pair["verdict"] == key]
        if names:
            sentences.append(f"{verdict.title}: {'; '.join(names)}.")
    return " ".join(sentences)


def name_in_words(pair: Pair) -> str:
    """A pair's reaction, label and counts for a text alternative."""
    label = f" ({pair['label']})" if pair["part"] == "sensitivity" else ""
    return (
        f"{pair['reaction_title']}{label}, {count_cases(pair['a'])} against {format_ratio(pair['expected'])} expected"
    )
