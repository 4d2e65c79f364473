"""The card as data: markers are those of the dictionary, nothing overlaps, the light can be read from it."""

import itertools
from collections import Counter

import cv2
import numpy as np
import pytest

from phytovigil.errors import InvalidRequest, UnknownName
from phytovigil.followup.skin.light import basis
from phytovigil.schema.card import CardValues, card_layout

CARD = card_layout()


def test_markers_are_those_of_the_dictionary() -> None:
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    for marker in CARD.markers:
        drawn = dictionary.generateImageMarker(marker.id, 6)
        assert ["".join("1" if value else "0" for value in row) for row in drawn] == list(marker.bits)


def boxes() -> list[tuple[float, float, float, float]]:
    """Left, top, right, bottom of everything that is printed or cut, with its quiet zone."""
    made = [(p.x - p.size / 2, p.y - p.size / 2, p.x + p.size / 2, p.y + p.size / 2) for p in CARD.patches]
    made += [(*np.subtract(m.corners[0], 1.5), *np.add(m.corners[2], 1.5)) for m in CARD.markers]
    window = CARD.window
    return [*made, (window.x - 11, window.y - 11, window.x + 11, window.y + 11)]


def test_nothing_overlaps_and_all_is_on_the_card() -> None:
    for one, two in itertools.combinations(boxes(), 2):
        apart = one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1]
        assert apart, (one, two)
    for left, top, right, bottom in boxes():
        assert max(-left, right) <= CARD.width / 2
        assert max(-top, bottom) <= CARD.height / 2


def test_bare_paper_is_bare() -> None:
    for paper in CARD.paper:
        for left, top, right, bottom in boxes()[:-1]:
            away = np.hypot(max(left - paper.x, 0, paper.x - right), max(top - paper.y, 0, paper.y - bottom))
            quiet = 0.0 if right - left < 12 else -1.5
            assert away >= paper.radius + quiet, paper
        assert np.hypot(paper.x - CARD.window.x, paper.y - CARD.window.y) >= CARD.window.radius + paper.radius + 0.5


def test_every_colour_lies_at_two_places_and_tells_slope_and_curvature() -> None:
    count = Counter(patch.colour for patch in CARD.patches)
    assert min(count.values()) >= 2
    assert sum(colour.startswith("grey") for colour in count) >= 6
    rows = [basis(np.array([[p.x, p.y] for p in CARD.patches if p.colour == colour])) for colour in count]
    spread = np.vstack([row - row.mean(axis=0) for row in rows])
    assert np.linalg.cond(spread) < 10


def test_two_cards_fit_side_by_side_on_a4_and_letter() -> None:
    assert 2 * CARD.width + 2 <= min(210, 215.9) - 18


def test_values_of_another_card_or_with_gaps_are_refused() -> None:
    whole = CardValues(CARD.id, CARD.colours)
    whole.check(CARD)
    with pytest.raises(InvalidRequest, match="the card is"):
        CardValues("phytovigil-0", CARD.colours).check(CARD)
    with pytest.raises(InvalidRequest, match="grey-3 are missing"):
        CardValues(CARD.id, {name: lab for name, lab in CARD.colours.items() if name != "grey-3"}).check(CARD)
    with pytest.raises(UnknownName, match="ultraviolet"):
        CardValues(CARD.id, {**CARD.colours, "ultraviolet": (50, 0, 0)}).check(CARD)
    for impossible in ((0, 0, 0), (50, float("nan"), 0), (50, 0)):
        with pytest.raises(InvalidRequest):
            CardValues(CARD.id, {"red": impossible})  # type: ignore[dict-item]
