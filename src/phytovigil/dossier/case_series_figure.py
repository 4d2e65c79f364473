"""Time to onset of the cases of a pair: one strip of columns for each reaction, over days by their logarithm."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from phytovigil.dossier.drawing import (
    Frame,
    chart_rows,
    describe_svg,
    pixel_x,
    pixel_y,
    text_layer,
    wrap_text,
    write_svg,
)
from phytovigil.dossier.figure import Figure
from phytovigil.dossier.palette import LIGHT

Series = Mapping[str, Any]

LEAST_DATED = 5
"""Fewest cases with both dates of which a drawing says more than a list."""
TICKS = (0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10000)
STRIP, TITLE, BINS = 74.0, 24.0, 60
WIDE, NARROW = 700.0, 318.0
"""Inner widths of the drawing in px, for a page and for a phone."""


def make_figures(findings: Mapping[str, Any]) -> list[Figure]:
    """One figure for each source that has a series with enough dated cases; the page shows tables in any case."""
    made = []
    for source in dict.fromkeys(series["source"] for series in findings.get("case_series", [])):
        chosen = [series for series in findings["case_series"] if series["source"] == source and is_dated(series)]
        if chosen:
            words = describe_onsets(chosen)
            wide, narrow = (describe_svg(draw_onsets(chosen, width), words) for width in (WIDE, NARROW))
            made.append(Figure(source, "time-to-onset", wide, narrow, words))
    return made


def is_dated(series: Series) -> bool:
    """Whether enough cases have both dates."""
    return bool(series["onset"]["ledger"]["exact"] >= LEAST_DATED)


def draw_onsets(chosen: Sequence[Series], width: float = WIDE) -> str:
    """SVG of the series, each a strip of columns over the same days; a bar through each marks the median."""
    import altair

    most = max(entry["days"] for series in chosen for entry in series["onset"]["days"])
    height = (STRIP + TITLE) * len(chosen)
    columns, medians, titles, bases = [], [], [], []
    for index, series in enumerate(chosen):
        base = (index + 1) * (STRIP + TITLE) - 8
        columns += place_columns(series["onset"]["days"], most, base, width)
        median = place_day(series["onset"]["spread"]["median"], most, width)
        medians.append({"x": median, "top": base - STRIP + 12, "base": base})
        titles += [{"text": line, "y": base - STRIP} for line in wrap_text(title_strip(series), width * 0.95, most=1)]
        bases.append({"y": base})
    rule = {"x": altair.value(0), "x2": altair.value(width), "y": pixel_y()}
    upright = {"x": pixel_x(), "y": pixel_y("top"), "y2": altair.Y2("base")}
    chart = altair.layer(
        chart_rows(columns).mark_bar(size=max(2.0, width / BINS * 0.8), color=LIGHT["bar"]).encode(**upright),
        chart_rows(bases).mark_rule(color=LIGHT["muted"]).encode(**rule),
        chart_rows(medians).mark_rule(color=LIGHT["ink"], strokeWidth=2).encode(**upright),
        text_layer(titles, 0, "left", "ink", "bold"),
        draw_ticks(most, width, height),
    ).properties(width=width, height=height)
    return write_svg(chart, Frame(width, height, left=6, right=22, top=4, bottom=40))


def place_day(day: float, most: float, width: float) -> float:
    """Where a day stands: the logarithm of the days and one, so that day 0 has a place.

    >>> place_day(0, 99, 100.0), place_day(99, 99, 100.0), place_day(9, 99, 100.0)
    (0.0, 100.0, 50.0)
    """
    return width * math.log1p(day) / math.log1p(max(most, 1))


def place_columns(days: Sequence[Mapping[str, int]], most: int, base: float, width: float) -> list[dict[str, Any]]:
    """A column for each part of the scale that has cases; its height stands for them, the fullest fills the strip."""
    counted: dict[int, int] = {}
    for entry in days:
        place = min(BINS - 1, int(BINS * place_day(entry["days"], most, 1.0)))
        counted[place] = counted.get(place, 0) + entry["cases"]
    tallest, step = max(counted.values()), width / BINS
    return [
        {"x": step * (place + 0.5), "base": base, "top": base - (STRIP - 14) * cases / tallest}
        for place, cases in sorted(counted.items())
    ]


def title_strip(series: Series) -> str:
    """The reaction, with how many of its cases are shown."""
    return f"{series['reaction_title']}: {series['onset']['ledger']['exact']:,} of {series['read']:,} cases"


def draw_ticks(most: int, width: float, height: float) -> Any:
    """Days below the last strip, as many as are needed, and what they are."""
    import altair

    rows = [{"x": place_day(tick, most, width), "y": height + 8, "text": f"{tick:,}"} for tick in TICKS if tick <= most]
    rows.append({"x": width / 2, "y": height + 26, "text": "days from the start of the product to the event"})
    mark = {"align": "center", "baseline": "middle", "fontSize": 11, "color": LIGHT["muted"]}
    return chart_rows(rows).mark_text(**mark).encode(x=pixel_x(), y=pixel_y(), text=altair.Text("text:N"))


def describe_onsets(chosen: Sequence[Series]) -> str:
    """What the strips show, in words."""
    parts = []
    for series in chosen:
        spread = series["onset"]["spread"]
        parts.append(
            f"{title_strip(series)} with both dates, {spread['minimum']:,} to {spread['maximum']:,} days, "
            f"median {spread['median']:,}"
        )
    return f"Days from the start of the product to the event in {chosen[0]['label']}. {'. '.join(parts)}."
