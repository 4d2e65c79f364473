"""From an Altair chart to SVG text whose layout does not depend on the fonts of the machine.

Nothing in a chart is left to text measurement: sizes, ticks and padding are given, and long labels are broken into
lines before they are drawn.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from phytovigil.dossier.palette import LIGHT

FONT = "Arial, Helvetica, Liberation Sans, sans-serif"
TEXT_SIZE = 12
LETTER, CAPITAL = 6.1, 8.2
"""Mean width in px of a letter, and of a capital, of TEXT_SIZE in Arial; used to break lines, with room to spare."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Inner size of a drawing and the margins around it, in px."""

    width: float
    height: float
    left: float = 4
    right: float = 4
    top: float = 4
    bottom: float = 4

    @property
    def outer(self) -> tuple[int, int]:
        """Width and height with the margins."""
        return round(self.left + self.width + self.right), round(self.top + self.height + self.bottom)


def write_svg(chart: Any, frame: Frame) -> str:
    """The chart as stand-alone SVG of the frame's outer size, on light paper."""
    import vl_convert

    margins = {"left": frame.left, "right": frame.right, "top": frame.top, "bottom": frame.bottom}
    axis = {"labelFontSize": 11, "labelColor": LIGHT["muted"], "labelOverlap": False, "domainColor": LIGHT["line"]}
    axis |= {"gridColor": LIGHT["line"], "tickColor": LIGHT["line"], "labelLimit": 0}
    styled = (
        chart.properties(padding=margins)
        .configure(background=LIGHT["paper"], font=FONT)
        .configure_view(stroke=None)
        .configure_axis(**axis)
    )
    # Checking the chart against the whole Vega-Lite schema costs a fifth of the time; the engine reads it anyway.
    spec = styled.to_json(indent=None, validate=False)
    return fit_frame(strip_roles(str(vl_convert.vegalite_to_svg(spec))), frame)


def fit_frame(svg: str, frame: Frame) -> str:
    """Set outer size and origin: the engine's own depend on how wide it believes the texts to be."""
    width, height = frame.outer
    size = f'width="{width}" height="{height}"'
    svg = re.sub(
        r'width="[^"]*" height="[^"]*" viewBox="[^"]*"', f'{size} viewBox="0 0 {width} {height}"', svg, count=1
    )
    svg = re.sub(r'<rect width="[^"]*" height="[^"]*"', f"<rect {size}", svg, count=1)
    return re.sub(
        r'transform="translate\([^)]*\)"', f'transform="translate({frame.left:g},{frame.top:g})"', svg, count=1
    )


def strip_roles(svg: str) -> str:
    """Drop the engine's accessibility tree and empty paths: a drawing is one image with one text alternative."""
    svg = re.sub(r' (?:role|aria-[a-z]+|pointer-events)="[^"]*"', "", svg)
    return re.sub(r'<path class="(?:background|foreground)" d="(?:M0,0h0v0h0Z)?"(?: display="none")?/>', "", svg)


def describe_svg(svg: str, description: str) -> str:
    """Give a drawing its text alternative.

    >>> describe_svg('<svg width="1"></svg>', "a < b")
    '<svg role="img" aria-label="a &lt; b" width="1"></svg>'
    """
    label = escape(description, {'"': "&quot;"})
    return svg.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)


def wrap_text(text: str, width: float, most: int = 3) -> list[str]:
    """Break a text into lines of about `width` px at TEXT_SIZE, at most `most` of them.

    >>> wrap_text("dietary supplements only, cosmetics left out", 160)
    ['dietary supplements only,', 'cosmetics left out']
    """
    letters = max(8, int(width / (CAPITAL if text.isupper() else LETTER)))
    return textwrap.wrap(text, letters, max_lines=most, placeholder=" …") or [""]


def chart_rows(rows: Sequence[dict[str, Any]]) -> Any:
    """A chart of rows in their own order."""
    import altair

    return altair.Chart(altair.InlineData(values=list(rows)))


def pixel_x() -> Any:
    """A horizontal position that is already in px."""
    import altair

    return altair.X("x:Q", scale=None, axis=None)


def pixel_y(field: str = "y") -> Any:
    """A vertical position that is already in px."""
    import altair

    return altair.Y(f"{field}:Q", scale=None, axis=None)


def text_layer(rows: Sequence[dict[str, Any]], x: float, align: str, colour: str, weight: str = "normal") -> Any:
    """Texts that share a column."""
    import altair

    mark = {"align": align, "baseline": "middle", "fontSize": TEXT_SIZE, "fontWeight": weight, "limit": 0}
    encoding = {"x": altair.value(x), "y": pixel_y(), "text": altair.Text("text:N")}
    return chart_rows(rows).mark_text(color=LIGHT[colour], **mark).encode(**encoding)
