"""Who the cases are: small bar charts of one profile, drawn as a figure for papers and slides.

The page shows the same counts as tables with bars, which also fit a phone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from phytovigil.dossier.drawing import Frame, chart_rows, pixel_x, pixel_y, wrap_text, write_svg
from phytovigil.dossier.formatting import count_cases
from phytovigil.dossier.palette import LIGHT
from phytovigil.dossier.wording import name_dimension, order_profile

Profile = Mapping[str, Any]
Count = Mapping[str, Any]

COLUMN, GAP, LABEL, NUMBER = 342.0, 32.0, 150.0, 46.0
LINE = 20.0
MOST = 10
"""Bars per dimension; the page's table holds all values."""


def choose_dimensions(profile: Profile) -> list[tuple[str, Sequence[Count]]]:
    """Dimensions that hold counts, without the years, which have a figure of their own."""
    return [(key, counts) for key, counts in order_profile(profile) if counts and key != "year"]


def draw_who(profile: Profile) -> str:
    """SVG of a profile with at least one dimension, in two columns of charts."""
    import altair

    bars: list[dict[str, Any]] = []
    headings: list[dict[str, Any]] = []
    bottoms = [0.0, 0.0]
    for key, counts in choose_dimensions(profile):
        side = bottoms.index(min(bottoms))
        left, top = side * (COLUMN + GAP), bottoms[side] + LINE / 2
        headings.append({"x": left, "y": top, "text": name_dimension(key)})
        rows = place_bars(counts, left, top + LINE, profile["cases"])
        bars += rows
        bottoms[side] = rows[-1]["y"] + LINE * 1.5
    layers = [draw_bars(bars), *draw_words(bars, headings)]
    width, height = 2 * COLUMN + GAP, max(bottoms)
    chart = altair.layer(*layers).properties(width=width, height=height)
    return write_svg(chart, Frame(width, height, left=6, right=6, top=6, bottom=4))


def place_bars(counts: Sequence[Count], left: float, top: float, cases: int) -> list[dict[str, Any]]:
    """Bars whose full length stands for all cases of the profile; a last line says how many values are left out."""
    room = COLUMN - LABEL - NUMBER
    start = left + LABEL
    rows = [
        {
            "x": start,
            "x2": start + room * min(1.0, count["cases"] / max(1, cases)),
            "y": top + LINE * index,
            "label": wrap_text(str(count["value"]), LABEL, most=1)[0],
            "left": left,
            "number": f"{count['cases']:,}",
        }
        for index, count in enumerate(counts[:MOST])
    ]
    if len(counts) > MOST:
        rest = {"x": start, "x2": start, "y": top + LINE * MOST, "left": left, "number": ""}
        rows.append(rest | {"label": f"and {len(counts) - MOST} more"})
    return rows


def draw_bars(rows: Sequence[dict[str, Any]]) -> Any:
    """The bars."""
    import altair

    encoding = {"x": pixel_x(), "x2": altair.X2("x2"), "y": pixel_y()}
    return chart_rows(rows).mark_bar(size=12, color=LIGHT["bar"]).encode(**encoding)


def draw_words(bars: Sequence[dict[str, Any]], headings: Sequence[dict[str, Any]]) -> list[Any]:
    """Headings, values and counts."""
    values = [{"x": row["left"], "y": row["y"], "text": row["label"]} for row in bars]
    numbers = [{"x": row["x2"] + 5, "y": row["y"], "text": row["number"]} for row in bars]
    return [word_layer(headings, "ink", "bold"), word_layer(values, "ink"), word_layer(numbers, "muted")]


def word_layer(rows: Sequence[dict[str, Any]], colour: str, weight: str = "normal") -> Any:
    """Texts that start at their own place."""
    import altair

    mark = {"align": "left", "baseline": "middle", "fontSize": 12, "fontWeight": weight, "limit": 0}
    layer = chart_rows(rows).mark_text(color=LIGHT[colour], **mark)
    return layer.encode(x=pixel_x(), y=pixel_y(), text=altair.Text("text:N"))


def describe_who(profile: Profile, source_title: str) -> str:
    """The largest value of each dimension, in words."""
    parts = [
        f"{name_dimension(key)}: {max(counts, key=lambda count: count['cases'])['value']} leads"
        for key, counts in choose_dimensions(profile)
    ]
    return f"{profile['title']} in {source_title}: {count_cases(profile['cases'])}. {'; '.join(parts)}."
