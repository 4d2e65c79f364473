"""Negative controls as a funnel: reporting odds ratio against its standard error, with the null that they teach.

After the calibration effect plot of Schuemie et al. 2014, doi:10.1002/sim.5925, with precise pairs on top.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phytovigil.dossier.drawing import Frame, chart_rows, describe_svg, pixel_x, pixel_y, wrap_text, write_svg
from phytovigil.dossier.figure import Figure
from phytovigil.dossier.formatting import format_estimate, format_ratio
from phytovigil.dossier.palette import LIGHT
from phytovigil.dossier.wording import VERDICTS

Findings = Mapping[str, Any]
Row = dict[str, Any]
Source = Mapping[str, Any]

POOLED = "pooled"
REACH = 1.959964
"""Standard deviations on either side of the middle that hold 95 of 100 of a normal distribution."""

PLOT_WIDTH, PLOT_HEIGHT = 300.0, 190.0
TITLE, BELOW, LEFT, BETWEEN = 46.0, 46.0, 40.0, 24.0
"""Room in px above a plot, below it without its key, left of it, and between two."""

TICKS = (0.01, 0.1, 1.0, 10.0, 100.0, 1000.0)
STEPS = 60
LINE = 15.0
"""Distance in px between two lines of text."""

MARKS = {
    "negative": ("circle", "quiet", False, 60),
    "left out": ("cross", "muted", True, 34),
    "positive": ("square", "few", False, 56),
}
"""Shape, colour, whether filled, and size of each kind of control; "left out": too rare to teach the null."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One null with the controls behind it and the pairs that it calibrates.

    low, high : ends of the axis of the ratio. deepest : largest standard error that is drawn.
    """

    null: Mapping[str, Any]
    controls: tuple[Mapping[str, Any], ...]
    pairs: tuple[Mapping[str, Any], ...]
    low: float
    high: float
    deepest: float

    def place_x(self, logarithm: float) -> float:
        """Distance from the left of the plot in px."""
        start, end = math.log(self.low), math.log(self.high)
        return PLOT_WIDTH * (logarithm - start) / (end - start)

    def place_y(self, error: float) -> float:
        """Distance from the top of the plot in px; precise pairs stand on top."""
        return PLOT_HEIGHT * error / self.deepest


def make_figures(findings: Findings) -> list[Figure]:
    """A figure for each source whose negative controls teach a null: "calibration-SOURCE.svg"."""
    made = []
    for source in findings["controls"]["sources"]:
        panels = choose_panels(source)
        if panels:
            words = describe_controls(source, panels)
            wide, narrow = (describe_svg(draw_controls(panels, columns), words) for columns in (2, 1))
            made.append(Figure(source["source"], "calibration", wide, narrow, words))
    return made


def choose_panels(source: Source) -> list[Panel]:
    """One panel for each null that is given and calibrates a pair."""
    panels = []
    for null in source["nulls"]:
        pairs = [pair for pair in source["calibrated"] if pair["null"] == null["reaction"]]
        if pairs and not null["withheld"]:
            panels.append(make_panel(null, list_controls(source, null), pairs))
    return panels


def list_controls(source: Source, null: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Controls of the null's reaction that have an estimate; of every reaction where it is the pooled one."""
    return [
        control
        for control in source["controls"]
        if control["log_ratio"] is not None and null["reaction"] in (POOLED, control["reaction"])
    ]


def make_panel(
    null: Mapping[str, Any], controls: Sequence[Mapping[str, Any]], pairs: Sequence[Mapping[str, Any]]
) -> Panel:
    """A panel whose axes hold every control and pair."""
    shown = [*controls, *pairs]
    values = [math.exp(each["log_ratio"]) for each in shown]
    low = max([tick for tick in TICKS if tick <= min([*values, 0.9])], default=TICKS[0])
    high = min([tick for tick in TICKS if tick >= max([*values, 1.1])], default=TICKS[-1])
    deepest = max(0.5, math.ceil(2.2 * max(each["standard_error"] for each in shown)) / 2)
    return Panel(null, tuple(controls), tuple(pairs), low, high, deepest)


