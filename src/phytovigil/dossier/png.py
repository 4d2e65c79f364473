"""Figures as PNG at the size at which journals print them."""

from __future__ import annotations

import struct
import zlib

WIDTH_MM = 170
"""Width of a figure over both columns of a page."""

DOTS_PER_INCH = 300
METRES_PER_INCH = 0.0254
END_OF_HEADER = 33
"""Bytes of a PNG up to the end of its first chunk."""

TEMPLATE = f"""#set page(width: {WIDTH_MM}mm, height: auto, margin: 0pt)
#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))
#image(bytes(sys.inputs.drawing), format: "svg", width: 100%)
"""
"""A page that is as large as the drawing on it."""


def png_bytes(svg: str) -> bytes:
    """The drawing 170 mm wide at 300 dots per inch (2,008 px), on white; the file says so to a word processor.

    svg : a stand-alone drawing of ours. Its texts are set in Libertinus Serif, as in the PDF: the faces come with the
    library and nothing of the machine is used, so that the same drawing gives the same bytes elsewhere. Letters are
    narrower than those that the layout reserves room for. A character that the faces lack is drawn as a box.
    Raises typst.TypstError for what is no drawing, and MissingLibrary where typst is not installed.
    """
    from phytovigil.dossier.pdf.writing import load_typst

    made = load_typst().compile(
        TEMPLATE.encode(),
        format="png",
        ppi=DOTS_PER_INCH,
        ignore_system_fonts=True,
        sys_inputs={"drawing": svg},
    )
    return state_density(bytes(made))


def state_density(png: bytes) -> bytes:
    """The picture with its dots per metre (chunk pHYs), so that a word processor shows it at its size on paper."""
    dots = round(DOTS_PER_INCH / METRES_PER_INCH)
    body = b"pHYs" + struct.pack(">IIB", dots, dots, 1)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:END_OF_HEADER] + chunk + png[END_OF_HEADER:]
