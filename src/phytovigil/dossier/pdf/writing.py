"""From the HTML page to the bytes of a PDF."""

from __future__ import annotations

import json
from importlib.resources import files
from types import ModuleType
from typing import Any

from phytovigil.dossier.pdf.blocks import LEFT_TO_PAGE
from phytovigil.dossier.pdf.glyphs import SAMPLE, find_missing, list_unusual, spell_missing, write_sample
from phytovigil.dossier.pdf.pages import read_page
from phytovigil.errors import MissingLibrary

STANDARD = "ua-1"
"""PDF/UA-1 (ISO 14289-1): tagged, titled, every picture with its words."""

SPELT = "Characters that the fonts of this file lack are written by their Unicode number, as in"


def write_pdf(html: str, long_lists: bool = True, left_to: str = LEFT_TO_PAGE) -> bytes:
    """The page as PDF/UA-1 on A4 with the same content: what is folded is open, drawings are vectors with their words.

    html : a page that `render_page` wrote. long_lists : whether folded lists of hundreds of cases stand at the end as
    appendices; if not, their places say where they are listed, which is `left_to`. A body of the class "compact" is set
    in small type with little space.
    The same page gives the same bytes on every machine: no date is written and only fonts that come with the library
    are used. A character that these lack is written as "[U+4E2D]", and the last line of the file says so.
    Raises ValueError for HTML whose elements are not closed in order, and MissingLibrary where typst is not installed.
    """
    typst = load_typst()
    page = read_page(html, long_lists, left_to)
    missing = find_missing(list_unusual(page), lambda text: can_show(typst, text))
    if missing:
        page["body"].append(say_missing(missing))
    data = json.dumps(spell_missing(page, missing), ensure_ascii=False)
    return compile_page(typst, files("phytovigil.dossier.pdf").joinpath("page.typ").read_bytes(), {"page": data})


def say_missing(missing: list[str]) -> dict[str, Any]:
    """The line that explains the numbers of missing characters."""
    return {"kind": "paragraph", "style": "small", "body": [f"{SPELT} [U+{ord(missing[0]):04X}]."]}


def can_show(typst: ModuleType, letters: str) -> bool:
    """Whether the fonts hold all the letters."""
    try:
        compile_page(typst, SAMPLE, write_sample(letters))
    except typst.TypstError as error:
        if "could not be displayed" in str(error):
            return False
        raise
    return True


def compile_page(typst: ModuleType, template: bytes, inputs: dict[str, str]) -> bytes:
    """Set a document with the fonts that come with the library, and nothing of the machine."""
    made = typst.compile(template, format="pdf", pdf_standards=[STANDARD], ignore_system_fonts=True, sys_inputs=inputs)
    return bytes(made)


def load_typst() -> ModuleType:
    """The library that sets the pages; raises MissingLibrary."""
    try:
        import typst
    except ImportError as error:
        raise MissingLibrary("A PDF of the dossier", "typst") from error
    module: ModuleType = typst
    return module
