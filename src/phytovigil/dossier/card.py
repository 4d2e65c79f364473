"""The reference card as a sheet to print, true to size, with what to do."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from phytovigil.dossier.pdf.writing import compile_page, load_typst
from phytovigil.errors import InvalidRequest
from phytovigil.schema.card import Card, CardValues

ROLES = ("white", "grey", "skin", "chromatic")

PAPERS = {"a4": "a4", "letter": "us-letter"}

LEAD = (
    "This card makes photographs of skin comparable: the program finds it in the picture and takes out the light and "
    "the camera. The second card is a spare."
)

RULER = (
    "Check the size: lay a ruler on this line. It must be 50 mm long. If it is not, print again at 100\u00a0%, "
    "“actual size”, without “fit to page”."
)

SECTIONS = (
    (
        "Making the card",
        (
            "Print in colour, at 100\u00a0%, at the best quality, on white matt paper. Glossy paper mirrors light.",
            "Let it dry for an hour. Glue the sheet on thin cardboard if you like.",
            "Cut along the outer line. Cut out the circle in the middle, so that the skin can be seen through it.",
            "Write today's date on the back. Keep the card dry and in the dark, in a book or an envelope: sun fades "
            "it.",
            "Use the same card every time. Two prints differ in colour. Start again with new baseline photos when you "
            "change to another card.",
        ),
    ),
    (
        "Choosing two places",
        (
            "One place that sees the sun: for example the back of the hand, the forearm or the cheek.",
            "One place that clothes cover: for example the inner upper arm or the belly.",
            "Take even skin: no mole, scar, fold, tattoo or thick hair; no cream or make-up on that day.",
            "Note how the card lies, so that the circle shows the same skin next time.",
        ),
    ),
    (
        "Taking a photo",
        (
            "Stand near a window by day. No direct sun on the skin or the card. Lamps off, flash off.",
            "Press the card flat on the skin. Nothing may cover the black squares or the coloured patches.",
            "Hold the camera straight above the card. The card fills about a third of the picture.",
            "Tap on the card so that the camera focuses on it. Let no shadow of you or the camera fall on it.",
            "No filter, no portrait mode, no editing. Save as JPEG.",
            "For the start (baseline), photograph each place once a day on ten different days, before you change "
            "anything. Photos of one day count as one.",
        ),
    ),
    (
        "What it is not",
        (
            "The card helps to compare your skin with itself. It does not tell what a change means. Yellow skin or "
            "eyes, dark urine, or itching that nothing explains, need medical help at once; do not wait for a photo.",
        ),
    ),
)


def write_card(path: Path | str, card: Card, paper: str = "a4", values: CardValues | None = None) -> Path:
    """Write the sheet as PDF/UA-1. values : measured values, listed on a second page beside the nominal ones.

    Same input, same bytes. Raises InvalidRequest for another paper or values of another card, MissingLibrary without
    typst.
    """
    if paper not in PAPERS:
        raise InvalidRequest(f"no sheet for the paper “{paper}”.", f"Papers are {' and '.join(PAPERS)}.")
    if values is not None:
        values.check(card)
    page = describe_sheet(card, PAPERS[paper], values)
    template = files("phytovigil.dossier").joinpath("card.typ").read_bytes()
    made = compile_page(load_typst(), template, {"page": json.dumps(page, ensure_ascii=False)})
    path = Path(path)
    path.write_bytes(made)
    return path


def describe_sheet(card: Card, paper: str, values: CardValues | None) -> dict[str, Any]:
    """Everything that the sheet shows."""
    return {
        "title": f"Reference card {card.id}",
        "lead": LEAD,
        "alt": f"Two copies of the card {card.id}, {card.width:g} by {card.height:g} millimetres: {len(card.markers)} "
        f"black markers, {len(card.patches)} coloured patches, and a circle to cut out in the middle.",
        "ruler": RULER,
        "paper": paper,
        "sections": [{"heading": heading, "lines": list(lines)} for heading, lines in SECTIONS],
        "card": describe_card(card),
        "values_heading": f"Measured values of this card ({values.source})" if values else "",
        "values_lead": "L*, a*, b* under D65, 2° observer.",
        "columns": ["colour", "nominal sRGB", "nominal L*, a*, b*", "measured L*, a*, b*", "places"],
        "table": list_values(card, values) if values else [],
    }


def describe_card(card: Card) -> dict[str, Any]:
    """Places and colours of the card in millimetres."""
    return {
        "id": card.id,
        "width": card.width,
        "height": card.height,
        "window": {"x": card.window.x, "y": card.window.y, "radius": card.window.radius},
        "patches": [
            {"x": patch.x, "y": patch.y, "size": patch.size, "srgb": patch.srgb}
            for patch in card.patches
            if patch.role != "white"
        ],
        "squares": black_squares(card),
    }


def black_squares(card: Card) -> list[dict[str, float]]:
    """Runs of black modules of each row of each marker, so that no hairline shows between two modules of a row."""
    squares = []
    for marker in card.markers:
        (left, top), side = marker.corners[0], marker.corners[1][0] - marker.corners[0][0]
        module = side / len(marker.bits)
        for row, line in enumerate(marker.bits):
            for start, length in black_runs(line):
                x, y = left + start * module, top + row * module
                squares.append({"x": x, "y": y, "width": length * module, "height": module})
    return squares


def black_runs(line: str) -> list[tuple[int, int]]:
    """Start and length of each run of "0".

    >>> black_runs("001101")
    [(0, 2), (4, 1)]
    """
    starts = [place for place, bit in enumerate(line) if bit == "0" and (place == 0 or line[place - 1] == "1")]
    return [(start, len(line[start:]) - len(line[start:].lstrip("0"))) for start in starts]


def list_values(card: Card, values: CardValues) -> list[list[str]]:
    """Rows of the table of values."""
    first = {patch.colour: patch for patch in reversed(card.patches)}
    return [
        [
            colour,
            ", ".join(map(str, first[colour].srgb)),
            ", ".join(f"{value:.1f}" for value in card.colours[colour]),
            ", ".join(f"{value:.1f}" for value in values.labs[colour]),
            str(sum(patch.colour == colour for patch in card.patches)),
        ]
        for colour in sorted(card.colours, key=lambda colour: (ROLES.index(first[colour].role), colour))
    ]