def draw_controls(panels: Sequence[Panel], columns: int) -> str:
    """SVG of the panels in rows of `columns`."""
    import altair

    columns = min(columns, len(panels))
    width = columns * (LEFT + PLOT_WIDTH) + (columns - 1) * BETWEEN
    layers: list[Any] = []
    height = 0.0
    for row in (panels[start : start + columns] for start in range(0, len(panels), columns)):
        for place, panel in enumerate(row):
            layers += draw_panel(panel, LEFT + place * (LEFT + PLOT_WIDTH + BETWEEN), height + TITLE)
        height += TITLE + PLOT_HEIGHT + BELOW + LINE * max(len(panel.pairs) for panel in row)
    chart = altair.layer(*layers).properties(width=width, height=height)
    return write_svg(chart, Frame(width, height, left=6, right=14, top=4, bottom=4))


def draw_panel(panel: Panel, left: float, top: float) -> list[Any]:
    """Layers of one panel, its plot's corner at (left, top)."""
    rules = [*grid_rows(panel), *limit_rows(panel)]
    return [
        *(draw_lines(shift(rows, left, top), colour, dash) for rows, colour, dash in group_lines(rules)),
        *(draw_points(shift(rows, left, top), *MARKS[kind]) for kind, rows in point_rows(panel)),
        *(draw_points(shift(rows, left, top), *look, 90) for look, rows in pair_rows(panel)),
        *draw_texts(panel, left, top),
    ]


def shift(rows: Iterable[Row], left: float, top: float) -> list[Row]:
    """Rows moved from the plot's corner to their place in the figure."""
    return [{**row, "x": round(row["x"] + left, 2), "y": round(row["y"] + top, 2)} for row in rows]


def grid_rows(panel: Panel) -> list[Row]:
    """Axis lines and the ticks of the ratio."""
    lines = [
        ("line", "", (0.0, PLOT_HEIGHT), (PLOT_WIDTH, PLOT_HEIGHT)),
        ("line", "", (0.0, 0.0), (0.0, PLOT_HEIGHT)),
    ]
    for tick in list_ticks(panel):
        x = panel.place_x(math.log(tick))
        lines.append(("muted" if tick == 1 else "line", "" if tick == 1 else "1,3", (x, 0.0), (x, PLOT_HEIGHT)))
    return [
        {"colour": colour, "dash": dash, "line": f"grid {number}", "order": order, "x": x, "y": y}
        for number, (colour, dash, *ends) in enumerate(lines)
        for order, (x, y) in enumerate(ends)
    ]


def list_ticks(panel: Panel) -> list[float]:
    """Ticks of the ratio within the axis."""
    return [tick for tick in TICKS if panel.low <= tick <= panel.high]


def limit_rows(panel: Panel) -> list[Row]:
    """Where an interval of 95 % begins to leave out 1: uncalibrated (dashed) and calibrated (whole)."""
    null = panel.null["null"]
    curves = (("muted", "5,4", 0.0, 0.0), ("signal", "", null["mean"], null["sd"]))
    rows = []
    for colour, dash, mean, sd in curves:
        for side in (-1, 1):
            for step in range(STEPS + 1):
                error = panel.deepest * step / STEPS
                x = panel.place_x(mean + side * REACH * math.hypot(sd, error))
                if 0 <= x <= PLOT_WIDTH:
                    line = f"{colour} {side}"
                    row = {"colour": colour, "dash": dash, "line": line, "order": step, "x": x}
                    rows.append({**row, "y": panel.place_y(error)})
    return rows


def group_lines(rows: Sequence[Row]) -> list[tuple[list[Row], str, str]]:
    """Lines that look alike, in one layer each."""
    looks = list(dict.fromkeys((row["colour"], row["dash"]) for row in rows))
    return [([row for row in rows if (row["colour"], row["dash"]) == look], *look) for look in looks]


def draw_lines(rows: Sequence[Row], colour: str, dash: str) -> Any:
    """Lines through the points of each `line`, in their order."""
    import altair

    mark: dict[str, Any] = {"color": LIGHT[colour], "strokeWidth": 1.6 if colour == "signal" else 1.1}
    if dash:
        mark["strokeDash"] = [int(part) for part in dash.split(",")]
    points = [{key: row[key] for key in ("x", "y", "line", "order")} for row in rows]
    parts = {"detail": altair.Detail("line:N"), "order": altair.Order("order:Q")}
    return chart_rows(points).mark_line(**mark).encode(x=pixel_x(), y=pixel_y(), **parts)


def point_rows(panel: Panel) -> list[tuple[str, list[Row]]]:
    """Controls by kind; a kind without any has no layer."""
    kinds: dict[str, list[Row]] = {kind: [] for kind in MARKS}
    for control in panel.controls:
        teaches = control["kind"] == "positive" or control["informative"]
        kinds[control["kind"] if teaches else "left out"].append(place_point(panel, control))
    return [(kind, rows) for kind, rows in kinds.items() if rows]


