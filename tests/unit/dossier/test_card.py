"""The sheet with the card: true to size, the same bytes, words that help."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from phytovigil.dossier.card import SECTIONS, black_squares, describe_sheet, write_card
from phytovigil.errors import InvalidRequest
from phytovigil.schema.card import CardValues, card_layout

CARD = card_layout()
VALUES = CardValues(CARD.id, CARD.colours, "colorimeter, 1 March 2026")


def draw_png(paper: str, values: CardValues | None = None) -> bytes:
    """The first page at 254 dots per inch: 10 for each millimetre."""
    import typst

    template = files("phytovigil.dossier").joinpath("card.typ").read_bytes()
    inputs = {"page": json.dumps(describe_sheet(CARD, paper, values))}
    made = typst.compile(template, format="png", ppi=254, ignore_system_fonts=True, sys_inputs=inputs)
    return made if isinstance(made, bytes) else made[0]


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_same_bytes_and_a_pdf(tmp_path: Path, paper: str) -> None:
    first = write_card(tmp_path / "one.pdf", CARD, paper).read_bytes()
    assert first.startswith(b"%PDF")
    assert first == write_card(tmp_path / "two.pdf", CARD, paper).read_bytes()


def test_measured_values_make_a_second_page(tmp_path: Path) -> None:
    plain = write_card(tmp_path / "plain.pdf", CARD).read_bytes()
    measured = write_card(tmp_path / "measured.pdf", CARD, values=VALUES).read_bytes()
    assert len(measured) > len(plain)
    rows = describe_sheet(CARD, "a4", VALUES)["table"]
    assert len(rows) == len(CARD.colours)
    assert rows[0][:2] == ["white", "255, 255, 255"]


def test_another_paper_or_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="a4 and letter"):
        write_card(tmp_path / "x.pdf", CARD, "a3")
    with pytest.raises(InvalidRequest, match="the card is"):
        write_card(tmp_path / "x.pdf", CARD, values=CardValues("phytovigil-9", CARD.colours))
    assert not (tmp_path / "x.pdf").exists()


def test_the_printed_card_is_found_at_its_true_size_with_its_colours() -> None:
    """Read the drawn sheet as if it were a photograph: markers where the card has them, patches with their values."""
    cv2 = pytest.importorskip("cv2")
    import numpy as np

    sheet = cv2.imdecode(np.frombuffer(draw_png("a4"), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert sheet.shape[:2] == (2970, 2100)
    grey = cv2.cvtColor(np.ascontiguousarray(sheet), cv2.COLOR_RGB2GRAY)
    left = np.where(np.arange(2100) < 1050, grey, 255).astype(np.uint8)
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    corners, ids, _ = cv2.aruco.ArucoDetector(dictionary).detectMarkers(left)
    found = {int(number): quad.reshape(4, 2) / 10 for number, quad in zip(ids.ravel(), corners, strict=True)}
    assert sorted(found) == [marker.id for marker in CARD.markers]
    shift = np.mean([found[m.id] - np.array(m.corners) for m in CARD.markers], axis=(0, 1))
    for marker in CARD.markers:
        assert np.abs(found[marker.id] - shift - np.array(marker.corners)).max() < 0.15
    for patch in CARD.patches:
        x, y = np.round((shift + np.array([patch.x, patch.y])) * 10).astype(int)
        assert tuple(sheet[y, x]) == patch.srgb, patch.name


def test_black_squares_are_the_black_modules() -> None:
    area = sum(square["width"] * square["height"] for square in black_squares(CARD))
    black = sum(line.count("0") for marker in CARD.markers for line in marker.bits)
    assert area == pytest.approx(black * 4.0)


def test_the_words_help_and_advise_no_treatment() -> None:
    text = " ".join(line for _, lines in SECTIONS for line in lines)
    for needed in (
        "100\u00a0%",
        "matt paper",
        "Cut out the circle",
        "sun fades it",
        "same card every time",
        "direct sun",
    ):
        assert needed in text
    for needed in ("flash off", "about a third", "clothes cover", "ten different days", "medical help"):
        assert needed in text
    assert "dose" not in text
