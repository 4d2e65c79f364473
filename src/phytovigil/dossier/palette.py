"""The colours of the pages and figures: one table, from which style sheet, drawings and contrast tests read.

Hues follow the colour-blind-safe set of Okabe and Ito (Color Universal Design, 2008), darkened for light paper and
lightened for dark paper until text in them reaches a contrast of 4.5:1. No meaning rests on colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "paper": "#ffffff",
    "surface": "#f4f6f8",
    "ink": "#1b1f24",
    "muted": "#545d66",
    "line": "#c9d0d7",
    "link": "#00609a",
    "signal": "#b84500",
    "few": "#4b4458",
    "quiet": "#0072b2",
    "bar": "#5b9bc4",
    "mark": "#fff1c2",
}
"""Colours on light paper, by what they are for; figures that stand alone use these."""

DARK: Mapping[str, str] = {
    "paper": "#15181b",
    "surface": "#1e2327",
    "ink": "#e7e9eb",
    "muted": "#aab2ba",
    "line": "#434b53",
    "link": "#7cc4f5",
    "signal": "#f79a5b",
    "few": "#ddc8d8",
    "quiet": "#6dbbea",
    "bar": "#3f7fa8",
    "mark": "#4a3d10",
}
"""Colours on dark paper, the same names."""

TEXTS, GROUNDS = ("ink", "muted", "link", "signal", "few", "quiet"), ("paper", "surface")
TEXT_ON: tuple[tuple[str, str], ...] = (*((text, ground) for text in TEXTS for ground in GROUNDS), ("ink", "mark"))
"""Pairs (text, ground) that occur on the page; each must reach 4.5:1."""


def declare_colours(colours: Mapping[str, str]) -> str:
    """The colours as CSS custom properties.

    >>> declare_colours({"ink": "#000000"})
    '--ink: #000000;'
    """
    return " ".join(f"--{name}: {value};" for name, value in colours.items())


def recolour_drawings() -> str:
    """CSS that lets an inlined drawing follow the page: each light colour in it becomes its custom property."""
    rules = []
    for name, value in LIGHT.items():
        rules.append(f'.drawing [fill="{value}"] {{ fill: var(--{name}); }}')
        rules.append(f'.drawing [stroke="{value}"] {{ stroke: var(--{name}); }}')
    return "\n".join(rules)
