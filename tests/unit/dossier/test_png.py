"""Figures as PNG: the size on paper, letters that can be read, the same bytes."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from phytovigil.dossier.drawing import FONT
from phytovigil.dossier.pdf.glyphs import find_missing, list_unusual
from phytovigil.dossier.pdf.writing import can_show, load_typst
from phytovigil.dossier.png import png_bytes

SMALLEST_LETTERS = 6.0
"""Letters in pt below which journals refuse a figure."""

DRAWING = (
    f'<svg role="img" aria-label="x" width="{{width}}" height="100" xmlns="http://www.w3.org/2000/svg">'
    f'<rect width="{{width}}" height="100" fill="#ffffff"/><text x="5" y="50" font-family="{FONT}">Words</text></svg>'
)


def read_header(png: bytes) -> dict[str, Any]:
    """Size in px, and dots per metre, from the chunks of a PNG."""
    place = png.index(b"pHYs") + 4
    return {"size": struct.unpack(">II", png[16:24]), "dots": struct.unpack(">IIB", png[place : place + 9])}


@pytest.mark.parametrize("width", [333, 640, 719, 760, 1000, 1201])
def test_a_figure_is_170_mm_wide_at_300_dots_per_inch(width: int) -> None:
    """170 mm are 2,007.9 dots; 300 dots per inch are 11,811 per metre."""
    found = read_header(png_bytes(DRAWING.format(width=width)))
    assert found["size"][0] == 2008
    assert found["size"][1] == pytest.approx(100 * 2008 / width, abs=1)
    assert found["dots"] == (11811, 11811, 1)


def test_the_same_drawing_gives_the_same_bytes() -> None:
    drawing = DRAWING.format(width=700)
    assert png_bytes(drawing) == png_bytes(drawing)
    assert png_bytes(drawing) != png_bytes(drawing.replace("Words", "Other"))


def test_what_is_no_drawing_is_refused() -> None:
    import typst

    with pytest.raises(typst.TypstError, match="SVG"):
        png_bytes("<svg><rect")


def test_fonts_of_the_machine_change_nothing(tmp_path: Path) -> None:
    """In a process that is told of other fonts, and of none."""
    drawing = DRAWING.format(width=640)
    program = (
        "import sys; from phytovigil.dossier.png import png_bytes; sys.stdout.buffer.write(png_bytes(sys.argv[1]))"
    )
    environment = {**os.environ, "TYPST_FONT_PATHS": str(tmp_path), "FONTCONFIG_FILE": str(tmp_path / "none")}
    done = subprocess.run([sys.executable, "-c", program, drawing], capture_output=True, check=True, env=environment)
    assert done.stdout == png_bytes(drawing)


@pytest.fixture
def drawings(page: str) -> list[str]:
    """The drawings of the page that are also files: not those for a phone."""
    html = re.sub(r'<div class="narrow">.*?</svg>', "", page, flags=re.DOTALL)
    return re.findall(r"<svg.*?</svg>", html, re.DOTALL)


def test_letters_of_all_figures_can_be_read_on_paper(drawings: list[str]) -> None:
    smallest = [
        min(float(size) for size in re.findall(r'font-size="([\d.]+)px"', svg)) * (170 / 25.4 * 72) / float(width[1])
        for svg in drawings
        if (width := re.search(r'<svg[^>]* width="([\d.]+)"', svg))
    ]
    assert min(smallest) >= SMALLEST_LETTERS
    assert len(smallest) > 4


def test_all_letters_of_figures_are_in_the_faces(drawings: list[str]) -> None:
    texts = "".join("".join(re.findall(r">([^<]+)</(?:text|tspan)>", svg)) for svg in drawings)
    assert len(texts) > 100
    assert find_missing(list_unusual(texts), lambda letters: can_show(load_typst(), letters)) == []