def place_point(panel: Panel, each: Mapping[str, Any]) -> Row:
    """Where a control or pair stands in the plot."""
    return {"x": panel.place_x(each["log_ratio"]), "y": panel.place_y(each["standard_error"])}


def pair_rows(panel: Panel) -> list[tuple[tuple[str, str, bool], list[Row]]]:
    """Pairs of the main analysis by the look of their verdict."""
    found = []
    for key, verdict in VERDICTS.items():
        rows = [place_point(panel, pair) for pair in panel.pairs if pair["verdict"] == key]
        found += [((verdict.shape, verdict.colour, verdict.filled), rows)] if rows else []
    return found


def draw_points(rows: Sequence[Row], shape: str, colour: str, filled: bool, size: int) -> Any:
    """Symbols at their places; hollow ones are filled with paper."""
    mark = {"shape": shape, "size": size, "stroke": LIGHT[colour], "strokeWidth": 1.5, "opacity": 1}
    return (
        chart_rows(rows).mark_point(fill=LIGHT[colour if filled else "paper"], **mark).encode(x=pixel_x(), y=pixel_y())
    )


def draw_texts(panel: Panel, left: float, top: float) -> list[Any]:
    """Title, ticks and labels of a panel."""
    title = f"{panel.null['title'][:1].upper()}{panel.null['title'][1:]}: {panel.null['informative']} controls"
    lines = wrap_text(title, PLOT_WIDTH, most=2)
    heads = [{"x": 0.0, "y": -14.0 - LINE * (len(lines) - 1 - row), "text": line} for row, line in enumerate(lines)]
    ticks = [
        {"x": panel.place_x(math.log(tick)), "y": PLOT_HEIGHT + 13, "text": f"{tick:g}"} for tick in list_ticks(panel)
    ]
    errors = [
        {"x": -6.0, "y": panel.place_y(error), "text": f"{error:g}"}
        for error in (0.0, panel.deepest / 2, panel.deepest)
    ]
    names = [{"x": PLOT_WIDTH / 2, "y": PLOT_HEIGHT + 30, "text": "ROR, log scale; standard error upright"}]
    return [
        draw_text(shift(heads, left, top), "left", "ink", "bold"),
        draw_text(shift(ticks, left, top), "center", "muted"),
        draw_text(shift(errors, left, top), "right", "muted"),
        draw_text(shift(names, left, top), "center", "muted"),
        draw_text(shift(key_rows(panel), left, top), "left", "ink"),
    ]


def key_rows(panel: Panel) -> list[Row]:
    """A number beside the point of each pair, none upon another, and under the plot what the numbers mean."""
    rows: list[Row] = []
    taken: list[float] = []
    for number, pair in enumerate(panel.pairs, 1):
        point = place_point(panel, pair)
        y = point["y"]
        while any(abs(y - other) < LINE for other in taken):
            y += 1.0
        taken.append(y)
        rows.append({"x": point["x"] + 9, "y": y, "text": f"{number}"})
        rows.append(
            {"x": 0.0, "y": PLOT_HEIGHT + BELOW + LINE * (number - 1), "text": f"{number}  {pair['reaction_title']}"}
        )
    return rows


def draw_text(rows: Sequence[Row], align: str, colour: str, weight: str = "normal") -> Any:
    """Texts at their places."""
    import altair

    mark = {"align": align, "baseline": "middle", "fontSize": 11, "fontWeight": weight, "limit": 0}
    encoding = {"x": pixel_x(), "y": pixel_y(), "text": altair.Text("text:N")}
    return chart_rows(rows).mark_text(color=LIGHT[colour], **mark).encode(**encoding)


def describe_controls(source: Source, panels: Sequence[Panel]) -> str:
    """What the funnels show, in words."""
    sentences = [f"Negative controls in {source['label']}, reporting odds ratio against standard error."]
    for panel in panels:
        sentences.append(f"{panel.null['title'].capitalize()}: {panel.null['text']}")
        sentences += [
            f"{pair['reaction_title']}: {format_ratio(math.exp(pair['log_ratio']))}, calibrated "
            f"{format_estimate(pair['calibrated'], 'ratio')}."
            for pair in panel.pairs
        ]
    return " ".join(sentences)
