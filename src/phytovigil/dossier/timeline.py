"""Cases by year received: one strip of columns per profile, each with its own height scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from phytovigil.dossier.drawing import Frame, chart_rows, pixel_x, pixel_y, text_layer, wrap_text, write_svg
from phytovigil.dossier.formatting import count_cases
from phytovigil.dossier.palette import LIGHT
from phytovigil.dossier.wording import start_capital

Profile = Mapping[str, Any]

STRIP, TITLE = 96.0, 40.0
LEAST_SCALE = 5
"""A single case must not fill a strip."""
WIDE, NARROW = 700.0, 318.0
"""Inner widths of the drawing in px, for a page and for a phone."""


def read_years(profile: Profile) -> dict[int, int]:
    """Cases by year; years that are not numbers ("unknown") are left to the table."""
    counts = profile["dimensions"].get("year", [])
    return {int(count["value"]): count["cases"] for count in counts if count["value"].isdigit()}


def choose_profiles(profiles: Sequence[Profile]) -> list[Profile]:
    """Profiles with at least one dated case."""
    return [profile for profile in profiles if any(read_years(profile).values())]


def draw_timeline(profiles: Sequence[Profile], width: float = WIDE) -> str:
    """SVG of the profiles from `choose_profiles`, in the order given, over the same years."""
    import altair

    years = span_years(profiles)
    height = (STRIP + TITLE) * len(profiles)
    columns, texts, titles = [], [], []
    for index, profile in enumerate(profiles):
        base = (index + 1) * (STRIP + TITLE) - 6
        rows = place_columns(read_years(profile), years, base, width)
        columns += rows
        texts += [row | {"y": row["top"] - 8} for row in rows if row["text"] and fit_numbers(rows, width)]
        titles += place_title(title_strip(profile), base - STRIP - 12, width)
    chart = altair.layer(
        draw_columns(columns, width / len(years)),
        draw_baselines(columns, width),
        draw_numbers(texts),
        text_layer(titles, 0, "left", "ink", "bold"),
        draw_years(years, width, height),
    ).properties(width=width, height=height)
    return write_svg(chart, Frame(width, height, left=4, right=4, top=4, bottom=24))


def span_years(profiles: Sequence[Profile]) -> list[int]:
    """Every year from the first to the last, so that an empty year shows as empty."""
    years = [year for profile in profiles for year in read_years(profile)]
    return list(range(min(years), max(years) + 1))


def fit_numbers(rows: Sequence[Mapping[str, Any]], width: float) -> bool:
    """Whether the longest number of a strip fits above its column."""
    return width / len(rows) >= 6 * max(len(row["text"]) for row in rows) + 3


def place_columns(counts: Mapping[int, int], years: Sequence[int], base: float, width: float) -> list[dict[str, Any]]:
    """One column per year; the strip's height stands for its fullest year, but for at least LEAST_SCALE cases."""
    tallest = max(LEAST_SCALE, *counts.values())
    step = width / len(years)
    return [
        {
            "x": step * (index + 0.5),
            "base": base,
            "top": base - (STRIP - 16) * counts.get(year, 0) / tallest,
            "text": f"{counts[year]:,}" if counts.get(year) else "",
        }
        for index, year in enumerate(years)
    ]


def place_title(title: str, bottom: float, width: float) -> list[dict[str, Any]]:
    """The title of a strip in as many lines as it needs, the last at `bottom`."""
    lines = wrap_text(title, width * 0.88, most=2)
    return [{"text": line, "y": bottom - 15 * (len(lines) - 1 - index)} for index, line in enumerate(lines)]


def title_strip(profile: Profile) -> str:
    """The profile's title and size."""
    return f"{start_capital(profile['title'])}: {count_cases(profile['cases'])}"


def draw_columns(rows: Sequence[dict[str, Any]], step: float) -> Any:
    """The columns."""
    import altair

    encoding = {"x": pixel_x(), "y": pixel_y("top"), "y2": altair.Y2("base")}
    return chart_rows(rows).mark_bar(size=max(2.0, step * 0.72), color=LIGHT["bar"]).encode(**encoding)


def draw_baselines(rows: Sequence[dict[str, Any]], width: float) -> Any:
    """The line that the columns of a strip stand on."""
    import altair

    bases = [{"y": base} for base in sorted({row["base"] for row in rows})]
    encoding = {"x": altair.value(0), "x2": altair.value(width), "y": pixel_y()}
    return chart_rows(bases).mark_rule(color=LIGHT["muted"]).encode(**encoding)


def draw_numbers(rows: Sequence[dict[str, Any]]) -> Any:
    """The number of cases above each column."""
    import altair

    mark = {"align": "center", "baseline": "middle", "fontSize": 10, "color": LIGHT["muted"]}
    return chart_rows(rows).mark_text(**mark).encode(x=pixel_x(), y=pixel_y(), text=altair.Text("text:N"))


def draw_years(years: Sequence[int], width: float, height: float) -> Any:
    """Year labels below the last strip, as many as fit."""
    import altair

    step = width / len(years)
    every = next(n for n in (1, 2, 5, 10, 20, 50) if step * n >= 34)
    rows = [
        {"x": step * (index + 0.5), "y": height + 10, "text": str(year)}
        for index, year in enumerate(years)
        if every == 1 or year % every == 0
    ]
    mark = {"align": "center", "baseline": "middle", "fontSize": 11, "color": LIGHT["muted"]}
    return chart_rows(rows).mark_text(**mark).encode(x=pixel_x(), y=pixel_y(), text=altair.Text("text:N"))


def describe_timeline(profiles: Sequence[Profile], source_title: str) -> str:
    """What the columns show, in words: span, and the fullest year of each profile."""
    years = span_years(profiles)
    parts = []
    for profile in profiles:
        parts.append(f"{title_strip(profile)}, {say_peak(read_years(profile))}")
    return f"Cases by year received in {source_title}, {years[0]} to {years[-1]}. {'. '.join(parts)}."


def say_peak(counts: Mapping[int, int]) -> str:
    """The fullest year, or how full years are where several are equally so.

    >>> say_peak({2019: 4, 2020: 7}), say_peak({2019: 1, 2020: 1})
    ('most in 2020 (7)', 'at most 1 in a year')
    """
    peak = max(counts.values())
    years = [year for year, cases in counts.items() if cases == peak]
    return f"most in {years[0]} ({peak:,})" if len(years) == 1 else f"at most {peak:,} in a year"
